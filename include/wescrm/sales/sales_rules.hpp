#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

enum class WonRequires { nothing, order, contract, either };
BOOST_DESCRIBE_ENUM(WonRequires, nothing, order, contract, either)
enum class InvoiceLimit { order_amount, received };
BOOST_DESCRIBE_ENUM(InvoiceLimit, order_amount, received)

enum class DealEvent { order, contract, opportunity };
BOOST_DESCRIBE_ENUM(DealEvent, order, contract, opportunity)

/// What a company has agreed on about deals. An empty list of reasons: any words will do.
struct SalesRules {
    WonRequires won_requires = WonRequires::nothing;  ///< in force, of the opportunity
    bool prepayment = false;                          ///< payments also for orders that are not in force yet
    InvoiceLimit invoice_limit = InvoiceLimit::order_amount;
    /// What makes a customer one with a deal: an order or a contract in force, an opportunity that was won.
    std::vector<DealEvent> deal_events{DealEvent::order, DealEvent::contract, DealEvent::opportunity};
    std::vector<std::string> lost_reasons;     ///< of opportunities
    std::vector<std::string> invalid_reasons;  ///< of opportunities and leads
    std::vector<std::string> return_reasons;   ///< of customers and leads that go back to a pool
    bool assign_leads = false;                 ///< new leads go where the assignment rules say, unless told otherwise
    bool tell_claims = false;                  ///< the admins of a pool hear of each claim
    int decline_hours = 0;  ///< how long somebody may decline what was assigned to him; 0: not at all
    bool contracts = true;  ///< false: the company works with orders alone; its contracts stay stored, out of sight
    bool orders = true;     ///< false: with contracts alone, which bear the money; one of both at least
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SalesRules, (),
                      (won_requires, prepayment, invoice_limit, deal_events, lost_reasons, invalid_reasons,
                       return_reasons, assign_leads, tell_claims, decline_hours, contracts, orders, version))

struct ChangeSalesRules {
    std::int64_t version = 0;
    std::optional<WonRequires> won_requires;
    std::optional<bool> prepayment;
    std::optional<InvoiceLimit> invoice_limit;
    std::optional<std::vector<DealEvent>> deal_events;  ///< at least one
    std::optional<std::vector<std::string>> lost_reasons;
    std::optional<std::vector<std::string>> invalid_reasons;
    std::optional<std::vector<std::string>> return_reasons;
    std::optional<bool> assign_leads;
    std::optional<bool> tell_claims;
    std::optional<int> decline_hours;
    std::optional<bool> contracts;  ///< false is refused while a deal cannot be won without a contract
    std::optional<bool> orders;     ///< false is refused while orders are open that are not their contracts' only ones
};
BOOST_DESCRIBE_STRUCT(ChangeSalesRules, (),
                      (version, won_requires, prepayment, invoice_limit, deal_events, lost_reasons, invalid_reasons,
                       return_reasons, assign_leads, tell_claims, decline_hours, contracts, orders))
std::vector<operation::FieldRule> field_rules(ChangeSalesRules const*);

enum class ReasonOf { lost, invalid, returned };
BOOST_DESCRIBE_ENUM(ReasonOf, lost, invalid, returned)
struct ListReasons {
    ReasonOf of = ReasonOf::lost;
};
BOOST_DESCRIBE_STRUCT(ListReasons, (), (of))
struct Reason {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (reason))
struct Reasons {
    std::vector<Reason> items;
};
BOOST_DESCRIBE_STRUCT(Reasons, (), (items))

[[nodiscard]] SalesRules sales_rules(operation::Context& ctx);
/// stale "version".
Result<SalesRules> change_sales_rules(operation::Context& ctx, ChangeSalesRules const& input);
/// invalid_input `field` unless the reason is one of the company's; with 其他 among them also "其他：…".
Result<void> insist_reason(operation::Context& ctx, ReasonOf of, std::string const& reason,
                           std::string const& field = "reason");

/// sales_rules.*, sales_reason.list
void add_sales_rules_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
