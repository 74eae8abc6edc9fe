#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::server {

/// Reads keys like "http.listen" from a JSON file with comments and from the environment (WESCRM_HTTP_LISTEN wins),
/// into variables that hold the defaults. Everything that is wrong is collected and told at once.
class ConfigReader {
public:
    using Environment = std::function<char const*(std::string const& name)>;

    /// invalid_input "configuration" if the file cannot be read or is no JSON.
    [[nodiscard]] static Result<ConfigReader> open(std::string path, Environment environment);

    void text(std::string_view key, std::string& value, std::initializer_list<std::string_view> allowed = {});
    void secret(std::string_view key, std::string& value);              ///< shown as "***"
    void texts(std::string_view key, std::vector<std::string>& value);  ///< in the environment separated by commas
    void flag(std::string_view key, bool& value);
    void integer(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max);
    template <class T>
    void number(std::string_view key, T& value, std::int64_t min = 1, std::int64_t max = 1'000'000'000) {
        auto read = static_cast<std::int64_t>(value);
        integer(key, read, min, max);
        value = static_cast<T>(read);
    }
    /// The unit stands in the key: `_ms` or `_seconds`.
    template <class Rep, class Period>
    void duration(std::string_view key, std::chrono::duration<Rep, Period>& value, std::int64_t min = 1,
                  std::int64_t max = 31'536'000) {
        using Given = std::chrono::duration<Rep, Period>;
        if (key.ends_with("_ms")) {
            auto read = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
            integer(key, read, min, max * 1'000);
            value = std::chrono::duration_cast<Given>(std::chrono::milliseconds{read});
        } else {
            auto read = static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(value).count());
            integer(key, read, min, max);
            value = std::chrono::duration_cast<Given>(std::chrono::seconds{read});
        }
    }

    /// A rule that spans several keys was broken.
    void refuse(std::string_view key, std::string_view expected);
    /// invalid_input "configuration" with one message that lists every wrong or unknown key.
    [[nodiscard]] std::optional<Error> problems() const;

    struct Effective {
        std::string key;
        std::string value;
    };
    [[nodiscard]] std::vector<Effective> const& effective() const noexcept { return effective_; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
    ConfigReader(std::string path, json::Document document, Environment environment);

    struct Given {
        json::Value const* in_file = nullptr;
        char const* in_environment = nullptr;
        std::string variable;
    };
    Given given(std::string_view key);
    void complain(std::string_view key, Given const& given, std::string_view expected);
    void show(std::string_view key, std::string value) { effective_.push_back({std::string{key}, std::move(value)}); }
    void collect_unknown(json::Value const& object, std::string const& prefix, std::vector<std::string>& unknown) const;

    std::string path_;
    json::Document document_;
    Environment environment_;
    std::set<std::string, std::less<>> known_;
    std::vector<std::string> wrong_;
    std::vector<Effective> effective_;
};

}  // namespace wescrm::server
