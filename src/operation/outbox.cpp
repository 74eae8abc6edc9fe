#include <wescrm/base/crypto.hpp>
#include <wescrm/operation/outbox.hpp>
#include <wescrm/operation/queue_keys.hpp>

namespace wescrm::operation {
namespace {

using database::bind;
using database::Blob;

struct Recipient {
    UserId user;
    std::int64_t app = 0;
    std::int64_t agent = 0;
};

std::optional<Recipient> find_recipient(database::Session& sql, TenantId tenant, EmployeeId employee) {
    auto const row = sql.row<UserId, std::int64_t, std::int64_t>(
        "select e.user_id, a.id, a.agent_id from employee e join wecom_app a on a.tenant_id = e.tenant_id and a.kind = "
        "'app' "
        "where e.tenant_id = :tenant and e.id = :id and e.status <> 'left' order by a.agent_id limit 1",
        {bind("tenant", tenant), bind("id", employee)});
    if (!row) return std::nullopt;
    return Recipient{std::get<0>(*row), std::get<1>(*row), std::get<2>(*row)};
}

// Unique per company and within WeCom's alphabet for a task_id.
std::string effect_id(TenantId tenant, std::string_view effect_key) {
    return "e" + to_base64url(sha256(std::to_string(tenant.value()) + "\n" + std::string{effect_key})).substr(0, 30);
}

constexpr std::string_view insert =
    "insert into outbox (tenant_id, bucket, app_id, effect_key, endpoint, recipient, employee_id, kind, lane, "
    "priority, body, created_at, "
    "not_before, expires_at, source_kind, source_id) values (:tenant, :bucket, :app, :key, :endpoint, :user, "
    ":employee, :kind, :lane, "
    ":priority, :body, :now, :not_before, :expires, :source_kind, :source_id) on conflict (tenant_id, effect_key) do "
    "nothing";

}  // namespace

std::int64_t lane_of(TenantId tenant, std::int64_t app, std::string_view who) {
    auto const digest = sha256(std::to_string(tenant.value()) + "/" + std::to_string(app) + "/" + std::string{who});
    auto lane = std::uint64_t{0};
    for (std::size_t i = 0; i < 8; ++i) lane = (lane << 8U) | static_cast<unsigned char>(digest[i]);
    return static_cast<std::int64_t>(lane >> 1U);
}

void Outbox::tell(Notice const& notice) {
    auto const to = find_recipient(sql_, tenant_, notice.to);
    if (!to) return;
    auto const rendered = renderer_.render(notice.kind, notice.data, to->user, to->agent,
                                           effect_id(tenant_, notice.effect_key), notice.priority);
    auto const not_before = std::max(notice.not_before, now_);
    auto const written = sql_.execute(
        insert, {bind("tenant", tenant_), bind("bucket", bucket_of(tenant_)), bind("app", to->app),
                 bind("key", notice.effect_key), bind("endpoint", rendered.endpoint), bind("user", to->user),
                 bind("employee", notice.to), bind("kind", notice.kind),
                 bind("lane", lane_of(tenant_, to->app, to->user.value())),
                 bind("priority", static_cast<int>(notice.priority)), bind("body", Blob{rendered.body}),
                 bind("now", now_), bind("not_before", not_before), bind("expires", not_before + notice.expires_after),
                 bind("source_kind", notice.source_kind), bind("source_id", notice.source_id)});
    if (written > 0 && wake_sender_) sql_.after_commit(wake_sender_);
}

void Outbox::update_card(CardUpdate const& update) {
    auto const to = find_recipient(sql_, tenant_, update.to);
    if (!to) return;
    auto const rendered = renderer_.render_update(update, to->user, to->agent);
    auto const written =
        sql_.execute(insert, {bind("tenant", tenant_), bind("bucket", bucket_of(tenant_)), bind("app", to->app),
                              bind("key", update.effect_key), bind("endpoint", rendered.endpoint),
                              bind("user", to->user), bind("employee", update.to), bind("kind", update.kind),
                              bind("lane", lane_of(tenant_, to->app, to->user.value())),
                              bind("priority", static_cast<int>(Priority::waiting)), bind("body", Blob{rendered.body}),
                              bind("now", now_), bind("not_before", now_), bind("expires", now_ + hours{24}),
                              bind("source_kind", update.source_kind), bind("source_id", update.source_id)});
    if (written > 0 && wake_sender_) sql_.after_commit(wake_sender_);
}

void Outbox::cancel(std::string_view source_kind, std::int64_t source_id) {
    sql_.execute(
        "update outbox set state = 6 where tenant_id = :tenant and source_kind = :kind and source_id = :id and state "
        "in (0, 3, 8) "
        "and priority >= 1",
        {bind("tenant", tenant_), bind("kind", source_kind), bind("id", source_id)});
}

}  // namespace wescrm::operation
