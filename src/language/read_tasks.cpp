#include "readers.hpp"

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

// What is left of a command is its title; words of one script are joined without a blank.
std::string title_without(Sentence const& s, std::vector<Part> const& taken) {
    auto title = std::string{};
    for (auto const& part : free_parts(s.text(), 0, taken)) {
        auto const words = s.original(part.first, part.second);
        if (words.empty()) continue;
        auto const is_joined = title.empty() || (static_cast<unsigned char>(title.back()) >= 0x80 &&
                                                 static_cast<unsigned char>(words.front()) >= 0x80);
        title += (is_joined ? "" : " ") + words;
    }
    return without_fillers(std::move(title));
}

// A moment, or the start and end of an appointment.
void take_due(Sentence const& s, Answer& answer, std::vector<Part>& taken) {
    for (auto const& entity : s.entities(Lean::future)) {
        if (!has_date(entity.value)) continue;
        answer.with("due_at", format_moment(entity.value));
        auto const* range = std::get_if<RangeValue>(&entity.value);
        if (range && !range->is_dates) answer.with("end_at", format_moment(MomentValue{range->end}));
        taken.push_back(part_of(entity));
        return;
    }
}

// 让赵敏…, 给小陈派个任务 …
Intent for_somebody(Sentence const& s) {
    auto const gives =
        find_any(s, {U"派个任务", U"派任务", U"安排任务", U"布置任务", U"建个任务", U"加个任务", U"安排个任务"});
    if (auto const head = s.head({U"给"}); head > 0 && gives && gives->first > head) {
        auto answer = Answer{"task.create"};
        auto taken = std::vector<Part>{{0, gives->second}};
        take_due(s, answer, taken);
        return answer.with("assignee", person_between(s, head, gives->first))
            .with("title", title_without(s, taken))
            .done();
    }
    auto const head = s.head({U"让", U"叫", U"安排"});
    auto const due = head > 0 ? date_in(s, Lean::future) : std::nullopt;
    if (!due || due->second.first <= head || due->second.first > head + 4) return std::nullopt;
    auto answer = Answer{"task.create"};
    auto taken = std::vector<Part>{{0, due->second.first}};
    take_due(s, answer, taken);
    auto title = title_without(s, taken);
    return answer.with("assignee", person_between(s, head, due->second.first)).with("title", title).done();
}

}  // namespace

Intent read_task_head(Sentence const& s) {
    if (auto found = for_somebody(s)) return found;
    if (has_any(s, {U"批", U"审批"}) && s.head({U"提醒"}) > 0 && s.head({U"提醒我"}) == 0) return std::nullopt;
    auto word = find_any(
        s, {U"提醒我",   U"提醒一下我", U"设提醒",   U"记得提醒我", U"新建任务", U"新建待办", U"添加待办", U"加个待办",
            U"建个任务", U"新建提醒",   U"设个提醒", U"加待办",     U"加个任务", U"建待办",   U"新建日程", U"加个提醒",
            U"添加任务", U"设置提醒",   U"创建任务", U"创建待办",   U"叫我",     U"记得"});
    if (word && s.normal().substr(word->first, word->second - word->first) == U"叫我" && !date_in(s, Lean::future))
        return std::nullopt;
    if (word && word->first > 0 && s.normal().substr(word->first, word->second - word->first) == U"记得")
        return std::nullopt;
    if (auto const head = s.head({U"提醒", U"待办", U"任务"});
        !word && head > 0 && head < s.normal().size() && !ends_with_any(s, {U"列表", U"有哪些", U"完成了"}))
        word = Part{0, head};
    // 明早9点提醒给许总打电话
    if (auto const when = word ? std::nullopt : date_in(s, Lean::future);
        when && when->second.first == 0 && s.text().starts(when->second.second, U"提醒"))
        word = Part{when->second.second, when->second.second + 2};
    if (!word) return std::nullopt;
    auto answer = Answer{"task.create"};
    auto taken = std::vector<Part>{*word};
    take_due(s, answer, taken);
    return answer.with("title", title_without(s, taken)).done();
}

namespace {

Intent complete(Sentence const& s) {
    for (std::u32string_view ending : {U"完成了", U"做完了", U"办完了", U"办好了", U"搞定了", U"已完成", U"搞定",
                                       U"弄完了", U"处理完了", U"做好了", U"完成"}) {
        if (!s.normal().ends_with(ending) || s.normal().size() <= ending.size() + 1) continue;
        return Answer{"task.complete"}
            .with("task", task_between(s, s.head({U"把", U"任务 ", U"待办 "}), s.normal().size() - ending.size()))
            .done();
    }
    return std::nullopt;
}

// 写方案改到下周一, 给许总打电话推迟一天, 会议挪到周四下午2点
Intent reschedule(Sentence const& s) {
    auto const verb = find_last(s, {U"推迟到", U"延期到", U"改到", U"挪到", U"延到", U"提前到", U"推到", U"改成",
                                    U"推迟", U"延后", U"延期", U"提前"});
    if (!verb || verb->first < 2 || s.has(U"预计成交")) return std::nullopt;
    auto answer = Answer{"task.reschedule"};
    answer.with("task", task_between(s, 0, verb->first));
    if (auto const date = date_in(s, Lean::future, verb->second); date && date->second.first <= verb->second + 1)
        return answer.with("due_at", date->first).done();
    auto const is_earlier = s.normal().substr(verb->first, verb->second - verb->first) == U"提前";
    for (auto const& entity : s.entities(Lean::future, verb->second))
        if (auto const* duration = std::get_if<DurationValue>(&entity.value);
            duration && duration->seconds % 86'400 == 0)
            return answer.with("shift_days", (is_earlier ? -1 : 1) * duration->seconds / 86'400).done();
    return std::nullopt;
}

// 取消写方案的任务, 删掉那个写标书的任务, 不用给许总打电话了, 把周四的会删掉
Intent cancel(Sentence const& s) {
    auto const head = s.head({U"取消", U"删掉", U"删除", U"去掉", U"把"});
    auto const object = find_last(s, {U"的任务", U"的待办", U"的提醒", U"任务", U"待办", U"提醒", U"的会", U"日程"});
    if (head > 0 && object && object->first > head) {
        if (s.normal().starts_with(U"把") &&
            !ends_with_any(s, {U"删掉", U"取消", U"删了", U"去掉", U"删除", U"取消掉"}))
            return std::nullopt;
        auto const end = s.normal().substr(object->first, object->second - object->first) == U"的会" ? object->second
                                                                                                     : object->first;
        return Answer{"task.cancel"}.with("task", task_between(s, head, end)).done();
    }
    auto const never = s.head({U"不用", U"不用再"});
    if (never == 0 || !s.normal().ends_with(U"了") || s.normal().size() < never + 4 ||
        !has_any(s, {U"打电话", U"写", U"发", U"寄", U"联系", U"约", U"交", U"做", U"准备", U"拜访", U"开会", U"回电",
                     U"整理", U"提醒", U"送", U"见"}))
        return std::nullopt;
    return Answer{"task.cancel"}.with("task", task_between(s, never, s.normal().size() - 1)).done();
}

Intent list_tasks(Sentence const& s) {
    if (s.is_one_of({U"提醒列表", U"我的提醒", U"查看提醒", U"有哪些提醒", U"提醒"}))
        return Answer{"reminder.list"}.done();
    auto const rest_of = [&](Answer&& answer) { return std::move(answer.with("period", period_in(s, Lean::none))); };
    if (has_any(s, {U"要联系哪些客户", U"该联系谁", U"要联系谁", U"待联系", U"该联系哪些", U"要跟进哪些", U"该跟进谁",
                    U"要跟进谁", U"该跟进哪些"}))
        return rest_of(Answer{"reminder.list"}).with("kind", std::string{"contact"}).done();
    if (has_any(s, {U"到期的合同", U"合同到期", U"快到期的合同"}))
        return rest_of(Answer{"reminder.list"}).with("kind", std::string{"expiring"}).done();
    auto const asks =
        ends_with_any(
            s, {U"待办", U"任务", U"日程", U"安排", U"待办列表", U"任务列表", U"待办事项", U"日程安排", U"行程"}) ||
        has_any(s, {U"什么要做", U"啥要做", U"要做什么", U"要干什么", U"要干啥", U"有什么事", U"有啥事", U"啥事",
                    U"什么安排", U"啥安排", U"有什么任务", U"有什么待办", U"有哪些任务", U"有哪些待办", U"要做的"});
    if (!asks || has_any(s, {U"取消", U"删", U"派", U"完成"})) return std::nullopt;
    auto answer = rest_of(Answer{"task.list"});
    if (has_any(s, {U"逾期", U"过期"})) answer.with("status", std::string{"overdue"});
    auto const rest =
        residue(s, {U"待办", U"任务", U"日程", U"安排", U"列表", U"事项", U"有什么", U"有啥", U"什么", U"要做",
                    U"做",   U"的",   U"逾期", U"过期", U"我",   U"事",   U"有",     U"啥",   U"要",   U"哪些",
                    U"干",   U"看",   U"查",   U"行程", U"团队", U"下属", U"还",     U"没",   U"未"},
                Lean::none);
    auto const scope = scope_of(s, rest);
    return scope.starts_with("employee:") || scope == "subordinates" || s.has(U"我的")
               ? answer.with("scope", scope).done()
               : answer.done();
}

}  // namespace

Intent read_task(Sentence const& s) {
    if (auto found = complete(s)) return found;
    if (auto found = reschedule(s)) return found;
    if (auto found = cancel(s)) return found;
    return list_tasks(s);
}

Intent read_own_plan(Sentence const& s) {
    static constexpr std::array<std::u32string_view, 22> actions{
        U"写完", U"写", U"交",   U"做完", U"完成", U"发", U"打电话", U"准备", U"提交", U"开会", U"寄",
        U"送",   U"去", U"拜访", U"整理", U"确认", U"给", U"约",     U"做",   U"问",   U"签",   U"见"};
    if (has_any(s, {U"了", U"商机", U"订单", U"回款", U"预计", U"款"})) return std::nullopt;
    auto const date = date_in(s, Lean::future);
    if (!date || date->second.first > 3 || date->second.second >= s.normal().size()) return std::nullopt;
    auto const rest = s.normal().substr(date->second.second);
    auto const is_action = std::any_of(actions.begin(), actions.end(),
                                       [rest](auto word) { return rest.find(word) != std::u32string_view::npos; });
    if (!is_action || rest.size() < 3) return std::nullopt;
    auto answer = Answer{"task.create", 0.75};
    auto taken = std::vector<Part>{};
    take_due(s, answer, taken);
    return answer.with("title", title_without(s, taken)).done();
}

}  // namespace wescrm::language
