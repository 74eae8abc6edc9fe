#include "fields/secrets.hpp"
#include "fields/store.hpp"
#include "rules/field_values.hpp"
#include "undo_parts.hpp"

#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/opportunity.hpp>

// Fields of leads and opportunities, and a company's own fields of any record, as they were before a change.
namespace wescrm::sales {
namespace {

using database::bind;

operation::Patch<Instant> instant_patch(json::Value const& before, std::string_view name, Instant now) {
    auto const text = json::find_string(before, name);
    auto const at = text ? parse_rfc3339(*text) : std::nullopt;
    // What has passed cannot be planned again.
    return {true, at && *at > now ? at : std::nullopt};
}

}  // namespace

operation::Patch<std::string> patch_of(json::Value const& before, std::string_view name) {
    auto const old = json::find_string(before, name);
    return {true, old && !old->empty() ? old : std::nullopt};
}

CustomValues custom_before(operation::Context& ctx, std::string const& object, std::int64_t id,
                           json::Value const& before) {
    auto wanted = json::Document{rapidjson::kObjectType};
    auto const fields = Fields{ctx}.of(object);
    if (fields.empty()) return {};
    auto const stored =
        ctx.sql().value<std::string>("select custom::text from " + object + " where tenant_id = :tenant and id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", id)});
    auto const now = json::parse(stored.value_or("{}"));
    auto const* old = json::find(before, "custom");
    if (!now || !old) return {};
    for (auto const& field : fields) {
        if (field.read_only || field.type == FieldType::auto_number) continue;
        auto const* was = json::find(*old, field.key);
        auto const* is = json::find(*now, field.key);
        if ((!was && !is) || (was && is && *was == *is)) continue;
        auto& memory = wanted.GetAllocator();
        json::set(wanted, field.key, was ? json::Value{opened(ctx, object, field, *was), memory} : json::Value{},
                  memory);
    }
    return {json::write(wanted)};
}

Result<void> restore_lead_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto change = ChangeLead{};
    change.id = LeadId{entry.object_id};
    change.version = entry.version;
    change.name = json::find_string(before, "name");
    for (auto const& [name, patch] : {std::pair{"company", &change.company},
                                      {"mobile", &change.mobile},
                                      {"phone", &change.phone},
                                      {"wechat", &change.wechat},
                                      {"email", &change.email},
                                      {"position", &change.position},
                                      {"province", &change.province},
                                      {"city", &change.city},
                                      {"address", &change.address},
                                      {"source", &change.source},
                                      {"channel", &change.channel},
                                      {"level", &change.level},
                                      {"intended", &change.intended},
                                      {"remark", &change.remark}})
        *patch = patch_of(before, name);
    change.next_contact_at = instant_patch(before, "next_contact_at", ctx.now());
    change.custom = custom_before(ctx, "lead", entry.object_id, before);
    auto const done = change_lead(ctx, change);
    if (!done) return done.error();
    return {};
}

Result<void> restore_opportunity_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto change = ChangeOpportunity{};
    change.id = OpportunityId{entry.object_id};
    change.version = entry.version;
    change.name = json::find_string(before, "name");
    for (auto const& [name, patch] :
         {std::pair{"source", &change.source}, {"competitor", &change.competitor}, {"remark", &change.remark}})
        *patch = patch_of(before, name);
    auto const day = json::find_string(before, "expected_close_date");
    change.expected_close_date = {true, day ? parse_date(*day) : std::nullopt};
    change.next_contact_at = instant_patch(before, "next_contact_at", ctx.now());
    // An amount or probability that was not changed stays typed, or follows from lines and stage.
    auto const now = show_opportunity(ctx, {OpportunityId{entry.object_id}, {}});
    if (!now) return now.error();
    auto const is_same_currency = json::find_string(before, "currency").value_or(now->currency) == now->currency;
    if (auto const amount = json::find_integer(before, "amount_fen");
        is_same_currency && amount && *amount != now->amount_fen.fen())
        change.amount_fen = {true, Money::from_fen(*amount)};
    if (auto const rate = json::find_integer(before, "probability"); rate && *rate != now->probability)
        change.probability = {true, *rate};
    change.custom = custom_before(ctx, "opportunity", entry.object_id, before);
    auto const done = change_opportunity(ctx, change);
    if (!done) return done.error();
    return {};
}

}  // namespace wescrm::sales
