#include "extension_cards.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {

using database::bind;

void close_extension_cards(operation::Context& ctx, std::int64_t extension, std::string const& word) {
    constexpr std::size_t longest_button = 12;
    ctx.outbox().cancel("recycle_extension", extension);
    // WeCom gave a code for one update with every card that it sent; a press brings another one.
    for (auto const& [card, holder, code] : ctx.sql().rows<std::int64_t, EmployeeId, std::string>(
             "select id, employee_id, response_code from outbox where tenant_id = :tenant and source_kind = "
             "'recycle_extension' and source_id = :id and response_code is not null and employee_id is not null order "
             "by id",
             {bind("tenant", ctx.tenant()), bind("id", extension)})) {
        auto update = operation::CardUpdate{};
        update.effect_key = "extension_closed:" + std::to_string(extension) + ":" + std::to_string(card);
        update.to = holder;
        update.response_code = code;
        update.replace_button_text = text::truncate(word, longest_button);
        ctx.outbox().update_card(update);
    }
}

void withdraw_extensions(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& records) {
    for (auto const id : ctx.sql().values<std::int64_t>(
             "update recycle_extension set status = 'withdrawn', version = version + 1, updated_at = :now where "
             "tenant_id = :tenant and object = :object and object_id = any(:ids::bigint[]) and status = 'pending' "
             "returning id",
             {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("ids", records),
              bind("now", ctx.now())}))
        close_extension_cards(ctx, id, "已失效");
}

}  // namespace wescrm::sales
