#pragma once
#include <wescrm/sales/order.hpp>

namespace wescrm::sales {

/// The legal envelope of one or more orders.
struct Contract {
    ContractId id;
    std::string no;
    std::string name;
    std::string type;
    CustomerId customer_id;
    std::string customer_name;
    std::optional<OpportunityId> opportunity_id;
    std::optional<std::string> opportunity_name;
    UserId owner_user_id;
    std::string owner_name;
    std::string currency;  ///< of its amount and its orders: "CNY"
    Money amount_fen;
    std::string our_signer;
    std::string their_signer;
    std::optional<Date> signed_on;
    std::optional<Date> starts_on;
    std::optional<Date> ends_on;
    std::string status;  ///< draft, in_review, in_force, expired, terminated, rejected, void
    std::string status_reason;
    bool changing = false;  ///< as of an order
    bool archived = false;
    std::optional<ContractId> renewal_of_id;
    std::optional<std::string> renewal_of_no;
    std::string remark;
    std::int64_t orders = 0;  ///< below it, void ones left out; none where the company has no orders
    Money ordered_fen;
    Money received_fen;     ///< by these orders, or by the contract itself
    Money outstanding_fen;  ///< of these orders or the contract, not received
    Money planned_fen;
    Money invoiced_fen;
    std::optional<PendingApprovalId> approval_id;
    std::optional<Instant> in_force_at;
    CustomValues custom{};  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Contract, (),
                      (id, no, name, type, customer_id, customer_name, opportunity_id, opportunity_name, owner_user_id,
                       owner_name, currency, amount_fen, our_signer, their_signer, signed_on, starts_on, ends_on,
                       status, status_reason, changing, archived, renewal_of_id, renewal_of_no, remark, orders,
                       ordered_fen, received_fen, outstanding_fen, planned_fen, invoiced_fen, approval_id, in_force_at,
                       custom, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Contract const*) { return "contract"; }

struct CreateContract {
    CustomerId customer_id;
    std::optional<std::string> name;
    std::optional<std::string> type;
    std::optional<OpportunityId> opportunity_id;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> currency;  ///< default CNY
    std::optional<Money> amount_fen;
    std::optional<std::string> our_signer;
    std::optional<std::string> their_signer;
    std::optional<Date> signed_on;
    std::optional<Date> starts_on;
    std::optional<Date> ends_on;
    std::optional<ContractId> renewal_of_id;
    std::optional<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreateContract, (),
                      (customer_id, name, type, opportunity_id, owner_user_id, currency, amount_fen, our_signer,
                       their_signer, signed_on, starts_on, ends_on, renewal_of_id, remark, custom))

struct ChangeContract {
    ContractId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<std::string> type;
    std::optional<Money> amount_fen;  ///< only before it is in force
    operation::Patch<std::string> our_signer;
    operation::Patch<std::string> their_signer;
    operation::Patch<Date> signed_on;
    operation::Patch<Date> starts_on;
    operation::Patch<Date> ends_on;
    std::optional<bool> archived;
    operation::Patch<std::string> remark;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangeContract, (),
                      (id, version, name, type, amount_fen, our_signer, their_signer, signed_on, starts_on, ends_on,
                       archived, remark, custom))

struct OneContract {
    ContractId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneContract, (), (id, version))
struct EndContract {
    ContractId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndContract, (), (id, reason))

enum class ContractStatus { draft, in_review, in_force, expired, terminated, rejected, void_, changing };
BOOST_DESCRIBE_ENUM(ContractStatus, draft, in_review, in_force, expired, terminated, rejected, void_, changing)

struct ListContracts {
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;
    std::optional<CustomerId> customer_id;
    std::optional<OpportunityId> opportunity_id;
    std::vector<ContractStatus> status;
    std::optional<bool> archived;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), signed_on, ends_on
    std::vector<std::string> custom;        ///< "key=value", "key>=value", …
    std::optional<std::string> sort;        ///< created_at, updated_at, amount_fen, no; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListContracts, (),
                      (q, owner, department, customer_id, opportunity_id, status, archived, from, to, date_field,
                       custom, sort, limit, cursor))
struct ContractPage {
    std::vector<Contract> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ContractPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreateContract const*);
std::vector<operation::FieldRule> field_rules(ChangeContract const*);
std::vector<operation::FieldRule> field_rules(EndContract const*);

Result<Contract> create_contract(operation::Context& ctx, CreateContract const& input);
Result<Contract> show_contract(operation::Context& ctx, OneContract const& input);
Result<ContractPage> list_contracts(operation::Context& ctx, ListContracts const& input);
Result<Contract> change_contract(operation::Context& ctx, ChangeContract const& input);
Result<Nothing> delete_contract(operation::Context& ctx, OneContract const& input);
Result<Contract> submit_contract(operation::Context& ctx, OneContract const& input);
Result<Contract> terminate_contract(operation::Context& ctx, EndContract const& input);
/// conflict "orders" while orders below it stand.
Result<Contract> void_contract(operation::Context& ctx, EndContract const& input);

}  // namespace wescrm::sales
