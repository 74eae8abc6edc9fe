#pragma once
#include <wescrm/async/async.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <deque>
#include <set>
#include <utility>

namespace wescrm::simulator {

/// Wakes coroutines that wait for something to happen. For one thread.
class Signal {
public:
    void raise() {
        for (auto* timer : std::exchange(waiting_, {})) timer->cancel();
    }
    /// Until raise() or `deadline`.
    asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point deadline) {
        auto timer = asio::steady_timer{co_await asio::this_coro::executor, deadline};
        waiting_.insert(&timer);
        auto ignored = boost::system::error_code{};
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        waiting_.erase(&timer);
    }

private:
    std::set<asio::steady_timer*> waiting_;
};

/// The last records of a kind, numbered from 1 without gaps. For one thread.
template <class T>
class Journal {
public:
    explicit Journal(std::size_t capacity) : capacity_{capacity} {}

    /// Sets `record.id`.
    T& add(T record) {
        record.id = ++last_;
        records_.push_back(std::move(record));
        if (records_.size() > capacity_) records_.pop_front();
        return records_.back();
    }
    [[nodiscard]] T* find(std::uint64_t id) {
        auto const first = first_id();
        if (id < first || id > last_) return nullptr;
        return &records_[static_cast<std::size_t>(id - first)];
    }
    [[nodiscard]] std::uint64_t first_id() const { return last_ - records_.size() + 1; }
    [[nodiscard]] std::uint64_t last_id() const { return last_; }
    [[nodiscard]] auto begin() { return records_.begin(); }
    [[nodiscard]] auto end() { return records_.end(); }
    [[nodiscard]] std::size_t size() const { return records_.size(); }
    /// Forgets the records; numbers go on, so that whoever waits for news is not confused.
    void clear() { records_.clear(); }

private:
    std::size_t capacity_;
    std::uint64_t last_ = 0;
    std::deque<T> records_;
};

}  // namespace wescrm::simulator
