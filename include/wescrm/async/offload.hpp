#pragma once
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <variant>

#include <wescrm/async/async.hpp>

namespace wescrm::async {

/// Runs blocking `work` on `pool` and resumes the awaiting coroutine on its own executor. `work` lives in this
/// coroutine's frame, so it may refer to the caller's frame.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> offload(asio::thread_pool& pool, Work work) {
    using R = std::invoke_result_t<Work&>;
    using Box = std::conditional_t<std::is_void_v<R>, std::monostate, R>;
    auto start = [&pool, &work](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        asio::post(pool, [&work, executor, done = std::move(handler), guard = std::move(guard)]() mutable {
            auto thrown = std::exception_ptr{};
            auto result = std::optional<Box>{};
            try {
                if constexpr (std::is_void_v<R>) {
                    work();
                    result.emplace();
                } else {
                    result.emplace(work());
                }
            } catch (...) {
                thrown = std::current_exception();
            }
            asio::post(executor, [done = std::move(done), thrown, result = std::move(result)]() mutable {
                std::move(done)(thrown, std::move(result));
            });
        });
    };
    auto op = asio::async_initiate<decltype(asio::use_awaitable), void(std::exception_ptr, std::optional<Box>)>(
        start, asio::use_awaitable);
    auto result = co_await std::move(op);
    if constexpr (!std::is_void_v<R>) co_return std::move(*result);
}

}  // namespace wescrm::async
