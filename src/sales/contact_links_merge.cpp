#include "contact_links.hpp"
#include "customers.hpp"

// What becomes of the links of people when two customers are one, when they are two again, and when one is gone.
namespace wescrm::sales {
namespace {

using database::bind;

// The same person or phone is at :into already.
constexpr std::string_view is_linked_there =
    "(t.customer_id = :into or exists (select 1 from contact_link k where k.tenant_id = :tenant and k.contact_id = "
    "t.id "
    "and k.customer_id = :into) or exists (select 1 from contact o where o.tenant_id = :tenant and o.customer_id = "
    ":into and o.deleted_at is null and o.id <> t.id and o.mobile = t.mobile) or exists (select 1 from contact_link k "
    "join contact o on o.tenant_id = k.tenant_id and o.id = k.contact_id where k.tenant_id = :tenant and k.customer_id "
    "= :into and o.deleted_at is null and o.id <> t.id and o.mobile = t.mobile))";

}  // namespace

std::string merge_links(operation::Context& ctx, CustomerId from, CustomerId into) {
    auto& sql = ctx.sql();
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("from", from), bind("into", into), bind("now", ctx.now())};
    // Links to :into of people who are its own contacts by now, or whose phone one of these has.
    auto const ended =
        sql.value<std::string>(
               "with ended as (delete from contact_link l using contact t where l.tenant_id = :tenant and "
               "l.customer_id "
               "= :into and t.tenant_id = :tenant and t.id = l.contact_id and (t.customer_id = :into or exists (select "
               "1 from contact o where o.tenant_id = :tenant and o.customer_id = :into and o.deleted_at is null and "
               "o.id <> t.id and o.mobile = t.mobile)) returning l.*) select coalesce(jsonb_agg(to_jsonb(e)), "
               "'[]')::text from ended e",
               params)
            .value();
    // What stays with the record that ended is seen by nobody, and there again when the merge is taken back.
    sql.execute(
        "update contact_link l set customer_id = :into from contact t where l.tenant_id = :tenant and l.customer_id = "
        ":from and t.tenant_id = :tenant and t.id = l.contact_id and not " +
            std::string{is_linked_there},
        params);
    auto const passed =
        sql.value<std::string>(
               "with same as (select e.id, min(k.id) as kept from contact e join contact k on k.tenant_id = :tenant "
               "and "
               "k.customer_id = :into and k.mobile = e.mobile and k.deleted_at is null where e.tenant_id = :tenant and "
               "e.customer_id = :from and e.deleted_at = :now::timestamptz group by e.id), passed as (update "
               "contact_link l set contact_id = s.kept from same s where l.tenant_id = :tenant and l.contact_id = s.id "
               "and l.customer_id not in (:from, :into) and not exists (select 1 from contact_link k where k.tenant_id "
               "= :tenant and k.contact_id = s.kept and k.customer_id = l.customer_id) returning l.id, s.id as "
               "contact_id) select coalesce(jsonb_agg(to_jsonb(p)), '[]')::text from passed p",
               params)
            .value();
    return R"({"ended":)" + ended + R"(,"passed":)" + passed + "}";
}

void put_links_back(operation::Context& ctx, json::Value const& before) {
    auto const* links = json::find(before, "links");
    if (!links) return;  // of a merge before there were links
    ctx.sql().execute(
        "update contact_link l set contact_id = b.contact_id from jsonb_to_recordset(:rows::jsonb) b(id bigint, "
        "contact_id bigint) where l.tenant_id = :tenant and l.id = b.id",
        {bind("tenant", ctx.tenant()), bind("rows", json::write(*json::find(*links, "passed")))});
    ctx.sql().execute(
        "insert into contact_link select r.* from jsonb_populate_recordset(null::contact_link, :rows::jsonb) r where "
        "r.tenant_id = :tenant and exists (select 1 from contact t where t.tenant_id = :tenant and t.id = r.contact_id "
        "and t.customer_id <> r.customer_id) on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("rows", json::write(*json::find(*links, "ended")))});
}

void hand_on_people(operation::Context& ctx, CustomerId gone) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("gone", gone), bind("now", ctx.now())};
    auto const moved = ctx.sql().rows<ContactId, CustomerId>(
        "with place as (select distinct on (l.contact_id) l.id, l.contact_id, l.customer_id, l.position, "
        "l.decision_role from contact_link l join contact t on t.tenant_id = l.tenant_id and t.id = l.contact_id join "
        "customer c on c.tenant_id = l.tenant_id and c.id = l.customer_id where l.tenant_id = :tenant and "
        "t.customer_id "
        "= :gone and l.customer_id <> :gone and t.deleted_at is null and c.deleted_at is null order by l.contact_id, "
        "l.created_at, l.id), used as (delete from contact_link l using place p where l.tenant_id = :tenant and l.id = "
        "p.id) update contact t set customer_id = p.customer_id, position = p.position, decision_role = "
        "p.decision_role, is_primary = false, updated_at = :now, version = version + 1 from place p where t.tenant_id "
        "= :tenant and t.id = p.contact_id returning t.id, t.customer_id",
        params);
    for (auto const& [person, customer] : moved) {
        Customers{ctx}.rewrite_words(customer);
        auto place = json::Document{rapidjson::kObjectType};
        json::set(place, "customer_id", std::to_string(customer.value()), place.GetAllocator());
        ctx.audit({"contact", person.value(), "contact.move", {}, json::write(place), {}});
    }
}

}  // namespace wescrm::sales
