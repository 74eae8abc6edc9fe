#pragma once
#include <atomic>

#include <wescrm/base/time.hpp>

namespace wescrm {

/// The machine's clock: the only place where the wall clock is read.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
};

/// A clock that can be moved forward: the machine's clock plus an offset. For demonstrations and acceptance tests.
class ControllableClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
    /// Moves on by `step` (ignored if negative); time runs on from there.
    void advance(microseconds step);

private:
    SystemClock machine_;
    std::atomic<std::int64_t> offset_us_{0};
};

/// A clock that stands still until it is told otherwise. For tests.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_us_{start.time_since_epoch().count()} {}
    [[nodiscard]] Instant now() const override { return Instant{microseconds{now_us_.load()}}; }
    void set(Instant at) { now_us_ = at.time_since_epoch().count(); }
    void advance(microseconds step) { now_us_ += step.count(); }

private:
    std::atomic<std::int64_t> now_us_;
};

}  // namespace wescrm
