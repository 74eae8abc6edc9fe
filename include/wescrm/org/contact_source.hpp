#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/wecom/client.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wescrm::org {

struct MemberPage {
    std::vector<wecom::ApiMember> members;
    std::string next_cursor;  ///< empty: the last page
};

/// Where the organisation is read from. not_found: the platform says that there is no such person or department; any
/// other error: nothing is known. Objects live as long as the reading; used from one strand.
class ContactSource {
public:
    virtual ~ContactSource() = default;
    virtual Async<std::vector<wecom::ApiDepartment>> departments() = 0;
    /// Those directly in the department. `cursor`: empty for the first page.
    virtual Async<MemberPage> members(std::int64_t department, std::string cursor) = 0;
    virtual Async<wecom::ApiMember> member(UserId user) = 0;
    virtual Async<wecom::ApiDepartment> department(std::int64_t id) = 0;
    virtual Async<wecom::ApiRange> range() = 0;  ///< what the app may see
};

/// The organisation as the app of the company sees it.
class WecomContacts final : public ContactSource {
public:
    WecomContacts(wecom::Client& client, wecom::Account account, std::int64_t agent_id)
        : client_{client}, account_{std::move(account)}, agent_id_{agent_id} {}
    Async<std::vector<wecom::ApiDepartment>> departments() override;
    Async<MemberPage> members(std::int64_t department, std::string cursor) override;
    Async<wecom::ApiMember> member(UserId user) override;
    Async<wecom::ApiDepartment> department(std::int64_t id) override;
    Async<wecom::ApiRange> range() override;

private:
    wecom::Client& client_;
    wecom::Account account_;
    std::int64_t agent_id_;
};

/// All that was read, or why it is not all.
struct Snapshot {
    std::vector<wecom::ApiDepartment> departments;  ///< parents first
    std::vector<wecom::ApiMember> members;          ///< by userid
    std::string range_digest;
    std::optional<std::string> problem;  ///< for an administrator, in Chinese; the lists must not be used then
};

struct ReadLimits {
    std::size_t concurrent = 4;  ///< requests under way; WeCom blocks many at once (45033)
    std::size_t departments = 100'000;
    std::size_t members = 500'000;
    std::size_t pages_per_department = 1'000;
};

/// Reads departments and members page by page, several at a time. Whatever goes wrong stands in `problem`.
asio::awaitable<Snapshot> read_snapshot(ContactSource& source, ReadLimits limits = {});

}  // namespace wescrm::org
