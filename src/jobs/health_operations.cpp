#include <wescrm/jobs/operations.hpp>
#include <wescrm/jobs/queue_admin.hpp>
#include <wescrm/jobs/retry.hpp>
#include <wescrm/wecom/client.hpp>

#include <charconv>

// How a company's connection with WeCom is doing: token, callbacks, messages, and what was given up.
namespace wescrm::jobs {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

constexpr int given_up_shown = 50;
// An app may send 200 messages a day for each account that the company may have, of which the people are a part:
// https://developer.work.weixin.qq.com/document/path/90312
constexpr std::int64_t messages_per_account = 200;

struct AskHealth {};
BOOST_DESCRIBE_STRUCT(AskHealth, (), ())

struct TokenHealth {
    std::optional<Instant> fetched_at;
    std::optional<Instant> expires_at;
    std::int64_t failures = 0;  ///< in a row
    std::optional<Instant> blocked_until;
};
BOOST_DESCRIBE_STRUCT(TokenHealth, (), (fetched_at, expires_at, failures, blocked_until))

struct CallbackHealth {
    std::optional<Instant> last_at;
    std::int64_t last_day = 0;
    std::int64_t ignored_last_day = 0;
    std::int64_t waiting = 0;
    std::int64_t missed_last_week = 0;   ///< changes of the directory that no event told, found by a sync
    std::optional<Instant> compared_at;  ///< the latest sync that looked
};
BOOST_DESCRIBE_STRUCT(CallbackHealth, (), (last_at, last_day, ignored_last_day, waiting, missed_last_week, compared_at))

struct MessageHealth {
    std::optional<Instant> last_at;
    std::int64_t last_day = 0;
    std::int64_t waiting = 0;
    std::int64_t held = 0;
    std::optional<std::int64_t> last_errcode;  ///< of the last day, the newest
    std::int64_t today = 0;                    ///< sent on this day of the company
    std::int64_t daily_quota = 0;              ///< what WeCom lets through at least
};
BOOST_DESCRIBE_STRUCT(MessageHealth, (), (last_at, last_day, waiting, held, last_errcode, today, daily_quota))

struct GivenUp {
    std::string id;
    std::string queue;
    std::string kind;
    std::string error;
    std::int64_t attempts = 0;
    Instant at;
    std::string meaning;  ///< in Chinese: what WeCom's error means and what to do; empty: it was not WeCom's
};
BOOST_DESCRIBE_STRUCT(GivenUp, (), (id, queue, kind, error, attempts, at, meaning))

struct Health {
    TokenHealth token;
    CallbackHealth callbacks;
    MessageHealth messages;
    std::string advice;  ///< in Chinese: what the newest error means and what to do; empty: nothing to do
    std::vector<GivenUp> given_up;
};
BOOST_DESCRIBE_STRUCT(Health, (), (token, callbacks, messages, advice, given_up))

TokenHealth token_health(Context& ctx) {
    return ctx.sql()
        .record<TokenHealth>(
            "select fetched_at, expires_at, failures, blocked_until from wecom_credential where tenant_id = :tenant "
            "and "
            "kind = 1 order by fetched_at desc nulls last limit 1",
            {bind("tenant", ctx.tenant())})
        .value_or(TokenHealth{});
}

// The partition key bounds what is read: messages are stored by the day they were made.
CallbackHealth callback_health(Context& ctx) {
    auto const since = ctx.now() - hours{24};
    return ctx.sql()
        .record<CallbackHealth>(
            "select max(received_at), count(*) filter (where received_at > :since), count(*) filter (where received_at "
            "> :since and state = 5), "
            "count(*) filter (where state in (0, 1, 3)), (select coalesce(sum(r.lost_events), 0) from sync_run r where "
            "r.tenant_id = :tenant and r.started_at > :week), (select max(r.finished_at) from sync_run r where "
            "r.tenant_id = :tenant and r.state in ('done', 'accepted')) from inbox where tenant_id = :tenant and "
            "msg_day >= :day",
            {bind("tenant", ctx.tenant()), bind("since", since), bind("week", ctx.now() - hours{24 * 7}),
             bind("day", Date{std::chrono::floor<days>(ctx.now() - hours{72})})})
        .value_or(CallbackHealth{});
}

MessageHealth message_health(Context& ctx) {
    auto const params =
        database::Params{bind("tenant", ctx.tenant()), bind("since", ctx.now() - hours{24}),
                         bind("today", ctx.zone().start_of(ctx.today())), bind("each", messages_per_account)};
    return ctx.sql()
        .record<MessageHealth>(
            "select max(sent_at), count(*) filter (where sent_at > :since), count(*) filter (where state in (0, 1, "
            "3)), count(*) filter (where "
            "state = 8), (select errcode from outbox where tenant_id = :tenant and created_at > :since and errcode <> "
            "0 order by id desc limit "
            "1), count(*) filter (where sent_at >= :today), (select count(*) * :each::bigint from employee e where "
            "e.tenant_id = :tenant and e.status = 'active' and e.source = 'wecom') from outbox where tenant_id = "
            ":tenant and (created_at > :since or state in (0, 1, 3, 8))",
            params)
        .value_or(MessageHealth{});
}

// The error of a message that WeCom refused begins with its errcode.
std::string meaning_of(QueueRow const& row) {
    auto errcode = 0;
    std::from_chars(row.error.data(), row.error.data() + row.error.size(), errcode);
    return row.queue == "outbox" && errcode > 0 ? wecom::explain(errcode) : std::string{};
}

std::vector<GivenUp> given_up(Context& ctx) {
    auto rows = std::vector<GivenUp>{};
    auto const found = list_queue(ctx.sql(), {"dead", "", ctx.tenant(), given_up_shown});
    if (!found) return rows;
    for (auto const& row : *found)
        rows.push_back({row.id, row.queue, row.kind, row.error, row.attempts, row.received_at, meaning_of(row)});
    return rows;
}

Result<Health> show_health(Context& ctx, AskHealth const&) {
    auto health = Health{token_health(ctx), callback_health(ctx), message_health(ctx), {}, given_up(ctx)};
    auto const errcode = health.messages.last_errcode.value_or(0);
    if (errcode > 0) health.advice = wecom::explain(static_cast<int>(errcode));
    return health;
}

struct RetryInput {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(RetryInput, (), (id))
struct Retried {
    std::int64_t retried = 0;
};
BOOST_DESCRIBE_STRUCT(Retried, (), (retried))

Result<Retried> retry(Context& ctx, RetryInput const& input) {
    auto const count = retry_queue(ctx.sql(), input.id, ctx.now(), ctx.tenant());
    if (!count) return count.error();
    if (*count == 0) return Error{Errc::not_found, "queue_row", "没有这条失败的记录，可能已经重试过"};
    auto entry = operation::AuditEntry{};
    entry.object = "company";
    entry.object_id = ctx.tenant().value();
    entry.action = "queue.retry";
    entry.reason = input.id;
    ctx.audit(entry);
    return Retried{*count};
}

constexpr Operation<AskHealth, Health> health_show{"connection.health", "连接健康",  "org.manage",
                                                   Effect::reads,       show_health, {"GET", "/connection-health"}};
constexpr Operation<RetryInput, Retried> queue_retry{
    "queue.retry", "重试失败的消息", "org.manage", Effect::writes, retry, {"POST", "/queue/{id}/retry"}};

}  // namespace

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(health_show);
    catalogue.add(queue_retry);
}

}  // namespace wescrm::jobs
