#include "customer_money.hpp"

#include "money_bearer.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>

// What was agreed with a customer and what came of it, of the documents that the actor sees: his sums are those of his
// lists.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::Power;

struct AskMoney {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(AskMoney, (), (id))

/// Of the orders in one currency that is not the home currency.
struct ForeignMoney {
    std::string currency;
    std::int64_t orders = 0;
    std::int64_t ordered_fen = 0;
    std::int64_t received_fen = 0;
    std::int64_t outstanding_fen = 0;
    std::int64_t invoiced_fen = 0;
};
BOOST_DESCRIBE_STRUCT(ForeignMoney, (), (currency, orders, ordered_fen, received_fen, outstanding_fen, invoiced_fen))

/// Amounts of the home currency; those of others beside them, never among them.
struct CustomerMoney {
    std::int64_t orders = 0;  ///< in force, executing or completed, in whatever currency
    std::int64_t ordered_fen = 0;
    std::int64_t received_fen = 0;     ///< of these orders; refunds subtracted
    std::int64_t outstanding_fen = 0;  ///< ordered and not received
    std::int64_t overdue_fen = 0;      ///< of plans whose day has passed
    std::int64_t invoiced_fen = 0;
    std::int64_t open_opportunities = 0;
    std::int64_t expected_fen = 0;  ///< amounts of the open opportunities
    std::optional<Date> first_ordered_on;
    std::optional<Date> last_ordered_on;
    std::vector<ForeignMoney> foreign;
    std::string foreign_text;           ///< the same in words: "USD 1,200.00，已回款 USD 200.00"
    std::string foreign_expected_text;  ///< of open opportunities: "USD 1,200.00、EUR 300.00"
};
BOOST_DESCRIBE_STRUCT(CustomerMoney, (),
                      (orders, ordered_fen, received_fen, outstanding_fen, overdue_fen, invoiced_fen,
                       open_opportunities, expected_fen, first_ordered_on, last_ordered_on, foreign, foreign_text,
                       foreign_expected_text))

database::Params of_customer(operation::Context& ctx, AskMoney const& input, operation::Predicate const& seen) {
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("customer", input.id), bind("home", home_currency)};
    params.add(seen.params);
    return params;
}

constexpr std::string_view counted = "('in_force', 'executing', 'completed')";

/// What the customer's money is counted by, and is seen like.
std::string_view seen_like(operation::Context& ctx) {
    return is_borne_by_contracts(ctx) ? contract_kind.kind : order_kind.kind;
}

// Where contracts bear the money, an order is seen like the contract that it mirrors.
std::string orders_as_seen(operation::Context& ctx) {
    return std::string{"(select w.tenant_id, "} +
           (is_borne_by_contracts(ctx) ? "coalesce(w.contract_id, w.id)" : "w.id") +
           " as id, w.id as order_id, w.customer_id, w.owner_id, w.currency, w.amount_fen, w.received_fen, "
           "w.invoiced_fen, w.ordered_on, w.status from sales_order w) d";
}

bool may_count(operation::Context& ctx) {
    auto const kind = std::string{seen_like(ctx)};
    return ctx.may(kind + ".view") && !operation::is_withheld(ctx.actor(), kind, "amount_fen");
}

void add_orders(operation::Context& ctx, AskMoney const& input, CustomerMoney& money) {
    if (!may_count(ctx)) return;
    auto const seen = ctx.scope().at_customer(input.id.value()).rows(seen_like(ctx), Power::read, "d");
    auto const row =
        ctx.sql()
            .row<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::optional<Date>,
                 std::optional<Date>>(
                "select count(*), coalesce(sum(d.amount_fen) filter (where d.currency = :home), 0)::bigint, "
                "coalesce(sum(d.received_fen) filter (where d.currency = :home), 0)::bigint, "
                "coalesce(sum(greatest(d.amount_fen - d.received_fen, 0)) filter (where d.currency = :home), "
                "0)::bigint, coalesce(sum(d.invoiced_fen) filter (where d.currency = :home), 0)::bigint, "
                "min(d.ordered_on), max(d.ordered_on) from " +
                    orders_as_seen(ctx) +
                    " where d.tenant_id = :tenant and "
                    "d.customer_id = :customer and d.status in " +
                    std::string{counted} + " and " + seen.sql,
                of_customer(ctx, input, seen));
    std::tie(money.orders, money.ordered_fen, money.received_fen, money.outstanding_fen, money.invoiced_fen,
             money.first_ordered_on, money.last_ordered_on) = row.value();
    money.overdue_fen =
        ctx.sql()
            .value<std::int64_t>(
                "select coalesce(sum(p.amount_fen - p.received_fen), 0)::bigint from payment_plan p join " +
                    orders_as_seen(ctx) +
                    " "
                    "on d.tenant_id = p.tenant_id and d.order_id = p.order_id where d.tenant_id = :tenant and "
                    "d.customer_id = "
                    ":customer and p.status = 'overdue' and p.currency = :home and " +
                    seen.sql,
                of_customer(ctx, input, seen))
            .value_or(0);
}

void add_foreign_orders(operation::Context& ctx, AskMoney const& input, CustomerMoney& money) {
    auto const kind = std::string{seen_like(ctx)};
    if (!ctx.may(kind + ".view") || operation::is_hidden(ctx.actor(), kind, "amount_fen")) return;
    auto const seen = ctx.scope().at_customer(input.id.value()).rows(seen_like(ctx), Power::read, "d");
    money.foreign = ctx.sql().records<ForeignMoney>(
        "select d.currency, count(*), sum(d.amount_fen)::bigint, sum(d.received_fen)::bigint, "
        "sum(greatest(d.amount_fen - d.received_fen, 0))::bigint, sum(d.invoiced_fen)::bigint from " +
            orders_as_seen(ctx) +
            " where "
            "d.tenant_id = :tenant and d.customer_id = :customer and d.currency <> :home and d.status in " +
            std::string{counted} + " and " + seen.sql + " group by d.currency order by d.currency",
        of_customer(ctx, input, seen));
    for (auto const& one : money.foreign) {
        auto const in_words = [&one](std::int64_t fen) {
            return format_for_people(Money::from_fen(fen), one.currency);
        };
        money.foreign_text += (money.foreign_text.empty() ? "" : "；") + in_words(one.ordered_fen) + "，已回款 " +
                              in_words(one.received_fen);
    }
}

void add_opportunities(operation::Context& ctx, AskMoney const& input, CustomerMoney& money) {
    if (!ctx.may("opportunity.view") || operation::is_withheld(ctx.actor(), "opportunity", "amount_fen")) return;
    auto const seen = ctx.scope().at_customer(input.id.value()).rows("opportunity", Power::read, "d");
    auto others = std::vector<std::string>{};
    for (auto const& [currency, count, amount] : ctx.sql().rows<std::string, std::int64_t, std::int64_t>(
             "select d.currency, count(*), sum(d.amount_fen)::bigint from opportunity d where d.tenant_id = :tenant "
             "and "
             "d.customer_id = :customer and d.status = 'open' and d.deleted_at is null and :home <> '' and " +
                 seen.sql + " group by d.currency order by d.currency",
             of_customer(ctx, input, seen))) {
        money.open_opportunities += count;
        if (!is_foreign(currency))
            money.expected_fen = amount;
        else
            others.push_back(format_for_people(Money::from_fen(amount), currency));
    }
    money.foreign_expected_text = text::join(others, "、");
}

Result<CustomerMoney> show_money(operation::Context& ctx, AskMoney const& input) {
    if (auto const seen = insist_visible(ctx, input.id); !seen) return seen.error();
    auto money = CustomerMoney{};
    add_orders(ctx, input, money);
    add_foreign_orders(ctx, input, money);
    add_opportunities(ctx, input, money);
    return money;
}

constexpr Operation<AskMoney, CustomerMoney> customer_money{
    "customer.money", "客户的往来金额", "customer.view", Effect::reads, show_money, {"GET", "/customers/{id}/money"}};

}  // namespace

void add_customer_money(operation::Catalogue& catalogue) { catalogue.add(customer_money); }

}  // namespace wescrm::sales
