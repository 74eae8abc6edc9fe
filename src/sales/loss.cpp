#include "loss.hpp"

namespace wescrm::sales {

using database::bind;

void tell_loss(operation::Context& ctx, Loss const& loss) {
    if (loss.from.is_empty() || loss.from == loss.to || loss.from == ctx.actor().employee) return;
    auto const to_name =
        ctx.sql().value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", loss.to)});
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", loss.title, allocator);
    json::set(data, "name", loss.name, allocator);
    json::set(data, "to_name", to_name.value_or(""), allocator);
    json::set(data, "actor_name", ctx.actor().is_system() ? "系统" : ctx.actor().name, allocator);
    json::set(data, "reason", loss.reason, allocator);
    auto notice = operation::Notice{};
    notice.effect_key =
        "loss:" + std::string{loss.object} + ":" + std::to_string(loss.id) + ":" + std::to_string(loss.version);
    notice.to = loss.from;
    notice.kind = "record_handed_on";
    notice.data = std::move(data);
    notice.source_kind = loss.object;
    notice.source_id = loss.id;
    ctx.outbox().tell(notice);
}

}  // namespace wescrm::sales
