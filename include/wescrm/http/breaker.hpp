#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wescrm::http {

struct BreakerConfig {
    std::chrono::milliseconds window{30'000};     ///< calls older than this no longer count
    std::size_t fewest_calls = 10;                ///< below this many in the window it stays closed
    unsigned failure_percent = 50;                ///< opens at this share of failures
    std::chrono::milliseconds open_time{10'000};  ///< until the first probe; doubles with each failed one
    std::chrono::milliseconds longest_open{300'000};
};

/// Stops calling what keeps failing. Closed: calls pass and are counted. Open: none passes. Half open: one probe
/// passes, whose outcome closes it or opens it for twice as long. A rule without clock or lock: the caller gives the
/// steady time and keeps it to one thread.
class Breaker {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class State { closed, open, half_open };

    explicit Breaker(BreakerConfig config = {}) : config_{config}, open_for_{config.open_time} {}

    /// Whether a call may be made now. True in half-open state claims the probe: report its outcome. A probe that never
    /// reports is given up after the open time.
    [[nodiscard]] bool allow(Time now);
    void succeeded(Time now);
    void failed(Time now);
    /// Opens at once, whatever was counted: a failure that repeating cannot cure, such as wrong credentials.
    void trip(Time now);

    [[nodiscard]] State state(Time now) const;
    /// When the next call may pass; `now` if it may already.
    [[nodiscard]] Time opens_until(Time now) const;

private:
    static constexpr auto slot_count = std::size_t{10};
    struct Slot {
        std::int64_t number = -1;  // of the window's tenth since the clock began
        std::size_t calls = 0;
        std::size_t failures = 0;
    };

    Slot& slot_at(Time now);
    void open(Time now);
    void close();
    [[nodiscard]] bool is_failing(Time now) const;
    [[nodiscard]] std::int64_t number_at(Time now) const;

    BreakerConfig config_;
    std::array<Slot, slot_count> slots_{};
    bool is_open_ = false;
    bool is_probing_ = false;
    Time until_{};  // of being open, or of waiting for the probe
    std::chrono::milliseconds open_for_;
};

}  // namespace wescrm::http
