#include "customer_unmerge.hpp"
#include "customers.hpp"
#include "followups.hpp"
#include "owner.hpp"
#include "tags/tags.hpp"
#include "team_operations.hpp"
#include "undo_parts.hpp"

#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/opportunity.hpp>
#include <wescrm/sales/undo.hpp>

#include <boost/describe/enum_from_string.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

Error changed_since(std::string const& label) {
    return {Errc::stale, "changed_since", "「" + label + "」之后又有人修改过，不能直接撤销，请打开记录核对"};
}

// A version as it was after the write: nobody changed it since.
bool is_untouched(operation::Context& ctx, std::string_view table, UndoEntry const& entry) {
    auto const version =
        ctx.sql().value<std::int64_t>("select version from " + std::string{table} +
                                          " where tenant_id = :tenant and id = :id and deleted_at is null for update",
                                      {bind("tenant", ctx.tenant()), bind("id", entry.object_id)});
    return version == entry.version;
}

bool has_grown(operation::Context& ctx, CustomerId id) {
    return ctx.sql()
        .value<int>(
            "select 1 where exists (select 1 from followup where tenant_id = :tenant and customer_id = :id and "
            "deleted_at is null) or "
            "exists (select 1 from contact where tenant_id = :tenant and customer_id = :id and deleted_at is null and "
            "(version > 1 or "
            "created_at > (select created_at from customer where tenant_id = :tenant and id = :id)))",
            {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

Result<void> restore_customer_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto change = ChangeCustomer{};
    change.id = CustomerId{entry.object_id};
    change.version = entry.version;
    change.duplicate_reason = "撤销修改";
    change.name = json::find_string(before, "name");
    change.short_name = patch_of(before, "short_name");
    change.level = patch_of(before, "level");
    change.industry = patch_of(before, "industry");
    change.source = patch_of(before, "source");
    change.mobile = patch_of(before, "mobile");
    change.address = patch_of(before, "address");
    change.remark = patch_of(before, "remark");
    for (auto const& [name, patch] : {std::pair{"credit_code", &change.credit_code},
                                      {"scale", &change.scale},
                                      {"phone", &change.phone},
                                      {"website", &change.website},
                                      {"province", &change.province},
                                      {"city", &change.city},
                                      {"district", &change.district},
                                      {"relation", &change.relation}})
        *patch = patch_of(before, name);
    auto const next = json::find_string(before, "next_contact_at");
    change.next_contact_at = {true, next ? parse_rfc3339(*next) : std::nullopt};
    change.custom = custom_before(ctx, "customer", entry.object_id, before);
    auto const done = change_customer(ctx, change);
    if (!done) return done.error();
    return {};
}

Result<void> restore_contact_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto change = ChangeContact{};
    change.id = ContactId{entry.object_id};
    change.version = entry.version;
    change.duplicate_reason = "撤销修改";
    change.name = json::find_string(before, "name");
    change.mobile = patch_of(before, "mobile");
    change.position = patch_of(before, "position");
    change.remark = patch_of(before, "remark");
    change.is_primary = json::find_bool(before, "is_primary");
    change.custom = custom_before(ctx, "contact", entry.object_id, before);
    auto const done = change_contact(ctx, change);
    if (!done) return done.error();
    return {};
}

Result<void> take_back_creation(operation::Context& ctx, UndoEntry const& entry) {
    if (entry.object == "customer") {
        auto const id = CustomerId{entry.object_id};
        if (has_grown(ctx, id)) return changed_since(entry.label);
        auto const done = delete_customer(ctx, {id, entry.version});
        if (!done) return done.error();
        return {};
    }
    if (entry.object == "contact") {
        auto const done = delete_contact(ctx, {ContactId{entry.object_id}, entry.version});
        if (!done) return done.error();
        return {};
    }
    auto const done = entry.object == "lead" ? delete_lead(ctx, {LeadId{entry.object_id}, entry.version})
                      : entry.object == "opportunity"
                          ? delete_opportunity(ctx, {OpportunityId{entry.object_id}, entry.version})
                          : delete_followup(ctx, {FollowupId{entry.object_id}, entry.version});
    if (!done) return done.error();
    return {};
}

Result<void> restore_fields(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    if (entry.object == "customer") return restore_customer_fields(ctx, entry, before);
    if (entry.object == "lead") return restore_lead_fields(ctx, entry, before);
    if (entry.object == "opportunity") return restore_opportunity_fields(ctx, entry, before);
    return restore_contact_fields(ctx, entry, before);
}

Result<void> tags_back(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto object = TaggedObject::customer;
    boost::describe::enum_from_string(entry.object.c_str(), object);
    return put_tags_back(ctx, {object, entry.object_id}, before);
}

void remember(operation::Context& ctx, UndoEntry const& entry) {
    if (ctx.actor().is_system()) return;
    ctx.sql().execute(
        "insert into undo_entry (tenant_id, employee_id, at, object, object_id, action, version, label, before, "
        "channel) values (:tenant, :me, :now, :object, :id, :action, :version, :label, :before::jsonb, :channel)",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("now", ctx.now()),
         bind("object", entry.object), bind("id", entry.object_id), bind("action", entry.action),
         bind("version", entry.version), bind("label", entry.label), bind("before", entry.before),
         bind("channel", name_of(ctx.actor().channel))});
}

}  // namespace

void remember_for_undo(operation::Context& ctx, UndoEntry const& entry) {
    if (ctx.actor().channel == operation::Channel::chat) remember(ctx, entry);
}

void remember_merge(operation::Context& ctx, UndoEntry const& entry) { remember(ctx, entry); }

std::optional<KeptMerge> last_merge(operation::Context& ctx, CustomerId into) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("into", into), bind("since", ctx.now() - undo_kept_for)};
    constexpr std::string_view which =
        " from undo_entry where tenant_id = :tenant and object = 'customer' and object_id = :into and action = 'merge' "
        "and at > :since and undone_at is null order by at desc, seq desc limit 1 for update";
    auto entry = ctx.sql().record<UndoEntry>(
        "select id, object, object_id, action, version, label, before::text" + std::string{which}, params);
    if (!entry) return std::nullopt;
    return KeptMerge{*entry, ctx.sql().value<EmployeeId>("select employee_id" + std::string{which}, params).value()};
}

std::optional<UndoEntry> last_undoable(operation::Context& ctx) {
    return ctx.sql().record<UndoEntry>(
        "select id, object, object_id, action, version, label, before::text from undo_entry where tenant_id = :tenant "
        "and employee_id = :me and channel = 'chat' and "
        "at > :since and undone_at is null order by at desc, seq desc limit 1",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("since", ctx.now() - undo_kept_for)});
}

void mark_undone(operation::Context& ctx, std::int64_t id) {
    ctx.sql().execute("update undo_entry set undone_at = :now where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
}

Result<void> take_back(operation::Context& ctx, UndoEntry const& entry) {
    if (!is_untouched(ctx, entry.object, entry)) return changed_since(entry.label);
    if (entry.action == "create") return take_back_creation(ctx, entry);
    auto const before = json::parse(entry.before);
    if (!before) return before.error();
    if (entry.action == "owner") return give_back(ctx, CustomerId{entry.object_id}, *before);
    if (entry.action == "merge") return unmerge(ctx, entry, *before);
    if (entry.action == "share") return unshare_as_before(ctx, entry, *before);
    if (entry.action == "tags") return tags_back(ctx, entry, *before);
    auto const done = restore_fields(ctx, entry, *before);
    if (done)  // what an undo writes is not offered for another undo
        ctx.sql().execute(
            "update undo_entry set undone_at = :now where tenant_id = :tenant and employee_id = :me and object = "
            ":object and object_id = :id and "
            "undone_at is null and version > :version",
            {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("object", entry.object),
             bind("id", entry.object_id), bind("version", entry.version), bind("now", ctx.now())});
    return done;
}

}  // namespace wescrm::sales
