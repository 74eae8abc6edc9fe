#include "api/functions.hpp"

#include <algorithm>

namespace wescrm::simulator::api {
namespace {

constexpr auto ban_time = hours{1};

struct Owner {
    Grant grant;
    AgentNumber agent_id;
};

std::optional<Owner> owner_of(Corp const& corp, std::string_view secret) {
    for (auto const& [id, app] : corp.apps) {
        if (app.credential.secret == secret && !app.is_closed) return Owner{Grant::app, id};
    }
    if (!corp.contacts.secret.empty() && corp.contacts.secret == secret) return Owner{Grant::contacts, 0};
    if (!corp.external.secret.empty() && corp.external.secret == secret) return Owner{Grant::external, 0};
    return std::nullopt;
}

Answer refuse_secret(World& world, std::string const& address) {
    auto& count = world.wrong_secrets[address];
    if (world.limits.wrong_secrets > 0 && ++count >= world.limits.wrong_secrets) {
        world.banned[address] = world.now() + ban_time;
        count = 0;
    }
    return Answer::fail(40001);
}

bool is_banned(World& world, std::string const& address) {
    auto const at = world.banned.find(address);
    return at != world.banned.end() && at->second > world.now();
}

std::string issue(World& world, Corp const& corp, Owner owner, std::int64_t& seconds_left) {
    auto const key =
        corp.corp_id + "/" + std::to_string(static_cast<int>(owner.grant)) + "/" + std::to_string(owner.agent_id);
    auto& current = world.current_tokens[key];
    auto known = world.tokens.find(current);
    if (known == world.tokens.end() || known->second.expires <= world.now()) {
        current = random_word(64);
        auto token =
            Token{corp.corp_id, owner.grant, owner.agent_id, world.now() + seconds{world.limits.token_seconds}};
        known = world.tokens.insert_or_assign(current, std::move(token)).first;
    }
    seconds_left = std::chrono::ceil<seconds>(known->second.expires - world.now()).count();
    return current;
}

/// False: that many were fetched within the last hour.
bool may_fetch_ticket(World& world, std::string const& who, std::int64_t per_hour) {
    auto& recent = world.tickets_in_hour[who];
    while (!recent.empty() && recent.front() <= world.now() - hours{1}) recent.pop_front();
    if (per_hour > 0 && std::ssize(recent) >= per_hour) return false;
    recent.push_back(world.now());
    return true;
}

Answer ticket(World& world, Call& call, std::string const& key) {
    auto const agent = call.app == nullptr ? AgentNumber{0} : call.app->agent_id;
    auto const& limits = world.limits;
    if (!may_fetch_ticket(world, call.corp->corp_id + "/" + std::to_string(agent), limits.tickets_per_hour) ||
        !may_fetch_ticket(world, call.corp->corp_id, limits.corp_tickets_per_hour)) {
        return Answer::fail(45009);
    }
    auto& [value, expires] = world.tickets[key];
    if (value.empty() || expires <= world.now()) {
        value = random_word(64);
        expires = world.now() + seconds{world.limits.token_seconds};
    }
    call.detail = key;
    auto out = JsonOut{};
    out.object().text("ticket", value);
    out.number("expires_in", std::chrono::ceil<seconds>(expires - world.now()).count()).end();
    return Answer::ok(out);
}

}  // namespace

Answer gettoken(World& world, http::Request const& request) {
    auto const corp_id = std::string{request.query.find("corpid").value_or("")};
    auto const secret = request.query.find("corpsecret").value_or("");
    if (corp_id.empty()) return Answer::fail(41002);
    if (secret.empty()) return Answer::fail(41004);
    if (is_banned(world, request.remote_address)) return Answer::fail(45009);
    auto const* corp = world.find_corp(corp_id);
    if (corp == nullptr) return Answer::fail(40013);
    auto const owner = owner_of(*corp, secret);
    if (!owner) return refuse_secret(world, request.remote_address);
    world.wrong_secrets.erase(request.remote_address);
    auto left = std::int64_t{0};
    auto const token = issue(world, *corp, *owner, left);
    auto out = JsonOut{};
    out.object().text("access_token", token).number("expires_in", left).end();
    return Answer::ok(out);
}

std::optional<Answer> authorise(World& world, Call& call) {
    auto const token = call.query("access_token");
    if (token.empty()) return Answer::fail(41001);
    auto const known = world.tokens.find(token);
    if (known == world.tokens.end()) return Answer::fail(40014);
    if (known->second.expires <= world.now()) return Answer::fail(42001);
    call.corp = world.find_corp(known->second.corp_id);
    if (call.corp == nullptr) return Answer::fail(301007);
    call.grant = known->second.grant;
    if (call.grant == Grant::app) {
        call.app = world.find_app(call.corp->corp_id, known->second.agent_id);
        if (call.app == nullptr) return Answer::fail(40056);
        if (call.app->is_closed) return Answer::fail(50003);
    }
    auto const& ips = call.corp->trusted_ips;
    if (!ips.empty() && std::ranges::find(ips, call.request.remote_address) == ips.end())
        return Answer::fail(60020, "from ip: " + call.request.remote_address);
    return std::nullopt;
}

Answer get_jsapi_ticket(World& world, Call& call) { return ticket(world, call, call.corp->corp_id + "/corp"); }

Answer ticket_get(World& world, Call& call) {
    if (call.query("type") != "agent_config") return Answer::fail(91040);
    if (call.app == nullptr) return Answer::fail(48002);
    return ticket(world, call, call.corp->corp_id + "/" + std::to_string(call.app->agent_id));
}

Answer getcallbackip(World&, Call&) {
    auto out = JsonOut{};
    out.object().array("ip_list").text("127.0.0.1").end_array().end();
    return Answer::ok(out);
}

Answer get_api_domain_ip(World& world, Call& call) { return getcallbackip(world, call); }

}  // namespace wescrm::simulator::api
