#pragma once
#include <wescrm/base/money.hpp>
#include <wescrm/base/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the demo company sold within a year: pure, the same every time, told backwards from a day.
namespace wescrm::demo {

struct Ware {
    std::string_view code;
    std::string_view name;
    std::string_view category;
    std::string_view unit;
    std::int64_t price_fen = 0;
    std::int64_t tax_bp = 0;
};
[[nodiscard]] std::vector<Ware> const& wares();

struct SoldLine {
    std::size_t ware = 0;
    std::int64_t quantity = 0;
    std::int64_t discount_bp = 0;
    Money subtotal;
};
struct Instalment {
    Date due_on;
    Money amount;
    Money received;           ///< all of it, a part, or nothing
    Date paid_on;             ///< when something was received
    std::string_view status;  ///< waiting, partial, done, overdue
};
struct Sale {
    std::string_view status;  ///< draft, in_force, executing, completed, void
    Date ordered_on;
    std::vector<SoldLine> lines;
    Money amount;
    Money received;
    std::vector<Instalment> plans;
    std::string_view method;
    bool has_contract = false;
};

/// The n-th sale, counted from 0, seen on `today`.
[[nodiscard]] Sale sale(std::size_t n, Date today);

}  // namespace wescrm::demo
