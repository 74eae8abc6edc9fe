#include "known_tags.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::string_view known_columns =
    "select t.id, t.name, g.id, g.name, g.is_single, g.objects, t.disabled, t.owner_id is not null, t.version, "
    "coalesce((select r.object from tag_rule r where r.tenant_id = t.tenant_id and r.tag_id = t.id), '') from tag t "
    "join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where t.tenant_id = :tenant";

// What separates names where several are typed.
constexpr auto separators = std::to_array<std::string_view>({",", "，", "、", ";", "；", "\n"});

std::optional<EmployeeId> maker(operation::Context& ctx) {
    return ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
}

}  // namespace

bool KnownTag::is_for(TaggedObject object) const {
    return std::ranges::find(objects, name_of(object)) != objects.end();
}

bool KnownTag::is_automatic_for(TaggedObject object) const { return rule_object == name_of(object); }

Result<std::string> plain_tag_name(std::string const& typed, std::string const& field) {
    auto name = std::string{text::trim(typed)};
    if (name.empty()) return invalid_field(field, "标签名称不能为空");
    if (text::length(name) > longest_tag_name) return invalid_field(field, "标签名称最多 30 个字");
    if (std::ranges::any_of(separators, [&](auto const mark) { return name.find(mark) != std::string::npos; }))
        return invalid_field(field, "标签名称里不能有逗号、顿号和分号：它们用来隔开几个标签");
    return name;
}

std::vector<KnownTag> tags_named(operation::Context& ctx, std::vector<std::string> const& names) {
    auto found = ctx.sql().records<KnownTag>(
        std::string{known_columns} + " and t.name = any(:names::text[])" + std::string{sees_group} +
            " order by t.owner_id is not null, t.id",
        {bind("tenant", ctx.tenant()), bind("names", names), bind("me", ctx.actor().employee)});
    auto known = std::vector<KnownTag>{};
    for (auto& tag : found)
        if (std::ranges::find(known, tag.name, &KnownTag::name) == known.end()) known.push_back(std::move(tag));
    return known;
}

std::optional<KnownTag> lock_tag(operation::Context& ctx, TagId id) {
    return ctx.sql().record<KnownTag>(
        std::string{known_columns} + " and t.id = :id" + std::string{sees_group} + " for update of t",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("me", ctx.actor().employee)});
}

Result<void> insist_on_managing(operation::Context& ctx, bool is_personal) {
    if (!is_personal && !ctx.may("tag.manage")) return operation::no_permission("tag.manage");
    return {};
}

TagGroupId default_group(operation::Context& ctx) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("now", ctx.now())};
    constexpr std::string_view find = "select id from tag_group where tenant_id = :tenant and is_default";
    if (auto const known = ctx.sql().value<TagGroupId>(find, {bind("tenant", ctx.tenant())})) return *known;
    // A group of that name may be there already: then it is that one.
    ctx.sql().execute(
        "insert into tag_group (tenant_id, name, is_default, created_at, updated_at) values (:tenant, '默认分组', "
        "true, "
        ":now, :now) on conflict do nothing",
        params);
    ctx.sql().execute(
        "update tag_group set is_default = true where tenant_id = :tenant and owner_id is null and name = '默认分组' "
        "and "
        "not exists (select 1 from tag_group o where o.tenant_id = :tenant and o.is_default)",
        {bind("tenant", ctx.tenant())});
    return ctx.sql().value<TagGroupId>(find, {bind("tenant", ctx.tenant())}).value();
}

Result<TagId> make_tag(operation::Context& ctx, TagGroupId group, std::string const& name, std::string const& colour,
                       std::string const& field, TagLimits const& limits) {
    auto const plain = plain_tag_name(name, field);
    if (!plain) return plain.error();
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("group", group)};
    auto const count = ctx.sql().value<std::int64_t>(
        "select count(*) from tag where tenant_id = :tenant and group_id = :group", params);
    if (static_cast<std::size_t>(count.value_or(0)) >= limits.tags_of_group)
        return invalid_field(
            field, "一个分组最多 " + std::to_string(limits.tags_of_group) + " 个标签，请先删除不用的，或放进别的分组");
    auto const made = ctx.sql().row<TagId, bool>(
        "insert into tag (tenant_id, group_id, owner_id, name, colour, position, created_at, updated_at, created_by) "
        "select :tenant, g.id, g.owner_id, :name, :colour, (select coalesce(max(position), 0) + 1 from tag where "
        "tenant_id = :tenant and group_id = :group), :now, :now, :by::bigint from tag_group g where g.tenant_id = "
        ":tenant and g.id = :group on conflict (tenant_id, owner_id, name) do nothing returning id, owner_id is null",
        {bind("tenant", ctx.tenant()), bind("group", group), bind("name", *plain), bind("colour", colour),
         bind("now", ctx.now()), bind("by", maker(ctx))});
    if (!made) return Error{Errc::conflict, "duplicate", "已有标签「" + *plain + "」", {{field, "已有这个标签"}}};
    auto const [id, is_of_company] = *made;
    // Words that the chat knows are the company's: nobody learns of another one's own tags.
    if (is_of_company) operation::keep_words(ctx.sql(), ctx.tenant(), {{"tag", *plain}});
    auto told = json::Document{rapidjson::kObjectType};
    json::set(told, "name", *plain, told.GetAllocator());
    ctx.audit({"tag", id.value(), "tag.create", "", json::write(told), ""});
    return id;
}

TagUses uses_of(operation::Context& ctx, TagId id) {
    return ctx.sql()
        .record<TagUses>(
            "select (select count(*) from customer_tag where tenant_id = :tenant and tag_id = :id), (select count(*) "
            "from lead_tag where tenant_id = :tenant and tag_id = :id), (select count(*) from contact_tag where "
            "tenant_id = :tenant and tag_id = :id), (select count(*) from opportunity_tag where tenant_id = :tenant "
            "and tag_id = :id)",
            {bind("tenant", ctx.tenant()), bind("id", id)})
        .value();
}

std::vector<std::string> plain_names(std::vector<std::string> const& typed) {
    auto names = std::vector<std::string>{};
    for (auto const& name : typed)
        if (auto plain = std::string{text::trim(name)};
            !plain.empty() && std::ranges::find(names, plain) == names.end())
            names.push_back(std::move(plain));
    return names;
}

}  // namespace wescrm::sales
