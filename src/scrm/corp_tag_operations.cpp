#include "corp_tag_store.hpp"

#include <wescrm/operation/operations.hpp>
#include <wescrm/scrm/corp_tags.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

// Corp tags as administrators see and set them.
namespace wescrm::scrm {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;

using GroupId = StrongId<struct CorpTagGroupIdTag, std::int64_t>;
using TagId = StrongId<struct CorpTagIdTag, std::int64_t>;

struct Run {
    std::string state;
    bool is_preview = false;
    Instant started_at;
    std::optional<Instant> finished_at;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string problem;
};
BOOST_DESCRIBE_STRUCT(Run, (), (state, is_preview, started_at, finished_at, done, total, problem))

struct ChangeLine {
    std::string group;
    std::string words;
};
BOOST_DESCRIBE_STRUCT(ChangeLine, (), (group, words))

struct CorpGroup {
    std::string id;
    std::string name;
    std::int64_t tags = 0;
};
BOOST_DESCRIBE_STRUCT(CorpGroup, (), (id, name, tags))

struct TagState {
    TagId id;
    bool is_linked = false;
    bool is_cut = false;  ///< deleted at WeCom while it is used here
};
BOOST_DESCRIBE_STRUCT(TagState, (), (id, is_linked, is_cut))

struct Problem {
    std::string name;  ///< of the tag; empty: of the group
    std::string problem;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (name, problem))

struct Mapping {
    GroupId group_id;
    TagFlow flow = TagFlow::none;
    std::optional<std::string> corp_group_id;
    std::string note;
    std::vector<TagState> tags;
    std::vector<Problem> problems;
};
BOOST_DESCRIBE_STRUCT(Mapping, (), (group_id, flow, corp_group_id, note, tags, problems))

struct CorpTagsShown {
    std::optional<Run> run;
    std::vector<ChangeLine> changes;     ///< of the last run, or what a preview would do
    std::vector<CorpGroup> corp_groups;  ///< as they were read last
    std::vector<Mapping> groups;
};
BOOST_DESCRIBE_STRUCT(CorpTagsShown, (), (run, changes, corp_groups, groups))

struct MapGroup {
    GroupId id;
    TagFlow flow = TagFlow::none;
    std::optional<std::string> corp_group_id;  ///< absent: the one of the same name
};
BOOST_DESCRIBE_STRUCT(MapGroup, (), (id, flow, corp_group_id))

struct StartRun {
    bool preview = false;
};
BOOST_DESCRIBE_STRUCT(StartRun, (), (preview))

struct OneTag {
    TagId id;
};
BOOST_DESCRIBE_STRUCT(OneTag, (), (id))

std::vector<FieldRule> field_rules(MapGroup const*) {
    return {{"flow", "企业微信标签"}, {"corp_group_id", "企业微信标签组", {.max_length = 64}}};
}
std::vector<FieldRule> field_rules(StartRun const*) { return {{"preview", "只预览"}}; }

std::string_view title_of(TagFlow flow) {
    switch (flow) {
        case TagFlow::none:
            return "不同步";
        case TagFlow::to_wecom:
            return "CRM → 企业微信";
        case TagFlow::from_wecom:
            return "企业微信 → CRM";
        case TagFlow::both:
            return "双向";
    }
    return {};
}

std::string member_of(json::Value const& in, std::string_view name) { return json::find_string(in, name).value_or(""); }

void read_run(Context& ctx, CorpTagsShown& shown) {
    shown.run = ctx.sql().record<Run>(
        "select state, is_preview, started_at, finished_at, done, total, problem from corp_tag_run where tenant_id = "
        ":tenant",
        {bind("tenant", ctx.tenant())});
    auto const lists = ctx.sql().row<std::string, std::string>(
        "select changes::text, there::text from corp_tag_run where tenant_id = :tenant",
        {bind("tenant", ctx.tenant())});
    if (!lists) return;
    auto const& [changes, there] = *lists;
    auto const lines = json::parse(changes);
    auto const groups = json::parse(there);
    if (lines)
        for (auto const& line : lines->GetArray())
            shown.changes.push_back({member_of(line, "group"), member_of(line, "words")});
    if (groups)
        for (auto const& group : groups->GetArray())
            shown.corp_groups.push_back(
                {member_of(group, "id"), member_of(group, "name"), json::find_integer(group, "tags").value_or(0)});
}

void read_mappings(Context& ctx, CorpTagsShown& shown) {
    auto world = read_world(ctx);
    auto const notes = ctx.sql().rows<std::int64_t, std::string>(
        "select group_id, note from corp_tag_group where tenant_id = :tenant", {bind("tenant", ctx.tenant())});
    for (auto const& link : world.groups) {
        auto mapping = Mapping{GroupId{link.group}, link.flow, {}, {}, {}, {}};
        if (!link.corp_id.empty()) mapping.corp_group_id = link.corp_id;
        for (auto const& [group, note] : notes)
            if (group == link.group) mapping.note = note;
        for (auto const& tag : world.links)
            if (tag.group == link.group) mapping.tags.push_back({TagId{tag.tag}, !tag.corp_id.empty(), tag.is_cut});
        shown.groups.push_back(std::move(mapping));
    }
    for (auto& [group, name, problem] : ctx.sql().rows<std::int64_t, std::string, std::string>(
             "select group_id, name, problem from corp_tag_problem where tenant_id = :tenant order by name",
             {bind("tenant", ctx.tenant())})) {
        auto const of = std::ranges::find(shown.groups, GroupId{group}, &Mapping::group_id);
        if (of != shown.groups.end()) of->problems.push_back({std::move(name), std::move(problem)});
    }
}

Result<CorpTagsShown> show(Context& ctx, Nothing const&) {
    auto shown = CorpTagsShown{};
    read_run(ctx, shown);
    read_mappings(ctx, shown);
    return shown;
}

void ask_for_run(Context& ctx, std::string timer) {
    auto const is_preview = timer == "corp_tags_preview";
    ctx.sql().execute(
        "insert into corp_tag_run as r (tenant_id, state, is_preview, started_at) values (:tenant, 'requested', "
        ":preview, :now) on conflict (tenant_id) do update set state = 'requested', is_preview = :preview, started_at "
        "= :now, finished_at = null, done = 0, total = 0, problem = '', changes = '[]' where r.state <> 'running'",
        {bind("tenant", ctx.tenant()), bind("preview", is_preview), bind("now", ctx.now())});
    auto run = operation::Timer{std::move(timer), "tenant", ctx.tenant().value(), ctx.now()};
    run.grace = minutes{24 * 60};
    ctx.timers().schedule(run);
}

Result<void> insist_on_free(Context& ctx, MapGroup const& input) {
    if (!input.corp_group_id) return {};
    auto const other = ctx.sql().value<std::string>(
        "select coalesce(g.name, '') from corp_tag_group l left join tag_group g on g.tenant_id = l.tenant_id and g.id "
        "= l.group_id where l.tenant_id = :tenant and l.corp_group_id = :corp and l.group_id <> :id",
        {bind("tenant", ctx.tenant()), bind("corp", *input.corp_group_id), bind("id", input.id)});
    if (other) return invalid_field("corp_group_id", "这个标签组已与分组「" + *other + "」对应");
    return {};
}

Result<CorpTagsShown> map_group(Context& ctx, MapGroup const& input) {
    auto const name = ctx.sql().value<std::string>(
        "select name from tag_group where tenant_id = :tenant and id = :id and owner_id is null for update",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (!name) return Error{Errc::not_found, "tag_group", "没有这个标签分组"};
    if (auto const free = insist_on_free(ctx, input); !free) return free.error();
    auto const before = ctx.sql().row<std::string, std::string>(
        "select flow, coalesce(corp_group_id, '') from corp_tag_group where tenant_id = :tenant and group_id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const was = before ? std::get<0>(*before) : "none";
    auto const flow = std::string{boost::describe::enum_to_string(input.flow, "none")};
    auto const is_another = before && input.corp_group_id && *input.corp_group_id != std::get<1>(*before);
    if (input.flow == TagFlow::none || is_another)
        ctx.sql().execute("delete from corp_tag where tenant_id = :tenant and group_id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", input.id)});
    ctx.sql().execute("delete from corp_tag_problem where tenant_id = :tenant and group_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    ctx.sql().execute(
        "insert into corp_tag_group as l (tenant_id, group_id, flow, corp_group_id, updated_at, updated_by) values "
        "(:tenant, :id, :flow, :corp::text, :now, :by::bigint) on conflict (tenant_id, group_id) do update set flow = "
        "excluded.flow, corp_group_id = case when excluded.flow = 'none' then null else coalesce("
        "excluded.corp_group_id, l.corp_group_id) end, name = case when excluded.flow = 'none' or "
        "excluded.corp_group_id <> l.corp_group_id then '' else l.name end, tag_order = '{}', note = '', updated_at = "
        "excluded.updated_at, updated_by = excluded.updated_by",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("flow", flow),
         bind("corp", input.flow == TagFlow::none ? std::nullopt : input.corp_group_id), bind("now", ctx.now()),
         bind("by", by)});
    auto const state = [](TagFlow of) {
        auto told = json::Document{rapidjson::kObjectType};
        json::set(told, "flow", title_of(of), told.GetAllocator());
        return json::write(told);
    };
    auto old = TagFlow::none;
    boost::describe::enum_from_string(was.c_str(), old);
    ctx.audit({"tag_group", input.id.value(), "corp_tag.map", state(old), state(input.flow), ""});
    return show(ctx, {});
}

Result<CorpTagsShown> start(Context& ctx, StartRun const& input) {
    auto const mapped =
        ctx.sql().value<int>("select 1 from corp_tag_group where tenant_id = :tenant and flow <> 'none' limit 1",
                             {bind("tenant", ctx.tenant())});
    // A preview without any also reads which groups WeCom has.
    if (!mapped && !input.preview)
        return Error{Errc::conflict, "nothing_mapped", "还没有分组与企业微信标签同步，请先为一个分组选择同步方式"};
    ask_for_run(ctx, input.preview ? "corp_tags_preview" : "corp_tags");
    ctx.audit({"company", ctx.tenant().value(), "corp_tag.sync", "", "", input.preview ? "预览" : ""});
    return show(ctx, {});
}

// Kept from WeCom since it was deleted there: from now on it is as if it were new here.
Result<CorpTagsShown> relink(Context& ctx, OneTag const& input) {
    auto const gone = ctx.sql().execute("delete from corp_tag where tenant_id = :tenant and tag_id = :id and is_cut",
                                        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (gone == 0) return Error{Errc::not_found, "corp_tag", "这个标签没有停止同步"};
    ctx.audit({"tag", input.id.value(), "corp_tag.relink", "", "", ""});
    request_corp_tags(ctx);
    return show(ctx, {});
}

constexpr Operation<Nothing, CorpTagsShown> corp_tag_show{"corp_tag.show", "企业微信标签", "tag.manage",
                                                          Effect::reads,   show,           {"GET", "/corp-tags"}};
constexpr Operation<MapGroup, CorpTagsShown> corp_tag_map{"corp_tag.map", "设置企业微信标签同步",
                                                          "tag.manage",   Effect::writes,
                                                          map_group,      {"PUT", "/tag-groups/{id}/corp-tags"}};
constexpr Operation<StartRun, CorpTagsShown> corp_tag_sync{
    "corp_tag.sync", "同步企业微信标签", "tag.manage", Effect::writes, start, {"POST", "/corp-tags/sync"}};
constexpr Operation<OneTag, CorpTagsShown> corp_tag_relink{
    "corp_tag.relink", "重新同步标签", "tag.manage", Effect::writes, relink, {"POST", "/tags/{id}/corp-tag"}};

}  // namespace

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(corp_tag_show);
    catalogue.add(corp_tag_map);
    catalogue.add(corp_tag_sync);
    catalogue.add(corp_tag_relink);
}

void request_corp_tags(operation::Context& ctx) {
    auto const mapped =
        ctx.sql().value<int>("select 1 from corp_tag_group where tenant_id = :tenant and flow <> 'none' limit 1",
                             {bind("tenant", ctx.tenant())});
    if (mapped) ask_for_run(ctx, "corp_tags");
}

bool may_begin_corp_tags(operation::Context& ctx, std::string const& timer, CorpTagConfig const& config) {
    constexpr auto soon = std::chrono::seconds{10};
    auto const running = ctx.sql().value<int>(
        "select 1 from corp_tag_run where tenant_id = :tenant and state = 'running' and started_at >= :dead",
        {bind("tenant", ctx.tenant()), bind("dead", ctx.now() - config.abandoned)});
    if (!running) return true;
    auto later = operation::Timer{timer, "tenant", ctx.tenant().value(), ctx.now() + soon};
    later.grace = minutes{24 * 60};
    ctx.timers().schedule(later);
    return false;
}

Result<void> note_corp_tag(operation::Context& ctx, wecom::Callback const& event) {
    auto const* change = std::get_if<wecom::ExternalTagChange>(&event.content);
    if (!change) return {};
    if (!change->id.empty())
        ctx.sql().execute(
            "insert into corp_tag_news (tenant_id, corp_id, changed_at) values (:tenant, :id, :at) on conflict "
            "(tenant_id, corp_id) do update set changed_at = greatest(corp_tag_news.changed_at, excluded.changed_at)",
            {bind("tenant", ctx.tenant()), bind("id", change->id), bind("at", event.created)});
    request_corp_tags(ctx);
    return {};
}

}  // namespace wescrm::scrm
