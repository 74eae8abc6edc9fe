#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// What an app may send: https://developer.work.weixin.qq.com/document/path/90236, and how a card is updated:
// path/94888.
namespace wescrm::wecom {

/// A message or card that WeCom will accept: the only way to have one is through a check of everything that the pages
/// demand. What is only too long to read is cut between two characters and control characters are left out; what would
/// be refused or change its meaning is an error.
class Message {
public:
    /// `payload`: {"msgtype": "text" | "markdown" | "textcard" | "news" | "image" | "voice" | "video" | "file" |
    /// "template_card", <msgtype>: {…}} without recipient. invalid_input "payload" naming the member that WeCom would
    /// refuse.
    [[nodiscard]] static Result<Message> from(json::Value const& payload);
    /// At most 2,048 bytes; longer is cut. logic_error for an empty text.
    [[nodiscard]] static Message text(std::string_view content);
    [[nodiscard]] static Message markdown(std::string_view content);

    [[nodiscard]] std::string_view type() const;
    /// Whether WeCom needs a task_id for it and answers with a response code: interactive cards, or cards with a menu.
    [[nodiscard]] bool is_interactive() const;
    [[nodiscard]] json::Value const& payload() const noexcept { return payload_; }

    struct Envelope {
        UserId to;
        std::int64_t agent_id = 0;
        std::string task_id;  ///< of interactive cards: [0-9A-Za-z_@-], at most 128 bytes, never used twice
        int duplicate_check_seconds = 1'800;  ///< WeCom drops an identical request within this time; at most 14,400
        /// Of what says it, e.g. the effect it belongs to. Two texts of equal words are two messages, of which WeCom's
        /// check would drop the second: so the identity stands at the end in characters that nobody sees.
        std::string identity{};
    };
    /// The exact bytes for message/send: raw UTF-8, no \u escapes. logic_error if `to` is not one person, the task_id
    /// of an interactive card is malformed, or the card is one that only replaces another (replace_text, disable).
    [[nodiscard]] std::string to_send(Envelope const& envelope) const;
    /// The bytes for message/update_template_card that replace a card by this one. logic_error if this is no card or
    /// an argument is malformed.
    [[nodiscard]] std::string to_update(UserId const& who, std::int64_t agent_id, std::string_view response_code) const;

private:
    explicit Message(json::Document payload) : payload_{std::move(payload)} {}
    json::Document payload_;
};

/// The bytes for message/update_template_card that only make the buttons unclickable under a new caption.
[[nodiscard]] std::string button_update(UserId const& who, std::int64_t agent_id, std::string_view response_code,
                                        std::string_view caption);

/// The bytes for message/recall.
[[nodiscard]] std::string recall(std::string_view message_id);

}  // namespace wescrm::wecom
