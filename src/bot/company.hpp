#pragma once
#include "crm.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

struct Colleague {
    std::string user_id;
    std::string name;
    std::string position;
    std::string department;
    std::string status;     ///< active, disabled, left
    std::int64_t rank = 0;  ///< of a search: 1 the name … 4 sounds or nearly reads the same
};
struct Profile {
    Colleague self;
    std::vector<std::string> heads;  ///< departments
    std::vector<Colleague> superiors;
    std::vector<Colleague> subordinates;
};
struct Department {
    std::string id;
    std::string name;
    std::string above;
    std::string heads;  ///< names
    std::int64_t members = 0;
    std::int64_t depth = 0;
    std::int64_t rank = 0;  ///< of a search: 1 the name, 2 part of it
};
struct Right {
    std::string object;   ///< 客户
    std::string reach;    ///< 本人及下属
    std::string actions;  ///< 查看、编辑
};
struct Rights {
    bool is_administrator = false;
    std::string roles;
    std::vector<Right> items;
};
struct Explained {
    std::string id;    ///< empty: the person does not see the customer
    std::string name;  ///< empty: there is none of exactly this name
    std::string owner;
    bool can_read = false;
    bool can_write = false;
    std::vector<std::string> because;
    std::vector<std::string> because_write;
};

/// What somebody owns that others take over when he leaves.
struct Owned {
    std::string title;  ///< 客户
    std::string hint;
    std::int64_t count = 0;
};
struct HandedOver {
    std::vector<Owned> items;
    std::int64_t left = 0;  ///< what he still has
};

/// The operations about people, departments and permissions, typed; as Crm for records.
class Company {
public:
    explicit Company(Crm const& crm) : crm_{crm} {}

    [[nodiscard]] Result<std::vector<Colleague>> search(std::string_view words, std::size_t limit,
                                                        bool with_former) const;
    [[nodiscard]] Result<Profile> profile(std::string_view user_id) const;
    [[nodiscard]] Result<std::vector<Department>> search_departments(std::string_view words, std::size_t limit) const;
    [[nodiscard]] Result<std::vector<Colleague>> members(std::string_view department, std::size_t limit) const;
    [[nodiscard]] Result<std::vector<Department>> tree() const;
    [[nodiscard]] Result<Rights> rights() const;
    [[nodiscard]] Result<Explained> explain(std::string_view customer, std::string_view user_id) const;
    [[nodiscard]] Result<void> start_sync() const;
    /// Switches off those held by the run, or keeps them; gives how many were switched off. conflict if decided.
    [[nodiscard]] Result<std::int64_t> decide_sync(std::string_view run, bool is_yes) const;
    /// Only what there is of, and what goes along without being named.
    [[nodiscard]] Result<std::vector<Owned>> owned_by(std::string_view user_id) const;
    [[nodiscard]] Result<HandedOver> hand_over(std::string_view user_id, std::string_view to) const;
    [[nodiscard]] Result<void> disable(std::string_view user_id) const;

private:
    Crm const& crm_;
};

}  // namespace wescrm::bot
