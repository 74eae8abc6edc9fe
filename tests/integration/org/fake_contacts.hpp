#pragma once
#include <wescrm/org/contact_source.hpp>

#include <functional>
#include <map>

namespace wescrm::testing {

/// A company's address book that can fail like WeCom does.
class FakeContacts final : public org::ContactSource {
public:
    std::vector<wecom::ApiDepartment> tree;
    std::map<std::string, wecom::ApiMember> people;
    wecom::ApiRange visible{{}, {1}, {}};
    std::optional<std::int64_t> refused_department;  ///< answers 60011
    std::optional<std::int64_t> short_department;    ///< its list is cut: only its first member
    std::optional<std::int64_t> looping_department;
    std::size_t calls_until_failure = SIZE_MAX;
    std::function<void()> before_first_member;

    void add(std::string const& user, std::int64_t department, bool is_leader = false) {
        auto member = wecom::ApiMember{};
        member.user = UserId{user};
        member.name = "员工" + user;
        member.main_department = department;
        member.departments = {{department, is_leader, 0}};
        people[user] = std::move(member);
    }

    Async<std::vector<wecom::ApiDepartment>> departments() override {
        if (auto failure = fails()) co_return *failure;
        co_return tree;
    }
    Async<org::MemberPage> members(std::int64_t department, std::string) override {
        if (before_first_member) std::exchange(before_first_member, {})();
        if (auto failure = fails()) co_return *failure;
        if (refused_department == department) co_return Error{Errc::forbidden, "wecom_60011", "没有权限"};
        auto page = org::MemberPage{};
        for (auto const& [user, member] : people)
            for (auto const& membership : member.departments)
                if (membership.department == department) page.members.push_back(member);
        if (short_department == department && page.members.size() > 1) page.members.resize(1);
        if (looping_department == department) page.next_cursor = "again";
        co_return page;
    }
    Async<wecom::ApiMember> member(UserId user) override {
        auto const found = people.find(user.value());
        if (found == people.end()) co_return unknown();
        co_return found->second;
    }
    Async<wecom::ApiDepartment> department(std::int64_t id) override {
        for (auto const& department : tree)
            if (department.id == id) co_return department;
        co_return Error{Errc::not_found, "gone"};
    }
    Async<wecom::ApiRange> range() override { co_return visible; }

    bool confirms_departures = false;  ///< else a single read of somebody unknown is refused: outside the range

private:
    [[nodiscard]] Error unknown() const {
        return confirms_departures ? Error{Errc::not_found, "gone"} : Error{Errc::forbidden, "wecom_60011"};
    }
    std::optional<Error> fails() {
        if (calls_until_failure == 0) return Error{Errc::unavailable, "wecom_-1", "系统繁忙"};
        --calls_until_failure;
        return std::nullopt;
    }
};

}  // namespace wescrm::testing
