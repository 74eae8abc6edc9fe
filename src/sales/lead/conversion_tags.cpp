#include "conversion_tags.hpp"

#include "../tags/known_tags.hpp"

#include <array>

namespace wescrm::sales {
namespace {

using database::bind;

// Of the conversion that stands.
constexpr std::string_view last_one =
    " where tenant_id = :tenant and lead_id = :lead and undone_at is null and at = (select max(at) from "
    "lead_conversion "
    "where tenant_id = :tenant and lead_id = :lead and undone_at is null)";

}  // namespace

void carry_tags(operation::Context& ctx, LeadId lead, CustomerId customer, std::optional<ContactId> contact,
                std::optional<RecordId> opportunity) {
    auto carried = json::Document{rapidjson::kObjectType};
    auto& memory = carried.GetAllocator();
    auto const carry_to = [&](TaggedRecord const& to) {
        auto ids = json::Value{rapidjson::kArrayType};
        for (auto const id : copy_tags(ctx, {TaggedObject::lead, lead.value()}, to)) ids.PushBack(id.value(), memory);
        if (!ids.Empty()) json::set(carried, name_of(to.object), std::move(ids), memory);
    };
    carry_to({TaggedObject::customer, customer.value()});
    if (contact) carry_to({TaggedObject::contact, contact->value()});
    if (opportunity) carry_to({TaggedObject::opportunity, opportunity->value()});
    if (carried.ObjectEmpty()) return;
    ctx.sql().execute("update lead_conversion set carried_tags = :tags::jsonb" + std::string{last_one},
                      {bind("tenant", ctx.tenant()), bind("lead", lead), bind("tags", json::write(carried))});
}

void take_back_tags(operation::Context& ctx, LeadId lead) {
    struct Carried {
        TaggedObject object;
        std::string member;  ///< of lead_conversion: to which record
    };
    for (auto const& [object, member] : std::array<Carried, 3>{{{TaggedObject::customer, "customer_id"},
                                                                {TaggedObject::contact, "contact_id"},
                                                                {TaggedObject::opportunity, "opportunity_id"}}}) {
        auto const row = ctx.sql().row<std::optional<std::int64_t>, std::string>(
            "select " + member + ", coalesce(carried_tags -> '" + name_of(object) +
                "', '[]')::text from lead_conversion" + std::string{last_one},
            {bind("tenant", ctx.tenant()), bind("lead", lead)});
        if (!row || !std::get<0>(*row) || std::get<1>(*row) == "[]") continue;
        auto const record = TaggedRecord{object, *std::get<0>(*row)};
        auto const before = company_tags_of(ctx, record);
        ctx.sql().execute(
            "delete from " + name_of(object) + "_tag where tenant_id = :tenant and " + member +
                " = :id and tag_id in (select value::bigint from jsonb_array_elements_text(:tags::jsonb))",
            {bind("tenant", ctx.tenant()), bind("id", record.id), bind("tags", std::get<1>(*row))});
        audit_tags(ctx, record, before);
    }
}

}  // namespace wescrm::sales
