// Who is responsible, how the company is built, what one may do and why one cannot see something.
#include "readers.hpp"

namespace wescrm::language {
namespace {

bool is_department(std::string_view name) {
    auto const word = to_code_points(name);
    if (word.size() < 2) return false;
    auto const view = std::u32string_view{word};
    return is_one_of(view.back(), U"部区组") || view.ends_with(U"中心");
}

Intent responsible_for(std::string name) {
    if (name.ends_with("的")) name.resize(name.size() - std::string_view{"的"}.size());
    if (name.empty()) return std::nullopt;
    if (is_department(name)) return Answer{"org.department"}.with("department", name).done();
    return Answer{"customer.find"}.with("customer", name).done();
}

// 谁负责绿源, 谁在跟绿源, 绿源归谁
Intent responsible(Sentence const& s) {
    auto const length = s.normal().size();
    if (length > 30) return std::nullopt;
    auto const head = s.head(
        {U"谁负责", U"谁在负责", U"谁在跟进", U"谁在跟", U"谁跟的", U"现在谁负责", U"哪位负责", U"哪个负责", U"谁是"});
    if (head > 0 && head < length) {
        if (!s.normal().starts_with(U"谁是")) return responsible_for(name_between(s, head, length));
        for (std::u32string_view tail : {U"的负责人", U"负责人"})
            if (s.normal().ends_with(tail)) return responsible_for(name_between(s, head, length - tail.size()));
        return std::nullopt;
    }
    for (std::u32string_view tail :
         {U"归谁负责", U"归谁跟", U"归谁", U"由谁负责", U"是谁的客户", U"是谁在跟", U"谁在跟进", U"谁在跟", U"谁负责"})
        if (s.normal().ends_with(tail) && length > tail.size() + 1)
            return responsible_for(name_between(s, 0, length - tail.size()));
    return std::nullopt;
}

std::string without_me(Sentence const& s, std::size_t from, std::size_t to) {
    auto words = s.original(from, std::max(from, to));
    for (std::string_view word : {"我自己", "我", "本人"})
        if (auto const at = words.find(word); at != std::string::npos) words.erase(at, word.size());
    return clean_name(std::move(words));
}

// 为什么我看不到绿源, 绿源为什么我看不到, 小陈为什么看不到绿源, 我怎么看不见北辰
Intent unseen(Sentence const& s) {
    auto const why = find_any(s, {U"为什么", U"为何", U"为啥", U"怎么", U"咋"});
    auto const not_seen = find_any(s, {U"看不到", U"看不见", U"看不了", U"打不开", U"查不到", U"搜不到", U"没权限看",
                                       U"没有权限看", U"无权查看", U"改不了", U"不能看", U"不能改", U"没权限改"});
    if (!why || !not_seen || s.normal().size() > 40) return std::nullopt;
    auto answer = Answer{"access.explain"};
    auto const behind = name_between(s, not_seen->second, s.normal().size());
    auto const is_first = why->first < not_seen->first;
    auto const who = is_first ? without_me(s, 0, why->first) + without_me(s, why->second, not_seen->first)
                              : without_me(s, 0, not_seen->first);
    if (behind.empty() || !is_first) return answer.with("customer", who).done();
    return answer.with("customer", behind).with("employee", who).done();
}

}  // namespace

Intent read_access(Sentence const& s) {
    if (s.is_one_of({U"组织架构", U"公司组织架构", U"组织结构", U"公司架构", U"部门架构", U"部门列表", U"有哪些部门",
                     U"公司有哪些部门", U"查看组织架构", U"看组织架构", U"部门结构", U"架构图", U"组织架构图"}))
        return Answer{"org.tree"}.done();
    if (s.is_one_of({U"我的权限", U"我有什么权限", U"我有哪些权限", U"我的角色", U"我是什么角色", U"查看我的权限",
                     U"我能看哪些数据", U"我能看到哪些数据", U"我的数据权限", U"我可以看哪些客户", U"我能看到谁的客户",
                     U"看看我的权限", U"我的角色权限"}))
        return Answer{"org.permissions"}.done();
    if (auto found = unseen(s)) return found;
    return responsible(s);
}

}  // namespace wescrm::language
