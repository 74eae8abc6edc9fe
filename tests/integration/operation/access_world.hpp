#pragma once
#include "support/database_test.hpp"

#include <wescrm/operation/access_scope.hpp>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace wescrm::testing {

using operation::Power;
using operation::Reach;

/// A company at random: departments, people, roles, share rules, and records with teams and shares. Besides the rows it
/// keeps what a reader of the formula needs, and answers by it in the plainest way: sees() and changes().
class World {
public:
    using At = std::size_t;  ///< a place in one of the lists below

    struct Role {
        std::int64_t id = 0;
        bool is_administrator = false;
        std::map<std::string, Reach> permissions;
        std::set<At> departments;  ///< of Reach::custom
    };
    struct Person {
        EmployeeId id;
        std::string user;
        std::optional<At> department;
        std::set<At> member_of;
        std::set<At> heads;
        std::optional<At> superior;
        std::set<At> roles;
        std::set<At> groups;
        bool has_seat = false;   ///< on the only pool: reads
        bool runs_pool = false;  ///< reads and changes
    };
    struct Seat {
        bool writes = false;
        bool is_expired = false;
        std::set<std::string> children;
    };
    struct Share {
        At department = 0;
        bool writes = false;
        bool is_expired = false;
        bool below = false;
    };
    struct Record {
        std::string kind;
        std::int64_t id = 0;
        std::string name;
        std::optional<At> owner;     ///< also the author, the assignee
        std::optional<At> creator;   ///< of a task
        std::optional<At> customer;  ///< on which it hangs
        bool is_in_pool = false;
        std::map<At, Seat> team;
        std::vector<Share> shares;
        std::string source{};  ///< of a customer
    };
    struct Rule {
        std::set<std::string> objects;
        std::optional<At> source_person;
        At source_department = 0;
        std::optional<At> target_person;
        std::optional<At> target_department;
        std::optional<At> target_role;
        std::optional<At> target_group;
        bool writes = false;
        bool below = false;
        bool is_valid = true;             ///< enabled and within its time
        std::set<std::string> sources{};  ///< only customers from these; empty: all
        bool is_not = false;              ///< only those from none of these
    };

    /// Fills the tables of an empty company.
    World(database::Session& sql, TenantId tenant, Instant now, std::mt19937& random);

    [[nodiscard]] bool sees(At person, Record const& record) const;
    [[nodiscard]] bool changes(At person, Record const& record) const;
    [[nodiscard]] bool allows(At person, Power power, Record const& record) const {
        return power == Power::read ? sees(person, record) : changes(person, record);
    }
    /// Customers, contacts, follow-ups and tasks.
    [[nodiscard]] std::vector<Record const*> records() const;

    std::vector<DepartmentId> departments;
    std::vector<std::optional<At>> parents;
    std::vector<Role> roles;
    std::vector<std::int64_t> groups;
    std::vector<Person> people;
    std::vector<Rule> rules;
    std::vector<Record> customers;
    std::vector<Record> others;  ///< contacts, follow-ups, tasks
    bool all_subordinates = false;
    bool owners_read_children = true;

private:
    bool chance(unsigned in_hundred) { return pick(100) < in_hundred; }
    At pick(At below) { return std::uniform_int_distribution<At>{0, below - 1}(random_); }
    std::optional<Instant> expiry(bool is_expired);
    std::set<At> some_departments();

    void add_departments();
    void add_roles();
    void add_groups();
    void add_person();
    void add_rule();
    void add_customer();
    void add_contact();
    void add_followup();
    void add_task();
    void add_team(Record& record);
    void add_words(Record const& customer);

    [[nodiscard]] bool is_administrator(At person) const;
    [[nodiscard]] bool has(At person, std::string const& permission) const;
    [[nodiscard]] bool is_below(std::optional<At> department, At top) const;
    [[nodiscard]] bool is_subordinate(At who, At of) const;
    [[nodiscard]] bool is_member(At person, At department, bool below) const;
    [[nodiscard]] bool covers(Role const& role, std::string const& permission, At person,
                              std::optional<At> owner) const;
    [[nodiscard]] bool in_team(At person, Record const& record, Power power) const;
    [[nodiscard]] bool by_rule(At person, Record const& record, Power power, At owner) const;
    [[nodiscard]] bool holds(At person, Record const& record, Power power) const;

    database::Session& sql_;
    TenantId tenant_;
    Instant now_;
    std::mt19937& random_;
};

}  // namespace wescrm::testing
