#include "own_fields.hpp"

#include "company.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr std::string_view prefix = "custom.";
constexpr std::string_view system_prefix = "system.";

bool is_list(std::string_view type) {
    return type == "multi_choice" || type == "tags" || type == "employees" || type == "departments" ||
           type == "region" || type == "cascade";
}

bool is_number(std::string_view type) {
    return type == "integer" || type == "decimal" || type == "percent" || type == "money" || type == "rating" ||
           type == "duration";
}

// Those that somebody can say in a few words; others are filled in on pages.
bool can_be_said(std::string_view type) {
    static constexpr auto others = std::to_array<std::string_view>(
        {"location", "reference", "references", "image", "file", "signature", "divider", "auto_number"});
    return std::ranges::find(others, type) == others.end();
}

void say_elsewhere(Turn& turn, std::string_view object, OwnField const& field, std::string const& record) {
    static constexpr auto places = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"customer", "客户"}, {"contact", "联系人"}, {"lead", "线索"}, {"opportunity", "商机"}});
    auto const place = std::ranges::find(places, object, &std::pair<std::string_view, std::string_view>::first);
    turn.say("reply_own_elsewhere", Data{{"label", field.label},
                                         {"place", place == places.end() ? std::string_view{} : place->second},
                                         {"record", record}});
}

std::optional<OwnField> field_of(std::vector<OwnField> const& fields, std::string_view key) {
    auto const found = std::ranges::find(fields, key, &OwnField::key);
    return found == fields.end() ? std::nullopt : std::optional{*found};
}

// Fields of two kinds may have one name.
std::string head_of(std::string_view object) {
    if (object == "lead") return "这条线索的";
    if (object == "opportunity") return "这个商机的";
    return object == "contact" ? "这位联系人的" : "这家的";
}

// 50万, 下周五: read as in a sentence that sets the field; words otherwise.
json::Document as_said(Turn const& turn, std::string_view object, OwnField const& field, std::string const& text) {
    auto said = json::Document{};
    said.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), said.GetAllocator());
    if (!is_number(field.type) && field.type != "date" && field.type != "datetime") return said;
    auto const meant = turn.understand(head_of(object) + field.label + "改成" + text, turn.sent_at, turn.zone);
    auto const* set = json::find(meant.slots, "set");
    auto const* value = set ? json::find(*set, std::string{prefix} + field.key) : nullptr;
    if (meant.intent == std::string{object} + ".update" && value) said.CopyFrom(*value, said.GetAllocator());
    return said;
}

json::Document list_of(std::string text) {
    for (auto const* separator : {"，", ",", "；", ";", " ", "和", "/", "／"})
        text = text::replace_all(std::move(text), separator, "、");
    auto list = json::Document{rapidjson::kArrayType};
    for (auto const& part : text::split(text::replace_all(std::move(text), "、", "\n"), '\n'))
        if (auto const word = text::trim(part); !word.empty())
            list.PushBack(json::make_string(word, list.GetAllocator()), list.GetAllocator());
    return list;
}

constexpr std::int64_t last_certain_department = 2;

template <class Found>
bool is_one(std::vector<Found> const& found, std::int64_t last_certain) {
    if (found.empty() || found.front().rank > last_certain) return false;
    return found.size() == 1 || (found[0].rank == 1 && found[1].rank > 1);
}

// People and departments are said by name and kept by id; a name that is nobody's or several people's stays, and is
// refused there.
std::string known_as(Turn const& turn, std::string_view type, std::string const& name) {
    auto const company = Company{turn.crm};
    if (type.starts_with("employee")) {
        if (name == "我" || name == "自己" || name == "我自己") return turn.person.user_id;
        auto const found = company.search(name, 2, false);
        return found && is_one(*found, last_certain_rank) ? found->front().user_id : name;
    }
    auto const found = company.search_departments(name, 2);
    return found && is_one(*found, last_certain_department) ? found->front().id : name;
}

bool is_of_company(std::string_view type) { return type.starts_with("employee") || type.starts_with("department"); }

json::Document of_company(Turn const& turn, std::string_view type, json::Document const& said) {
    auto known = json::Document{};
    auto& memory = known.GetAllocator();
    auto const id_of = [&](json::Value const& name) {
        return json::make_string(known_as(turn, type, std::string{json::view(name)}), memory);
    };
    if (!said.IsArray()) {
        static_cast<json::Value&>(known) = id_of(said);
        return known;
    }
    known.SetArray();
    for (auto const& name : said.GetArray()) known.PushBack(id_of(name), memory);
    return known;
}

// The value as the operation takes it; a text that is none goes along as it is, and is refused there with the reason.
json::Document typed(Turn const& turn, std::string_view object, OwnField const& field, json::Value const& given) {
    auto value = json::Document{};
    value.CopyFrom(given, value.GetAllocator());
    if (!given.IsString()) return value;
    auto const text = std::string{json::view(given)};
    if (is_of_company(field.type)) {
        if (is_list(field.type)) return of_company(turn, field.type, list_of(text));
        value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), value.GetAllocator());
        return of_company(turn, field.type, value);
    }
    if (is_list(field.type)) return list_of(text);
    if (field.type == "boolean" && (is_confirmation(text) || is_refusal(text) || text == "有" || text == "没有")) {
        value.SetBool(is_confirmation(text) || text == "有");
        return value;
    }
    auto said = as_said(turn, object, field, text);
    if (is_number(field.type) && said.IsString()) {
        auto const word = std::string{json::view(said)};
        auto number = 0.0;
        auto const [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (problem != std::errc{} || end != word.data() + word.size()) return said;
        auto const is_whole = field.type != "decimal" && field.type != "percent";
        if (is_whole && number == static_cast<double>(static_cast<std::int64_t>(number)))
            said.SetInt64(static_cast<std::int64_t>(number));
        else
            said.SetDouble(number);
    }
    if (field.type == "datetime" && said.IsString())
        if (auto const at = turn.moment(json::view(said))) {
            auto const words = format_rfc3339(*at);
            said.SetString(words.data(), static_cast<rapidjson::SizeType>(words.size()), said.GetAllocator());
        }
    return said;
}

// Of those that every company has, texts and dates.
bool is_sayable_system(std::string_view type) {
    return type == "text" || type == "textarea" || type == "date" || type == "datetime";
}

// 下周五: read as the time of a reminder.
std::optional<Instant> moment_said(Turn const& turn, std::string const& said) {
    if (auto const at = turn.moment(said)) return at;
    auto const meant = turn.understand("提醒我" + said + "联系", turn.sent_at, turn.zone);
    for (auto const* slot : {"due_at", "remind_at"})
        if (auto const word = json::find_string(meant.slots, slot))
            if (auto const at = turn.moment(*word)) return at;
    return std::nullopt;
}

// An answer about a field that every company has, as its operation takes it.
void put_system(Turn& turn, std::vector<OwnField> const& system, std::string_view key, std::string const& said,
                Data& fields) {
    auto const field = field_of(system, key);
    if (!field) return;
    auto const is_day = field->type == "date";
    if (is_day || field->type == "datetime")
        if (auto const at = moment_said(turn, said)) {
            fields.set(key, is_day ? format_date(turn.zone.date(*at)) : format_rfc3339(*at));
            return;
        }
    fields.set(key, said);
}

// What the company requires and nobody said, or said so that it was refused.
bool ask_system(Turn& turn, std::string_view object, Command& command, Error const& error) {
    auto const system = turn.crm.system_fields(object);
    for (auto const& wrong : error.fields) {
        auto const field = field_of(system, wrong.field);
        auto const slot = std::string{system_prefix} + wrong.field;
        auto const is_new = !command.slots.has(slot);
        if (!field || !field->is_required || (is_new && wrong.message != "请填写" + field->label)) continue;
        if (!is_sayable_system(field->type)) {
            say_elsewhere(turn, object, *field, command.slots.text("name"));
            return true;
        }
        auto data = Data{{"label", field->label}};
        if (!is_new) data.set("problem", wrong.message);
        data.set("record", command.slots.text("name"));
        command.slots.erase(slot);
        turn.ask(std::move(command), slot, "ask_own_field", std::move(data));
        return true;
    }
    return false;
}

}  // namespace

void put_own(Turn& turn, std::string_view object, Data const& slots, Data& fields) {
    auto own = std::vector<OwnField>{};
    auto system = std::vector<OwnField>{};
    auto custom = Data{};
    for (auto const& slot : slots.value().GetObject()) {
        auto const name = json::view(slot.name);
        if (name.starts_with(system_prefix) && slot.value.IsString()) {
            if (system.empty()) system = turn.crm.system_fields(object);
            put_system(turn, system, name.substr(system_prefix.size()), std::string{json::view(slot.value)}, fields);
        }
        if (!name.starts_with(prefix)) continue;
        if (own.empty()) own = turn.crm.own_fields(object);
        if (auto const field = field_of(own, name.substr(prefix.size())))
            custom.set(field->key, static_cast<json::Value const&>(typed(turn, object, *field, slot.value)));
    }
    if (!custom.value().ObjectEmpty()) fields.set("custom", custom.value());
}

bool ask_own(Turn& turn, std::string_view object, Command& command, Error const& error) {
    auto const wrong =
        std::ranges::find_if(error.fields, [](FieldError const& field) { return field.field.starts_with(prefix); });
    if (wrong == error.fields.end() || error.fields.front().field.find('.') == std::string::npos)
        return error.code == Errc::invalid_input && ask_system(turn, object, command, error);
    auto const field = field_of(turn.crm.own_fields(object), std::string_view{wrong->field}.substr(prefix.size()));
    if (!field) return false;
    if (!can_be_said(field->type)) {
        say_elsewhere(turn, object, *field, command.slots.text("name"));
        return true;
    }
    auto data = Data{{"label", field->label}, {"options", text::join(field->options, "、")}};
    if (command.slots.has(wrong->field)) data.set("problem", wrong->message);
    data.set("record", command.slots.text("name"));
    command.slots.erase(wrong->field);
    turn.ask(std::move(command), wrong->field, "ask_own_field", std::move(data));
    return true;
}

bool names_unsayable(Turn& turn, std::string_view object, Data const& slots) {
    for (auto const& slot : slots.value().GetObject()) {
        auto const name = json::view(slot.name);
        if (!name.starts_with(prefix)) continue;
        auto const field = field_of(turn.crm.own_fields(object), name.substr(prefix.size()));
        if (!field || can_be_said(field->type)) continue;
        say_elsewhere(turn, object, *field, {});
        return true;
    }
    return false;
}

OwnView own_view(Turn const& turn, std::string_view object, std::string_view id, bool only_cards) {
    auto view = OwnView{};
    auto values = turn.crm.own_values(object, id);
    view.labels = std::move(values.labels);
    for (auto const& value : values.items) {
        if (only_cards && !value.is_on_card) continue;
        view.lines.push_back(Data{{"label", value.label}, {"text", text::truncate(text::one_line(value.text), 60)}});
    }
    return view;
}

}  // namespace wescrm::bot
