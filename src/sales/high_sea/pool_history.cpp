#include "pool_history.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/pool_seats.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::size_t shown_beginning = 30;

// Few companies hide anything: they alone pay for the second question.
bool is_used(operation::Context& ctx) {
    return ctx.sql()
        .value<int>("select 1 from high_sea where tenant_id = :tenant and hidden_fields && :words::text[] limit 1",
                    {bind("tenant", ctx.tenant()),
                     bind("words", std::vector{std::string{hides_history}, std::string{hides_history_text}})})
        .has_value();
}

}  // namespace

PoolHistory::PoolHistory(operation::Context& ctx, std::vector<FollowupId> const& ids) {
    if (ids.empty() || ctx.actor().is_system() || ctx.actor().is_administrator || !is_used(ctx)) return;
    for (auto const& [id, is_hidden] : ctx.sql().rows<FollowupId, bool>(
             "select f.id, :all = any(h.hidden_fields) from followup f left join customer c on c.tenant_id = "
             "f.tenant_id and c.id = f.customer_id left join lead l on f.target_type = 'lead' and l.tenant_id = "
             "f.tenant_id and l.id = f.target_id join high_sea h on h.tenant_id = f.tenant_id and h.id = "
             "coalesce(c.high_sea_id, l.high_sea_id) where f.tenant_id = :tenant and f.id = any(:ids::bigint[]) and "
             "f.author_id <> :me and (:all = any(h.hidden_fields) or :text = any(h.hidden_fields)) and h.id not in (" +
                 operation::pools_with_seat(":tenant", ":me", true) + ")",
             {bind("tenant", ctx.tenant()), bind("ids", ids), bind("me", ctx.actor().employee),
              bind("all", hides_history), bind("text", hides_history_text)}))
        (is_hidden ? hidden_ : shortened_).insert(id);
}

std::string beginning_of(std::string_view content) { return text::truncate(content, shown_beginning); }

}  // namespace wescrm::sales
