#include "tag_target.hpp"

#include "../customers.hpp"
#include "../lead/leads.hpp"
#include "../opportunity/opportunities.hpp"

namespace wescrm::sales {
namespace {

Result<TagTarget> lock_customer(operation::Context& ctx, std::int64_t id) {
    auto const locked = lock_permitted(ctx, CustomerId{id}, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    return TagTarget{locked->name, locked->version};
}

Result<TagTarget> lock_lead_of(operation::Context& ctx, std::int64_t id) {
    auto const locked = lock_lead(ctx, LeadId{id}, LeadNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    if (locked->status == "converted") return Error{Errc::conflict, "converted", "已转换的线索只能查看"};
    return TagTarget{locked->name, locked->version};
}

Result<TagTarget> lock_opportunity(operation::Context& ctx, std::int64_t id) {
    auto const locked = lock_permitted(ctx, OpportunityId{id}, OpportunityNeed::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "opportunity", "这个商机在回收站里，请先恢复"};
    return TagTarget{locked->name, locked->version};
}

Result<TagTarget> lock_contact(operation::Context& ctx, std::int64_t id) {
    auto const scope = ctx.scope();
    auto const found = ctx.sql().row<std::string, std::int64_t>(
        "select t.name, t.version from contact t where t.tenant_id = :tenant and t.id = :id and t.deleted_at is null "
        "for update",
        {database::bind("tenant", ctx.tenant()), database::bind("id", id)});
    if (!found || !scope.allows("contact", operation::Power::read, id))
        return Error{Errc::not_found, "contact", "没有这个联系人，或您看不到它"};
    auto const& [name, version] = *found;
    if (!scope.allows("contact", operation::Power::write, id))
        return Error{Errc::forbidden, "contact_edit", "您可以查看但不能修改联系人「" + name + "」，请联系客户的负责人"};
    return TagTarget{name, version};
}

}  // namespace

Result<TagTarget> lock_tag_target(operation::Context& ctx, TaggedRecord const& record) {
    switch (record.object) {
        case TaggedObject::customer:
            return lock_customer(ctx, record.id);
        case TaggedObject::lead:
            return lock_lead_of(ctx, record.id);
        case TaggedObject::contact:
            return lock_contact(ctx, record.id);
        case TaggedObject::opportunity:
            return lock_opportunity(ctx, record.id);
    }
    return Error{Errc::not_found, "record"};
}

}  // namespace wescrm::sales
