#include "../customers.hpp"
#include "../lead/leads.hpp"
#include "bulk.hpp"
#include "duplicates.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;

/// What a row says of members that the record has differently.
struct Difference {
    json::Document before{rapidjson::kObjectType};
    json::Document after{rapidjson::kObjectType};
    [[nodiscard]] bool is_empty() const { return after.ObjectEmpty(); }
    [[nodiscard]] bool has(char const* member) const { return after.HasMember(member); }
};

Difference difference_of(Planned const& row) {
    auto found = Difference{};
    auto const stored = json::parse(row.before).value();
    auto const note = [&](std::string_view member, std::string const& value) {
        auto const old = json::find_string(stored, member).value_or("");
        if (old == value) return;
        json::set(found.before, member, masked_member(member, old), found.before.GetAllocator());
        json::set(found.after, member, masked_member(member, value), found.after.GetAllocator());
    };
    for (auto const& [key, value] : row.texts) note(key, value);
    if (row.mobile) note("mobile", *row.mobile);
    if (row.next_contact_at) {
        auto const old = parse_rfc3339(json::find_string(stored, "next_contact_at").value_or(""));
        if (old != row.next_contact_at) {
            auto& allocator = found.after.GetAllocator();
            json::set(found.after, "next_contact_at", format_rfc3339(*row.next_contact_at), allocator);
        }
    }
    if (row.kept && !row.kept->changes.empty())
        json::set(found.after, "custom", json::Value{row.custom, found.after.GetAllocator()},
                  found.after.GetAllocator());
    return found;
}

void update(operation::Context& ctx, BulkSpec const& spec, std::vector<Planned*> const& rows) {
    auto sets = std::string{};
    auto columns = std::string{};
    auto arrays = std::string{};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("now", ctx.now())};
    auto ids = Numbers{};
    auto mobiles = OptionalTexts{};
    auto nexts = std::vector<std::optional<Instant>>{};
    for (auto const* row : rows) {
        ids.push_back(row->id);
        mobiles.push_back(row->mobile);
        nexts.push_back(row->next_contact_at);
    }
    for (auto const column : spec.texts) {
        auto const name = std::string{column};
        auto values = OptionalTexts{};
        for (auto const* row : rows) {
            auto const given = row->texts.find(column);
            values.push_back(given == row->texts.end() ? std::nullopt : std::optional{given->second});
        }
        sets += name + " = coalesce(n." + name + ", r." + name + "), ";
        columns += ", " + name;
        arrays += ", :" + name + "::text[]";
        params.add(database::named(name, values));
    }
    params.add(bind("ids", ids));
    params.add(bind("mobiles", mobiles));
    params.add(bind("nexts", nexts));
    ctx.sql().execute("update " + spec.name + " r set " + sets +
                          "mobile = coalesce(n.mobile, r.mobile), next_contact_at = coalesce(n.next, "
                          "r.next_contact_at), version = r.version + 1, updated_at = :now::timestamptz from "
                          "unnest(:ids::bigint[], :mobiles::text[], :nexts::timestamptz[]" +
                          arrays + ") n(id, mobile, next" + columns + ") where r.tenant_id = :tenant and r.id = n.id",
                      params);
}

// The parts that names decide.
void renew_cores(operation::Context& ctx, BulkObject object, Planned const& row) {
    auto const is_lead = object == BulkObject::lead;
    auto const from = is_lead ? row.text("company") : row.text("name");
    if (from.empty()) return;
    ctx.sql().execute("update " + spec_of(object).name + " set " + (is_lead ? "company_core" : "name_core") +
                          " = :core where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", row.id), bind("core", name_core(from))});
}

// Of what the rules of duplicates ask for, these have changed.
DuplicateKinds fresh_kinds(Difference const& changed) {
    auto kinds = DuplicateKinds{};
    if (changed.has("name") || changed.has("company"))
        kinds.insert({DuplicateKind::name, DuplicateKind::name_core, DuplicateKind::person});
    if (changed.has("mobile")) kinds.insert({DuplicateKind::mobile, DuplicateKind::phone});
    if (changed.has("phone")) kinds.insert(DuplicateKind::phone);
    if (changed.has("email")) kinds.insert(DuplicateKind::email);
    if (changed.has("wechat")) kinds.insert(DuplicateKind::wechat);
    if (changed.has("credit_code")) kinds.insert(DuplicateKind::credit_code);
    return kinds;
}

// One whose keys change is written singly: alone it can be taken back if it meets a duplicate.
void update_key(operation::Context& ctx, BulkObject object, Planned& row, DuplicateKinds const& fresh) {
    auto const kind = object == BulkObject::lead ? DuplicateObject::lead : DuplicateObject::customer;
    auto const enter = [&](std::optional<std::string> reason) {
        return operation::under_savepoint(ctx.sql(), [&]() -> Result<std::string> {
            update(ctx, spec_of(object), {&row});
            renew_cores(ctx, object, row);
            rewrite_words(ctx, object, row.id);
            return enter_record(
                ctx, kind, row.id,
                Entering{.entry = DuplicateEntry::import_, .reason = std::move(reason), .fresh = fresh});
        });
    };
    auto entered = enter(std::nullopt);
    if (!entered && entered.error().reason == "possible_duplicate") {
        row.note = entered.error().fields.empty() ? entered.error().message : entered.error().fields.front().message;
        entered = enter("导入");
    }
    if (!entered) row.problems.push_back(entered.error().message);
}

}  // namespace

DuplicateKinds fresh_kinds(Planned const& row) { return fresh_kinds(difference_of(row)); }

void rewrite_words(operation::Context& ctx, BulkObject object, std::int64_t id) {
    if (object == BulkObject::lead) return Leads{ctx}.rewrite_words(LeadId{id});
    Customers{ctx}.rewrite_words(CustomerId{id});
}

void write_updates(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& planned) {
    auto const& spec = spec_of(options.object);
    enter_alone(ctx);
    auto rows = std::vector<Planned*>{};
    auto all = std::vector<Planned*>{};
    auto audit = BulkAudit{};
    for (auto& row : planned) {
        if (!row.updates()) continue;
        auto const changed = difference_of(row);
        if (changed.is_empty()) {
            if (row.tags.empty()) row.action = "skip";  // else they alone are put on
            continue;
        }
        if (auto const fresh = fresh_kinds(changed); !fresh.empty()) {
            update_key(ctx, options.object, row, fresh);
            if (!row.updates()) continue;
        } else {
            rows.push_back(&row);
        }
        all.push_back(&row);
        ++row.version;
        audit.ids.push_back(row.id);
        audit.before.push_back(changed.before.ObjectEmpty() ? "" : json::write(changed.before));
        audit.after.push_back(json::write(changed.after));
    }
    if (all.empty()) return;
    if (!rows.empty()) update(ctx, spec, rows);
    for (auto const* row : rows)
        if (row->texts.contains("short_name")) rewrite_words(ctx, options.object, row->id);
    for (auto const* row : all)
        if (row->next_contact_at && *row->next_contact_at > ctx.now())
            ctx.timers().schedule({"next_contact", spec.name, row->id, *row->next_contact_at});
    audit_bulk(ctx, spec.name, spec.name + ".change", audit, options.reason);
}

}  // namespace wescrm::sales
