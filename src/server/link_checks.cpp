#include "link_checks.hpp"

#include <charconv>

namespace wescrm::server {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

constexpr int untrusted_address = 60020;
constexpr std::string_view address_mark = "from ip: ";

org::CheckResult failed_check(wecom::Answer const& answer) {
    if (answer.errcode > 0) return {false, answer.errcode, wecom::explain(answer.errcode)};
    return {false, answer.errcode, "企业微信没有应答，请稍后再试；一直如此时请检查服务器能否访问 qyapi.weixin.qq.com"};
}

org::CheckResult address_result(wecom::Answer const& answer) {
    if (answer.errcode != untrusted_address) return {true, 0, "企业微信接受服务器的出口地址"};
    auto const address = address_in(answer.message);
    auto result = failed_check(answer);
    if (!address.empty()) result.detail += "：" + address;
    return result;
}

std::string value_of(http::Parameters const& form, std::string_view name) {
    return std::string{form.find(name).value_or("")};
}

json::Document input_of(http::Parameters const& form, std::string const& kind) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "kind", kind, allocator);
    for (auto const* name : {"corp_id", "secret"})
        if (auto const value = value_of(form, name); !value.empty()) json::set(input, name, value, allocator);
    auto const text = value_of(form, "agent_id");
    auto agent = std::int64_t{0};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), agent);
    if (problem == std::errc{} && end == text.data() + text.size())
        json::set(input, "agent_id", json::Value{agent}, allocator);
    return input;
}

}  // namespace

std::string address_in(std::string_view errmsg) {
    auto const at = errmsg.find(address_mark);
    if (at == std::string_view::npos) return {};
    auto const rest = errmsg.substr(at + address_mark.size());
    return std::string{rest.substr(0, rest.find_first_not_of("0123456789abcdefABCDEF.:"))};
}

Async<void> LinkChecks::check(web::Visitor visitor, http::Parameters form) const {
    auto const kind = value_of(form, "kind");
    if (auto const saved = co_await save(visitor, form, kind); !saved) co_return saved.error();
    auto const draft = co_await begin(visitor.tenant, kind);
    if (!draft) co_return draft.error();
    auto const answer = co_await parts_.client.check_secret(draft->account);
    if (!answer.is_ok()) {
        co_await note(visitor.tenant, kind, "token", failed_check(answer));
        co_return Result<void>{};
    }
    auto const accepted = co_await accept(visitor, kind);
    auto const result =
        accepted ? org::CheckResult{true, 0, "Secret 正确"} : org::CheckResult{false, 0, accepted.error().message};
    co_await note(visitor.tenant, kind, "token", result);
    if (accepted) co_await check_range(visitor.tenant, kind);
    co_return Result<void>{};
}

Async<void> LinkChecks::bind(web::Visitor visitor, http::Parameters form) const {
    auto const user = value_of(form, "user_id");
    if (user.empty() || user.size() > 64) co_return invalid_field("user_id", "请填写您在企业微信里的账号");
    auto open = [this, tenant = visitor.tenant](Session& sql) {
        return org::open_accepted(sql, parts_.sealer, tenant, "app");
    };
    auto const app = co_await parts_.operations.database().run(Pool::web, Scope::of(visitor.tenant), open);
    if (!app) co_return invalid_field("user_id", "请先连接应用");
    auto const member = co_await parts_.client.member(app->account, UserId{user});
    if (!member.is_ok()) {
        co_await note(visitor.tenant, "app", "member", failed_check(member.answer));
        co_return invalid_field("user_id", failed_check(member.answer).detail);
    }
    auto const name = member.value.name.empty() ? user : member.value.name;
    auto job = [&](Session& sql) -> Result<void> {
        auto actor = operation::load_actor(sql, visitor.tenant, visitor.employee, operation::Channel::page);
        if (!actor) return actor.error();
        auto ctx = operation::Context{sql, std::move(*actor), parts_.clock.now(), parts_.services};
        return org::bind_registrant(ctx, member.value.user, name);
    };
    auto const scope = Scope::of(visitor.tenant, visitor.employee);
    auto const bound = co_await parts_.operations.database().run(Pool::web, scope, job);
    if (!bound) co_return bound.error();
    co_await note(visitor.tenant, "app", "member", {true, 0, name + "（" + user + "）"});
    co_return Result<void>{};
}

Async<void> LinkChecks::save(web::Visitor const& visitor, http::Parameters const& form, std::string const& kind) const {
    auto caller = operation::Caller{visitor.tenant, visitor.employee, operation::Channel::page, {}};
    auto input = input_of(form, kind);
    auto const saved = co_await parts_.operations.perform("link.save", std::move(caller), std::move(input));
    if (!saved) co_return saved.error();
    co_return Result<void>{};
}

Async<org::Draft> LinkChecks::begin(TenantId tenant, std::string const& kind) const {
    auto job = [this, tenant, &kind](Session& sql) -> Result<org::Draft> {
        auto const counted = org::count_try(sql, tenant, kind, parts_.tries_per_hour, parts_.clock.now());
        if (!counted) return counted.error();
        return org::open_draft(sql, parts_.sealer, tenant, kind);
    };
    co_return co_await parts_.operations.database().run(Pool::web, Scope::of(tenant), job);
}

Async<void> LinkChecks::accept(web::Visitor const& visitor, std::string const& kind) const {
    auto job = [this, &visitor, &kind](Session& sql) -> Result<void> {
        auto actor = operation::load_actor(sql, visitor.tenant, visitor.employee, operation::Channel::page);
        if (!actor) return actor.error();
        auto ctx = operation::Context{sql, std::move(*actor), parts_.clock.now(), parts_.services};
        return org::accept_draft(ctx, parts_.sealer, kind);
    };
    auto const scope = Scope::of(visitor.tenant, visitor.employee);
    co_return co_await parts_.operations.database().run(Pool::web, scope, job);
}

// gettoken works from any address; the calls that follow do not.
asio::awaitable<void> LinkChecks::check_range(TenantId tenant, std::string const& kind) const {
    auto open = [this, tenant, &kind](Session& sql) { return org::open_accepted(sql, parts_.sealer, tenant, kind); };
    auto const app = co_await parts_.operations.database().run(Pool::web, Scope::of(tenant), open);
    if (!app) co_return;
    auto result = org::CheckResult{true, 0, {}};
    auto answer = wecom::Answer{};
    if (kind == "app") {
        auto range = co_await parts_.client.range(app->account, app->agent_id);
        result.is_ok = !range.value.users.empty() || !range.value.departments.empty() || !range.value.tags.empty();
        result.detail = result.is_ok ? std::to_string(range.value.departments.size()) + " 个部门、" +
                                           std::to_string(range.value.users.size()) + " 位成员"
                                     : "可见范围是空的。请在应用详情页的“可见范围”里加入部门或成员";
        answer = std::move(range.answer);
    } else if (kind == "contacts") {
        auto departments = co_await parts_.client.department_ids(app->account);
        result.detail = "通讯录里有 " + std::to_string(departments.value.size()) + " 个部门";
        answer = std::move(departments.answer);
    } else {
        answer = co_await parts_.client.get(app->account, "externalcontact/get_follow_user_list");
        auto const* users = json::find(answer.body, "follow_user");
        auto const count = users && users->IsArray() ? users->Size() : 0;
        result.detail = std::to_string(count) + " 位成员可以联系客户";
    }
    co_await note(tenant, kind, "address", address_result(answer));
    if (answer.errcode != untrusted_address)
        co_await note(tenant, kind, "range", answer.is_ok() ? result : failed_check(answer));
}

asio::awaitable<void> LinkChecks::note(TenantId tenant, std::string const& kind, std::string const& step,
                                       org::CheckResult result) const {
    auto job = [this, tenant, &kind, &step, &result](Session& sql) -> Result<int> {
        org::note_check(sql, tenant, kind, step, result, parts_.clock.now());
        return 0;
    };
    co_await parts_.operations.database().run(Pool::web, Scope::of(tenant), job);
}

}  // namespace wescrm::server
