#pragma once
#include "import_job.hpp"

#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/lookup.hpp>

// Rows that become single records: each goes through the kind's own operations under a savepoint, so that whatever
// holds for a record made by hand holds for an imported one.
namespace wescrm::exchange {

// What a template says about columns of several kinds.
constexpr std::string_view day_hint = "日期，例如 2026-11-27";
constexpr std::string_view yuan_hint = "单位：元";
constexpr std::string_view owner_hint = "员工姓名或账号；留空为导入人";

enum class CellKind {
    text,
    phone,
    money,
    unit_price,  ///< in yuan with four decimals; the operation takes it exactly
    integer,
    number,
    date,
    instant,
    boolean,
    word,
    words,  ///< several, by "、"
    customer,
    customers,  ///< several, by "、"
    employee,
    process,
    stage,
    product,
    order,
    contract,
    plan,
    title,
    target,
    person,  ///< who the row is about, with other such cells
    superior,
    departments,
    roles
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
    std::string_view line_key{};                                         ///< a member of a line instead of the record
    std::string_view shown{};  ///< what the record calls it, if not like the key
};

/// Its words, without kinds of records that the company does without.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> offered_words(operation::Context& ctx,
                                                                                       SingleCell const& cell);
/// What the operation calls it: a unit price is given exactly, "price_e4" for the column "price_fen".
[[nodiscard]] std::string input_name(SingleCell const& cell, std::string_view key);

struct SingleKind {
    std::string object;
    std::string title;
    std::string create;  ///< operations; empty: what is not there is not made by a table
    std::string change;  ///< empty: nothing of such a record is changed by a table
    std::string show;
    std::string remove;
    std::vector<SingleCell> cells;
    std::string submit{};           ///< what a row that says so is passed on to
    std::string_view group{};       ///< rows one after another with the same text there are one record of several lines
    std::string_view lines{};       ///< the lines' member
    std::string_view line_needs{};  ///< what a line cannot be without
    std::string move{};             ///< what takes a submitted one on to the state that its row names
    bool is_of_people = false;      ///< employees: named by their account

    /// The operation that tells what the fields are called.
    [[nodiscard]] std::string const& describing() const { return create.empty() ? change : create; }
};

/// "是" there: the new record is submitted.
inline constexpr std::string_view submit_key = "submit";
/// Where a new record that was submitted stands by now.
inline constexpr std::string_view state_key = "state";
/// What rows of one record have in common and no field of it says.
inline constexpr std::string_view group_key = "group";

[[nodiscard]] SingleKind const& single_kind(ImportObject object);
/// The kind as the actor's company has it: without orders, their contracts are named instead.
[[nodiscard]] SingleKind const& single_kind(operation::Context& ctx, ImportObject object);
/// The kind with contracts for orders.
[[nodiscard]] SingleKind of_contracts(SingleKind kind);
[[nodiscard]] std::string label_of(Lists const& lists, SingleKind const& kind, SingleCell const& cell);

/// What the company's form sets of the fields that every company has, by their keys.
using Settings = std::map<std::string, sales::SystemField, std::less<>>;
[[nodiscard]] Settings settings_of(operation::Context& ctx, std::string const& object);

/// A row as the input of an operation.
struct SingleRow {
    std::int64_t number = 0;
    json::Document input{rapidjson::kObjectType};
    std::vector<std::string> problems;
    std::optional<sales::CustomerId> customer;
    std::optional<sales::RecordId> order;
    std::optional<sales::KnownRecord> known;  ///< if the cells say it themselves
    std::string no;
    std::string group;
    std::string state;  ///< "" or where it is moved to after it was submitted
    bool submits = false;
};
[[nodiscard]] SingleRow read_single(operation::Context& ctx, Lists const& lists, SingleKind const& kind,
                                    sales::BulkRow const& row);

/// The record that a row means, if it is there.
[[nodiscard]] std::optional<sales::KnownRecord> known_record(operation::Context& ctx, SingleKind const& kind,
                                                             SingleRow const& row);
/// What two rows of one file must not have in common.
[[nodiscard]] std::vector<std::string> keys_of(SingleKind const& kind, SingleRow const& row);
/// Of documents and follow-ups.
[[nodiscard]] SingleKind payment_plan_kind();
[[nodiscard]] SingleKind payment_kind();
[[nodiscard]] SingleKind invoice_kind();
[[nodiscard]] SingleKind followup_kind();
[[nodiscard]] SingleKind price_book_kind();
/// "币种": by code or name; a word of the operation's.
[[nodiscard]] SingleCell currency_cell(std::string_view hint);
[[nodiscard]] SingleKind tag_kind();
[[nodiscard]] SingleKind employee_kind();

/// Rows that are one record: the first says what it is, and all have lines of it.
struct SingleGroup {
    std::vector<SingleRow> rows;
    /// The record with all its lines; problems of any row are problems of all.
    [[nodiscard]] SingleRow whole(Lists const& lists, SingleKind const& kind);
};
/// How many rows stay if the last record may go on after them; 0 if they all are of one record.
[[nodiscard]] std::size_t whole_groups(Import const& import, std::vector<StoredRow> const& rows);

std::vector<sales::BulkOutcome> write_single(operation::Context& ctx, Lists const& lists, Import const& import,
                                             std::vector<sales::BulkRow> const& rows);
std::vector<sales::BulkOutcome> undo_single(operation::Context& ctx, Lists const& lists, Import const& import,
                                            std::vector<sales::BulkWritten> const& written);

}  // namespace wescrm::exchange
