#include "recognisers.hpp"
#include "times.hpp"
#include "words.hpp"

#include <wescrm/language/entities.hpp>

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

Entity from_time(FoundTime const& time, std::size_t at) {
    return Entity{time.value, at, time.end - at, {}, time.bound, time.period};
}

std::optional<Entity> first_at(Characters const& text, std::size_t at, Reference const& reference,
                               std::size_t& skipped) {
    if (auto found = find_url(text, at)) return found;
    if (auto found = find_email(text, at)) return found;
    if (auto found = find_phone(text, at)) return found;
    auto share_found = find_percent(text, at);
    auto const amount = find_money(text, at);
    if (!is_inside_word(text, at)) {
        auto const time = parse_time(text, at, reference);
        auto const other_end = std::max(amount ? at + amount->length : 0, share_found ? at + share_found->length : 0);
        if (time && time->end > other_end) {
            if (!time->is_impossible) return from_time(*time, at);
            skipped = time->end;
            return std::nullopt;
        }
    }
    if (share_found) return share_found;
    if (amount) return amount;
    return find_number(text, at);
}

std::string two(long value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

bool is_inside_word(Characters const& text, std::size_t at) {
    return at > 0 && (is_latin(text[at - 1]) || is_digit(text[at - 1]) || text[at - 1] == U'_');
}

std::optional<Entity> find_yes_no(Characters const& text) {
    static constexpr std::array<std::u32string_view, 22> yes{
        U"是", U"对",  U"好", U"行", U"可以", U"嗯", U"确认", U"确定", U"同意",   U"没错", U"没问题",
        U"ok", U"yes", U"y",  U"要", U"中",   U"成", U"可",   U"当然", U"没毛病", U"好的", U"是的"};
    static constexpr std::array<std::u32string_view, 20> no{
        U"不", U"否",   U"不是", U"不行", U"不对",   U"不可以", U"不要", U"不同意", U"否定", U"no",
        U"n",  U"不用", U"别",   U"不好", U"不确定", U"没有",   U"不能", U"不成",   U"不中", U"不确认"};
    auto from = std::size_t{0};
    while (is_separator(text[from])) ++from;
    auto end = from;
    while (end < text.size() && !is_separator(text[end])) ++end;
    auto const length = end - from;
    if (length == 0 || length > 6) return std::nullopt;
    auto word = text.view().substr(from, length);
    while (word.size() > 1 &&
           std::u32string_view{U"啊呀哇嘞吧呢的了哦哈嗯滴嘛"}.find(word.back()) != std::u32string_view::npos)
        word.remove_suffix(1);
    auto const is_yes = std::find(yes.begin(), yes.end(), word) != yes.end();
    if (!is_yes && std::find(no.begin(), no.end(), word) == no.end()) return std::nullopt;
    return Entity{YesNoValue{is_yes}, from, length};
}

std::vector<Entity> find_entities(std::string_view utf8, Reference const& reference) {
    auto const text = Characters{utf8};
    auto found = std::vector<Entity>{};
    auto const add = [&](Entity entity) {
        entity.text = text.original(entity.offset, entity.offset + entity.length);
        found.push_back(std::move(entity));
    };
    if (auto answer = find_yes_no(text)) add(std::move(*answer));
    for (std::size_t at = 0; at < text.size();) {
        auto skipped = std::size_t{0};
        auto entity = first_at(text, at, reference, skipped);
        if (!entity || entity->length == 0) {
            at = std::max(skipped, at + 1);
            continue;
        }
        auto const end = at + entity->length;
        auto const* money = std::get_if<MoneyValue>(&entity->value);
        auto const plain = money ? find_number(text, at) : std::nullopt;
        add(std::move(*entity));
        if (plain && at + plain->length == end) add(*plain);
        at = end;
    }
    return found;
}

std::string_view kind_of(EntityValue const& value) noexcept {
    static constexpr std::array<std::string_view, 12> names{"date",  "datetime", "range",   "duration",
                                                            "money", "number",   "percent", "phone",
                                                            "email", "url",      "yes_no",  "money_range"};
    return names[value.index()];
}

std::string format_moment(EntityValue const& value) {
    if (auto const* day = std::get_if<DateValue>(&value)) return format_date(day->date);
    if (auto const* range = std::get_if<RangeValue>(&value); range && range->is_dates) return format_date(range->date);
    if (auto const* range = std::get_if<RangeValue>(&value)) return format_moment(MomentValue{range->start});
    auto const* moment = std::get_if<MomentValue>(&value);
    if (!moment) return {};
    auto const time = std::chrono::hh_mm_ss{moment->at.time_of_day};
    return format_date(moment->at.date) + "T" + two(time.hours().count()) + ":" + two(time.minutes().count());
}

}  // namespace wescrm::language
