#include "past_deals.hpp"

namespace wescrm::sales {
namespace {

using database::bind;

constexpr int days_of_leads = 365;

// One row for each of the words by which his customers are counted, and one for each count.
constexpr std::string_view deals =
    "with won as materialized (select p.id as person, c.id, c.industry, c.province, c.city, c.source from "
    "unnest(:people::bigint[]) p(id) cross join lateral (select * from customer w where w.tenant_id = :tenant and "
    "w.owner_id = p.id and w.deal_status = 'closed' and w.deleted_at is null order by w.last_deal_at desc nulls last "
    "limit :most) c) select w.person, k.kind, k.word, count(*) from won w cross join lateral (values ('industry', "
    "w.industry), ('province', w.province), ('city', w.city), ('source', w.source)) k(kind, word) where k.word <> '' "
    "group by 1, 2, 3";
constexpr std::string_view and_products =
    " union all select b.person, 'product', b.product, count(distinct b.id) from (select w.person, "
    "w.id, l.product_name as product from won w join sales_order o on o.tenant_id = :tenant and o.customer_id = w.id "
    "and o.status in ('in_force', 'executing', 'completed') join order_line l on l.tenant_id = :tenant and l.order_id "
    "= o.id union select w.person, w.id, l.name from won w join opportunity o on o.tenant_id = :tenant and "
    "o.customer_id = w.id and o.status = 'won' and o.deleted_at is null join opportunity_line l on l.tenant_id = "
    ":tenant and l.opportunity_id = o.id) b group by 1, 3";
constexpr std::string_view and_leads =
    " union all select l.owner_id, k.kind, '', count(*) filter (where k.counts) from lead l cross join lateral (values "
    "('gained', l.acquired_at >= :since), ('converted', l.acquired_at >= :since and l.status = 'converted'), ('open', "
    "l.status in ('pending', 'following'))) k(kind, counts) where l.tenant_id = :tenant and l.owner_id = "
    "any(:people::bigint[]) and l.deleted_at is null group by 1, 2";

void put(PastDeals& past, std::string const& kind, std::string const& word, std::int64_t count) {
    if (kind == "industry") past.industries[word] = count;
    if (kind == "province") past.provinces[word] = count;
    if (kind == "city") past.cities[word] = count;
    if (kind == "source") past.sources[word] = count;
    if (kind == "product") past.products[word] = count;
    if (kind == "gained") past.gained = count;
    if (kind == "converted") past.converted = count;
    if (kind == "open") past.open = count;
}

}  // namespace

std::map<EmployeeId, PastDeals> past_deals(operation::Context& ctx, std::vector<EmployeeId> const& people,
                                           PastAsked const& asked) {
    auto query = std::string{deals};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("people", people), bind("most", asked.deals)};
    if (asked.products) query += and_products;
    if (asked.leads) {
        query += and_leads;
        params.add(bind("since", ctx.now() - std::chrono::days{days_of_leads}));
    }
    auto found = std::map<EmployeeId, PastDeals>{};
    for (auto const& [person, kind, word, count] :
         ctx.sql().rows<EmployeeId, std::string, std::string, std::int64_t>(query, params))
        put(found[person], kind, word, count);
    return found;
}

}  // namespace wescrm::sales
