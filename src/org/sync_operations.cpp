#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/org/sync.hpp>

// Synchronising with WeCom, as people start it, look at it and decide about it.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
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
    std::string sort_key;  // not part of the output
};
BOOST_DESCRIBE_STRUCT(SyncItem, (),
                      (id, state, trigger, started_at, finished_at, problem, held_reason, added, changed, missing,
                       deactivated))
struct SyncPage {
    std::vector<SyncItem> items;
    Maybe<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(SyncPage, (), (items, next_cursor))

struct SyncListInput {
    Maybe<std::int64_t> limit;
    Maybe<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(SyncListInput, (), (limit, cursor))

Result<SyncPage> list_runs(Context& ctx, SyncListInput const& input) {
    auto const paging = Paging::from({}, input.limit, input.cursor, {{"started_at", "r.started_at", "timestamptz"}},
                                     "-started_at", "r.id");
    if (!paging) return paging.error();
    auto after = paging->after();
    after.params.add(bind("tenant", ctx.tenant()));
    auto page = SyncPage{};
    for (auto& [id, state, trigger, started, finished, problem, held, added, changed, missing, gone, key] :
         ctx.sql()
             .rows<SyncRunId, std::string, std::string, Instant, Maybe<Instant>, Maybe<std::string>, Maybe<std::string>,
                   std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string>(
                 "select r.id, r.state, r.trigger, r.started_at, r.finished_at, r.problem, r.held_reason, r.added, "
                 "r.changed, r.missing, "
                 "r.deactivated, " +
                     paging->key_column() + " from sync_run r where r.tenant_id = :tenant" + after.sql +
                     paging->order(),
                 after.params))
        page.items.push_back({id, std::move(state), std::move(trigger), started, finished, problem, held, added,
                              changed, missing, gone, key});
    page.next_cursor = paging->cut(page.items);
    return page;
}

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())
struct SyncStarted {
    std::string state;
};
BOOST_DESCRIBE_STRUCT(SyncStarted, (), (state))

Result<SyncStarted> start_sync(Context& ctx, Nothing const&) {
    request_sync(ctx);
    auto entry = operation::AuditEntry{};
    entry.object = "company";
    entry.object_id = ctx.tenant().value();
    entry.action = "org.sync";
    ctx.audit(entry);
    return SyncStarted{"requested"};
}

struct SyncInput {
    SyncRunId id;
};
BOOST_DESCRIBE_STRUCT(SyncInput, (), (id))
struct SyncDecided {
    SyncRunId id;
    std::string state;
    std::int64_t deactivated = 0;
};
BOOST_DESCRIBE_STRUCT(SyncDecided, (), (id, state, deactivated))

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

constexpr Operation<Nothing, SyncStarted> sync_start{"org.sync",     "同步通讯录", "org.manage",
                                                     Effect::writes, start_sync,   {"POST", "/sync-runs"}};
constexpr Operation<SyncListInput, SyncPage> sync_list{"org.sync.list", "通讯录同步记录", "org.manage",
                                                       Effect::reads,   list_runs,        {"GET", "/sync-runs"}};
constexpr Operation<SyncInput, SyncDecided> sync_accept{
    "org.sync.accept", "确认停用", "org.manage", Effect::confirms, accept_run, {"POST", "/sync-runs/{id}/accept"}};
constexpr Operation<SyncInput, SyncDecided> sync_keep{"org.sync.keep", "保留员工", "org.manage",
                                                      Effect::writes,  keep_run,   {"POST", "/sync-runs/{id}/keep"}};

}  // namespace

void add_sync_operations(operation::Catalogue& catalogue) {
    catalogue.add(sync_start);
    catalogue.add(sync_list);
    catalogue.add(sync_accept);
    catalogue.add(sync_keep);
}

}  // namespace wescrm::org
