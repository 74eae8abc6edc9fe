#include "request_cards.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {

using database::bind;

void close_request_cards(operation::Context& ctx, std::string_view kind, std::int64_t request,
                         std::string const& word) {
    constexpr std::size_t longest_button = 12;
    ctx.outbox().cancel(kind, request);
    // WeCom gave a code for one update with every card that it sent; a press brings another one.
    for (auto const& [card, holder, code] : ctx.sql().rows<std::int64_t, EmployeeId, std::string>(
             "select id, employee_id, response_code from outbox where tenant_id = :tenant and source_kind = :kind and "
             "source_id = :id and response_code is not null and employee_id is not null order by id",
             {bind("tenant", ctx.tenant()), bind("kind", kind), bind("id", request)})) {
        auto update = operation::CardUpdate{};
        update.effect_key = std::string{kind} + "_closed:" + std::to_string(request) + ":" + std::to_string(card);
        update.to = holder;
        update.response_code = code;
        update.replace_button_text = text::truncate(word, longest_button);
        ctx.outbox().update_card(update);
    }
}

void withdraw_collaborations(operation::Context& ctx, std::vector<std::int64_t> const& leads) {
    for (auto const id : ctx.sql().values<std::int64_t>(
             "update collaboration_request set status = 'withdrawn', version = version + 1, updated_at = :now where "
             "tenant_id = :tenant and lead_id = any(:ids::bigint[]) and status = 'pending' returning id",
             {bind("tenant", ctx.tenant()), bind("ids", leads), bind("now", ctx.now())}))
        close_request_cards(ctx, "collaboration_request", id, "已失效");
}

}  // namespace wescrm::sales
