#include "notice.hpp"
#include "signin_store.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/actor.hpp>
#include <wescrm/web/signin.hpp>

namespace wescrm::web {
namespace {

using database::bind;
using database::Pool;
using database::Scope;

constexpr std::string_view state_cookie = "wescrm_signin";
constexpr std::size_t longest_code = 512;
constexpr std::size_t companies_shown = 1;

std::string parameter(http::Request const& request, std::string_view name) {
    return std::string{request.query.find(name).value_or("")};
}

std::string cookie(http::Request const& request, std::string_view name) {
    auto const prefix = std::string{name} + "=";
    for (auto const& part : text::split(request.headers.find("Cookie").value_or(""), ';'))
        if (auto const pair = text::trim(part); pair.starts_with(prefix))
            return std::string{pair.substr(prefix.size())};
    return {};
}

bool is_webview(http::Request const& request) {
    return request.headers.find("User-Agent").value_or("").find("wxwork/") != std::string_view::npos;
}

http::Response redirect(std::string const& where) {
    auto response = http::Response{};
    response.status = 303;
    response.headers.set("Location", where);
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

std::string encoded(std::initializer_list<std::pair<std::string, std::string>> values) {
    auto parameters = http::Parameters{};
    for (auto const& [name, value] : values) parameters.add(name, value);
    return parameters.encoded();
}

}  // namespace

class SignIn::Impl {
public:
    Impl(Pages const& pages, database::Database& db, Clock const& clock, SignInPorts ports, SignInConfig config)
        : pages_{pages}, db_{db}, clock_{clock}, ports_{std::move(ports)}, config_{std::move(config)} {}

    // Which company? One is enough to go on; else the last one of this browser, else the person says.
    http::Response choose(http::Request const& request) const {
        auto const target = safe_target(parameter(request, "to"));
        auto const is_changing = !parameter(request, "choose").empty();
        auto const typed = parameter(request, "corp");
        auto corp = std::string{text::trim(typed)};
        if (corp.empty() && !is_changing) corp = corp_in(target);
        if (corp.empty() && !is_changing) corp = cookie(request, "wescrm_corp");
        auto company = corp.empty() ? std::nullopt : ports_.find_company(corp);
        auto const all = ports_.companies();
        if (!company && corp.empty() && !is_changing && all.size() == companies_shown) company = all.front();
        if (company) return redirect("/login/" + company->corp_id + "?" + encoded({{"to", target}}));
        auto view = View{};
        view.page = "signin_company";
        view.title = "登录";
        json::set(view.data, "target", target, view.data.GetAllocator());
        json::set(view.data, "corp", corp, view.data.GetAllocator());
        json::set(view.data, "registration", json::Value{config_.offers_registration}, view.data.GetAllocator());
        json::set(view.data, "unknown", json::Value{!corp.empty()}, view.data.GetAllocator());
        return pages_.show(view);
    }

    // In the webview straight on; on the desktop a page with one button, so that nobody is carried away unasked.
    asio::awaitable<http::Response> start(http::Request const& request) const {
        auto const company = ports_.find_company(request.path_parameters.at("corp_id"));
        if (!company) co_return no_company();
        auto const target = safe_target(parameter(request, "to"));
        auto const is_silent = is_webview(request);
        if (!is_silent && parameter(request, "go").empty())
            co_return co_await ask(*company, target, parameter(request, "why"));
        auto job = [&](database::Session& sql) -> Result<std::string> {
            return begin_sign_in(sql, company->tenant, target, clock_.now());
        };
        auto const state = co_await db_.run(Pool::web, Scope::of(company->tenant), job);
        if (!state) co_return notice("暂时无法登录", "系统正忙，请稍后再试。", 503);
        auto response = redirect(is_silent ? authorize_link(*company, *state) : qr_link(*company, *state));
        response.headers.add("Set-Cookie", cookie_header(std::string{state_cookie}, *state, config_.state_life));
        response.headers.add("Set-Cookie", cookie_header("wescrm_corp", company->corp_id, hours{24 * 180}));
        co_return response;
    }

    asio::awaitable<http::Response> finish(http::Request const& request) const {
        auto const company = ports_.find_company(request.path_parameters.at("corp_id"));
        if (!company) co_return no_company();
        // The back button, a refresh and some webviews ask for the address again: with a session the code does not
        // matter.
        if (auto const there = co_await target_if_signed_in(*company, request)) co_return redirect(*there);
        auto const state = parameter(request, "state");
        auto const code = parameter(request, "code");
        if (state.empty() || !equal_in_constant_time(state, cookie(request, state_cookie)))
            co_return again(*company, request, "state");
        auto take = [&](database::Session& sql) -> Result<std::optional<std::string>> {
            return use_state(sql, company->tenant, state, config_.state_life, clock_.now());
        };
        auto const target = co_await db_.run(Pool::web, Scope::of(company->tenant), take);
        if (!target) co_return notice("暂时无法登录", "系统正忙，请稍后再试。", 503);
        if (!*target) co_return again(*company, request, "state");
        if (code.empty() || code.size() > longest_code) co_return notice("没有登录", "您没有同意登录。", 403);
        auto const who = co_await ports_.redeem(company->tenant, code);
        if (!who) co_return notice("暂时无法登录", "企业微信没有应答，请稍后再试。", 503);
        if (who->is_used_up) co_return again(*company, request, "code");
        co_return co_await admit(*company, request, *who, **target);
    }

    asio::awaitable<http::Response> leave(http::Request const& request) const {
        auto const value = pages_.cookie_of(request);
        auto const tenant = value ? company_of_session(*value) : std::nullopt;
        if (tenant) {
            auto const form = http::Parameters::parse(request.body);
            auto const token = form ? std::string{form->find("_csrf").value_or("")} : std::string{};
            auto job = [&](database::Session& sql) -> Result<bool> {
                auto const visitor = find_session(sql, *value, pages_.config().session, clock_.now());
                if (!visitor) return true;
                if (!is_from_our_page(request, config_.public_url, token, visitor->csrf)) return false;
                end_session(sql, *visitor, clock_.now());
                log_sign_in(sql, *tenant, {visitor->employee, "", "signout", "ok"}, client_of(request), clock_.now());
                return true;
            };
            auto const is_left = co_await db_.run(Pool::web, Scope::of(*tenant), job);
            if (!is_left) co_return notice("暂时无法退出", "系统正忙，请稍后再试。", 503);
            if (!*is_left) co_return notice("页面已过期", "请刷新页面后再退出。", 403);
        }
        auto response = notice("已退出", "您已安全退出。", 200);
        response.headers.add("Set-Cookie", pages_.set_cookie(""));
        co_return response;
    }

private:
    asio::awaitable<http::Response> admit(SignInCompany const& company, http::Request const& request,
                                          Redeemed const& who, std::string const& target) const {
        auto const kind = std::string{is_webview(request) ? "webview" : "qr"};
        auto job = [&](database::Session& sql) -> Result<std::pair<std::string, std::string>> {  // result, cookie
            auto record = SignInRecord{{}, who.user_id, kind, "ok"};
            auto const now = clock_.now();
            if (who.user_id.empty() || who.user_id.find('/') != std::string::npos) record.result = "outsider";
            auto made = std::string{};
            if (record.result == "ok") {
                auto const actor =
                    operation::load_actor(sql, company.tenant, UserId{who.user_id}, operation::Channel::page);
                if (!actor)
                    record.result = actor.error().reason == "disabled" ? "disabled" : "unknown";
                else {
                    record.employee = actor->employee;
                    end_former(sql, company, request, now);
                    made = begin_session(sql, company.tenant, actor->employee, client_of(request), now);
                }
            }
            log_sign_in(sql, company.tenant, record, client_of(request), now);
            return std::pair{record.result, made};
        };
        auto const done = co_await db_.run(Pool::web, Scope::of(company.tenant), job);
        if (!done) co_return notice("暂时无法登录", "系统正忙，请稍后再试。", 503);
        auto const& [result, made] = *done;
        if (result == "outsider")
            co_return notice("您不是该企业的成员", "这里只供企业成员使用。如有疑问，请联系您的对接人。", 403);
        if (result == "disabled") co_return notice("账号已停用", "您的账号已停用，请联系企业管理员。", 403);
        if (result == "unknown")
            co_return notice("还没有您的账号", "请联系企业管理员把您加入应用的可见范围并同步通讯录。", 403);
        auto response = redirect(target);
        response.headers.add("Set-Cookie", pages_.set_cookie(made));
        response.headers.add("Set-Cookie", cookie_header(std::string{state_cookie}, "", minutes{0}));
        co_return response;
    }

    // A session that this browser had before ends: the new one has a new name.
    void end_former(database::Session& sql, SignInCompany const& company, http::Request const& request,
                    Instant now) const {
        auto const former = pages_.cookie_of(request);
        if (!former || company_of_session(*former) != company.tenant) return;
        if (auto const visitor = find_session(sql, *former, pages_.config().session, now))
            end_session(sql, *visitor, now);
    }

    asio::awaitable<std::optional<std::string>> target_if_signed_in(SignInCompany const& company,
                                                                    http::Request const& request) const {
        auto const value = pages_.cookie_of(request);
        if (!value || company_of_session(*value) != company.tenant) co_return std::nullopt;
        auto const state = parameter(request, "state");
        auto job = [&](database::Session& sql) -> Result<std::optional<std::string>> {
            if (!find_session(sql, *value, pages_.config().session, clock_.now())) return std::optional<std::string>{};
            return std::optional{
                sql.value<std::string>("select target from signin where tenant_id = :tenant and state_hash = :hash",
                                       {bind("tenant", company.tenant), bind("hash", database::Blob{sha256(state)})})
                    .value_or("/app/")};
        };
        auto const found = co_await db_.run(Pool::web, Scope::of(company.tenant), job);
        if (!found) co_return std::nullopt;
        co_return *found;
    }

    // Begins anew, silently; a second time within a moment the person is told why instead of going round in circles.
    [[nodiscard]] http::Response again(SignInCompany const& company, http::Request const& request,
                                       std::string const& why) const {
        auto const is_second = cookie(request, "wescrm_again") == why;
        if (is_second) return notice("登录没有完成", "登录信息已失效，请从企业微信重新打开，或稍后再试。", 403);
        auto response =
            redirect("/login/" + company.corp_id + (is_webview(request) ? "" : "?" + encoded({{"why", why}})));
        response.headers.add("Set-Cookie", cookie_header("wescrm_again", why, seconds{10}));
        return response;
    }

    asio::awaitable<http::Response> ask(SignInCompany const& company, std::string const& target,
                                        std::string const& why) const {
        auto const brand = ports_.brand ? co_await ports_.brand(company.tenant) : Result<SignInBrand>{SignInBrand{}};
        auto view = View{};
        view.page = "signin";
        view.title = "登录";
        auto& allocator = view.data.GetAllocator();
        json::set(view.data, "link", "/login/" + company.corp_id + "?" + encoded({{"to", target}, {"go", "1"}}),
                  allocator);
        json::set(view.data, "corp", company.corp_id, allocator);
        json::set(view.data, "expired", json::Value{!why.empty()}, allocator);
        json::set(view.data, "company", brand ? brand->name : "", allocator);
        json::set(view.data, "logo", brand ? brand->logo : "", allocator);
        co_return pages_.show(view);
    }

    [[nodiscard]] http::Response notice(std::string const& title, std::string const& message, int status) const {
        return show_notice(pages_, {title, message, status});
    }
    [[nodiscard]] http::Response no_company() const {
        return show_notice(
            pages_, {"没有这个企业", "请核对企业 ID，或请管理员先为企业开通。", 404, "/login?choose=1", "填写企业 ID"});
    }

    [[nodiscard]] std::string return_url(SignInCompany const& company) const {
        return config_.public_url + "/login/" + company.corp_id + "/return";
    }
    [[nodiscard]] std::string authorize_link(SignInCompany const& company, std::string const& state) const {
        return config_.authorize_url + "?" +
               encoded({{"appid", company.corp_id},
                        {"redirect_uri", return_url(company)},
                        {"response_type", "code"},
                        {"scope", "snsapi_base"},
                        {"state", state},
                        {"agentid", std::to_string(company.agent_id)}}) +
               "#wechat_redirect";
    }
    [[nodiscard]] std::string qr_link(SignInCompany const& company, std::string const& state) const {
        return config_.qr_url + "?" +
               encoded({{"login_type", "CorpApp"},
                        {"appid", company.corp_id},
                        {"agentid", std::to_string(company.agent_id)},
                        {"redirect_uri", return_url(company)},
                        {"state", state},
                        {"lang", "zh"}});
    }
    [[nodiscard]] std::string cookie_header(std::string const& name, std::string const& value, seconds life) const {
        return name + "=" + value + "; Path=/login; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(life.count()) +
               (config_.public_url.starts_with("https://") ? "; Secure" : "");
    }
    // Links of the menu name their company: /app/?corp=ww…
    [[nodiscard]] static std::string corp_in(std::string const& target) {
        auto const at = target.find('?');
        if (at == std::string::npos) return {};
        auto const query = http::Parameters::parse(std::string_view{target}.substr(at + 1));
        return query ? std::string{query->find("corp").value_or("")} : std::string{};
    }

    Pages const& pages_;
    database::Database& db_;
    Clock const& clock_;
    SignInPorts ports_;
    SignInConfig config_;
};

SignIn::SignIn(Pages const& pages, database::Database& db, Clock const& clock, SignInPorts ports, SignInConfig config)
    : impl_{std::make_unique<Impl>(pages, db, clock, std::move(ports), std::move(config))} {}
SignIn::~SignIn() = default;

void SignIn::mount(http::Router& router) const {
    auto* impl = impl_.get();
    router.add(http::Method::get, "/login",
               [impl](http::Request& request) -> asio::awaitable<http::Response> { co_return impl->choose(request); });
    router.add(http::Method::get, "/login/{corp_id}", [impl](http::Request& request) { return impl->start(request); });
    router.add(http::Method::get, "/login/{corp_id}/return",
               [impl](http::Request& request) { return impl->finish(request); });
    router.add(http::Method::post, "/logout", [impl](http::Request& request) { return impl->leave(request); });
}

}  // namespace wescrm::web
