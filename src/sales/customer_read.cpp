#include "customer_profile.hpp"
#include "customers.hpp"
#include "fields/store.hpp"
#include "followups.hpp"
#include "high_sea/fair_claims.hpp"
#include "high_sea/openings.hpp"
#include "rows.hpp"
#include "tags/tagged_lists.hpp"
#include "typed_filter.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/scenes.hpp>
#include <wescrm/sales/date_field.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;
using operation::SortField;

struct CustomerRow : Customer {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (Customer), (sort_key))
struct EventRow : OwnershipEvent {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(EventRow, (OwnershipEvent), (sort_key))

// Events are seen by who sees their record.
operation::Predicate seen_events(operation::Context& ctx, ListOwnershipEvents const& input) {
    if (input.object && input.object_id) {
        auto const is_seen = (*input.object == "customer" || *input.object == "lead") &&
                             ctx.scope().allows(*input.object, Power::read, input.object_id->value());
        return {is_seen ? "true" : "false", {}};
    }
    auto const scope = ctx.scope().named(input.object_id.has_value());
    auto const customers = scope.rows("customer", Power::read, "c");
    auto seen = operation::Predicate{
        "((e.object = 'customer' and exists (select 1 from customer c where c.tenant_id = e.tenant_id and c.id = "
        "e.object_id and " +
            customers.sql + "))",
        customers.params};
    auto const leads = scope.rows("lead", Power::read, "l");
    seen.sql +=
        " or (e.object = 'lead' and exists (select 1 from lead l where l.tenant_id = e.tenant_id and l.id = "
        "e.object_id and " +
        leads.sql + ")))";
    seen.params.add(leads.params);
    return seen;
}

}  // namespace

CustomerDetail detail_of(operation::Context& ctx, CustomerId id, int followups) {
    auto customers = Customers{ctx};
    auto detail = CustomerDetail{};
    static_cast<Customer&>(detail) = customers.find(id).value();
    detail.team = customers.team(id);
    detail.contacts = contacts_of(ctx, id);
    if (followups > 0) detail.followups = last_followups(ctx, id, followups);
    detail.tags = tags_of(ctx, {TaggedObject::customer, id.value()});
    detail.parent_name = parent_name_of(ctx, detail);
    return detail;
}

Result<CustomerDetail> show_customer(operation::Context& ctx, OneCustomer const& input) {
    return show_customer_with(ctx, {input.id, {}});
}

Result<CustomerDetail> show_customer_with(operation::Context& ctx, ShowCustomer const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    auto shown = detail_of(ctx, input.id, input.followups.value_or(last_followups_shown));
    if (!shown.high_sea_id) return shown;
    auto const may = note_opening(ctx, PoolObject::customer, *shown.high_sea_id, input.id.value());
    if (!may) return may.error();
    shown.claim_decided_at = own_bid_until(ctx, PoolObject::customer, input.id.value());
    return shown;
}

namespace {

Result<CustomerPage> page_of_customers(operation::Context& ctx, ListCustomers const& input, TagWish const& wish) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"name", "c.name", "text"},
                                 {"no", "c.no", "text"},
                                 {"created_at", "c.created_at", "timestamptz"},
                                 {"updated_at", "c.updated_at", "timestamptz"},
                                 {"last_follow_at", "coalesce(c.last_follow_at, '-infinity')", "timestamptz"},
                                 {"next_contact_at", "coalesce(c.next_contact_at, 'infinity')", "timestamptz"}},
                                "-updated_at", "c.id");
    if (!paging) return paging.error();
    auto const dated = date_column(input.date_field, {{"created_at", "c.created_at"},
                                                      {"acquired_at", "c.acquired_at"},
                                                      {"last_follow_at", "c.last_follow_at"},
                                                      {"next_contact_at", "c.next_contact_at"}});
    if (!dated) return dated.error();
    auto const scene = operation::scene_rows(ctx, "customer", input.scene, "c");
    if (!scene) return scene.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(*scene);
    filter.where(input.deleted ? "c.deleted_at is not null" : "c.deleted_at is null");
    if (auto const good = add_custom_filters(ctx, filter, "customer", "c.id", input.custom); !good) return good.error();
    if (input.q) where_typed(ctx, filter, {"customer", "c"}, *input.q, keys_or_phone(ctx, "customer", "c", *input.q));
    filter.where_given(input.owner,
                       "c.owner_id = (select w.id from employee w where w.tenant_id = :tenant and w.user_id = :owner)",
                       "owner");
    filter.where_given(input.department, std::string{in_department_tree} + "c.owner_id and :department = any(d.path))",
                       "department");
    filter.where_given(input.level, "c.level = :level", "level");
    filter.where_given(input.industry, "c.industry = :industry", "industry");
    filter.where_given(input.source, "c.source = :source", "source");
    filter.where_given(input.scale, "c.scale = :scale", "scale")
        .where_given(input.province, "c.province = :province", "province")
        .where_given(input.city, "c.city = :city", "city")
        .where_given(input.parent_id, "c.parent_id = :parent", "parent");
    filter.where_given(input.deal_status, "c.deal_status = :deal_status", "deal_status");
    if (auto const good = add_tag_filter(ctx, filter, TaggedObject::customer, "c.id", wish); !good) return good.error();
    filter.where_given(input.high_sea_id, "c.high_sea_id = :high_sea", "high_sea");
    if (input.in_high_sea) filter.where(*input.in_high_sea ? "c.high_sea_id is not null" : "c.high_sea_id is null");
    if (input.from) filter.where(*dated + " >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where(*dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    if (input.not_followed_days)
        filter.where("coalesce(c.last_follow_at, c.acquired_at) < :idle_since", "idle_since",
                     ctx.zone().start_of(add_days(ctx.today(), -static_cast<int>(*input.not_followed_days))));
    auto const found = scope_of(ctx, filter).page("customer", "c", filter.sql(), *paging);
    auto params = filter.params();
    params.add(found.params);
    return page_of<CustomerPage>(
        ctx.sql().records<CustomerRow>(
            "with found as materialized (" + found.sql + ") select " + customer_columns + ", " + paging->key_column() +
                customer_joins + "where c.tenant_id = :tenant and c.id = any(array(select scope_id from found))" +
                paging->order(),
            params),
        *paging);
}

}  // namespace

Result<CustomerPage> list_customers(operation::Context& ctx, ListCustomers const& input) {
    auto wish = TagWish{};
    if (input.tag) wish.names.push_back(*input.tag);
    return page_of_customers(ctx, input, wish);
}

// The one by which the chat asks counts as one more.
Result<CustomerPage> list_tagged_customers(operation::Context& ctx, ListTagged<ListCustomers> const& input) {
    auto wish = TagWish{input.tags, input.tags_match};
    if (input.tag) wish.names.push_back(*input.tag);
    return page_of_customers(ctx, input, wish);
}

Result<OwnershipEventPage> list_ownership_events(operation::Context& ctx, ListOwnershipEvents const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"at", "e.at", "timestamptz"}}, "-at", "e.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(seen_events(ctx, input));
    filter.where_given(input.object, "e.object = :object", "object")
        .where_given(input.object_id, "e.object_id = :object_id", "object_id")
        .where_given(input.kind, "e.kind = :kind", "kind")
        .where_given(input.owner, ":owner in (f.user_id, t.user_id)", "owner");
    if (input.from) filter.where("e.at >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where("e.at < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    filter.page(*paging);
    return page_of<OwnershipEventPage>(
        ctx.sql().records<EventRow>("select e.id, e.object, e.object_id, e.kind, f.user_id, t.user_id, "
                                    "e.from_department_id, e.to_department_id, e.high_sea_id, "
                                    "a.user_id, e.channel, e.reason, e.at, " +
                                        paging->key_column() +
                                        " from ownership_event e left join "
                                        "employee f on f.tenant_id = e.tenant_id and f.id = e.from_id "
                                        "left join employee t on t.tenant_id = e.tenant_id and t.id = e.to_id left "
                                        "join employee a on a.tenant_id = e.tenant_id and a.id = "
                                        "e.actor_id where e.tenant_id = :tenant" +
                                        filter.sql(),
                                    filter.params()),
        *paging);
}

}  // namespace wescrm::sales
