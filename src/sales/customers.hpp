#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

/// What a change needs to know of a customer that is locked until the transaction ends.
struct LockedCustomer {
    std::string name;
    EmployeeId owner;  ///< empty: in a pool
    std::int64_t version = 0;
    bool is_deleted = false;
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
};

/// The SQL of customers, their words, team and ownership events.
class Customers {
public:
    explicit Customers(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::optional<LockedCustomer> lock(CustomerId id);
    [[nodiscard]] std::optional<Customer> find(CustomerId id);
    [[nodiscard]] std::vector<TeamMember> team(CustomerId id);
    [[nodiscard]] CustomerId insert(CreateCustomer const& input, std::optional<std::string> const& mobile,
                                    EmployeeId owner);
    void set_instants(CustomerId id, std::optional<Instant> last_follow_at, std::optional<Instant> next_contact_at);

    /// Brings customer_word in step with names and phones.
    void rewrite_words(CustomerId id);

    struct Ownership {
        CustomerId customer;
        std::string_view kind;
        EmployeeId from;
        EmployeeId to;
        std::string reason;
        HighSeaId high_sea = HighSeaId{};
    };
    void append_ownership(Ownership const& event);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

struct ShowCustomer {
    CustomerId id;
    std::optional<int> followups;  ///< how many of the last ones come with it: 5 when not given
};
BOOST_DESCRIBE_STRUCT(ShowCustomer, (), (id, followups))
/// show_customer for those who read the time line elsewhere.
Result<CustomerDetail> show_customer_with(operation::Context& ctx, ShowCustomer const& input);

/// The columns of Customer in their order, and the joins that they need.
extern std::string const customer_columns;
extern std::string const customer_joins;

enum class Need { read, write };
/// The locked customer if the actor may do it; else not_found "customer" or forbidden "customer_edit".
Result<LockedCustomer> lock_permitted(operation::Context& ctx, CustomerId id, Need need);
/// Without locking: whether the actor sees the customer.
Result<void> insist_visible(operation::Context& ctx, CustomerId id);
/// stale "version" unless `given` is absent or equal.
Result<void> insist_version(std::optional<std::int64_t> given, std::int64_t stored);
[[nodiscard]] std::optional<EmployeeId> active_employee(operation::Context& ctx, UserId const& user);
/// Whether the actor's roles let him see who owns a customer.
[[nodiscard]] bool is_owner_known(operation::Actor const& actor);

}  // namespace wescrm::sales
