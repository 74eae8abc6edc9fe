#include "showing.hpp"

#include <array>
#include <cstdio>

namespace wescrm::pages {
namespace {

std::string clock_text(LocalTime const& at) {
    auto text = std::array<char, 6>{};
    auto const minute = std::chrono::duration_cast<minutes>(at.time_of_day).count();
    std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(minute / 60) % 24,
                  static_cast<int>(minute % 60));
    return text.data();
}

std::string day_text(Date day, Date today) {
    for (auto const& [offset, word] : {std::pair{0, "今天"}, std::pair{-1, "昨天"}, std::pair{1, "明天"}})
        if (day == add_days(today, offset)) return word;
    auto text = format_date(day);
    return day.year() == today.year() ? text.substr(5) : text;
}

std::string_view first_in(std::string_view agent,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
    for (auto const& [sign, word] : words)
        if (agent.find(sign) != std::string_view::npos) return word;
    return {};
}

}  // namespace

std::string client_word(std::string const& agent) {
    auto const program = first_in(agent, {{"wxwork", "企业微信"},
                                          {"MicroMessenger", "微信"},
                                          {"Edg", "Edge"},
                                          {"Firefox", "Firefox"},
                                          {"Chrome", "Chrome"},
                                          {"Safari", "Safari"}});
    auto const device = first_in(agent, {{"iPhone", "iPhone"},
                                         {"iPad", "iPad"},
                                         {"Android", "安卓"},
                                         {"Windows", "Windows"},
                                         {"Mac OS", "Mac"},
                                         {"Linux", "Linux"}});
    if (program.empty() || device.empty()) return agent;
    return std::string{program} + " · " + std::string{device};
}

std::string short_time(Instant at, Zone const& zone, Instant now) {
    auto const local = zone.local(at);
    return day_text(local.date, zone.date(now)) + " " + clock_text(local);
}

std::string short_time(json::Value const& object, std::string_view member, Zone const& zone, Instant now) {
    auto const text = json::find_string(object, member);
    auto const at = text ? parse_rfc3339(*text) : std::nullopt;
    return at ? short_time(*at, zone, now) : std::string{};
}

void add_time_texts(json::Value& rows, std::string_view member, Zone const& zone, Instant now,
                    json::Allocator& allocator) {
    auto const name = std::string{member} + "_text";
    for (auto& row : rows.GetArray()) json::set(row, name, short_time(row, member, zone, now), allocator);
}

std::string text_of(json::Value const& object, std::string_view member) {
    return json::find_string(object, member).value_or("");
}

std::string number_of(json::Value const& object, std::string_view member) {
    auto const number = json::find_integer(object, member);
    return number ? std::to_string(*number) : std::string{};
}

json::Document copy_of(json::Value const& value) {
    auto copy = json::Document{};
    copy.CopyFrom(value, copy.GetAllocator());
    return copy;
}

std::string query_with(http::Parameters const& query, std::string_view name, std::string_view value) {
    auto changed = http::Parameters{};
    for (auto const& [key, given] : query)
        if (key != name && !given.empty()) changed.add(key, given);
    if (!value.empty()) changed.add(std::string{name}, std::string{value});
    return "?" + changed.encoded();
}

}  // namespace wescrm::pages
