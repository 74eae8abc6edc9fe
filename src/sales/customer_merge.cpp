#include "contact_links.hpp"
#include "customer_profile.hpp"
#include "customer_unmerge.hpp"
#include "customers.hpp"
#include "duplicate/entering.hpp"
#include "followups.hpp"
#include "tags/tags.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/operations.hpp>

// Two records of one customer become one: contacts, follow-ups, tags, team and what other modules hang on it go over;
// empty fields are filled; the other record stays as a deleted one that names where its things are.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct MergeCustomer {
    CustomerId id;       ///< ends
    CustomerId into_id;  ///< stays
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(MergeCustomer, (), (id, into_id, reason))

std::vector<FieldRule> field_rules(MergeCustomer const*) {
    return {{"id", "被合并的客户"}, {"into_id", "保留的客户"}, {"reason", "原因"}};
}

struct Pair {
    LockedCustomer from;
    LockedCustomer into;
};

// In the order of their ids, so that two merges of the same pair wait for each other.
Result<Pair> lock_both(operation::Context& ctx, MergeCustomer const& input) {
    if (input.id == input.into_id) return invalid_field("into_id", "不能合并到自己");
    auto const first = lock_permitted(ctx, std::min(input.id, input.into_id), Need::write);
    if (!first) return first.error();
    auto const second = lock_permitted(ctx, std::max(input.id, input.into_id), Need::write);
    if (!second) return second.error();
    if (first->is_deleted || second->is_deleted)
        return Error{Errc::not_found, "customer", "两家客户都不能在回收站里，请先恢复"};
    return input.id < input.into_id ? Pair{*first, *second} : Pair{*second, *first};
}

database::Params ids_of(operation::Context& ctx, MergeCustomer const& input) {
    return {bind("tenant", ctx.tenant()), bind("id", input.id), bind("into", input.into_id), bind("now", ctx.now())};
}

// A contact whose phone the other customer has already is the same person: what was said with him stays said.
void move_contacts(operation::Context& ctx, MergeCustomer const& input) {
    auto const params = ids_of(ctx, input);
    ctx.sql().execute(
        "with same as (select t.id, (select k.id from contact k where k.tenant_id = :tenant and k.customer_id = :into "
        "and k.deleted_at is null and k.mobile = t.mobile order by k.id limit 1) as kept from contact t where "
        "t.tenant_id = :tenant and t.customer_id = :id and t.deleted_at is null and t.mobile is not null), ended as "
        "(update contact t set deleted_at = :now, updated_at = :now, version = version + 1 from same s where "
        "t.tenant_id = :tenant and t.id = s.id and s.kept is not null) update followup f set target_id = s.kept from "
        "same s where f.tenant_id = :tenant and f.target_type = 'contact' and f.target_id = s.id and s.kept is not "
        "null",
        params);
    ctx.sql().execute(
        "update contact set customer_id = :into, is_primary = false, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and customer_id = :id and deleted_at is null",
        params);
}

void move_what_hangs_on_it(operation::Context& ctx, MergeCustomer const& input, EmployeeId owner) {
    auto params = ids_of(ctx, input);
    ctx.sql().execute(
        "update followup set customer_id = :into, target_id = case when target_type = 'customer' then :into else "
        "target_id end, version = version + 1, updated_at = :now where tenant_id = :tenant and customer_id = :id",
        params);
    ctx.sql().execute(
        "update attachment set target_id = :into where tenant_id = :tenant and target_type = 'customer' and target_id "
        "= :id",
        params);
    copy_tags(ctx, {TaggedObject::customer, input.id.value()}, {TaggedObject::customer, input.into_id.value()});
    ctx.sql().execute(
        "insert into record_share (tenant_id, object, object_id, department_id, power, include_sub_departments, "
        "expires_at, created_at, created_by) select tenant_id, object, :into, department_id, power, "
        "include_sub_departments, expires_at, created_at, created_by from record_share where tenant_id = :tenant and "
        "object = 'customer' and object_id = :id on conflict do nothing",
        params);
    ctx.sql().execute(
        "update opportunity set customer_id = :into, version = version + 1, updated_at = :now where tenant_id = "
        ":tenant and customer_id = :id",
        params);
    params.add(bind("owner", owner));
    ctx.sql().execute(
        "insert into team_member (tenant_id, object, object_id, employee_id, power, expires_at, children, created_at, "
        "added_by) select tenant_id, object, :into, employee_id, power, expires_at, children, created_at, added_by "
        "from team_member where tenant_id = :tenant and object = 'customer' and object_id = :id and employee_id <> "
        ":owner on conflict do nothing",
        params);
}

// Filled fields of the customer that stays are kept.
void fill_empty_fields(operation::Context& ctx, MergeCustomer const& input) {
    ctx.sql().execute(
        "update customer c set short_name = coalesce(nullif(c.short_name, ''), o.short_name), level = "
        "coalesce(nullif(c.level, ''), o.level), industry = coalesce(nullif(c.industry, ''), o.industry), source = "
        "coalesce(nullif(c.source, ''), o.source), credit_code = coalesce(nullif(c.credit_code, ''), o.credit_code), "
        "scale "
        "= coalesce(nullif(c.scale, ''), o.scale), phone = coalesce(nullif(c.phone, ''), o.phone), website = "
        "coalesce(nullif(c.website, ''), o.website), province = coalesce(nullif(c.province, ''), o.province), city = "
        "coalesce(nullif(c.city, ''), o.city), district = coalesce(nullif(c.district, ''), o.district), latitude = "
        "case when c.latitude is null then o.latitude else c.latitude end, longitude = case when c.latitude is null "
        "then o.longitude else c.longitude end, mobile = coalesce(c.mobile, o.mobile), address = "
        "coalesce(nullif(c.address, ''), o.address), remark = case when o.remark = '' then c.remark when c.remark = '' "
        "then o.remark else c.remark || E'\\n' || o.remark end, last_follow_at = greatest(c.last_follow_at, "
        "o.last_follow_at), deal_status = case when o.deal_status = 'closed' then 'closed' else c.deal_status end, "
        "updated_at = :now, version = c.version + 1 from customer o where c.tenant_id = :tenant and c.id = :into and "
        "o.tenant_id = :tenant and o.id = :id",
        ids_of(ctx, input));
}

void end_record(operation::Context& ctx, MergeCustomer const& input) {
    auto const params = ids_of(ctx, input);
    ctx.sql().execute(
        "update customer set deleted_at = :now, merged_into_id = :into, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and id = :id",
        params);
    for (auto const* table : {"team_member", "record_share"})
        ctx.sql().execute("delete from " + std::string{table} +
                              " where tenant_id = :tenant and object = 'customer' and object_id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", input.id)});
    cancel_reminders(ctx, input.id);
}

Result<CustomerDetail> merge_customer(operation::Context& ctx, MergeCustomer const& input,
                                      std::vector<MergeFollower> const& followers) {
    auto const both = lock_both(ctx, input);
    if (!both) return both.error();
    auto customers = Customers{ctx};
    auto const json_of = [&customers](CustomerId id) { return operation::write_output(customers.find(id).value()); };
    auto const ended = json_of(input.id);
    auto const before = json_of(input.into_id);
    auto const stood = customers.find(input.into_id).value();
    auto for_undo = before_merge(ctx, input.id, input.into_id);
    move_contacts(ctx, input);
    for_undo.insert(for_undo.size() - 1, ",\"links\":" + merge_links(ctx, input.id, input.into_id));
    move_what_hangs_on_it(ctx, input, both->into.owner);
    move_subsidiaries(ctx, input.id, input.into_id);
    fill_empty_fields(ctx, input);
    end_record(ctx, input);
    for (auto const& follower : followers) follower(ctx, input.id, input.into_id);

    auto const stays = customers.find(input.into_id).value();
    auto const entered = enter_changed(ctx, DuplicateObject::customer, input.into_id.value(),
                                       Entering{.fresh = changed_kinds(stood, stays), .is_taking_back = true});
    if (!entered) return entered.error();
    customers.rewrite_words(input.id);
    customers.rewrite_words(input.into_id);
    recompute_due(ctx, PoolObject::customer, {input.into_id.value()});
    auto const reason = input.reason.value_or("");
    customers.append_ownership({input.id, "merge", both->from.owner, both->into.owner, reason});
    auto const nothing = json::Document{rapidjson::kObjectType};
    auto const gone = operation::difference(ended, nothing);
    ctx.audit({"customer", input.id.value(), "customer.merge", gone.before, gone.after, reason});
    auto const changed = operation::difference(before, json_of(input.into_id));
    ctx.audit({"customer", input.into_id.value(), "customer.merge", changed.before, changed.after, reason});
    remember_merge(ctx, {0, "customer", input.into_id.value(), "merge", customers.find(input.into_id).value().version,
                         "把 " + both->from.name + " 合并到 " + both->into.name, for_undo});
    return detail_of(ctx, input.into_id);
}

// ---- taking it back

struct AskMerges {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(AskMerges, (), (id))
struct PastMerge {
    std::string label;  ///< 把 甲 合并到 乙
    Instant at;
    std::optional<std::string> by_name;
    bool may_undo = false;  ///< by the reader, now
};
BOOST_DESCRIBE_STRUCT(PastMerge, (), (label, at, by_name, may_undo))
struct PastMerges {
    std::vector<PastMerge> items;  ///< of the last 24 hours, latest first; only the latest can be taken back
};
BOOST_DESCRIBE_STRUCT(PastMerges, (), (items))

Result<PastMerges> list_merges(operation::Context& ctx, AskMerges const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    return PastMerges{ctx.sql().records<PastMerge>(
        "select u.label, u.at, e.name, u.version = c.version and (u.employee_id = :me or :admin::boolean) from "
        "undo_entry u join customer c on c.tenant_id = u.tenant_id and c.id = u.object_id left join employee e on "
        "e.tenant_id = u.tenant_id and e.id = u.employee_id where u.tenant_id = :tenant and u.object = 'customer' and "
        "u.object_id = :id and u.action = 'merge' and u.undone_at is null and u.at > :since order by u.at desc",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("me", ctx.actor().employee),
         bind("admin", ctx.actor().is_administrator), bind("since", ctx.now() - undo_kept_for)})};
}

Result<CustomerDetail> undo_merge(operation::Context& ctx, AskMerges const& input) {
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    auto const entry = last_merge(ctx, input.id);
    if (!entry)
        return Error{Errc::conflict, "too_late", "最近 24 小时内没有合并到「" + locked->name + "」的客户，不能撤销"};
    if (entry->by != ctx.actor().employee && !ctx.actor().is_administrator)
        return Error{Errc::forbidden, "customer_merge", "只有合并的人或企业管理员可以撤销合并"};
    if (auto const done = take_back(ctx, entry->entry); !done) return done.error();
    mark_undone(ctx, entry->entry.id);
    return detail_of(ctx, input.id);
}

constexpr Operation<MergeCustomer, CustomerDetail> customer_merge{
    "customer.merge", "合并客户", "customer.merge", Effect::confirms, nullptr, {"POST", "/customers/{id}/merge"}};
constexpr Operation<AskMerges, PastMerges> customer_merges{
    "customer.merges", "可撤销的合并", "customer.merge", Effect::reads, list_merges, {"GET", "/customers/{id}/merges"}};
constexpr Operation<AskMerges, CustomerDetail> customer_undo_merge{
    "customer.undo_merge", "撤销合并", "customer.merge",
    Effect::confirms,      undo_merge, {"POST", "/customers/{id}/undo-merge"}};

}  // namespace

void add_merge_operation(operation::Catalogue& catalogue, std::vector<MergeFollower> followers) {
    catalogue.add(customer_merge,
                  [followers = std::move(followers)](operation::Context& ctx, MergeCustomer const& input) {
                      return merge_customer(ctx, input, followers);
                  });
    catalogue.add(customer_merges);
    catalogue.add(customer_undo_merge);
}

}  // namespace wescrm::sales
