#pragma once
#include <wescrm/http/multipart.hpp>
#include <wescrm/http/router.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/web/session.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

// Server-rendered pages. A page is a function of a request inside one transaction; what it shows is a JSON object,
// which fills a template of templates/pages.
namespace wescrm::web {

/// The HTML templates (ctemplate, escaping by place). A member `user_id` of the data fills {{USER_ID}}; an object or an
/// array shows the section {{#NAME}} once or for each element (a plain element as {{VALUE}}); true shows a section. A
/// member that is null, false, empty or "" shows {{#NO_NAME}}, another text, number or array {{#HAS_NAME}}. Inside a
/// section the members around it are seen too: give an element's flags names of their own.
class PageTemplates {
public:
    /// invalid_input "template" naming the file that cannot be parsed or does not begin with the autoescape pragma.
    [[nodiscard]] static Result<PageTemplates> load(std::string const& folder);
    ~PageTemplates();
    PageTemplates(PageTemplates&&) noexcept;

    /// Safe from any thread. Throws std::logic_error for an unknown name.
    [[nodiscard]] std::string render(std::string_view name, json::Value const& data) const;

private:
    struct Impl;
    explicit PageTemplates(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// What a page function gives back.
struct View {
    std::string page;  ///< the template, e.g. "admin/employees"
    std::string title;
    json::Document data{rapidjson::kObjectType};
    int status = 200;
    std::string redirect;      ///< not empty: 303 to there, or HX-Redirect for a fragment
    std::string toast;         ///< a sentence that the page shows for some seconds
    bool is_fragment = false;  ///< without the frame around it, also for a plain request

    [[nodiscard]] static View to(std::string where) {
        auto view = View{};
        view.redirect = std::move(where);
        return view;
    }
};

/// What a page function is given: who asks, and the request.
struct PageCall {
    operation::Context& ctx;
    operation::Operations const& operations;
    http::Request const& request;
    Visitor const& visitor;
    http::Parameters form{};          ///< of a POST
    std::vector<http::Part> files{};  ///< of a multipart POST
    std::optional<Error> problem{};   ///< what the route's task answered
    operation::Services const& services;

    /// A parameter of the query or of the form; "" if absent.
    [[nodiscard]] std::string value(std::string_view name) const;
    [[nodiscard]] std::string path(std::string_view name) const;
    /// Runs an operation as the visitor, inside this transaction; a refused one leaves nothing behind.
    Result<json::Document> perform(std::string_view operation, json::Value const& input) const;
    /// What somebody else would be answered: for reading only. The caller has checked that the visitor may ask, and
    /// logs it.
    Result<json::Document> preview(operation::Actor const& as, std::string_view operation,
                                   json::Value const& input) const;
};

/// Runs on a database thread. An error becomes the error page that fits, or for a form the page again with status 422
/// if the function handles it itself.
using PageFunction = std::function<Result<View>(PageCall&)>;

/// Work that waits for other machines and so is not done on a database thread. Who has no permission, or comes with a
/// form that is not ours, does not get here.
using PageTask = std::function<Async<void>(Visitor, http::Parameters form)>;

struct PageRoute {
    http::Method method = http::Method::get;
    std::string path;        ///< below the root: "/admin/employees/{user_id}"
    std::string permission;  ///< who lacks it gets 403; "self": everybody who is signed in
    PageFunction run;
    PageTask first{};  ///< before `run`, which finds what went wrong in PageCall::problem
};

/// An entry of the side navigation.
struct NavigationItem {
    std::string path;
    std::string label;
    std::string icon;
    std::string permission;
    std::string group;                  ///< "" or "管理"
    std::vector<std::string> covers{};  ///< beginnings of further addresses that belong to it
};

struct PagesConfig {
    SessionConfig session;
    std::string public_url;      ///< decides whether cookies are Secure, and what counts as our own origin
    std::string static_version;  ///< changes with the static files
};

/// Serves pages to people who are signed in; the others are led to the sign-in and come back.
class Pages {
public:
    Pages(operation::Operations const& operations, operation::Services const& services, PageTemplates const& templates,
          PagesConfig config);
    ~Pages();

    void add(PageRoute route);
    void add(NavigationItem item);
    /// Adds all routes. This must outlive the router's last request.
    void mount(http::Router& router) const;

    /// A page without a visitor: sign-in, registration, errors.
    [[nodiscard]] http::Response show(View const& view) const;
    /// The value of our cookie.
    [[nodiscard]] std::optional<std::string> cookie_of(http::Request const& request) const;
    [[nodiscard]] std::string set_cookie(std::string_view value) const;  ///< a Set-Cookie header; "" ends it
    [[nodiscard]] PagesConfig const& config() const noexcept;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether the request was made by a page of ours: same origin, and our header or the form's token.
[[nodiscard]] bool is_from_our_page(http::Request const& request, std::string_view public_url, std::string_view token,
                                    std::string_view csrf);
/// The two last characters of a Chinese name, as people's pictures show them.
[[nodiscard]] std::string short_name(std::string_view name);
/// A path of ours that may follow a sign-in, else "/app/".
[[nodiscard]] std::string safe_target(std::string_view wanted);

}  // namespace wescrm::web
