#include "../numbers.hpp"
#include "../rules/consequences.hpp"
#include "bulk.hpp"
#include "contact_duplicates.hpp"
#include "duplicates.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using Rows = std::vector<Planned*>;

template <class T, class Get>
std::vector<T> each(Rows const& rows, Get get) {
    auto values = std::vector<T>{};
    values.reserve(rows.size());
    for (auto const* row : rows) values.push_back(get(*row));
    return values;
}

Numbers ids_of(Rows const& rows) {
    return each<std::int64_t>(rows, [](Planned const& row) { return row.id; });
}

void take_ids_and_numbers(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto const count = std::ssize(rows);
    auto const ids = ctx.sql().values<std::int64_t>("select new_id() from generate_series(1, :count::bigint)",
                                                    {bind("count", count)});
    auto numbers = next_numbers(ctx, spec_of(options.object).name, count);
    for (auto i = std::size_t{0}; i < rows.size(); ++i) {
        rows[i]->id = ids[i];
        rows[i]->no = std::move(numbers[i]);
        rows[i]->version = 1;
    }
}

// Somebody may have entered one of them since the rows were judged; from here on nobody does.
void judge_again(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& planned, Rows& rows) {
    if (options.object == BulkObject::customer) judge_contacts(ctx, planned);
    auto duplicates = BulkDuplicates{ctx, options.object, planned};
    for (auto* row : rows) {
        auto const judged = duplicates.judge(*row);
        if (judged.action != DuplicateAction::block) continue;
        if (options.mode == BulkMode::skip)
            row->action = "skip";
        else
            row->problems.push_back(judged.message);
    }
    std::erase_if(rows, [](Planned const* row) { return !row->is_good(); });
}

std::string second_name(BulkObject object, Planned const& row) {
    return object == BulkObject::customer ? row.text("short_name") : row.text("company");
}

void insert(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto const& spec = spec_of(options.object);
    auto const is_lead = options.object == BulkObject::lead;
    auto const me = ctx.actor().employee;
    auto columns = std::string{};
    auto arrays = std::string{};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("now", ctx.now()),
                                   bind("me", me.is_empty() ? std::nullopt : std::optional{me})};
    for (auto const column : spec.texts) {
        auto const name = std::string{column};
        columns += ", " + name;
        arrays += ", :" + name + "::text[]";
        params.add(
            database::named(name, each<std::string>(rows, [column](Planned const& row) { return row.text(column); })));
    }
    auto const core = is_lead ? "company_core" : "name_core";
    params.add(bind("ids", ids_of(rows)));
    params.add(bind("nos", each<std::string>(rows, [](Planned const& row) { return row.no.value(); })));
    params.add(bind("cores", each<std::string>(rows, [&](Planned const& row) {
                        auto const from = is_lead ? row.text("company") : row.text("name");
                        return from.empty() ? std::string{} : name_core(from);
                    })));
    params.add(bind("keys", each<std::string>(rows, [&](Planned const& row) {
                        return search_keys(row.text("name"), second_name(options.object, row), *row.no);
                    })));
    params.add(bind("mobiles", each<std::optional<std::string>>(rows, [](Planned const& row) { return row.mobile; })));
    params.add(bind("owners", each<std::optional<EmployeeId>>(rows, [](Planned const& row) {
                        return row.owner.is_empty() ? std::nullopt : std::optional{row.owner};
                    })));
    params.add(bind("pools", each<std::optional<HighSeaId>>(rows, [](Planned const& row) { return row.pool; })));
    params.add(
        bind("nexts", each<std::optional<Instant>>(rows, [](Planned const& row) { return row.next_contact_at; })));
    ctx.sql().execute(
        "insert into " + spec.name + " (tenant_id, id, no, " + core +
            ", search_keys, mobile, owner_id, high_sea_id, pool_entered_at, pool_entry, acquired_kind, acquired_at, "
            "next_contact_at, created_at, updated_at, created_by" +
            std::string{is_lead ? ", status" : ""} + columns +
            ") select :tenant, n.id, n.no, n.core, n.keys, n.mobile, n.owner, n.pool, case when n.pool is not null "
            "then "
            ":now::timestamptz end, case when n.pool is not null then 'import' end, case when n.owner is null or "
            "n.owner = :me::bigint then 'create' else 'assign' end, :now::timestamptz, n.next, :now::timestamptz, "
            ":now::timestamptz, :me::bigint" +
            std::string{is_lead ? ", case when n.owner is null then 'unassigned' else 'pending' end" : ""} +
            text::replace_all(columns, ", ", ", n.") +
            " from unnest(:ids::bigint[], :nos::text[], :cores::text[], :keys::text[], :mobiles::text[], "
            ":owners::bigint[], :pools::bigint[], :nexts::timestamptz[]" +
            arrays + ") n(id, no, core, keys, mobile, owner, pool, next" + columns + ")",
        params);
}

void insert_words(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto const& spec = spec_of(options.object);
    auto ids = Numbers{};
    auto words = Texts{};
    auto company = std::set<std::pair<std::string, std::string>>{};
    for (auto const* row : rows) {
        auto phones = Texts{};
        if (row->mobile) phones.push_back(*row->mobile);
        if (row->contact_mobile) phones.push_back(*row->contact_mobile);
        auto const phone = row->text("phone");
        if (options.object == BulkObject::lead && !phone.empty()) phones.push_back(phone);
        for (auto& word : search_words(row->text("name"), second_name(options.object, *row), phones)) {
            ids.push_back(row->id);
            words.push_back(std::move(word));
        }
        for (auto const* kind : {"level", "industry", "source"})
            if (auto const word = row->text(kind); !word.empty()) company.emplace(kind, word);
    }
    // In order, so that the index is filled page by page.
    ctx.sql().execute(
        "insert into " + spec.word_table + " (tenant_id, word, " + spec.word_column +
            ") select distinct :tenant::bigint, n.word collate \"C\", n.id from unnest(:words::text[], :ids::bigint[]) "
            "n(word, id) order by 2, 3",
        {bind("tenant", ctx.tenant()), bind("words", words), bind("ids", ids)});
    auto known = std::vector<operation::CompanyWord>{};
    for (auto const& [kind, word] : company) known.push_back({kind, word});
    operation::keep_words(ctx.sql(), ctx.tenant(), known);
}

void note_places(operation::Context& ctx, Rows const& rows) {
    auto given = std::vector<std::pair<LeadId, Assignment>>{};
    for (auto const* row : rows)
        if (row->by_rule) given.emplace_back(LeadId{row->id}, *row->by_rule);
    if (!given.empty()) note_assignments(ctx, given);
}

void append_events(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto const me = ctx.actor().employee;
    auto const is_lead = options.object == BulkObject::lead;
    auto const rule = std::string{is_lead ? "r.assign_rule_id" : "null::bigint"};
    auto const reason = std::string{is_lead ? "coalesce(nullif(r.assign_reason, ''), :reason)" : ":reason"};
    ctx.sql().execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, high_sea_id, "
        "actor_id, channel, rule_id, reason, at) select :tenant, :object, r.id, r.acquired_kind, r.owner_id, "
        "e.main_department_id, r.high_sea_id, :me::bigint, :channel, " +
            rule + ", " + reason + ", :now::timestamptz from " + spec_of(options.object).name +
            " r left join employee e on e.tenant_id = r.tenant_id and e.id = r.owner_id where r.tenant_id = :tenant "
            "and r.id = any(:ids::bigint[])",
        {bind("tenant", ctx.tenant()), bind("object", spec_of(options.object).name),
         bind("me", me.is_empty() ? std::nullopt : std::optional{me}), bind("channel", name_of(ctx.actor().channel)),
         bind("reason", options.reason), bind("now", ctx.now()), bind("ids", ids_of(rows))});
}

void set_timers(operation::Context& ctx, BulkSpec const& spec, Rows const& rows) {
    ctx.sql().execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select :tenant, "
        ":bucket::smallint, 'next_contact', :kind, r.id, r.next_contact_at, :zone, interval '4 hours' from " +
            spec.name +
            " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and r.owner_id is not null and "
            "r.next_contact_at > :now",
        {bind("tenant", ctx.tenant()), bind("bucket", operation::bucket_of(ctx.tenant())), bind("kind", spec.name),
         bind("zone", ctx.zone().name()), bind("now", ctx.now()), bind("ids", ids_of(rows))});
}

void insert_contacts(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto people = Rows{};
    for (auto* row : rows)
        if (row->contact) people.push_back(row);
    if (people.empty()) return;
    auto const me = ctx.actor().employee;
    auto const made = ctx.sql().rows<std::int64_t, std::string, std::optional<std::string>, std::string>(
        "insert into contact (tenant_id, customer_id, name, mobile, position, is_primary, created_at, updated_at, "
        "created_by) select :tenant, n.id, n.name, n.mobile, n.position, true, :now::timestamptz, :now::timestamptz, "
        ":me::bigint from unnest(:ids::bigint[], :names::text[], :mobiles::text[], :positions::text[]) n(id, name, "
        "mobile, position) returning id, name, mobile, position",
        {bind("tenant", ctx.tenant()), bind("ids", ids_of(people)), bind("now", ctx.now()),
         bind("me", me.is_empty() ? std::nullopt : std::optional{me}),
         bind("names", each<std::string>(people, [](Planned const& row) { return *row.contact; })),
         bind("positions", each<std::string>(people, [](Planned const& row) { return row.contact_position; })),
         bind("mobiles",
              each<std::optional<std::string>>(people, [](Planned const& row) { return row.phone_of_contact(); }))});
    auto audit = BulkAudit{};
    for (auto const& [id, name, mobile, position] : made) {
        auto after = json::Document{rapidjson::kObjectType};
        json::set(after, "name", name, after.GetAllocator());
        if (mobile) json::set(after, "mobile", masked_member("mobile", *mobile), after.GetAllocator());
        if (!position.empty()) json::set(after, "position", position, after.GetAllocator());
        audit.ids.push_back(id);
        audit.before.emplace_back();
        audit.after.push_back(json::write(after));
    }
    audit_bulk(ctx, "contact", "contact.create", audit, options.reason);
}

void audit_creates(operation::Context& ctx, BulkOptions const& options, Rows const& rows) {
    auto const& spec = spec_of(options.object);
    auto audit = BulkAudit{};
    for (auto const* row : rows) {
        auto after = json::Document{rapidjson::kObjectType};
        auto& allocator = after.GetAllocator();
        json::set(after, "no", *row->no, allocator);
        for (auto const& [key, value] : row->texts) json::set(after, key, masked_member(key, value), allocator);
        if (row->mobile) json::set(after, "mobile", masked_member("mobile", *row->mobile), allocator);
        if (row->next_contact_at) json::set(after, "next_contact_at", format_rfc3339(*row->next_contact_at), allocator);
        if (!row->custom.ObjectEmpty()) json::set(after, "custom", json::Value{row->custom, allocator}, allocator);
        audit.ids.push_back(row->id);
        audit.before.emplace_back();
        audit.after.push_back(json::write(after));
    }
    audit_bulk(ctx, spec.name, spec.name + ".create", audit, options.reason);
}

}  // namespace

std::string masked_member(std::string_view member, std::string_view value) {
    return member.ends_with("mobile") ? operation::masked_phone(value) : std::string{value};
}

void audit_bulk(operation::Context& ctx, std::string const& object, std::string const& action, BulkAudit const& rows,
                std::string const& reason) {
    if (rows.ids.empty()) return;
    operation::append_audits(ctx.sql(), ctx.actor(), ctx.now(), {object, 0, action, {}, {}, reason}, rows);
    ctx.nothing_to_audit();  // it is done
}

void write_creates(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& planned) {
    auto const& spec = spec_of(options.object);
    auto rows = Rows{};
    for (auto& row : planned)
        if (row.creates()) rows.push_back(&row);
    if (rows.empty()) return;
    take_ids_and_numbers(ctx, options, rows);
    enter_alone(ctx);
    judge_again(ctx, options, planned, rows);
    if (rows.empty()) return;
    insert(ctx, options, rows);
    if (options.object == BulkObject::customer) insert_contacts(ctx, options, rows);
    insert_words(ctx, options, rows);
    if (options.object == BulkObject::lead) note_places(ctx, rows);
    append_events(ctx, options, rows);
    set_timers(ctx, spec, rows);
    audit_creates(ctx, options, rows);
}

}  // namespace wescrm::sales
