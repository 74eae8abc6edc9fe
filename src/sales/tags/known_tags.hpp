#pragma once
#include "tags.hpp"

#include <wescrm/sales/limits.hpp>

namespace wescrm::sales {

using TagGroupId = StrongId<struct TagGroupIdTag, std::int64_t>;

inline constexpr std::size_t longest_tag_name = 30;
inline constexpr std::size_t most_tags_at_once = 20;

/// A tag with what its group says of it.
struct KnownTag {
    TagId id;
    std::string name;
    TagGroupId group;
    std::string group_name;
    bool is_single = false;
    std::vector<std::string> objects;
    bool disabled = false;
    bool is_personal = false;
    std::int64_t version = 0;
    std::string rule_object;  ///< the kind of records to which a rule gives it, "" if people do

    [[nodiscard]] bool is_for(TaggedObject object) const;
    [[nodiscard]] bool is_automatic_for(TaggedObject object) const;
};
BOOST_DESCRIBE_STRUCT(KnownTag, (),
                      (id, name, group, group_name, is_single, objects, disabled, is_personal, version, rule_object))

/// " and …": groups of table g that the actor sees. Binds nothing but needs the parameter "me".
inline constexpr std::string_view sees_group = " and (g.owner_id is null or g.owner_id = :me)";

/// Of those names the ones that the actor sees; of two that are called alike the company's.
[[nodiscard]] std::vector<KnownTag> tags_named(operation::Context& ctx, std::vector<std::string> const& names);
[[nodiscard]] std::optional<KnownTag> lock_tag(operation::Context& ctx, TagId id);
/// Whether the actor may change what is in a group: his own, or the company's with tag.manage.
Result<void> insist_on_managing(operation::Context& ctx, bool is_personal);

/// Trimmed, with neither commas nor the like, as several names are typed with these between them.
Result<std::string> plain_tag_name(std::string const& typed, std::string const& field);

/// As they were typed, trimmed, each once.
[[nodiscard]] std::vector<std::string> plain_names(std::vector<std::string> const& typed);

/// The group for tags that are made without one; it is made too when there is none.
[[nodiscard]] TagGroupId default_group(operation::Context& ctx);
/// A tag of the company or the actor, as its group is. conflict "duplicate" if there is one of that name; invalid_input
/// if the group has as many as it may.
Result<TagId> make_tag(operation::Context& ctx, TagGroupId group, std::string const& name, std::string const& colour,
                       std::string const& field, TagLimits const& limits);

/// How many records have the tag, by kind; those in the recycle bin too.
struct TagUses {
    std::int64_t customer = 0;
    std::int64_t lead = 0;
    std::int64_t contact = 0;
    std::int64_t opportunity = 0;
    [[nodiscard]] std::int64_t total() const { return customer + lead + contact + opportunity; }
};
BOOST_DESCRIBE_STRUCT(TagUses, (), (customer, lead, contact, opportunity))
[[nodiscard]] TagUses uses_of(operation::Context& ctx, TagId id);

/// Those that everybody may read in the record's history.
[[nodiscard]] std::vector<std::string> company_tags_of(operation::Context& ctx, TaggedRecord const& record);
/// What has changed of them, as the record's ".tag".
void audit_tags(operation::Context& ctx, TaggedRecord const& record, std::vector<std::string> const& before);

void add_group_operations(operation::Catalogue& catalogue, TagLimits const& limits);
void add_tagging_operations(operation::Catalogue& catalogue, TagLimits const& limits);
void add_shown_operation(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
