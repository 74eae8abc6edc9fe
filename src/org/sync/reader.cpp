#include "rules/snapshot_check.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/org/contact_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <set>

namespace wescrm::org {
namespace {

/// What the concurrent readers share; used on one strand.
struct Reading {
    ContactSource& source;
    ReadLimits limits;
    Snapshot snapshot;
    wecom::ApiRange range;
    std::map<std::string, wecom::ApiMember> members;
    std::size_t next = 0;

    void fail(std::string problem) {
        if (!snapshot.problem) snapshot.problem = std::move(problem);
    }
    void take(wecom::ApiMember member) {
        auto const key = rules::key_of(member.user);
        if (key.empty()) return fail("成员列表中有一个没有账号的成员");
        auto const found = members.find(key);
        if (found == members.end())
            members.emplace(key, std::move(member));
        else if (!rules::is_same(found->second, member))
            fail("成员 " + member.user.value() + " 在读取过程中发生了变化");
        if (members.size() > limits.members) fail("成员数超过上限");
    }
};

std::string described(Error const& error) {
    return (error.message.empty() ? std::string{name_of(error.code)} : error.message) + "（" + error.reason + "）";
}

asio::awaitable<void> read_department(Reading& reading, std::int64_t department) {
    auto cursor = std::string{};
    auto seen = std::set<std::string>{};
    do {
        auto page = co_await reading.source.members(department, cursor);
        if (!page)
            co_return reading.fail("部门 " + std::to_string(department) + " 的成员读取失败：" +
                                   described(page.error()));
        for (auto& member : page->members) reading.take(std::move(member));
        cursor = page->next_cursor;
        if (!cursor.empty() && (!seen.insert(cursor).second || seen.size() > reading.limits.pages_per_department))
            co_return reading.fail("部门 " + std::to_string(department) + " 的成员分页出现循环");
    } while (!cursor.empty() && !reading.snapshot.problem);
}

asio::awaitable<void> read_some(Reading& reading) {
    while (!reading.snapshot.problem && reading.next < reading.snapshot.departments.size()) {
        auto const department = reading.snapshot.departments[reading.next++].id;
        co_await read_department(reading, department);
    }
}

asio::awaitable<void> read_all_departments(Reading& reading) {
    auto const strand = asio::make_strand(co_await asio::this_coro::executor);
    using Operation = decltype(asio::co_spawn(strand, read_some(reading), asio::deferred));
    auto readers = std::vector<Operation>{};
    for (std::size_t i = 0; i < std::max<std::size_t>(1, reading.limits.concurrent); ++i)
        readers.push_back(asio::co_spawn(strand, read_some(reading), asio::deferred));
    auto [order, thrown] = co_await asio::experimental::make_parallel_group(std::move(readers))
                               .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    for (auto const& exception : thrown)
        if (exception) std::rethrow_exception(exception);
}

// People whom the app may see although none of their departments is in its range.
asio::awaitable<void> read_single_members(Reading& reading) {
    for (auto const& user : reading.range.users) {
        if (reading.snapshot.problem || reading.members.contains(rules::key_of(UserId{user}))) continue;
        auto member = co_await reading.source.member(UserId{user});
        if (member)
            reading.take(std::move(*member));
        else if (member.error().code != Errc::not_found)
            reading.fail("成员 " + user + " 读取失败：" + described(member.error()));
    }
}

}  // namespace

asio::awaitable<Snapshot> read_snapshot(ContactSource& source, ReadLimits limits) {
    auto reading = Reading{source, limits, {}, {}, {}};
    auto range = co_await source.range();
    if (!range) {
        reading.fail("应用可见范围读取失败：" + described(range.error()));
        co_return std::move(reading.snapshot);
    }
    reading.range = std::move(*range);
    reading.snapshot.range_digest = rules::digest_of(reading.range);
    auto departments = co_await source.departments();
    if (!departments) {
        reading.fail("部门列表读取失败：" + described(departments.error()));
        co_return std::move(reading.snapshot);
    }
    reading.snapshot.departments = std::move(*departments);
    if (reading.snapshot.departments.size() > limits.departments) reading.fail("部门数超过上限");
    if (auto problem = rules::order_departments(reading.snapshot.departments, reading.range))
        reading.fail(std::move(*problem));
    if (!reading.snapshot.problem) co_await read_all_departments(reading);
    if (!reading.snapshot.problem) co_await read_single_members(reading);
    if (!reading.snapshot.problem && reading.members.empty()) reading.fail("成员列表为空");
    reading.snapshot.members.reserve(reading.members.size());
    for (auto& [key, member] : reading.members) reading.snapshot.members.push_back(std::move(member));
    co_return std::move(reading.snapshot);
}

}  // namespace wescrm::org
