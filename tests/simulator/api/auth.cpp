#include "api/functions.hpp"

#include <wescrm/base/crypto.hpp>

#include <algorithm>

namespace wescrm::simulator::api {
namespace {

constexpr auto ticket_life = seconds{1800};

/// Whether one of the customer's followers is in the app's visible range.
bool has_visible_follower(Call const& call, std::string const& external_user_id) {
    auto const at = call.corp->external_contacts.find(external_user_id);
    if (at == call.corp->external_contacts.end()) return false;
    auto const contact = json::parse(at->second);
    auto const* follow = contact ? json::find(*contact, "follow_user") : nullptr;
    return follow != nullptr && follow->IsArray() &&
           std::ranges::any_of(follow->GetArray(), [&](json::Value const& by) {
               auto const* member = call.corp->find_member(json::find_string(by, "userid").value_or(""));
               return member != nullptr && call.corp->is_visible(*call.app, *member);
           });
}

bool is_allowed(App const& app, std::string_view field) {
    return std::ranges::find(app.sensitive_fields, field) != app.sensitive_fields.end();
}

void write_visitor(World& world, Call const& call, OauthCode const& code, JsonOut& out) {
    if (!code.external_user_id.empty()) {
        out.text("openid", "o" + to_hex(sha256(call.corp->corp_id + code.external_user_id)).substr(0, 27));
        if (has_visible_follower(call, code.external_user_id)) out.text("external_userid", code.external_user_id);
        return;
    }
    out.text("userid", code.user_id);
    auto const* member = call.corp->find_member(code.user_id);
    if (code.scope != "snsapi_privateinfo" || member == nullptr || !call.corp->is_visible(*call.app, *member)) return;
    auto const ticket = random_word(48);
    world.user_tickets[ticket] =
        UserTicket{call.corp->corp_id, call.app->agent_id, code.user_id, world.now() + ticket_life};
    out.text("user_ticket", ticket);
}

}  // namespace

Answer auth_getuserinfo(World& world, Call& call) {
    auto const code = call.query("code");
    if (code.empty()) return Answer::fail(41008);
    if (call.app == nullptr) return Answer::fail(48002);
    auto const at = world.oauth_codes.find(code);
    if (at == world.oauth_codes.end()) return Answer::fail(40029);
    auto& known = at->second;
    auto const is_ours =
        known.corp_id == call.corp->corp_id && (known.agent_id == 0 || known.agent_id == call.app->agent_id);
    if (!is_ours || known.is_used) return Answer::fail(40029);
    if (known.expires <= world.now()) return Answer::fail(42003);
    known.is_used = true;
    call.detail = known.user_id.empty() ? known.external_user_id : known.user_id;
    auto out = JsonOut{};
    out.object();
    write_visitor(world, call, known, out);
    out.end();
    return Answer::ok(out);
}

Answer auth_getuserdetail(World& world, Call& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    auto const ticket = call.body.IsObject() ? json::find_string(call.body, "user_ticket").value_or("") : "";
    if (ticket.empty()) return Answer::fail(84090);
    auto const at = world.user_tickets.find(ticket);
    if (at == world.user_tickets.end() || at->second.corp_id != call.corp->corp_id ||
        at->second.agent_id != call.app->agent_id) {
        return Answer::fail(84015);
    }
    if (at->second.expires <= world.now()) return Answer::fail(84014);
    auto const& app = *call.app;
    if (app.sensitive_fields.empty()) return Answer::fail(92001);
    auto const* member = call.corp->find_member(at->second.user_id);
    if (member == nullptr || !call.corp->is_visible(app, *member)) return Answer::fail(92000);
    call.detail = member->user_id;
    auto out = JsonOut{};
    out.object().text("userid", member->user_id).text("gender", "0");
    out.text("avatar", world.base_url + "/assets/icon.svg");
    if (is_allowed(app, "mobile") && !member->mobile.empty()) out.text("mobile", member->mobile);
    if (is_allowed(app, "email") && !member->email.empty()) out.text("email", member->email);
    out.end();
    return Answer::ok(out);
}

}  // namespace wescrm::simulator::api
