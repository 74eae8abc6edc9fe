#include "api/api.hpp"
#include "protocol/json_out.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator::api {
namespace {

constexpr auto oauth_code_life = minutes{5};

std::string escape(std::string_view text) {
    auto out = std::string{};
    for (auto const c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string page(std::string_view title, std::string_view content) {
    auto out = std::string{"<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"};
    out.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    out.append(escape(title)).append("</title><link rel=\"stylesheet\" href=\"/assets/login.css\"><main><h1>");
    out.append(escape(title)).append("</h1>").append(content).append("</main></html>");
    return out;
}

http::Response refuse(std::string_view reason) {
    return http::Response::html(400, page("无法打开页面", "<p>" + escape(reason) + "</p>"));
}

std::string parameter(http::Request const& request, std::string_view name) {
    return std::string{request.query.find(name).value_or("")};
}

std::string cookie(http::Request const& request, std::string_view name) {
    for (auto const& part : text::split(request.headers.find("Cookie").value_or(""), ';')) {
        auto const pair = text::trim(part);
        if (pair.starts_with(std::string{name} + "=")) return std::string{pair.substr(name.size() + 1)};
    }
    return {};
}

std::string host_of(std::string_view url) {
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    auto const rest = url.substr(scheme + 3);
    return std::string{rest.substr(0, rest.find_first_of("/?#"))};
}

http::Response redirect(std::string const& location) {
    auto response = http::Response{};
    response.status = 302;
    response.headers.set("Location", location);
    return response;
}

/// `visitor`: the new code with who came; its life is set here.
http::Response with_code(World& world, http::Request const& request, OauthCode visitor) {
    auto const code = random_word(43);
    visitor.expires = world.now() + oauth_code_life;
    world.oauth_codes[code] = std::move(visitor);
    auto target = parameter(request, "redirect_uri");
    auto const fragment = target.find('#');
    if (fragment != std::string::npos) target.resize(fragment);
    target += target.find('?') == std::string::npos ? '?' : '&';
    auto added = http::Parameters{};
    added.add("code", code);
    added.add("state", parameter(request, "state"));
    return redirect(target + added.encoded());
}

/// A list to choose from; WeCom's own page shows a QR code to be scanned.
http::Response chooser(http::Request const& request, Corp const& corp) {
    auto const search = text::to_lower(parameter(request, "q"));
    auto content = std::string{"<p class=\"hint\">模拟扫码：选择以哪位员工登录 "} + escape(corp.name) + "</p>";
    auto shown = 0;
    content += "<ul>";
    for (auto const& [key, member] : corp.members) {
        if (!search.empty() && key.find(search) == std::string::npos && member.name.find(search) == std::string::npos) {
            continue;
        }
        if (++shown > 200) break;
        auto link = http::Parameters{};
        for (auto const& [name, value] : request.query) {
            if (name != "q") link.add(name, value);
        }
        link.add("sim_user", member.user_id);
        content += "<li><a href=\"" + escape(request.path + "?" + link.encoded()) + "\">" + escape(member.name) +
                   " <small>" + escape(member.user_id) + " " + escape(member.position) + "</small></a></li>";
    }
    for (auto const& [id, text] : corp.external_contacts) {
        auto const contact = json::parse(text);
        auto const* details = contact ? json::find(*contact, "external_contact") : nullptr;
        auto const name = details == nullptr ? id : json::find_string(*details, "name").value_or(id);
        if (!search.empty() && name.find(search) == std::string::npos) continue;
        auto link = http::Parameters{};
        for (auto const& [field, value] : request.query) {
            if (field != "q") link.add(field, value);
        }
        link.add("sim_external", id);
        content += "<li><a href=\"" + escape(request.path + "?" + link.encoded()) + "\">" + escape(name) +
                   " <small>外部联系人</small></a></li>";
    }
    content += "</ul>";
    auto hidden = std::string{};
    for (auto const& [name, value] : request.query) {
        if (name == "q") continue;
        hidden += "<input type=\"hidden\" name=\"" + escape(name) + "\" value=\"" + escape(value) + "\">";
    }
    content = "<form>" + hidden + "<label>查找 <input name=\"q\" value=\"" + escape(parameter(request, "q")) +
              "\" placeholder=\"姓名或账号\"></label> <button>查找</button></form>" + content;
    return http::Response::html(200, page("企业微信登录", content));
}

bool is_state(std::string const& state) {
    auto const fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    return state.size() <= 128 && std::ranges::all_of(state, fits);
}

/// The old form of the page has none.
bool is_login_type(std::string const& type) { return type.empty() || type == "CorpApp"; }

AgentNumber agent_of(http::Request const& request, Corp const& corp) {
    auto const text = parameter(request, "agentid");
    for (auto const& [id, app] : corp.apps) {
        if (std::to_string(id) == text) return id;
    }
    return 0;
}

http::Response authorize(World& world, http::Request const& request, bool is_web_login) {
    auto* corp = world.find_corp(parameter(request, "appid"));
    if (corp == nullptr) return refuse("appid 参数错误");
    auto const agent = agent_of(request, *corp);
    if (agent == 0 && (is_web_login || !parameter(request, "agentid").empty())) return refuse("agentid 参数错误");
    if (is_web_login && !is_login_type(parameter(request, "login_type"))) return refuse("login_type 参数错误");
    if (!is_web_login && parameter(request, "response_type") != "code") return refuse("response_type 参数错误");
    if (!is_web_login && !parameter(request, "scope").starts_with("snsapi_")) return refuse("scope 参数错误");
    if (!is_web_login && !is_state(parameter(request, "state"))) return refuse("state 参数错误（84025）");
    auto const target = parameter(request, "redirect_uri");
    auto const* app = agent != 0 ? world.find_app(corp->corp_id, agent) : nullptr;
    auto const trusted = app == nullptr ? std::string{} : app->trusted_domain;
    if (host_of(target).empty() || (!trusted.empty() && trusted != host_of(target))) {
        return refuse("redirect_uri 参数错误");
    }
    auto visitor = OauthCode{};
    visitor.corp_id = corp->corp_id;
    visitor.agent_id = agent;
    visitor.scope = is_web_login ? "" : agent == 0 ? "snsapi_base" : parameter(request, "scope");
    if (auto external = parameter(request, "sim_external"); !external.empty() && !is_web_login) {
        visitor.external_user_id = std::move(external);
        return with_code(world, request, std::move(visitor));
    }
    auto user = parameter(request, "sim_user");
    if (user.empty() && !is_web_login) user = cookie(request, "sim_user");
    if (user.empty()) return chooser(request, *corp);
    auto const* member = corp->find_member(user);
    if (member == nullptr) return chooser(request, *corp);
    // A silent login succeeds for every member; the app itself has to look at its visible range.
    auto const must_be_visible = is_web_login || visitor.scope == "snsapi_privateinfo";
    if (must_be_visible && app != nullptr && !corp->is_visible(*app, *member)) {
        return refuse("您不在该应用的可见范围内");
    }
    visitor.user_id = member->user_id;
    return with_code(world, request, std::move(visitor));
}

/// Opens a link of the chat as that member: later OAuth of this browser tab needs no choice.
http::Response open_as(http::Request const& request) {
    auto const url = parameter(request, "url");
    if (host_of(url).empty()) return refuse("链接不完整");
    auto response = redirect(url);
    auto user = http::Parameters{};
    user.add("sim_user", parameter(request, "user"));
    response.headers.set("Set-Cookie", user.encoded() + "; Path=/; SameSite=Lax; HttpOnly");
    return response;
}

}  // namespace

void add_oauth_routes(http::Router& router, World& world) {
    auto const add = [&](std::string_view path, bool is_web_login) {
        router.add(http::Method::get, path,
                   [&world, is_web_login](http::Request& request) -> asio::awaitable<http::Response> {
                       co_return authorize(world, request, is_web_login);
                   });
    };
    add("/connect/oauth2/authorize", false);
    add("/wwlogin/sso/login", true);
    add("/wwopen/sso/qrConnect", true);
    router.add(http::Method::get, "/sim/open",
               [](http::Request& request) -> asio::awaitable<http::Response> { co_return open_as(request); });
}

}  // namespace wescrm::simulator::api
