#include "team.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "dialog.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

bool is_shared(Kind const& kind) {
    return std::ranges::any_of(kind.actions, [](auto const& action) { return action.name == "share"; });
}

Result<json::Document> team_of(web::PageCall& call, Kind const& kind) {
    return call.perform("record.team",
                        input_of({{"object", std::string{kind.object}}, {"object_id", call.path("id")}}));
}

bool is_visitor(web::PageCall const& call, std::string const& user) { return user == call.ctx.actor().user_id.value(); }

json::Value team_row(web::PageCall const& call, json::Value const& one, std::string const& name,
                     json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    json::set(row, "member_name", name, allocator);
    json::set(row, "member_power", text_of(one, "power") == "write" ? "读写" : "只读", allocator);
    json::set(row, "member_until", short_time(one, "expires_at", call.ctx.zone(), call.ctx.now()), allocator);
    return row;
}

// A member is taken out by who may change the record, and leaves by himself.
json::Value team_rows(web::PageCall const& call, std::string const& path, json::Value const& team,
                      json::Allocator& allocator) {
    auto const may_change = json::find_bool(team, "may_change").value_or(false);
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& member : team["members"].GetArray()) {
        auto const user = text_of(member, "user_id");
        auto row = team_row(call, member, text_of(member, "name"), allocator);
        if (may_change || is_visitor(call, user)) {
            json::set(row, "member_end", path + "?user=" + user, allocator);
            json::set(row, "member_end_title", is_visitor(call, user) ? "退出" : "移除", allocator);
        }
        rows.PushBack(std::move(row), allocator);
    }
    for (auto const& share : team["departments"].GetArray()) {
        auto const with_below = json::find_bool(share, "include_sub_departments").value_or(false);
        auto row = team_row(call, share, text_of(share, "name") + (with_below ? "及下级部门" : ""), allocator);
        json::set(row, "member_department", json::Value{true}, allocator);
        if (may_change) {
            json::set(row, "member_end", path + "?department=" + text_of(share, "department_id"), allocator);
            json::set(row, "member_end_title", "移除", allocator);
        }
        rows.PushBack(std::move(row), allocator);
    }
    return rows;
}

std::string name_in(json::Value const& list, char const* key, std::string const& wanted) {
    for (auto const& one : list.GetArray())
        if (text_of(one, key) == wanted) return text_of(one, "name");
    return {};
}

Result<web::View> ask_end(web::PageCall& call, Kind const& kind, Error const* problem) {
    auto const team = team_of(call, kind);
    if (!team) return team.error();
    auto const user = call.value("user");
    auto const department = call.value("department");
    auto const back = std::string{kind.path} + "/" + call.path("id");
    auto dialog = Dialog{"移出团队", back + "/team/end?user=" + user, back};
    dialog.is_danger = true;
    if (!department.empty()) {
        dialog.title = "取消共享";
        dialog.action = back + "/team/end?department=" + department;
        dialog.sentence = "「" + name_in((*team)["departments"], "department_id", department) +
                          "」的同事将不再因为这次共享看到它；因其他原因能看到的不受影响。";
    } else if (is_visitor(call, user)) {
        dialog.title = "退出团队";
        dialog.sentence = "退出后您不再因为是团队成员看到它；要再加入，请联系负责人。";
    } else {
        dialog.sentence = name_in((*team)["members"], "user_id", user) + "将不再因为是团队成员看到它，系统会通知本人。";
    }
    return dialog_view(call, dialog, nullptr, {}, problem);
}

Result<web::View> end_team(web::PageCall& call, Kind const& kind) {
    auto const user = call.value("user");
    auto const input =
        input_of({{"id", call.path("id")}, {"user_id", user}, {"department_id", call.value("department")}});
    auto const done = call.perform(operation_of(kind, "unshare"), input);
    if (!done) {
        auto const problem = done.error();
        if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
        return ask_end(call, kind, &problem);
    }
    // Who leaves may not see it any more.
    auto const is_seen = call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}})).has_value();
    return web::View::to(std::string{kind.path} + (is_seen ? "/" + call.path("id") : "") +
                         "?done=" + (is_visitor(call, user) ? "left" : "unshared"));
}

}  // namespace

void add_team(web::PageCall& call, Kind const& kind, web::View& view) {
    if (!is_shared(kind)) return;
    auto const team = team_of(call, kind);
    if (!team) return;
    auto& allocator = view.data.GetAllocator();
    auto const path = std::string{kind.path} + "/" + call.path("id");
    json::set(view.data, "team", team_rows(call, path + "/team/end", *team, allocator), allocator);
    json::set(view.data, "team_card", json::Value{true}, allocator);
    json::set(view.data, "has_side", json::Value{true}, allocator);
    auto const may_share =
        json::find_bool(*team, "may_change").value_or(false) && usable(call, operation_of(kind, "share"));
    json::set(view.data, "team_share", may_share ? path + "/do/share" : "", allocator);
}

void add_team_routes(web::Pages& pages, Kind const& kind) {
    if (!is_shared(kind)) return;
    auto const permission = view_permission_of(kind);
    auto const path = std::string{kind.path} + "/{id}/team/end";
    using http::Method;
    pages.add(web::PageRoute{Method::get, path, permission,
                             [&kind](web::PageCall& call) { return ask_end(call, kind, nullptr); }});
    pages.add(
        web::PageRoute{Method::post, path, permission, [&kind](web::PageCall& call) { return end_team(call, kind); }});
}

}  // namespace wescrm::pages::record
