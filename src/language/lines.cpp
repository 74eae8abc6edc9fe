#include <wescrm/language/understanding.hpp>

#include <cmath>

namespace wescrm::language {
namespace {

// With seconds where they were said.
std::string exact_moment(LocalTime at) {
    auto text = format_moment(MomentValue{at});
    auto const rest = at.time_of_day.count() % 60;
    if (rest > 0) text += (rest < 10 ? ":0" : ":") + std::to_string(rest);
    return text;
}

std::string range_bound(LocalTime at, bool is_date) { return is_date ? format_date(at.date) : exact_moment(at); }

struct OpenRange {
    std::string start;
    std::string end;  ///< exclusive; empty: open
};

// 周五前 is a range without a start, 明天以后 one without an end.
std::optional<OpenRange> open_range(Entity const& entity) {
    auto first = LocalTime{};
    auto after = LocalTime{};
    auto is_dates = true;
    if (auto const* day = std::get_if<DateValue>(&entity.value))
        first = {day->date, seconds{0}}, after = {add_days(day->date, 1), seconds{0}};
    else if (auto const* moment = std::get_if<MomentValue>(&entity.value))
        first = after = moment->at, is_dates = false;
    else if (auto const* range = std::get_if<RangeValue>(&entity.value))
        first = after = range->start, is_dates = range->is_dates;
    else
        return std::nullopt;
    if (entity.bound == Bound::until) return OpenRange{"", range_bound(after, is_dates)};
    if (entity.bound == Bound::from) return OpenRange{range_bound(first, is_dates), ""};
    return std::nullopt;
}

struct ValueWriter {
    json::Value& out;
    json::Allocator& allocator;

    void set(char const* name, std::string_view value) const { json::set(out, name, value, allocator); }
    void number(char const* name, double value) const {
        if (value == std::floor(value) && std::abs(value) < 9e15)
            json::set(out, name, json::Value{static_cast<std::int64_t>(value)}, allocator);
        else
            json::set(out, name, json::Value{value}, allocator);
    }
    void operator()(DateValue const& v) const { set("value", format_date(v.date)); }
    void operator()(MomentValue const& v) const { set("value", exact_moment(v.at)); }
    void operator()(RangeValue const& v) const {
        set("start", range_bound(v.start, v.is_dates));
        set("end", range_bound(v.end, v.is_dates));
    }
    void operator()(DurationValue const& v) const { number("seconds", static_cast<double>(v.seconds)); }
    void operator()(MoneyValue const& v) const {
        number("fen", static_cast<double>(v.fen));
        set("currency", v.currency);
        if (v.is_approximate) json::set(out, "approx", json::Value{true}, allocator);
    }
    void operator()(MoneyRangeValue const& v) const {
        bound("min_fen", v.min_fen);
        bound("max_fen", v.max_fen);
        set("currency", v.currency);
    }
    void bound(char const* name, std::optional<std::int64_t> fen) const {
        json::set(out, name, fen ? json::Value{*fen} : json::Value{}, allocator);
    }
    void operator()(NumberValue const& v) const { number("value", v.value); }
    void operator()(PercentValue const& v) const { number("value", v.value); }
    void operator()(PhoneValue const& v) const { set("value", v.digits); }
    void operator()(EmailValue const& v) const { set("value", v.address); }
    void operator()(UrlValue const& v) const { set("value", v.url); }
    void operator()(YesNoValue const& v) const { json::set(out, "value", json::Value{v.is_yes}, allocator); }
};

json::Value write_entity(Entity const& entity, json::Allocator& allocator) {
    auto object = json::Value{rapidjson::kObjectType};
    auto const open = open_range(entity);
    json::set(object, "kind", open ? "range" : kind_of(entity.value), allocator);
    json::set(object, "text", entity.text, allocator);
    json::set(object, "offset", json::Value{static_cast<std::int64_t>(entity.offset)}, allocator);
    json::set(object, "length", json::Value{static_cast<std::int64_t>(entity.length)}, allocator);
    if (!open) {
        std::visit(ValueWriter{object, allocator}, entity.value);
        return object;
    }
    for (auto const& [name, bound] : {std::pair{"start", &open->start}, std::pair{"end", &open->end}})
        json::set(object, name, bound->empty() ? json::Value{} : json::Value{bound->c_str(), allocator}, allocator);
    return object;
}

std::string failure(json::Value const* id, std::string_view message) {
    auto document = json::Document{rapidjson::kObjectType};
    if (id) json::set(document, "id", json::Value{*id, document.GetAllocator()}, document.GetAllocator());
    json::set(document, "error", message, document.GetAllocator());
    return json::write(document);
}

}  // namespace

std::string answer_line(std::string_view line, Vocabulary const& vocabulary) {
    auto const input = json::parse(line);
    if (!input || !input->IsObject())
        return failure(nullptr, "expected a JSON object a line: {\"id\",\"text\",\"reference_time\"}");
    auto const* id = json::find(*input, "id");
    auto const text = json::find_string(*input, "text");
    if (!text) return failure(id, "text is missing");
    auto zone = Zone{};
    if (auto const name = json::find_string(*input, "timezone")) {
        auto const named = Zone::named(*name);
        if (!named) return failure(id, "timezone is unknown");
        zone = *named;
    }
    auto const sent_at = parse_rfc3339(json::find_string(*input, "reference_time").value_or(""));
    if (!sent_at) return failure(id, "reference_time must be RFC 3339 with zone");
    auto const prefer = json::find_string(*input, "prefer").value_or("");
    auto understood = understand(*text, *sent_at, zone, vocabulary);
    if (!prefer.empty() || understood.intent == "unknown")
        understood.entities = find_entities(*text, {*sent_at, zone,
                                                    prefer == "future" ? Lean::future
                                                    : prefer == "past" ? Lean::past
                                                                       : Lean::none});
    auto output = json::Document{rapidjson::kObjectType};
    auto& allocator = output.GetAllocator();
    if (id) json::set(output, "id", json::Value{*id, allocator}, allocator);
    json::set(output, "intent", understood.intent, allocator);
    json::set(output, "confidence", json::Value{understood.confidence}, allocator);
    json::set(output, "slots", json::Value{understood.slots, allocator}, allocator);
    auto entities = json::Value{rapidjson::kArrayType};
    for (auto const& entity : understood.entities) entities.PushBack(write_entity(entity, allocator), allocator);
    json::set(output, "entities", std::move(entities), allocator);
    return json::write(output);
}

}  // namespace wescrm::language
