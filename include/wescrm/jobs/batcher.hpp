#pragma once
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include <wescrm/async/async.hpp>

namespace wescrm::jobs {

/// Group commit without timers: what arrives while earlier batches are under way becomes the next batch. An idle system adds no delay,
/// a busy one makes bigger batches. Safe from any thread.
template <class Item, class Outcome>
class Batcher {
public:
    /// Handles a batch; gives one outcome per item, in order. Must not throw.
    using Flush = std::function<asio::awaitable<std::vector<Outcome>>(std::vector<Item>)>;

    Batcher(asio::any_io_executor executor, std::size_t largest, std::size_t in_flight, Flush flush)
        : executor_{std::move(executor)}, largest_{largest}, most_in_flight_{in_flight}, flush_{std::move(flush)} {}

    /// The outcome of `item`, when its batch is done. Resumes on the caller's executor.
    asio::awaitable<Outcome> add(Item item) {
        auto initiate = [this](auto handler, Item own) {
            auto executor = asio::get_associated_executor(handler);
            auto resume = [executor, guard = asio::make_work_guard(executor), done = Done{std::move(handler)}](Outcome outcome) mutable {
                asio::post(executor, [done = std::move(done), outcome = std::move(outcome)]() mutable { std::move(done)(std::move(outcome)); });
            };
            enqueue(std::move(own), std::make_unique<WaitingOf<decltype(resume)>>(std::move(resume)));
        };
        co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Outcome)>(initiate, asio::use_awaitable, std::move(item));
    }

    [[nodiscard]] std::size_t waiting() const {
        auto const lock = std::lock_guard{mutex_};
        return queue_.size();
    }

private:
    using Done = asio::any_completion_handler<void(Outcome)>;

    struct Waiting {
        virtual ~Waiting() = default;
        virtual void finish(Outcome outcome) = 0;
    };
    template <class Resume>
    struct WaitingOf final : Waiting {
        explicit WaitingOf(Resume r) : resume{std::move(r)} {}
        void finish(Outcome outcome) override { resume(std::move(outcome)); }
        Resume resume;
    };
    struct Entry {
        Item item;
        std::unique_ptr<Waiting> waiting;
    };

    void enqueue(Item item, std::unique_ptr<Waiting> waiting) {
        auto starts = false;
        {
            auto const lock = std::lock_guard{mutex_};
            queue_.push_back({std::move(item), std::move(waiting)});
            starts = in_flight_ < most_in_flight_;
            if (starts) ++in_flight_;
        }
        if (starts) async::spawn(executor_, work(), "batcher");
    }

    bool take(std::vector<Item>& items, std::vector<std::unique_ptr<Waiting>>& waiting) {
        auto const lock = std::lock_guard{mutex_};
        while (!queue_.empty() && items.size() < largest_) {
            items.push_back(std::move(queue_.front().item));
            waiting.push_back(std::move(queue_.front().waiting));
            queue_.pop_front();
        }
        if (items.empty()) --in_flight_;
        return !items.empty();
    }

    asio::awaitable<void> work() {
        while (true) {
            auto items = std::vector<Item>{};
            auto waiting = std::vector<std::unique_ptr<Waiting>>{};
            if (!take(items, waiting)) co_return;
            auto outcomes = co_await flush_(std::move(items));
            for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i]->finish(std::move(outcomes[i]));
        }
    }

    asio::any_io_executor executor_;
    std::size_t largest_;
    std::size_t most_in_flight_;
    Flush flush_;
    mutable std::mutex mutex_;
    std::deque<Entry> queue_;
    std::size_t in_flight_ = 0;
};

}  // namespace wescrm::jobs
