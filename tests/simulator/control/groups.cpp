#include "control/control.hpp"
#include "protocol/json_out.hpp"

// Group chats and webhooks: making a webhook as a person does in WeCom, and reading what came to the groups.
namespace wescrm::simulator::control {
namespace {

http::Response make_webhook(Control& control, http::Request const& request) {
    auto const body = read_body(request);
    if (!body) return refuse(400, "the body must be a JSON object");
    auto const corp_id =
        json::find_string(*body, "corp_id")
            .value_or(control.world.corps.empty() ? std::string{} : control.world.corps.begin()->first);
    if (control.world.find_corp(corp_id) == nullptr) return refuse(404, "no such company");
    auto webhook = Webhook{corp_id, random_word(36), json::find_string(*body, "name").value_or("群"), {}};
    auto out = JsonOut{};
    out.object().text("key", webhook.key).text("name", webhook.name);
    out.text("url", control.world.base_url + "/cgi-bin/webhook/send?key=" + webhook.key).end();
    control.world.webhooks.emplace(webhook.key, std::move(webhook));
    return http::Response::json(201, out.take());
}

http::Response remove_webhook(Control& control, http::Request const& request) {
    auto const key = std::string{request.path_parameters.at("key")};
    return control.world.webhooks.erase(key) > 0 ? http::Response::text(204, "") : refuse(404, "no such webhook");
}

http::Response list_groups(Control& control) {
    auto out = JsonOut{};
    out.object().array("groups");
    for (auto const& [key, group] : control.world.groups) {
        out.object().text("corp_id", group.corp_id).text("chatid", group.chatid).text("name", group.name);
        out.text("owner", group.owner).array("members");
        for (auto const& user : group.members) out.text(user);
        out.end_array().end();
    }
    out.end_array().array("webhooks");
    for (auto const& [key, webhook] : control.world.webhooks)
        out.object().text("corp_id", webhook.corp_id).text("key", key).text("name", webhook.name).end();
    out.end_array().end();
    return http::Response::json(200, out.take());
}

http::Response list_messages(Control& control, http::Request const& request) {
    auto const since = static_cast<std::uint64_t>(std::max<std::int64_t>(0, query_number(request, "since", 0)));
    auto const chatid = query(request, "chatid");
    auto out = JsonOut{};
    out.object().array("messages");
    for (auto const& message : control.world.group_messages) {
        if (message.id <= since || (!chatid.empty() && chatid != message.chatid)) continue;
        out.object().id("id", message.id).text("at", format_rfc3339(message.at)).text("chatid", message.chatid);
        out.text("webhook", message.webhook).text("kind", message.kind).raw("content", *message.content);
        out.flag("was_cut", message.was_cut).array("receivers");
        for (auto const& user : message.receivers) out.text(user);
        out.end_array().end();
    }
    out.end_array().end();
    return http::Response::json(200, out.take());
}

template <class Handler>
void add_group(http::Router& router, Control& control, http::Method method, std::string const& path, Handler handler) {
    router.add(method, path, [&control, handler](http::Request& request) -> asio::awaitable<http::Response> {
        co_return handler(control, request);
    });
}

}  // namespace

void add_group_routes(http::Router& router, Control& control) {
    using enum http::Method;
    add_group(router, control, post, "/sim/webhooks", make_webhook);
    add_group(router, control, delete_, "/sim/webhooks/{key}", remove_webhook);
    add_group(router, control, get, "/sim/groups", [](Control& own, http::Request const&) { return list_groups(own); });
    add_group(router, control, get, "/sim/group-messages", list_messages);
}

}  // namespace wescrm::simulator::control
