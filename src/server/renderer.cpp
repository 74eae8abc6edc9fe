#include "renderer.hpp"

namespace wescrm::server {
namespace {

// How long WeCom drops an identical request: long for what is sent once, short for replies, which a person may provoke
// twice.
constexpr int long_window_seconds = 14'400;
constexpr int short_window_seconds = 120;

}  // namespace

operation::MessageRenderer::Rendered TemplateRenderer::render(std::string_view kind, json::Value const& data,
                                                              UserId const& to, std::int64_t agent_id,
                                                              std::string_view effect_id,
                                                              operation::Priority priority) const {
    auto envelope =
        wecom::Message::Envelope{to, agent_id, std::string{effect_id}, long_window_seconds, std::string{effect_id}};
    if (priority == operation::Priority::waiting) envelope.duplicate_check_seconds = short_window_seconds;
    return {templates_.render(kind, data).to_send(envelope), "message/send"};
}

operation::MessageRenderer::Rendered TemplateRenderer::render_update(operation::CardUpdate const& update,
                                                                     UserId const& to, std::int64_t agent_id) const {
    if (!update.replace_button_text.empty())
        return {wecom::button_update(to, agent_id, update.response_code, update.replace_button_text),
                "message/update_template_card"};
    return {templates_.render(update.kind, update.data).to_update(to, agent_id, update.response_code),
            "message/update_template_card"};
}

}  // namespace wescrm::server
