#pragma once
#include <wescrm/sales/customer.hpp>

#include <map>

namespace wescrm::sales {

enum class FormerRight { none, read, write };
BOOST_DESCRIBE_ENUM(FormerRight, none, read, write)

/// To whom, and what becomes of the former owner and of what he has at the customer.
struct HandCustomer : TransferCustomer {
    std::optional<bool> with_children;           ///< his opportunities and documents there; absent: yes
    std::optional<FormerRight> keep_former;      ///< as a member of the team; absent: none
    std::optional<Date> keep_until;              ///< the last day of that; absent: for good
    std::optional<std::string> over_cap_reason;  ///< of who administers: the receiver may hold more this time
};
BOOST_DESCRIBE_STRUCT(HandCustomer, (TransferCustomer), (with_children, keep_former, keep_until, over_cap_reason))
std::vector<operation::FieldRule> field_rules(HandCustomer const*);

Result<CustomerDetail> hand_on_customer(operation::Context& ctx, HandCustomer const& input);
Result<CustomerDetail> hand_out_customer(operation::Context& ctx, HandCustomer const& input);

/// Ids by kind: "opportunity", "quote", …
using MovedChildren = std::map<std::string, std::vector<std::int64_t>>;
/// What somebody owns at a customer goes to `to`, with an ownership event and an audit entry each.
MovedChildren move_children(operation::Context& ctx, CustomerId customer, EmployeeId from, EmployeeId to,
                            std::string const& reason);
/// Those of them that `from` still owns go to `to`.
void move_back(operation::Context& ctx, MovedChildren const& children, EmployeeId from, EmployeeId to);

}  // namespace wescrm::sales
