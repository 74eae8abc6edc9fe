#include <wescrm/base/crypto.hpp>
#include <wescrm/http/static_files.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wescrm::http::tests {
namespace {

namespace fs = std::filesystem;

struct GivenAFolder : ::testing::Test {
    GivenAFolder() : folder{fs::temp_directory_path() / ("wescrm-static-" + to_hex(random_bytes(8)))} {
        write("site/css/a.css", "body{}");
        write("site/a.js", "plain");
        write("site/a.js.gz", "packed");
        write("site/.hidden", "no");
        write("site/.git/config", "no");
        write("secret.txt", "no");
        fs::create_symlink(folder / "secret.txt", folder / "site/link.txt");
        fs::create_directory_symlink(folder, folder / "site/up");
    }
    ~GivenAFolder() override { fs::remove_all(folder); }

    void write(std::string const& name, std::string const& content) const {
        fs::create_directories((folder / name).parent_path());
        std::ofstream{folder / name} << content;
    }
    StaticFiles load(std::chrono::seconds cache_time = std::chrono::seconds{0}) const {
        return StaticFiles::load({.folder = (folder / "site").string(), .cache_time = cache_time}).value();
    }
    static Fields with(std::string_view name, std::string_view value) {
        auto fields = Fields{};
        fields.add(name, value);
        return fields;
    }
    fs::path const folder;
};

TEST_F(GivenAFolder, WhenAFileIsAskedThenItComesWithTypeTagAndCacheRule) {
    auto const response = load(std::chrono::seconds{60}).respond("css/a.css", {});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "body{}");
    EXPECT_EQ(response.headers.find("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(response.headers.find("Cache-Control"), "public, max-age=60");
    EXPECT_TRUE(response.headers.find("ETag"));
    EXPECT_FALSE(response.headers.find("Vary"));
    EXPECT_EQ(load().respond("css/a.css", {}).headers.find("Cache-Control"), "no-cache");
}

TEST_F(GivenAFolder, WhenTheClientHasItThen304) {
    auto const files = load();
    auto const etag = std::string{*files.respond("a.js", {}).headers.find("ETag")};
    for (auto const& known : {etag, "W/" + etag, "\"x\", " + etag, std::string{"*"}}) {
        auto const response = files.respond("a.js", with("If-None-Match", known));
        EXPECT_EQ(response.status, 304) << known;
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(response.headers.find("ETag"), etag);
    }
    EXPECT_EQ(files.respond("a.js", with("If-None-Match", "\"x\"")).status, 200);
}

TEST_F(GivenAFolder, WhenGzipIsAcceptedThenThePackedFileComesWithATagOfItsOwn) {
    auto const files = load();
    for (auto const* accepted : {"gzip", "deflate, GZIP;q=0.5, br", "gzip;q=1"}) {
        auto const response = files.respond("a.js", with("Accept-Encoding", accepted));
        EXPECT_EQ(response.body, "packed") << accepted;
        EXPECT_EQ(response.headers.find("Content-Encoding"), "gzip");
        EXPECT_EQ(response.headers.find("Content-Type"), "text/javascript; charset=utf-8");
        EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
        EXPECT_NE(response.headers.find("ETag"), files.respond("a.js", {}).headers.find("ETag"));
    }
    for (auto const* accepted : {"", "br", "gzip;q=0", "gzip;q=0.0", "xgzip"}) {
        EXPECT_EQ(files.respond("a.js", with("Accept-Encoding", accepted)).body, "plain") << accepted;
    }
}

TEST_F(GivenAFolder, WhenTheNameLeavesTheFolderOrIsHiddenThen404) {
    auto const files = load();
    for (auto const* name : {"", "..", "../secret.txt", "css/../a.js", "/a.js", ".hidden", ".git/config", "link.txt",
                             "up/secret.txt", "css", "css/", "%2e%2e/secret.txt"}) {
        EXPECT_EQ(files.respond(name, {}).status, 404) << name;
    }
}

TEST_F(GivenAFolder, WhenTheContentChangesThenItsVersionDoes) {
    auto const before = load().version_of("a.js");
    write("site/a.js", "other");
    EXPECT_NE(load().version_of("a.js"), before);
    EXPECT_EQ(load().version_of("none"), "");
}

TEST_F(GivenAFolder, WhenItIsMissingOrTooBigThenLoadingFails) {
    EXPECT_FALSE(StaticFiles::load({.folder = (folder / "none").string()}));
    EXPECT_FALSE(StaticFiles::load({.folder = (folder / "site").string(), .total_bytes = 10}));
}

}  // namespace
}  // namespace wescrm::http::tests
