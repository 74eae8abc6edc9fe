#pragma once
#include <wescrm/sales/sales_process.hpp>

// Who may move an opportunity from stage to stage. Pure functions.
namespace wescrm::sales {

/// Whoever wants to move one, as far as it decides.
struct Mover {
    UserId user;
    std::vector<DepartmentId> departments;  ///< his and those above
    std::vector<RecordId> roles;
    bool is_free = false;  ///< the system and administrators
};

[[nodiscard]] bool has_movers(Stage const& stage);
/// May he move one from the one to the other? `from` is null of a new one. forbidden "stage_movers", naming the stage
/// and who may.
[[nodiscard]] Result<void> check_movers(Stage const* from, Stage const& to, Mover const& mover);

}  // namespace wescrm::sales
