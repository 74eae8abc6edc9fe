#pragma once
#include "../program.hpp"

#include <wescrm/jobs/token_store.hpp>
#include <wescrm/wecom/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <thread>

namespace wescrm::server::cli {

/// WeCom's API for a command: an event loop of its own on a thread of its own. Tokens are shared with the server.
class WecomAccess {
public:
    WecomAccess(Program& program, database::Database& db, Sealer const& sealer)
        : http_{io_.get_executor(), program.config.wecom_client},
          tokens_{db, sealer, program.clock, metrics_},
          client_{http_, tokens_, program.config.api_base},
          thread_{[this] { io_.run(); }} {}
    ~WecomAccess() {
        io_.stop();
        thread_.join();
    }
    WecomAccess(WecomAccess const&) = delete;
    WecomAccess& operator=(WecomAccess const&) = delete;

    [[nodiscard]] wecom::Client& client() noexcept { return client_; }
    template <class T>
    T wait(asio::awaitable<T> call) {
        return asio::co_spawn(io_, std::move(call), asio::use_future).get();
    }

private:
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    jobs::Metrics metrics_;
    http::Client http_;
    jobs::DatabaseTokenStore tokens_;
    wecom::Client client_;
    std::thread thread_;
};

}  // namespace wescrm::server::cli
