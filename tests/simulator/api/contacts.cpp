#include "api/functions.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::simulator::api {
namespace {

/// The departments that the token may see.
std::set<DepartmentNumber> visible(Call const& call) {
    if (call.app != nullptr) return call.corp->visible_departments(*call.app);
    auto all = std::set<DepartmentNumber>{};
    for (auto const& [id, department] : call.corp->departments) all.insert(id);
    return all;
}

/// Larger order first, as WeCom lists them.
std::vector<Department const*> listed(Call const& call, std::set<DepartmentNumber> const& ids) {
    auto found = std::vector<Department const*>{};
    for (auto const id : ids) {
        if (auto const* department = call.corp->find_department(id); department != nullptr) found.push_back(department);
    }
    std::ranges::sort(
        found, [](auto const* a, auto const* b) { return a->order != b->order ? a->order > b->order : a->id < b->id; });
    return found;
}

struct Scope {
    std::optional<Answer> refusal;
    std::vector<Department const*> departments;
};

Scope asked_departments(Call const& call) {
    auto ids = visible(call);
    if (call.query("id").empty()) return {std::nullopt, listed(call, ids)};
    auto const id = query_number(call, "id");
    if (!id) return {Answer::fail(60123), {}};
    if (call.corp->find_department(*id) == nullptr) return {Answer::fail(60003), {}};
    if (!ids.contains(*id)) return {Answer::fail(60011), {}};
    auto below = call.corp->descendants(*id);
    auto both = std::set<DepartmentNumber>{};
    std::ranges::set_intersection(ids, below, std::inserter(both, both.end()));
    return {std::nullopt, listed(call, both)};
}

/// How many entries a faulty list keeps.
std::size_t kept(Call const& call, std::size_t size) {
    if (call.list_fault == nullptr) return size;
    if (call.list_fault->kind == "empty_list") return 0;
    if (call.list_fault->kind != "partial_list") return size;
    auto const keep = call.list_fault->keep > 0 ? static_cast<std::size_t>(call.list_fault->keep) : size / 2;
    return std::min(size, keep);
}

/// Whether the token sees that member. The address book's own secret sees everybody.
bool sees(Call const& call, std::string_view user_id) {
    auto const* member = call.corp->find_member(user_id);
    return member != nullptr && (call.app == nullptr || call.corp->is_visible(*call.app, *member));
}

void write_department(Call const& call, JsonOut& out, Department const& department) {
    out.object().number("id", department.id).text("name", department.name).text("name_en", "");
    out.array("department_leader");
    for (auto const& leader : department.leaders) {
        if (sees(call, leader)) out.text(leader);
    }
    out.end_array().number("parentid", department.parent_id).number("order", department.order).end();
}

/// The places in the member's list of departments that the token may see.
std::vector<std::size_t> shown_places(Member const& member, std::set<DepartmentNumber> const& visible_ids) {
    auto places = std::vector<std::size_t>{};
    for (std::size_t i = 0; i < member.departments.size(); ++i) {
        if (visible_ids.contains(member.departments[i])) places.push_back(i);
    }
    return places;
}

void write_departments(JsonOut& out, Member const& member, std::vector<std::size_t> const& places) {
    out.array("department");
    for (auto const place : places) out.number(member.departments[place]);
    out.end_array();
}

/// Without the fields that newer apps no longer get (mobile, email, avatar, address …).
void write_member(Call const& call, JsonOut& out, Member const& member, std::set<DepartmentNumber> const& visible_ids) {
    auto const places = shown_places(member, visible_ids);
    out.text("userid", member.user_id).text("name", member.name);
    write_departments(out, member, places);
    out.array("order");
    for ([[maybe_unused]] auto const place : places) out.number(0);
    out.end_array().text("position", member.position).array("is_leader_in_dept");
    for (auto const place : places) out.number(member.leads[place] ? 1 : 0);
    out.end_array().array("direct_leader");
    if (sees(call, member.direct_leader)) out.text(member.direct_leader);
    out.end_array().text("telephone", "").text("alias", member.alias).number("status", member.status);
    if (visible_ids.contains(member.main_department)) out.number("main_department", member.main_department);
    out.text("gender", "0").raw("extattr", R"({"attrs":[]})");
}

Answer members_of(Call& call, bool with_details) {
    if (call.app == nullptr && call.grant == Grant::contacts) return Answer::fail(48009);
    auto const id = query_number(call, "department_id");
    if (!id) return Answer::fail(60123);
    if (call.corp->find_department(*id) == nullptr) return Answer::fail(60003);
    auto const visible_ids = visible(call);
    if (!visible_ids.contains(*id)) return Answer::fail(60011);
    auto const scope = call.query("fetch_child") == "1" ? call.corp->descendants(*id) : std::set<DepartmentNumber>{*id};
    auto const users = call.corp->members_of(scope);
    auto const count = kept(call, users.size());
    auto out = JsonOut{};
    out.object().array("userlist");
    for (std::size_t i = 0; i < count; ++i) {
        auto const& member = call.corp->members.at(users[i]);
        out.object();
        if (with_details) {
            write_member(call, out, member, visible_ids);
        } else {
            out.text("userid", member.user_id).text("name", member.name);
            write_departments(out, member, shown_places(member, visible_ids));
        }
        out.end();
    }
    out.end_array().end();
    return Answer::ok(out);
}

}  // namespace

Answer department_list(World&, Call& call) {
    if (call.grant == Grant::contacts) return Answer::fail(48009);
    auto const scope = asked_departments(call);
    if (scope.refusal) return *scope.refusal;
    auto out = JsonOut{};
    out.object().array("department");
    auto const count = kept(call, scope.departments.size());
    for (std::size_t i = 0; i < count; ++i) write_department(call, out, *scope.departments[i]);
    out.end_array().end();
    return Answer::ok(out);
}

Answer department_simplelist(World&, Call& call) {
    auto const scope = asked_departments(call);
    if (scope.refusal) return *scope.refusal;
    auto out = JsonOut{};
    out.object().array("department_id");
    auto const count = kept(call, scope.departments.size());
    for (std::size_t i = 0; i < count; ++i) {
        auto const& department = *scope.departments[i];
        out.object().number("id", department.id).number("parentid", department.parent_id);
        out.number("order", department.order).end();
    }
    out.end_array().end();
    return Answer::ok(out);
}

Answer department_get(World&, Call& call) {
    if (call.grant == Grant::contacts) return Answer::fail(48009);
    auto const id = query_number(call, "id");
    if (!id) return Answer::fail(60123);
    auto const* department = call.corp->find_department(*id);
    if (department == nullptr) return Answer::fail(60003);
    if (!visible(call).contains(*id)) return Answer::fail(60011);
    auto out = JsonOut{};
    out.object().key("department");
    write_department(call, out, *department);
    out.end();
    return Answer::ok(out);
}

Answer user_get(World&, Call& call) {
    if (call.grant == Grant::contacts) return Answer::fail(48009);
    auto const user_id = call.query("userid");
    if (user_id.empty()) return Answer::fail(40063, "userid");
    auto const* member = call.corp->find_member(user_id);
    if (member == nullptr || (call.app != nullptr && !call.corp->is_visible(*call.app, *member))) {
        return Answer::fail(60111);
    }
    auto out = JsonOut{};
    out.object();
    write_member(call, out, *member, visible(call));
    out.end();
    return Answer::ok(out);
}

Answer user_list(World&, Call& call) { return members_of(call, true); }

Answer user_simplelist(World&, Call& call) { return members_of(call, false); }

Answer user_list_id(World&, Call& call) {
    if (call.grant != Grant::contacts) return Answer::fail(48002);
    auto const limit = call.body.IsObject() ? json::find_integer(call.body, "limit").value_or(10'000) : 10'000;
    if (limit < 1 || limit > 10'000) return Answer::fail(40058, "limit");
    auto const cursor = call.body.IsObject() ? json::find_string(call.body, "cursor").value_or("") : "";
    // The cursor names the last row given: member and department, so that it survives changes in between.
    auto const plain = cursor.empty() ? std::optional<Bytes>{""} : from_base64url(cursor);
    if (!plain) return Answer::fail(50100);
    auto const bar = plain->rfind('|');
    auto const last_user = plain->substr(0, bar);
    auto last_index = std::size_t{0};
    if (!plain->empty()) {
        if (bar == std::string::npos) return Answer::fail(50100);
        std::from_chars(plain->data() + bar + 1, plain->data() + plain->size(), last_index);
    }
    auto rows = std::int64_t{0};
    auto next = std::string{};
    auto out = JsonOut{};
    out.object().array("dept_user");
    auto const keeps = call.list_fault == nullptr || call.list_fault->kind != "empty_list";
    auto const stops_early = call.list_fault != nullptr && call.list_fault->kind == "partial_list";
    auto const most = stops_early
                          ? std::max<std::int64_t>(1, static_cast<std::int64_t>(kept(call, call.corp->members.size())))
                          : limit;
    auto const& members = call.corp->members;
    for (auto at = members.lower_bound(last_user); keeps && next.empty() && at != members.end(); ++at) {
        auto const& departments = at->second.departments;
        for (auto i = at->first == last_user && !cursor.empty() ? last_index + 1 : 0; i < departments.size(); ++i) {
            if (rows == std::min(limit, most)) {
                auto const before = i > 0 ? at->first + "|" + std::to_string(i - 1) : std::prev(at)->first + "|999999";
                next = to_base64url(before);
                break;
            }
            out.object().text("userid", at->second.user_id).number("department", departments[i]).end();
            ++rows;
        }
    }
    if (stops_early) next.clear();
    if (call.list_fault != nullptr && call.list_fault->kind == "cursor_loop") {
        next = cursor.empty() ? to_base64url(last_user + "|0") : cursor;
    }
    out.end_array().text("next_cursor", next).end();
    return Answer::ok(out);
}

}  // namespace wescrm::simulator::api
