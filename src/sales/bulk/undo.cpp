#include "../duplicate/entering.hpp"
#include "bulk.hpp"

#include <wescrm/sales/names.hpp>

#include <algorithm>

// Taking a batch back: what it made goes to the recycle bin, what it changed becomes what it was. Whatever somebody has
// worked on since stays.
namespace wescrm::sales {
namespace {

using database::bind;

struct Now {
    std::int64_t id = 0;
    std::int64_t version = 0;
    bool is_used = false;
    bool is_deleted = false;
};
BOOST_DESCRIBE_STRUCT(Now, (), (id, version, is_used, is_deleted))

std::map<std::int64_t, Now> locked(operation::Context& ctx, BulkSpec const& spec, Numbers const& ids) {
    auto const used = spec.name == "customer"
                          ? "exists (select 1 from opportunity o where o.tenant_id = r.tenant_id and o.customer_id = "
                            "r.id) or exists (select 1 from sales_order o where o.tenant_id = r.tenant_id and "
                            "o.customer_id = r.id) or r.last_follow_at is not null"
                          : "r.status = 'converted' or r.last_follow_at is not null";
    auto found = std::map<std::int64_t, Now>{};
    for (auto const& now : ctx.sql().records<Now>(
             "select r.id, r.version, " + std::string{used} + ", r.deleted_at is not null from " + spec.name +
                 " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) order by r.id for update of r",
             {bind("tenant", ctx.tenant()), bind("ids", ids)}))
        found.emplace(now.id, now);
    return found;
}

std::string objection(Now const* now, BulkWritten const& written) {
    if (!now || now->is_deleted) return "记录已被删除";
    if (now->version != written.version) return "导入之后有人修改过，没有撤销";
    if (written.action == "create" && now->is_used) return "导入之后已有跟进或业务，没有撤销";
    return {};
}

void remove(operation::Context& ctx, BulkSpec const& spec, Numbers const& ids, std::string const& reason) {
    if (ids.empty()) return;
    ctx.sql().execute("update " + spec.name +
                          " set deleted_at = :now, updated_at = :now, version = version + 1 where tenant_id = :tenant "
                          "and id = any(:ids::bigint[])",
                      {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("ids", ids)});
    ctx.sql().execute("delete from " + spec.word_table + " where tenant_id = :tenant and " + spec.word_column +
                          " = any(:ids::bigint[])",
                      {bind("tenant", ctx.tenant()), bind("ids", ids)});
    ctx.sql().execute(
        "update timer set state = 2 where tenant_id = :tenant and ref_kind = :kind and ref_id = any(:ids::bigint[]) "
        "and state = 0",
        {bind("tenant", ctx.tenant()), bind("kind", spec.name), bind("ids", ids)});
    auto audit = BulkAudit{ids, Texts(ids.size()), Texts(ids.size())};
    audit_bulk(ctx, spec.name, spec.name + ".delete", audit, reason);
}

// One by one: names and phones, and with them keys, may have changed.
bool restore(operation::Context& ctx, BulkOptions const& options, BulkWritten const& written) {
    auto const& spec = spec_of(options.object);
    auto const object = options.object == BulkObject::lead ? DuplicateObject::lead : DuplicateObject::customer;
    auto sets = std::string{};
    for (auto const column : spec.texts)
        sets += std::string{column} + " = coalesce(b.j->>'" + std::string{column} + "', ''), ";
    sets += "custom = coalesce(b.j->'custom', '{}'), ";
    return !ctx.sql().attempt([&] {
        ctx.sql().execute("update " + spec.name + " r set " + sets +
                              "mobile = b.j->>'mobile', next_contact_at = (b.j->>'next_contact_at')::timestamptz, "
                              "version = r.version + 1, updated_at = :now::timestamptz from (select "
                              ":before::jsonb as j) b where r.tenant_id = :tenant and r.id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", written.id), bind("before", written.before),
                           bind("now", ctx.now())});
        auto const is_lead = options.object == BulkObject::lead;
        auto const from = json::find_string(json::parse(written.before).value(), is_lead ? "company" : "name");
        ctx.sql().execute("update " + spec.name + " set " + (is_lead ? "company_core" : "name_core") +
                              " = :core where tenant_id = :tenant and id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", written.id),
                           bind("core", from.value_or("").empty() ? std::string{} : name_core(*from))});
        auto const is_indexed = reindex_custom(ctx, {spec.name, spec.name, written.id}).has_value();
        auto const is_free =
            enter_record(ctx, object, written.id, Entering{.entry = DuplicateEntry::import_, .is_taking_back = true})
                .has_value();
        if (!is_indexed || !is_free) throw database::SqlError{"23505", "duplicate", "23505"};
        rewrite_words(ctx, options.object, written.id);
    });
}

}  // namespace

std::vector<BulkOutcome> undo_bulk(operation::Context& ctx, BulkOptions const& options,
                                   std::vector<BulkWritten> const& written) {
    auto const& spec = spec_of(options.object);
    auto ids = Numbers{};
    for (auto const& one : written) ids.push_back(one.id);
    auto const present = locked(ctx, spec, ids);
    enter_alone(ctx);
    auto outcomes = std::vector<BulkOutcome>{};
    auto removed = Numbers{};
    auto changed = BulkAudit{};
    for (auto const& one : written) {
        auto const now = present.find(one.id);
        auto outcome = BulkOutcome{one.number, "undo", {}, one.id, one.version + 1, {}, {}};
        outcome.message = objection(now == present.end() ? nullptr : &now->second, one);
        if (outcome.message.empty() && one.action == "create") {
            removed.push_back(one.id);
        } else if (outcome.message.empty()) {
            if (restore(ctx, options, one)) {
                changed.ids.push_back(one.id);
                changed.before.emplace_back();
                changed.after.emplace_back();
            } else {
                outcome.message = "原来的名称或电话已被另一条记录使用，没有撤销";
            }
        }
        if (!outcome.message.empty()) outcome.action = "error";
        outcomes.push_back(std::move(outcome));
    }
    remove(ctx, spec, removed, options.reason);
    audit_bulk(ctx, spec.name, spec.name + ".change", changed, options.reason);
    return outcomes;
}

}  // namespace wescrm::sales
