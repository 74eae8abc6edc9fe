#include "customer_hand.hpp"
#include "handed_over.hpp"

#include <wescrm/operation/handover.hpp>

#include <array>

// What hangs on a customer and has owners of its own, when the customer gets another one. Stages, states and numbers
// stay as they are.
namespace wescrm::sales {
namespace {

using database::bind;

struct Child {
    std::string_view kind;
    std::string_view table;
    std::string_view counted;  ///< which rows
    bool has_department = true;
};
constexpr auto children = std::to_array<Child>({{"opportunity", "opportunity", "deleted_at is null"},
                                                {"quote", "quote", "status <> 'void'"},
                                                {"contract", "contract", "status <> 'void'"},
                                                {"order", "sales_order", "status <> 'void'"},
                                                {"payment_plan", "payment_plan", "status <> 'void'", false},
                                                {"payment", "payment", "status <> 'void'"},
                                                {"invoice", "invoice", "status <> 'void'"}});

std::string owner_json(operation::Context& ctx, EmployeeId person) {
    auto value = json::Document{rapidjson::kObjectType};
    auto const user =
        ctx.sql().value<std::string>("select user_id from employee where tenant_id = :tenant and id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", person)});
    json::set(value, "owner_user_id", user.value_or(""), value.GetAllocator());
    return json::write(value);
}

/// Of whom figures are counted by: the department of the new owner.
std::string new_owner(Child const& child) {
    return std::string{" set owner_id = :to, "} +
           (child.has_department ? "owner_department_id = (select main_department_id from employee where tenant_id = "
                                   ":tenant and id = :to), "
                                 : "") +
           "updated_at = :now, version = version + 1 where tenant_id = :tenant and ";
}

void note(operation::Context& ctx, Child const& child, std::vector<std::int64_t> const& ids, EmployeeId from,
          EmployeeId to, std::string const& reason) {
    append_owner_change(ctx, {child.kind, "transfer", from, to, reason}, ids);
    auto entry = operation::AuditEntry{};
    entry.object = child.kind;
    entry.action = std::string{child.kind} + ".transfer";
    entry.before = owner_json(ctx, from);
    entry.after = owner_json(ctx, to);
    entry.reason = reason;
    operation::audit_each(ctx, entry, ids);
}

}  // namespace

MovedChildren move_children(operation::Context& ctx, CustomerId customer, EmployeeId from, EmployeeId to,
                            std::string const& reason) {
    auto moved = MovedChildren{};
    for (auto const& child : children) {
        auto const ids = ctx.sql().values<std::int64_t>("update " + std::string{child.table} + new_owner(child) +
                                                            "customer_id = :customer and owner_id = :from and " +
                                                            std::string{child.counted} + " returning id",
                                                        {bind("tenant", ctx.tenant()), bind("customer", customer),
                                                         bind("from", from), bind("to", to), bind("now", ctx.now())});
        if (ids.empty()) continue;
        note(ctx, child, ids, from, to, reason);
        moved[std::string{child.kind}] = ids;
    }
    return moved;
}

void move_back(operation::Context& ctx, MovedChildren const& moved, EmployeeId from, EmployeeId to) {
    for (auto const& child : children) {
        auto const found = moved.find(std::string{child.kind});
        if (found == moved.end()) continue;
        auto const ids =
            ctx.sql().values<std::int64_t>("update " + std::string{child.table} + new_owner(child) +
                                               "id = any(:ids::bigint[]) and owner_id = :from returning id",
                                           {bind("tenant", ctx.tenant()), bind("ids", found->second),
                                            bind("from", from), bind("to", to), bind("now", ctx.now())});
        if (!ids.empty()) note(ctx, child, ids, from, to, "撤销");
    }
}

}  // namespace wescrm::sales
