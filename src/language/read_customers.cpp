#include "own_values.hpp"
#include "readers.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace wescrm::language {

namespace {

// 叫绿源环保, 名字是绿源环保
std::string without_introduction(std::string words) {
    for (std::string_view lead : {"名字叫", "名字是", "名称是", "名叫", "叫做", "叫"})
        if (words.starts_with(lead) && words.size() > lead.size() + 3) return words.substr(lead.size());
    return words;
}

// 展会, 重点, 制造业 beside a name say where from, how important, which trade.
bool take_known_word(Sentence const& s, Part const& part, Filled& filled) {
    auto const known = s.known_word(part.first, part.second);
    auto const is_field = known && (known->kind == WordKind::level || known->kind == WordKind::source ||
                                    known->kind == WordKind::industry);
    if (!is_field || filled.has(known->slot())) return false;
    filled.add(known->slot(), known->text, part);
    return true;
}

}  // namespace

Intent read_customer_create(Sentence const& s) {
    auto const head = s.head(
        {U"新建客户",     U"新增客户",     U"添加客户",     U"加客户",     U"录入客户", U"录客户",      U"录个客户",
         U"建客户",       U"建一个客户",   U"建个客户",     U"创建客户",   U"新客户",   U"加个客户",    U"增加客户",
         U"新建一个客户", U"添加一个客户", U"登记客户",     U"新建可户",   U"xinjian",  U"xinjiankehu", U"客户登记",
         U"新建 客户",    U"录一个客户",   U"新增一个客户", U"加一个客户", U"存个客户", U"新建课户",    U"新件客户"});
    auto const is_form = s.text().starts(0, U"客户\n");
    if (head == 0 && !is_form) return std::nullopt;
    // 新增客户前三名, 新增客户数 ask for figures.
    if (after_any(s.text(), head, {U"前", U"数", U"榜", U"趋势", U"走势", U"目标", U"排行", U"排名", U"有哪些"}))
        return std::nullopt;
    auto const from = is_form ? std::size_t{2} : head;
    auto filled = fill_with_own(s, from, "customer");
    auto level = Part{};
    if (auto const value = level_in(s, from, &level); !value.empty() && !filled.has("level"))
        filled.add("level", value, level);
    take_plan(s, from, filled);
    auto const parts = free_parts(s.text(), from, filled.taken);
    for (auto const& part : parts) {
        auto const words = without_fillers(s.original(part.first, part.second));
        if (words.empty()) continue;
        if (parts.size() > 1 && take_known_word(s, part, filled)) continue;
        if (!filled.has("name"))
            filled.add("name", without_introduction(words), part);
        else if (!filled.has("contact") && is_honorific(s.normal().substr(part.first, part.second - part.first)))
            filled.add("contact", words, part);
        else if (!filled.has("remark"))
            filled.add("remark", words, part);
    }
    auto answer = Answer{"customer.create"};
    for (auto const& [name, value] : filled.slots) answer.with(name == "company" ? "name" : name.c_str(), value);
    return answer.done();
}

namespace {

Intent list_customers(Sentence const& s) {
    auto const is_expiring = has_any(s, {U"快进公海", U"要进公海", U"快要进公海", U"即将进公海", U"快掉公海",
                                         U"快掉进公海", U"要掉公海", U"快到期的客户"});
    auto const asks = ends_with_any(s, {U"客户", U"客户列表", U"客户有哪些", U"有哪些客户", U"客户名单"});
    if (!is_expiring && (!asks || has_any(s, {U"谁的客户", U"怎么", U"公海", U"联系哪些"}))) return std::nullopt;
    auto answer = Answer{"customer.list"};
    auto is_counted = false;
    for (auto const& entity : s.entities(Lean::past)) {
        auto const is_idle =
            after_any(s.text(), entity.offset + entity.length,
                      {U"没跟进", U"未跟进", U"没联系", U"未联系", U"没有跟进", U"没有联系", U"以上没跟进", U"没动静"});
        if (auto const* duration = std::get_if<DurationValue>(&entity.value); duration && is_idle)
            answer.with("not_followed_days", duration->seconds / 86'400);
        else if (auto const period = period_of(entity); !period.empty() && !is_counted)
            answer.with("period", period), is_counted = true;
    }
    auto taken = std::vector<Part>{};
    auto slots = std::set<std::string>{};
    for (auto const& word : s.known_words()) {
        if (word.kind == WordKind::product || !slots.insert(word.slot()).second) continue;
        answer.with(word.slot(), word.text);
        taken.emplace_back(word.from, word.to);
    }
    auto const rest =
        residue(s, {U"客户", U"列表",   U"名单",   U"有哪些", U"新增",   U"新建",
                    U"的",   U"没跟进", U"未跟进", U"没联系", U"未联系", U"没有",
                    U"跟进", U"联系",   U"以上",   U"我",     U"部门里", U"部门",
                    U"a类",  U"b类",    U"c类",    U"d类",    U"a级",    U"b级",
                    U"c级",  U"所有",   U"全部",   U"看",     U"查",     U"一下",
                    U"下属", U"团队",   U"快",     U"要",     U"进",     U"公海",
                    U"即将", U"掉",     U"全公司", U"公司",   U"成交",   U"已",
                    U"未",   U"最近",   U"有多少", U"多少",   U"列出",   U"显示",
                    U"来自", U"标签",   U"行业",   U"来源",   U"级别",   slots.contains("source") ? U"来的" : U""},
                Lean::past, taken);
    if (!slots.contains("level")) answer.with("level", level_in(s, 0));
    if (is_expiring) answer.with("expiring", std::string{"high_sea"});
    auto const is_other_source = has_any(s, {U"来的"}) && !slots.contains("source");
    if (is_other_source || rest.size() > 24) return answer.done();
    return answer.with("scope", scope_of(s, rest)).done();
}

Intent find_customers(Sentence const& s) {
    auto const head = s.head({U"客户 ", U"查客户", U"查询客户", U"查找客户", U"找客户", U"看客户", U"打开客户",
                              U"查看客户", U"客户:", U"搜客户", U"显示客户", U"打开", U"调出"});
    if (head > 0 && s.normal().size() > head)
        return Answer{"customer.find"}.with("customer", clean_name(s.original(head))).done();
    for (std::u32string_view ending :
         {U"的详细资料", U"详细资料",     U"的详情",     U"详情",       U"是谁的客户",     U"是谁负责的",
          U"的资料",     U"谁在跟",       U"的情况",     U"谁负责",     U"归谁负责",       U"的客户信息",
          U"的信息",     U"的档案",       U"是谁在跟",   U"什么情况",   U"是哪个销售在跟", U"谁在跟进",
          U"是谁在跟进", U"哪个销售在跟", U"现在谁在跟", U"是谁在负责", U"谁负责的"})
        if (s.normal().size() > ending.size() + 1 && s.normal().ends_with(ending) &&
            !has_any(s, {U"线索", U"订单", U"商机", U"审批"}))
            return Answer{"customer.find"}
                .with("customer", name_between(s, 0, s.normal().size() - ending.size()))
                .done();
    return std::nullopt;
}

Intent duplicates(Sentence const& s) {
    auto const word = find_any(s, {U"查重", U"撞单查询", U"撞单", U"有没有重复", U"有人录了", U"有没有人录",
                                   U"重复了吗", U"是否重复", U"有没有录过", U"录过了", U"有没有撞单", U"有重复"});
    if (!word) return std::nullopt;
    auto answer = Answer{"customer.check_duplicate"};
    for (auto const& entity : s.entities(Lean::none))
        if (auto const* phone = std::get_if<PhoneValue>(&entity.value))
            return answer.with("mobile", phone->digits).done();
    auto name = name_between(s, word->second, s.normal().size());
    if (name.empty()) name = name_between(s, 0, word->first);
    return answer.with("name", name).done();
}

}  // namespace

Intent read_customer_query(Sentence const& s) {
    if (auto found = duplicates(s)) return found;
    if (auto found = list_customers(s)) return found;
    return find_customers(s);
}

namespace {

// 绿源共享给小陈, 北辰开放给技术部 只读
Intent share_customer(Sentence const& s) {
    // 让小吴也能编辑绿源
    if (auto const may =
            find_any(s, {U"也能编辑", U"也能看", U"也能查看", U"也可以编辑", U"也可以看", U"能编辑", U"可以编辑"});
        may && s.head({U"让"}) > 0 && may->first > 1)
        return Answer{"customer.share"}
            .with("customer", name_between(s, may->second, s.normal().size()))
            .with("employee", person_between(s, 1, may->first))
            .with("permission", std::string{s.has(U"编辑") ? "write" : "read"})
            .done();
    auto const word = find_any(s, {U"共享给", U"开放给", U"分享给"});
    if (!word || word->first == 0) return std::nullopt;
    auto const right =
        find_any(s, {U"只读", U"看看", U"查看", U"可读", U"编辑", U"修改", U"读写", U"也能看"}, word->second);
    auto const end = right ? right->first : s.normal().size();
    auto const person = person_between(s, word->second, end);
    auto answer = Answer{"customer.share"};
    answer.with("customer", name_between(s, 0, word->first));
    answer.with(person.ends_with("部") || person.ends_with("区") || person.ends_with("组") ? "department" : "employee",
                person);
    auto const is_write = has_any(s, {U"编辑", U"修改", U"读写"});
    // 看看 at the end is a filler to the sentence, but here it says what for.
    if (right || s.has_tail(U"看看")) answer.with("permission", std::string{is_write ? "write" : "read"});
    return answer.done();
}

Intent merge(Sentence const& s) {
    auto const word = find_any(s, {U"合并到", U"合并进", U"并到", U"并入", U"合并"});
    if (!word) return std::nullopt;
    auto answer = Answer{"customer.merge"};
    auto const has_target = s.normal().substr(word->first, word->second - word->first) != U"合并";
    auto const has_rest = word->second < s.normal().size();
    if (has_target && has_rest && word->first > 0)
        return answer.with("customer", name_between(s, 0, word->first))
            .with("into", name_between(s, word->second, s.normal().size()))
            .done();
    if (has_target || (word->first > 0 && has_rest)) return std::nullopt;
    auto const end = word->first > 0 ? word->first : s.normal().size();
    auto const from = word->first > 0 ? std::size_t{0} : word->second;
    auto const both = find_any(s, {U"和", U"跟", U"与", U"、"}, from);
    if (!both || both->first >= end) return s.has(U"客户") ? answer.done() : std::nullopt;
    return answer.with("customer", name_between(s, from, both->first))
        .with("into", name_between(s, both->second, end))
        .done();
}

Intent tag(Sentence const& s) {
    auto const word = find_any(s, {U"打标签", U"加标签", U"贴标签", U"打上标签", U"加上标签", U"的标签", U"标签"});
    if (!word || word->first == 0) return std::nullopt;
    auto const is_removal = has_any(s, {U"去掉", U"移除", U"删掉", U"取消"});
    auto const value = clean_name(s.original(word->second));
    if (value.empty()) return std::nullopt;
    auto const from = s.head({U"去掉", U"移除", U"删掉", U"取消"});
    return Answer{"customer.tag"}
        .with("customer", name_between(s, from, word->first))
        .with("tag", value)
        .with_flag("remove", is_removal)
        .done();
}

// 删除客户 X, 把X删掉, X录重了 删了吧
Intent remove(Sentence const& s) {
    if (has_any(s, {U"任务",   U"待办", U"提醒", U"的会", U"标签", U"线索", U"商机", U"订单",
                    U"联系人", U"日程", U"备注", U"电话", U"地址", U"跟进", U"记录", U"微信",
                    U"邮箱",   U"简称", U"行业", U"来源", U"级别", U"附件", U"消息"}))
        return std::nullopt;
    auto const head = s.head({U"删除客户", U"删掉客户", U"删客户", U"删了客户"});
    if (head > 0 && head < s.normal().size())
        return Answer{"customer.delete"}.with("customer", name_between(s, head, s.normal().size())).done();
    if (!ends_with_any(s, {U"删掉", U"删了", U"删除", U"删掉了", U"删"})) return std::nullopt;
    auto const verb = find_last(s, {U"删掉", U"删了", U"删除", U"删"});
    auto const reason = find_any(s, {U"录重", U"重复", U"是测试", U"录错"});
    auto const name = name_between(s, s.head({U"把", U"将"}), reason ? reason->first : verb->first);
    return name.empty() ? std::nullopt : Answer{"customer.delete"}.with("customer", name).done();
}

}  // namespace

Intent read_customer_care(Sentence const& s) {
    if (auto found = share_customer(s)) return found;
    if (auto found = merge(s)) return found;
    if (auto found = tag(s)) return found;
    return remove(s);
}

}  // namespace wescrm::language
