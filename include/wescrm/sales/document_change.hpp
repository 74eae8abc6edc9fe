#pragma once
#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/order.hpp>

// 变更: what is in force changes only with somebody's consent. Until then the document stays as it is and bears money
// as before; its reason says 变更中.
namespace wescrm::sales {

struct RequestOrderChange : ChangeOrder {
    std::string change_reason;
};
BOOST_DESCRIBE_STRUCT(RequestOrderChange, (ChangeOrder), (change_reason))
struct RequestContractChange : ChangeContract {
    std::string change_reason;
};
BOOST_DESCRIBE_STRUCT(RequestContractChange, (ChangeContract), (change_reason))

struct DocumentChange {
    RecordId id;
    std::string reason;
    std::string summary;  ///< 订单金额 1,000.00 元 → 1,200.00 元
    json::Document before;
    json::Document after;
    std::string status;  ///< pending, applied, rejected, withdrawn
    Instant created_at;
    std::optional<UserId> created_by;
    std::optional<std::string> created_by_name;
    std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(DocumentChange, (),
                      (id, reason, summary, before, after, status, created_at, created_by, created_by_name, ended_at))
struct DocumentChanges {
    std::vector<DocumentChange> items;  ///< newest first
};
BOOST_DESCRIBE_STRUCT(DocumentChanges, (), (items))

std::vector<operation::FieldRule> field_rules(RequestOrderChange const*);
std::vector<operation::FieldRule> field_rules(RequestContractChange const*);

/// Asks the owner's superior; with nobody to ask the change holds at once. conflict "changing" while another one
/// waits, "no_change"; what the change itself would be refused for is refused here.
Result<OrderDetail> request_order_change(operation::Context& ctx, RequestOrderChange const& input);
Result<Contract> request_contract_change(operation::Context& ctx, RequestContractChange const& input);
Result<DocumentChanges> list_order_changes(operation::Context& ctx, OneOrder const& input);
Result<DocumentChanges> list_contract_changes(operation::Context& ctx, OneContract const& input);

}  // namespace wescrm::sales
