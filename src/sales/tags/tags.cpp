#include "../customers.hpp"
#include "../rows.hpp"
#include "replacing.hpp"
#include "tag_rules.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/permissions.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <map>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

struct Tag {
    TagId id;
    std::string name;
    TagGroupId group_id;
    std::string group_name;
    std::string colour;  ///< its own, else that of its group
    std::int64_t position = 0;
    bool disabled = false;
    bool personal = false;
    std::int64_t customers = 0;  ///< those that the actor sees
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Tag, (),
                      (id, name, group_id, group_name, colour, position, disabled, personal, customers, version,
                       created_at, updated_at, created_by))

struct TagRow : Tag {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(TagRow, (Tag), (sort_key))

struct TagPage {
    std::vector<Tag> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TagPage, (), (items, next_cursor))

struct ListTags {
    std::optional<std::string> q;
    std::optional<TagGroupId> group_id;
    std::optional<TaggedObject> object;  ///< those that may be put on it
    std::optional<bool> disabled;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListTags, (), (q, group_id, object, disabled, sort, limit, cursor))

BOOST_DEFINE_ENUM_CLASS(OwnColour, group, grey, blue, green, orange, red, violet)

struct CreateTag {
    std::string name;
    std::optional<TagGroupId> group_id;  ///< absent: the default one
    std::optional<std::string> group;    ///< or by its name
    std::optional<OwnColour> colour;     ///< absent or "group": that of the group
};
BOOST_DESCRIBE_STRUCT(CreateTag, (), (name, group_id, group, colour))

struct ChangeTag {
    TagId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<TagGroupId> group_id;
    std::optional<OwnColour> colour;
    std::optional<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(ChangeTag, (), (id, version, name, group_id, colour, disabled))

struct OneTag {
    TagId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneTag, (), (id, version))

struct ReplaceTag {
    TagId id;
    TagId replacement_id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(ReplaceTag, (), (id, replacement_id, version))

std::vector<FieldRule> field_rules(CreateTag const*) {
    return {{"name", "标签名称", {.max_length = longest_tag_name}, "重点跟进"},
            {"group_id", "分组"},
            {"group", "标签分组", {.max_length = longest_tag_name}, "客户阶段"},
            {"colour", "颜色"}};
}
std::vector<FieldRule> field_rules(ChangeTag const*) {
    auto rules = field_rules(static_cast<CreateTag const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    rules.push_back({"disabled", "停用"});
    return rules;
}
std::vector<FieldRule> field_rules(ReplaceTag const*) { return {{"replacement_id", "替换为"}}; }

Error no_tag() { return {Errc::not_found, "tag", "没有这个标签"}; }

std::string text_of(std::optional<OwnColour> colour) {
    return !colour || *colour == OwnColour::group ? "" : boost::describe::enum_to_string(*colour, "");
}

std::vector<TagRow> tags(operation::Context& ctx, std::string const& key, Filter const& filter) {
    auto const seen = ctx.scope().rows("customer", operation::Power::read, "c");
    auto params = filter.params();
    params.add(seen.params);
    params.add(bind("me", ctx.actor().employee));
    return ctx.sql().records<TagRow>(
        "select t.id, t.name, g.id, g.name, coalesce(nullif(t.colour, ''), g.colour), t.position::bigint, t.disabled, "
        "t.owner_id is not null, (select count(*) from customer_tag u join customer c on c.tenant_id = u.tenant_id and "
        "c.id = u.customer_id where u.tenant_id = :tenant and u.tag_id = t.id and c.deleted_at is null and " +
            seen.sql + "), t.version, t.created_at, t.updated_at, k.user_id, " + key +
            " from tag t join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id left join employee k on "
            "k.tenant_id = t.tenant_id and k.id = t.created_by where t.tenant_id = :tenant" +
            std::string{sees_group} + filter.sql(),
        params);
}

Result<TagPage> list_tags(operation::Context& ctx, ListTags const& input) {
    auto const paging = operation::Paging::from(
        input.sort, input.limit, input.cursor,
        {operation::SortField{"name", "t.name", "text"}, {"created_at", "t.created_at", "timestamptz"}}, "name",
        "t.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where_given(input.q, "strpos(lower(t.name), lower(:q)) > 0", "q")
        .where_given(input.group_id, "t.group_id = :group_id", "group_id")
        .where_given(input.disabled, "t.disabled = :disabled", "disabled");
    if (input.object) filter.where(":object = any(g.objects) and not t.disabled", "object", name_of(*input.object));
    filter.page(*paging);
    return page_of<TagPage>(tags(ctx, paging->key_column(), filter), *paging);
}

std::optional<Tag> find_tag(operation::Context& ctx, TagId id) {
    auto filter = Filter{ctx.tenant()};
    filter.where("t.id = :id", "id", id);
    auto found = tags(ctx, "''", filter);
    if (found.empty()) return std::nullopt;
    return found.front();
}

void audit_tag(operation::Context& ctx, TagId id, std::string action, std::optional<Tag> const& before,
               std::optional<Tag> const& after, std::string reason = {}) {
    auto const json_of = [](std::optional<Tag> const& tag) {
        return tag ? operation::write_output(*tag) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"tag", id.value(), std::move(action), changed.before, changed.after, std::move(reason)});
}

/// A group as the tags in it need it.
struct Home {
    TagGroupId id;
    std::string name;
    bool is_single = false;
    std::vector<std::string> objects;
    bool is_personal = false;
};
BOOST_DESCRIBE_STRUCT(Home, (), (id, name, is_single, objects, is_personal))

std::optional<Home> home_where(operation::Context& ctx, std::string const& condition, database::Params const& more) {
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)};
    params.add(more);
    return ctx.sql().record<Home>(
        "select g.id, g.name, g.is_single, g.objects, g.owner_id is not null from tag_group g where g.tenant_id = "
        ":tenant" +
            std::string{sees_group} + condition + " order by g.owner_id is not null limit 1",
        params);
}

Result<Home> home_for(operation::Context& ctx, CreateTag const& input) {
    if (input.group_id) {
        auto home = home_where(ctx, " and g.id = :group", {bind("group", *input.group_id)});
        if (!home) return invalid_field("group_id", "没有这个标签分组");
        return *home;
    }
    if (input.group) {
        auto home = home_where(ctx, " and g.name = :group", {bind("group", text::trim(*input.group))});
        if (!home) return invalid_field("group", "没有标签分组「" + *input.group + "」");
        return *home;
    }
    if (auto const may = insist_on_managing(ctx, false); !may) return may.error();
    return home_where(ctx, " and g.id = :group", {bind("group", default_group(ctx))}).value();
}

Result<Tag> create_tag(operation::Context& ctx, TagLimits const& limits, CreateTag const& input) {
    auto const home = home_for(ctx, input);
    if (!home) return home.error();
    if (auto const may = insist_on_managing(ctx, home->is_personal); !may) return may.error();
    auto const made = make_tag(ctx, home->id, input.name, text_of(input.colour), "name", limits);
    if (!made) return made.error();
    return find_tag(ctx, *made).value();
}

Result<Tag> show_tag(operation::Context& ctx, OneTag const& input) {
    auto const tag = find_tag(ctx, input.id);
    if (!tag) return no_tag();
    return *tag;
}

Result<KnownTag> lock_managed(operation::Context& ctx, TagId id, std::optional<std::int64_t> version) {
    auto const locked = lock_tag(ctx, id);
    if (!locked) return no_tag();
    if (auto const may = insist_on_managing(ctx, locked->is_personal); !may) return may.error();
    if (auto const fresh = insist_version(version, locked->version); !fresh) return fresh.error();
    if (auto const free = insist_on_no_replacement(ctx, *locked); !free) return free.error();
    return *locked;
}

// Records that have the tag and would have to give up another one of the group.
std::int64_t clashes(operation::Context& ctx, TagId id, TagGroupId group) {
    auto several = std::int64_t{0};
    for (auto const object : {"customer", "lead", "contact", "opportunity"}) {
        auto const column = std::string{object} + "_id";
        several +=
            ctx.sql()
                .value<std::int64_t>(
                    "select count(*) from " + std::string{object} +
                        "_tag u where u.tenant_id = :tenant and u.tag_id = :id and exists (select 1 from " + object +
                        "_tag o join tag t on t.tenant_id = o.tenant_id and t.id = o.tag_id where "
                        "o.tenant_id = :tenant and o." +
                        column + " = u." + column + " and o.tag_id <> :id and t.group_id = :group)",
                    {bind("tenant", ctx.tenant()), bind("id", id), bind("group", group)})
                .value_or(0);
    }
    return several;
}

// Everything that has a tag has to fit into the group to which the tag goes.
Result<void> insist_on_room_in(operation::Context& ctx, Home const& home, KnownTag const& tag,
                               std::string const& field) {
    if (home.is_personal != tag.is_personal) return invalid_field(field, "企业标签和个人标签不能互换");
    auto const uses = uses_of(ctx, tag.id);
    for (auto const& [object, count] : {std::pair{TaggedObject::customer, uses.customer},
                                        {TaggedObject::lead, uses.lead},
                                        {TaggedObject::contact, uses.contact},
                                        {TaggedObject::opportunity, uses.opportunity}})
        if (count > 0 && std::ranges::find(home.objects, name_of(object)) == home.objects.end())
            return invalid_field(field, "「" + home.name + "」不能用于" + std::string{title_of(object)} + "，而「" +
                                            tag.name + "」用在 " + std::to_string(count) + " 条上");
    return {};
}

Result<void> insist_on_move(operation::Context& ctx, KnownTag const& tag, TagGroupId to) {
    auto const home = home_where(ctx, " and g.id = :group", {bind("group", to)});
    if (!home) return invalid_field("group_id", "没有这个标签分组");
    if (auto const fits = insist_on_room_in(ctx, *home, tag, "group_id"); !fits) return fits.error();
    if (!home->is_single) return {};
    if (auto const several = clashes(ctx, tag.id, to); several > 0)
        return invalid_field(
            "group_id", "「" + home->name + "」是单选分组，有 " + std::to_string(several) + " 条记录会有它的两个标签");
    return {};
}

Result<void> insist_on_free_name(operation::Context& ctx, KnownTag const& tag, std::string const& name) {
    auto const taken = ctx.sql().value<int>(
        "select 1 from tag where tenant_id = :tenant and name = :name and id <> :id and owner_id is not distinct from "
        "(select owner_id from tag where tenant_id = :tenant and id = :id)",
        {bind("tenant", ctx.tenant()), bind("name", name), bind("id", tag.id)});
    if (taken) return Error{Errc::conflict, "duplicate", "已有标签「" + name + "」", {{"name", "已有这个标签"}}};
    return {};
}

void teach(operation::Context& ctx, KnownTag const& tag, std::string const& name) {
    if (tag.is_personal || tag.name == name) return;
    operation::forget_word(ctx.sql(), ctx.tenant(), {"tag", tag.name});
    operation::keep_words(ctx.sql(), ctx.tenant(), {{"tag", name}});
}

Result<Tag> change_tag(operation::Context& ctx, ChangeTag const& input) {
    auto const locked = lock_managed(ctx, input.id, input.version);
    if (!locked) return locked.error();
    auto const before = find_tag(ctx, input.id);
    auto const name = plain_tag_name(input.name.value_or(locked->name), "name");
    if (!name) return name.error();
    if (auto const free = insist_on_free_name(ctx, *locked, *name); !free) return free.error();
    if (input.group_id && *input.group_id != locked->group)
        if (auto const can = insist_on_move(ctx, *locked, *input.group_id); !can) return can.error();
    ctx.sql().execute(
        "update tag set name = :name, position = case when group_id = :group then position else (select "
        "coalesce(max(o.position), 0) + 1 from tag o where o.tenant_id = :tenant and o.group_id = :group) end, "
        "group_id "
        "= :group, colour = coalesce(:colour::text, colour), disabled = :disabled, version = version + 1, updated_at = "
        ":now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", *name),
         bind("group", input.group_id.value_or(locked->group)),
         bind("colour", input.colour ? std::optional{text_of(input.colour)} : std::nullopt),
         bind("disabled", input.disabled.value_or(locked->disabled)), bind("now", ctx.now())});
    teach(ctx, *locked, *name);
    if (!locked->rule_object.empty()) schedule_tag_rules(ctx, tagged_object(locked->rule_object));
    auto const after = find_tag(ctx, input.id);
    audit_tag(ctx, input.id, "tag.change", before, after);
    return *after;
}

Result<Nothing> delete_tag(operation::Context& ctx, OneTag const& input) {
    auto const locked = lock_managed(ctx, input.id, input.version);
    if (!locked) return locked.error();
    if (auto const used = uses_of(ctx, input.id).total(); used > 0)
        return Error{
            Errc::conflict, "in_use",
            "标签「" + locked->name + "」还用在 " + std::to_string(used) + " 条记录上，请选择替换它的标签，或停用它"};
    if (is_in_pool_rules(ctx, input.id))
        return Error{Errc::conflict, "in_use",
                     "公海规则豁免有标签「" + locked->name + "」的记录，请选择替换它的标签，或先修改规则"};
    if (is_in_assignment(ctx, input.id))
        return Error{Errc::conflict, "in_use",
                     "线索分配规则按标签「" + locked->name + "」分配，请选择替换它的标签，或先修改规则"};
    auto const before = find_tag(ctx, input.id);
    erase_tag(ctx, input.id);
    audit_tag(ctx, input.id, "tag.delete", before, std::nullopt);
    return Nothing{};
}

Result<Replaced> replace_tag(operation::Context& ctx, TagLimits const& limits, ReplaceTag const& input) {
    if (input.id == input.replacement_id) return invalid_field("replacement_id", "请选择另一个标签");
    auto const from = lock_managed(ctx, input.id, input.version);
    if (!from) return from.error();
    auto const to = lock_tag(ctx, input.replacement_id);
    if (!to) return invalid_field("replacement_id", "没有这个标签");
    if (to->disabled) return invalid_field("replacement_id", "标签「" + to->name + "」已停用");
    if (!to->rule_object.empty())
        return invalid_field("replacement_id", "标签「" + to->name + "」由规则给出，不能用来替换，请选择另一个标签");
    auto const home = Home{to->group, to->group_name, to->is_single, to->objects, to->is_personal};
    if (auto const fits = insist_on_room_in(ctx, home, *from, "replacement_id"); !fits) return fits.error();
    auto const before = find_tag(ctx, input.id);
    auto const done = begin_replacing(ctx, *from, *to, limits.replaced);
    audit_tag(ctx, input.id, "tag.replace", before, std::nullopt,
              "替换为「" + to->name + "」，涉及 " + std::to_string(done.records) + " 条记录");
    return done;
}

constexpr Operation<ListTags, TagPage> tag_list{"tag.list",    "标签列表", "self",
                                                Effect::reads, list_tags,  {"GET", "/tags"}};
constexpr Operation<OneTag, Tag> tag_show{"tag.show", "标签", "self", Effect::reads, show_tag, {"GET", "/tags/{id}"}};
constexpr Operation<CreateTag, Tag> tag_create{"tag.create",   "新建标签", "self",
                                               Effect::writes, nullptr,    {"POST", "/tags", 201}};
constexpr Operation<ChangeTag, Tag> tag_change{"tag.change",   "修改标签", "self",
                                               Effect::writes, change_tag, {"PATCH", "/tags/{id}"}};
constexpr Operation<OneTag, Nothing> tag_delete{"tag.delete",     "删除标签", "self",
                                                Effect::confirms, delete_tag, {"DELETE", "/tags/{id}", 204}};
constexpr Operation<ReplaceTag, Replaced> tag_replace{
    "tag.replace", "替换并删除标签", "self", Effect::confirms, nullptr, {"POST", "/tags/{id}/replace"}};

}  // namespace

void add_tag_operations(operation::Catalogue& catalogue, TagLimits const& limits) {
    catalogue.add(tag_list);
    catalogue.add(tag_show);
    catalogue.add(tag_create,
                  [limits](operation::Context& ctx, CreateTag const& input) { return create_tag(ctx, limits, input); });
    catalogue.add(tag_change);
    catalogue.add(tag_delete);
    catalogue.add(tag_replace, [limits](operation::Context& ctx, ReplaceTag const& input) {
        return replace_tag(ctx, limits, input);
    });
    add_group_operations(catalogue, limits);
    add_tagging_operations(catalogue, limits);
    add_shown_operation(catalogue);
    add_rule_operations(catalogue, limits);
}

}  // namespace wescrm::sales
