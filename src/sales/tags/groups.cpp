#include "../customers.hpp"
#include "../rows.hpp"
#include "replacing.hpp"
#include "tag_rules.hpp"

#include <wescrm/base/text.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>
#include <map>

// Groups of tags: for what they are and who uses them.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

BOOST_DEFINE_ENUM_CLASS(TagColour, grey, blue, green, orange, red, violet)

struct GroupTag {
    TagId id;
    std::string name;
    std::string colour;  ///< its own, else that of the group
    std::string own_colour;
    bool disabled = false;
    std::optional<std::int64_t> uses;  ///< if asked for
    std::int64_t version = 0;
    std::optional<TaggedObject> automatic_for;  ///< the kind of records to which a rule gives it …
    std::optional<std::string> rule;            ///< … and what that says
    std::optional<Replacement> replacing;       ///< while it is being replaced
};
BOOST_DESCRIBE_STRUCT(GroupTag, (),
                      (id, name, colour, own_colour, disabled, uses, version, automatic_for, rule, replacing))

struct TagGroup {
    TagGroupId id;
    std::string name;
    std::vector<std::string> objects;
    bool single = false;
    std::string colour;
    std::int64_t position = 0;
    bool personal = false;  ///< only its maker sees it
    bool is_default = false;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(TagGroup, (),
                      (id, name, objects, single, colour, position, personal, is_default, version, created_at,
                       updated_at, created_by))

struct TagGroupDetail : TagGroup {
    std::vector<GroupTag> tags;
};
BOOST_DESCRIBE_STRUCT(TagGroupDetail, (TagGroup), (tags))

struct TagGroups {
    std::vector<TagGroupDetail> items;
};
BOOST_DESCRIBE_STRUCT(TagGroups, (), (items))

struct ListGroups {
    std::optional<TaggedObject> object;  ///< those that are for it
    bool with_uses = false;
};
BOOST_DESCRIBE_STRUCT(ListGroups, (), (object, with_uses))

struct OneGroup {
    TagGroupId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneGroup, (), (id, version))

struct CreateGroup {
    std::string name;
    std::vector<TaggedObject> objects;  ///< empty: all
    bool single = false;
    std::optional<TagColour> colour;
    bool personal = false;
};
BOOST_DESCRIBE_STRUCT(CreateGroup, (), (name, objects, single, colour, personal))

struct ChangeGroup {
    TagGroupId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<std::vector<TaggedObject>> objects;
    std::optional<bool> single;
    std::optional<TagColour> colour;
};
BOOST_DESCRIBE_STRUCT(ChangeGroup, (), (id, version, name, objects, single, colour))

struct OrderGroups {
    std::vector<TagGroupId> ids;
};
BOOST_DESCRIBE_STRUCT(OrderGroups, (), (ids))

struct OrderTags {
    TagGroupId id;
    std::vector<TagId> tag_ids;
};
BOOST_DESCRIBE_STRUCT(OrderTags, (), (id, tag_ids))

std::vector<FieldRule> field_rules(CreateGroup const*) {
    return {{"name", "分组名称", {.max_length = longest_tag_name}, "客户阶段"},
            {"objects", "适用对象"},
            {"single", "单选"},
            {"colour", "颜色"},
            {"personal", "仅自己使用"}};
}
std::vector<FieldRule> field_rules(ChangeGroup const*) {
    auto rules = field_rules(static_cast<CreateGroup const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}
std::vector<FieldRule> field_rules(OrderGroups const*) {
    return {{"ids", "分组", {.max_items = 2 * TagLimits::highest_groups}}};
}
std::vector<FieldRule> field_rules(OrderTags const*) {
    return {{"tag_ids", "标签", {.max_items = TagLimits::highest_tags_of_group}}};
}

constexpr std::string_view group_columns =
    "select g.id, g.name, g.objects, g.is_single, g.colour, g.position::bigint, g.owner_id is not null, g.is_default, "
    "g.version, g.created_at, g.updated_at, k.user_id from tag_group g left join employee k on k.tenant_id = "
    "g.tenant_id and k.id = g.created_by where g.tenant_id = :tenant";

constexpr std::string_view uses_sql =
    "(select count(*) from customer_tag u where u.tenant_id = t.tenant_id and u.tag_id = t.id) + (select count(*) from "
    "lead_tag u where u.tenant_id = t.tenant_id and u.tag_id = t.id) + (select count(*) from contact_tag u where "
    "u.tenant_id = t.tenant_id and u.tag_id = t.id) + (select count(*) from opportunity_tag u where u.tenant_id = "
    "t.tenant_id and u.tag_id = t.id)";

Error no_group() { return {Errc::not_found, "tag_group", "没有这个标签分组"}; }

void add_tags(operation::Context& ctx, std::vector<TagGroupDetail>& groups, bool with_uses) {
    auto const rules = words_of_rules(ctx);
    auto const replacements = running_replacements(ctx);
    auto places = std::map<TagGroupId, TagGroupDetail*>{};
    auto ids = std::vector<TagGroupId>{};
    for (auto& group : groups) {
        places.emplace(group.id, &group);
        ids.push_back(group.id);
    }
    for (auto& [group, id, name, colour, disabled, uses, version] :
         ctx.sql().rows<TagGroupId, TagId, std::string, std::string, bool, std::optional<std::int64_t>, std::int64_t>(
             "select t.group_id, t.id, t.name, t.colour, t.disabled, " +
                 std::string{with_uses ? uses_sql : "null::bigint"} +
                 ", t.version from tag t where t.tenant_id = :tenant and t.group_id = any(:groups::bigint[]) order "
                 "by t.position, t.name",
             {bind("tenant", ctx.tenant()), bind("groups", ids)})) {
        auto& of = *places.at(group);
        of.tags.push_back(
            {id, std::move(name), colour.empty() ? of.colour : colour, colour, disabled, uses, version, {}, {}, {}});
        auto const replaced = std::ranges::find(replacements, id, &Replacement::tag);
        if (replaced != replacements.end()) of.tags.back().replacing = *replaced;
        if (auto const rule = rules.find(id); rule != rules.end()) {
            of.tags.back().automatic_for = rule->second.object;
            of.tags.back().rule = rule->second.words;
        }
    }
}

std::vector<TagGroupDetail> groups_where(operation::Context& ctx, std::string const& condition,
                                         database::Params const& more, bool with_uses) {
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)};
    params.add(more);
    auto groups = std::vector<TagGroupDetail>{};
    for (auto& group :
         ctx.sql().records<TagGroup>(std::string{group_columns} + std::string{sees_group} + condition +
                                         " order by g.owner_id is not null, g.position, g.created_at, g.id",
                                     params)) {
        groups.emplace_back();
        static_cast<TagGroup&>(groups.back()) = std::move(group);
    }
    add_tags(ctx, groups, with_uses);
    return groups;
}

std::optional<TagGroupDetail> find_group(operation::Context& ctx, TagGroupId id, bool with_uses = false) {
    auto found = groups_where(ctx, " and g.id = :id", {bind("id", id)}, with_uses);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

// The group, locked, if the actor may change it.
Result<TagGroupDetail> lock_group(operation::Context& ctx, TagGroupId id, std::optional<std::int64_t> version) {
    ctx.sql().execute("select 1 from tag_group where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto group = find_group(ctx, id);
    if (!group) return no_group();
    if (auto const may = insist_on_managing(ctx, group->personal); !may) return may.error();
    if (auto const fresh = insist_version(version, group->version); !fresh) return fresh.error();
    return std::move(*group);
}

void audit_group(operation::Context& ctx, TagGroupId id, std::string action,
                 std::optional<TagGroupDetail> const& before, std::optional<TagGroupDetail> const& after) {
    auto const json_of = [](std::optional<TagGroupDetail> const& group) {
        return group ? operation::write_output(static_cast<TagGroup const&>(*group))
                     : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"tag_group", id.value(), std::move(action), changed.before, changed.after, ""});
}

std::vector<std::string> names_of(std::vector<TaggedObject> const& objects) {
    auto names = std::vector<std::string>{};
    for (auto const object :
         {TaggedObject::customer, TaggedObject::lead, TaggedObject::contact, TaggedObject::opportunity})
        if (objects.empty() || std::ranges::find(objects, object) != objects.end()) names.push_back(name_of(object));
    return names;
}

Result<std::string> plain_name(std::string const& typed) {
    auto name = std::string{text::trim(typed)};
    if (name.empty()) return invalid_field("name", "分组名称不能为空");
    return name;
}

Result<void> insist_on_new_name(operation::Context& ctx, std::string const& name, std::optional<EmployeeId> owner,
                                TagGroupId except) {
    auto const taken = ctx.sql().value<int>(
        "select 1 from tag_group where tenant_id = :tenant and owner_id is not distinct from :owner::bigint and name = "
        ":name and id <> :except",
        {bind("tenant", ctx.tenant()), bind("owner", owner), bind("name", name), bind("except", except)});
    if (taken) return Error{Errc::conflict, "duplicate", "已有分组「" + name + "」", {{"name", "已有这个分组"}}};
    return {};
}

Result<TagGroups> list_groups(operation::Context& ctx, ListGroups const& input) {
    if (!input.object) return TagGroups{groups_where(ctx, "", {}, input.with_uses)};
    return TagGroups{
        groups_where(ctx, " and :object = any(g.objects)", {bind("object", name_of(*input.object))}, input.with_uses)};
}

Result<TagGroupDetail> show_group(operation::Context& ctx, OneGroup const& input) {
    auto group = find_group(ctx, input.id, true);
    if (!group) return no_group();
    return std::move(*group);
}

Result<TagGroupDetail> create_group(operation::Context& ctx, TagLimits const& limits, CreateGroup const& input) {
    if (auto const may = insist_on_managing(ctx, input.personal); !may) return may.error();
    if (input.personal && ctx.actor().is_system()) return invalid_field("personal", "只有员工有自己的标签");
    auto const name = plain_name(input.name);
    if (!name) return name.error();
    auto const owner = input.personal ? std::optional{ctx.actor().employee} : std::nullopt;
    if (auto const fresh = insist_on_new_name(ctx, *name, owner, TagGroupId{}); !fresh) return fresh.error();
    auto const count = ctx.sql().value<std::int64_t>(
        "select count(*) from tag_group where tenant_id = :tenant and owner_id is not distinct from :owner::bigint",
        {bind("tenant", ctx.tenant()), bind("owner", owner)});
    if (static_cast<std::size_t>(count.value_or(0)) >= limits.groups)
        return invalid_field("name", "最多 " + std::to_string(limits.groups) + " 个分组，请先删除不用的");
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id = ctx.sql().value<TagGroupId>(
        "insert into tag_group (tenant_id, name, objects, is_single, colour, owner_id, position, created_at, "
        "updated_at, created_by) select :tenant, :name, :objects::text[], :single, :colour, :owner::bigint, (select "
        "coalesce(max(position), 0) + 1 from tag_group where tenant_id = :tenant), :now, :now, :by::bigint returning "
        "id",
        {bind("tenant", ctx.tenant()), bind("name", *name), bind("objects", names_of(input.objects)),
         bind("single", input.single),
         bind("colour", boost::describe::enum_to_string(input.colour.value_or(TagColour::grey), "")),
         bind("owner", owner), bind("now", ctx.now()), bind("by", by)});
    auto made = find_group(ctx, id.value()).value();
    audit_group(ctx, *id, "tag_group.create", std::nullopt, made);
    return made;
}

// Records keep what they have: a group can stop being for them only when none has a tag of it.
Result<void> insist_on_objects(operation::Context& ctx, TagGroupDetail const& group,
                               std::vector<std::string> const& objects) {
    for (auto const& object : group.objects) {
        if (std::ranges::find(objects, object) != objects.end()) continue;
        auto const used = ctx.sql().value<std::int64_t>(
            "select count(*) from " + object +
                "_tag u join tag t on t.tenant_id = u.tenant_id and t.id = u.tag_id where u.tenant_id = :tenant and "
                "t.group_id = :group",
            {bind("tenant", ctx.tenant()), bind("group", group.id)});
        if (used.value_or(0) > 0)
            return Error{Errc::conflict,
                         "in_use",
                         "还有 " + std::to_string(*used) + " 条记录用着这个分组的标签",
                         {{"objects", "取消的对象还有 " + std::to_string(*used) + " 条记录用着这个分组的标签"}}};
    }
    return {};
}

Result<void> insist_on_single(operation::Context& ctx, TagGroupDetail const& group) {
    auto several = std::int64_t{0};
    for (auto const object : {"customer", "lead", "contact", "opportunity"}) {
        auto const column = std::string{object} + "_id";
        several += ctx.sql()
                       .value<std::int64_t>("select count(*) from (select u." + column + " from " + object +
                                                "_tag u join tag t on t.tenant_id = u.tenant_id and t.id = u.tag_id "
                                                "where u.tenant_id = :tenant and t.group_id = :group group by u." +
                                                column + " having count(*) > 1) x",
                                            {bind("tenant", ctx.tenant()), bind("group", group.id)})
                       .value_or(0);
    }
    if (several == 0) return {};
    return Error{Errc::conflict,
                 "several",
                 std::to_string(several) + " 条记录有这个分组的多个标签，不能改为单选",
                 {{"single", std::to_string(several) + " 条记录有这个分组的多个标签，请先去掉多余的"}}};
}

Result<TagGroupDetail> change_group(operation::Context& ctx, ChangeGroup const& input) {
    auto const before = lock_group(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const name = plain_name(input.name.value_or(before->name));
    if (!name) return name.error();
    auto const owner = before->personal ? std::optional{ctx.actor().employee} : std::nullopt;
    if (auto const fresh = insist_on_new_name(ctx, *name, owner, input.id); !fresh) return fresh.error();
    auto const objects = input.objects ? names_of(*input.objects) : before->objects;
    if (auto const can = insist_on_objects(ctx, *before, objects); !can) return can.error();
    if (input.single.value_or(false) && !before->single)
        if (auto const can = insist_on_single(ctx, *before); !can) return can.error();
    ctx.sql().execute(
        "update tag_group set name = :name, objects = :objects::text[], is_single = :single, colour = :colour, version "
        "= version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", *name), bind("objects", objects),
         bind("single", input.single.value_or(before->single)),
         bind("colour", input.colour ? boost::describe::enum_to_string(*input.colour, "") : before->colour),
         bind("now", ctx.now())});
    schedule_all_tag_rules(ctx);
    auto after = find_group(ctx, input.id, true).value();
    audit_group(ctx, input.id, "tag_group.change", *before, after);
    return after;
}

Result<Nothing> delete_group(operation::Context& ctx, OneGroup const& input) {
    auto const before = lock_group(ctx, input.id, input.version);
    if (!before) return before.error();
    if (!before->tags.empty())
        return Error{Errc::conflict, "not_empty",
                     "分组「" + before->name + "」里还有 " + std::to_string(before->tags.size()) +
                         " 个标签，请先移到其他分组或删除"};
    ctx.sql().execute("delete from tag_group where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit_group(ctx, input.id, "tag_group.delete", *before, std::nullopt);
    return Nothing{};
}

// Those that are not named stay behind the others in their order.
Result<TagGroups> order_groups(operation::Context& ctx, OrderGroups const& input) {
    if (auto const may = insist_on_managing(ctx, false); !may) return may.error();
    ctx.sql().execute(
        "update tag_group g set position = n.place from (select o.id, row_number() over (order by array_position("
        ":ids::bigint[], o.id) nulls last, o.position, o.created_at, o.id) as place from tag_group o where o.tenant_id "
        "= :tenant and o.owner_id is null) n where g.tenant_id = :tenant and g.id = n.id and g.position <> n.place",
        {bind("tenant", ctx.tenant()), bind("ids", input.ids)});
    ctx.audit({"tag_group", 0, "tag_group.order", "", "", ""});
    return list_groups(ctx, {});
}

Result<TagGroupDetail> order_tags(operation::Context& ctx, OrderTags const& input) {
    auto const group = lock_group(ctx, input.id, std::nullopt);
    if (!group) return group.error();
    ctx.sql().execute(
        "update tag t set position = n.place from (select o.id, row_number() over (order by array_position("
        ":ids::bigint[], o.id) nulls last, o.position, o.name) as place from tag o where o.tenant_id = :tenant and "
        "o.group_id = :group) n where t.tenant_id = :tenant and t.id = n.id and t.position <> n.place",
        {bind("tenant", ctx.tenant()), bind("group", input.id), bind("ids", input.tag_ids)});
    if (group->single) schedule_all_tag_rules(ctx);  // the first rule that matches wins
    ctx.audit({"tag_group", input.id.value(), "tag_group.order_tags", "", "", ""});
    return find_group(ctx, input.id, true).value();
}

constexpr Operation<ListGroups, TagGroups> tag_group_list{"tag_group.list", "标签分组",  "self",
                                                          Effect::reads,    list_groups, {"GET", "/tag-groups"}};
constexpr Operation<OneGroup, TagGroupDetail> tag_group_show{"tag_group.show", "标签分组", "self",
                                                             Effect::reads,    show_group, {"GET", "/tag-groups/{id}"}};
constexpr Operation<CreateGroup, TagGroupDetail> tag_group_create{
    "tag_group.create", "新建标签分组", "self", Effect::writes, nullptr, {"POST", "/tag-groups", 201}};
constexpr Operation<ChangeGroup, TagGroupDetail> tag_group_change{
    "tag_group.change", "修改标签分组", "self", Effect::writes, change_group, {"PATCH", "/tag-groups/{id}"}};
constexpr Operation<OneGroup, Nothing> tag_group_delete{
    "tag_group.delete", "删除标签分组", "self", Effect::confirms, delete_group, {"DELETE", "/tag-groups/{id}", 204}};
constexpr Operation<OrderGroups, TagGroups> tag_group_order{
    "tag_group.order", "排列标签分组", "tag.manage", Effect::writes, order_groups, {"POST", "/tag-groups/order"}};
constexpr Operation<OrderTags, TagGroupDetail> tag_group_order_tags{
    "tag_group.order_tags", "排列标签", "self", Effect::writes, order_tags, {"POST", "/tag-groups/{id}/order"}};

}  // namespace

void add_group_operations(operation::Catalogue& catalogue, TagLimits const& limits) {
    catalogue.add(tag_group_list);
    catalogue.add(tag_group_show);
    catalogue.add(tag_group_create, [limits](operation::Context& ctx, CreateGroup const& input) {
        return create_group(ctx, limits, input);
    });
    catalogue.add(tag_group_change);
    catalogue.add(tag_group_delete);
    catalogue.add(tag_group_order);
    catalogue.add(tag_group_order_tags);
}

}  // namespace wescrm::sales
