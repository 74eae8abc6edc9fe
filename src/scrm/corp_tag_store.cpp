#include "corp_tag_store.hpp"

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>

namespace wescrm::scrm {
namespace {

using database::bind;

std::vector<OwnGroup> own_groups(operation::Context& ctx) {
    auto groups = std::vector<OwnGroup>{};
    for (auto& [id, name, renamed] : ctx.sql().rows<std::int64_t, std::string, std::optional<Instant>>(
             "select g.id, g.name, g.renamed_at from tag_group g join corp_tag_group l on l.tenant_id = g.tenant_id "
             "and l.group_id = g.id where g.tenant_id = :tenant and l.flow <> 'none' order by g.position, g.id",
             {bind("tenant", ctx.tenant())}))
        groups.push_back({id, std::move(name), renamed});
    for (auto& [group, id, name, disabled, uses, renamed] :
         ctx.sql().rows<std::int64_t, std::int64_t, std::string, bool, std::int64_t, std::optional<Instant>>(
             "select t.group_id, t.id, t.name, t.disabled, (select count(*) from customer_tag u where u.tenant_id = "
             "t.tenant_id and u.tag_id = t.id) + (select count(*) from lead_tag u where u.tenant_id = t.tenant_id and "
             "u.tag_id = t.id) + (select count(*) from contact_tag u where u.tenant_id = t.tenant_id and u.tag_id = "
             "t.id) + (select count(*) from opportunity_tag u where u.tenant_id = t.tenant_id and u.tag_id = t.id), "
             "t.renamed_at from tag t join corp_tag_group l on l.tenant_id = t.tenant_id and l.group_id = t.group_id "
             "where t.tenant_id = :tenant and l.flow <> 'none' order by t.position, t.id",
             {bind("tenant", ctx.tenant())})) {
        auto const of = std::ranges::find(groups, group, &OwnGroup::id);
        if (of != groups.end()) of->tags.push_back({id, std::move(name), disabled, uses, renamed});
    }
    return groups;
}

}  // namespace

TagWorld read_world(operation::Context& ctx) {
    auto world = TagWorld{};
    world.ours = own_groups(ctx);
    for (auto& [group, flow, corp_id, name, order] :
         ctx.sql().rows<std::int64_t, std::string, std::string, std::string, std::vector<std::string>>(
             "select group_id, flow, coalesce(corp_group_id, ''), name, tag_order from corp_tag_group where tenant_id "
             "= :tenant order by group_id",
             {bind("tenant", ctx.tenant())})) {
        auto link = GroupLink{group, TagFlow::none, std::move(corp_id), std::move(name), std::move(order)};
        boost::describe::enum_from_string(flow.c_str(), link.flow);
        world.groups.push_back(std::move(link));
    }
    for (auto& [tag, group, corp_id, name, is_cut] :
         ctx.sql().rows<std::int64_t, std::int64_t, std::string, std::string, bool>(
             "select tag_id, group_id, coalesce(corp_tag_id, ''), name, is_cut from corp_tag where tenant_id = :tenant "
             "order by tag_id",
             {bind("tenant", ctx.tenant())}))
        world.links.push_back({tag, group, std::move(corp_id), std::move(name), is_cut});
    for (auto& [corp_id, at] : ctx.sql().rows<std::string, Instant>(
             "select corp_id, changed_at from corp_tag_news where tenant_id = :tenant", {bind("tenant", ctx.tenant())}))
        world.changed_there.emplace(std::move(corp_id), at);
    world.seen_at = ctx.now();
    return world;
}

void link_group(operation::Context& ctx, std::int64_t group, std::string const& corp_id, std::string const& name) {
    ctx.sql().execute(
        "update corp_tag_group set corp_group_id = :corp, name = :name where tenant_id = :tenant and group_id = :group",
        {bind("tenant", ctx.tenant()), bind("group", group), bind("corp", corp_id), bind("name", name)});
}

void keep_order(operation::Context& ctx, std::int64_t group, std::vector<std::string> const& sequence) {
    ctx.sql().execute(
        "update corp_tag_group set tag_order = :order::text[] where tenant_id = :tenant and group_id = :group",
        {bind("tenant", ctx.tenant()), bind("group", group), bind("order", sequence)});
}

std::vector<std::int64_t> tags_in_order(operation::Context& ctx, std::int64_t group,
                                        std::vector<std::string> const& sequence) {
    return ctx.sql().values<std::int64_t>(
        "select tag_id from corp_tag where tenant_id = :tenant and group_id = :group and corp_tag_id = "
        "any(:order::text[]) order by array_position(:order::text[], corp_tag_id)",
        {bind("tenant", ctx.tenant()), bind("group", group), bind("order", sequence)});
}

void cut_group(operation::Context& ctx, std::int64_t group, std::string const& note) {
    ctx.sql().execute("delete from corp_tag where tenant_id = :tenant and group_id = :group",
                      {bind("tenant", ctx.tenant()), bind("group", group)});
    ctx.sql().execute(
        "update corp_tag_group set flow = 'none', corp_group_id = null, name = '', tag_order = '{}', note = :note "
        "where tenant_id = "
        ":tenant and group_id = :group",
        {bind("tenant", ctx.tenant()), bind("group", group), bind("note", note)});
}

void forget_group(operation::Context& ctx, std::int64_t group) {
    for (auto const* table : {"corp_tag", "corp_tag_problem", "corp_tag_group"})
        ctx.sql().execute("delete from " + std::string{table} + " where tenant_id = :tenant and group_id = :group",
                          {bind("tenant", ctx.tenant()), bind("group", group)});
}

void link_tag(operation::Context& ctx, std::int64_t group, std::int64_t tag, std::string const& corp_id,
              std::string const& name) {
    ctx.sql().execute(
        "insert into corp_tag (tenant_id, tag_id, group_id, corp_tag_id, name) values (:tenant, :tag, :group, :corp, "
        ":name) on conflict (tenant_id, tag_id) do update set group_id = excluded.group_id, corp_tag_id = "
        "excluded.corp_tag_id, name = excluded.name, is_cut = false",
        {bind("tenant", ctx.tenant()), bind("tag", tag), bind("group", group), bind("corp", corp_id),
         bind("name", name)});
}

void cut_tag(operation::Context& ctx, std::int64_t tag) {
    ctx.sql().execute(
        "update corp_tag set is_cut = true, corp_tag_id = null where tenant_id = :tenant and tag_id = :tag",
        {bind("tenant", ctx.tenant()), bind("tag", tag)});
}

void forget_tag(operation::Context& ctx, std::int64_t tag) {
    ctx.sql().execute("delete from corp_tag where tenant_id = :tenant and tag_id = :tag",
                      {bind("tenant", ctx.tenant()), bind("tag", tag)});
}

void forget_empty_group(operation::Context& ctx, std::int64_t group) {
    ctx.sql().execute(
        "update corp_tag_group set corp_group_id = null where tenant_id = :tenant and group_id = :group and not exists "
        "(select 1 from corp_tag t where t.tenant_id = :tenant and t.group_id = :group and t.corp_tag_id is not null)",
        {bind("tenant", ctx.tenant()), bind("group", group)});
}

void note_problem(operation::Context& ctx, TagStep const& step, std::string const& problem) {
    auto const is_of_group = step.kind == TagStep::Kind::rename_group_there ||
                             step.kind == TagStep::Kind::rename_group_here ||
                             step.kind == TagStep::Kind::remove_group_there;
    ctx.sql().execute(
        "insert into corp_tag_problem (tenant_id, group_id, name, problem) values (:tenant, :group, :name, :problem) "
        "on "
        "conflict (tenant_id, group_id, name) do update set problem = excluded.problem",
        {bind("tenant", ctx.tenant()), bind("group", step.group), bind("name", is_of_group ? std::string{} : step.name),
         bind("problem", problem)});
}

std::string changes_json(std::vector<TagStep> const& steps) {
    auto list = json::Document{rapidjson::kArrayType};
    auto& allocator = list.GetAllocator();
    for (auto const& step : steps) {
        auto const words = step.words();
        if (words.empty()) continue;
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "group", step.group_name, allocator);
        json::set(one, "words", words, allocator);
        list.PushBack(std::move(one), allocator);
    }
    return json::write(list);
}

std::string there_json(std::vector<wecom::ApiTagGroup> const& groups) {
    auto list = json::Document{rapidjson::kArrayType};
    auto& allocator = list.GetAllocator();
    for (auto const& group : groups) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "id", group.id, allocator);
        json::set(one, "name", group.name, allocator);
        json::set(one, "tags", json::Value{static_cast<std::int64_t>(group.tags.size())}, allocator);
        list.PushBack(std::move(one), allocator);
    }
    return json::write(list);
}

}  // namespace wescrm::scrm
