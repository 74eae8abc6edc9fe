#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include <wescrm/async/async.hpp>

namespace wescrm::jobs {

/// One answer from another thread to one coroutine that waits for it. The executor must run one thing at a time (a strand).
class Reply : public std::enable_shared_from_this<Reply> {
public:
    explicit Reply(asio::any_io_executor executor) : timer_{std::move(executor)} {}

    /// From any thread; the first answer counts.
    void set(Result<void> result) {
        asio::post(timer_.get_executor(), [self = shared_from_this(), result = std::move(result)]() mutable {
            if (self->result_) return;
            self->result_ = std::move(result);
            self->timer_.cancel();
        });
    }
    /// On the executor. timed_out after `limit`.
    Async<void> wait(async::Duration limit) {
        auto const self = shared_from_this();
        if (!result_) {
            timer_.expires_after(limit);
            co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        if (result_) co_return *result_;
        co_return Error{Errc::timed_out, "reply"};
    }

private:
    asio::steady_timer timer_;
    std::optional<Result<void>> result_;
};

/// Wakes one loop: raising it while nobody waits is remembered. All on one strand, except raise_from_anywhere().
class Wake : public std::enable_shared_from_this<Wake> {
public:
    explicit Wake(asio::any_io_executor executor) : timer_{std::move(executor)} {}

    void raise() {
        is_raised_ = true;
        timer_.cancel();
    }
    void raise_from_anywhere() {
        asio::post(timer_.get_executor(), [self = shared_from_this()] { self->raise(); });
    }
    asio::awaitable<void> wait(async::Duration limit) {
        auto const self = shared_from_this();
        if (!is_raised_) {
            timer_.expires_after(limit);
            co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        is_raised_ = false;
    }

private:
    asio::steady_timer timer_;
    bool is_raised_ = false;
};

/// Background coroutines of one owner on one strand, which can be waited for.
class Loops {
public:
    explicit Loops(asio::any_io_executor executor) : executor_{std::move(executor)}, ended_{std::make_shared<Wake>(executor_)} {}

    void start(asio::awaitable<void> work, char const* name) {
        ++running_;
        async::spawn(executor_, run(std::move(work), Guard{this}), name);
    }
    [[nodiscard]] std::size_t running() const noexcept { return running_; }
    /// False if some still run after `limit`.
    asio::awaitable<bool> wait_for_end(async::Duration limit) {
        auto const until = std::chrono::steady_clock::now() + limit;
        while (running_ > 0 && std::chrono::steady_clock::now() < until)
            co_await ended_->wait(until - std::chrono::steady_clock::now());
        co_return running_ == 0;
    }

private:
    struct Guard {
        explicit Guard(Loops* owner_) : owner{owner_} {}
        Guard(Guard&& other) noexcept : owner{std::exchange(other.owner, nullptr)} {}
        Guard& operator=(Guard&&) = delete;
        ~Guard() {
            if (!owner) return;
            --owner->running_;
            owner->ended_->raise();
        }
        Loops* owner;
    };
    /// Begins later, never within start(): work that ends at once would change what the caller is walking through.
    static asio::awaitable<void> run(asio::awaitable<void> work, [[maybe_unused]] Guard guard) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_await std::move(work);
    }

    asio::any_io_executor executor_;
    std::shared_ptr<Wake> ended_;
    std::size_t running_ = 0;
};

}  // namespace wescrm::jobs
