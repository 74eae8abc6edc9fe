#pragma once
#include <wescrm/sales/sales_process.hpp>

namespace wescrm::sales {

/// invalid_input naming department_ids, role_ids.
Result<void> check_scope(operation::Context& ctx, std::vector<DepartmentId> const& departments,
                         std::vector<RecordId> const& roles);
/// People, departments, roles and fields that stages name exist; what was named before may have gone since.
/// invalid_input naming stages[n].member.
Result<void> check_references(operation::Context& ctx, std::vector<StageInput> const& stages,
                              std::vector<Stage> const& there);

}  // namespace wescrm::sales
