#include "renderer.hpp"

namespace wescrm::server {
namespace {

// How long WeCom drops an identical request, its maximum: as long a send of which nobody knows the outcome may be
// repeated. What is said for another reason is never identical.
constexpr int duplicate_window_seconds = 14'400;

}  // namespace

operation::MessageRenderer::Rendered TemplateRenderer::render(std::string_view kind, json::Value const& data,
                                                              UserId const& to, std::int64_t agent_id,
                                                              std::string_view effect_id,
                                                              operation::Priority) const {
    auto envelope =
        wecom::Message::Envelope{to, agent_id, std::string{effect_id}, duplicate_window_seconds, std::string{effect_id}};
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
