#include "menus.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>

namespace wescrm::server {
namespace {

using database::bind;

constexpr auto look_every = seconds{60};
constexpr auto first_look = milliseconds{500};
constexpr int most_at_once = 200;

}  // namespace

// One digest for all companies: of the menu with a place-holder for the company.
Menus::Menus(Parts parts, Body body)
    : parts_{parts}, body_{std::move(body)}, digest_{to_hex(sha256(body_("{corp}")))} {}

asio::awaitable<void> Menus::keep() {
    auto wait = async::Duration{first_look};
    while (co_await async::sleep_for(wait)) {
        auto const created = co_await create_missing();
        wait = parts_.buckets.owned().empty() ? async::Duration{first_look} : async::Duration{look_every};
        if (created == most_at_once) wait = first_look;
    }
}

asio::awaitable<std::size_t> Menus::create_missing() {
    auto const buckets = parts_.buckets.owned();
    if (buckets.empty()) co_return 0;
    auto job = [buckets, digest = digest_](database::Session& sql) -> Result<std::vector<Missing>> {
        auto all = std::vector<Missing>{};
        for (auto const& [tenant, app, agent] : sql.rows<TenantId, std::int64_t, std::int64_t>(
                 "select a.tenant_id, a.id, a.agent_id from wecom_app a join tenant t on t.id = a.tenant_id and "
                 "t.status = 'active' "
                 "where a.kind = 'app' and a.menu_digest is distinct from :digest and a.tenant_id % 256 = "
                 "any(:buckets::bigint[]) "
                 "order by a.tenant_id, a.id limit :most",
                 {bind("digest", digest), bind("buckets", std::vector<std::int64_t>{buckets.begin(), buckets.end()}),
                  bind("most", most_at_once)}))
            all.push_back({tenant, app, agent});
        return all;
    };
    auto const missing = co_await parts_.db.run(database::Pool::worker, database::Scope::of_queues(), std::move(job));
    if (!missing) co_return 0;
    auto created = std::size_t{0};
    for (auto const& one : *missing)
        if (co_await create(one)) ++created;
    co_return created;
}

asio::awaitable<bool> Menus::create(Missing missing) {
    auto account = parts_.companies.account(missing.tenant, missing.app);
    if (!account) co_return false;
    auto body = body_(account->corp_id);
    auto const answer = co_await parts_.client.create_menu(std::move(*account), missing.agent_id, std::move(body));
    if (!answer.is_ok()) {
        log::warning("menu_not_created",
                     {{"tenant", missing.tenant.value()}, {"agent", missing.agent_id}, {"errcode", answer.errcode}});
        co_return false;
    }
    auto job = [missing, digest = digest_](database::Session& sql) -> Result<int> {
        sql.execute("update wecom_app set menu_digest = :digest where tenant_id = :tenant and id = :app",
                    {bind("digest", digest), bind("tenant", missing.tenant), bind("app", missing.app)});
        return 0;
    };
    co_await parts_.db.run(database::Pool::worker, database::Scope::of_queues(), std::move(job));
    log::info("menu_created", {{"tenant", missing.tenant.value()}, {"agent", missing.agent_id}});
    co_return true;
}

}  // namespace wescrm::server
