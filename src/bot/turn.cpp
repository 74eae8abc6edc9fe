#include "turn.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_guard.hpp>

#include <utility>

namespace wescrm::bot {
namespace {

constexpr auto morning = hours{9};

std::vector<Data> numbered(std::vector<Record> const& records) {
    auto lines = std::vector<Data>{};
    auto number = std::int64_t{0};
    for (auto const& record : records) {
        auto line = Data{{"title", record.title}};
        line.set("no", ++number);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

void Turn::say(std::string_view kind, Data data) { replies.push_back({std::string{kind}, std::move(data)}); }

void Turn::ask(Command command, std::string_view slot, std::string_view wording, Data data) {
    say(wording, data.copy());
    dialogue.question = Question{Question::Kind::slot,
                                 std::move(command),
                                 std::string{slot},
                                 std::string{wording},
                                 std::move(data),
                                 {},
                                 {},
                                 now + config.question_expires,
                                 0};
}

void Turn::offer(Command command, std::string_view slot, std::vector<Record> choices, std::string_view asked_name,
                 Data data) {
    data.set("name", asked_name).set("choices", numbered(choices));
    if (!asked_name.empty() && !data.has("is_near")) data.flag("is_several");
    if (choices.size() == 1) data.flag("is_only");
    say("ask_choice", data.copy());
    dialogue.question = Question{Question::Kind::choice,
                                 std::move(command),
                                 std::string{slot},
                                 "ask_choice",
                                 std::move(data),
                                 std::move(choices),
                                 std::string{asked_name},
                                 now + config.question_expires,
                                 0};
}

void Turn::confirm(Command command, std::string_view wording, Data data) {
    say(wording, data.copy());
    dialogue.question = Question{Question::Kind::confirm,
                                 std::move(command),
                                 "confirmed",
                                 std::string{wording},
                                 std::move(data),
                                 {},
                                 {},
                                 now + config.confirmation_expires,
                                 0};
}

void Turn::refuse(std::string_view what, Error const& error) {
    was_refused = true;
    auto fields = std::vector<Data>{};
    for (auto const& field : error.fields) fields.push_back(Data{{"message", field.message}});
    auto data = Data{{"what", what}, {"message", error.message}};
    data.set("fields", fields);
    if (error.fields.size() == 1 && error.fields.front().message == error.message) data.erase("fields");
    if (error.code == Errc::conflict && error.reason == "duplicate") data.flag("is_duplicate");
    if (error.code == Errc::forbidden && error.reason != "permission") data.flag("is_forbidden");
    if (error.code == Errc::not_found) data.flag("is_missing");
    say("reply_refused", std::move(data));
}

void Turn::remember(Record record) {
    if (!remembers()) dialogue.list = {};
    dialogue.record = std::move(record);
    dialogue.remembered_at = now;
}

void Turn::remember(List list) {
    if (!remembers()) dialogue.record.reset();
    dialogue.list = std::move(list);
    dialogue.remembered_at = now;
}

std::optional<Record> Turn::remembered_record() const { return remembers() ? dialogue.record : std::nullopt; }

std::optional<Record> Turn::remembered_entry(int index) const {
    auto const& records = dialogue.list.records;
    if (!remembers() || records.empty()) return std::nullopt;
    if (index == -1) return records.back();
    if (index < 1 || static_cast<std::size_t>(index) > records.size()) return std::nullopt;
    return records[static_cast<std::size_t>(index) - 1];
}

std::string Turn::spoken(std::optional<Instant> const& at) const {
    return at ? format_for_people(*at, zone, now) : std::string{};
}

std::optional<Instant> Turn::moment(std::string_view text) const {
    auto const date = parse_date(text.substr(0, 10));
    if (!date) return std::nullopt;
    if (text.size() == 10) return zone.instant({*date, morning});
    auto const parts = text::split(text.substr(11), ':');
    if (text[10] != 'T' || parts.size() < 2 || parts[0].size() != 2 || parts[1].size() != 2) return std::nullopt;
    auto const number = [](std::string const& digits) { return (digits[0] - '0') * 10 + (digits[1] - '0'); };
    auto const time = hours{number(parts[0])} + minutes{number(parts[1])};
    // 24:00 is the next day's midnight.
    if (time == hours{24}) return zone.instant({add_days(*date, 1), seconds{0}});
    if (time < hours{0} || time > hours{24}) return std::nullopt;
    return zone.instant({*date, time});
}

void put_moment(Turn const& turn, Data& fields, std::string_view name, std::string const& text) {
    if (auto const at = turn.moment(text)) fields.set(name, format_rfc3339(*at));
}

void note_write(Turn& turn, Command const& command, Record record) {
    turn.dialogue.written = Written{{command.intent, command.slots.copy()}, std::move(record), turn.now};
}

std::string masked(std::string_view phone) { return operation::masked_phone(phone); }

}  // namespace wescrm::bot
