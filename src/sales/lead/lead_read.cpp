#include "../fields/store.hpp"
#include "../high_sea/fair_claims.hpp"
#include "../high_sea/openings.hpp"
#include "../rows.hpp"
#include "../tags/tagged_lists.hpp"
#include "../typed_filter.hpp"
#include "leads.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/scenes.hpp>
#include <wescrm/sales/date_field.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct LeadRow : Lead {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(LeadRow, (Lead), (sort_key))

Result<Filter> filter_of(operation::Context& ctx, ListLeads const& input, std::string const& dated) {
    auto const scene = operation::scene_rows(ctx, "lead", input.scene, "l");
    if (!scene) return scene.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(*scene);
    filter.where(input.deleted ? "l.deleted_at is not null" : "l.deleted_at is null");
    if (input.q) where_typed(ctx, filter, {"lead", "l"}, *input.q, keys_or_phone(ctx, "lead", "l", *input.q));
    filter.where_given(input.owner,
                       "l.owner_id = (select w.id from employee w where w.tenant_id = :tenant and w.user_id = :owner)",
                       "owner");
    filter.where_given(input.department, std::string{in_department_tree} + "l.owner_id and :department = any(d.path))",
                       "department");
    filter.where_given(input.status, "l.status = :status", "status")
        .where_given(input.source, "l.source = :source", "source")
        .where_given(input.channel, "l.channel = :channel", "channel")
        .where_given(input.level, "l.level = :level", "level")
        .where_given(input.province, "l.province = :province", "province")
        .where_given(input.city, "l.city = :city", "city")
        .where_given(input.min_score, "l.score >= :min_score", "min_score")
        .where_given(input.high_sea_id, "l.high_sea_id = :high_sea", "high_sea")
        .where_given(input.customer_id, "l.customer_id = :customer", "customer");
    if (input.in_high_sea) filter.where(*input.in_high_sea ? "l.high_sea_id is not null" : "l.high_sea_id is null");
    if (input.from) filter.where(dated + " >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where(dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    if (input.not_followed_days)
        filter.where("coalesce(l.last_follow_at, l.acquired_at) < :idle_since", "idle_since",
                     ctx.zone().start_of(add_days(ctx.today(), -static_cast<int>(*input.not_followed_days))));
    if (auto const good = add_custom_filters(ctx, filter, "lead", "l.id", input.custom); !good) return good.error();
    return filter;
}

}  // namespace

Result<LeadDetail> show_lead(operation::Context& ctx, OneLead const& input) {
    if (!ctx.scope().allows("lead", operation::Power::read, input.id.value())) return no_lead();
    auto shown = Leads{ctx}.detail(input.id);
    if (!shown.high_sea_id) return shown;
    auto const may = note_opening(ctx, PoolObject::lead, *shown.high_sea_id, input.id.value());
    if (!may) return may.error();
    shown.claim_decided_at = own_bid_until(ctx, PoolObject::lead, input.id.value());
    return shown;
}

namespace {

Result<LeadPage> page_of_leads(operation::Context& ctx, ListLeads const& input, TagWish const& wish) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"name", "l.name", "text"},
                                 {"no", "l.no", "text"},
                                 {"created_at", "l.created_at", "timestamptz"},
                                 {"updated_at", "l.updated_at", "timestamptz"},
                                 {"acquired_at", "l.acquired_at", "timestamptz"},
                                 {"score", "l.score", "integer"},
                                 {"last_follow_at", "coalesce(l.last_follow_at, '-infinity')", "timestamptz"},
                                 {"next_contact_at", "coalesce(l.next_contact_at, 'infinity')", "timestamptz"},
                                 {"recycle_due_at", "coalesce(l.recycle_due_at, 'infinity')", "timestamptz"}},
                                "-updated_at", "l.id");
    if (!paging) return paging.error();
    auto const dated = date_column(input.date_field, {{"created_at", "l.created_at"},
                                                      {"acquired_at", "l.acquired_at"},
                                                      {"last_follow_at", "l.last_follow_at"},
                                                      {"next_contact_at", "l.next_contact_at"},
                                                      {"converted_at", "l.converted_at"}});
    if (!dated) return dated.error();
    auto filter = filter_of(ctx, input, *dated);
    if (!filter) return filter.error();
    if (auto const good = add_tag_filter(ctx, *filter, TaggedObject::lead, "l.id", wish); !good) return good.error();
    auto const found = scope_of(ctx, *filter, input.customer_id).page("lead", "l", filter->sql(), *paging);
    auto params = filter->params();
    params.add(found.params);
    return page_of<LeadPage>(
        ctx.sql().records<LeadRow>("with found as materialized (" + found.sql + ") select " + lead_columns + ", " +
                                       paging->key_column() + lead_joins +
                                       "where l.tenant_id = :tenant and l.id = any(array(select scope_id from found))" +
                                       paging->order(),
                                   params),
        *paging);
}

}  // namespace

Result<LeadPage> list_leads(operation::Context& ctx, ListLeads const& input) { return page_of_leads(ctx, input, {}); }

Result<LeadPage> list_tagged_leads(operation::Context& ctx, ListTagged<ListLeads> const& input) {
    return page_of_leads(ctx, input, {input.tags, input.tags_match});
}

}  // namespace wescrm::sales
