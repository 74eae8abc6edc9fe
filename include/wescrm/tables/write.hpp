#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/tables/read.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::tables {

/// How a column looks and what may be typed into it.
struct WrittenColumn {
    std::string title;
    double width = 16;
    bool is_number = false;  ///< cells that are plain numbers are written as such
    bool is_required = false;
    std::string note{};                  ///< shown with the heading
    std::vector<std::string> options{};  ///< offered as a list in the rows below
};

struct Sheet {
    std::string title;      ///< of the sheet
    std::string watermark;  ///< who made it, when: in the page's foot and the document's properties
    std::vector<WrittenColumn> columns;
};

/// Writes a table row by row; memory does not grow with the rows. No text becomes a formula.
class Writer {
public:
    virtual ~Writer() = default;
    virtual void add(Row const& row) = 0;
    /// The whole file. Once, at the end.
    [[nodiscard]] virtual std::string finish() = 0;
};

/// Excel's format, built in a temporary file.
[[nodiscard]] std::unique_ptr<Writer> xlsx_writer(Sheet sheet);
/// UTF-8 with a mark, so that Excel reads Chinese; commas and CRLF (RFC 4180).
[[nodiscard]] std::unique_ptr<Writer> csv_writer(Sheet const& sheet);

}  // namespace wescrm::tables
