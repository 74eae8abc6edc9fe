#include "contact_links.hpp"

#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/recycle_bin.hpp>

#include <array>
#include <span>

// What lay in the recycle bin as long as the company keeps it is gone for good, with its parts. History (audit log,
// ownership events, stages) stays.
namespace wescrm::sales {
namespace {

using database::bind;
using Parts = std::span<std::string_view const>;

// Of any record.
constexpr auto common_parts = std::to_array<std::string_view>(
    {"update task set target_type = null, target_id = null where tenant_id = :tenant and target_type = :object and "
     "target_id = :id",
     "delete from field_value where tenant_id = :tenant and record_id = :id",
     "delete from attachment_content where tenant_id = :tenant and attachment_id in (select id from attachment where "
     "tenant_id = :tenant and target_type = :object and target_id = :id)",
     "delete from attachment where tenant_id = :tenant and target_type = :object and target_id = :id",
     "delete from favourite where tenant_id = :tenant and object = :object and object_id = :id",
     "delete from team_member where tenant_id = :tenant and object = :object and object_id = :id",
     "delete from record_share where tenant_id = :tenant and object = :object and object_id = :id"});

// Follow-ups of a contact or an opportunity are its customer's too: they stay there, with their files.
constexpr auto leave_followups = std::to_array<std::string_view>(
    {"update attachment a set target_type = 'customer', target_id = f.customer_id from followup f where a.tenant_id = "
     ":tenant and f.tenant_id = :tenant and f.id = a.followup_id and f.target_type = :object and f.target_id = :id and "
     "f.customer_id is not null and a.target_type = :object",
     "update followup set target_type = 'customer', target_id = customer_id where tenant_id = :tenant and target_type "
     "= :object and target_id = :id and customer_id is not null"});

constexpr auto followups_of_target = std::to_array<std::string_view>(
    {"delete from followup_comment where tenant_id = :tenant and followup_id in (select id from followup where "
     "tenant_id = :tenant and target_type = :object and target_id = :id)",
     "delete from followup_place where tenant_id = :tenant and followup_id in (select id from followup where tenant_id "
     "= :tenant and target_type = :object and target_id = :id)",
     "delete from attachment_content where tenant_id = :tenant and attachment_id in (select a.id from attachment a "
     "join followup f on f.tenant_id = a.tenant_id and f.id = a.followup_id where a.tenant_id = :tenant and "
     "f.target_type = :object and f.target_id = :id)",
     "delete from attachment a using followup f where a.tenant_id = :tenant and f.tenant_id = :tenant and f.id = "
     "a.followup_id and f.target_type = :object and f.target_id = :id",
     "delete from followup where tenant_id = :tenant and target_type = :object and target_id = :id"});

constexpr auto opportunity_parts = std::to_array<std::string_view>(
    {"update quote set opportunity_id = null where tenant_id = :tenant and opportunity_id = :id",
     "update contract set opportunity_id = null where tenant_id = :tenant and opportunity_id = :id",
     "update sales_order set opportunity_id = null where tenant_id = :tenant and opportunity_id = :id",
     "update lead set opportunity_id = null where tenant_id = :tenant and opportunity_id = :id",
     "update lead_conversion set opportunity_id = null where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity_line where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity_contact where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity_lead where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity_close_warning where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity_tag where tenant_id = :tenant and opportunity_id = :id",
     "delete from opportunity where tenant_id = :tenant and id = :id"});

constexpr auto contact_parts = std::to_array<std::string_view>(
    {"delete from contact_link where tenant_id = :tenant and contact_id = :id",
     "update opportunity set contact_id = null where tenant_id = :tenant and contact_id = :id",
     "update quote set contact_id = null where tenant_id = :tenant and contact_id = :id",
     "update sales_order set contact_id = null where tenant_id = :tenant and contact_id = :id",
     "update lead set contact_id = null where tenant_id = :tenant and contact_id = :id",
     "update lead_conversion set contact_id = null where tenant_id = :tenant and contact_id = :id",
     "delete from opportunity_contact where tenant_id = :tenant and contact_id = :id",
     "delete from contact_tag where tenant_id = :tenant and contact_id = :id",
     "delete from contact where tenant_id = :tenant and id = :id"});

constexpr auto lead_parts = std::to_array<std::string_view>(
    {"update opportunity set main_lead_id = null where tenant_id = :tenant and main_lead_id = :id",
     "delete from opportunity_lead where tenant_id = :tenant and lead_id = :id",
     "delete from lead_conversion where tenant_id = :tenant and lead_id = :id",
     "delete from duplicate_lead where tenant_id = :tenant and lead_id = :id",
     "delete from lead_word where tenant_id = :tenant and lead_id = :id",
     "delete from lead_tag where tenant_id = :tenant and lead_id = :id",
     "delete from lead where tenant_id = :tenant and id = :id"});

// Its contacts and follow-ups go with it; the leads that became it only lose the link.
constexpr auto customer_parts = std::to_array<std::string_view>(
    {"delete from contact_link where tenant_id = :tenant and (customer_id = :id or contact_id in (select id from "
     "contact "
     "where tenant_id = :tenant and customer_id = :id))",
     "update customer set parent_id = null, relation = '', version = version + 1 where tenant_id = :tenant and "
     "parent_id = :id",
     "update lead set customer_id = null, contact_id = null where tenant_id = :tenant and customer_id = :id",
     "delete from lead_conversion where tenant_id = :tenant and customer_id = :id",
     "delete from duplicate_lead where tenant_id = :tenant and customer_id = :id",
     "delete from duplicate_pair where tenant_id = :tenant and (first_id = :id or second_id = :id)",
     "update task set target_type = null, target_id = null where tenant_id = :tenant and target_type = 'contact' and "
     "target_id in (select id from contact where tenant_id = :tenant and customer_id = :id)",
     "delete from field_value where tenant_id = :tenant and record_id in (select id from contact where tenant_id = "
     ":tenant and customer_id = :id)",
     "delete from favourite where tenant_id = :tenant and object = 'contact' and object_id in (select id from contact "
     "where tenant_id = :tenant and customer_id = :id)",
     "delete from followup_comment where tenant_id = :tenant and followup_id in (select id from followup where "
     "tenant_id = :tenant and customer_id = :id)",
     "delete from followup_place where tenant_id = :tenant and followup_id in (select id from followup where tenant_id "
     "= :tenant and customer_id = :id)",
     "delete from attachment_content where tenant_id = :tenant and attachment_id in (select id from attachment where "
     "tenant_id = :tenant and ((target_type = 'contact' and target_id in (select id from contact where tenant_id = "
     ":tenant and customer_id = :id)) or followup_id in (select id from followup where tenant_id = :tenant and "
     "customer_id = :id)))",
     "delete from attachment a where tenant_id = :tenant and ((target_type = 'contact' and target_id in (select id "
     "from contact where tenant_id = :tenant and customer_id = :id)) or followup_id in (select id from followup where "
     "tenant_id = :tenant and customer_id = :id))",
     "delete from followup where tenant_id = :tenant and customer_id = :id",
     "delete from contact_tag where tenant_id = :tenant and contact_id in (select id from contact where tenant_id = "
     ":tenant and customer_id = :id)",
     "delete from contact where tenant_id = :tenant and customer_id = :id",
     "delete from invoice_title where tenant_id = :tenant and customer_id = :id",
     "delete from customer_tag where tenant_id = :tenant and customer_id = :id",
     "delete from customer_word where tenant_id = :tenant and customer_id = :id",
     "delete from customer where tenant_id = :tenant and id = :id"});

struct Purged {
    std::string_view object;  ///< and its table
    Parts followups;
    Parts own;
};
// What hangs on another one comes first.
constexpr auto purged = std::to_array<Purged>({{"opportunity", leave_followups, opportunity_parts},
                                               {"contact", leave_followups, contact_parts},
                                               {"lead", followups_of_target, lead_parts},
                                               {"customer", {}, customer_parts}});

std::vector<std::int64_t> due(operation::Context& ctx, Purged const& kind, int most) {
    // A contact of a deleted customer goes with it.
    return ctx.sql().values<std::int64_t>(
        "select id from " + std::string{kind.object} +
            " where tenant_id = :tenant and deleted_at <= :now::timestamptz - make_interval(days => coalesce((select "
            "(settings ->> 'recycle_bin_days')::integer from tenant where id = :tenant), 30)) order by deleted_at "
            "limit :most for update skip locked",
        {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("most", most)});
}

// False if something refers to it, for instance a customer into which another was merged.
bool purge(operation::Context& ctx, Purged const& kind, std::int64_t id) {
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", id)};
    auto const named = database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("object", kind.object)};
    auto const refused = ctx.sql().attempt([&] {
        if (kind.object == "customer") hand_on_people(ctx, CustomerId{id});
        for (auto const parts : {kind.followups, Parts{common_parts}, kind.own})
            for (auto const part : parts)
                ctx.sql().execute(std::string{part}, part.find(":object") == part.npos ? key : named);
    });
    if (refused && refused->sqlstate != "23503") throw *refused;
    if (refused) return false;
    ctx.audit({std::string{kind.object}, id, std::string{kind.object} + ".purge", {}, {}, {}});
    return true;
}

}  // namespace

int empty_recycle_bin(operation::Context& ctx, int most) {
    auto deleted = 0;
    for (auto const& kind : purged)
        for (auto const id : due(ctx, kind, most)) deleted += purge(ctx, kind, id) ? 1 : 0;
    return deleted;
}

}  // namespace wescrm::sales
