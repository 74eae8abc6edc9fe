#pragma once
#include <wescrm/web/page.hpp>

namespace wescrm::web {

/// What stands around every page: brand, navigation, person.
struct Frame {
    json::Document data{rapidjson::kObjectType};
    std::string csrf;
};

[[nodiscard]] Frame make_frame(database::Session& sql, operation::Actor const& actor, Visitor const& visitor,
                               std::vector<NavigationItem> const& navigation, std::string_view path, Instant now);
/// The whole document: the view's page inside the frame.
[[nodiscard]] std::string frame_page(PageTemplates const& templates, View const& view, Frame const& frame,
                                     std::string_view static_version);
[[nodiscard]] json::Document error_data(Error const& error, std::string_view request_id, int status);
/// The value of HX-Trigger that shows a sentence for some seconds.
[[nodiscard]] std::string toast_event(std::string_view sentence);

}  // namespace wescrm::web
