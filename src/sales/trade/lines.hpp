#pragma once
#include "currency.hpp"
#include "unit_prices.hpp"

#include <wescrm/sales/order.hpp>

namespace wescrm::sales {

/// One line as it is stored: what the product was at the time.
struct StoredLine {
    std::optional<ProductId> product;
    std::string code;
    std::string name;
    std::string unit;
    UnitPrice list;
    std::optional<UnitPrice> floor;
    std::int64_t tax_bp = 0;
    UnitPrice price;
    std::int64_t quantity = 0;  ///< ten-thousandths
    std::int64_t discount_bp = 0;
    Money subtotal;
    /// With the discount on the whole document.
    [[nodiscard]] bool is_below_floor(std::int64_t whole_discount_bp) const {
        return floor && net_price(net_price(price, discount_bp), whole_discount_bp) < *floor;
    }
};

/// "order_line" and "order_id", or those of quotes.
struct LineTable {
    std::string_view table;
    std::string_view parent;
};
inline constexpr LineTable order_lines{"order_line", "order_id"};
inline constexpr LineTable quote_lines{"quote_line", "quote_id"};

/// For whom and when something is priced.
struct Pricing {
    CustomerId customer;
    EmployeeId owner;
    Date day;
    std::string currency = std::string{home_currency};
};

/// Each with its product's present name, unit, price and tax; a product that stands in `before` keeps what it was then,
/// even off the shelf. invalid_input names the field.
Result<std::vector<StoredLine>> price_lines(operation::Context& ctx, Pricing const& pricing,
                                            std::vector<OrderLineInput> const& wanted,
                                            std::vector<StoredLine> const& before);
[[nodiscard]] Money sum_of(std::vector<StoredLine> const& lines);
[[nodiscard]] std::vector<StoredLine> stored_lines(operation::Context& ctx, LineTable const& table,
                                                   std::int64_t parent);
[[nodiscard]] std::vector<OrderLine> shown_lines(std::vector<StoredLine> const& lines, double discount_percent,
                                                 std::string const& currency);
void write_lines(operation::Context& ctx, LineTable const& table, std::int64_t parent,
                 std::vector<StoredLine> const& lines);
/// The discount on a whole document in basis points; invalid_input discount_percent.
Result<std::int64_t> whole_discount(double typed);
/// The amount of a document: the sum of its lines less the discount on the whole, or what was typed. invalid_input
/// amount_fen if they differ, discount_percent if there is nothing to take it off.
Result<Money> amount_of(std::vector<StoredLine> const& lines, std::int64_t discount_bp,
                        std::optional<Money> const& typed, std::string const& currency);
/// What the setting of the `amount` and the setting "discount" ask.
[[nodiscard]] std::vector<approval::Trigger> triggers_of(approval::Trigger const& amount,
                                                         std::vector<StoredLine> const& lines, double discount_percent);

struct FoundPrice {
    UnitPrice price;
    std::optional<UnitPrice> floor;
    std::optional<PriceBookId> book;
    std::optional<std::string> book_name;
};
/// By the most specific valid price book: one for the customer, then for the owner's department, then for all; among
/// equals the one that began last; only books of its currency. Else the list price, which is one of the home currency:
/// there may be none.
[[nodiscard]] std::optional<FoundPrice> find_price(operation::Context& ctx, ProductId product, UnitPrice list,
                                                   Pricing const& pricing, std::int64_t quantity);

}  // namespace wescrm::sales
