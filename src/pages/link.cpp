#include "pages.hpp"
#include "showing.hpp"

#include <array>

namespace wescrm::pages {
namespace {

struct Kind {
    std::string_view key;
    std::string_view title;
    std::string_view where;  ///< in WeCom's console
    bool is_needed;
};
constexpr std::array<Kind, 3> connection_kinds{
    {{"app", "应用", "管理后台 → 应用管理 → 自建 → 创建应用，打开它的详情页", true},
     {"contacts", "通讯录同步", "管理后台 → 安全与管理 → 管理工具 → 通讯录同步", false},
     {"external", "客户联系", "管理后台 → 客户与上下游 → 客户联系 → API", false}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> connection_steps{
    {{"token", "Secret 可用"}, {"address", "服务器出口地址可信"}, {"range", "可见范围"}}};

json::Value const* check_in(json::Value const& part, std::string_view step) {
    for (auto const& check : part["checks"].GetArray())
        if (json::find_string(check, "step") == step) return &check;
    return nullptr;
}

void add_line(json::Value& lines, std::string_view title, std::string_view state, std::string_view detail,
              json::Allocator& allocator) {
    auto line = json::Value{rapidjson::kObjectType};
    json::set(line, "title", title, allocator);
    json::set(line, "good", json::Value{state == "good"}, allocator);
    json::set(line, "bad", json::Value{state == "bad"}, allocator);
    json::set(line, "waits", json::Value{state == "waits"}, allocator);
    json::set(line, "detail", detail, allocator);
    lines.PushBack(std::move(line), allocator);
}

// What was tried, what came of it, and what still waits.
json::Value check_lines(web::PageCall const& call, json::Value const& link, json::Value const& part,
                        json::Allocator& allocator) {
    auto lines = json::Value{rapidjson::kArrayType};
    auto is_blocked = false;
    for (auto const& [step, title] : connection_steps) {
        auto const* check = check_in(part, step);
        auto const is_ok = check && json::find_bool(*check, "ok").value_or(false);
        auto const detail = check && !is_blocked ? json::find_string(*check, "detail").value_or("") : std::string{};
        auto const waits = std::string_view{is_blocked ? "等上一步" : "还没有测试"};
        add_line(lines, title,
                 is_blocked || !check ? "waits"
                 : is_ok              ? "good"
                                      : "bad",
                 detail.empty() ? waits : std::string_view{detail}, allocator);
        is_blocked = is_blocked || !is_ok;
    }
    auto const verified = short_time(part, "verified_at", call.ctx.zone(), call.ctx.now());
    auto const event = short_time(link, "last_event_at", call.ctx.zone(), call.ctx.now());
    auto const is_heard = !event.empty() && json::find_string(part, "kind") == "app";
    add_line(lines, "回调地址已验证", verified.empty() && !is_heard ? "waits" : "good",
             verified.empty() && is_heard ? "事件正常到达"
             : verified.empty() ? "在企业微信后台填好 URL、Token、EncodingAESKey 并点“保存”后自动变化"
                                : verified,
             allocator);
    if (json::find_string(part, "kind") == "app")
        add_line(lines, "收到事件", event.empty() ? "waits" : "good",
                 event.empty() ? "在企业微信里打开应用，随便说一句话" : event, allocator);
    return lines;
}

json::Value part_value(web::PageCall const& call, json::Value const& link, json::Value const& part, Kind const& kind,
                       json::Allocator& allocator) {
    auto value = json::Value{part, allocator};
    json::set(value, "key", kind.key, allocator);
    json::set(value, "name", kind.title, allocator);
    json::set(value, "where", kind.where, allocator);
    json::set(value, "is_app", json::Value{kind.key == "app"}, allocator);
    json::set(value, "is_optional", json::Value{!kind.is_needed}, allocator);
    json::set(value, "corp", json::find_string(link, "corp_id").value_or(""), allocator);
    json::set(value, "fixed_corp", json::Value{json::find_bool(link, "is_proven").value_or(false)}, allocator);
    json::set(value, "lines", check_lines(call, link, part, allocator), allocator);
    auto const is_begun = json::find_bool(part, "has_secret").value_or(false);
    json::set(value, "shows_checks", json::Value{kind.is_needed || is_begun}, allocator);
    auto const agent = json::find_integer(part, "agent_id").value_or(0);
    json::set(value, "agent", agent > 0 ? std::to_string(agent) : "", allocator);
    return value;
}

// What was typed stays, except the secret, with what is wrong beside it.
void show_connection_problem(web::PageCall const& call, json::Value& part, Error const& error,
                             json::Allocator& allocator) {
    json::set(part, "corp", call.value("corp_id"), allocator);
    json::set(part, "agent", call.value("agent_id"), allocator);
    json::set(part, "problem", error.fields.empty() ? error.message : "", allocator);
    for (auto const& field : error.fields) json::set(part, field.field + "_error", field.message, allocator);
}

Result<web::View> show_connection(web::PageCall& call) {
    auto const link = call.perform("link.show", json::Document{rapidjson::kObjectType});
    if (!link) return link.error();
    auto view = web::View{};
    view.page = "admin/link";
    view.title = "连接企业微信";
    auto& allocator = view.data.GetAllocator();
    auto parts = json::Value{rapidjson::kArrayType};
    for (std::size_t i = 0; i < connection_kinds.size(); ++i) {
        auto const& part = (*link)["parts"][static_cast<rapidjson::SizeType>(i)];
        auto value = part_value(call, *link, part, connection_kinds.at(i), allocator);
        if (call.problem && call.value("kind") == connection_kinds.at(i).key)
            show_connection_problem(call, value, *call.problem, allocator);
        parts.PushBack(std::move(value), allocator);
    }
    auto const is_proven = json::find_bool(*link, "is_proven").value_or(false);
    auto const is_known = json::find_bool(*link, "is_administrator_known").value_or(false);
    json::set(view.data, "parts", std::move(parts), allocator);
    json::set(view.data, "asks_account", json::Value{is_proven && !is_known}, allocator);
    json::set(view.data, "waits_account", json::Value{!is_proven && !is_known}, allocator);
    json::set(view.data, "unknown", json::Value{!is_known}, allocator);
    json::set(view.data, "ready", json::Value{is_proven && is_known}, allocator);
    json::set(view.data, "corp_id", json::find_string(*link, "corp_id").value_or(""), allocator);
    if (call.problem) view.status = http::problem(*call.problem).status;
    return view;
}

Result<web::View> check(web::PageCall& call) {
    auto view = show_connection(call);
    if (view && !call.problem) view->toast = "已保存并测试";
    return view;
}

Result<web::View> bind(web::PageCall& call) {
    auto view = show_connection(call);
    if (!view) return view;
    auto& allocator = view->data.GetAllocator();
    if (!call.problem) {
        view->toast = "已绑定，以后请用企业微信登录";
        return view;
    }
    auto const& error = *call.problem;
    json::set(view->data, "user_id", call.value("user_id"), allocator);
    json::set(view->data, "account_error", error.fields.empty() ? error.message : error.fields.front().message,
              allocator);
    return view;
}

Result<web::View> renew(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "kind", call.path("kind"), input.GetAllocator());
    if (auto const done = call.perform("link.keys", input); !done) return done.error();
    auto view = show_connection(call);
    if (view) view->toast = "已生成新的密钥，旧的 24 小时内仍可用";
    return view;
}

Result<web::View> make_setup_link(web::PageCall& call) {
    auto const made = call.perform("setup_link.create", json::Document{rapidjson::kObjectType});
    if (!made) return made.error();
    auto view = show_connection(call);
    if (view)
        json::set(view->data, "setup_link", json::find_string(*made, "url").value_or(""), view->data.GetAllocator());
    return view;
}

}  // namespace

void add_link(web::Pages& pages, Ports const& ports) {
    constexpr auto permission = "company.edit";
    pages.add(web::PageRoute{http::Method::get, "/admin/link", permission, show_connection});
    pages.add(web::PageRoute{http::Method::post, "/admin/link/check", permission, check, ports.check_link});
    pages.add(
        web::PageRoute{http::Method::post, "/admin/link/administrator", permission, bind, ports.bind_administrator});
    pages.add(web::PageRoute{http::Method::post, "/admin/link/keys/{kind}", permission, renew});
    pages.add(web::PageRoute{http::Method::post, "/admin/link/setup-link", permission, make_setup_link});
    pages.add(web::NavigationItem{"/admin/link", "企业微信", "link", permission, "管理"});
}

}  // namespace wescrm::pages
