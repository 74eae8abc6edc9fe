#pragma once
#include "import_job.hpp"

// Rows that become single records: each goes through the kind's own operations under a savepoint, so that whatever
// holds for a record made by hand holds for an imported one.
namespace wescrm::exchange {

enum class CellKind {
    text,
    phone,
    money,
    integer,
    number,
    date,
    instant,
    boolean,
    word,
    customer,
    employee,
    process,
    stage,
    product
};

/// A column of the table.
struct SingleCell {
    std::string_view key;
    CellKind kind = CellKind::text;
    bool is_required = false;
    bool is_only_for_new = false;  ///< an update does not touch it
    std::vector<std::string> aliases{};
    std::string_view hint{};
    std::vector<std::pair<std::string_view, std::string_view>> words{};  ///< what is typed, what is meant
    std::string_view label{};                                            ///< empty: as the operation calls it
};

struct SingleKind {
    std::string object;
    std::string title;
    std::string create;  ///< operations
    std::string change;
    std::string show;
    std::string remove;
    std::vector<SingleCell> cells;
};

[[nodiscard]] SingleKind const& single_kind(ImportObject object);
[[nodiscard]] std::string label_of(Lists const& lists, SingleKind const& kind, SingleCell const& cell);

/// A row as the input of an operation.
struct SingleRow {
    std::int64_t number = 0;
    json::Document input{rapidjson::kObjectType};
    std::vector<std::string> problems;
    std::optional<sales::CustomerId> customer;
    std::string no;
};
[[nodiscard]] SingleRow read_single(operation::Context& ctx, Lists const& lists, SingleKind const& kind,
                                    sales::BulkRow const& row);

std::vector<sales::BulkOutcome> write_single(operation::Context& ctx, Lists const& lists, Import const& import,
                                             std::vector<sales::BulkRow> const& rows);
std::vector<sales::BulkOutcome> undo_single(operation::Context& ctx, Lists const& lists, Import const& import,
                                            std::vector<sales::BulkWritten> const& written);

}  // namespace wescrm::exchange
