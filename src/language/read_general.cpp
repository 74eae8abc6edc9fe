#include "numerals.hpp"
#include "readers.hpp"

#include <algorithm>
#include <array>

namespace wescrm::language {
namespace {

// 2, 第二个, 选3, 第3条, 最后一个
Intent selection(Sentence const& s) {
    if (s.is_one_of({U"最后一个", U"最后那个", U"最后一条"}))
        return Answer{"select"}.with("index", std::int64_t{-1}).done();
    auto const at = s.head({U"选", U"选择", U"选第", U"第", U"就第", U"就", U"要第"});
    auto const number = parse_small(s.text(), at);
    if (!number || number->value < 1 || number->value > 50) return std::nullopt;
    auto const rest = s.normal().substr(number->end);
    static constexpr std::array<std::u32string_view, 7> counters{U"", U"个", U"条", U"号", U"位", U"家", U"项"};
    if (std::find(counters.begin(), counters.end(), rest) == counters.end()) return std::nullopt;
    return Answer{"select"}.with("index", static_cast<std::int64_t>(number->value)).done();
}

struct Topic {
    std::u32string_view word;
    char const* intent;
};
// What a question about use is about; the first that occurs wins.
constexpr auto topics = std::to_array<Topic>({{U"领公海", "customer.claim"},
                                              {U"领取", "customer.claim"},
                                              {U"领客户", "customer.claim"},
                                              {U"退公海", "customer.release"},
                                              {U"退回公海", "customer.release"},
                                              {U"公海规则", "high_sea.set_rule"},
                                              {U"公海", "high_sea.list"},
                                              {U"新建客户", "customer.create"},
                                              {U"建客户", "customer.create"},
                                              {U"录客户", "customer.create"},
                                              {U"加客户", "customer.create"},
                                              {U"添加客户", "customer.create"},
                                              {U"查客户", "customer.find"},
                                              {U"找客户", "customer.find"},
                                              {U"改客户", "customer.update"},
                                              {U"删客户", "customer.delete"},
                                              {U"删除客户", "customer.delete"},
                                              {U"转客户", "customer.transfer"},
                                              {U"写跟进", "followup.create"},
                                              {U"记跟进", "followup.create"},
                                              {U"跟进", "followup.create"},
                                              {U"提醒", "task.create"},
                                              {U"待办", "task.create"},
                                              {U"任务", "task.create"},
                                              {U"联系人", "contact.create"},
                                              {U"线索", "lead.create"},
                                              {U"商机", "opportunity.create"},
                                              {U"订单", "order.create"},
                                              {U"合同", "order.create"},
                                              {U"回款", "payment.create"},
                                              {U"审批", "approval.list"},
                                              {U"简报", "report.sales_brief"},
                                              {U"业绩", "report.sales_brief"},
                                              {U"目标", "report.target"},
                                              {U"撤销", "undo"},
                                              {U"客户", "customer.create"}});

}  // namespace

Intent read_short_command(Sentence const& s) {
    if (s.is_one_of({U"帮助", U"help", U"怎么用", U"使用说明", U"说明", U"使用帮助", U"怎么使用", U"你会什么",
                     U"你能做什么", U"能干什么", U"?"}))
        return Answer{"help"}.done();
    if (s.is_one_of({U"菜单", U"功能菜单", U"menu", U"功能", U"目录", U"打开菜单", U"主菜单", U"功能列表", U"caidan"}))
        return Answer{"menu"}.done();
    if (s.is_one_of({U"撤销", U"撤消", U"撤回", U"undo", U"撤销上一步", U"取消上一步", U"撤回上一条", U"撤销上一条",
                     U"撤回刚才的", U"撤销刚才的", U"刚才录错了", U"录错了", U"刚才弄错了", U"撤回上一步"}))
        return Answer{"undo"}.done();
    if (s.is_one_of({U"取消", U"算了", U"不弄了", U"不用了", U"cancel", U"退出", U"停", U"先不弄了", U"不要了",
                     U"不做了", U"取消吧", U"不录了", U"不建了", U"先不", U"quxiao"}))
        return Answer{"cancel"}.done();
    if (s.is_one_of({U"确认", U"是", U"是的", U"好", U"好的", U"y", U"yes", U"ok", U"对", U"对的", U"嗯", U"可以",
                     U"确定", U"行", U"没错", U"嗯嗯", U"好滴", U"是啊", U"没问题"}))
        return Answer{"confirm"}.done();
    if (s.is_one_of(
            {U"不", U"否", U"不是", U"n", U"no", U"不对", U"不行", U"别", U"都不是", U"没有", U"不可以", U"不好"}))
        return Answer{"deny"}.done();
    if (s.is_one_of(
            {U"下一页", U"更多", U"还有", U"继续看", U"翻页", U"下页", U"再看看", U"还有别的", U"往下翻", U"后面的"}))
        return Answer{"next_page"}.done();
    if (s.is_one_of({U"你好", U"您好", U"hi", U"hello", U"在", U"在吗", U"早", U"早上好", U"上午好", U"中午好",
                     U"下午好", U"晚上好", U"哈喽", U"嗨"}))
        return Answer{"greet"}.done();
    if (s.is_one_of(
            {U"谢谢", U"多谢", U"感谢", U"辛苦", U"辛苦了", U"thanks", U"谢了", U"谢谢你", U"谢谢啦", U"非常感谢"}))
        return Answer{"thanks"}.done();
    if (s.head({U"撤销刚才", U"撤回刚才", U"撤销上", U"撤回上", U"撤消刚才", U"撤消上", U"刚才那个录错", U"刚才录错",
                U"刚刚录错"}) > 0)
        return Answer{"undo"}.done();
    return selection(s);
}

Intent read_question_about_use(Sentence const& s) {
    auto const asks = has_any(s, {U"怎么", U"如何", U"怎样"}) &&
                      !has_any(s, {U"怎么样", U"怎么算", U"怎么统计", U"怎么计算", U"怎么回事", U"怎么还"});
    auto const how = find_any(s, {U"怎么", U"如何", U"怎样"});
    if (!asks || s.normal().size() > 20 || (how && how->first > 6)) return std::nullopt;
    for (auto const& topic : topics)
        if (s.has(topic.word)) return Answer{"help"}.with("topic", std::string{topic.intent}).done();
    return Answer{"help"}.done();
}

Intent read_negation(Sentence const& s) {
    auto const head = s.head({U"别", U"不要", U"先不", U"不用", U"先别", U"不能", U"暂时不", U"千万别"});
    if (head == 0) return std::nullopt;
    auto const rest = s.normal().substr(head);
    auto const starts = [rest](std::u32string_view word) { return rest.starts_with(word); };
    static constexpr std::array<std::u32string_view, 12> actions{U"删",   U"退",   U"转",   U"分",   U"合并", U"停用",
                                                                 U"禁用", U"作废", U"移交", U"释放", U"领",   U"提交"};
    return std::any_of(actions.begin(), actions.end(), starts) ? Answer{"cancel", 0.8}.done() : std::nullopt;
}

Intent read_search(Sentence const& s) {
    auto const size = s.normal().size();
    auto const head =
        s.head({U"查询", U"搜索", U"查找", U"查一下", U"查", U"搜", U"找", U"搜一下", U"找一下", U"查下"});
    if (head > 0 && size > head) return Answer{"search", 0.8}.with("query", without_fillers(s.original(head))).done();
    auto const entities = s.entities(Lean::none);
    auto const is_phone = !entities.empty() && std::holds_alternative<PhoneValue>(entities.front().value);
    if (is_phone && entities.front().length + 14 > size)
        return Answer{"search", 0.8}.with("query", s.original(0)).done();
    auto const has_blank =
        std::any_of(s.normal().begin(), s.normal().end(), [](char32_t c) { return is_separator(c); });
    static constexpr auto talk = std::to_array<std::u32string_view>(
        {U"如果", U"把", U"说", U"被",   U"要是", U"讲", U"笑话", U"天气", U"破",   U"什么", U"怎样",
         U"怎么", U"你", U"我", U"系统", U"谁",   U"哪", U"故事", U"啊啊", U"股票", U"哈哈"});
    if (has_blank || size < 2 || size > 20 ||
        std::any_of(talk.begin(), talk.end(), [&](auto word) { return s.has(word); }))
        return std::nullopt;
    return Answer{"search", 0.6}.with("query", s.original(0)).done();
}

}  // namespace wescrm::language
