#pragma once
#include <wescrm/sales/customer.hpp>

namespace wescrm::sales {

/// What describes a customer besides the fields that it is found and filtered by.
struct CustomerProfile {
    std::string credit_code;
    std::string scale;
    std::string phone;
    std::string website;
    std::string province;
    std::string city;
    std::string district;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::optional<CustomerId> parent_id;
    std::string relation;
    friend bool operator==(CustomerProfile const&, CustomerProfile const&) = default;
};

[[nodiscard]] CustomerProfile profile_of(Customer const& customer);
/// As the input wants it; invalid_input names the field. The parent is seen by the actor.
Result<CustomerProfile> wanted_profile(operation::Context& ctx, CreateCustomer const& input);
Result<CustomerProfile> wanted_profile(operation::Context& ctx, ChangeCustomer const& input, Customer const& before);
/// invalid_input "parent_id" if the customer would belong to itself through its parents. Writes nothing else: the
/// version is the caller's.
Result<void> write_profile(operation::Context& ctx, CustomerId id, CustomerProfile const& profile);

/// Those that belonged to `from` belong to `into`, which takes the place of `from` if it stood below it.
void move_subsidiaries(operation::Context& ctx, CustomerId from, CustomerId into);
[[nodiscard]] std::optional<std::string> parent_name_of(operation::Context& ctx, Customer const& customer);

}  // namespace wescrm::sales
