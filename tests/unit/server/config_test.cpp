#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "config.hpp"

namespace wescrm::server {
namespace {

using ::testing::HasSubstr;

struct GivenAConfigurationFile : ::testing::Test {
    GivenAConfigurationFile()
        : path{::testing::TempDir() + "wescrm-config-" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".json"} {}
    ~GivenAConfigurationFile() override { std::filesystem::remove(path); }

    Result<Config> read(std::string const& content, std::map<std::string, std::string> const& environment = {}) {
        std::ofstream{path} << content;
        return read_config(path, [&environment](std::string const& name) {
            auto const found = environment.find(name);
            return found == environment.end() ? nullptr : found->second.c_str();
        });
    }
    std::string message(std::string const& content, std::map<std::string, std::string> const& environment = {}) {
        auto const config = read(content, environment);
        return config ? "" : config.error().message;
    }
    std::string path;
};

TEST_F(GivenAConfigurationFile, WhenEmptyThenTheDefaultsHold) {
    auto const config = read("{}");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->http.listen, "127.0.0.1:8080");
    EXPECT_EQ(config->admin.listen, "127.0.0.1:8081");
    EXPECT_EQ(config->api_base, official_api_base);
}

TEST_F(GivenAConfigurationFile, WhenFilesToImportMayBeLargeThenSoMayTheRequestsThatBringThem) {
    auto const config = read(R"({"exchange":{"file_bytes":50000000}})");
    ASSERT_TRUE(config);
    EXPECT_GT(config->http.limits.upload_body_bytes, 50'000'000U);
    EXPECT_THAT(config->http.limits.upload_prefixes, ::testing::IsSupersetOf({"/app/imports/upload/", "/api/v1/imports"}));
}

TEST_F(GivenAConfigurationFile, WhenTheEnvironmentNamesAKeyThenItWins) {
    auto const config = read(R"({"http":{"listen":"1.2.3.4:1"},"database":{"web":{"connections":3}}})",
                             {{"WESCRM_HTTP_LISTEN", "127.0.0.1:9"}, {"WESCRM_DATABASE_WEB_CONNECTIONS", "7"}});
    ASSERT_TRUE(config);
    EXPECT_EQ(config->http.listen, "127.0.0.1:9");
    EXPECT_EQ(config->database.web.connections, 7U);
}

TEST_F(GivenAConfigurationFile, WhenSomethingIsWrongThenFileKeyAndExpectationAreNamed) {
    EXPECT_THAT(message(R"({"http":{"lisen":"x"}})"), HasSubstr(path + ": http.lisen: unknown key"));
    EXPECT_THAT(message(R"({"http":{"threads":"two"}})"), HasSubstr("http.threads: expected a whole number from 1 to 64"));
    EXPECT_THAT(message(R"({"http":{"threads":65}})"), HasSubstr("http.threads: expected"));
    EXPECT_THAT(message("{}", {{"WESCRM_LOG_LEVEL", "loud"}}), HasSubstr("environment variable WESCRM_LOG_LEVEL: log.level: expected one of"));
    EXPECT_THAT(message(R"({"http":{"tls_key":"k.pem"}})"), HasSubstr("http.tls_key: expected both"));
    EXPECT_THAT(message("{,}"), HasSubstr(path));
    EXPECT_THAT(message(R"({"clock":{"controllable":true}})"), HasSubstr("clock.controllable: expected false"));
}

TEST_F(GivenAConfigurationFile, WhenSeveralThingsAreWrongThenOneMessageListsThem) {
    auto const text = message(R"({"http":{"threads":0},"nonsense":1,"log":{"level":3}})");
    EXPECT_THAT(text, HasSubstr("http.threads"));
    EXPECT_THAT(text, HasSubstr("nonsense"));
    EXPECT_THAT(text, HasSubstr("log.level"));
}

TEST_F(GivenAConfigurationFile, WhenShownThenSecretsAreNot) {
    auto const config = read(R"({"database":{"url":"postgresql://u:password@h/d"}})");
    ASSERT_TRUE(config);
    for (auto const& entry : config->effective) EXPECT_THAT(entry.value, ::testing::Not(HasSubstr("password")));
}

TEST(TheShippedConfiguration, IsReadAndHoldsTheDefaults) {
    auto const none = [](std::string const&) -> char const* { return nullptr; };
    auto const shipped = read_config(std::string{WESCRM_SOURCE_DIR} + "/config/wescrm.json", none);
    ASSERT_TRUE(shipped) << shipped.error().message;
    auto const path = ::testing::TempDir() + "wescrm-empty.json";
    std::ofstream{path} << "{}";
    auto const defaults = read_config(path, none);
    std::filesystem::remove(path);
    ASSERT_TRUE(defaults);
    ASSERT_EQ(shipped->effective.size(), defaults->effective.size());
    for (std::size_t i = 0; i < shipped->effective.size(); ++i) {
        EXPECT_EQ(shipped->effective[i].key, defaults->effective[i].key);
        EXPECT_EQ(shipped->effective[i].value, defaults->effective[i].value) << shipped->effective[i].key;
    }
}

}  // namespace
}  // namespace wescrm::server
