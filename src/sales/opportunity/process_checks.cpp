#include "opportunity/process_checks.hpp"

#include "fields/store.hpp"
#include "opportunity/needable.hpp"
#include "rules/entry_values.hpp"

#include <algorithm>
#include <set>

// What a sales process refers to.
namespace wescrm::sales {
namespace {

using database::bind;

// Every id is one of the company's; `table` is a constant of ours.
template <class Id>
Result<void> insist_known(operation::Context& ctx, std::string const& table, std::string const& column,
                          std::vector<Id> const& ids, FieldError const& otherwise) {
    auto const known =
        ctx.sql()
            .value<std::int64_t>("select count(distinct " + column + ") from " + table +
                                     " where tenant_id = :tenant and " + column + "::text = any(:ids::text[])",
                                 {bind("tenant", ctx.tenant()), bind("ids", ids)})
            .value_or(0);
    if (static_cast<std::size_t>(known) != std::set<Id>{ids.begin(), ids.end()}.size())
        return invalid_field(otherwise.field, otherwise.message);
    return {};
}

Result<void> insist_movers(operation::Context& ctx, std::vector<StageInput> const& stages) {
    for (std::size_t at = 0; at < stages.size(); ++at) {
        auto const& stage = stages[at];
        auto const place = "stages[" + std::to_string(at) + "].";
        auto const people =
            insist_known(ctx, "employee", "user_id", stage.mover_user_ids,
                         {place + "mover_user_ids", "「" + stage.name + "」可以移动的人里有不存在的员工"});
        if (!people) return people.error();
        auto const departments =
            insist_known(ctx, "department", "id", stage.mover_department_ids,
                         {place + "mover_department_ids", "「" + stage.name + "」可以移动的部门里有不存在的部门"});
        if (!departments) return departments.error();
        auto const roles =
            insist_known(ctx, "role", "id", stage.mover_role_ids,
                         {place + "mover_role_ids", "「" + stage.name + "」可以移动的角色里有不存在的角色"});
        if (!roles) return roles.error();
    }
    return {};
}

// A field of the company's own that is required is one that it has; one that was required before may have gone since.
Result<void> insist_fields(operation::Context& ctx, std::vector<StageInput> const& stages,
                           std::vector<Stage> const& there) {
    auto const known = needable_fields(ctx);
    for (std::size_t at = 0; at < stages.size(); ++at) {
        auto const old = stages[at].id ? std::ranges::find(there, *stages[at].id, &Stage::id) : there.end();
        for (auto const& name : stages[at].required_fields) {
            auto const was_required = old != there.end() && std::ranges::count(old->required_fields, name) > 0;
            if (!name.starts_with("custom.") || was_required || known.contains(name)) continue;
            return invalid_field(
                "stages[" + std::to_string(at) + "].required_fields",
                "「" + stages[at].name + "」要求填写的字段不存在：" + name + "，请从商机的自定义字段中选择");
        }
    }
    return {};
}

// Values that a stage sets fit their fields; one that was set before may have lost its field since.
Result<void> insist_values(operation::Context& ctx, std::vector<StageInput> const& stages,
                           std::vector<Stage> const& there) {
    auto const own = Fields{ctx}.of(FieldObject::opportunity);
    auto const at = EntryMoment{ctx.today(), ctx.zone()};
    for (std::size_t n = 0; n < stages.size(); ++n) {
        if (!stages[n].on_entry) continue;
        auto const old = stages[n].id ? std::ranges::find(there, *stages[n].id, &Stage::id) : there.end();
        auto const& values = stages[n].on_entry->values;
        for (std::size_t at_value = 0; at_value < values.size(); ++at_value) {
            auto const& value = values[at_value];
            auto const is_same = [&](EntryValue const& one) {
                return one.field == value.field && one.value == value.value;
            };
            if (old != there.end() && std::ranges::any_of(old->on_entry.values, is_same)) continue;
            auto fields = EntryFields{};
            auto problem = std::optional<Error>{};
            if (value.field.starts_with("custom.")) {
                if (auto const good = entry_custom(own, value, at); !good) problem = good.error();
            } else if (auto const good = set_entry_field(fields, value, at); !good) {
                problem = good.error();
            }
            if (problem)
                return invalid_field(
                    "stages[" + std::to_string(n) + "].on_entry.values[" + std::to_string(at_value) + "].value",
                    "「" + stages[n].name + "」进入时填写：" + problem->message);
        }
    }
    return {};
}

}  // namespace

Result<void> check_scope(operation::Context& ctx, std::vector<DepartmentId> const& departments,
                         std::vector<RecordId> const& roles) {
    auto const known = insist_known(ctx, "department", "id", departments, {"department_ids", "其中有不存在的部门"});
    if (!known) return known.error();
    return insist_known(ctx, "role", "id", roles, {"role_ids", "其中有不存在的角色"});
}

Result<void> check_references(operation::Context& ctx, std::vector<StageInput> const& stages,
                              std::vector<Stage> const& there) {
    if (auto const known = insist_movers(ctx, stages); !known) return known.error();
    if (auto const known = insist_fields(ctx, stages, there); !known) return known.error();
    return insist_values(ctx, stages, there);
}

}  // namespace wescrm::sales
