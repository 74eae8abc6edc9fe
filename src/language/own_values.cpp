#include "own_values.hpp"

#include "readers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace wescrm::language {
namespace {

constexpr auto own_value_verbs =
    std::to_array<std::u32string_view>({U"更正为", U"更新为", U"变更为", U"修改为", U"调整为", U"改成", U"改为",
                                        U"换成", U"改到", U"改", U"调到", U"设为", U"="});

bool is_number(std::string_view type) {
    return type == "integer" || type == "decimal" || type == "percent" || type == "rating" || type == "duration" ||
           type == "money";
}

// Of these several are said at once: 足球、篮球.
bool is_list(std::string_view type) {
    return type == "multi_choice" || type == "tags" || type == "employees" || type == "departments" ||
           type == "region" || type == "cascade";
}

bool ends_value(char32_t c, bool is_in_list) { return is_separator(c) && !(is_in_list && c == U'、'); }

// 是否上市：是 ends with its value, 行业是制造 goes on behind it.
bool leads_to_value(Sentence const& s, std::size_t at) {
    auto const c = s.text()[at];
    auto const is_word = c == U'是' && at + 1 < s.normal().size() && !is_separator(s.text()[at + 1]);
    return is_separator(c) || c == U'=' || is_word;
}

bool begins_number(char32_t c) {
    return (c >= U'0' && c <= U'9') ||
           std::u32string_view{U"一二三四五六七八九十百两半"}.find(c) != std::u32string_view::npos;
}

// An own field that is named in the sentence, and where its name begins.
struct Named {
    Vocabulary::OwnField const* field = nullptr;
    std::size_t begin = 0;
};

std::vector<Named> named_before(Sentence const& s, std::size_t at) {
    while (at > 0 && is_separator(s.text()[at - 1])) --at;
    auto named = std::vector<Named>{};
    for (auto const& own : s.own_fields())
        if (s.normal().substr(0, at).ends_with(own.label) &&
            (named.empty() || named.front().field->label.size() == own.label.size()))
            named.push_back({&own, at - own.label.size()});
    return named;
}

// Kinds may have fields of the same name: the word before says which one is meant, else the customer's.
Named meant_of(Sentence const& s, std::vector<Named> const& named) {
    auto const before = s.normal().substr(0, named.front().begin);
    struct Kind {
        std::u32string_view word;
        std::string_view object;
    };
    static constexpr auto kinds =
        std::to_array<Kind>({{U"线索", "lead"}, {U"商机", "opportunity"}, {U"联系人", "contact"}, {U"", "customer"}});
    for (auto const& kind : kinds) {
        if (before.find(kind.word) == std::u32string_view::npos) continue;
        auto const found =
            std::ranges::find_if(named, [&](Named const& one) { return one.field->object == kind.object; });
        if (found != named.end()) return *found;
    }
    return named.front();
}

std::string plain_number(double value) {
    auto buffer = std::array<char, 32>{};
    auto const [end, problem] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return problem == std::errc{} ? std::string{buffer.data(), end} : std::string{};
}

// 宏达的行业分类改成制造: a value as the field keeps it, or else the words.
Intent own_value_changed(Sentence const& s, Vocabulary::OwnField const& own, std::size_t name_end, std::size_t from) {
    auto answer = Answer{own.object + ".update"};
    answer.with(own.object.c_str(), name_between(s, s.head({U"把", U"将"}), name_end));
    auto const field = "custom." + own.key;
    if (own.type == "money")
        if (auto const amount = amount_in(s, from)) return answer.with_set(field.c_str(), amount->fen).done();
    if (own.type == "date" || own.type == "datetime")
        if (auto const date = date_in(s, Lean::none, from))
            return answer.with_set(field.c_str(), own.type == "date" ? date->first.substr(0, 10) : date->first).done();
    if (is_number(own.type) && own.type != "money")
        for (auto const& entity : s.entities(Lean::none, from)) {
            auto const* number = std::get_if<NumberValue>(&entity.value);
            auto const* percent = std::get_if<PercentValue>(&entity.value);
            if (number || percent)
                return answer.with_set(field.c_str(), plain_number(number ? number->value : percent->value)).done();
        }
    return answer.with_set(field.c_str(), without_fillers(s.original(from))).done();
}

}  // namespace

bool overlaps(Part const& part, std::vector<Part> const& others) {
    return std::ranges::any_of(
        others, [&](Part const& other) { return other.first < part.second && part.first < other.second; });
}

void take_own_fields(Sentence const& s, std::size_t from, std::string_view object, Filled& filled) {
    for (auto const& own : s.own_fields()) {
        if (own.object != object || filled.has("custom." + own.key)) continue;
        auto const at = s.normal().find(own.label, from + 1);
        auto end = at + own.label.size();
        if (at == std::u32string_view::npos || !is_separator(s.text()[at - 1]) || end >= s.normal().size() ||
            overlaps({at, end}, filled.taken))
            continue;
        auto const begin = end;
        while (end < s.normal().size() && leads_to_value(s, end)) ++end;
        auto stop = end;
        while (stop < s.normal().size() && !ends_value(s.text()[stop], is_list(own.type))) ++stop;
        auto const value = s.original(end, stop);
        auto const stands_apart = end > begin || (is_number(own.type) && begins_number(s.text()[end]));
        if (stands_apart && !value.empty()) filled.add("custom." + own.key, value, {at, stop});
    }
}

Filled fill_with_own(Sentence const& s, std::size_t from, std::string_view object) {
    auto own = Filled{};
    take_own_fields(s, from, object, own);
    if (own.taken.empty()) return fill(s, from);
    auto const given = fill(s, from);
    auto filled = Filled{};
    for (std::size_t n = 0; n < given.slots.size() && n < given.taken.size(); ++n)
        if (!overlaps(given.taken[n], own.taken))
            filled.add(given.slots[n].first, given.slots[n].second, given.taken[n]);
    for (std::size_t n = 0; n < own.slots.size(); ++n)
        filled.add(own.slots[n].first, own.slots[n].second, own.taken[n]);
    return filled;
}

Intent read_own_field(Sentence const& s) {
    if (s.own_fields().empty()) return std::nullopt;
    for (auto const verb : own_value_verbs) {
        auto const at = s.normal().find(verb);
        if (at == std::u32string_view::npos || at + verb.size() >= s.normal().size()) continue;
        auto const named = named_before(s, at);
        if (named.empty()) continue;
        auto const own = meant_of(s, named);
        if (own.begin > 0) return own_value_changed(s, *own.field, own.begin, at + verb.size());
    }
    return std::nullopt;
}

}  // namespace wescrm::language
