#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include <wescrm/base/result.hpp>

namespace wescrm {

namespace asio = boost::asio;

/// What an asynchronous step gives: a value or an Error.
template <class T>
using Async = asio::awaitable<Result<T>>;

namespace async {

using Duration = std::chrono::steady_clock::duration;

/// Starts background work; an exception that leaves it is logged under `name`. Use this, never bare `detached`.
void spawn(asio::any_io_executor executor, asio::awaitable<void> work, std::string name);

/// Waits on the steady clock. False if the wait was cancelled.
asio::awaitable<bool> sleep_for(Duration duration);

}  // namespace async
}  // namespace wescrm
