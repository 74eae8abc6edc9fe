#include "customers.hpp"
#include "near_operations.hpp"
#include "rules/near_name.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// Whom somebody may have meant by a name that nobody has.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::Power;

constexpr std::int64_t default_near = 5;
constexpr std::int64_t most_near = 20;
constexpr std::int64_t near_rank = 7;

// Compared are the actor's own, the last used first, and those that share the rarer pairs of characters or the
// beginning of the sound.
constexpr std::string_view compared_own = "1000";
constexpr std::string_view compared_of_a_pair = "200";
constexpr std::string_view compared_by_pairs = "60";
constexpr std::string_view compared_by_sound = "60";

std::vector<CustomerId> candidates(operation::Context& ctx, TypedWords const& core) {
    auto& sql = ctx.sql();
    auto const tenant = bind("tenant", ctx.tenant());
    auto ids = sql.values<CustomerId>(
        "select id from customer where tenant_id = :tenant and owner_id = :me and deleted_at is null order by "
        "updated_at desc, id desc limit " +
            std::string{compared_own},
        {tenant, bind("me", ctx.actor().employee)});
    auto const add = [&ids](std::vector<CustomerId> const& more) { ids.insert(ids.end(), more.begin(), more.end()); };
    add(sql.values<CustomerId>(
        "select x.customer_id from unnest(:pairs::text[]) p(word) cross join lateral (select "
        "w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = p.word limit " +
            std::string{compared_of_a_pair} +
            ") x group by x.customer_id order by count(*) desc, x.customer_id limit " + std::string{compared_by_pairs},
        {tenant, bind("pairs", core.pairs)}));
    auto const sound = "~" + core.sound;
    add(
        sql.values<CustomerId>("select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word >= "
                               ":from and w.word < :upto limit " +
                                   std::string{compared_by_sound},
                               {tenant, bind("from", sound), bind("upto", sound + "{")}));
    return ids;
}

struct Near {
    double distance = 0;
    std::size_t place = 0;  ///< among the candidates: the actor's own and the last used come first
    CustomerId id;
};

std::vector<CustomerId> nearest(operation::Context& ctx, std::vector<CustomerId> const& ids, std::string const& core,
                                std::size_t limit) {
    auto const scope = ctx.scope().rows("customer", Power::read, "c");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(scope.params);
    auto near = std::vector<Near>{};
    auto const is_short_hidden = operation::is_hidden(ctx.actor(), "customer", "short_name");
    for (auto const& [id, name, short_name] : ctx.sql().rows<CustomerId, std::string, std::string>(
             "select c.id, c.name, c.short_name from customer c where c.tenant_id = :tenant and c.id = "
             "any(:ids::bigint[]) and c.deleted_at is null and " +
                 scope.sql,
             params)) {
        auto best = distance_to_name(core, name_core(name));
        auto const by_short =
            short_name.empty() || is_short_hidden ? std::nullopt : distance_to_name(core, name_core(short_name));
        if (by_short && (!best || *by_short < *best)) best = by_short;
        if (best) near.push_back({*best, static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin()), id});
    }
    std::ranges::sort(near, {}, [](Near const& n) { return std::pair{n.distance, n.place}; });
    auto best = std::vector<CustomerId>{};
    for (auto const& one : near)
        if (best.size() < limit) best.push_back(one.id);
    return best;
}

Result<FoundCustomers> search_near(operation::Context& ctx, SearchCustomers const& input) {
    auto const core = typed_words(name_core(input.words));
    if (core.is_digits || text::length(core.plain) < 2) return FoundCustomers{};
    auto const limit = std::clamp(input.limit.value_or(default_near), std::int64_t{1}, most_near);
    auto const ids = nearest(ctx, candidates(ctx, core), core.plain, static_cast<std::size_t>(limit));
    if (ids.empty()) return FoundCustomers{};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids), bind("rank", near_rank)};
    return FoundCustomers{ctx.sql().records<FoundCustomer>(
        "select c.id, c.no, c.name, c.short_name, c.address, o.user_id, o.name, c.last_follow_at, :rank::bigint from "
        "unnest(:ids::bigint[]) with ordinality i(id, place) join customer c on c.tenant_id = :tenant and c.id = i.id "
        "left join employee o on o.tenant_id = :tenant and o.id = c.owner_id order by i.place",
        params)};
}

constexpr Operation<SearchCustomers, FoundCustomers> customer_search_near{
    "customer.search_near", "查找名称相近的客户", "customer.view", Effect::reads, search_near, {}};

}  // namespace

void add_near_operations(operation::Catalogue& catalogue) { catalogue.add(customer_search_near); }

}  // namespace wescrm::sales
