// Approvals, colleagues and departments, administration.
#include "numerals.hpp"
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

std::string reason_behind(Sentence const& s, std::size_t at) {
    return at < s.normal().size() ? without_fillers(s.original(at)) : std::string{};
}

// 第2个，注意交期: which one, and the rest.
struct Choice {
    std::optional<std::int64_t> index;
    std::string name;
    std::string rest;
};
Choice choice_behind(Sentence const& s, std::size_t at) {
    auto choice = Choice{};
    auto const& text = s.text();
    auto position = at;
    while (position < text.size() && is_separator(text[position])) ++position;
    auto const starts_apart = position > at;
    if (text[position] == U'第') {
        auto const number = parse_small(text, position + 1);
        if (number) {
            choice.index = static_cast<std::int64_t>(number->value);
            position = is_one_of(text[number->end], U"个条单") ? number->end + 1 : number->end;
            choice.rest = reason_behind(s, position);
            return choice;
        }
    }
    auto end = position;
    while (end < text.size() && !is_separator(text[end])) ++end;
    auto const is_name =
        !starts_apart || s.normal().substr(position, end - position).find(U"的") != std::u32string_view::npos;
    if (is_name) choice.name = name_between(s, position, end);
    choice.rest = reason_behind(s, is_name ? end : position);
    return choice;
}

Intent decide(Sentence const& s) {
    auto const no = s.head({U"驳回", U"不同意", U"拒绝", U"不批准", U"不通过", U"打回"});
    if (no > 0) {
        auto const choice = choice_behind(s, no);
        auto answer = Answer{"approval.reject"};
        if (choice.index) answer.with("approval", *choice.index);
        return answer.with("approval", choice.name).with("reason", choice.rest).done();
    }
    auto const yes = s.head({U"同意", U"批准", U"通过", U"审批通过", U"批了"});
    if (yes == 0) return std::nullopt;
    auto const choice = choice_behind(s, yes);
    auto answer = Answer{"approval.approve"};
    if (choice.index) answer.with("approval", *choice.index);
    return answer.with("approval", choice.name).with("comment", choice.rest).done();
}

Intent list_people(Sentence const& s) {
    auto const is_mine = has_any(s, {U"我发起的", U"我提交的", U"我申请的", U"我的申请"});
    auto const is_for_me =
        has_any(s, {U"待我审批", U"待审批", U"要我批", U"待我审", U"需要我审批", U"我审批的", U"等我批"});
    auto const is_list = is_mine || is_for_me || ends_with_any(s, {U"的申请", U"审批列表", U"我的审批", U"的审批"}) ||
                         s.is_one_of({U"审批"});
    if (!is_list || has_any(s, {U"撤回", U"撤销", U"催"})) return std::nullopt;
    auto answer = Answer{"approval.list"};
    answer.with("side", std::string{is_mine ? "applicant" : is_for_me ? "approver" : ""});
    answer.with("status", std::string{has_any(s, {U"驳回"})                ? "rejected"
                                      : has_any(s, {U"已通过", U"通过的"}) ? "approved"
                                      : is_for_me                          ? "pending"
                                                                           : ""});
    return answer.done();
}

}  // namespace

Intent read_approval(Sentence const& s) {
    auto const number = number_in(s);
    auto const numbered = [&] { return number ? s.original(number->first, number->second) : std::string{}; };
    if (auto const word = find_any(s, {U"撤回", U"撤销"}); word && has_any(s, {U"审批", U"申请", U"单"}))
        return Answer{"approval.withdraw"}.with("approval", numbered()).done();
    if (number && has_any(s, {U"不批了"})) return Answer{"approval.withdraw"}.with("approval", numbered()).done();
    if (s.head({U"催办", U"催一下", U"催审批", U"催批", U"催"}) > 0)
        return Answer{"approval.remind"}.with("approval", numbered()).done();
    if (auto const word = find_any(s, {U"批"});
        word && s.head({U"提醒"}) > 0 && s.head({U"提醒我"}) == 0 && word->first > 2)
        return Answer{"approval.remind"}
            .with("employee", person_between(s, 2, word->first))
            .with("approval", name_between(s, word->second, s.normal().size()))
            .done();
    auto const handing = find_any(s, {U"转交给", U"转给", U"转交", U"改由", U"让"});
    if (handing && ends_with_any(s, {U"审", U"来批", U"审批", U"批", U"来审"})) {
        auto end = s.normal().size();
        for (std::u32string_view tail : {U"审批", U"来批", U"来审", U"审", U"批"})
            if (s.normal().substr(0, end).ends_with(tail)) {
                end -= tail.size();
                break;
            }
        return Answer{"approval.transfer"}.with("employee", person_between(s, handing->second, end)).done();
    }
    if (handing && s.normal().starts_with(U"审批"))
        return Answer{"approval.transfer"}
            .with("employee", person_between(s, handing->second, s.normal().size()))
            .done();
    if (auto found = list_people(s)) return found;
    return decide(s);
}

Intent read_people(Sentence const& s) {
    auto const me_or = [&](std::size_t end) {
        auto const who = person_between(s, 0, end);
        return who.empty() || who == "我的" ? std::string{"me"} : who;
    };
    if (auto const word =
            find_any(s, {U"的上级", U"上级是谁", U"领导是谁", U"归谁管", U"的领导", U"直接上级", U"上级", U"主管是谁"});
        word && s.normal().size() <= 12)
        return Answer{"org.superior"}.with("employee", me_or(word->first)).done();
    if (auto const word =
            find_any(s, {U"的下属", U"手下有谁", U"手下", U"团队成员", U"下属有谁", U"的团队成员", U"下属"});
        word && s.normal().size() <= 12 && ends_with_any(s, {U"下属", U"有谁", U"成员", U"有哪些人"}))
        return Answer{"org.subordinates"}.with("employee", me_or(word->first)).done();
    if (auto const word = find_any(s, {U"在哪个部门", U"是哪个部门", U"哪个部门", U"什么职位", U"是哪个部门的"});
        word && word->first > 1)
        return Answer{"org.employee"}.with("employee", person_between(s, 0, word->first)).done();
    if (auto const head = s.head({U"谁是"}); head > 0 && head < s.normal().size())
        return Answer{"org.employee"}.with("employee", person_between(s, head, s.normal().size())).done();
    auto const asks = find_any(s, {U"有谁", U"有哪些人", U"多少人", U"有多少人", U"负责人是谁", U"负责人", U"几个人"});
    if (!asks || asks->first < 2 || s.normal().size() > 16) return std::nullopt;
    auto const name = name_between(s, 0, asks->first);
    auto const word = to_code_points(name);
    return !word.empty() && is_one_of(word.back(), U"部区组心")
               ? Answer{"org.department"}.with("department", name).done()
               : std::nullopt;
}

namespace {

// 交接小陈给小吴
Intent hand_over_person(Sentence const& s) {
    auto const from = s.head({U"离职交接", U"工作交接", U"交接"});
    if (from == 0 || s.has(U"客户")) return std::nullopt;
    auto const to = find_any(s, {U"给", U"到"}, from);
    if (!to || to->first <= from || to->second >= s.normal().size()) return std::nullopt;
    return Answer{"employee.hand_over"}
        .with("employee", person_between(s, from, to->first))
        .with("to", person_between(s, to->second, s.normal().size()))
        .done();
}

// 小陈的客户都交给小吴, 孙浩离职 客户全给赵敏
Intent hand_over(Sentence const& s) {
    auto const all = find_any(s, {U"离职", U"的客户都", U"的客户全", U"名下全部", U"名下所有", U"所有客户",
                                  U"的全部客户", U"名下客户", U"名下的客户"});
    auto const to = find_last(s, {U"交接给", U"移交给", U"转给", U"交给", U"都给", U"全给", U"给", U"转到"});
    if (!all || !to || all->first == 0 || to->first < all->first) return std::nullopt;
    return Answer{"employee.hand_over"}
        .with("employee", person_between(s, s.head({U"把", U"将"}), all->first))
        .with("to", person_between(s, to->second, s.normal().size()))
        .done();
}

Intent set_role(Sentence const& s) {
    auto const role = find_last(s, {U"报表管理员", U"管理员", U"销售经理", U"销售员", U"超级管理员"});
    if (!role || role->second != s.normal().size()) return std::nullopt;
    auto const name = s.original(role->first, role->second);
    auto const verb = find_any(s, {U"设为", U"设成", U"设置为", U"加", U"改成", U"的", U"任命为", U"提为"});
    if (!verb || verb->first == 0 || verb->first >= role->first) return std::nullopt;
    return Answer{"employee.set_role"}
        .with("employee", person_between(s, s.head({U"给", U"把", U"取消", U"将"}), verb->first))
        .with("role_name", name)
        .done();
}

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// 每天9点发销售简报, 每周五下午6点推送排行榜, 关闭简报推送
Intent subscribe(Sentence const& s) {
    auto const every = find_any(
        s, {U"每个工作日", U"每工作日", U"每天", U"每日", U"每周", U"每星期", U"每个月", U"每月", U"每个星期"});
    auto const sends = has_any(s, {U"发", U"推送", U"推", U"订阅"});
    auto const is_off = has_any(s, {U"关闭", U"取消", U"停止", U"退订", U"不要"}) && has_any(s, {U"推送", U"订阅"});
    if (!(every && sends) && !is_off) return std::nullopt;
    auto answer = Answer{"subscription.set"};
    if (every) {
        auto const word = s.normal().substr(every->first, every->second - every->first);
        auto const unit = word.find(U"工作日") != std::u32string_view::npos                          ? "workday"
                          : word.find(U"月") != std::u32string_view::npos                            ? "month"
                          : word.find(U"天") != std::u32string_view::npos || word.find(U"每日") == 0 ? "day"
                                                                                                     : "week";
        answer.with("every", std::string{unit});
        auto const c = s.text()[every->second];
        auto const weekday = c == U'日' || c == U'天' ? 7 : is_digit(c) ? static_cast<int>(c - U'0') : digit_of(c);
        if (std::string_view{unit} == "week" && weekday >= 1 && weekday <= 7)
            answer.with("weekday", std::int64_t{weekday});
        for (auto const& entity : s.entities(Lean::none))
            if (auto const* moment = std::get_if<MomentValue>(&entity.value)) {
                auto const minutes = moment->at.time_of_day.count() / 60;
                answer.with("at", two_digits(minutes / 60) + ":" + two_digits(minutes % 60));
                break;
            }
    }
    if (auto const report = find_any(s, {U"销售简报", U"简报", U"排行榜", U"周报", U"日报", U"月报", U"漏斗", U"业绩"}))
        answer.with("report", s.original(report->first, report->second));
    return answer.done();
}

}  // namespace

Intent read_administration(Sentence const& s) {
    if (auto found = subscribe(s)) return found;
    if (auto found = hand_over(s)) return found;
    if (auto found = hand_over_person(s)) return found;
    if (auto found = set_role(s)) return found;
    if (auto const head = s.head({U"停用账号", U"禁用账号", U"停用", U"禁用", U"冻结", U"停用员工", U"禁用员工"});
        head > 0 && head < s.normal().size() && !has_any(s, {U"规则", U"公海"}))
        return Answer{"employee.disable"}.with("employee", person_between(s, head, s.normal().size())).done();
    if (auto const word = find_any(s, {U"离职了"}); word && word->first > 0 && has_any(s, {U"停用", U"禁用"}))
        return Answer{"employee.disable"}.with("employee", person_between(s, 0, word->first)).done();
    if (ends_with_any(s, {U"停用", U"禁用", U"停用账号", U"禁用账号", U"停用掉"}) &&
        !has_any(s, {U"规则", U"公海", U"产品", U"流程"}))
        if (auto const word = find_any(s, {U"的账号", U"停用", U"禁用"}); word && word->first > s.head({U"把", U"将"}))
            return Answer{"employee.disable"}
                .with("employee", person_between(s, s.head({U"把", U"将"}), word->first))
                .done();
    if (s.head({U"同步"}) > 0 && s.normal().size() <= 12 && has_any(s, {U"组织", U"架构", U"通讯录", U"部门", U"员工"}))
        return Answer{"org.sync"}.done();
    if (has_any(s, {U"同步通讯录", U"同步组织", U"更新通讯录", U"拉取部门", U"同步部门", U"同步员工", U"更新组织架构",
                    U"刷新通讯录"}))
        return Answer{"org.sync"}.done();
    if (s.has(U"名片") && has_any(s, {U"录", U"扫", U"拍", U"识别", U"发"})) return Answer{"card.capture"}.done();
    return std::nullopt;
}

}  // namespace wescrm::language
