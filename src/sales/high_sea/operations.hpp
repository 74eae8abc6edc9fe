#pragma once
#include "../duplicate/reason.hpp"
#include "moves.hpp"

#include <wescrm/operation/catalogue.hpp>

namespace wescrm::sales {

inline operation::FieldRule rule_of_over_cap_reason() {
    return {"over_cap_reason", "超出持有上限的原因", {.max_length = 200}, "旺季临时支援"};
}

// Inputs of the verbs; the record's kind stands in the operation.
struct ReleaseRecord {
    RecordId id;
    std::string reason;
    std::optional<HighSeaId> high_sea_id;
};
BOOST_DESCRIBE_STRUCT(ReleaseRecord, (), (id, reason, high_sea_id))
struct OneRecord {
    RecordId id;
};
BOOST_DESCRIBE_STRUCT(OneRecord, (), (id))
struct ClaimRecord {
    RecordId id;
    std::optional<std::string> duplicate_reason;
    std::optional<std::string> over_cap_reason;  ///< of a pool's admin: he may hold more this time
};
BOOST_DESCRIBE_STRUCT(ClaimRecord, (), (id, duplicate_reason, over_cap_reason))
struct MoveRecord {
    RecordId id;
    HighSeaId high_sea_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(MoveRecord, (), (id, high_sea_id, reason))

inline std::vector<operation::FieldRule> field_rules(ReleaseRecord const*) {
    return {{"reason", "原因", {.max_length = 200}, "客户暂无需求"}, {"high_sea_id", "公海"}};
}
inline std::vector<operation::FieldRule> field_rules(ClaimRecord const*) {
    return {rule_of_duplicate_reason(), rule_of_over_cap_reason()};
}
inline std::vector<operation::FieldRule> field_rules(MoveRecord const*) {
    return {{"high_sea_id", "目标公海"}, {"reason", "原因"}};
}

}  // namespace wescrm::sales
