#pragma once
#include <wescrm/operation/binding.hpp>

namespace wescrm::sales {

/// Of the member duplicate_reason, which every input has that may meet duplicates: with it a record is written although
/// a rule warned of others (conflict "possible_duplicate"); what a rule blocks (conflict "duplicate") stays blocked.
[[nodiscard]] inline operation::FieldRule rule_of_duplicate_reason() {
    return {"duplicate_reason", "不是重复的原因", {.max_length = 200}, "同名的另一家公司"};
}

}  // namespace wescrm::sales
