#include "../rows.hpp"
#include "known_tags.hpp"

// Lists of records with certain tags.
namespace wescrm::sales {

Result<void> add_tag_filter(operation::Context& ctx, Filter& filter, TaggedObject object, std::string const& id,
                            TagWish const& wish) {
    if (wish.match && *wish.match != "any" && *wish.match != "all")
        return invalid_field("tags_match", "应为 any 或 all");
    auto const wanted = plain_names(wish.names);
    if (wanted.empty()) return {};
    auto const known = tags_named(ctx, wanted);
    auto ids = std::vector<TagId>{};
    for (auto const& tag : known) ids.push_back(tag.id);
    auto const is_all = wish.match == "all";
    if (is_all && known.size() < wanted.size()) {  // nobody can have a tag that is not there
        filter.where("false");
        return {};
    }
    auto const kind = name_of(object);
    auto const rows = "from " + kind + "_tag tg where tg.tenant_id = :tenant and tg." + kind + "_id = " + id +
                      " and tg.tag_id = any(:tag_ids::bigint[])";
    filter.where(
        is_all ? "(select count(*) " + rows + ") = cardinality(:tag_ids::bigint[])" : "exists (select 1 " + rows + ")",
        "tag_ids", ids);
    return {};
}

}  // namespace wescrm::sales
