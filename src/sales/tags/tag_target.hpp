#pragma once
#include "tags.hpp"

namespace wescrm::sales {

/// A record that the actor may change, locked.
struct TagTarget {
    std::string name;
    std::int64_t version = 0;
};
/// not_found or forbidden, in the words of its kind; conflict "converted" of a lead that is a customer by now.
[[nodiscard]] Result<TagTarget> lock_tag_target(operation::Context& ctx, TaggedRecord const& record);

}  // namespace wescrm::sales
