#include "readers.hpp"

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

std::string method_in(std::u32string_view content) {
    struct Method {
        std::u32string_view word;
        char const* value;
    };
    static constexpr auto words = std::to_array<Method>({{U"拜访", "visit"},
                                                         {U"上门", "visit"},
                                                         {U"登门", "visit"},
                                                         {U"现场", "visit"},
                                                         {U"电话", "call"},
                                                         {U"打了", "call"},
                                                         {U"通话", "call"},
                                                         {U"微信", "wechat"},
                                                         {U"邮件", "email"},
                                                         {U"发邮", "email"},
                                                         {U"开会", "meeting"},
                                                         {U"会议", "meeting"},
                                                         {U"座谈", "meeting"},
                                                         {U"演示", "meeting"},
                                                         {U"见了", "visit"}});
    for (auto const& word : words)
        if (content.find(word.word) != std::u32string_view::npos) return word.value;
    return {};
}

std::string said_day(Sentence const& s, std::size_t from, std::size_t to) {
    auto const today = format_date(s.reference(Lean::none).zone.date(s.reference(Lean::none).sent_at));
    for (auto const& entity : s.entities(Lean::past, from))
        if (is_moment(entity.value) && entity.offset < to) {
            auto const day = format_moment(entity.value);
            return day.substr(0, 10) < today ? day : std::string{};
        }
    return {};
}

// What a report consists of behind its target: content, kind, when it happened, what comes next.
Intent report(Sentence const& s, std::string const& target, std::size_t content_from, std::string const& method) {
    auto answer = Answer{"followup.create"};
    answer.with("target", target);
    auto const size = s.normal().size();
    auto const plan = plan_in(s, content_from);
    auto content = s.original(std::min(content_from, size));
    if (plan) {
        answer.with("next_contact_at", plan->moment);
        auto before = without_fillers(s.original(content_from, std::max(content_from, plan->clause.first)));
        if (!before.empty()) content = std::move(before);
    }
    answer.with("content", content);
    answer.with("kind", method.empty() ? method_in(s.normal().substr(std::min(content_from, size))) : method);
    return answer.with("followed_at", said_day(s, content_from, plan ? plan->clause.first : size)).done();
}

// The name that runs from `from` to the next separator.
Intent after_head(Sentence const& s, std::size_t from, std::string const& method) {
    auto at = from;
    while (at < s.text().size() && is_separator(s.text()[at])) ++at;
    auto end = at;
    while (end < s.text().size() && !is_separator(s.text()[end])) ++end;
    auto content = end;
    while (content < s.text().size() && is_separator(s.text()[content])) ++content;
    return report(s, clean_name(s.original(at, end)), content, method);
}

// 给绿源写个跟进 …, 绿源跟进：…
Intent head_inside(Sentence const& s) {
    auto const word = find_any(s, {U"写个跟进", U"写跟进", U"记个跟进", U"加个跟进", U"加跟进", U"记跟进", U"写条跟进",
                                   U"记录跟进", U"添加跟进", U"跟进:", U"跟进一下:"});
    if (!word || word->first < 2 || s.text()[word->first - 1] == U'没') return std::nullopt;
    for (std::size_t at = 0; at < word->first; ++at)
        if (is_separator(s.text()[at])) return std::nullopt;
    auto from = word->second;
    while (from < s.text().size() && is_separator(s.text()[from])) ++from;
    return report(s, name_between(s, s.head({U"给", U"帮", U"为"}), word->first), from, {});
}

}  // namespace

Intent read_followup_head(Sentence const& s) {
    if (has_any(s, {U"跟进记录", U"跟进历史", U"跟进情况", U"跟进量", U"跟进数"})) return std::nullopt;
    if (auto found = head_inside(s)) return found;
    auto const head = s.head({U"跟进", U"写跟进", U"写个跟进", U"记跟进", U"记个跟进", U"记录跟进", U"添加跟进",
                              U"新增跟进", U"新建跟进", U"跟近", U"根进", U"写一条跟进", U"补跟进", U"补个跟进",
                              U"记一下跟进", U"记一下", U"记一笔", U"gj", U"genjin"});
    if (head > 0 && is_latin(s.text()[0]) && !is_separator(s.text()[head])) return std::nullopt;
    if (head > 0) return after_head(s, head, {});
    auto const visit = s.head({U"拜访", U"上门拜访", U"走访"});
    return visit > 0 && is_separator(s.text()[visit]) ? after_head(s, visit, "visit") : std::nullopt;
}

Intent read_followup_list(Sentence const& s) {
    auto const word = find_last(s, {U"的跟进记录", U"的跟进历史", U"跟进记录", U"跟进历史", U"的跟进", U"跟了谁",
                                    U"跟进了谁", U"跟进过谁", U"跟进了哪些", U"有哪些跟进"});
    if (!word || word->second != s.normal().size() || word->first == 0) return std::nullopt;
    auto const period = period_in(s, Lean::past);
    auto const rest =
        residue(s, {U"的跟进记录", U"的跟进历史", U"跟进记录",   U"跟进历史", U"的跟进", U"跟了谁", U"跟进了谁",
                    U"跟进过谁",   U"跟进了哪些", U"有哪些跟进", U"我的",     U"我",     U"的",     U"查一下",
                    U"查看",       U"查询",       U"查",         U"看一下",   U"看",     U"团队",   U"下属"});
    auto answer = Answer{"followup.list"};
    answer.with("period", period);
    // With a period it is a person's work that is asked for, without one a record's history.
    if (period.empty() && !rest.empty() && !has_any(s, {U"我的"}))
        return answer.with("target", clean_name(rest)).done();
    auto const scope = scope_of(s, rest);
    if (scope.starts_with("employee:") && to_code_points(rest).size() > 3)
        return answer.with("target", clean_name(rest)).done();
    return answer.with("scope", scope).done();
}

Intent read_followup_report(Sentence const& s) {
    static constexpr std::array<std::u32string_view, 26> happened{
        U"电话沟通", U"拜访了", U"聊了",   U"见了",     U"沟通了", U"谈了", U"发了",   U"说",     U"嫌",
        U"反馈",     U"答应",   U"同意了", U"打了电话", U"微信",   U"批了", U"没意见", U"有意向", U"要看",
        U"要了",     U"定了",   U"表示",   U"觉得",     U"考虑",   U"来了", U"开会",   U"打电话"};
    auto const has_happened = [](std::u32string_view words) {
        return std::any_of(happened.begin(), happened.end(),
                           [words](auto word) { return words.find(word) != std::u32string_view::npos; });
    };
    // 昨天见了昆明花卉市场的段总 …: the day first, then whom.
    auto const met = find_any(s, {U"见了", U"拜访了", U"去了", U"走访了", U"上门拜访了", U"联系了"});
    auto const& all = s.normal();
    if (met && met->first <= 8 && met->second < all.size()) {
        auto end = met->second;
        while (end < all.size() && !is_separator(all[end])) ++end;
        auto const of = all.substr(0, end).rfind(U"的");
        auto const is_person =
            of != std::u32string_view::npos && of > met->second && is_honorific(all.substr(of + 1, end - of - 1));
        auto const is_day_before = met->first == 0 || !s.entities(Lean::past).empty();
        if (is_day_before) return report(s, name_between(s, met->second, is_person ? of : end), 0, {});
    }
    // 绿源 老板嫌贵: a name, then a statement about what happened.
    auto const blank =
        std::find_if(all.begin(), all.end(), [](char32_t c) { return is_blank(c) || c == U',' || c == U'，'; });
    auto const name_size = static_cast<std::size_t>(blank - all.begin());
    if (name_size < 2 || name_size > 16 || name_size == all.size()) return std::nullopt;
    auto const statement = all.substr(name_size);
    auto const is_past = statement.size() >= 4 && statement.ends_with(U"了") && !s.has_tail(U"吗") &&
                         !s.has_tail(U"？") && !s.has_tail(U"?");
    if (!is_past && !has_happened(statement)) return std::nullopt;
    return after_head(s, 0, {});
}

}  // namespace wescrm::language
