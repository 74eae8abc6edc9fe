#include "replacing.hpp"

#include "../grace.hpp"
#include "../high_sea/night.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/audit.hpp>
#include <wescrm/operation/company_words.hpp>

#include <array>
#include <map>

namespace wescrm::sales {
namespace {

using database::bind;
using Ids = std::vector<std::int64_t>;

constexpr auto objects = std::to_array<std::string_view>({"customer", "lead", "contact", "opportunity"});

/// One that is going on, as its steps read it: whoever asked for it.
struct Going {
    TagId from;
    std::string from_name;
    TagId to;
    std::string to_name;
    TagGroupId group;  ///< of the replacement
    bool is_single = false;
    bool is_personal = false;
    EmployeeId by;
};
BOOST_DESCRIBE_STRUCT(Going, (), (from, from_name, to, to_name, group, is_single, is_personal, by))

std::optional<Going> going(operation::Context& ctx, TagId tag) {
    return ctx.sql().record<Going>(
        "select f.id, f.name, t.id, t.name, g.id, g.is_single, g.owner_id is not null, coalesce(r.started_by, 0) from "
        "tag_replacement r join tag f on f.tenant_id = r.tenant_id and f.id = r.tag_id join tag t on t.tenant_id = "
        "r.tenant_id and t.id = r.to_id join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where "
        "r.tenant_id = :tenant and r.tag_id = :tag for update of r",
        {bind("tenant", ctx.tenant()), bind("tag", tag)});
}

std::string exempting(TagId id) { return "tag:" + std::to_string(id.value()); }

// The tags that everybody may read in the history of these records, as JSON states.
std::map<std::int64_t, std::string> states_of(operation::Context& ctx, std::string const& object, Ids const& ids) {
    auto states = std::map<std::int64_t, std::string>{};
    for (auto& [id, state] : ctx.sql().rows<std::int64_t, std::string>(
             "select i.id, jsonb_build_object('tags', coalesce((select jsonb_agg(t.name order by g.position, g.name, "
             "t.position, t.name) from " +
                 object +
                 "_tag r join tag t on t.tenant_id = r.tenant_id and t.id = r.tag_id join tag_group g on g.tenant_id = "
                 "t.tenant_id and g.id = t.group_id where r.tenant_id = :tenant and r." +
                 object + "_id = i.id and g.owner_id is null), '[]'))::text from unnest(:ids::bigint[]) i(id)",
             {bind("tenant", ctx.tenant()), bind("ids", ids)}))
        states.emplace(id, std::move(state));
    return states;
}

// When it was put on stays as it was. Of a group of which a record has one tag, what it has already stays.
std::int64_t move_uses(operation::Context& ctx, Going const& work, std::string const& object, Ids const& ids) {
    auto const table = object + "_tag";
    auto const column = object + "_id";
    return ctx.sql().execute(
        "with had as (delete from " + table + " where tenant_id = :tenant and tag_id = :from and " + column +
            " = any(:ids::bigint[]) returning " + column + " as id, created_at) insert into " + table +
            " (tenant_id, " + column +
            ", tag_id, created_at) select :tenant::bigint, h.id, :to::bigint, h.created_at from had h where not "
            ":single::boolean or not exists (select 1 from " +
            table +
            " o join tag t on t.tenant_id = o.tenant_id and t.id = o.tag_id where o.tenant_id = :tenant and o." +
            column + " = h.id and o.tag_id <> :from and t.group_id = :group) on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("from", work.from), bind("to", work.to), bind("single", work.is_single),
         bind("group", work.group), bind("ids", ids)});
}

void audit(operation::Context& ctx, Going const& work, std::string const& object, Ids const& ids,
           std::map<std::int64_t, std::string> const& before) {
    auto const after = states_of(ctx, object, ids);
    auto entries = operation::AuditEntries{};
    for (auto const id : ids) {
        if (before.at(id) == after.at(id)) continue;
        entries.ids.push_back(id);
        entries.before.push_back(before.at(id));
        entries.after.push_back(after.at(id));
    }
    if (entries.ids.empty()) return;
    auto who = ctx.actor();
    who.employee = work.by;  // also where the background goes on for him
    operation::append_audits(
        ctx.sql(), who, ctx.now(),
        {object, 0, object + ".tag", {}, {}, "标签「" + work.from_name + "」替换为「" + work.to_name + "」"}, entries);
}

// Rules spare and assign what has the replacement as they did with what had the tag.
void move_rules(operation::Context& ctx, Going const& work) {
    ctx.sql().execute(
        "update lead_assignment_rule set tags = array_replace(tags, :from::bigint, :to::bigint) "
        "where tenant_id = :tenant and :from::bigint = any(tags)",
        {bind("tenant", ctx.tenant()), bind("from", work.from), bind("to", work.to)});
    ctx.sql().execute(
        "update high_sea_rule set exempt = array_replace(exempt, :from::text, :to::text) where tenant_id = :tenant and "
        ":from::text = any(exempt)",
        {bind("tenant", ctx.tenant()), bind("from", exempting(work.from)), bind("to", exempting(work.to))});
    if (!is_in_pool_rules(ctx, work.to)) return;
    recompute_all(ctx, PoolObject::customer);
    recompute_all(ctx, PoolObject::lead);
}

struct Step {
    std::int64_t done = 0;
    std::int64_t moved = 0;
};

// Some records of one kind after the other.
Step take_step(operation::Context& ctx, Going const& work, int batch) {
    auto step = Step{};
    for (auto const kind : objects) {
        if (step.done >= batch) return step;
        auto const object = std::string{kind};
        auto const ids = ctx.sql().values<std::int64_t>(
            "select " + object + "_id from " + object + "_tag where tenant_id = :tenant and tag_id = :from order by " +
                object + "_id limit :limit for update",
            {bind("tenant", ctx.tenant()), bind("from", work.from), bind("limit", batch - step.done)});
        if (ids.empty()) continue;
        auto const before = states_of(ctx, object, ids);
        step.moved += move_uses(ctx, work, object, ids);
        step.done += std::ssize(ids);
        if (!work.is_personal) audit(ctx, work, object, ids, before);
    }
    return step;
}

// Whether there are more.
bool go_on(operation::Context& ctx, Going const& work, int batch) {
    auto const step = take_step(ctx, work, batch);
    ctx.sql().execute(
        "update tag_replacement set done = done + :done, moved = moved + :moved where tenant_id = :tenant and tag_id = "
        ":tag",
        {bind("tenant", ctx.tenant()), bind("tag", work.from), bind("done", step.done), bind("moved", step.moved)});
    if (uses_of(ctx, work.from).total() > 0) {
        auto next = operation::Timer{"tag_replace", "tag", work.from.value(), ctx.now()};
        next.grace = work_grace;
        ctx.timers().schedule(next);
        return true;
    }
    move_rules(ctx, work);
    return false;
}

}  // namespace

std::vector<Replacement> running_replacements(operation::Context& ctx) {
    return ctx.sql().records<Replacement>(
        "select r.tag_id, t.name, r.records, r.done from tag_replacement r join tag t on t.tenant_id = r.tenant_id and "
        "t.id = r.to_id where r.tenant_id = :tenant",
        {bind("tenant", ctx.tenant())});
}

Result<void> insist_on_no_replacement(operation::Context& ctx, KnownTag const& tag) {
    auto const busy = ctx.sql().value<bool>(
        "select tag_id = :tag from tag_replacement where tenant_id = :tenant and (tag_id = :tag or to_id = :tag) limit "
        "1",
        {bind("tenant", ctx.tenant()), bind("tag", tag.id)});
    if (!busy) return {};
    return Error{Errc::conflict, "replacing",
                 *busy ? "标签「" + tag.name + "」正在被替换，请等它完成"
                       : "正在用标签「" + tag.name + "」替换另一个标签，请等它完成"};
}

Replaced begin_replacing(operation::Context& ctx, KnownTag const& from, KnownTag const& to, int batch) {
    auto replaced = Replaced{uses_of(ctx, from.id).total(), 0, false};
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into tag_replacement (tenant_id, tag_id, to_id, records, started_at, started_by) values (:tenant, "
        ":tag, "
        ":to, :records, :now, :by)",
        {bind("tenant", ctx.tenant()), bind("tag", from.id), bind("to", to.id), bind("records", replaced.records),
         bind("now", ctx.now()), bind("by", by)});
    // Nobody puts it on any more, and no rule does.
    ctx.sql().execute("delete from tag_rule where tenant_id = :tenant and tag_id = :tag",
                      {bind("tenant", ctx.tenant()), bind("tag", from.id)});
    ctx.sql().execute("update tag set disabled = true where tenant_id = :tenant and id = :tag",
                      {bind("tenant", ctx.tenant()), bind("tag", from.id)});
    replaced.running = go_on(ctx, going(ctx, from.id).value(), batch);
    replaced.moved =
        ctx.sql()
            .value<std::int64_t>("select moved from tag_replacement where tenant_id = :tenant and tag_id = :tag",
                                 {bind("tenant", ctx.tenant()), bind("tag", from.id)})
            .value();
    if (!replaced.running) erase_tag(ctx, from.id);
    return replaced;
}

void replace_some(operation::Context& ctx, TagId tag, int batch) {
    auto const work = going(ctx, tag);
    if (!work) return;
    if (!go_on(ctx, *work, batch)) erase_tag(ctx, tag);
}

bool is_in_pool_rules(operation::Context& ctx, TagId id) {
    return ctx.sql()
        .value<int>("select 1 from high_sea_rule where tenant_id = :tenant and :word = any(exempt) limit 1",
                    {bind("tenant", ctx.tenant()), bind("word", exempting(id))})
        .has_value();
}

bool is_in_assignment(operation::Context& ctx, TagId id) {
    return ctx.sql()
        .value<int>("select 1 from lead_assignment_rule where tenant_id = :tenant and :id::bigint = any(tags) limit 1",
                    {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

void erase_tag(operation::Context& ctx, TagId id) {
    auto const gone = ctx.sql().row<std::string, bool>(
        "delete from tag where tenant_id = :tenant and id = :id returning name, owner_id is null",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!gone) return;
    auto const& [name, is_of_company] = *gone;
    if (is_of_company) operation::forget_word(ctx.sql(), ctx.tenant(), {"tag", name});
}

}  // namespace wescrm::sales
