#include "currency.hpp"

#include <limits>

namespace wescrm::sales {
namespace {

using database::bind;

std::optional<std::string> currency_of_opportunity(operation::Context& ctx, OpportunityId id) {
    return ctx.sql().value<std::string>("select currency from opportunity where tenant_id = :tenant and id = :id",
                                        {bind("tenant", ctx.tenant()), bind("id", id)});
}

// In the order in which prices are found.
std::optional<std::string> currency_of_prices(operation::Context& ctx, CustomerId customer, Date day) {
    return ctx.sql().value<std::string>(
        "select currency from price_book where tenant_id = :tenant and enabled and :customer = any(customer_ids) and "
        "coalesce(valid_from <= :day::date, true) and coalesce(valid_to >= :day::date, true) order by valid_from desc "
        "nulls last, id desc limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("day", day)});
}

std::optional<std::string> currency_of_contract(operation::Context& ctx, ContractId id) {
    return ctx.sql().value<std::string>("select currency from contract where tenant_id = :tenant and id = :id",
                                        {bind("tenant", ctx.tenant()), bind("id", id)});
}

}  // namespace

Result<void> check_currency(std::optional<std::string> const& wanted) {
    if (!wanted || is_currency(*wanted)) return {};
    auto codes = std::string{};
    for (auto const& one : currencies()) codes += (codes.empty() ? "" : "、") + std::string{one.code};
    return invalid_field("currency", "没有这个币种，应为 " + codes + " 之一");
}

Result<std::string> currency_for(operation::Context& ctx, std::optional<std::string> const& wanted,
                                 CurrencyOrigin const& origin) {
    if (auto const good = check_currency(wanted); !good) return good.error();
    auto const agreed = origin.contract ? currency_of_contract(ctx, *origin.contract) : std::nullopt;
    if (agreed && wanted && *wanted != *agreed)
        return invalid_field("currency", "合同的币种是 " + *agreed + "，订单应与合同一致；请留空，或选择另一份合同");
    auto found = wanted ? wanted : agreed;
    if (!found && origin.opportunity) found = currency_of_opportunity(ctx, *origin.opportunity);
    if (!found && origin.priced_on) found = currency_of_prices(ctx, origin.customer, *origin.priced_on);
    return found.value_or(std::string{home_currency});
}

Result<void> check_same_currency(operation::Context& ctx, std::string const& currency, ContractId contract) {
    auto const agreed = currency_of_contract(ctx, contract);
    if (!agreed || *agreed == currency) return {};
    return invalid_field("contract_id", "合同的币种是 " + *agreed + "，订单是 " + currency + "；请选择币种相同的合同");
}

approval::Trigger amount_trigger(std::string_view object, std::string const& title, Money amount,
                                 std::string const& currency) {
    auto const words = title + "金额 " + format_for_people(amount, currency);
    if (!is_foreign(currency)) return {std::string{object}, amount, words};
    constexpr auto above_all = std::numeric_limits<std::int64_t>::max() - 1;
    return {std::string{object}, Money::from_fen(above_all), words + "（外币，不论金额）"};
}

}  // namespace wescrm::sales
