// Whose a customer or lead is: claim, release, assign, transfer, and the pools they lie in.
#include "numerals.hpp"
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

constexpr std::size_t longest_wish = 14;  // longer ones are about something else

// 2个, 三条: how many behind a verb.
std::optional<std::int64_t> count_at(Sentence const& s, std::size_t at) {
    auto const number = parse_small(s.text(), at);
    if (!number || number->value < 1 || number->value > 1'000 || !is_one_of(s.text()[number->end], U"个条家位"))
        return std::nullopt;
    return static_cast<std::int64_t>(number->value);
}

bool is_lead(Sentence const& s) { return has_any(s, {U"线索"}); }

Intent claim(Sentence const& s) {
    if (has_any(s, {U"怎么", U"还能领", U"额度", U"能捡", U"领导", U"几个"}) &&
        !count_at(s, s.head({U"领", U"我要领", U"领取", U"要领"})))
        return std::nullopt;
    auto const mine = find_any(s, {U"我来跟", U"归我", U"给我跟", U"我要了", U"我领了", U"我来领"});
    auto const head =
        s.head({U"领取",   U"认领",       U"领",       U"领线索",     U"领取线索", U"领客户", U"领取客户", U"公海领取",
                U"公海领", U"从公海领取", U"从公海领", U"从线索池领", U"我要领",   U"要领",   U"线索池领", U"捡",
                U"抢",     U"认领客户",   U"认领线索", U"领一下",     U"申请领取", U"我领"});
    if (head == 0 && !mine) return std::nullopt;
    auto const object = is_lead(s) ? "lead" : "customer";
    auto answer = Answer{std::string{object} + ".claim"};
    if (head == 0)
        return mine->first == 0
                   ? std::nullopt
                   : answer
                         .with(object,
                               name_between(s, s.head({U"公海里的", U"公海的", U"公海里", U"公海"}), mine->first))
                         .done();
    if (auto const count = count_at(s, head)) return answer.with("count", *count).done();
    auto name = name_between(s, head, s.normal().size());
    if (name == "客户" || name == "线索" || name == "公海客户") name.clear();
    // 领取科技有限公司 is a name: the verb stands apart from what is claimed, or the name is no company's tail.
    static constexpr std::array<std::string_view, 3> tails{"科技有限公司", "有限公司", "科技"};
    if (!name.empty() && head == 2 && std::find(tails.begin(), tails.end(), name) != tails.end()) return std::nullopt;
    return answer.with(object, name).done();
}

Intent release(Sentence const& s) {
    auto const word = find_any(s, {U"退回公海", U"放回公海", U"退到公海", U"退公海", U"扔回公海", U"丢回公海",
                                   U"释放到公海", U"释放", U"还给公海", U"扔公海", U"退回线索池", U"退到线索池",
                                   U"放回线索池", U"退池", U"回公海", U"转到公海", U"丢公海", U"退线索池"});
    auto const given_up = find_any(s, {U"我不跟了", U"不跟了", U"我放弃了", U"不想跟了", U"放弃跟进"});
    if (!word && !given_up) {
        auto const back = find_any(s, {U"退回"});
        auto const stands_apart = back && (back->second == s.normal().size() || is_separator(s.text()[back->second]));
        if (!stands_apart || back->first < 2 || back->first > 8 ||
            has_any(s, {U"款", U"审批", U"申请", U"合同", U"货"}))
            return std::nullopt;
        return Answer{is_lead(s) || !s.has(U"客户") ? "lead.release" : "customer.release"}
            .with("lead", name_between(s, 0, back->first))
            .with("reason", without_fillers(s.original(back->second)))
            .done();
    }
    if (has_any(s, {U"名下全部", U"名下所有", U"如果"}) || s.has(U"他说")) return std::nullopt;
    auto const is_of_lead = is_lead(s) || s.has(U"退池");
    auto const object = is_of_lead ? "lead" : "customer";
    auto const& first = given_up && (!word || given_up->first < word->first) ? *given_up : *word;
    auto const last = word ? *word : first;
    auto answer = Answer{std::string{object} + ".release"};
    auto from = s.head({U"把", U"将", U"线索", U"把线索", U"客户", U"把客户", U"不跟"});
    auto end = first.first;
    if (from >= end) from = 0;
    auto const comma = find_any(s, {U",", U"，"}, from);
    if (comma && comma->first < end) end = comma->first;
    auto name = name_between(s, from, end);
    if (name.ends_with("了") && s.normal().starts_with(U"不跟"))
        name.resize(name.size() - std::string_view{"了"}.size());
    return answer.with(object, name)
        .with("reason", last.second < s.normal().size() ? without_fillers(s.original(last.second)) : std::string{})
        .done();
}

struct Handing {
    std::u32string_view word;
    bool is_assignment;  ///< by somebody who hands out, not by the owner
};
constexpr auto handings = std::to_array<Handing>({{U"分配给", true},
                                                  {U"分派给", true},
                                                  {U"分给", true},
                                                  {U"派给", true},
                                                  {U"指派给", true},
                                                  {U"划给", true},
                                                  {U"转给", false},
                                                  {U"转交给", false},
                                                  {U"转移给", false},
                                                  {U"移交给", false},
                                                  {U"交接给", false},
                                                  {U"移交", false},
                                                  {U"交给", false},
                                                  {U"过户给", false},
                                                  {U"转让给", false}});

std::optional<std::pair<Part, bool>> handing_in(Sentence const& s) {
    for (auto const& handing : handings)
        if (auto const at = s.normal().find(handing.word); at != std::u32string_view::npos)
            return std::pair{Part{at, at + handing.word.size()}, handing.is_assignment};
    // 公海里的北辰给小吴, 今天的新线索都给小陈
    auto const at = s.normal().find(U"给");
    if (at == std::u32string_view::npos || at == 0 || !(s.has(U"公海里的") || s.text().starts(at - 1, U"都给")))
        return std::nullopt;
    return std::pair{Part{at, at + 1}, true};
}

Intent hand(Sentence const& s) {
    auto const found = handing_in(s);
    if (!found || found->first.first == 0 ||
        has_any(s,
                {U"任务", U"审批", U"离职", U"名下", U"的客户都", U"所有客户", U"全部客户", U"订单", U"商机", U"审"}))
        return std::nullopt;
    auto const& [verb, is_assignment] = *found;
    auto end = s.normal().size();
    for (std::u32string_view tail : {U"负责", U"跟进", U"来跟", U"跟"})
        if (s.normal().substr(0, end).ends_with(tail)) end -= tail.size();
    auto const object = is_lead(s) ? "lead" : "customer";
    auto answer = Answer{std::string{object} + (is_assignment ? ".assign" : ".transfer")};
    answer.with("employee", person_between(s, verb.second, end));
    auto from = s.head({U"把", U"将", U"线索", U"把线索", U"客户", U"把客户", U"我的客户", U"我的线索", U"公海里的",
                        U"把公海里的", U"把未分配的", U"未分配的", U"线索池前", U"把线索池前", U"前"});
    if (auto const count = count_at(s, from)) return answer.with("count", *count).done();
    if (auto const period = period_in(s, Lean::past);
        is_assignment && !period.empty() && has_any(s, {U"新线索", U"新客户"}))
        return answer.with("period", period).done();
    if (from >= verb.first) from = 0;
    return answer.with(object, name_between(s, from, verb.first)).done();
}

Intent pool_rule(Sentence const& s) {
    auto const is_off = has_any(s, {U"停用公海规则", U"关闭公海规则", U"停用回收规则"});
    if (is_off) return Answer{"high_sea.set_rule"}.done();
    if (!s.has(U"公海") || !has_any(s, {U"回收", U"划入", U"自动", U"掉公海", U"自动退"})) return std::nullopt;
    auto answer = Answer{"high_sea.set_rule"};
    for (auto const& entity : s.entities(Lean::none))
        if (auto const* duration = std::get_if<DurationValue>(&entity.value))
            answer.with("days", duration->seconds / 86'400);
    auto const is_won = has_any(s, {U"成交", U"赢单", U"签单"});
    answer.with("rule", std::string{is_won ? "not_won" : "not_followed"});
    auto const at = s.normal().find(U"公海");
    return at > 0 && at <= 6 ? answer.with("high_sea", s.original(0, at + 2)).done() : answer.done();
}

// 推荐客户, 公海推荐, 给我推荐几个客户; not 朋友推荐的客户, which says where one comes from.
bool asks_for_recommendations(Sentence const& s) {
    if (s.is_one_of({U"推荐", U"推荐给我", U"给我推荐", U"公海推荐", U"推荐公海", U"线索推荐", U"客户推荐"}))
        return true;
    if (has_any(s, {U"推荐人", U"推荐了", U"来源", U"产品", U"跟进", U"转介绍"})) return false;
    auto const behind =
        s.head({U"给我推荐", U"帮我推荐", U"推荐", U"公海推荐", U"公海里推荐", U"有什么推荐", U"有没有推荐"});
    return behind > 0 && has_any(s, {U"客户", U"线索", U"公海"}) && s.normal().size() <= longest_wish;
}

}  // namespace

Intent read_pool(Sentence const& s) {
    if (auto rule = pool_rule(s)) return rule;
    auto const head =
        s.head({U"新建公海", U"增加公海", U"添加公海", U"创建公海", U"新建线索池", U"建个线索池", U"建个公海"});
    if (head > 0) {
        auto const members = find_any(s, {U"成员"}, head);
        auto answer = Answer{"high_sea.create"};
        auto const from = s.text().starts(head, U"叫") ? head + 1 : head;
        answer.with("high_sea", without_fillers(s.original(from, members ? members->first : s.normal().size())));
        answer.with("object", std::string{s.normal().substr(0, head).ends_with(U"线索池") ? "lead" : ""});
        return members ? answer.with("members", without_fillers(s.original(members->second))).done() : answer.done();
    }
    if (asks_for_recommendations(s))
        return Answer{"high_sea.recommended"}.with("object", std::string{is_lead(s) ? "lead" : ""}).done();
    if (has_any(s, {U"还能领", U"领取额度", U"能领几", U"可以领几", U"能领多少", U"领取上限"}))
        return Answer{"high_sea.quota"}.done();
    auto const asks =
        s.is_one_of({U"公海", U"公海列表", U"公海客户", U"看公海", U"公海池", U"看看公海", U"打开公海", U"查公海",
                     U"公海里有什么"}) ||
        (s.has(U"公海") && has_any(s, {U"能捡", U"有哪些", U"公海里的", U"新增的", U"列表", U"有什么", U"还有"}) &&
         !has_any(s, {U"我来跟", U"给"}));
    if (!asks) return std::nullopt;
    return Answer{"high_sea.list"}.with("period", period_in(s, Lean::past)).done();
}

Intent read_ownership(Sentence const& s) {
    if (auto found = release(s)) return found;
    if (auto found = hand(s)) return found;
    return claim(s);
}

}  // namespace wescrm::language
