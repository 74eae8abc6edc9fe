#include "link_store.hpp"

#include <wescrm/org/registration.hpp>
#include <wescrm/org/roles.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using database::Session;

Error no_draft() { return {Errc::not_found, "draft", "请先填写 Secret"}; }

Error known_corp() {
    return {Errc::conflict, "known_corp", "这个企业 ID 已经在本系统开通。请用企业微信登录那个企业，或联系它的管理员"};
}

// The corp id, proven by a secret that works for it.
Result<void> take_corp_id(operation::Context& ctx, std::string const& corp_id) {
    auto const known = ctx.sql().value<std::string>("select corp_id from tenant where id = :tenant for update",
                                                    {bind("tenant", ctx.tenant())});
    if (known && *known != corp_id)
        return Error{Errc::conflict, "other_corp", "本企业已连接企业微信 " + *known + "，不能改为另一个企业"};
    if (known) return {};
    auto const refused = ctx.sql().attempt([&] {
        ctx.sql().execute(
            "update tenant set corp_id = :corp, version = version + 1, updated_at = :now where id = :tenant",
            {bind("corp", corp_id), bind("now", ctx.now()), bind("tenant", ctx.tenant())});
    });
    if (refused) return known_corp();
    return {};
}

// The member is an employee already (synchronised, or added by hand): he takes over, the placeholder is retired.
void hand_to_member(operation::Context& ctx, EmployeeId member, EmployeeId registrant) {
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("member", member),
                                      bind("registrant", registrant), bind("now", ctx.now())};
    ctx.sql().execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, :member from role r where "
        "r.tenant_id = :tenant and r.is_administrator on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("member", member)});
    ctx.sql().execute(
        "update employee set auth_generation = auth_generation + 1 where tenant_id = :tenant and id = :member",
        {bind("tenant", ctx.tenant()), bind("member", member)});
    ctx.sql().execute(
        "update employee set status = 'left', left_at = :now, left_reason = 'registrant', auth_generation = "
        "auth_generation + 1, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :registrant",
        {bind("tenant", ctx.tenant()), bind("registrant", registrant), bind("now", ctx.now())});
}

}  // namespace

Result<Draft> open_draft(Session& sql, Sealer const& sealer, TenantId tenant, std::string_view kind) {
    auto store = LinkStore{sql, sealer, tenant};
    auto const draft = store.draft(kind);
    auto secret = store.draft_secret(kind);
    if (!draft || !secret || secret->empty()) return no_draft();
    return Draft{{tenant, 0, draft->corp_id, std::move(*secret)}, draft->agent_id};
}

Result<Draft> open_accepted(Session& sql, Sealer const& sealer, TenantId tenant, std::string_view kind) {
    auto store = LinkStore{sql, sealer, tenant};
    auto const app = store.accepted(kind);
    auto secret = store.accepted_secret(kind);
    auto const corp = sql.value<std::string>("select corp_id from tenant where id = :tenant", {bind("tenant", tenant)});
    if (!app || !secret || !corp) return Error{Errc::not_found, "app", "还没有取得凭证"};
    return Draft{{tenant, app->id, *corp, std::move(*secret)}, app->agent_id};
}

Result<void> count_try(Session& sql, TenantId tenant, std::string_view kind, int most, Instant now) {
    auto const key = database::Params{bind("tenant", tenant), bind("kind", kind)};
    auto const tries = sql.row<std::int64_t, std::int64_t>(
        "select coalesce((checks -> 'tries' ->> 'since')::bigint, 0), coalesce((checks -> 'tries' ->> "
        "'count')::bigint, 0) from wecom_draft where tenant_id = :tenant and kind = :kind for update",
        key);
    if (!tries) return no_draft();
    auto const second = std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
    auto const is_new = std::get<0>(*tries) + seconds{hours{1}}.count() <= second;
    auto const count = is_new ? 0 : std::get<1>(*tries);
    if (count >= most)
        return Error{Errc::rate_limited, "tries",
                     "一小时内测试次数过多，请稍后再试：错误的 Secret 会使服务器被企业微信暂时封禁"};
    sql.execute(
        "update wecom_draft set checks = checks || jsonb_build_object('tries', jsonb_build_object('since', "
        ":since::bigint, 'count', :count::bigint)) where tenant_id = :tenant and kind = :kind",
        {bind("tenant", tenant), bind("kind", kind), bind("since", is_new ? second : std::get<0>(*tries)),
         bind("count", count + 1)});
    return {};
}

void note_check(Session& sql, TenantId tenant, std::string_view kind, std::string_view step, CheckResult const& result,
                Instant now) {
    sql.execute(
        "update wecom_draft set checks = checks || jsonb_build_object(:step::text, jsonb_build_object('ok', "
        ":ok::boolean, 'errcode', :errcode::bigint, 'detail', :detail::text, 'at', :at::text)) where tenant_id = "
        ":tenant and kind = :kind",
        {bind("tenant", tenant), bind("kind", kind), bind("step", step), bind("ok", result.is_ok),
         bind("errcode", result.errcode), bind("detail", result.detail), bind("at", format_rfc3339(now))});
}

Result<void> accept_draft(operation::Context& ctx, Sealer const& sealer, std::string_view kind) {
    auto store = LinkStore{ctx.sql(), sealer, ctx.tenant()};
    auto const draft = store.draft(kind);
    auto const secret = store.draft_secret(kind);
    if (!draft || !secret || secret->empty()) return no_draft();
    if (auto const taken = take_corp_id(ctx, draft->corp_id); !taken) return taken.error();
    auto const former = store.accepted(kind);
    store.write_accepted(kind, former, draft->agent_id, *secret, draft->keys, ctx.now());
    store.forget_draft_secret(kind);
    ctx.audit({"company", ctx.tenant().value(), "link.accept", {}, {}, std::string{kind}});
    return {};
}

Result<void> bind_registrant(operation::Context& ctx, UserId const& user, std::string const& name) {
    auto const registrant = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active' for update",
        {bind("tenant", ctx.tenant()), bind("user", registrant_user)});
    if (!registrant) return Error{Errc::conflict, "bound", "管理员的企业微信账号已经绑定"};
    auto const member = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", user)});
    if (member)
        hand_to_member(ctx, *member, *registrant);
    else
        ctx.sql().execute(
            "update employee set user_id = :user, name = :name, version = version + 1, updated_at = :now where "
            "tenant_id = :tenant and id = :id",
            {bind("user", user), bind("name", name), bind("now", ctx.now()), bind("tenant", ctx.tenant()),
             bind("id", *registrant)});
    ctx.sql().execute("delete from setup_link where tenant_id = :tenant", {bind("tenant", ctx.tenant())});
    ctx.audit({"employee", registrant->value(), "link.administrator", {}, {}, user.value()});
    return {};
}

void note_verified(Session& sql, std::string_view corp_id, std::string_view kind, std::int64_t agent_id, Instant now) {
    sql.execute(
        "update wecom_app a set verified_at = :now from tenant t where t.corp_id = :corp and a.tenant_id = t.id and "
        "a.kind = :kind and (a.kind <> 'app' or a.agent_id = :agent)",
        {bind("now", now), bind("corp", corp_id), bind("kind", kind), bind("agent", agent_id)});
}

}  // namespace wescrm::org
