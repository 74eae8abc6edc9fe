#include "schema_keeper.hpp"

#include <wescrm/async/offload.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/database/migrations.hpp>

#include <csignal>

namespace wescrm::server {
namespace {

constexpr auto try_every = seconds{1};

}  // namespace

Result<bool> SchemaKeeper::try_now() {
    auto const applied = database::Migrations{url_, folder_}.apply([](database::Migration const& migration) {
        log::info("migrating", {{"name", migration.name}});
    });
    if (applied) {
        is_up_to_date_ = true;
        return true;
    }
    if (applied.error().code == Errc::unavailable) return false;
    return applied.error();
}

asio::awaitable<void> SchemaKeeper::keep_trying() {
    while (!is_up_to_date_) {
        auto const done = co_await async::offload(thread_, [this] { return try_now(); });
        if (!done) {
            log::error("schema_unusable", {{"reason", done.error().reason}, {"message", done.error().message}});
            std::raise(SIGTERM);
            co_return;
        }
        if (!*done) co_await async::sleep_for(try_every);
    }
}

}  // namespace wescrm::server
