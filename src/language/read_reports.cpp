#include "numerals.hpp"
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

struct Metric {
    std::u32string_view word;
    char const* value;
};
// Longer words first where one contains another.
constexpr auto metrics = std::to_array<Metric>({{U"新增客户", "new_customers"},
                                                {U"新客户", "new_customers"},
                                                {U"新增线索", "new_leads"},
                                                {U"新线索", "new_leads"},
                                                {U"订单数", "order_count"},
                                                {U"订单量", "order_count"},
                                                {U"商机金额", "opportunity_amount"},
                                                {U"商机", "opportunity_amount"},
                                                {U"回款", "payment_amount"},
                                                {U"收款", "payment_amount"},
                                                {U"跟进", "followups"},
                                                {U"订单", "order_amount"},
                                                {U"合同", "order_amount"},
                                                {U"业绩", "order_amount"},
                                                {U"销售额", "order_amount"},
                                                {U"客户", "new_customers"},
                                                {U"线索", "new_leads"}});

std::string metric_in(Sentence const& s) {
    for (auto const& metric : metrics)
        if (s.has(metric.word)) return metric.value;
    return {};
}

// Department or person named in front of the report's word.
std::string scope_without(Sentence const& s, std::initializer_list<std::u32string_view> words) {
    return scope_of(s, residue(s, words, Lean::past));
}

Answer with_period(Sentence const& s, std::string intent) {
    auto answer = Answer{std::move(intent)};
    answer.with("period", period_in(s, Lean::none));
    return answer;
}

// 前5, 前三名, top10
std::optional<std::int64_t> top_in(Sentence const& s) {
    auto const word = find_any(s, {U"前", U"top"});
    auto const number =
        word ? parse_small(s.text(), s.text()[word->second] == U' ' ? word->second + 1 : word->second) : std::nullopt;
    if (!number || number->value < 1 || number->value > 100 || is_one_of(s.text()[number->end], U"天季年月周"))
        return std::nullopt;
    return static_cast<std::int64_t>(number->value);
}

std::string without_tail(std::string words) {
    for (std::string_view tail : {"是", "的"})
        if (words.ends_with(tail) && words.size() > tail.size()) words.resize(words.size() - tail.size());
    return words;
}

Intent define(Sentence const& s) {
    auto const word = find_any(
        s, {U"怎么算", U"怎么统计", U"是怎么统计", U"什么口径", U"口径", U"的数据范围", U"怎么计算", U"如何计算",
            U"如何统计", U"算法是", U"包括哪些", U"是怎么算", U"怎么来的", U"是什么意思", U"的定义"});
    if (!word || word->first == 0) return std::nullopt;
    return Answer{"report.define"}.with("metric", without_tail(without_fillers(s.original(0, word->first)))).done();
}

Intent ranking(Sentence const& s) {
    auto const is_board = has_any(s, {U"排行榜", U"排行", U"排名", U"龙虎榜"}) || s.normal().ends_with(U"榜") ||
                          s.has(U"榜前") || (s.has(U"前") && s.normal().ends_with(U"名"));
    if (!is_board || has_any(s, {U"产品", U"推送"})) return std::nullopt;
    auto answer = with_period(s, "report.leaderboard");
    return answer.with("metric", metric_in(s)).with("top", top_in(s)).done();
}

Intent brief(Sentence const& s) {
    if (!has_any(s, {U"简报", U"消售简报", U"xiaoshoujianbao"}) &&
        !(s.normal().ends_with(U"业绩") || has_any(s, {U"业绩怎么样", U"业绩如何", U"业绩情况"})))
        return std::nullopt;
    if (has_any(s, {U"推送", U"每天", U"每周", U"每月", U"发送", U"订阅"})) return std::nullopt;
    auto answer = with_period(s, "report.sales_brief");
    return answer
        .with("scope", scope_without(s, {U"销售简报", U"消售简报", U"简报", U"销售业绩", U"业绩", U"的", U"我", U"看",
                                         U"查", U"怎么样", U"如何", U"情况", U"团队", U"下属"}))
        .done();
}

Intent conversion(Sentence const& s) {
    if (has_any(s, {U"漏斗", U"各阶段", U"哪个阶段", U"阶段转化"})) {
        auto answer = with_period(s, "report.stage_conversion");
        auto const process = find_any(s, {U"流程"});
        if (process && process->first > 0) answer.with("process", name_between(s, 0, process->second));
        return answer.done();
    }
    if (!(s.has(U"线索") && has_any(s, {U"转化", U"转了客户", U"多少线索转"}))) return std::nullopt;
    auto answer = with_period(s, "report.lead_conversion");
    return answer
        .with("scope", scope_without(s, {U"线索", U"转化率", U"转化", U"情况", U"的", U"我", U"多少", U"转了客户",
                                         U"转了", U"看", U"查", U"团队", U"下属"}))
        .done();
}

// 小陈12月回款目标30万, 我下季度新增客户目标20个
Intent set_target(Sentence const& s) {
    auto const word = find_any(s, {U"目标"});
    if (!word) return std::nullopt;
    auto const from = s.text().starts(word->second, U"是") ? word->second + 1 : word->second;
    auto const amount = amount_in(s, from);
    auto const count = parse_number(s.text(), from);
    if (!amount && !count) return std::nullopt;
    auto const owner = residue(s,
                               {U"的", U"目标", U"回款", U"订单", U"新增客户", U"新增线索", U"业绩", U"销售额", U"合同",
                                U"跟进", U"是", U"设为", U"定为", s.normal().substr(from)},
                               Lean::none);
    auto answer = with_period(s, "target.set");
    answer.with("owner", owner == "我" ? std::string{"me"} : owner).with("metric", metric_in(s));
    auto const is_counted = count && count->value < 1e12 && is_one_of(s.text()[count->end], U"个家条次");
    if (is_counted) return answer.with("value", static_cast<std::int64_t>(count->value)).done();
    return amount ? answer.with("value_fen", amount->fen).done() : std::nullopt;
}

Intent targets(Sentence const& s) {
    if (auto found = set_target(s)) return found;
    if (!s.has(U"目标")) return std::nullopt;
    auto answer = with_period(s, "report.target");
    return answer.with("metric", has_any(s, {U"回款", U"订单", U"新增客户"}) ? metric_in(s) : std::string{})
        .with("scope",
              scope_without(s, {U"目标", U"完成率", U"完成情况", U"完成", U"还差多少", U"差多少", U"的", U"我", U"看",
                                U"查", U"回款", U"订单", U"新增客户", U"多少", U"进度", U"团队", U"下属"}))
        .done();
}

Intent trend(Sentence const& s) {
    if (!has_any(s, {U"趋势", U"走势", U"按月看", U"按周看", U"曲线"})) return std::nullopt;
    auto answer = Answer{"report.trend"};
    answer.with("period", period_in(s, Lean::past)).with("metric", metric_in(s));
    return answer
        .with("scope",
              scope_without(s, {U"趋势",     U"走势", U"按月看", U"按周看", U"曲线", U"订单", U"回款", U"新增客户",
                                U"新增线索", U"商机", U"跟进",   U"的",     U"我",   U"看",   U"查",   U"业绩",
                                U"销售额",   U"金额", U"数",     U"量",     U"图",   U"团队", U"下属"}))
        .done();
}

Intent activity(Sentence const& s) {
    if (!has_any(s, {U"谁没写跟进", U"没写跟进", U"跟进量", U"跟进情况", U"没跟进的同事", U"谁没跟进", U"跟进统计",
                     U"跟进数"}))
        return std::nullopt;
    auto answer = with_period(s, "report.followup_activity");
    for (auto const& entity : s.entities(Lean::none))
        if (auto const* duration = std::get_if<DurationValue>(&entity.value))
            answer.with("days", duration->seconds / 86'400);
    return answer.with("scope", std::string{has_any(s, {U"团队", U"下属"}) ? "subordinates" : ""}).done();
}

}  // namespace

Intent read_report(Sentence const& s) {
    if (auto found = define(s)) return found;
    if (s.has(U"产品") && has_any(s, {U"分析", U"卖得", U"销量", U"排行", U"销售"}))
        return with_period(s, "report.products").done();
    if (auto found = ranking(s)) return found;
    if (auto found = targets(s)) return found;
    if (auto found = conversion(s)) return found;
    if (auto found = trend(s)) return found;
    if (auto found = brief(s)) return found;
    return activity(s);
}

}  // namespace wescrm::language
