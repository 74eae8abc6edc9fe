#pragma once
#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/quote.hpp>

// One document goes to another owner while its customer stays with whom he is.
namespace wescrm::sales {

/// Of whatever kind the operation is about.
using DocumentId = StrongId<struct DocumentIdTag, std::int64_t>;

struct TransferDocument {
    DocumentId id;
    UserId user_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(TransferDocument, (), (id, user_id, reason))

std::vector<operation::FieldRule> field_rules(TransferDocument const*);

// The new owner's department counts it from now on; he and the former owner are told. State, number and amounts stay.
// not_found "<kind>", forbidden "<kind>_edit", conflict "<kind>_state" for a void one, conflict "already_owner",
// invalid_input user_id.

Result<Quote> transfer_quote(operation::Context& ctx, TransferDocument const& input);
Result<Contract> transfer_contract(operation::Context& ctx, TransferDocument const& input);
/// Its plans that are the former owner's go along.
Result<Order> transfer_order(operation::Context& ctx, TransferDocument const& input);
Result<PaymentPlan> transfer_payment_plan(operation::Context& ctx, TransferDocument const& input);
Result<Payment> transfer_payment(operation::Context& ctx, TransferDocument const& input);
Result<Invoice> transfer_invoice(operation::Context& ctx, TransferDocument const& input);

}  // namespace wescrm::sales
