#pragma once
#include <wescrm/sales/contact.hpp>

namespace wescrm::sales {

/// What describes a contact besides name, mobile and position.
struct ContactProfile {
    std::string phone;
    std::string email;
    std::string wechat;
    std::string department;
    std::string decision_role;
    std::string attitude;
    std::optional<Date> birthday;
    bool disabled = false;
    std::string disabled_reason;
    friend bool operator==(ContactProfile const&, ContactProfile const&) = default;
};

[[nodiscard]] ContactProfile profile_of(Contact const& contact);
/// As the input wants it; invalid_input names the field.
Result<ContactProfile> wanted_profile(CreateContact const& input);
Result<ContactProfile> wanted_profile(ChangeContact const& input, Contact const& before);
/// The version is the caller's.
void write_profile(operation::Context& ctx, ContactId id, ContactProfile const& profile);

}  // namespace wescrm::sales
