#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// The way in; stands in audit rows and ownership events.
enum class Channel { chat, page, api, timer, sync, cli };
[[nodiscard]] std::string_view name_of(Channel channel) noexcept;

/// How far a permission reaches, narrowest first; the codes of the REST interface.
enum class Reach { self, self_sub, dept, dept_tree, headed, custom, all };
[[nodiscard]] std::string_view name_of(Reach reach) noexcept;
[[nodiscard]] std::optional<Reach> reach_from(std::string_view name) noexcept;

/// One (permission → reach) pair of one role of the actor; several roles unite.
struct Grant {
    Reach reach = Reach::self;
    std::vector<DepartmentId> departments;  ///< for Reach::custom
};

/// What the roles of somebody let him do with one field of one kind of records; of several roles the most permissive
/// counts. Fields without a restriction are not listed.
struct FieldRight {
    bool is_hidden = false;
    bool is_fixed = false;       ///< seen, but not written
    bool is_masked = false;      ///< of a phone number only the ends are shown
    bool only_in_lists = false;  ///< the mask
};

/// Who acts, with everything that decides what he may do. Loaded once per transaction.
struct Actor {
    TenantId tenant;
    EmployeeId employee;  ///< empty: the system itself (timers, sync, command line)
    UserId user_id;
    std::string name;
    DepartmentId department;  ///< main department at this moment
    bool is_administrator = false;
    std::map<std::string, std::vector<Grant>, std::less<>> permissions;
    Channel channel = Channel::api;
    std::string request_id;
    std::string client;  ///< of pages and keys the address they come from; of a chat the id of WeCom's message
    std::string agent;   ///< of pages and keys the program, as it calls itself
    Zone zone;           ///< of the company
    std::map<std::string, FieldRight, std::less<>> fields;  ///< by "customer.mobile"
    bool hides_phones = true;            ///< the company masks phone numbers for whoever is not the owner
    std::optional<Instant> valid_until;  ///< of the company: afterwards it can only be read
    /// Kinds of records ("contract") that the company does without: what there is stays stored, and nobody does
    /// anything with it until they are switched on again.
    std::set<std::string, std::less<>> switched_off;

    [[nodiscard]] bool is_system() const noexcept { return employee.is_empty(); }
    /// Administrators and the system may do everything; but for the system, nobody anything with what is switched off.
    [[nodiscard]] bool may(std::string_view permission) const;
};

/// The system acting for a company.
[[nodiscard]] Actor system_actor(TenantId tenant, Channel channel, Zone zone = {});

/// An active employee with his roles. forbidden "disabled" if he may not work any more, not_found "employee".
[[nodiscard]] Result<Actor> load_actor(database::Session& sql, TenantId tenant, EmployeeId employee, Channel channel);
[[nodiscard]] Result<Actor> load_actor(database::Session& sql, TenantId tenant, UserId const& user, Channel channel);

}  // namespace wescrm::operation
