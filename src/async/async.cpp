#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include <wescrm/async/async.hpp>
#include <wescrm/base/log.hpp>

namespace wescrm::async {

void spawn(asio::any_io_executor executor, asio::awaitable<void> work, std::string name) {
    asio::co_spawn(executor, std::move(work), [name = std::move(name)](std::exception_ptr thrown) {
        if (!thrown) return;
        try {
            std::rethrow_exception(thrown);
        } catch (std::exception const& e) {
            log::error("background_work_failed", {{"work", name}, {"error", e.what()}});
        }
    });
}

asio::awaitable<bool> sleep_for(Duration duration) {
    auto timer = asio::steady_timer{co_await asio::this_coro::executor, duration};
    auto const [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !error;
}

}  // namespace wescrm::async
