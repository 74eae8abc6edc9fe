#include "control/control.hpp"
#include "protocol/json_out.hpp"

#include <charconv>

namespace wescrm::simulator::control {

http::Response refuse(int status, std::string_view message) {
    auto out = JsonOut{};
    out.object().text("error", message).end();
    return http::Response::json(status, out.take());
}

std::optional<json::Document> read_body(http::Request const& request) {
    if (request.body.empty()) {
        auto document = json::Document{};
        document.SetObject();
        return document;
    }
    auto parsed = json::parse(request.body, {.depth = 24, .values = 2'000'000, .string_bytes = 32 * 1024 * 1024});
    if (!parsed || !parsed->IsObject()) return std::nullopt;
    return std::move(*parsed);
}

std::string query(http::Request const& request, std::string_view name) {
    return std::string{request.query.find(name).value_or("")};
}

std::int64_t query_number(http::Request const& request, std::string_view name, std::int64_t otherwise) {
    auto const text = query(request, name);
    auto value = std::int64_t{0};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

std::string to_json(ChatMessage const& message) {
    auto out = JsonOut{};
    out.object().id("id", message.id).id("changed", message.changed).text("corp_id", message.corp_id);
    out.number("agent_id", message.agent_id).text("user_id", message.user_id);
    out.text("from", message.from_app ? "app" : "user").text("kind", message.kind);
    out.text("at", format_rfc3339(message.at)).text("msgid", message.msgid).text("card_type", message.card_type);
    out.text("task_id", message.task_id).text("replaced_button", message.replaced_button);
    out.text("pressed", message.pressed).number("updates", message.updates);
    out.flag("recalled", message.is_recalled).flag("was_cut", message.was_cut).id("delivery", message.delivery);
    out.raw("content", message.content ? *message.content : "{}").end();
    return out.take();
}

std::string to_json(Delivery const& delivery) {
    auto out = JsonOut{};
    out.object().id("id", delivery.id).id("changed", delivery.changed).text("at", format_rfc3339(delivery.at));
    out.text("corp_id", delivery.corp_id).text("target", delivery.target).text("user_id", delivery.user_id);
    out.text("kind", delivery.kind).text("detail", delivery.detail).text("serial", delivery.serial);
    out.text("state", delivery.state).number("copies", delivery.copies).array("attempts");
    for (auto const& attempt : delivery.attempts) {
        out.object().number("status", attempt.status).real("ms", attempt.milliseconds);
        out.text("problem", attempt.problem).end();
    }
    out.end_array().end();
    return out.take();
}

std::string to_json(ApiCall const& call) {
    auto out = JsonOut{};
    out.object().id("id", call.id).text("at", format_rfc3339(call.at)).text("method", call.method);
    out.text("api", call.api).text("corp_id", call.corp_id).number("agent_id", call.agent_id);
    out.text("detail", call.detail).number("status", call.status).number("errcode", call.errcode);
    out.real("ms", call.milliseconds).text("fault", call.fault).end();
    return out.take();
}

}  // namespace wescrm::simulator::control
