#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include <wescrm/jobs/spool.hpp>

namespace wescrm::jobs {
namespace {

namespace fs = std::filesystem;

struct GivenASpool : ::testing::Test {
    GivenASpool() {
        folder = fs::temp_directory_path() / ("wescrm-spool-" + std::to_string(::getpid()));
        fs::remove_all(folder);
        config.folder = folder.string();
        config.min_free_percent = 0;
        config.wait = std::chrono::milliseconds{5'000};
    }
    ~GivenASpool() override { fs::remove_all(folder); }

    static Result<void> append_all(Spool& spool, std::vector<Bytes> records) {
        auto io = asio::io_context{1};
        auto done = asio::co_spawn(io, spool.append(std::move(records)), asio::use_future);
        io.run();
        return done.get();
    }
    static Result<void> append(Spool& spool, Bytes record) { return append_all(spool, {std::move(record)}); }
    fs::path only_segment() const {
        for (auto const& entry : fs::directory_iterator{folder})
            if (entry.path().extension() == ".spool") return entry.path();
        return {};
    }
    static std::string content(fs::path const& file) {
        auto stream = std::ifstream{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }
    static void write(fs::path const& file, std::string const& bytes) { std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes; }

    fs::path folder;
    SpoolConfig config;
    Metrics metrics;
};

TEST(Crc32c, WhenComputedThenItIsThatOfCastagnoli) { EXPECT_EQ(crc32c("123456789"), 0xE3069283U); }

TEST_F(GivenASpool, WhenRecordsWereAppendedThenANewProcessReadsThemInOrder) {
    {
        auto spool = Spool{config, metrics};
        for (auto const* record : {"one", "two", "three"}) EXPECT_TRUE(append(spool, record));
        EXPECT_EQ(metrics.spool_records, 3);
    }
    auto spool = Spool{config, metrics};
    EXPECT_EQ(spool.found_at_start().records, 3U);
    auto const first = spool.read(2);
    EXPECT_EQ(first.records, (std::vector<Bytes>{"one", "two"}));
    spool.drained(first.next, 2);
    auto const rest = spool.read(10);
    EXPECT_EQ(rest.records, (std::vector<Bytes>{"three"}));
    spool.drained(rest.next, 1);
    EXPECT_TRUE(spool.is_empty());
    EXPECT_TRUE(only_segment().empty()) << "a drained segment is deleted";
}

TEST_F(GivenASpool, WhenTheProcessEndsBeforeTheMarkThenOnlyTheUnmarkedComeAgain) {
    {
        auto spool = Spool{config, metrics};
        for (auto const* record : {"one", "two", "three"}) ASSERT_TRUE(append(spool, record));
        spool.drained(spool.read(1).next, 1);
    }
    auto spool = Spool{config, metrics};
    EXPECT_EQ(spool.read(10).records, (std::vector<Bytes>{"two", "three"}));
}

TEST_F(GivenASpool, WhenCutAtAnyByteThenTheWholeRecordsBeforeItSurvive) {
    {
        auto spool = Spool{config, metrics};
        for (auto const* record : {"first", "second", "third"}) ASSERT_TRUE(append(spool, record));
    }
    auto const file = only_segment();
    auto const whole = content(file);
    auto const ends = std::vector<std::size_t>{0, 12 + 5, 24 + 11, 36 + 16};
    ASSERT_EQ(whole.size(), ends.back());
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        fs::remove_all(folder);
        fs::create_directories(folder);
        write(file, whole.substr(0, length));
        auto const spool = Spool{config, metrics};
        auto const expected = static_cast<std::uint64_t>(std::upper_bound(ends.begin(), ends.end(), length) - ends.begin() - 1);
        EXPECT_EQ(spool.found_at_start().records, expected) << length;
        EXPECT_EQ(spool.found_at_start().cut_bytes, length - ends[expected]) << length;
    }
}

TEST_F(GivenASpool, WhenAnyByteIsDamagedThenNothingFromThereOnIsTaken) {
    {
        auto spool = Spool{config, metrics};
        for (auto const* record : {"first", "second"}) ASSERT_TRUE(append(spool, record));
    }
    auto const file = only_segment();
    auto const whole = content(file);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        fs::remove_all(folder);
        fs::create_directories(folder);
        write(file, damaged);
        auto spool = Spool{config, metrics};
        auto const records = spool.read(10).records;
        auto const survivors = at < 17 ? std::vector<Bytes>{} : std::vector<Bytes>{"first"};
        EXPECT_EQ(records, survivors) << "byte " << at;
    }
}

TEST_F(GivenASpool, WhenASegmentIsFullThenTheNextOneBegins) {
    config.segment_bytes = 40;
    auto spool = Spool{config, metrics};
    for (auto i = 0; i < 5; ++i) ASSERT_TRUE(append(spool, "record " + std::to_string(i)));
    auto const segments = std::count_if(fs::directory_iterator{folder}, fs::directory_iterator{},
                                        [](auto const& entry) { return entry.path().extension() == ".spool"; });
    EXPECT_EQ(segments, 3);
    EXPECT_EQ(spool.read(10).records.size(), 5U);
}

TEST_F(GivenASpool, WhenRecordsAreLongerThanOnePieceOfReadingThenAllAreReadInOrder) {
    auto const large = Bytes(Spool::longest_record, 'y');
    auto spool = Spool{config, metrics};
    ASSERT_TRUE(append_all(spool, {"first", Bytes(200'000, 'x'), Bytes(200'000, 'z'), large, "last"}));
    EXPECT_EQ(spool.records(), 5U);
    auto seen = std::vector<Bytes>{};
    while (!spool.is_empty()) {
        auto const batch = spool.read(2);
        ASSERT_FALSE(batch.records.empty());
        ASSERT_LE(batch.records.size(), 2U);
        seen.insert(seen.end(), batch.records.begin(), batch.records.end());
        spool.drained(batch.next, batch.records.size());
    }
    EXPECT_EQ(seen, (std::vector<Bytes>{"first", Bytes(200'000, 'x'), Bytes(200'000, 'z'), large, "last"}));
}

TEST_F(GivenASpool, WhenOneRecordIsTooLongThenThoseBesideItAreRefusedAndLaterOnesAreKept) {
    auto spool = Spool{config, metrics};
    EXPECT_FALSE(append_all(spool, {"short", Bytes(Spool::longest_record + 1, 'y')}));
    EXPECT_TRUE(spool.is_empty());
    EXPECT_TRUE(append(spool, "next"));
    EXPECT_EQ(spool.read(10).records, (std::vector<Bytes>{"next"}));
}

TEST_F(GivenASpool, WhenItIsFullThenItRefuses) {
    config.max_bytes = 50;
    auto spool = Spool{config, metrics};
    EXPECT_TRUE(append(spool, Bytes(30, 'x')));
    auto const refused = append(spool, Bytes(30, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "spool");
}

TEST_F(GivenASpool, WhenItsFolderVanishesThenItRefusesInsteadOfPretending) {
    config.segment_bytes = 1;  // every record begins a new file
    auto spool = Spool{config, metrics};
    fs::remove_all(folder);
    EXPECT_FALSE(append(spool, "lost?"));
}

}  // namespace
}  // namespace wescrm::jobs
