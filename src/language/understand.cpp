#include "numerals.hpp"
#include "sentence.hpp"
#include "times.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/language/understanding.hpp>

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

using Part = std::pair<std::size_t, std::size_t>;

// Collects an intent with its slots.
class Answer {
public:
    explicit Answer(std::string intent, double confidence = 0.95) {
        understood_.intent = std::move(intent);
        understood_.confidence = confidence;
        understood_.slots.SetObject();
    }
    Answer& with(char const* slot, std::string const& value) {
        if (!value.empty()) json::set(understood_.slots, slot, value, understood_.slots.GetAllocator());
        return *this;
    }
    Answer& with(char const* slot, std::int64_t value) {
        json::set(understood_.slots, slot, json::Value{value}, understood_.slots.GetAllocator());
        return *this;
    }
    Answer& with_set(char const* field, std::string const& value) {
        auto& allocator = understood_.slots.GetAllocator();
        auto object = json::Value{rapidjson::kObjectType};
        json::set(object, field, value, allocator);
        json::set(understood_.slots, "set", std::move(object), allocator);
        return *this;
    }
    [[nodiscard]] Understanding done() { return std::move(understood_); }

private:
    Understanding understood_;
};

using Intent = std::optional<Understanding>;

bool is_moment(EntityValue const& value) {
    return std::holds_alternative<DateValue>(value) || std::holds_alternative<MomentValue>(value);
}

std::string period_of(EntityValue const& value) {
    if (auto const* range = std::get_if<RangeValue>(&value))
        return format_date(range->start.date) + ".." + format_date(add_days(range->end.date, range->is_dates ? -1 : 0));
    if (auto const* day = std::get_if<DateValue>(&value)) return format_date(day->date) + ".." + format_date(day->date);
    return {};
}

// 下周三再联系, 周四上午过去, 两天后问反馈: the moment of a plan at the end of a report.
struct Plan {
    std::string moment;
    Part clause;
};
std::optional<Plan> plan_in(Sentence const& s, std::size_t from) {
    static constexpr std::array<std::u32string_view, 18> actions{
        U"再联系", U"联系", U"回访", U"复访", U"跟进",   U"拜访",   U"过去", U"再谈", U"签合同",
        U"见面",   U"沟通", U"再约", U"问",   U"打电话", U"给报价", U"再看", U"上门", U"签"};
    auto found = std::optional<Plan>{};
    auto const today = s.reference(Lean::none).zone.date(s.reference(Lean::none).sent_at);
    for (auto const& entity : s.entities(Lean::future, from)) {
        if (!is_moment(entity.value)) continue;
        auto const moment = format_moment(entity.value);
        auto const end = entity.offset + entity.length;
        auto const rest = s.normal().substr(std::min(end, s.normal().size()));
        auto const is_action = std::any_of(actions.begin(), actions.end(), [&](auto word) {
            return rest.substr(0, word.size() + 2).find(word) != std::u32string_view::npos;
        });
        if (moment.substr(0, 10) > format_date(today) && (is_action || rest.size() < 8))
            found = Plan{moment, {entity.offset, s.normal().size()}};
    }
    return found;
}

// ---- small talk of commands
// ---------------------------------------------------------------------------------------------------

Intent exact(Sentence const& s) {
    if (s.is_one_of({U"帮助", U"help", U"怎么用", U"使用说明", U"说明", U"?", U"？", U"使用帮助"}))
        return Answer{"help"}.done();
    if (s.is_one_of({U"菜单", U"功能菜单", U"menu", U"功能", U"目录", U"打开菜单"})) return Answer{"menu"}.done();
    if (s.is_one_of({U"撤销", U"撤消", U"撤回", U"undo", U"撤销上一步", U"取消上一步"})) return Answer{"undo"}.done();
    if (s.is_one_of(
            {U"取消", U"算了", U"不弄了", U"不用了", U"cancel", U"退出", U"停", U"先不弄了", U"不要了", U"不做了"}))
        return Answer{"cancel"}.done();
    if (s.is_one_of({U"确认", U"是", U"是的", U"好", U"好的", U"y", U"yes", U"ok", U"对", U"嗯", U"可以", U"确定",
                     U"行", U"没错"}))
        return Answer{"confirm"}.done();
    if (s.is_one_of({U"不", U"否", U"不是", U"n", U"no", U"不对", U"不行", U"别"})) return Answer{"deny"}.done();
    if (s.is_one_of({U"下一页", U"更多", U"还有", U"继续看", U"翻页", U"下页"})) return Answer{"next_page"}.done();
    if (s.is_one_of({U"你好", U"您好", U"hi", U"hello", U"在吗", U"早", U"早上好", U"下午好", U"哈喽"}))
        return Answer{"greet"}.done();
    if (s.is_one_of({U"谢谢", U"多谢", U"感谢", U"辛苦了", U"thanks"})) return Answer{"thanks"}.done();
    if (s.is_one_of({U"都不是", U"没有"})) return Answer{"deny"}.done();
    if (s.has(U"怎么") && !s.has(U"怎么样") && s.normal().size() < 20)
        return Answer{"help"}.with("topic", s.original(0)).done();
    for (std::u32string_view negated : {U"别删", U"不要删", U"先不转", U"不要退回", U"别退", U"不要转"})
        if (s.text().starts(0, negated)) return Answer{"cancel"}.done();
    return std::nullopt;
}

// 2, 第二个, 第3条, 最后一个
Intent selection(Sentence const& s) {
    auto at = std::size_t{0};
    if (s.is_one_of({U"最后一个", U"最后那个"})) return Answer{"select"}.with("index", -1).done();
    if (s.text()[at] == U'选') ++at;
    if (s.text()[at] == U'第') ++at;
    auto const number = parse_small(s.text(), at);
    if (!number || number->value < 1 || number->value > 50) return std::nullopt;
    auto const rest = s.normal().substr(number->end);
    if (!rest.empty() && rest != U"个" && rest != U"条" && rest != U"号" && rest != U"位") return std::nullopt;
    return Answer{"select"}.with("index", static_cast<std::int64_t>(number->value)).done();
}

// ---- customers
// ----------------------------------------------------------------------------------------------------------------

bool is_honorific(std::u32string_view name) {
    static constexpr std::array<std::u32string_view, 16> titles{U"总",   U"经理", U"主任", U"老师", U"工",   U"处",
                                                                U"局",   U"院长", U"哥",   U"姐",   U"先生", U"女士",
                                                                U"小姐", U"老板", U"厂长", U"校长"};
    return name.size() <= 4 && name.size() >= 2 && std::any_of(titles.begin(), titles.end(), [&](auto title) {
               return name.ends_with(title) && name.size() > title.size();
           });
}

// The values of labels, phone, moment and level that a creation may carry; what is left over are free words.
struct Filled {
    std::vector<std::pair<std::string, std::string>> slots;
    std::vector<Part> taken;

    void add(std::string name, std::string value, Part part) {
        slots.emplace_back(std::move(name), std::move(value));
        taken.push_back(part);
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return std::any_of(slots.begin(), slots.end(), [&](auto const& slot) { return slot.first == name; });
    }
};

Filled fill(Sentence const& s, std::size_t from) {
    auto filled = Filled{};
    for (auto const& label : labelled_values(s.text(), from)) {
        auto value = label.value;
        if (label.field == "next_contact_at") {
            auto const found = find_entities(value, s.reference(Lean::future));
            if (!found.empty() && is_moment(found.front().value)) value = format_moment(found.front().value);
        } else if (label.field == "mobile") {
            auto const found = find_entities(value, s.reference(Lean::none));
            for (auto const& entity : found)
                if (auto const* phone = std::get_if<PhoneValue>(&entity.value)) value = phone->digits;
        }
        filled.add(label.field, value, {label.from, label.to});
    }
    for (auto const& entity : s.entities(Lean::future, from)) {
        auto const part = Part{entity.offset, entity.offset + entity.length};
        auto const is_inside = std::any_of(filled.taken.begin(), filled.taken.end(), [&](Part const& other) {
            return part.first >= other.first && part.first < other.second;
        });
        if (is_inside) continue;
        if (auto const* phone = std::get_if<PhoneValue>(&entity.value); phone && !filled.has("mobile"))
            filled.add("mobile", phone->digits, part);
    }
    return filled;
}

void take_plan(Sentence const& s, std::size_t from, Filled& filled) {
    if (filled.has("next_contact_at")) return;
    if (auto const plan = plan_in(s, from)) filled.add("next_contact_at", plan->moment, plan->clause);
}

void take_level(Sentence const& s, std::size_t from, Filled& filled) {
    for (auto at = from; at + 1 < s.text().size(); ++at)
        if (s.text()[at] >= U'a' && s.text()[at] <= U'e' && (s.text()[at + 1] == U'类' || s.text()[at + 1] == U'级') &&
            !filled.has("level"))
            filled.add("level", text::trim(s.original(at, at + 1)).data(), {at, at + 2});
}

Intent customer_create(Sentence const& s) {
    auto const head =
        s.head({U"新建客户",     U"新增客户",   U"添加客户", U"加客户",   U"录入客户", U"录客户",   U"录个客户",
                U"建客户",       U"建一个客户", U"建个客户", U"创建客户", U"新客户",   U"加个客户", U"新建一个客户",
                U"添加一个客户", U"登记客户",   U"新建可户", U"xinjian",  U"客户登记", U"新建 客户"});
    auto const is_form = s.text().starts(0, U"客户\n");
    if (head == 0 && !is_form) return std::nullopt;
    auto const from = is_form ? std::size_t{2} : head;
    auto filled = fill(s, from);
    take_level(s, from, filled);
    take_plan(s, from, filled);
    auto answer = Answer{"customer.create"};
    for (auto const& part : free_parts(s.text(), from, filled.taken)) {
        auto const words = without_fillers(s.original(part.first, part.second));
        if (words.empty()) continue;
        if (!filled.has("name"))
            filled.add("name", words, part);
        else if (!filled.has("contact") && is_honorific(s.normal().substr(part.first, part.second - part.first)))
            filled.add("contact", words, part);
        else if (!filled.has("remark"))
            filled.add("remark", words, part);
    }
    for (auto const& [name, value] : filled.slots) answer.with(name == "company" ? "name" : name.c_str(), value);
    return answer.done();
}

Intent customer_list(Sentence const& s) {
    if (!s.has(U"客户") || s.has(U"跟进记录")) return std::nullopt;
    if (s.has(U"怎么")) return std::nullopt;
    auto const ends = s.normal().ends_with(U"客户") || s.normal().ends_with(U"客户列表") ||
                      s.normal().ends_with(U"有哪些") || s.normal().ends_with(U"哪些客户");
    if (!ends || s.normal().ends_with(U"谁的客户")) return std::nullopt;
    auto answer = Answer{"customer.list"};
    auto const& text = s.text();
    if (s.has(U"我的"))
        answer.with("scope", "self");
    else if (s.has(U"下属") || s.has(U"团队"))
        answer.with("scope", "subordinates");
    else if (s.has(U"全公司") || s.has(U"公司的"))
        answer.with("scope", "company");
    for (std::size_t at = 0; at + 1 < text.size(); ++at)
        if (text[at] >= U'a' && text[at] <= U'e' && (text[at + 1] == U'类' || text[at + 1] == U'级'))
            answer.with("level", std::string(1, static_cast<char>('A' + (text[at] - U'a'))));
    for (auto const& entity : s.entities(Lean::past)) {
        auto const rest = s.normal().substr(entity.offset + entity.length);
        if (auto const* duration = std::get_if<DurationValue>(&entity.value);
            duration && (rest.starts_with(U"没跟进") || rest.starts_with(U"未跟进") || rest.starts_with(U"没联系") ||
                         rest.starts_with(U"未联系")))
            answer.with("not_followed_days", duration->seconds / 86'400);
        else if (auto const period = period_of(entity.value); !period.empty())
            answer.with("period", period);
    }
    if (s.has(U"公海") && (s.has(U"快") || s.has(U"即将"))) answer.with("expiring", "high_sea");
    return answer.done();
}

Intent customer_find(Sentence const& s) {
    if (auto const head =
            s.head({U"客户 ", U"查客户", U"查询客户", U"查找客户", U"找客户", U"看客户", U"打开客户", U"查看客户"});
        head > 0 && s.normal().size() > head)
        return Answer{"customer.find"}.with("customer", without_fillers(s.original(head))).done();
    for (std::u32string_view ending : {U"的详细资料", U"详细资料", U"的详情", U"详情", U"是谁的客户", U"是谁负责的",
                                       U"的资料", U"谁在跟", U"的情况"})
        if (s.normal().size() > ending.size() && s.normal().ends_with(ending))
            return Answer{"customer.find"}
                .with("customer", without_fillers(s.original(0, s.normal().size() - ending.size())))
                .done();
    return std::nullopt;
}

// 绿源下次联系周五, 绿源级别改成B
Intent customer_update(Sentence const& s) {
    for (std::u32string_view word :
         {U"下次联系改成", U"下次联系改到", U"下次联系时间", U"下次联系", U"下次跟进", U"下次回访"}) {
        auto const at = s.normal().find(word);
        if (at == std::u32string_view::npos || at == 0) continue;
        auto found = s.entities(Lean::future, at + word.size());
        if (found.empty() || !is_moment(found.front().value)) continue;
        return Answer{"customer.update"}
            .with("customer", without_fillers(s.original(0, at)))
            .with_set("next_contact_at", format_moment(found.front().value))
            .done();
    }
    struct Attribute {
        std::u32string_view word;
        char const* field;
    };
    static constexpr std::array<Attribute, 9> attributes{{{U"级别", "level"},
                                                          {U"行业", "industry"},
                                                          {U"来源", "source"},
                                                          {U"电话", "mobile"},
                                                          {U"手机", "mobile"},
                                                          {U"地址", "address"},
                                                          {U"简称", "short_name"},
                                                          {U"名称", "name"},
                                                          {U"备注", "remark"}}};
    for (std::u32string_view verb : {U"改成", U"改为", U"更正为", U"更新为", U"变更为", U"换成"}) {
        auto const at = s.normal().find(verb);
        if (at == std::u32string_view::npos) continue;
        for (auto const& attribute : attributes) {
            auto const begin = s.normal().rfind(attribute.word, at);
            if (begin == std::u32string_view::npos || begin == 0 || begin + attribute.word.size() != at) continue;
            auto customer = without_fillers(s.original(0, begin));
            if (customer.ends_with("的")) customer.resize(customer.size() - std::string_view{"的"}.size());
            return Answer{"customer.update"}
                .with("customer", customer)
                .with_set(attribute.field, without_fillers(s.original(at + verb.size())))
                .done();
        }
    }
    return std::nullopt;
}

Intent contact_create(Sentence const& s) {
    for (std::u32string_view word : {U"新增联系人", U"添加联系人", U"加联系人", U"新建联系人"}) {
        auto const at = s.normal().find(word);
        if (at == std::u32string_view::npos) continue;
        auto answer = Answer{"contact.create"};
        auto customer = without_fillers(s.original(0, at));
        if (customer.starts_with("给")) customer.erase(0, std::string_view{"给"}.size());
        auto const from = at + word.size();
        auto filled = fill(s, from);
        for (auto const& part : free_parts(s.text(), from, filled.taken)) {
            auto const words = s.original(part.first, part.second);
            if (customer.empty())
                customer = words;
            else if (!filled.has("name"))
                filled.add("name", words, part);
            else if (!filled.has("position"))
                filled.add("position", words, part);
        }
        answer.with("customer", customer);
        for (auto const& [name, value] : filled.slots) answer.with(name.c_str(), value);
        return answer.done();
    }
    return std::nullopt;
}

// ---- follow-ups
// ---------------------------------------------------------------------------------------------------------------

std::string method_in(std::u32string_view content) {
    struct Word {
        std::u32string_view word;
        char const* method;
    };
    static constexpr std::array<Word, 15> words{{{U"拜访", "visit"},
                                                 {U"上门", "visit"},
                                                 {U"见了", "visit"},
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
                                                 {U"演示", "meeting"}}};
    for (auto const& word : words)
        if (content.find(word.word) != std::u32string_view::npos) return word.method;
    return {};
}

Understanding followup(Sentence const& s, std::size_t from, std::string const& method_of_head) {
    auto answer = Answer{"followup.create"};
    auto at = from;
    while (at < s.text().size() && is_separator(s.text()[at])) ++at;
    auto target_end = at;
    while (target_end < s.text().size() && !is_separator(s.text()[target_end])) ++target_end;
    auto content_from = target_end;
    while (content_from < s.text().size() && is_separator(s.text()[content_from])) ++content_from;
    answer.with("target", without_fillers(s.original(at, target_end)));
    auto const plan = plan_in(s, content_from);
    auto content = s.original(content_from);
    if (plan) {
        answer.with("next_contact_at", plan->moment);
        auto before = s.original(content_from, std::max(content_from, plan->clause.first));
        before = without_fillers(std::move(before));
        if (!before.empty()) content = before;
    }
    answer.with("content", content);
    auto const method = method_of_head.empty() ? method_in(s.normal().substr(std::min(content_from, s.normal().size())))
                                               : method_of_head;
    answer.with("kind", method);
    for (auto const& entity : s.entities(Lean::past, content_from))
        if (is_moment(entity.value) && (!plan || entity.offset < plan->clause.first)) {
            auto const today = s.reference(Lean::none).zone.date(s.reference(Lean::none).sent_at);
            if (format_moment(entity.value).substr(0, 10) < format_date(today))
                answer.with("followed_at", format_moment(entity.value));
            break;
        }
    return answer.done();
}

Intent followup_create(Sentence const& s) {
    if (s.has(U"跟进记录") || s.has(U"跟进历史")) return std::nullopt;
    if (auto const head = s.head({U"跟进", U"写跟进", U"写个跟进", U"记跟进", U"记录跟进", U"添加跟进", U"新增跟进",
                                  U"新建跟进", U"跟近", U"gj"});
        head > 0) {
        if (head == 2 && s.text().starts(0, U"gj") && !is_separator(s.text()[2])) return std::nullopt;
        return followup(s, head, {});
    }
    if (auto const head = s.head({U"拜访", U"上门拜访"}); head > 0 && is_separator(s.text()[head]))
        return followup(s, head, "visit");
    // 绿源 电话沟通 预算批了: a name, then a statement about what happened.
    auto const blank = std::find_if(s.normal().begin(), s.normal().end(), [](char32_t c) { return is_blank(c); });
    auto const name_size = static_cast<std::size_t>(blank - s.normal().begin());
    if (name_size < 2 || name_size > 16 || name_size == s.normal().size()) return std::nullopt;
    auto const rest = s.normal().substr(name_size);
    for (std::u32string_view word : {U"电话沟通", U"拜访了", U"聊了", U"见了", U"沟通了", U"谈了", U"发了", U"说",
                                     U"嫌", U"反馈", U"答应", U"同意了", U"打了电话", U"微信"})
        if (rest.find(word) != std::u32string_view::npos) return followup(s, 0, {});
    return std::nullopt;
}

Intent followup_list(Sentence const& s) {
    for (std::u32string_view ending : {U"的跟进记录", U"的跟进历史", U"跟进记录", U"跟进历史", U"的跟进"}) {
        if (!s.normal().ends_with(ending) || s.normal().size() == ending.size()) continue;
        auto who = s.original(0, s.normal().size() - ending.size());
        for (std::string_view verb : {"查一下", "查看", "查询", "查", "看一下", "看"})
            if (who.starts_with(verb)) {
                who.erase(0, verb.size());
                break;
            }
        return Answer{"followup.list"}.with("target", without_fillers(std::move(who))).done();
    }
    return std::nullopt;
}

// ---- tasks
// --------------------------------------------------------------------------------------------------------------------

Intent task_list(Sentence const& s) {
    auto const is_question = s.has(U"待办") || s.has(U"有什么要做") || s.has(U"有啥事") || s.has(U"要做什么") ||
                             s.has(U"我的任务") || s.has(U"日程") || s.has(U"有什么安排") || s.has(U"今天做什么") ||
                             s.has(U"要干什么");
    if (s.is_one_of({U"我的提醒", U"提醒列表"})) return Answer{"reminder.list"}.done();
    if (s.has(U"要联系哪些客户") || s.has(U"待联系的客户") || s.has(U"该联系谁"))
        return Answer{"reminder.list"}.with("kind", "contact").done();
    if (!is_question || s.has(U"完成了") || s.has(U"做完了")) return std::nullopt;
    auto answer = Answer{"task.list"};
    for (auto const& entity : s.entities(Lean::none))
        if (auto const period = period_of(entity.value); !period.empty()) answer.with("period", period);
    if (s.has(U"逾期")) answer.with("status", "overdue");
    return answer.done();
}

Intent task_create(Sentence const& s) {
    auto word_at = std::u32string_view::npos;
    auto word_size = std::size_t{0};
    for (std::u32string_view word : {U"提醒我", U"提醒一下我", U"设提醒", U"记得提醒我", U"新建任务", U"新建待办",
                                     U"添加待办", U"加个待办", U"建个任务", U"新建提醒", U"设个提醒", U"提醒"}) {
        auto const at = s.normal().find(word);
        if (at == std::u32string_view::npos || (word == U"提醒" && at != 0)) continue;
        word_at = at;
        word_size = word.size();
        break;
    }
    if (word_at == std::u32string_view::npos) return std::nullopt;
    auto answer = Answer{"task.create"};
    auto taken = Part{word_at, word_at + word_size};
    auto due = Part{0, 0};
    for (auto const& entity : s.entities(Lean::future)) {
        if (!is_moment(entity.value)) continue;
        answer.with("due_at", format_moment(entity.value));
        due = {entity.offset, entity.offset + entity.length};
        break;
    }
    auto title = std::string{};
    for (auto const& part : free_parts(s.text(), 0, {taken, due})) {
        auto const words = s.original(part.first, part.second);
        title += (title.empty() || (static_cast<unsigned char>(title.back()) >= 0x80 &&
                                    static_cast<unsigned char>(words.front()) >= 0x80)
                      ? ""
                      : " ") +
                 words;
    }
    return answer.with("title", without_fillers(std::move(title))).done();
}

Intent task_complete(Sentence const& s) {
    for (std::u32string_view ending : {U"完成了", U"做完了", U"办完了", U"办好了", U"搞定了", U"已完成"}) {
        if (!s.normal().ends_with(ending) || s.normal().size() == ending.size()) continue;
        auto title = without_fillers(s.original(0, s.normal().size() - ending.size()));
        for (std::string_view tail : {"这项", "任务", "待办"})
            if (title.ends_with(tail)) title.resize(title.size() - tail.size());
        return Answer{"task.complete"}.with("task", title).done();
    }
    return std::nullopt;
}

// ---- the rest
// ------------------------------------------------------------------------------------------------------------------

Intent search(Sentence const& s) {
    auto const size = s.normal().size();
    if (auto const head = s.head({U"查询", U"搜索", U"查找", U"查一下", U"查", U"搜", U"找"}); head > 0 && size > head)
        return Answer{"search", 0.8}.with("query", without_fillers(s.original(head))).done();
    auto const has_blank =
        std::any_of(s.normal().begin(), s.normal().end(), [](char32_t c) { return is_separator(c); });
    static constexpr std::array<std::u32string_view, 12> not_names{
        U"讲", U"笑话", U"天气", U"破", U"什么", U"为什么", U"怎样", U"你", U"我", U"系统", U"谁", U"哪"};
    auto const is_talk = std::any_of(not_names.begin(), not_names.end(), [&](auto word) { return s.has(word); });
    auto const entities = s.entities(Lean::none);
    auto const is_phone = entities.size() == 1 && std::holds_alternative<PhoneValue>(entities.front().value);
    if (is_phone && entities.front().length + 14 > size)
        return Answer{"search", 0.8}.with("query", s.original(0)).done();
    if (has_blank || is_talk || size < 2 || size > 20) return std::nullopt;
    return Answer{"search", 0.6}.with("query", s.original(0)).done();
}

Lean lean_of(std::string_view intent) {
    if (intent == "followup.create" || intent == "payment.create" || intent == "customer.list" ||
        intent == "followup.list")
        return Lean::past;
    if (intent == "task.create" || intent == "customer.create" || intent == "customer.update") return Lean::future;
    return Lean::none;
}

}  // namespace

Understanding understand(std::string_view sentence, Instant sent_at, Zone const& zone, Vocabulary const&) {
    auto const s = Sentence{sentence, sent_at, zone};
    using Reader = Intent (*)(Sentence const&);
    // The order is the precedence: heads before patterns, patterns before bare names.
    static constexpr std::array<Reader, 13> readers{
        exact,         selection,       customer_create, contact_create, task_list,     task_create, followup_list,
        task_complete, customer_update, followup_create, customer_list,  customer_find, search};
    for (auto const reader : readers) {
        auto found = reader(s);
        if (!found) continue;
        found->entities = find_entities(sentence, {sent_at, zone, lean_of(found->intent)});
        return std::move(*found);
    }
    auto unknown = Answer{"unknown", 0}.done();
    unknown.entities = find_entities(sentence, {sent_at, zone, Lean::none});
    return unknown;
}

}  // namespace wescrm::language
