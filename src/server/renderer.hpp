#pragma once
#include <wescrm/operation/outbox.hpp>
#include <wescrm/wecom/card_template.hpp>

namespace wescrm::server {

/// Turns what operations want to say into WeCom's bytes, by the templates of templates/cards.
class TemplateRenderer final : public operation::MessageRenderer {
public:
    explicit TemplateRenderer(wecom::CardTemplates templates) : templates_{std::move(templates)} {}

    [[nodiscard]] Rendered render(std::string_view kind, json::Value const& data, UserId const& to,
                                  std::int64_t agent_id, std::string_view effect_id,
                                  operation::Priority priority) const override;
    [[nodiscard]] Rendered render_update(operation::CardUpdate const& update, UserId const& to,
                                         std::int64_t agent_id) const override;

private:
    wecom::CardTemplates templates_;
};

}  // namespace wescrm::server
