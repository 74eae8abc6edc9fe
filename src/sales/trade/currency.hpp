#pragma once
#include "documents.hpp"

#include <wescrm/base/currency.hpp>

// What a document's money is in. Everything that hangs on an order is in the order's currency.
namespace wescrm::sales {

/// invalid_input "currency" unless prices and documents can be in it.
Result<void> check_currency(std::optional<std::string> const& wanted);

/// What a new document is made for and of.
struct CurrencyOrigin {
    CustomerId customer;
    std::optional<OpportunityId> opportunity;
    std::optional<ContractId> contract;
    std::optional<Date> priced_on{};  ///< absent: its amount is typed, which has nothing to do with price books
};
/// What was asked for, else that of the opportunity, else that of the price book made for the customer, else the home
/// currency. One in a contract is in the contract's: invalid_input "currency" if something else was asked for.
Result<std::string> currency_for(operation::Context& ctx, std::optional<std::string> const& wanted,
                                 CurrencyOrigin const& origin);
/// invalid_input "contract_id" unless the order may stand in the contract.
Result<void> check_same_currency(operation::Context& ctx, std::string const& currency, ContractId contract);

/// Of the setting "order" and such. Their limits are in the home currency: an amount in another one is above them all.
[[nodiscard]] approval::Trigger amount_trigger(std::string_view object, std::string const& title, Money amount,
                                               std::string const& currency);

}  // namespace wescrm::sales
