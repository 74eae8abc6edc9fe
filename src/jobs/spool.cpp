#include <sys/statvfs.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "signal.hpp"
#include "spool_segment.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/jobs/spool.hpp>

namespace wescrm::jobs {
namespace {

// Read at once: some hundred callbacks; enough for the longest record when even that was too little.
constexpr std::uint64_t usual_piece = 256 * 1024;
constexpr std::uint64_t largest_piece = segment::longest_record + segment::frame_bytes;

Error no_spool(char const* why) { return {Errc::unavailable, "spool", why}; }

}  // namespace

// The writer thread owns the open segment; what both sides need is under the mutex.
class Spool::Impl {
public:
    Impl(SpoolConfig given, Metrics& metrics) : config{std::move(given)}, metrics_{metrics}, folder_{config.folder} {
        std::filesystem::create_directories(folder_);
        read_mark();
        scan();
        publish();
        writer_ = std::thread{[this] { write_until_stopped(); }};
    }
    ~Impl() {
        {
            auto const lock = std::lock_guard{mutex_};
            is_stopping_ = true;
        }
        arrived_.notify_one();
        writer_.join();
    }

    void push(std::shared_ptr<Reply> reply, std::vector<Bytes> records) {
        {
            auto const lock = std::lock_guard{mutex_};
            count_ += records.size();
            waiting_.push_back({std::move(records), std::move(reply), std::chrono::steady_clock::now() + config.wait});
        }
        arrived_.notify_one();
    }

    SpoolBatch read(std::size_t count) {
        auto limits = std::map<std::uint64_t, std::uint64_t>{};
        auto batch = SpoolBatch{};
        {
            auto const lock = std::lock_guard{mutex_};
            limits = durable_;
            batch.next = mark_;
        }
        for (auto const& [number, end] : limits) {
            if (number < batch.next.segment) continue;
            auto at = number == batch.next.segment ? batch.next.offset : 0;
            if (at >= end) continue;
            at = read_from(number, at, end, count, batch.records);
            batch.next = {number, at};
            if (at < end && !batch.records.empty()) break;
        }
        return batch;
    }

    void drained(SpoolMark mark, std::size_t count) {
        auto const lock = std::lock_guard{mutex_};
        mark_ = mark;
        records_ -= std::min<std::uint64_t>(records_, count);
        count_ -= std::min<std::uint64_t>(count_, count);
        auto const is_used_up = [this](auto const& entry) {
            return entry.first < mark_.segment || (entry.first == mark_.segment && entry.first != open_ && mark_.offset >= entry.second);
        };
        for (auto entry = durable_.begin(); entry != durable_.end() && is_used_up(*entry);) {
            auto failure = std::error_code{};
            std::filesystem::remove(segment::path_of(folder_, entry->first), failure);
            entry = durable_.erase(entry);
        }
        write_mark();
        publish();
    }

    [[nodiscard]] std::uint64_t records() const noexcept { return count_; }

    SpoolConfig config;
    SpoolScan found;

private:
    struct Waiting {
        std::vector<Bytes> records;
        std::shared_ptr<Reply> reply;
        std::chrono::steady_clock::time_point until;
    };

    // The records from `at` on, as far as one piece of the segment reaches; returns where the next one begins.
    std::uint64_t read_from(std::uint64_t number, std::uint64_t at, std::uint64_t end, std::size_t count, std::vector<Bytes>& records) {
        for (auto const size : {usual_piece, largest_piece}) {
            auto const content = segment::content_of(segment::path_of(folder_, number), at, std::min(size, end - at));
            auto used = std::uint64_t{0};
            while (records.size() < count) {
                auto next = segment::read_at(content, used);
                if (!next) break;
                used = next->next;
                records.push_back(std::move(next->record));
            }
            if (used > 0 || records.size() >= count) return at + used;
        }
        return at;
    }

    void read_mark() {
        auto stream = std::ifstream{folder_ / "mark"};
        auto mark = SpoolMark{};
        if (stream >> mark.segment >> mark.offset) mark_ = mark;
    }

    // A mark that was not written is only repeated work, so it is not synced.
    void write_mark() {
        auto const draft = folder_ / "mark.new";
        std::ofstream{draft, std::ios::trunc} << mark_.segment << ' ' << mark_.offset << '\n';
        auto failure = std::error_code{};
        std::filesystem::rename(draft, folder_ / "mark", failure);
    }

    void scan() {
        for (auto const& entry : std::filesystem::directory_iterator{folder_}) {
            auto const number = segment::number_of(entry.path());
            if (!number) continue;
            last_ = std::max(last_, *number);
            auto const content = segment::content_of(entry.path());
            auto const whole = segment::valid_part(content);
            if (whole.bytes < content.size()) {
                found.cut_bytes += content.size() - whole.bytes;
                std::filesystem::resize_file(entry.path(), whole.bytes);
            }
            auto const start = *number == mark_.segment ? std::min(mark_.offset, whole.bytes) : 0;
            auto const open_records = *number < mark_.segment ? 0 : segment::valid_part(content, start).records;
            if (open_records == 0) {
                std::filesystem::remove(entry.path());
                continue;
            }
            durable_[*number] = whole.bytes;
            found.records += open_records;
        }
        last_ = std::max(last_, mark_.segment);
        records_ = found.records;
        count_ = found.records;
        if (found.cut_bytes > 0)
            log::warning("spool_cut", {{"bytes", static_cast<std::int64_t>(found.cut_bytes)}});
    }

    void write_until_stopped() {
        for (;;) {
            auto group = std::vector<Waiting>{};
            {
                auto lock = std::unique_lock{mutex_};
                arrived_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
                if (waiting_.empty()) return;
                for (auto records = std::size_t{0}; !waiting_.empty() && records < config.group_records;) {
                    records += waiting_.front().records.size();
                    group.push_back(std::move(waiting_.front()));
                    waiting_.pop_front();
                }
            }
            write(group);
        }
    }

    void write(std::vector<Waiting>& group) {
        auto const now = std::chrono::steady_clock::now();
        auto bytes = Bytes{};
        auto records = std::size_t{0};
        for (auto const& item : group) {
            if (item.until < now || !fits(item)) continue;
            for (auto const& record : item.records) segment::frame(bytes, record);
            records += item.records.size();
        }
        auto const stored = records > 0 && has_room(bytes.size()) && (store(bytes, records) || store_anew(bytes, records));
        for (auto const& item : group) {
            auto const is_late = item.until < now;
            if (is_late || !stored || !fits(item)) count_ -= item.records.size();
            if (is_late) item.reply->set(no_spool("the disk is too slow"));
            else if (stored && fits(item)) item.reply->set({});
            else item.reply->set(no_spool("the spool is full or its disk fails"));
        }
    }

    static bool fits(Waiting const& item) {
        return std::all_of(item.records.begin(), item.records.end(), [](auto const& record) { return record.size() <= segment::longest_record; });
    }

    bool has_room(std::uint64_t more) {
        struct statvfs disk {};
        if (::statvfs(folder_.c_str(), &disk) != 0) return false;
        auto const free_percent = disk.f_blocks == 0 ? 100 : disk.f_bavail * 100 / disk.f_blocks;
        auto const lock = std::lock_guard{mutex_};
        auto used = std::uint64_t{0};
        for (auto const& [number, size] : durable_) used += size;
        return used + more <= config.max_bytes && free_percent >= static_cast<std::uint64_t>(config.min_free_percent);
    }

    // After a failure the file may hold anything behind its last good sync: it is never written again.
    bool store_anew(std::string_view bytes, std::size_t records) {
        log::error("spool_write_failed");
        file_.close();
        return store(bytes, records);
    }

    bool store(std::string_view bytes, std::size_t records) {
        if (!file_.is_open() || file_.size() + bytes.size() > config.segment_bytes) {
            auto const number = last_ + 1;
            last_ = number;
            if (!file_.create(folder_, number)) return false;
            auto const lock = std::lock_guard{mutex_};
            open_ = number;
        }
        if (!file_.append(bytes) || !file_.sync()) return false;
        auto const lock = std::lock_guard{mutex_};
        durable_[open_] = file_.size();
        records_ += records;
        publish();
        return true;
    }

    void publish() {
        auto bytes = std::uint64_t{0};
        for (auto const& [number, size] : durable_) bytes += size;
        metrics_.spool_bytes = records_ == 0 ? 0 : static_cast<std::int64_t>(bytes);
        metrics_.spool_records = static_cast<std::int64_t>(records_);
    }

    Metrics& metrics_;
    std::filesystem::path folder_;
    segment::Writer file_;     // writer thread only
    std::uint64_t last_ = 0;   // writer thread only, once it runs

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Waiting> waiting_;
    std::map<std::uint64_t, std::uint64_t> durable_;  // segment → bytes that are on disk
    std::uint64_t open_ = 0;
    std::uint64_t records_ = 0;               // that are on disk
    std::atomic<std::uint64_t> count_{0};     // the same, and those that wait to be written
    SpoolMark mark_;
    bool is_stopping_ = false;
    std::thread writer_;
};

Spool::Spool(SpoolConfig config, Metrics& metrics) : impl_{std::make_shared<Impl>(std::move(config), metrics)} {}
Spool::~Spool() = default;

SpoolScan const& Spool::found_at_start() const noexcept { return impl_->found; }
bool Spool::is_empty() const noexcept { return impl_->records() == 0; }
std::uint64_t Spool::records() const noexcept { return impl_->records(); }

Async<void> Spool::append(std::vector<Bytes> records) {
    auto const reply = std::make_shared<Reply>(co_await asio::this_coro::executor);
    impl_->push(reply, std::move(records));
    co_return co_await reply->wait(impl_->config.wait * 2);
}

SpoolBatch Spool::read(std::size_t count) { return impl_->read(count); }
void Spool::drained(SpoolMark mark, std::size_t records) { impl_->drained(mark, records); }

}  // namespace wescrm::jobs
