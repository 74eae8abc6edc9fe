#include "tag_rules.hpp"

#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/tag.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <map>

// The tags of several records at once: what lists show.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct AskTags {
    TaggedObject object{};
    std::vector<RecordId> ids;
};
BOOST_DESCRIBE_STRUCT(AskTags, (), (object, ids))

struct ShownTag {
    TagId id;
    std::string name;
    std::string colour;
    TagGroupId group_id;
    std::string group_name;
    std::optional<std::string> rule;  ///< what the rule says that gave it
};
BOOST_DESCRIBE_STRUCT(ShownTag, (), (id, name, colour, group_id, group_name, rule))

struct ShownTags {
    RecordId id;  ///< of the record
    std::vector<ShownTag> tags;
};
BOOST_DESCRIBE_STRUCT(ShownTags, (), (id, tags))

struct TagsOfRecords {
    std::vector<ShownTags> items;  ///< of those that the actor sees and that have any
};
BOOST_DESCRIBE_STRUCT(TagsOfRecords, (), (items))

std::vector<FieldRule> field_rules(AskTags const*) {
    constexpr std::size_t most_records = 200;
    return {{"object", "对象"}, {"ids", "记录", {.max_items = most_records}}};
}

Result<TagsOfRecords> tags_of_records(operation::Context& ctx, AskTags const& input) {
    auto const object = name_of(input.object);
    auto answer = TagsOfRecords{};
    if (input.ids.empty() || operation::is_hidden(ctx.actor(), object, "tags")) return answer;
    auto const seen = ctx.scope().named().rows(object, operation::Power::read, "x");  // of few records
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("ids", input.ids), bind("me", ctx.actor().employee)};
    params.add(seen.params);
    auto const rules = words_of_rules(ctx);
    auto const rule_of = [&](TagId id) {
        auto const found = rules.find(id);
        auto const is_given = found != rules.end() && found->second.object == input.object;
        return is_given ? std::optional{found->second.words} : std::nullopt;
    };
    auto places = std::map<RecordId, std::size_t>{};
    for (auto& [record, id, name, colour, group, group_name] :
         ctx.sql().rows<RecordId, TagId, std::string, std::string, TagGroupId, std::string>(
             "select x.id, t.id, t.name, coalesce(nullif(t.colour, ''), g.colour), g.id, g.name from " + object +
                 " x join " + object + "_tag r on r.tenant_id = x.tenant_id and r." + object +
                 "_id = x.id join tag t on t.tenant_id = r.tenant_id and t.id = r.tag_id join tag_group g on "
                 "g.tenant_id = t.tenant_id and g.id = t.group_id where x.tenant_id = :tenant and x.id = "
                 "any(:ids::bigint[])" +
                 std::string{sees_group} + " and " + seen.sql + " order by g.position, g.name, t.position, t.name",
             params)) {
        auto const [place, is_new] = places.emplace(record, answer.items.size());
        if (is_new) answer.items.push_back({record, {}});
        answer.items[place->second].tags.push_back(
            {id, std::move(name), std::move(colour), group, std::move(group_name), rule_of(id)});
    }
    return answer;
}

constexpr Operation<AskTags, TagsOfRecords> record_tag_list{
    "record_tag.list", "记录的标签", "self", Effect::reads, tags_of_records, {"GET", "/record-tags"}};

}  // namespace

std::map<std::int64_t, std::vector<std::string>> tag_names_of(operation::Context& ctx, std::string const& object,
                                                              std::vector<std::int64_t> const& ids) {
    auto names = std::map<std::int64_t, std::vector<std::string>>{};
    auto known = TaggedObject{};
    if (!boost::describe::enum_from_string(object.c_str(), known)) return names;
    if (ids.empty() || operation::is_hidden(ctx.actor(), object, "tags")) return names;
    for (auto& [record, name] : ctx.sql().rows<std::int64_t, std::string>(
             "select r." + object + "_id, t.name from " + object +
                 "_tag r join tag t on t.tenant_id = r.tenant_id and t.id = r.tag_id join tag_group g on g.tenant_id = "
                 "t.tenant_id and g.id = t.group_id where r.tenant_id = :tenant and r." +
                 object + "_id = any(:ids::bigint[])" + std::string{sees_group} +
                 " order by g.position, g.name, t.position, t.name",
             {bind("tenant", ctx.tenant()), bind("ids", ids), bind("me", ctx.actor().employee)}))
        names[record].push_back(std::move(name));
    return names;
}

void add_shown_operation(operation::Catalogue& catalogue) { catalogue.add(record_tag_list); }

}  // namespace wescrm::sales
