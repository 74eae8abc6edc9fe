#include "high_sea/pools.hpp"

#include <wescrm/sales/gains.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

std::string link_to(operation::Context& ctx, PoolObject object, Gains const& gains) {
    auto const list = ctx.services().public_url + "/app/" + std::string{name_of(object)} + "s";
    if (gains.only) return list + "/" + std::to_string(*gains.only);
    if (!gains.is_import) return list + "?scene=mine";
    auto const day = format_date(ctx.today());
    return list + "?scene=mine&from=" + day + "&to=" + day;  // of their making
}

}  // namespace

void tell_gains(operation::Context& ctx, PoolObject object, Gains const& gains, std::string const& deed) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", title_of(object), allocator);
    json::set(data, "actor_name", gains.from, allocator);
    json::set(data, "is_import", json::Value{gains.is_import}, allocator);
    json::set(data, "count", std::to_string(gains.count), allocator);
    json::set(data, "reason", gains.reason, allocator);
    json::set(data, "url", link_to(ctx, object, gains), allocator);
    auto items = json::Value{rapidjson::kArrayType};
    auto const shown = std::min(gains.names.size(), std::size_t{named_gains});
    for (std::size_t i = 0; i < shown; ++i) {
        auto item = json::Value{rapidjson::kObjectType};
        json::set(item, "name", gains.names[i], allocator);
        items.PushBack(std::move(item), allocator);
    }
    json::set(data, "items", std::move(items), allocator);
    auto const more = gains.count - static_cast<std::int64_t>(shown);
    json::set(data, "more", more > 0 ? std::to_string(more) : std::string{}, allocator);
    auto notice = operation::Notice{};
    notice.effect_key = "gains:" + deed + ":" + std::to_string(gains.to.value());
    notice.to = gains.to;
    notice.kind = "records_assigned";
    notice.data = std::move(data);
    notice.source_kind = name_of(object);
    notice.source_id = gains.only.value_or(0);
    ctx.outbox().tell(notice);
}

}  // namespace wescrm::sales
