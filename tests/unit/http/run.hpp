#pragma once
#include <wescrm/async/async.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace wescrm::http::tests {

/// Runs a coroutine to its end on an event loop of its own.
template <class T>
T run(asio::awaitable<T> work) {
    auto io = asio::io_context{1};
    auto result = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run();
    return result.get();
}

}  // namespace wescrm::http::tests
