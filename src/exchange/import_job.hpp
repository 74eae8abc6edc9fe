#pragma once
#include <wescrm/exchange/operations.hpp>
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/sales/bulk.hpp>
#include <wescrm/tables/read.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::exchange {

/// Stands in a mapping for a column that is not imported.
inline constexpr std::string_view no_field = "-";

enum class ImportObject {
    customer,
    lead,
    contact,
    product,
    opportunity,
    order,
    payment_plan,
    payment,
    invoice,
    followup,
    price_book,
    tag,
    employee
};
BOOST_DESCRIBE_ENUM(ImportObject, customer, lead, contact, product, opportunity, order, payment_plan, payment, invoice,
                    followup, price_book, tag, employee)

using ImportId = StrongId<struct ImportIdTag, std::int64_t>;

/// An import, from the upload to its undoing.
struct Import {
    ImportId id;
    std::string object;
    std::string file_name;
    std::string state;  ///< mapping, checking, checked, running, done, undoing, undone, failed
    std::string mode;   ///< create, skip, update, create_or_update
    std::optional<sales::HighSeaId> high_sea_id;
    std::optional<sales::HighSeaId> overflow_id;
    bool assign_by_rules = false;  ///< leads without an owner
    std::vector<std::string> headers;
    std::vector<std::string> mapping;
    std::int64_t row_count = 0;
    std::int64_t position = 0;  ///< rows of the present work that are through
    std::int64_t created_count = 0;
    std::int64_t updated_count = 0;
    std::int64_t skipped_count = 0;
    std::int64_t failed_count = 0;
    std::int64_t undone_count = 0;
    std::string problem;
    UserId user_id;
    std::string user_name;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
    std::optional<Instant> finished_at;
    std::optional<Instant> undo_until;
};
BOOST_DESCRIBE_STRUCT(Import, (),
                      (id, object, file_name, state, mode, high_sea_id, overflow_id, assign_by_rules, headers, mapping,
                       row_count, position, created_count, updated_count, skipped_count, failed_count, undone_count,
                       problem, user_id, user_name, version, created_at, updated_at, created_by, finished_at,
                       undo_until))

struct StoredRow {
    std::int64_t position = 0;
    std::int64_t number = 0;
    std::vector<std::string> cells;
    std::string action;
    std::string message;
    std::optional<std::int64_t> record_id;
    std::optional<std::int64_t> version;
    std::string before;
};
BOOST_DESCRIBE_STRUCT(StoredRow, (), (position, number, cells, action, message, record_id, version, before))

/// The SQL of imports.
class Imports {
public:
    explicit Imports(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    /// One that the actor started, or any for an administrator; not_found "import" otherwise.
    [[nodiscard]] Result<Import> find(ImportId id, bool locks = false);
    [[nodiscard]] std::vector<Import> list(std::string const& where, database::Params params);
    [[nodiscard]] ImportId insert(Import const& made, std::string const& fingerprint);
    void add_rows(ImportId id, std::int64_t first, std::vector<std::pair<std::int64_t, tables::Row>> const& rows);
    void set_row_count(ImportId id, std::int64_t count);
    /// The earlier import of the same file that wrote something.
    [[nodiscard]] std::optional<Import> earlier(ImportId id);

    void keep_options(Import const& import);
    /// Begins another kind of work at the first row.
    void enter(ImportId id, std::string_view state);
    void fail(ImportId id, std::string const& problem);
    [[nodiscard]] std::vector<StoredRow> rows_after(ImportId id, std::int64_t position, std::size_t limit);
    /// What became of rows; the job's counts and position follow.
    void keep_outcomes(ImportId id, std::vector<StoredRow> const& rows, std::int64_t position);
    void count_again(ImportId id);
    /// Of these keys, those that another row of the file has: by key the row's number.
    [[nodiscard]] std::map<std::string, std::int64_t> claim_keys(
        ImportId id, std::vector<std::pair<std::string, std::int64_t>> const& keys);
    void drop_keys(ImportId id);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

extern std::string const import_columns;

[[nodiscard]] ImportObject import_object(std::string const& word);
/// Of one that is written in sets.
[[nodiscard]] sales::BulkObject bulk_object(ImportObject object);
[[nodiscard]] sales::BulkOptions bulk_options(Import const& import, sales::Limits const& limits);
void schedule_import_step(operation::Context& ctx, ImportId id);

}  // namespace wescrm::exchange
