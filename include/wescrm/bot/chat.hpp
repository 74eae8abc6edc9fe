#pragma once
#include <wescrm/bot/config.hpp>
#include <wescrm/bot/understanding.hpp>
#include <wescrm/jobs/inbox_item.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <functional>
#include <string_view>

namespace wescrm::bot {

/// What the chat works with. The references outlive the handlers.
struct Chat {
    operation::Catalogue const& catalogue;
    operation::Services const& services;
    Understand understand;
    Config config{};
    /// Told after each turn what was understood, "ok" or "refused", and the seconds it took; from a database thread.
    std::function<void(std::string_view intent, std::string_view result, double seconds)> observe{};
    /// In place of `understand`, if it is there: knows the company's words.
    UnderstandIn understand_in{};
};

/// The handlers of everything that a person does in the chat with the app: messages, menu items, card buttons, opening
/// the app. Every message is one turn inside the handler's transaction: the dialogue, what the operations write and the
/// replies commit together. Replies have the effect keys "reply:<inbox id>", so that a repeated try says nothing twice.
[[nodiscard]] jobs::InboxHandlers chat_handlers(Chat chat);

}  // namespace wescrm::bot
