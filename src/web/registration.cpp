#include "notice.hpp"
#include "rates.hpp"
#include "signin_store.hpp"

#include <wescrm/web/registration.hpp>

namespace wescrm::web {
namespace {

using database::Pool;
using database::Scope;

constexpr std::size_t most_addresses = 10'000;

// A form without a visitor has no token of his to carry: it must come from a page of ours.
bool is_from_here(http::Request const& request, std::string_view public_url) {
    auto const site = request.headers.find("Sec-Fetch-Site");
    auto const origin = request.headers.find("Origin");
    if (site && *site != "same-origin") return false;
    return site || (origin && public_url.starts_with(*origin));
}

}  // namespace

class Registration::Impl {
public:
    Impl(Pages const& pages, database::Database& db, Clock const& clock, RegistrationPorts ports, bool is_enabled,
         int per_minute)
        : pages_{pages},
          db_{db},
          clock_{clock},
          ports_{std::move(ports)},
          is_enabled_{is_enabled},
          attempts_{per_minute, most_addresses} {}

    [[nodiscard]] http::Response form() const {
        return is_enabled_ ? show(RegistrationForm{}, nullptr) : switched_off();
    }

    asio::awaitable<http::Response> submit(http::Request const& request) {
        if (!is_enabled_) co_return switched_off();
        auto const fields = http::Parameters::parse(request.body);
        if (!fields || !is_from_here(request, pages_.config().public_url))
            co_return show_notice(
                pages_, {"页面已过期", "刚才填写的没有提交，请回到注册页再填一次。", 403, "/register", "回到注册页"});
        auto const entered = entered_in(*fields);
        if (!attempts_.take(request.remote_address, clock_.now())) {
            auto const error = Error{Errc::rate_limited, "rate_limited", "提交过于频繁，请一分钟后再试"};
            co_return show(entered, &error);
        }
        auto const made = co_await ports_.add_company(entered);
        if (!made && made.error().reason == "known_corp") co_return known_company(entered);
        if (!made) {
            auto const problem = made.error();
            co_return show(entered, &problem);
        }
        co_return co_await welcome(request, made->tenant, made->administrator, made->setup_code);
    }

    // A page with one button: programs that look at links in advance do not use it up.
    [[nodiscard]] http::Response ask(http::Request const& request) const {
        auto view = View{};
        view.page = "setup";
        view.title = "继续开通";
        json::set(view.data, "code", request.path_parameters.at("code"), view.data.GetAllocator());
        return without_referrer(pages_.show(view));
    }

    asio::awaitable<http::Response> enter(http::Request const& request) {
        auto const& code = request.path_parameters.at("code");
        if (!is_from_here(request, pages_.config().public_url))
            co_return notice("页面已过期", "请重新打开登录链接。", 403);
        if (!attempts_.take(request.remote_address, clock_.now()))
            co_return notice("请稍后再试", "尝试过于频繁，请一分钟后再试。", 429);
        auto const tenant = ports_.company_of_code(code);
        if (!tenant) co_return used_up();
        auto const now = clock_.now();
        auto job = [&](database::Session& sql) -> Result<std::string> {
            auto const employee = ports_.use_code(sql, *tenant, code);
            if (!employee) return Error{Errc::not_found, "setup_link"};
            log_sign_in(sql, *tenant, {*employee, "", "setup", "ok"}, client_of(request), now);
            return begin_session(sql, *tenant, *employee, client_of(request), now);
        };
        auto const session = co_await db_.run(Pool::web, Scope::of(*tenant), job);
        if (!session && session.error().reason == "setup_link") co_return used_up();
        if (!session) co_return notice("暂时无法登录", "系统正忙，请稍后再试。", 503);
        auto response = http::Response{};
        response.status = 303;
        response.headers.set("Location", "/admin/link");
        response.headers.add("Set-Cookie", pages_.set_cookie(*session));
        co_return without_referrer(std::move(response));
    }

private:
    static RegistrationForm entered_in(http::Parameters const& fields) {
        auto const text = [&fields](std::string_view name) { return std::string{fields.find(name).value_or("")}; };
        return {text("company"), text("person"), text("mobile"), text("corp_id"), text("same_name") == "yes"};
    }

    [[nodiscard]] http::Response show(RegistrationForm const& entered, Error const* error) const {
        auto view = View{};
        view.page = "register";
        view.title = "注册企业";
        auto& allocator = view.data.GetAllocator();
        json::set(view.data, "company", entered.company, allocator);
        json::set(view.data, "person", entered.person, allocator);
        json::set(view.data, "mobile", entered.mobile, allocator);
        json::set(view.data, "corp_id", entered.corp_id, allocator);
        json::set(view.data, "same_name", json::Value{error && error->reason == "same_name"}, allocator);
        if (error) {
            view.status = http::problem(*error).status;
            json::set(view.data, "problem", error->fields.empty() ? error->message : "", allocator);
            json::set(view.data, "known_person", json::Value{error->reason == "known_person"}, allocator);
            for (auto const& field : error->fields)
                json::set(view.data, field.field + "_error", field.message, allocator);
        }
        return pages_.show(view);
    }

    // Signed in at once in this browser; the setup link is for the next time.
    asio::awaitable<http::Response> welcome(http::Request const& request, TenantId tenant, EmployeeId administrator,
                                            std::string const& code) const {
        auto const now = clock_.now();
        auto job = [&](database::Session& sql) -> Result<std::string> {
            log_sign_in(sql, tenant, {administrator, "", "setup", "ok"}, client_of(request), now);
            return begin_session(sql, tenant, administrator, client_of(request), now);
        };
        auto const session = co_await db_.run(Pool::web, Scope::of(tenant), job);
        auto view = View{};
        view.page = "registered";
        view.title = "注册成功";
        json::set(view.data, "link", pages_.config().public_url + "/setup/" + code, view.data.GetAllocator());
        auto response = without_referrer(pages_.show(view));
        if (session) response.headers.add("Set-Cookie", pages_.set_cookie(*session));
        co_return response;
    }

    [[nodiscard]] http::Response known_company(RegistrationForm const& entered) const {
        auto view = View{};
        view.page = "known_company";
        view.title = "企业已开通";
        json::set(view.data, "corp", entered.corp_id, view.data.GetAllocator());
        return pages_.show(view);
    }

    [[nodiscard]] http::Response used_up() const {
        return notice("登录链接已失效", "链接只能用一次，用过、过期或企业已完成开通后就不能再用。请用企业微信登录。",
                      404);
    }

    [[nodiscard]] http::Response switched_off() const {
        return notice("这里不开放注册", "这是一套专用的系统。请联系管理员为您的企业开通。", 404);
    }

    [[nodiscard]] http::Response notice(std::string const& title, std::string const& message, int status) const {
        return show_notice(pages_, {title, message, status, "/login", "去登录"});
    }

    // The code stands in an address.
    static http::Response without_referrer(http::Response response) {
        response.headers.set("Referrer-Policy", "no-referrer");
        response.headers.set("Cache-Control", "no-store");
        return response;
    }

    Pages const& pages_;
    database::Database& db_;
    Clock const& clock_;
    RegistrationPorts ports_;
    bool is_enabled_;
    Rates attempts_;
};

Registration::Registration(Pages const& pages, database::Database& db, Clock const& clock, RegistrationPorts ports,
                           bool is_enabled, int per_minute)
    : impl_{std::make_unique<Impl>(pages, db, clock, std::move(ports), is_enabled, per_minute)} {}
Registration::~Registration() = default;

void Registration::mount(http::Router& router) const {
    auto* impl = impl_.get();
    router.add(http::Method::get, "/register",
               [impl](http::Request&) -> asio::awaitable<http::Response> { co_return impl->form(); });
    router.add(http::Method::post, "/register", [impl](http::Request& request) { return impl->submit(request); });
    router.add(http::Method::get, "/setup/{code}",
               [impl](http::Request& request) -> asio::awaitable<http::Response> { co_return impl->ask(request); });
    router.add(http::Method::post, "/setup/{code}", [impl](http::Request& request) { return impl->enter(request); });
}

}  // namespace wescrm::web
