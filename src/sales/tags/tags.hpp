#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/limits.hpp>

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

// Tags on records. A tag belongs to a group, which says for what kinds of records it is, whether a record has one or
// several of its tags, and whether it is the company's or one person's own: then nobody else sees it.
namespace wescrm::sales {

using TagId = StrongId<struct TagIdTag, std::int64_t>;

BOOST_DEFINE_ENUM_CLASS(TaggedObject, customer, lead, contact, opportunity)

struct TaggedRecord {
    TaggedObject object;
    std::int64_t id = 0;
};

/// "customer"; its table of tags is called customer_tag and the column in it customer_id.
[[nodiscard]] std::string name_of(TaggedObject object);
/// 客户
[[nodiscard]] std::string_view title_of(TaggedObject object);

/// tag_group.*, tag.*, record_tag.list, and the tagging of each kind of record: customer.tag, lead.tag, …
void add_tag_operations(operation::Catalogue& catalogue, TagLimits const& limits);

/// The names that the actor sees, in the order of groups and tags.
[[nodiscard]] std::vector<std::string> tags_of(operation::Context& ctx, TaggedRecord const& record);

/// Exactly these, as far as the actor sees tags, on a record that he may change and has locked; audited as its ".tag".
/// invalid_input names "tags": a tag that is not there (who may manage tags makes it), is disabled or for other
/// records, or a second one of a group of which a record has one.
Result<void> put_tags(operation::Context& ctx, TaggedRecord const& record, std::vector<std::string> const& names,
                      TagLimits const& limits);
/// Nothing if absent.
Result<void> put_tags(operation::Context& ctx, TaggedRecord const& record,
                      std::optional<std::vector<std::string>> const& names, TagLimits const& limits);

/// The tags of `from` are put on `to` too, as far as their groups are for it; of a group of which a record has one tag
/// that which it has already stays. Answers those that are new.
std::vector<TagId> copy_tags(operation::Context& ctx, TaggedRecord const& from, TaggedRecord const& to);

/// Takes back a change of tags in the chat; `before` is {"tags": [names]}.
Result<void> put_tags_back(operation::Context& ctx, TaggedRecord const& record, json::Value const& before);

/// The tags for which a list is asked. `match`: any (default) or all of them.
struct TagWish {
    std::vector<std::string> names{};
    std::optional<std::string> match{};
};

class Filter;
/// Of a list's rows at `id` ("c.id"): those that the wish is for; all if it names no tag.
Result<void> add_tag_filter(operation::Context& ctx, Filter& filter, TaggedObject object, std::string const& id,
                            TagWish const& wish);

/// Of the field `tags` in the inputs of records.
[[nodiscard]] operation::FieldRule rule_of_tags();

}  // namespace wescrm::sales
