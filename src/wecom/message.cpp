#include <stdexcept>

#include "message_check.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/wecom/message.hpp>

namespace wescrm::wecom {
namespace {

constexpr std::size_t text_bytes = 2'048;
constexpr std::size_t markdown_bytes = 2'048;

json::Document with_content(std::string_view type, std::string_view content, std::size_t bytes) {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto body = json::Value{rapidjson::kObjectType};
    json::set(body, "content", text::truncate_bytes(content, bytes), allocator);
    json::set(document, "msgtype", type, allocator);
    json::set(document, type, std::move(body), allocator);
    return document;
}

json::Document update_of(UserId const& who, std::int64_t agent_id, std::string_view response_code) {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto users = json::Value{rapidjson::kArrayType};
    users.PushBack(json::make_string(who.value(), allocator), allocator);
    json::set(document, "userids", std::move(users), allocator);
    json::set(document, "agentid", json::Value{agent_id}, allocator);
    json::set(document, "response_code", response_code, allocator);
    return document;
}

}  // namespace

Result<Message> Message::from(json::Value const& payload) {
    auto copy = json::Document{};
    copy.CopyFrom(payload, copy.GetAllocator());
    if (auto problem = check_payload(copy, copy.GetAllocator())) return Error{Errc::invalid_input, "payload", std::move(*problem)};
    return Message{std::move(copy)};
}

Message Message::text(std::string_view content) { return Message{with_content("text", content, text_bytes)}; }

Message Message::markdown(std::string_view content) { return Message{with_content("markdown", content, markdown_bytes)}; }

std::string_view Message::type() const { return json::view(*json::find(payload_, "msgtype")); }

bool Message::is_interactive() const {
    auto const* card = json::find(payload_, "template_card");
    if (!card) return false;
    auto const kind = json::find_string(*card, "card_type").value_or("");
    return kind.ends_with("_interaction") || json::find(*card, "action_menu");
}

std::string Message::to_send(Envelope const& envelope) const {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    json::set(document, "touser", envelope.to.value(), allocator);
    json::set(document, "agentid", json::Value{envelope.agent_id}, allocator);
    for (auto const& member : payload_.GetObject()) json::set(document, json::view(member.name), json::Value{member.value, allocator}, allocator);
    if (is_interactive()) json::set(document["template_card"], "task_id", envelope.task_id, allocator);
    json::set(document, "enable_duplicate_check", json::Value{1}, allocator);
    json::set(document, "duplicate_check_interval", json::Value{envelope.duplicate_check_seconds}, allocator);
    return json::write(document);
}

std::string Message::to_update(UserId const& who, std::int64_t agent_id, std::string_view response_code) const {
    auto const* card = json::find(payload_, "template_card");
    if (!card) throw std::logic_error{"only a card can replace a card"};
    auto document = update_of(who, agent_id, response_code);
    json::set(document, "template_card", json::Value{*card, document.GetAllocator()}, document.GetAllocator());
    return json::write(document);
}

std::string button_update(UserId const& who, std::int64_t agent_id, std::string_view response_code, std::string_view caption) {
    auto document = update_of(who, agent_id, response_code);
    auto& allocator = document.GetAllocator();
    auto button = json::Value{rapidjson::kObjectType};
    json::set(button, "replace_name", text::truncate(caption, 10), allocator);
    json::set(document, "button", std::move(button), allocator);
    return json::write(document);
}

std::string recall(std::string_view message_id) {
    auto document = json::Document{rapidjson::kObjectType};
    json::set(document, "msgid", message_id, document.GetAllocator());
    return json::write(document);
}

}  // namespace wescrm::wecom
