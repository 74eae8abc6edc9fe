#pragma once
#include <wescrm/base/json.hpp>

#include <string>
#include <string_view>

// Fields that every company has, in the editor of forms.
namespace wescrm::pages {

/// "系统字段 · 标准名称：行业", below its name in the form.
[[nodiscard]] std::string system_note(json::Value const& system, json::Value const& field);
/// Its properties, in a list of one.
[[nodiscard]] json::Value system_panel(json::Value const& system, json::Value const& field, std::string_view object,
                                       json::Value const& problems, json::Allocator& allocator);
/// A field like it that a preview can show.
[[nodiscard]] json::Document likeness_of(json::Value const& field, std::string_view object);

}  // namespace wescrm::pages
