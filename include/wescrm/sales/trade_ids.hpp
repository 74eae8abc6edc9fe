#pragma once
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

using ProductId = StrongId<struct ProductIdTag, std::int64_t>;
using ProductCategoryId = StrongId<struct ProductCategoryIdTag, std::int64_t>;
using PriceBookId = StrongId<struct PriceBookIdTag, std::int64_t>;
using OpportunityId = StrongId<struct OpportunityIdTag, std::int64_t>;
using QuoteId = StrongId<struct QuoteIdTag, std::int64_t>;
using ContractId = StrongId<struct ContractIdTag, std::int64_t>;
using OrderStateId = StrongId<struct OrderStateIdTag, std::int64_t>;
using OrderId = StrongId<struct OrderIdTag, std::int64_t>;
using PaymentPlanId = StrongId<struct PaymentPlanIdTag, std::int64_t>;
using PaymentId = StrongId<struct PaymentIdTag, std::int64_t>;
using InvoiceTitleId = StrongId<struct InvoiceTitleIdTag, std::int64_t>;
using InvoiceId = StrongId<struct InvoiceIdTag, std::int64_t>;
/// Of an approval that waits for a document, as module approval counts them.
using PendingApprovalId = StrongId<struct PendingApprovalIdTag, std::int64_t>;

}  // namespace wescrm::sales
