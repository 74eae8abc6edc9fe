#include "pool_guard.hpp"

#include <wescrm/operation/pool_seats.hpp>

#include <algorithm>

namespace wescrm::operation {

using database::bind;

bool is_personal(std::string_view field) {
    return field.ends_with("mobile") || field.ends_with("phone") || field == "wechat" || field == "email";
}

void PoolGuard::learn(std::set<std::int64_t> const& pools) {
    auto const ids = std::vector<std::int64_t>(pools.begin(), pools.end());
    for (auto& [id, hidden] : ctx_.sql().rows<std::int64_t, std::vector<std::string>>(
             "select h.id, h.hidden_fields from high_sea h where h.tenant_id = :tenant and h.id = any(:ids::bigint[]) "
             "and h.id not in (" +
                 pools_with_seat(":tenant", ":me", true) + ")",
             {bind("tenant", ctx_.tenant()), bind("ids", ids), bind("me", ctx_.actor().employee)}))
        hidden_[id] = std::move(hidden);
}

bool PoolGuard::hides(std::int64_t pool, std::string_view field) const {
    auto const known = hidden_.find(pool);
    if (known == hidden_.end()) return false;
    return is_personal(field) || std::find(known->second.begin(), known->second.end(), field) != known->second.end();
}

std::set<std::int64_t> PoolGuard::pooled_contacts(std::vector<std::int64_t> const& contacts) {
    if (contacts.empty()) return {};
    auto const found = ctx_.sql().values<std::int64_t>(
        "select t.id from contact t join customer c on c.tenant_id = t.tenant_id and c.id = t.customer_id where "
        "t.tenant_id = :tenant and t.id = any(:ids::bigint[]) and c.high_sea_id is not null and c.high_sea_id not in "
        "(" +
            pools_with_seat(":tenant", ":me", true) + ")",
        {bind("tenant", ctx_.tenant()), bind("ids", contacts), bind("me", ctx_.actor().employee)});
    return {found.begin(), found.end()};
}

}  // namespace wescrm::operation
