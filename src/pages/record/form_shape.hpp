#pragma once
#include "kind.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/web/page.hpp>

#include <map>
#include <optional>

// What a company made of the form of a kind of records: its own fields, and how it calls, orders, asks for and shows
// those that every company has. Loaded once for a page.
namespace wescrm::pages::record {

struct SystemSetting {
    std::string label;  ///< "" if it is called as everywhere
    std::string help;
    bool is_required = false;
    bool is_hidden = false;
    bool is_in_detail = true;
    std::optional<bool> is_in_list;
    std::int64_t position = 0;  ///< 0: the form does not place it
};

struct FormShape {
    std::vector<json::Document> own;  ///< in the order of the form
    std::map<std::string, SystemSetting, std::less<>> system;

    /// Null if nothing is set of it.
    [[nodiscard]] SystemSetting const* find(std::string_view field) const;
    /// Whether the form places the fields that every company has.
    [[nodiscard]] bool is_ordered() const;
};

[[nodiscard]] FormShape shape_of(web::PageCall& call, std::string_view object);
/// The same of an answer of field.list or field.values.
void take_system(json::Value const& answer, FormShape& shape);

/// Those that people fill in.
[[nodiscard]] std::vector<Field> asked_fields(std::vector<Field> const& form, FormShape const& shape);
/// The company's word for a field, with the unit of amounts; "" if it has none of its own.
[[nodiscard]] std::string own_label(FormShape const& shape, std::string_view field, bool is_money);

}  // namespace wescrm::pages::record
