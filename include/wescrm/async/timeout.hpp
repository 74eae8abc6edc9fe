#pragma once
#include <wescrm/async/async.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace wescrm::async {
namespace detail {

template <class T>
asio::awaitable<void> store_result(Async<T> op, std::optional<Result<T>>& out) {
    out.emplace(co_await std::move(op));
}

}  // namespace detail

/// Awaits `op`, cancelling it after `limit` and waiting until it has stopped.
/// Errc::timed_out if it had no result by then. Exceptions of `op` pass through at once.
template <class T>
Async<T> with_timeout(Async<T> op, Duration limit) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::steady_timer{executor, limit};
    auto result = std::optional<Result<T>>{};
    auto [order, thrown, timer_error] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(executor, detail::store_result(std::move(op), result), asio::deferred),
            timer.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    // An error after the time is how `op` tells of its cancellation; a value is a value.
    if (result && (*result || order[0] == 0)) co_return std::move(*result);
    if (order[0] == 1) co_return Errc::timed_out;
    std::rethrow_exception(thrown);
}

}  // namespace wescrm::async
