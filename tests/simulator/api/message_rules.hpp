#pragma once
#include "api/answer.hpp"

#include <memory>
#include <string>

namespace wescrm::simulator::api {

/// What is left to deliver of a payload that WeCom accepts.
struct Content {
    std::shared_ptr<std::string const> json;  ///< the member named like the kind, cut where WeCom cuts
    std::string card_type;
    std::string task_id;
    bool needs_callback = false;  ///< interactive: has buttons, a vote, selections or a menu
    bool was_cut = false;
};

/// Checks what depends on the payload alone: kind, lengths, list sizes, required members, media.
/// The errcode that WeCom answers, 0 if it accepts.
[[nodiscard]] Answer check_content(World& world, Corp const& corp, json::Document& message, std::string const& kind,
                                   Content& content);

/// The same for what a webhook takes, which has kinds and limits of its own.
[[nodiscard]] Answer check_webhook_content(World& world, Corp const& corp, std::string const& key,
                                           json::Document& message, std::string const& kind, Content& content);

/// The rules of template cards; `is_update`: as the new card of update_template_card, where task_id is not needed.
[[nodiscard]] Answer check_card(World& world, Corp const& corp, json::Value const& card, bool is_update);
[[nodiscard]] bool is_interactive(json::Value const& card);

[[nodiscard]] bool has_media(World& world, Corp const& corp, std::string const& media_id, std::string_view type);

}  // namespace wescrm::simulator::api
