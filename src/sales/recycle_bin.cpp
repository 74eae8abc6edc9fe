#include "contact_links.hpp"

#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/recycle_bin.hpp>

#include <array>

namespace wescrm::sales {
namespace {

using database::bind;

// What goes with a customer. History (audit log, ownership events) stays.
constexpr auto parts = std::array<std::string_view, 16>{
    "delete from contact_link where tenant_id = :tenant and (customer_id = :id or contact_id in (select id from "
    "contact "
    "where tenant_id = :tenant and customer_id = :id))",
    "update customer set parent_id = null, relation = '', version = version + 1 where tenant_id = :tenant and "
    "parent_id = :id",
    "update task set target_type = null, target_id = null where tenant_id = :tenant and (target_type, target_id) in "
    "(select 'customer', :id::bigint union all select 'contact', id from contact where tenant_id = :tenant and "
    "customer_id = :id)",
    "delete from field_value where tenant_id = :tenant and record_id in (select :id::bigint union all select id from "
    "contact where tenant_id = :tenant and customer_id = :id)",
    "delete from followup_comment where tenant_id = :tenant and followup_id in (select id from followup where "
    "tenant_id "
    "= :tenant and customer_id = :id)",
    "delete from followup_place where tenant_id = :tenant and followup_id in (select id from followup where tenant_id "
    "= "
    ":tenant and customer_id = :id)",
    "delete from attachment_content where tenant_id = :tenant and attachment_id in (select id from attachment where "
    "tenant_id = :tenant and ((target_type = 'customer' and target_id = :id) or (target_type = 'contact' and target_id "
    "in (select id from contact where tenant_id = :tenant and customer_id = :id)) or followup_id in (select id from "
    "followup where tenant_id = :tenant and customer_id = :id)))",
    "delete from attachment a where tenant_id = :tenant and ((target_type = 'customer' and target_id = :id) or "
    "(target_type = 'contact' and target_id in (select id from contact where tenant_id = :tenant and customer_id = "
    ":id)) or followup_id in (select id from followup where tenant_id = :tenant and customer_id = :id))",
    "delete from followup where tenant_id = :tenant and customer_id = :id",
    "delete from contact where tenant_id = :tenant and customer_id = :id",
    "delete from customer_tag where tenant_id = :tenant and customer_id = :id",
    "delete from customer_word where tenant_id = :tenant and customer_id = :id",
    "delete from duplicate_key where tenant_id = :tenant and object = 'customer' and object_id = :id",
    "delete from team_member where tenant_id = :tenant and object = 'customer' and object_id = :id",
    "delete from record_share where tenant_id = :tenant and object = 'customer' and object_id = :id",
    "delete from customer where tenant_id = :tenant and id = :id"};

}  // namespace

int empty_recycle_bin(operation::Context& ctx, int most) {
    auto deleted = 0;
    for (auto const id :
         ctx.sql().values<CustomerId>("select id from customer where tenant_id = :tenant and deleted_at <= "
                                      ":now::timestamptz - make_interval(days "
                                      "=> coalesce((select (settings ->> 'recycle_bin_days')::integer from tenant "
                                      "where id = :tenant), 30)) order "
                                      "by deleted_at limit :most for update skip locked",
                                      {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("most", most)})) {
        auto const refused = ctx.sql().attempt([&] {
            hand_on_people(ctx, id);
            for (auto const part : parts)
                ctx.sql().execute(std::string{part}, {bind("tenant", ctx.tenant()), bind("id", id)});
        });
        // SQLSTATE 23503: another record refers to it, for instance the customer into which another was merged.
        if (refused && refused->sqlstate != "23503") throw *refused;
        if (refused) continue;
        ctx.audit({"customer", id.value(), "customer.purge", {}, {}, {}});
        ++deleted;
    }
    return deleted;
}

}  // namespace wescrm::sales
