#include "conversion_mapping.hpp"

#include <wescrm/sales/names.hpp>

#include <stdexcept>

namespace wescrm::sales {

std::string customer_name_of(Lead const& lead) { return lead.company.empty() ? lead.name : lead.company; }

std::string address_of(Lead const& lead) {
    if (lead.address.starts_with(lead.province) && !lead.province.empty()) return lead.address;
    auto const city = lead.city == lead.province ? std::string{} : lead.city;
    return lead.province + city + lead.address;
}

std::vector<MappedField> conversion_mapping(Customer const& customer, Lead const& lead) {
    return {{"mobile", customer.mobile.value_or(""), lead.mobile.value_or("")},
            {"phone", customer.phone, normal_phone(lead.phone).value_or("")},
            {"level", customer.level, lead.level},
            {"source", customer.source, lead.source},
            {"province", customer.province, lead.province},
            {"city", customer.city, lead.city},
            {"address", customer.address, address_of(lead)},
            {"remark", customer.remark, lead.remark}};
}

operation::Patch<std::string>& patch_of(ChangeCustomer& change, std::string_view field) {
    if (field == "mobile") return change.mobile;
    if (field == "phone") return change.phone;
    if (field == "level") return change.level;
    if (field == "source") return change.source;
    if (field == "province") return change.province;
    if (field == "city") return change.city;
    if (field == "address") return change.address;
    if (field == "remark") return change.remark;
    throw std::logic_error{"no such field of a conversion"};
}

}  // namespace wescrm::sales
