#pragma once
#include "documents.hpp"

#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/order.hpp>

namespace wescrm::sales {

/// How a change stands to somebody's consent.
enum class Consent {
    none,    ///< made directly: what needs consent is refused
    asking,  ///< tried out, to see what it would change
    given,   ///< made because somebody agreed, whoever may see and change the document himself
};

Result<OrderDetail> change_order_with(operation::Context& ctx, ChangeOrder const& input, Consent consent);
Result<Contract> change_contract_with(operation::Context& ctx, ChangeContract const& input, Consent consent);

/// The document, locked for a change: as the actor may change it, or as somebody agreed.
[[nodiscard]] Result<LockedDocument> lock_to_change(operation::Context& ctx, DocumentKind const& kind, std::int64_t id,
                                                    Consent consent);
/// conflict "changing" while a change of the document waits for consent.
Result<void> insist_not_changing(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked);

/// The subject, of which an approval may also be one of a change.
[[nodiscard]] approval::Subject with_changes(approval::Subject subject);

}  // namespace wescrm::sales
