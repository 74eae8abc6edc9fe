#pragma once
#include <wescrm/base/money.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/base/unit_price.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The arithmetic of orders, plans and payments. Pure functions; quantities are exact ten-thousandths.
namespace wescrm::sales {

inline constexpr std::int64_t quantity_one = 10'000;
inline constexpr std::int64_t whole_bp = 10'000;

/// "2.5" → 25000; nullopt for more than four decimals, nothing or too much.
[[nodiscard]] std::optional<std::int64_t> exact_quantity(double typed);
/// 12.5 % → 1250 basis points; nullopt beyond two decimals or outside 0 … 100.
[[nodiscard]] std::optional<std::int64_t> exact_percent(double typed);
/// 25000 → "2.5000", as PostgreSQL's numeric takes it.
[[nodiscard]] std::string quantity_text(std::int64_t quantity);

/// price × quantity less the discount, rounded half up.
[[nodiscard]] Money subtotal_of(UnitPrice price, std::int64_t quantity, std::int64_t discount_bp);
/// The price of one after the discount, rounded half up.
[[nodiscard]] UnitPrice net_price(UnitPrice price, std::int64_t discount_bp);
/// Whether such a line stays far from what an amount can hold.
[[nodiscard]] bool is_affordable(UnitPrice price, std::int64_t quantity);

/// What a document of lines costs in all.
struct WholeSum {
    Money lines;     ///< before the discount on the whole
    Money discount;  ///< lines − amount
    Money amount;    ///< rounded half up, once
};
[[nodiscard]] WholeSum whole_sum(Money lines, std::int64_t discount_bp);

/// What lines need to cost another amount in all: a discount on the whole, and what one more line costs.
struct Fit {
    std::int64_t discount_bp = 0;
    Money extra;
};
/// With this discount, if that leaves room for one more line, else with the smallest one that does. nullopt if there is
/// none: the amount is next to nothing.
[[nodiscard]] std::optional<Fit> fit_lines(Money lines, std::int64_t discount_bp, Money amount);

/// `count` amounts, equal to the fen but for the last, that add up to `total`.
[[nodiscard]] std::vector<Money> equal_amounts(Money total, int count);

/// Whether an order, contract, quote, payment or invoice may go from one state into another.
[[nodiscard]] bool may_become(std::string_view kind, std::string_view from, std::string_view to);
/// "in_force" → 已生效, for messages.
[[nodiscard]] std::string_view status_label(std::string_view status);

struct PlanFigures {
    std::int64_t id = 0;
    std::int64_t period = 0;
    Date due_on;
    Money amount;
};
struct PaymentFigures {
    std::int64_t id = 0;
    Date paid_on;
    Money amount;                           ///< negative: a refund of …
    std::optional<std::int64_t> refund_of;  ///< … this one
    std::optional<std::int64_t> plan;       ///< asked for
};
struct Allocation {
    std::int64_t payment = 0;
    std::int64_t plan = 0;
    Money amount;
};

/// Where the counted payments of an order go, each less its refunds: to the plan that was asked for, then to the oldest
/// open ones; what no plan can take stays unallocated.
[[nodiscard]] std::vector<Allocation> allocate(std::vector<PlanFigures> plans, std::vector<PaymentFigures> payments);

/// pending, waiting, partial, done or overdue. `is_live`: the order is in force, which is what a pending one waits for.
[[nodiscard]] std::string_view plan_status(Money amount, Money received, Date due_on, Date today, bool is_live);

}  // namespace wescrm::sales
