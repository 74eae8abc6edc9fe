#pragma once
#include <wescrm/database/session.hpp>

#include <string>
#include <vector>

namespace wescrm::sales {

/// A field of a company's own as people call it in sentences.
struct LabelledField {
    std::string object;  ///< customer, contact, lead, opportunity
    std::string key;
    std::string type;
    std::string label;
};
/// Those that people may name in a sentence, also where the answer is that they are filled in on a page.
[[nodiscard]] std::vector<LabelledField> fields_by_label(database::Session& sql, TenantId tenant);

}  // namespace wescrm::sales
