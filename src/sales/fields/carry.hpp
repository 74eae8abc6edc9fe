#pragma once
#include "store.hpp"

// What a record's own fields hand on to a record that is made of it: a lead to its customer, a quote to its order.
namespace wescrm::sales {

struct CarriedValue {
    Field field;  ///< there
    json::Document value;
    bool fits = false;  ///< whether that field can hold it
};
/// By maps_to, or else into fields of the same key. Values that must be unique do not go from one record to another of
/// the same kind.
[[nodiscard]] std::vector<CarriedValue> carried_values(operation::Context& ctx, FieldObject from,
                                                       CustomValues const& values, FieldObject to);
/// Those that fit, below what somebody `given`.
[[nodiscard]] CustomValues values_from(std::vector<CarriedValue> const& carried, CustomValues const& given = {});

}  // namespace wescrm::sales
