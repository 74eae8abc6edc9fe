#include "failures.hpp"
#include "page_frame.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/operation/told_errors.hpp>
#include <wescrm/web/page.hpp>

#include <algorithm>
#include <set>
#include <variant>

namespace wescrm::web {
namespace {

constexpr std::size_t longest_target = 1'000;

std::string target_query(std::string_view value) {
    auto parameters = http::Parameters{};
    parameters.add("to", std::string{value});
    return parameters.encoded();
}

bool is_fragment(http::Request const& request) {
    return request.headers.find("HX-Request") == "true" && request.headers.find("HX-Boosted") != "true";
}

std::string origin_of(std::string_view url) {
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    return std::string{url.substr(0, url.find('/', scheme + 3))};
}

/// What a job on a database thread leaves behind.
struct Outcome {
    bool is_known = false;  ///< there is a session
    std::optional<View> view;
    std::optional<Error> error;
    Frame frame;
    Visitor visitor;
    http::Parameters form;
    std::vector<http::Part> files;
};

// The fields and files of a POST; false if the body cannot be read.
bool read_form(http::Request const& request, Outcome& outcome) {
    auto const type = request.headers.find("Content-Type").value_or("");
    if (!type.starts_with("multipart/form-data")) {
        auto parsed = http::Parameters::parse(request.body);
        if (parsed) outcome.form = std::move(*parsed);
        return parsed.has_value();
    }
    auto parts = http::parse_multipart(type, request.body);
    if (!parts) return false;
    for (auto& part : *parts) {
        if (part.file_name.empty())
            outcome.form.add(part.name, part.content);
        else
            outcome.files.push_back(std::move(part));
    }
    return true;
}

}  // namespace

bool is_from_our_page(http::Request const& request, std::string_view public_url, std::string_view token,
                      std::string_view csrf) {
    auto const site = request.headers.find("Sec-Fetch-Site");
    auto const origin = request.headers.find("Origin");
    auto const is_same_origin = origin ? *origin == origin_of(public_url) : site == "same-origin";
    if (!is_same_origin || (site && *site != "same-origin")) return false;
    return request.headers.find("X-Requested-With") == "wescrm" || equal_in_constant_time(token, csrf);
}

std::string safe_target(std::string_view wanted) {
    auto const is_ours = wanted.starts_with("/app/") || wanted == "/app" || wanted.starts_with("/admin/");
    auto const is_odd = wanted.size() > longest_target || wanted.find("..") != std::string_view::npos ||
                        wanted.find("//") != std::string_view::npos || wanted.find('\\') != std::string_view::npos ||
                        std::any_of(wanted.begin(), wanted.end(),
                                    [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; });
    return is_ours && !is_odd ? std::string{wanted} : "/app/";
}

std::string PageCall::value(std::string_view name) const {
    if (auto const found = form.find(name)) return std::string{*found};
    if (auto const found = request.query.find(name)) return std::string{*found};
    return {};
}

std::string PageCall::path(std::string_view name) const {
    auto const found = request.path_parameters.find(name);
    return found == request.path_parameters.end() ? std::string{} : found->second;
}

Result<json::Document> PageCall::perform(std::string_view operation, json::Value const& input) const {
    auto const* entry = operations.catalogue().find(operation);
    if (!entry) return Error{Errc::not_found, "operation"};
    auto output = operation::invoke_within(*entry, ctx, input);
    if (!output) return operation::told(ctx, operations.catalogue(), *entry, input, output.error());
    return output;
}

Result<json::Document> PageCall::preview(operation::Actor const& as, std::string_view operation,
                                         json::Value const& input) const {
    auto const* entry = operations.catalogue().find(operation);
    if (!entry || entry->effect != operation::Effect::reads) return Error{Errc::not_found, "operation"};
    auto other = operation::Context{ctx.sql(), as, ctx.now(), services};
    return entry->invoke(other, input);
}

Result<View> missing(PageCall&) { return Error{Errc::not_found, "page", "没有这个页面，链接可能已经过期"}; }

// What stands in the path of a page and cannot be an id names nothing.
bool is_of_path(Error const& error, http::Request const& request) {
    return request.method == http::Method::get && error.code == Errc::invalid_input &&
           std::any_of(error.fields.begin(), error.fields.end(),
                       [&](auto const& field) { return request.path_parameters.contains(field.field); });
}

class Pages::Impl {
public:
    Impl(operation::Operations const& operations, operation::Services const& services, PageTemplates const& templates,
         PagesConfig config)
        : operations_{operations}, services_{services}, templates_{templates}, config_{std::move(config)} {}

    asio::awaitable<http::Response> answer(PageRoute const& route, http::Request const& request,
                                           std::optional<std::string> cookie) const {
        auto const tenant = cookie ? company_of_session(*cookie) : std::nullopt;
        if (!tenant) co_return sign_in_first(request);
        auto outcome = Outcome{};
        auto problem = std::optional<Error>{};
        auto is_prepared = !route.first;
        auto job = [&](database::Session& sql) -> Result<int> {
            outcome = Outcome{};
            perform(route, request, *cookie, sql, outcome, is_prepared ? &problem : nullptr);
            if (outcome.error) return *outcome.error;
            return 0;
        };
        auto failure = std::optional<Error>{};
        try {
            auto const scope = database::Scope::of(*tenant);
            if (route.first) {
                auto const admitted = co_await operations_.database().run(database::Pool::web, scope, job);
                if (!admitted) failure = admitted.error();
                is_prepared = true;
                if (admitted && outcome.is_known) {
                    auto const worked = co_await route.first(outcome.visitor, outcome.form);
                    if (!worked) problem = worked.error();
                }
            }
            if (!failure) {
                auto const done = co_await operations_.database().run(database::Pool::web, scope, job);
                if (!done) failure = done.error();
            }
            if (failure) log_failure("path", route.path, request, *failure);
        } catch (std::exception const& e) {
            log::error("page_failed", {{"path", route.path}, {"request", request.id}, {"what", e.what()}});
            failure = Error{Errc::unavailable, "internal"};
        }
        if (!failure && !outcome.is_known) co_return sign_in_first(request);
        if (failure && is_of_path(*failure, request)) failure = Error{Errc::not_found, "page"};
        if (failure) co_return show_error(request, *failure, outcome.frame);
        co_return show(request, std::move(*outcome.view), outcome.frame);
    }

    [[nodiscard]] http::Response show_bare(View const& view) const {
        return with_headers(
            http::Response::html(view.status, frame_page(templates_, view, Frame{}, config_.static_version)));
    }

    std::vector<std::shared_ptr<PageRoute const>> routes;
    std::vector<NavigationItem> navigation;
    PagesConfig const& config() const { return config_; }

private:
    // On a database thread, inside the transaction. Without `problem` it is only found out who asks, and whether he
    // may.
    void perform(PageRoute const& route, http::Request const& request, std::string const& cookie,
                 database::Session& sql, Outcome& outcome, std::optional<Error> const* problem) const {
        auto const now = operations_.clock().now();
        auto const visitor = find_session(sql, cookie, config_.session, now);
        if (!visitor) return;
        outcome.is_known = true;
        auto actor = operation::load_actor(sql, visitor->tenant, visitor->employee, operation::Channel::page);
        if (!actor) return void(outcome.error = actor.error());
        actor->request_id = request.id;
        auto client = client_of(request);
        actor->client = std::move(client.address);
        actor->agent = std::move(client.agent);
        outcome.visitor = *visitor;
        outcome.frame = make_frame(sql, *actor, *visitor, navigation, request.path, now);
        if (route.method != http::Method::get) {
            if (!read_form(request, outcome))
                return void(outcome.error = Error{Errc::invalid_input, "form", "表单内容无法读取"});
            auto const token = outcome.form.find("_csrf").value_or("");
            if (!is_from_our_page(request, config_.public_url, token, visitor->csrf))
                return void(outcome.error = Error{Errc::forbidden, "csrf", "页面已过期，请刷新后再试"});
        }
        if (!actor->may(route.permission))
            return void(outcome.error = operation::no_permission(*actor, route.permission));
        if (!problem) return;
        auto ctx = operation::Context{sql, std::move(*actor), now, services_};
        auto call =
            PageCall{ctx, operations_, request, *visitor, outcome.form, std::move(outcome.files), *problem, services_};
        auto view = route.run(call);
        if (!view) return void(outcome.error = view.error());
        outcome.view = std::move(*view);
    }

    [[nodiscard]] http::Response sign_in_first(http::Request const& request) const {
        auto const target = request.method == http::Method::get ? request.raw_target : std::string{"/app/"};
        auto const where = "/login?" + target_query(safe_target(target));
        if (!is_fragment(request)) return redirect(where);
        auto response = http::Response::text(401, "请重新登录");
        response.headers.set("HX-Redirect", where);
        return response;
    }

    [[nodiscard]] static http::Response redirect(std::string const& where) {
        auto response = http::Response{};
        response.status = 303;
        response.headers.set("Location", where);
        response.headers.set("Cache-Control", "no-store");
        return response;
    }

    [[nodiscard]] http::Response show(http::Request const& request, View view, Frame const& frame) const {
        if (!view.redirect.empty() && is_fragment(request)) {
            auto response = http::Response::text(200, "");
            response.headers.set("HX-Redirect", view.redirect);
            return response;
        }
        if (!view.redirect.empty()) return redirect(view.redirect);
        json::set(view.data, "csrf", frame.csrf, view.data.GetAllocator());
        if (view.is_fragment || is_fragment(request)) {
            auto response = with_headers(http::Response::html(view.status, templates_.render(view.page, view.data)));
            if (!view.toast.empty()) response.headers.set("HX-Trigger", toast_event(view.toast));
            return response;
        }
        return with_headers(
            http::Response::html(view.status, frame_page(templates_, view, frame, config_.static_version)));
    }

    [[nodiscard]] http::Response show_error(http::Request const& request, Error const& error,
                                            Frame const& frame) const {
        auto const status = http::problem(error).status;
        if (is_fragment(request)) {
            auto view = View{};
            view.page = "error_fragment";
            view.status = status;
            view.data = error_data(error, request.id, status);
            return with_headers(http::Response::html(status, templates_.render(view.page, view.data)));
        }
        auto view = View{};
        view.page = "error";
        view.title = "出错了";
        view.status = status;
        view.data = error_data(error, request.id, status);
        return with_headers(http::Response::html(status, frame_page(templates_, view, frame, config_.static_version)));
    }

    [[nodiscard]] static http::Response with_headers(http::Response response) {
        response.headers.set("Cache-Control", "no-store");
        response.headers.set("Referrer-Policy", "same-origin");
        response.headers.set("X-Content-Type-Options", "nosniff");
        response.headers.set(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'");
        return response;
    }

    operation::Operations const& operations_;
    operation::Services const& services_;
    PageTemplates const& templates_;
    PagesConfig config_;
};

Pages::Pages(operation::Operations const& operations, operation::Services const& services,
             PageTemplates const& templates, PagesConfig config)
    : impl_{std::make_unique<Impl>(operations, services, templates, std::move(config))} {}
Pages::~Pages() = default;

void Pages::add(PageRoute route) {
    if (route.permission.empty()) throw std::logic_error{"page without a permission: " + route.path};
    impl_->routes.push_back(std::make_shared<PageRoute const>(std::move(route)));
}
void Pages::add(NavigationItem item) { impl_->navigation.push_back(std::move(item)); }

void Pages::mount(http::Router& router) const {
    auto const add = [this, &router](std::shared_ptr<PageRoute const> const& route) {
        router.add(route->method, route->path, [this, route](http::Request& request) {
            return impl_->answer(*route, request, cookie_of(request));
        });
    };
    for (auto const& route : impl_->routes) add(route);
    // Who follows an old link, or reloads what was only sent to, is told so on a page.
    auto shown = std::set<std::string>{};
    for (auto const& route : impl_->routes)
        if (route->method == http::Method::get) shown.insert(route->path);
    auto unknown = std::set<std::string>{"/app/{rest...}", "/admin/{rest...}", "/app", "/admin"};
    for (auto const& route : impl_->routes) unknown.insert(route->path);
    for (auto const& path : unknown)
        if (!shown.contains(path))
            add(std::make_shared<PageRoute const>(PageRoute{http::Method::get, path, "self", missing}));
}

http::Response Pages::show(View const& view) const { return impl_->show_bare(view); }
PagesConfig const& Pages::config() const noexcept { return impl_->config(); }

namespace {

// __Host- cookies must be Secure, which plain HTTP (a demonstration on one machine) cannot offer.
std::string cookie_name(PagesConfig const& config) {
    return config.public_url.starts_with("https://") ? "__Host-wescrm" : "wescrm";
}

}  // namespace

std::optional<std::string> Pages::cookie_of(http::Request const& request) const {
    auto const prefix = cookie_name(config()) + "=";
    for (auto const& part : text::split(request.headers.find("Cookie").value_or(""), ';'))
        if (auto const pair = text::trim(part); pair.starts_with(prefix))
            return std::string{pair.substr(prefix.size())};
    return std::nullopt;
}

std::string Pages::set_cookie(std::string_view value) const {
    auto const is_secure = config().public_url.starts_with("https://");
    auto header = cookie_name(config()) + "=" + std::string{value} + "; Path=/; HttpOnly; SameSite=Lax";
    if (is_secure) header += "; Secure";
    if (value.empty()) header += "; Max-Age=0";
    return header;
}

}  // namespace wescrm::web
