#include "link_store.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/org/registration.hpp>

#include <algorithm>
#include <array>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;

enum class LinkKind { app, contacts, external };
BOOST_DESCRIBE_ENUM(LinkKind, app, contacts, external)

constexpr std::array kinds{LinkKind::app, LinkKind::contacts, LinkKind::external};
constexpr std::array<std::string_view, 4> steps{"token", "address", "range", "member"};

std::string_view name_of(LinkKind kind) {
    return kind == LinkKind::app ? "app" : kind == LinkKind::contacts ? "contacts" : "external";
}

struct LinkCheck {
    std::string step;
    bool ok = false;
    std::int64_t errcode = 0;
    std::string detail;
    std::optional<Instant> at;
};
BOOST_DESCRIBE_STRUCT(LinkCheck, (), (step, ok, errcode, detail, at))

struct LinkPart {
    LinkKind kind = LinkKind::app;
    std::int64_t agent_id = 0;
    bool has_secret = false;  ///< entered, or accepted
    bool linked = false;      ///< WeCom accepted the secret
    std::string callback_url;
    std::optional<std::string> token;    ///< until WeCom has verified the address
    std::optional<std::string> aes_key;  ///< likewise
    std::optional<Instant> verified_at;
    std::vector<LinkCheck> checks;
};
BOOST_DESCRIBE_STRUCT(LinkPart, (),
                      (kind, agent_id, has_secret, linked, callback_url, token, aes_key, verified_at, checks))

struct Link {
    std::string corp_id;  ///< proven, or claimed
    bool is_proven = false;
    bool is_administrator_known = false;  ///< by his WeCom account
    std::optional<Instant> last_event_at;
    std::vector<LinkPart> parts;
};
BOOST_DESCRIBE_STRUCT(Link, (), (corp_id, is_proven, is_administrator_known, last_event_at, parts))

struct SaveLink {
    LinkKind kind = LinkKind::app;
    std::optional<std::string> corp_id;
    std::optional<std::int64_t> agent_id;
    std::optional<std::string> secret;  ///< absent: the one that was entered before
};
BOOST_DESCRIBE_STRUCT(SaveLink, (), (kind, corp_id, agent_id, secret))
std::vector<FieldRule> field_rules(SaveLink const*) {
    return {{"kind", "接口"},
            {"corp_id", "企业 ID", {.max_length = 64}, "ww…"},
            {"agent_id", "AgentId", {.min = 1}, "1000002"},
            {"secret", "Secret", {.max_length = 200}}};
}

struct RenewKeys {
    LinkKind kind = LinkKind::app;
};
BOOST_DESCRIBE_STRUCT(RenewKeys, (), (kind))

struct SetupLink {
    std::string url;
};
BOOST_DESCRIBE_STRUCT(SetupLink, (), (url))

struct CheckListItem {
    std::string key;
    bool done = false;
};
BOOST_DESCRIBE_STRUCT(CheckListItem, (), (key, done))
struct CheckList {
    std::vector<CheckListItem> items;
};
BOOST_DESCRIBE_STRUCT(CheckList, (), (items))

Error no_sealer() { return {Errc::unavailable, "master_key", "服务器没有主密钥，不能保存凭证"}; }

LinkStore store_of(Context& ctx) { return {ctx.sql(), *ctx.services().sealer, ctx.tenant()}; }

std::string path_of(LinkKind kind, std::string const& corp_id, std::int64_t agent_id) {
    auto const root = "/wecom/" + corp_id + "/";
    if (kind == LinkKind::app) return root + "app/" + std::to_string(agent_id);
    return root + std::string{name_of(kind)};
}

std::vector<LinkCheck> checks_of(json::Value const& checks) {
    auto all = std::vector<LinkCheck>{};
    for (auto const step : steps) {
        auto const* found = json::find(checks, step);
        if (!found) continue;
        all.push_back({std::string{step}, json::find_bool(*found, "ok").value_or(false),
                       json::find_integer(*found, "errcode").value_or(0),
                       json::find_string(*found, "detail").value_or(""),
                       parse_rfc3339(json::find_string(*found, "at").value_or(""))});
    }
    return all;
}

LinkPart part_of(Context& ctx, LinkKind kind, std::string const& corp_id) {
    auto store = store_of(ctx);
    auto const draft = store.draft(name_of(kind));
    auto const accepted = store.accepted(name_of(kind));
    auto part = LinkPart{};
    part.kind = kind;
    part.agent_id = draft && draft->has_secret ? draft->agent_id : accepted ? accepted->agent_id : 0;
    if (part.agent_id == 0 && draft) part.agent_id = draft->agent_id;
    part.has_secret = accepted.has_value() || (draft && draft->has_secret);
    part.linked = accepted.has_value();
    if (accepted) {
        part.callback_url = ctx.services().public_url + path_of(kind, corp_id, accepted->agent_id);
        part.verified_at = accepted->verified_at;
    }
    if (accepted && accepted->are_keys_ours && !accepted->verified_at) {
        part.token = accepted->keys.token;
        part.aes_key = accepted->keys.aes_key;
    }
    if (draft) part.checks = checks_of(draft->checks);
    return part;
}

// Of the last days: the inbox is kept by day.
std::optional<Instant> last_event(Context& ctx) {
    return ctx.sql().value<Instant>(
        "select max(received_at) from inbox where tenant_id = :tenant and msg_day >= :day",
        {bind("tenant", ctx.tenant()), bind("day", Date{std::chrono::floor<days>(ctx.now() - hours{72})})});
}

Result<Link> show_link(Context& ctx, Nothing const&) {
    if (!ctx.services().sealer) return no_sealer();
    auto const row = ctx.sql().row<std::optional<std::string>, std::optional<std::string>>(
        "select corp_id, settings ->> 'claimed_corp_id' from tenant where id = :tenant",
        {bind("tenant", ctx.tenant())});
    auto const& [proven, claimed] = row.value();
    auto link = Link{};
    link.is_proven = proven.has_value();
    link.corp_id = proven.value_or(claimed.value_or(""));
    link.is_administrator_known = !ctx.sql()
                                       .value<int>(
                                           "select 1 from employee where tenant_id = :tenant and user_id = "
                                           ":user and status = 'active'",
                                           {bind("tenant", ctx.tenant()), bind("user", registrant_user)})
                                       .has_value();
    link.last_event_at = last_event(ctx);
    for (auto const kind : kinds) link.parts.push_back(part_of(ctx, kind, link.corp_id));
    return link;
}

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
}

std::vector<FieldError> problems_of(SaveLink const& input, Link const& link, LinkPart const& part,
                                    std::string const& corp, std::string const& secret) {
    auto problems = std::vector<FieldError>{};
    if (corp.empty() || !is_plain(corp))
        problems.push_back({"corp_id", "请填写企业 ID：管理后台 → 我的企业 → 企业信息，以 ww 开头"});
    else if (link.is_proven && corp != link.corp_id)
        problems.push_back({"corp_id", "本企业已连接 " + link.corp_id + "，不能改为另一个企业"});
    if (input.kind == LinkKind::app && input.agent_id.value_or(part.agent_id) <= 0)
        problems.push_back({"agent_id", "请填写应用的 AgentId：应用详情页最上方的数字"});
    if (secret.empty() && !part.has_secret) problems.push_back({"secret", "请填写 Secret"});
    if (!secret.empty() && (!is_plain(secret) || secret.size() < 16))
        problems.push_back({"secret", "Secret 应为一串字母和数字（一般 43 位），可能没有复制完整"});
    return problems;
}

Result<Link> save_link(Context& ctx, SaveLink const& input) {
    auto const link = show_link(ctx, {});
    if (!link) return link.error();
    auto const& part = link->parts.at(static_cast<std::size_t>(input.kind));
    auto const corp = std::string{text::trim(input.corp_id.value_or(link->corp_id))};
    auto const secret = std::string{text::trim(input.secret.value_or(""))};
    if (auto problems = problems_of(input, *link, part, corp, secret); !problems.empty())
        return Error{Errc::invalid_input, "invalid", "请检查标出的内容", std::move(problems)};
    auto store = store_of(ctx);
    auto const kind = name_of(input.kind);
    auto const draft = store.draft(kind);
    auto const accepted = store.accepted(kind);
    // What WeCom has is kept, so that nothing breaks when only the secret changes.
    auto const keys = accepted ? accepted->keys : draft ? draft->keys : new_callback_keys();
    auto const agent = input.kind == LinkKind::app ? input.agent_id.value_or(part.agent_id) : 0;
    auto const kept = secret.empty() && accepted ? store.accepted_secret(kind).value_or("") : secret;
    store.write_draft(kind, corp, agent, kept, keys, ctx.now());
    if (!link->is_proven)
        ctx.sql().execute(
            "update tenant set settings = settings || jsonb_build_object('claimed_corp_id', :corp::text) where id = "
            ":tenant",
            {bind("corp", corp), bind("tenant", ctx.tenant())});
    ctx.audit({"company", ctx.tenant().value(), "link.save", {}, {}, std::string{kind}});
    return show_link(ctx, {});
}

Result<Link> renew_keys(Context& ctx, RenewKeys const& input) {
    if (!ctx.services().sealer) return no_sealer();
    auto store = store_of(ctx);
    auto const kind = name_of(input.kind);
    auto const accepted = store.accepted(kind);
    auto const secret = store.accepted_secret(kind);
    if (!accepted || !secret) return Error{Errc::conflict, "not_linked", "请先填写 Secret 并测试连接"};
    store.write_accepted(kind, accepted, accepted->agent_id, *secret, new_callback_keys(), ctx.now());
    ctx.audit({"company", ctx.tenant().value(), "link.keys", {}, {}, std::string{kind}});
    return show_link(ctx, {});
}

Result<SetupLink> create_setup_link(Context& ctx, Nothing const&) {
    if (ctx.actor().user_id.value() != registrant_user)
        return Error{Errc::conflict, "bound", "您的企业微信账号已经绑定，请用企业微信登录"};
    // As long as the former one was good.
    auto const good_days = ctx.sql().value<std::int64_t>(
        "select round(extract(epoch from expires_at - created_at) / 86400)::bigint from setup_link where tenant_id = "
        ":tenant and employee_id = :me",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)});
    auto const code = make_setup_link(ctx.sql(), ctx.tenant(), ctx.actor().employee, good_days.value_or(1), ctx.now());
    ctx.audit({"employee", ctx.actor().employee.value(), "setup_link.create", {}, {}, {}});
    return SetupLink{ctx.services().public_url + "/setup/" + code};
}

// What a new owner does first, in this order.
Result<CheckList> show_check_list(Context& ctx, Nothing const&) {
    auto const row = ctx.sql().row<bool, bool, bool, bool, bool, bool>(
        "select t.settings ? 'logo_url', exists (select 1 from wecom_app a where a.tenant_id = t.id and a.kind = "
        "'app'), exists (select 1 from sync_run s where s.tenant_id = t.id and s.state in ('done', 'accepted', "
        "'kept')), exists (select 1 from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id "
        "where m.tenant_id = t.id and not r.is_administrator and not r.is_default), exists (select 1 from "
        "sales_process p "
        "where p.tenant_id = t.id and p.version > 1) or (select count(*) from sales_process p where p.tenant_id = "
        "t.id) "
        "> 1, exists (select 1 from high_sea_rule h where h.tenant_id = t.id and h.enabled) from tenant t where t.id = "
        ":tenant",
        {bind("tenant", ctx.tenant())});
    auto const& [logo, link, sync, roles, process, high_sea] = row.value();
    return CheckList{{{"logo", logo},
                      {"link", link},
                      {"sync", sync},
                      {"roles", roles},
                      {"process", process},
                      {"high_sea_rule", high_sea}}};
}

constexpr Operation<Nothing, Link> link_show{"link.show",   "企业微信连接", "company.edit",
                                             Effect::reads, show_link,      {"GET", "/company/link"}};
constexpr Operation<SaveLink, Link> link_save{"link.save",    "填写企业微信凭证", "company.edit",
                                              Effect::writes, save_link,          {"PATCH", "/company/link"}};
constexpr Operation<RenewKeys, Link> link_keys{"link.keys",    "重新生成回调密钥", "company.edit",
                                               Effect::writes, renew_keys,         {"POST", "/company/link/keys"}};
constexpr Operation<Nothing, SetupLink> setup_link_create{"setup_link.create", "生成登录链接",    "company.edit",
                                                          Effect::writes,      create_setup_link, {}};
constexpr Operation<Nothing, CheckList> check_list{"company.check_list", "开通检查清单",
                                                   "company.edit",       Effect::reads,
                                                   show_check_list,      {"GET", "/company/check-list"}};

}  // namespace

void add_link_operations(operation::Catalogue& catalogue) {
    catalogue.add(link_show);
    catalogue.add(link_save);
    catalogue.add(link_keys);
    catalogue.add(setup_link_create);
    catalogue.add(check_list);
}

}  // namespace wescrm::org
