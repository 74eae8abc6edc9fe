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
    std::string label;  ///< with the unit of amounts; "" if it is called as everywhere
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
/// The company's word for a field; "" if it has none of its own.
[[nodiscard]] std::string_view own_label(FormShape const& shape, std::string_view field);
/// What the company set of the field that a column shows: customer_name shows customer_id. Null if nothing.
[[nodiscard]] SystemSetting const* setting_of(FormShape const& shape, Column const& column);
/// Columns by the company's words. They refer to the shape.
[[nodiscard]] std::vector<Column> named_columns(std::vector<Column> columns, FormShape const& shape);
/// Those of a list in which nobody chose any.
[[nodiscard]] std::vector<Column> default_columns(std::vector<Column> const& columns, FormShape const& shape);
/// Named, for a detail page, without what is not shown there.
[[nodiscard]] std::vector<Column> detail_columns(std::vector<Column> columns, FormShape const& shape);

/// The company's words for fields of several kinds of records, each asked for once.
class CompanyWords {
public:
    explicit CompanyWords(web::PageCall& call) : call_{call} {}
    /// "" if it has none of its own.
    [[nodiscard]] std::string of(std::string_view object, std::string_view field);

private:
    web::PageCall& call_;
    std::map<std::string, FormShape, std::less<>> shapes_;
};

}  // namespace wescrm::pages::record
