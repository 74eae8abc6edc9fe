#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/org/sync.hpp>

// Synchronising with WeCom, as people start it, look at it and decide about it.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Nothing;
using operation::Operation;
using operation::Paging;
template <class T>
using Maybe = std::optional<T>;

struct SyncItem {
    SyncRunId id;
    std::string state;
    std::string trigger;
    Instant started_at;
    Maybe<Instant> finished_at;
    Maybe<std::string> problem;
    Maybe<std::string> held_reason;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t missing = 0;
    std::int64_t deactivated = 0;
    std::int64_t failed = 0;
    std::int64_t lost_events = 0;
    Maybe<Instant> undone_at;
    bool can_undo = false;
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(SyncItem, (),
                      (id, state, trigger, started_at, finished_at, problem, held_reason, added, changed, missing,
                       deactivated, failed, lost_events, undone_at, can_undo))
struct SyncPage {
    std::vector<SyncItem> items;
    Maybe<std::string> next_cursor;
    bool automatic_paused = false;  ///< since a run was undone, until somebody synchronises
};
BOOST_DESCRIBE_STRUCT(SyncPage, (), (items, next_cursor, automatic_paused))

struct SyncListInput {
    Maybe<std::int64_t> limit;
    Maybe<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(SyncListInput, (), (limit, cursor))

std::vector<SyncItem> runs(Context& ctx, std::string const& key, std::string const& rest, database::Params params) {
    constexpr auto undoable = hours{7 * 24};
    params.add(bind("tenant", ctx.tenant()));
    params.add(bind("undoable", ctx.now() - undoable));
    auto items = std::vector<SyncItem>{};
    for (auto& [id, state, trigger, started, finished, problem, held, added, changed, missing, gone, failed, lost,
                undone, can_undo, sort_key] :
         ctx.sql()
             .rows<SyncRunId, std::string, std::string, Instant, Maybe<Instant>, Maybe<std::string>, Maybe<std::string>,
                   std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, Maybe<Instant>,
                   bool, std::string>(
                 "select r.id, r.state, r.trigger, r.started_at, r.finished_at, r.problem, r.held_reason, r.added, "
                 "r.changed, r.missing, r.deactivated, r.failed, r.lost_events, r.undone_at, r.undone_at is null and "
                 "r.state not in ('running', 'preview') and r.started_at >= :undoable::timestamptz and exists (select "
                 "1 from sync_undo u where u.tenant_id = r.tenant_id and u.run_id = r.id and u.version_after is not "
                 "null), " +
                     key + " from sync_run r where r.tenant_id = :tenant" + rest,
                 params))
        items.push_back({id, std::move(state), std::move(trigger), started, finished, problem, held, added, changed,
                         missing, gone, failed, lost, undone, can_undo, sort_key});
    return items;
}

Result<SyncPage> list_runs(Context& ctx, SyncListInput const& input) {
    auto const paging = Paging::from({}, input.limit, input.cursor, {{"started_at", "r.started_at", "timestamptz"}},
                                     "-started_at", "r.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto page = SyncPage{runs(ctx, paging->key_column(), after.sql + paging->order(), after.params),
                         {},
                         are_automatic_syncs_paused(ctx)};
    page.next_cursor = paging->cut(page.items);
    return page;
}

struct ChangeItem {
    std::string kind;
    std::string object;
    std::string key;
    std::string name;
    std::string detail;
    std::string before;
    std::string after;
};
BOOST_DESCRIBE_STRUCT(ChangeItem, (), (kind, object, key, name, detail, before, after))

struct SyncDetail : SyncItem {
    std::vector<ChangeItem> changes;
};
BOOST_DESCRIBE_STRUCT(SyncDetail, (SyncItem), (changes))

struct SyncInput {
    SyncRunId id;
};
BOOST_DESCRIBE_STRUCT(SyncInput, (), (id))

Result<SyncDetail> show_run(Context& ctx, SyncInput const& input) {
    auto found = runs(ctx, "''", " and r.id = :id", {bind("id", input.id)});
    if (found.empty()) return Error{Errc::not_found, "sync_run", "没有这次同步"};
    auto detail = SyncDetail{};
    static_cast<SyncItem&>(detail) = std::move(found.front());
    detail.changes = ctx.sql().records<ChangeItem>(
        "select kind, object, object_key, name, detail, before_text, after_text from sync_change where tenant_id = "
        ":tenant and run_id = :id order by seq limit 2000",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    return detail;
}

struct SyncStarted {
    std::string state;
};
BOOST_DESCRIBE_STRUCT(SyncStarted, (), (state))

Result<void> insist_linked(Context& ctx) {
    auto const app = ctx.sql().value<int>("select 1 from wecom_app where tenant_id = :tenant and kind = 'app' limit 1",
                                          {bind("tenant", ctx.tenant())});
    if (app) return {};
    return Error{Errc::conflict, "not_linked",
                 "企业还没有连接企业微信，不能同步通讯录。请先在「管理」的「企业微信」里填写应用凭证"};
}

struct StartSync {
    Maybe<SyncRunId> preview_id;  ///< do exactly what this preview has shown, or nothing
};
BOOST_DESCRIBE_STRUCT(StartSync, (), (preview_id))

Result<SyncStarted> start_sync(Context& ctx, StartSync const& input) {
    if (auto const linked = insist_linked(ctx); !linked) return linked.error();
    if (input.preview_id &&
        !ctx.sql().value<int>("select 1 from sync_run where tenant_id = :tenant and id = :id and state = 'preview'",
                              {bind("tenant", ctx.tenant()), bind("id", *input.preview_id)}))
        return invalid_field("preview_id", "没有这次预览");
    resume_automatic_syncs(ctx);
    if (input.preview_id)
        request_apply(ctx, *input.preview_id);
    else
        request_sync(ctx);
    auto entry = operation::AuditEntry{};
    entry.object = "company";
    entry.object_id = ctx.tenant().value();
    entry.action = "org.sync";
    ctx.audit(entry);
    return SyncStarted{"requested"};
}

struct SyncDecided {
    SyncRunId id;
    std::string state;
    std::int64_t deactivated = 0;
};
BOOST_DESCRIBE_STRUCT(SyncDecided, (), (id, state, deactivated))

Result<SyncStarted> start_preview(Context& ctx, Nothing const&) {
    if (auto const linked = insist_linked(ctx); !linked) return linked.error();
    request_preview(ctx);
    ctx.audit({"company", ctx.tenant().value(), "org.sync.preview", "", "", {}});
    return SyncStarted{"requested"};
}

Result<SyncUndone> undo_run(Context& ctx, SyncInput const& input) { return undo_sync(ctx, input.id); }

Result<SyncDecided> accept_run(Context& ctx, SyncInput const& input) {
    auto const count = accept_deletions(ctx, input.id);
    if (!count) return count.error();
    return SyncDecided{input.id, "accepted", *count};
}

Result<SyncDecided> keep_run(Context& ctx, SyncInput const& input) {
    auto const count = keep_deletions(ctx, input.id);
    if (!count) return count.error();
    return SyncDecided{input.id, "kept", 0};
}

constexpr Operation<StartSync, SyncStarted> sync_start{"org.sync",     "同步通讯录", "org.manage",
                                                       Effect::writes, start_sync,   {"POST", "/sync-runs"}};
constexpr Operation<SyncListInput, SyncPage> sync_list{"org.sync.list", "通讯录同步记录", "org.manage",
                                                       Effect::reads,   list_runs,        {"GET", "/sync-runs"}};
constexpr Operation<SyncInput, SyncDecided> sync_accept{
    "org.sync.accept", "确认停用", "org.manage", Effect::confirms, accept_run, {"POST", "/sync-runs/{id}/accept"}};
constexpr Operation<SyncInput, SyncDecided> sync_keep{"org.sync.keep", "保留员工", "org.manage",
                                                      Effect::writes,  keep_run,   {"POST", "/sync-runs/{id}/keep"}};

constexpr Operation<SyncInput, SyncDetail> sync_get{"org.sync.get", "通讯录同步的差异", "org.manage",
                                                    Effect::reads,  show_run,           {"GET", "/sync-runs/{id}"}};
constexpr Operation<Nothing, SyncStarted> sync_preview{
    "org.sync.preview", "预览通讯录同步", "org.manage", Effect::writes, start_preview, {"POST", "/sync-runs/preview"}};
constexpr Operation<SyncInput, SyncUndone> sync_undo{
    "org.sync.undo", "撤销通讯录同步", "org.manage", Effect::confirms, undo_run, {"POST", "/sync-runs/{id}/undo"}};

}  // namespace

void add_sync_operations(operation::Catalogue& catalogue) {
    catalogue.add(sync_start);
    catalogue.add(sync_list);
    catalogue.add(sync_get);
    catalogue.add(sync_preview);
    catalogue.add(sync_undo);
    catalogue.add(sync_accept);
    catalogue.add(sync_keep);
}

}  // namespace wescrm::org
