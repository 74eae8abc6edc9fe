#pragma once
#include "known_tags.hpp"

// Putting another tag in the place of one that goes: on its records, some at a time, and in rules.
namespace wescrm::sales {

struct Replaced {
    std::int64_t records = 0;  ///< that had the tag
    std::int64_t moved = 0;    ///< and have the replacement now; others had it, or one that excludes it
    bool running = false;      ///< the others follow in the background; then the tag goes
};
BOOST_DESCRIBE_STRUCT(Replaced, (), (records, moved, running))

/// Where a replacement that runs stands.
struct Replacement {
    TagId tag;
    std::string by;  ///< the name of the other tag
    std::int64_t records = 0;
    std::int64_t done = 0;
};
BOOST_DESCRIBE_STRUCT(Replacement, (), (tag, by, records, done))
[[nodiscard]] std::vector<Replacement> running_replacements(operation::Context& ctx);
/// conflict "replacing" if the tag is being replaced or replaces another one.
Result<void> insist_on_no_replacement(operation::Context& ctx, KnownTag const& tag);

/// The first `batch` records at once, and everything if there are no more; each record's ".tag" is audited.
Replaced begin_replacing(operation::Context& ctx, KnownTag const& from, KnownTag const& to, int batch);
/// tag_replace: the next records of the tag.
void replace_some(operation::Context& ctx, TagId tag, int batch);

/// Whether rules of pools spare records with it, or leads are assigned by it.
[[nodiscard]] bool is_in_pool_rules(operation::Context& ctx, TagId id);
[[nodiscard]] bool is_in_assignment(operation::Context& ctx, TagId id);
/// It has no uses any more.
void erase_tag(operation::Context& ctx, TagId id);

}  // namespace wescrm::sales
