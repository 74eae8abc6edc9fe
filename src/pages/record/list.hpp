#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// The list of a kind at its path, with scenes, filters, columns, saved views and bulk actions.
void add_list(web::Pages& pages, Kind const& kind);

/// Rows of a list as {row_id, row_name, row_number, row_href, cells}.
[[nodiscard]] json::Value rows_of(web::PageCall const& call, Kind const& kind, std::vector<Column> const& columns,
                                  json::Value const& items, json::Allocator& allocator);
/// Heads of a table without sorting as {head_label, head_number}.
/// The address of the picture that stands for the record; "" without one.
[[nodiscard]] std::string first_picture(Kind const& kind, json::Value const& record);
[[nodiscard]] json::Value heads_of(std::vector<Column> const& columns, json::Allocator& allocator);

/// The list operation's input, as the page's parameters say it; those of a form count as well.
[[nodiscard]] Result<json::Document> list_input(web::PageCall& call, Kind const& kind, operation::Entry const& list);
/// 导出 of the list as it is filtered and with its columns.
void add_list_export(web::Pages& pages, Kind const& kind);

}  // namespace wescrm::pages::record
