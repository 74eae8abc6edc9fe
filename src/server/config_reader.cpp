#include "config_reader.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace wescrm::server {
namespace {

std::string variable_for(std::string_view key) {
    auto name = "WESCRM_" + std::string{key};
    for (auto& c : name) {
        if (c == '.')
            c = '_';
        else if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

Error unreadable(std::string const& path, std::string const& why) {
    return {Errc::invalid_input, "configuration", "configuration " + path + ": " + why};
}

}  // namespace

ConfigReader::ConfigReader(std::string path, json::Document document, Environment environment)
    : path_{std::move(path)}, document_{std::move(document)}, environment_{std::move(environment)} {}

Result<ConfigReader> ConfigReader::open(std::string path, Environment environment) {
    auto stream = std::ifstream{path, std::ios::binary};
    if (!stream) return unreadable(path, "cannot be read");
    auto const content = std::string{std::istreambuf_iterator<char>{stream}, {}};
    auto limits = json::Limits{};
    limits.comments = true;
    auto document = json::parse(content, limits);
    if (!document) return unreadable(path, document.error().message);
    if (!document->IsObject()) return unreadable(path, "expected a JSON object");
    return ConfigReader{std::move(path), std::move(*document), std::move(environment)};
}

ConfigReader::Given ConfigReader::given(std::string_view key) {
    known_.emplace(key);
    auto found = Given{&document_, nullptr, variable_for(key)};
    for (auto const& part : text::split(key, '.'))
        if (found.in_file) found.in_file = json::find(*found.in_file, part);
    found.in_environment = environment_(found.variable);
    return found;
}

void ConfigReader::complain(std::string_view key, Given const& given, std::string_view expected) {
    auto const where = given.in_environment ? "environment variable " + given.variable : path_;
    wrong_.push_back(where + ": " + std::string{key} + ": expected " + std::string{expected});
}

void ConfigReader::refuse(std::string_view key, std::string_view expected) { complain(key, given(key), expected); }

void ConfigReader::text(std::string_view key, std::string& value, std::initializer_list<std::string_view> allowed) {
    auto const found = given(key);
    if (found.in_environment)
        value = found.in_environment;
    else if (found.in_file && found.in_file->IsString())
        value = json::view(*found.in_file);
    else if (found.in_file)
        complain(key, found, "a text");
    show(key, value);
    if (allowed.size() == 0 || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
    auto words = std::vector<std::string>{};
    for (auto word : allowed) words.push_back('"' + std::string{word} + '"');
    complain(key, found, "one of " + text::join(words, ", "));
}

void ConfigReader::secret(std::string_view key, std::string& value) {
    text(key, value);
    effective_.back().value = value.empty() ? "" : "***";
}

void ConfigReader::texts(std::string_view key, std::vector<std::string>& value) {
    auto const found = given(key);
    if (found.in_environment) {
        value = text::split(found.in_environment, ',');
        std::erase(value, "");
    } else if (found.in_file && found.in_file->IsArray()) {
        value.clear();
        for (auto const& element : found.in_file->GetArray()) {
            if (element.IsString())
                value.emplace_back(json::view(element));
            else
                complain(key, found, "a list of texts");
        }
    } else if (found.in_file) {
        complain(key, found, "a list of texts");
    }
    show(key, text::join(value, ","));
}

void ConfigReader::flag(std::string_view key, bool& value) {
    auto const found = given(key);
    if (found.in_environment) {
        auto const word = std::string_view{found.in_environment};
        if (word == "true" || word == "false")
            value = word == "true";
        else
            complain(key, found, "true or false");
    } else if (found.in_file && found.in_file->IsBool()) {
        value = found.in_file->GetBool();
    } else if (found.in_file) {
        complain(key, found, "true or false");
    }
    show(key, value ? "true" : "false");
}

void ConfigReader::integer(std::string_view key, std::int64_t& value, std::int64_t min, std::int64_t max) {
    auto const found = given(key);
    auto const expected = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    auto read = value;
    auto is_number = true;
    if (found.in_environment) {
        auto const word = std::string_view{found.in_environment};
        auto const [end, error] = std::from_chars(word.data(), word.data() + word.size(), read);
        is_number = error == std::errc{} && end == word.data() + word.size();
    } else if (found.in_file) {
        is_number = found.in_file->IsInt64();
        if (is_number) read = found.in_file->GetInt64();
    }
    if (!is_number || read < min || read > max)
        complain(key, found, expected);
    else
        value = read;
    show(key, std::to_string(value));
}

void ConfigReader::collect_unknown(json::Value const& object, std::string const& prefix,
                                   std::vector<std::string>& unknown) const {
    for (auto const& member : object.GetObject()) {
        auto const key = prefix + std::string{json::view(member.name)};
        if (known_.contains(key)) continue;
        auto const section = key + ".";
        auto const inside = known_.lower_bound(section);
        if (member.value.IsObject() && inside != known_.end() && inside->starts_with(section))
            collect_unknown(member.value, section, unknown);
        else
            unknown.push_back(path_ + ": " + key + ": unknown key; config/wescrm.json lists all keys");
    }
}

std::optional<Error> ConfigReader::problems() const {
    auto lines = wrong_;
    collect_unknown(document_, "", lines);
    if (lines.empty()) return std::nullopt;
    return Error{Errc::invalid_input, "configuration", text::join(lines, "\n")};
}

}  // namespace wescrm::server
