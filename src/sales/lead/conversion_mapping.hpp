#pragma once
#include <wescrm/sales/lead.hpp>

#include <string_view>

// What a lead says about a customer.
namespace wescrm::sales {

/// A field of both. What the customer has is never overwritten.
struct MappedField {
    std::string_view field;
    std::string kept;
    std::string lead_value;

    [[nodiscard]] bool fills() const { return kept.empty() && !lead_value.empty(); }
    [[nodiscard]] bool differs() const { return !kept.empty() && !lead_value.empty() && kept != lead_value; }
};
[[nodiscard]] std::vector<MappedField> conversion_mapping(Customer const& customer, Lead const& lead);
[[nodiscard]] operation::Patch<std::string>& patch_of(ChangeCustomer& change, std::string_view field);

[[nodiscard]] std::string customer_name_of(Lead const& lead);
[[nodiscard]] std::string address_of(Lead const& lead);

}  // namespace wescrm::sales
