#pragma once
#include <wescrm/sales/duplicate_rule.hpp>

namespace wescrm::sales {

/// Rules that nobody has saved yet.
struct PreviewDuplicates {
    DuplicateObject object = DuplicateObject::customer;
    std::vector<DuplicateRule> rules;
};
BOOST_DESCRIBE_STRUCT(PreviewDuplicates, (), (object, rules))
struct DuplicatePairs {
    std::string name;  ///< of the rule
    std::int64_t pairs = 0;
    bool is_more = false;  ///< than could be counted
};
BOOST_DESCRIBE_STRUCT(DuplicatePairs, (), (name, pairs, is_more))
struct DuplicatePreview {
    std::vector<DuplicatePairs> items;
};
BOOST_DESCRIBE_STRUCT(DuplicatePreview, (), (items))

/// How many pairs of records that are there already each rule would find.
Result<DuplicatePreview> preview_duplicates(operation::Context& ctx, PreviewDuplicates const& input);

}  // namespace wescrm::sales
