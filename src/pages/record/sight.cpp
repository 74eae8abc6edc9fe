#include "sight.hpp"

#include "../org_forms.hpp"

#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>

namespace wescrm::pages::record {

Kind seen_by(operation::Actor const& actor, Kind kind) {
    if (actor.fields.empty()) return kind;
    for (auto* columns : {&kind.columns, &kind.facts, &kind.properties}) {
        std::erase_if(*columns, [&](Column const& column) { return is_hidden(actor, kind.object, column.member); });
        for (auto& column : *columns)
            if (is_withheld(actor, kind.object, column.member)) column.sort = {};
    }
    auto const permission = std::string{kind.object} + ".view";
    std::erase_if(kind.filters, [&](Filter const& filter) {
        auto const asked = input_of({{std::string{filter.parameter}.c_str(), "1"}});
        return refuse_hidden(actor, permission, asked).has_value();
    });
    return kind;
}

}  // namespace wescrm::pages::record
