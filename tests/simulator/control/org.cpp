#include "control/control.hpp"
#include "protocol/json_out.hpp"
#include "protocol/xml.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator::control {
namespace {

std::string comma_list(std::vector<DepartmentNumber> const& ids) {
    auto out = std::string{};
    for (auto const id : ids) out += (out.empty() ? "" : ",") + std::to_string(id);
    return out;
}

/// Pushes a change of the address book in the short form that callback addresses get since 2022.
void tell(Control& control, Corp const& corp, std::string_view change, std::function<void(XmlOut&)> const& details) {
    auto out = XmlOut{};
    out.open("xml").text("ToUserName", corp.corp_id).text("FromUserName", "sys");
    out.number("CreateTime", unix_seconds(control.world.now())).text("MsgType", "event");
    out.text("Event", "change_contact").text("ChangeType", change);
    details(out);
    out.close("xml");
    auto delivery = Delivery{};
    delivery.corp_id = corp.corp_id;
    delivery.target = "contacts";
    delivery.kind = "change_contact";
    delivery.detail = change;
    delivery.xml = std::move(out).take();
    control.deliverer.push(std::move(delivery));
}

/// Who may use which app.
using Range = std::set<std::pair<AgentNumber, std::string>>;

bool may_use_org(Corp const& corp, App const& app, Member const& member) {
    return member.status != 2 && member.status != 5 && corp.is_visible(app, member);
}

Range range_of(Corp const& corp, Member const* member) {
    auto range = Range{};
    if (member == nullptr) return range;
    for (auto const& [agent, app] : corp.apps) {
        if (may_use_org(corp, app, *member)) range.emplace(agent, member->user_id);
    }
    return range;
}

Range range_of(Corp const& corp, App const& app) {
    auto range = Range{};
    for (auto const& [key, member] : corp.members) {
        if (may_use_org(corp, app, member)) range.emplace(app.agent_id, member.user_id);
    }
    return range;
}

void tell_app(Control& control, Corp const& corp, AgentNumber agent, std::string const& user, std::string_view event) {
    auto out = XmlOut{};
    out.open("xml").text("ToUserName", corp.corp_id).text("FromUserName", user);
    out.number("CreateTime", unix_seconds(control.world.now())).text("MsgType", "event");
    out.text("Event", event).text("EventKey", "").number("AgentID", agent).close("xml");
    auto delivery = Delivery{};
    delivery.corp_id = corp.corp_id;
    delivery.target = "app/" + std::to_string(agent);
    delivery.user_id = user;
    delivery.kind = event;
    delivery.xml = std::move(out).take();
    control.deliverer.push(std::move(delivery));
}

/// Members who came into or left the range of an app.
void tell_apps(Control& control, Corp const& corp, Range const& before, Range const& after) {
    for (auto const& [agent, user] : before) {
        if (!after.contains({agent, user})) tell_app(control, corp, agent, user, "unsubscribe");
    }
    for (auto const& [agent, user] : after) {
        if (!before.contains({agent, user})) tell_app(control, corp, agent, user, "subscribe");
    }
}

/// `?events=0`: the change happens without a callback, as WeCom loses some.
bool wants_events(http::Request const& request) { return query(request, "events") != "0"; }

std::string member_json(Corp const& corp, Member const& member) {
    auto out = JsonOut{};
    out.object().text("user_id", member.user_id).text("name", member.name).text("position", member.position);
    out.text("avatar_color", member.avatar_color).number("status", member.status).array("departments");
    for (auto const id : member.departments) {
        auto const at = corp.departments.find(id);
        out.object().number("id", id).text("name", at == corp.departments.end() ? "" : at->second.name).end();
    }
    out.end_array().text("direct_leader", member.direct_leader).end();
    return out.take();
}

std::string department_json(Department const& department) {
    auto out = JsonOut{};
    out.object().number("id", department.id).number("parent_id", department.parent_id).text("name", department.name);
    out.number("order", department.order).array("leaders");
    for (auto const& leader : department.leaders) out.text(leader);
    out.end_array().end();
    return out.take();
}

http::Response corps(Control& control) {
    auto out = JsonOut{};
    out.object().array("corps");
    for (auto const& [id, corp] : control.world.corps) {
        out.object().text("corp_id", id).text("name", corp.name).array("apps");
        for (auto const& [agent, app] : corp.apps) {
            out.object().number("agent_id", agent).text("name", app.name).text("home_url", app.home_url).end();
        }
        out.end_array().number("members", std::ssize(corp.members));
        out.number("departments", std::ssize(corp.departments)).end();
    }
    out.end_array().end();
    return http::Response::json(200, out.take());
}

http::Response users(Corp& corp, http::Request const& request) {
    auto const search = text::to_lower(query(request, "q"));
    auto const limit = query_number(request, "limit", 50);
    auto const after = query(request, "after");
    auto out = JsonOut{};
    out.object().array("items");
    auto count = std::int64_t{0};
    auto next = std::string{};
    for (auto at = after.empty() ? corp.members.begin() : corp.members.upper_bound(after); at != corp.members.end();
         ++at) {
        auto const& member = at->second;
        if (!search.empty() && at->first.find(search) == std::string::npos &&
            member.name.find(search) == std::string::npos) {
            continue;
        }
        if (count++ == limit) {
            next = std::prev(at)->first;
            break;
        }
        out.raw(member_json(corp, member));
    }
    out.end_array().text("next", next).end();
    return http::Response::json(200, out.take());
}

http::Response add_org_member(Control& control, Corp& corp, http::Request const& request, json::Document const& body) {
    auto member = read_member(body);
    if (!member) return refuse(422, member.error().message);
    auto const key = text::to_lower(member->user_id);
    if (corp.members.contains(key)) return refuse(409, "账号已存在");
    auto const& added = corp.members.emplace(key, std::move(*member)).first->second;
    corp.changed();
    if (wants_events(request)) {
        tell(control, corp, "create_user",
             [&](XmlOut& out) { out.text("UserID", added.user_id).text("Department", comma_list(added.departments)); });
        tell_apps(control, corp, {}, range_of(corp, &added));
    }
    return http::Response::json(201, member_json(corp, added));
}

/// Merges the body into the member; a new id goes into `new_user_id`.
http::Response change_member(Control& control, Corp& corp, http::Request const& request, json::Document const& body) {
    auto* member = corp.find_member(request.path_parameters.at("user"));
    if (member == nullptr) return refuse(404, "没有这位员工");
    auto const old_id = member->user_id;
    auto const before = range_of(corp, member);
    auto const old_departments = member->departments;
    auto whole = json::Document{};
    whole.CopyFrom(body, whole.GetAllocator());
    auto& allocator = whole.GetAllocator();
    auto const keep = [&](std::string_view name, std::string const& value) {
        if (json::find(whole, name) == nullptr) json::set(whole, name, value, allocator);
    };
    json::set(whole, "user_id", json::find_string(body, "new_user_id").value_or(old_id), allocator);
    keep("name", member->name);
    keep("position", member->position);
    keep("mobile", member->mobile);
    keep("avatar_color", member->avatar_color);
    keep("direct_leader", member->direct_leader);
    auto changed = read_member(whole);
    if (!changed) return refuse(422, changed.error().message);
    if (json::find(body, "departments") == nullptr) {
        changed->departments = old_departments;
        changed->leads = member->leads;
        changed->main_department = member->main_department;
    }
    if (json::find(body, "status") == nullptr) changed->status = member->status;
    if (json::find(body, "licensed") == nullptr) changed->is_licensed = member->is_licensed;
    auto const new_key = text::to_lower(changed->user_id);
    if (new_key != text::to_lower(old_id) && corp.members.contains(new_key)) return refuse(409, "账号已存在");
    corp.members.erase(text::to_lower(old_id));
    auto const& kept = corp.members.emplace(new_key, std::move(*changed)).first->second;
    corp.changed();
    auto const is_told = kept.departments != old_departments || kept.user_id != old_id;
    if (wants_events(request) && is_told) {
        tell(control, corp, "update_user", [&](XmlOut& out) {
            out.text("UserID", old_id);
            if (kept.user_id != old_id) out.text("NewUserID", kept.user_id);
            out.text("Department", comma_list(kept.departments));
        });
    }
    // Under a new id nobody came or left.
    if (wants_events(request) && kept.user_id == old_id) tell_apps(control, corp, before, range_of(corp, &kept));
    return http::Response::json(200, member_json(corp, kept));
}

http::Response delete_member(Control& control, Corp& corp, http::Request const& request) {
    auto const* member = corp.find_member(request.path_parameters.at("user"));
    if (member == nullptr) return refuse(404, "没有这位员工");
    auto const id = member->user_id;
    auto const before = range_of(corp, member);
    corp.members.erase(text::to_lower(id));
    for (auto& [number, department] : corp.departments) std::erase(department.leaders, id);
    corp.changed();
    if (wants_events(request)) {
        tell(control, corp, "delete_user", [&](XmlOut& out) { out.text("UserID", id); });
        tell_apps(control, corp, before, {});
    }
    return http::Response::json(200, "{}");
}

http::Response departments(Corp const& corp) {
    auto out = JsonOut{};
    out.object().array("items");
    for (auto const& [id, department] : corp.departments) out.raw(department_json(department));
    out.end_array().end();
    return http::Response::json(200, out.take());
}

http::Response put_department(Control& control, Corp& corp, http::Request const& request, json::Document& body) {
    auto const is_new = !request.path_parameters.contains("id");
    if (is_new && json::find(body, "id") == nullptr) {
        auto id = json::Value{corp.departments.rbegin()->first + 1};
        json::set(body, "id", std::move(id), body.GetAllocator());
    }
    auto const id = is_new ? json::find_integer(body, "id").value_or(0)
                           : std::strtoll(request.path_parameters.at("id").c_str(), nullptr, 10);
    json::set(body, "id", json::Value{static_cast<std::int64_t>(id)}, body.GetAllocator());
    auto read = read_department(body);
    if (!read) return refuse(422, read.error().message);
    auto* known = corp.find_department(id);
    if (is_new == (known != nullptr)) return refuse(is_new ? 409 : 404, is_new ? "部门已存在" : "没有这个部门");
    auto const old_parent = known == nullptr ? -1 : known->parent_id;
    if (known != nullptr) {
        if (json::find(body, "parent_id") == nullptr) read->parent_id = known->parent_id;
        if (json::find(body, "name") == nullptr) read->name = known->name;
        if (json::find(body, "order") == nullptr) read->order = known->order;
        if (json::find(body, "leaders") == nullptr) read->leaders = known->leaders;
    }
    if (read->parent_id != 0 && corp.find_department(read->parent_id) == nullptr) return refuse(422, "上级部门不存在");
    if (!is_new && corp.descendants(id).contains(read->parent_id)) return refuse(422, "上级部门不能是自己或下级");
    auto const& kept = corp.departments.insert_or_assign(id, std::move(*read)).first->second;
    corp.changed();
    if (wants_events(request) && (is_new || kept.parent_id != old_parent)) {
        tell(control, corp, is_new ? "create_party" : "update_party",
             [&](XmlOut& out) { out.number("Id", id).text("ParentId", std::to_string(kept.parent_id)); });
    }
    return http::Response::json(is_new ? 201 : 200, department_json(kept));
}

http::Response delete_department(Control& control, Corp& corp, http::Request const& request) {
    auto const id = std::strtoll(request.path_parameters.at("id").c_str(), nullptr, 10);
    if (corp.find_department(id) == nullptr) return refuse(404, "没有这个部门");
    if (corp.descendants(id).size() > 1 || !corp.members_of({id}).empty()) return refuse(409, "部门下还有部门或成员");
    corp.departments.erase(id);
    corp.changed();
    if (wants_events(request)) {
        tell(control, corp, "delete_party", [&](XmlOut& out) { out.number("Id", id); });
    }
    return http::Response::json(200, "{}");
}

/// Visible range, name, home page, on or off.
http::Response change_app(Control& control, Corp& corp, http::Request const& request, json::Document const& body) {
    auto* app =
        control.world.find_app(corp.corp_id, std::strtoll(request.path_parameters.at("agent").c_str(), nullptr, 10));
    if (app == nullptr) return refuse(404, "没有这个应用");
    auto const before = range_of(corp, *app);
    if (auto const name = json::find_string(body, "name")) app->name = *name;
    if (auto const url = json::find_string(body, "home_url")) app->home_url = *url;
    if (auto const domain = json::find_string(body, "trusted_domain")) app->trusted_domain = *domain;
    if (auto const secret = json::find_string(body, "secret")) app->credential.secret = *secret;
    if (auto const token = json::find_string(body, "token")) app->credential.token = *token;
    if (auto const key = json::find_string(body, "aes_key")) app->credential.aes_key = *key;
    if (auto const closed = json::find_bool(body, "closed")) app->is_closed = *closed;
    if (auto const* list = json::find(body, "trusted_ips"); list != nullptr && list->IsArray()) {
        corp.trusted_ips.clear();
        for (auto const& address : list->GetArray()) {
            if (address.IsString()) corp.trusted_ips.emplace_back(json::view(address));
        }
    }
    if (auto const* list = json::find(body, "visible_users"); list != nullptr && list->IsArray()) {
        app->visible_users.clear();
        for (auto const& user : list->GetArray()) {
            if (user.IsString()) app->visible_users.emplace_back(json::view(user));
        }
    }
    if (auto const* list = json::find(body, "visible_departments"); list != nullptr && list->IsArray()) {
        app->visible_departments.clear();
        for (auto const& id : list->GetArray()) {
            if (id.IsInt64()) app->visible_departments.push_back(id.GetInt64());
        }
    }
    corp.changed();
    if (wants_events(request)) tell_apps(control, corp, before, range_of(corp, *app));
    return http::Response::json(200, "{}");
}

http::Response generate_corp(Control& control, json::Document const& body) {
    auto const members = json::find_integer(body, "members").value_or(1000);
    auto const departments = json::find_integer(body, "departments").value_or(100);
    if (members < 1 || departments < 1 || members > 1'000'000 || departments > members) {
        return refuse(422, "members、departments 不合适");
    }
    auto const id = json::find_string(body, "corp_id").value_or("wwsimulated0000001");
    auto& corps = control.world.corps;
    if (auto* known = control.world.find_corp(id)) {
        known->members.clear();
        known->departments.clear();
        generate(*known, members, departments);
    } else {
        corps.emplace(id, generated_corp(id, members, departments));
    }
    auto const& corp = corps.at(id);
    auto out = JsonOut{};
    out.object().text("corp_id", id).number("members", std::ssize(corp.members));
    out.number("departments", std::ssize(corp.departments)).text("contacts_secret", corp.contacts.secret);
    out.text("contacts_token", corp.contacts.token).text("contacts_aes_key", corp.contacts.aes_key).array("apps");
    for (auto const& [agent, app] : corp.apps) {
        out.object().number("agent_id", agent).text("secret", app.credential.secret);
        out.text("token", app.credential.token).text("aes_key", app.credential.aes_key).end();
    }
    out.end_array().end();
    return http::Response::json(200, out.take());
}

using OfCorp = std::function<http::Response(Control&, Corp&, http::Request const&, json::Document&)>;

}  // namespace

void add_org_routes(http::Router& router, Control& control) {
    using http::Method;
    router.add(Method::get, "/sim/corps",
               [&control](http::Request&) -> asio::awaitable<http::Response> { co_return corps(control); });
    router.add(Method::post, "/sim/org/generate",
               [&control](http::Request& request) -> asio::awaitable<http::Response> {
                   auto const body = read_body(request);
                   co_return body ? generate_corp(control, *body) : refuse(400, "请求体不是 JSON 对象");
               });
    auto const add = [&](Method method, std::string const& path, OfCorp function) {
        router.add(
            method, "/sim/corps/{corp}/" + path,
            [&control, function = std::move(function)](http::Request& request) -> asio::awaitable<http::Response> {
                auto* corp = control.world.find_corp(request.path_parameters.at("corp"));
                if (corp == nullptr) co_return refuse(404, "没有这家企业");
                auto body = read_body(request);
                if (!body) co_return refuse(400, "请求体不是 JSON 对象");
                co_return function(control, *corp, request, *body);
            });
    };
    add(Method::get, "users",
        [](Control&, Corp& corp, http::Request const& r, json::Document&) { return users(corp, r); });
    add(Method::get, "departments",
        [](Control&, Corp& corp, http::Request const&, json::Document&) { return departments(corp); });
    add(Method::post, "members", add_org_member);
    add(Method::patch, "members/{user}", change_member);
    add(Method::delete_, "members/{user}",
        [](Control& c, Corp& corp, http::Request const& r, json::Document&) { return delete_member(c, corp, r); });
    add(Method::post, "departments", put_department);
    add(Method::patch, "departments/{id}", put_department);
    add(Method::delete_, "departments/{id}",
        [](Control& c, Corp& corp, http::Request const& r, json::Document&) { return delete_department(c, corp, r); });
    add(Method::patch, "apps/{agent}", change_app);
}

}  // namespace wescrm::simulator::control
