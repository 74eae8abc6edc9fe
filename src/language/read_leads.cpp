#include "own_values.hpp"
#include "readers.hpp"

#include <wescrm/base/text.hpp>

#include <array>

namespace wescrm::language {
namespace {

// 恒通物流的运营经理: a company and a position in one.
bool take_company(Filled& filled, std::string const& words, Part part) {
    constexpr std::string_view of = "的";
    auto const at = words.find(of);
    if (at == std::string::npos || at == 0) return false;
    filled.add("company", words.substr(0, at), part);
    if (!filled.has("position") && at + of.size() < words.size())
        filled.add("position", words.substr(at + of.size()), {part.second, part.second});
    return true;
}

bool is_position(std::u32string_view words) {
    static constexpr std::array<std::u32string_view, 11> titles{
        U"经理", U"总监", U"主管", U"主任", U"采购", U"行政", U"老板", U"总裁", U"董事长", U"工程师", U"负责人"};
    return words.size() <= 8 &&
           std::any_of(titles.begin(), titles.end(), [words](auto title) { return words.ends_with(title); }) &&
           !is_honorific(words);
}

// 展会上认识的郭总 电话… 记个线索
std::size_t tail_command(Sentence const& s) {
    for (std::u32string_view ending : {U"记个线索", U"建个线索", U"加个线索", U"录个线索", U"录成线索", U"记条线索",
                                       U"加条线索", U"建条线索", U"录条线索"})
        if (s.normal().ends_with(ending) && s.normal().size() > ending.size()) return s.normal().size() - ending.size();
    return 0;
}

}  // namespace

Intent read_lead_create(Sentence const& s) {
    auto const head =
        s.head({U"新建线索", U"新增线索", U"添加线索",   U"加线索", U"录线索",   U"录入线索", U"加条线索",
                U"加个线索", U"录条线索", U"录个线索",   U"建线索", U"建条线索", U"建个线索", U"创建线索",
                U"新线索",   U"登记线索", U"来了个线索", U"记线索", U"记个线索", U"来条线索", U"新建一条线索"});
    auto const tail = head == 0 ? tail_command(s) : 0;
    if ((head == 0 && tail == 0) || s.text().starts(head, U"池")) return std::nullopt;
    auto filled = fill_with_own(s, head, "lead");
    if (tail > 0) filled.taken.emplace_back(tail, s.normal().size());
    auto const by_rules = find_any(s, {U"按规则自动分配", U"按规则分配", U"自动分配"});
    if (by_rules) filled.taken.push_back(*by_rules);
    take_plan(s, head, filled);
    for (auto const& part : free_parts(s.text(), head, filled.taken)) {
        auto words = without_fillers(s.original(part.first, part.second));
        if (words.empty()) continue;
        if (auto const of = words.find("认识的"); !filled.has("name") && of != std::string::npos) {
            filled.add("source", words.substr(0, of), part);
            words.erase(0, of + std::string_view{"认识的"}.size());
            if (filled.slots.back().second.ends_with("上"))
                filled.slots.back().second.resize(filled.slots.back().second.size() - std::string_view{"上"}.size());
        }
        if (!filled.has("name"))
            filled.add("name", words, part);
        else if (!filled.has("company") && take_company(filled, words, part))
            continue;
        else if (!filled.has("position") && is_position(to_code_points(words)))
            filled.add("position", words, part);
        else if (!filled.has("company"))
            filled.add("company", words, part);
        else if (!filled.has("remark"))
            filled.add("remark", words, part);
    }
    auto answer = Answer{"lead.create"};
    for (auto const& [name, value] : filled.slots) answer.with(name.c_str(), value);
    if (by_rules) answer.with("assignment", std::string{"rules"});
    return answer.done();
}

namespace {

Intent convert(Sentence const& s) {
    auto const word = find_any(s, {U"转为客户", U"转成客户", U"转到客户", U"转客户", U"转化为客户", U"转为商机",
                                   U"转成商机", U"转商机", U"转到商机"});
    if (!word || word->first == 0) return std::nullopt;
    auto const is_customer = s.normal().substr(word->first, word->second - word->first).ends_with(U"客户");
    auto answer = Answer{"lead.convert"};
    answer.with("lead", name_between(s, 0, word->first))
        .with("to", std::string{is_customer ? "customer" : "opportunity"});
    auto const amount = is_customer ? std::nullopt : amount_in(s, word->second);
    auto const end = amount ? amount->part.first : s.normal().size();
    answer.with(is_customer ? "customer" : "opportunity", name_between(s, word->second, end));
    if (amount) answer.with("amount_fen", amount->fen);
    return answer.done();
}

// 王强无效; 刘倩号码是空号 作废; 马莉是打广告的 标无效
Intent invalidate(Sentence const& s) {
    auto const word =
        find_last(s, {U"标记无效", U"标记为无效", U"标无效", U"标为无效", U"设为无效", U"置为无效", U"无效", U"作废"});
    if (!word || has_any(s, {U"有没有", U"列表", U"的线索"}) || word->first == 0 ||
        has_any(s, {U"商机", U"订单", U"合同", U"发票", U"报价", U"方案", U"协议"}))
        return std::nullopt;
    auto const reason = find_any(
        s, {U"是", U"号码", U"电话", U"打不通", U"空号", U"没有需求", U"同行", U"，", U",", U" ", U"这条", U"那条"});
    auto const end = reason && reason->first > 0 && reason->first < word->first ? reason->first : word->first;
    auto const from = s.head({U"线索 ", U"把线索", U"线索"});
    auto name = name_between(s, from, std::max(from, end));
    auto because = end < word->first ? s.original(end, word->first) : std::string{};
    if (because.empty() && word->second < s.normal().size()) because = s.original(word->second);
    for (std::string_view mark : {"这条", "那条"})
        if (because.starts_with(mark)) because.erase(0, mark.size());
    return Answer{"lead.invalidate"}.with("lead", name).with("reason", without_fillers(because)).done();
}

Intent find_leads(Sentence const& s) {
    if (auto const word = find_any(s, {U"那条线索", U"这条线索", U"的线索"});
        word && word->first > 0 &&
        (has_any(s, {U"什么情况", U"怎么样", U"谁在跟", U"进展", U"详情", U"到哪", U"谁负责", U"情况", U"电话"})))
        return Answer{"lead.find"}.with("lead", name_between(s, 0, word->first)).done();
    auto const head = s.head({U"查线索", U"看线索", U"线索", U"查看线索", U"找线索", U"线索详情"});
    if (head == 0 || head >= s.normal().size() || has_any(s, {U"列表", U"转化", U"改成", U"线索池", U"线索榜"}))
        return std::nullopt;
    return Answer{"lead.find"}.with("lead", name_between(s, head, s.normal().size())).done();
}

Intent list_leads(Sentence const& s) {
    if (!ends_with_any(s, {U"线索", U"线索列表", U"线索有哪些", U"新线索", U"哪些线索", U"的线索呢"}) ||
        s.normal() == U"线索")
        return std::nullopt;
    auto answer = Answer{"lead.list"};
    answer.with("period", period_in(s, Lean::past));
    struct Status {
        std::u32string_view word;
        char const* value;
    };
    for (auto const& [word, value] : {Status{U"无效", "invalid"}, Status{U"转化", "converted"},
                                      Status{U"跟进中", "following"}, Status{U"未跟进", "new"}})
        if (s.has(word)) answer.with("status", std::string{value});
    for (auto const& [word, value] : {Status{U"领取的", "claimed"}, Status{U"分配给我", "assigned"},
                                      Status{U"分给我", "assigned"}, Status{U"自建", "created"}})
        if (s.has(word)) answer.with("acquired_by", std::string{value});
    auto const source = find_any(s, {U"来的"});
    auto const rest = residue(s, {U"线索", U"列表", U"有哪些", U"哪些",   U"新进的", U"新进", U"新增", U"新",   U"的",
                                  U"我",   U"无效", U"跟进中", U"未跟进", U"来",     U"查",   U"看",   U"所有", U"全部",
                                  U"转化", U"已",   U"领取",   U"分配给", U"分给",   U"自建", U"团队", U"下属"});
    if (source) return answer.with("source", rest).with("scope", std::string{s.has(U"我的") ? "self" : ""}).done();
    return answer.with("scope", scope_of(s, rest)).done();
}

}  // namespace

Intent read_lead(Sentence const& s) {
    if (auto found = convert(s)) return found;
    if (auto found = invalidate(s)) return found;
    if (auto found = list_leads(s)) return found;
    return find_leads(s);
}

}  // namespace wescrm::language
