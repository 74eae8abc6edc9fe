#include "checker.hpp"
#include "message_check.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/wecom/message.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace wescrm::wecom {
namespace {

constexpr int longest_duplicate_check = 14'400;
constexpr std::size_t task_id_bytes = 128;
constexpr std::size_t userid_bytes = 64;
constexpr std::size_t longest_caption = 10;  // characters
constexpr std::size_t longest_text = 2'048;  // bytes

Message with_content(std::string_view type, std::string_view content) {
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto body = json::Value{rapidjson::kObjectType};
    json::set(body, "content", content, allocator);
    json::set(document, "msgtype", type, allocator);
    json::set(document, type, std::move(body), allocator);
    auto message = Message::from(document);
    if (!message) throw std::logic_error{"no " + std::string{type} + " message: " + message.error().message};
    return std::move(*message);
}

// '|' would name several people, "@all" everybody.
void require_one_person(UserId const& who) {
    auto const& id = who.value();
    auto const is_word = std::none_of(
        id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '|'; });
    if (id.empty() || id.size() > userid_bytes || !is_word || id == "@all" || !text::is_valid_utf8(id))
        throw std::logic_error{"the recipient is no userid"};
}

// errcode 42014 for anything else
void require_task_id(std::string_view id) {
    auto const is_word = std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
               c == '@';
    });
    if (id.empty() || id.size() > task_id_bytes || !is_word)
        throw std::logic_error{"the task_id of a card is malformed"};
}

// A code that WeCom gave us: printable, or we have mixed something up.
void require_code(std::string_view code, char const* what) {
    if (code.empty() || without_controls(code) != code || !text::is_valid_utf8(code))
        throw std::logic_error{std::string{what} + " is malformed"};
}

json::Document update_of(UserId const& who, std::int64_t agent_id, std::string_view response_code) {
    require_one_person(who);
    require_code(response_code, "the response code");
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    auto users = json::Value{rapidjson::kArrayType};
    users.PushBack(json::make_string(who.value(), allocator), allocator);
    json::set(document, "userids", std::move(users), allocator);
    json::set(document, "agentid", json::Value{agent_id}, allocator);
    json::set(document, "response_code", response_code, allocator);
    return document;
}

// What shows an answered card: only a card that replaces another may have it.
bool is_for_updates(json::Value const& card) {
    if (json::find(card, "replace_text")) return true;
    if (auto const* checkbox = json::find(card, "checkbox"); checkbox && json::find(*checkbox, "disable")) return true;
    auto const* selects = json::find(card, "select_list");
    if (!selects) return false;
    return std::any_of(selects->Begin(), selects->End(),
                       [](json::Value const& select) { return json::find(select, "disable") != nullptr; });
}

// Ten characters without width, of four kinds: a million identities, enough for the hours of one check.
std::string invisible(std::string_view identity) {
    static constexpr std::array<std::string_view, 4> signs{"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x81\xA0"};
    auto const digest = sha256(identity);
    auto text = std::string{};
    for (std::size_t i = 0; i < 10; ++i) text += signs[static_cast<unsigned char>(digest[i]) % signs.size()];
    return text;
}

// Only texts: cards differ by their task id.
void add_identity(json::Document& document, std::string_view type, std::string_view identity) {
    if (identity.empty() || (type != "text" && type != "markdown")) return;
    auto& body = document[std::string{type}.c_str()];
    auto const end = invisible(identity);
    auto const content = text::truncate_bytes(json::find_string(body, "content").value_or(""), longest_text - end.size());
    json::set(body, "content", content + end, document.GetAllocator());
}

}  // namespace

Result<Message> Message::from(json::Value const& payload) {
    auto copy = json::Document{};
    copy.CopyFrom(payload, copy.GetAllocator());
    if (auto problem = check_payload(copy, copy.GetAllocator()))
        return Error{Errc::invalid_input, "payload", std::move(*problem)};
    return Message{std::move(copy)};
}

Message Message::text(std::string_view content) { return with_content("text", content); }

Message Message::markdown(std::string_view content) { return with_content("markdown", content); }

std::string_view Message::type() const { return json::view(*json::find(payload_, "msgtype")); }

bool Message::is_interactive() const {
    auto const* card = json::find(payload_, "template_card");
    if (!card) return false;
    auto const kind = json::find_string(*card, "card_type").value_or("");
    return kind.ends_with("_interaction") || json::find(*card, "action_menu");
}

std::string Message::to_send(Envelope const& envelope) const {
    require_one_person(envelope.to);
    auto const* card = json::find(payload_, "template_card");
    if (card && is_for_updates(*card)) throw std::logic_error{"this card can only replace another one"};
    auto document = json::Document{rapidjson::kObjectType};
    auto& allocator = document.GetAllocator();
    json::set(document, "touser", envelope.to.value(), allocator);
    json::set(document, "agentid", json::Value{envelope.agent_id}, allocator);
    for (auto const& member : payload_.GetObject())
        json::set(document, json::view(member.name), json::Value{member.value, allocator}, allocator);
    if (is_interactive()) {
        require_task_id(envelope.task_id);
        json::set(document["template_card"], "task_id", envelope.task_id, allocator);
    }
    add_identity(document, type(), envelope.identity);
    auto const interval = std::clamp(envelope.duplicate_check_seconds, 1, longest_duplicate_check);
    json::set(document, "enable_duplicate_check", json::Value{1}, allocator);
    json::set(document, "duplicate_check_interval", json::Value{interval}, allocator);
    return json::write(document);
}

std::string Message::to_update(UserId const& who, std::int64_t agent_id, std::string_view response_code) const {
    auto const* card = json::find(payload_, "template_card");
    if (!card) throw std::logic_error{"only a card can replace a card"};
    auto document = update_of(who, agent_id, response_code);
    auto& allocator = document.GetAllocator();
    json::set(document, "template_card", json::Value{*card, allocator}, allocator);
    return json::write(document);
}

std::string button_update(UserId const& who, std::int64_t agent_id, std::string_view response_code,
                          std::string_view caption) {
    auto document = update_of(who, agent_id, response_code);
    auto& allocator = document.GetAllocator();
    auto const shown = text::truncate(without_controls(caption), longest_caption);
    if (shown.empty() || !text::is_valid_utf8(shown)) throw std::logic_error{"the caption is no text"};
    auto button = json::Value{rapidjson::kObjectType};
    json::set(button, "replace_name", shown, allocator);
    json::set(document, "button", std::move(button), allocator);
    return json::write(document);
}

std::string recall(std::string_view message_id) {
    require_code(message_id, "the message id");
    auto document = json::Document{rapidjson::kObjectType};
    json::set(document, "msgid", message_id, document.GetAllocator());
    return json::write(document);
}

}  // namespace wescrm::wecom
