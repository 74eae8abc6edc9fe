#include "api/functions.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::simulator::api {
namespace {

constexpr auto menu_types =
    std::to_array<std::string_view>({"click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto",
                                     "pic_photo_or_album", "pic_weixin", "location_select", "view_miniprogram"});

/// The errcodes of one level of the menu.
struct Level {
    std::size_t name_bytes;
    int name;
    int key;
    int url;
    int url_scheme;
    int type;
};
constexpr auto top = Level{16, 40018, 40019, 40020, 40055, 40017};
constexpr auto sub = Level{40, 40025, 40026, 40027, 40054, 40024};

int check_action(json::Value const& button, Level const& level) {
    auto const type = json::find_string(button, "type").value_or("");
    if (std::ranges::find(menu_types, type) == menu_types.end()) return level.type;
    if (type == "view_miniprogram") {
        auto const has_both = json::find_string(button, "pagepath") && json::find_string(button, "appid");
        return has_both ? 0 : 40063;
    }
    if (type == "view") {
        auto const url = json::find_string(button, "url").value_or("");
        if (url.empty() || url.size() > 1024) return level.url;
        return url.starts_with("http://") || url.starts_with("https://") ? 0 : level.url_scheme;
    }
    auto const key = json::find_string(button, "key").value_or("");
    return key.empty() || key.size() > 128 ? level.key : 0;
}

int check_name(json::Value const& button, Level const& level) {
    auto const name = json::find_string(button, "name").value_or("");
    return name.empty() || name.size() > level.name_bytes ? level.name : 0;
}

int check_top(json::Value const& button) {
    if (auto const wrong = check_name(button, top); wrong != 0) return wrong;
    auto const* children = json::find(button, "sub_button");
    if (children == nullptr || !children->IsArray() || children->Empty()) return check_action(button, top);
    if (children->Size() > 5) return 40023;
    for (auto const& child : children->GetArray()) {
        if (auto const wrong = check_name(child, sub); wrong != 0) return wrong;
        auto const* deeper = json::find(child, "sub_button");
        if (deeper != nullptr && deeper->IsArray() && !deeper->Empty()) return 40022;
        if (auto const wrong = check_action(child, sub); wrong != 0) return wrong;
    }
    return 0;
}

std::optional<Answer> own_agent(Call const& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    auto const agent = query_number(call, "agentid");
    if (!agent) return Answer::fail(40056);
    if (*agent != call.app->agent_id) return Answer::fail(301002);
    return std::nullopt;
}

}  // namespace

Answer menu_create(World& world, Call& call) {
    if (auto refusal = own_agent(call)) return *refusal;
    auto const* buttons = call.body.IsObject() ? json::find(call.body, "button") : nullptr;
    if (buttons == nullptr || !buttons->IsArray() || buttons->Empty() || buttons->Size() > 3) {
        return Answer::fail(40016);
    }
    for (auto const& button : buttons->GetArray()) {
        if (auto const wrong = check_top(button); wrong != 0) return Answer::fail(wrong);
    }
    call.app->menu = json::write(call.body);
    ++world.changes;
    world.news.raise();
    return {};
}

Answer menu_get(World&, Call& call) {
    if (auto refusal = own_agent(call)) return *refusal;
    return {.members = call.app->menu.empty() ? R"({"button":[]})" : call.app->menu};
}

Answer menu_delete(World& world, Call& call) {
    if (auto refusal = own_agent(call)) return *refusal;
    call.app->menu.clear();
    ++world.changes;
    world.news.raise();
    return {};
}

Answer agent_get(World&, Call& call) {
    if (auto refusal = own_agent(call)) return *refusal;
    auto const& app = *call.app;
    auto out = JsonOut{};
    out.object().number("agentid", app.agent_id).text("name", app.name).text("square_logo_url", "");
    out.text("description", app.description).object("allow_userinfos").array("user");
    for (auto const& user : app.visible_users) out.object().text("userid", user).end();
    out.end_array().end().object("allow_partys").array("partyid");
    for (auto const id : app.visible_departments) out.number(id);
    out.end_array().end().object("allow_tags").array("tagid").end_array().end();
    out.number("close", app.is_closed ? 1 : 0).text("redirect_domain", app.trusted_domain);
    out.number("report_location_flag", 0).number("isreportenter", 1).text("home_url", app.home_url).end();
    return Answer::ok(out);
}

Answer agent_list(World&, Call& call) {
    auto out = JsonOut{};
    out.object().array("agentlist");
    if (call.app != nullptr) {
        out.object()
            .number("agentid", call.app->agent_id)
            .text("name", call.app->name)
            .text("square_logo_url", "")
            .end();
    }
    out.end_array().end();
    return Answer::ok(out);
}

Answer external_follow_users(World&, Call& call) {
    auto users = std::set<std::string>{};
    for (auto const& [id, text] : call.corp->external_contacts) {
        auto const contact = json::parse(text);
        auto const* follow = contact ? json::find(*contact, "follow_user") : nullptr;
        if (follow == nullptr || !follow->IsArray()) continue;
        for (auto const& user : follow->GetArray()) {
            if (auto const name = json::find_string(user, "userid")) users.insert(*name);
        }
    }
    auto out = JsonOut{};
    out.object().array("follow_user");
    for (auto const& user : users) out.text(user);
    out.end_array().end();
    return Answer::ok(out);
}

Answer external_list(World&, Call& call) {
    auto const user_id = call.query("userid");
    if (user_id.empty()) return Answer::fail(40063, "userid");
    if (call.corp->find_member(user_id) == nullptr) return Answer::fail(60111);
    auto found = std::vector<std::string>{};
    for (auto const& [id, text] : call.corp->external_contacts) {
        auto const contact = json::parse(text);
        auto const* follow = contact ? json::find(*contact, "follow_user") : nullptr;
        if (follow == nullptr || !follow->IsArray()) continue;
        auto const has = std::ranges::any_of(follow->GetArray(), [&](json::Value const& user) {
            return text::to_lower(json::find_string(user, "userid").value_or("")) == text::to_lower(user_id);
        });
        if (has) found.push_back(id);
    }
    if (found.empty()) return Answer::fail(84061);
    auto out = JsonOut{};
    out.object().array("external_userid");
    for (auto const& id : found) out.text(id);
    out.end_array().end();
    return Answer::ok(out);
}

Answer external_get(World&, Call& call) {
    auto const id = call.query("external_userid");
    auto const at = call.corp->external_contacts.find(id);
    if (at == call.corp->external_contacts.end()) return Answer::fail(id.empty() ? 40063 : 40096);
    return {.members = at->second};
}

}  // namespace wescrm::simulator::api
