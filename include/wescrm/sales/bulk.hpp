#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/limits.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

// Many customers or leads at once, out of texts of a table: the rules of creating and changing single ones, written in
// sets.
namespace wescrm::sales {

enum class BulkObject { customer, lead };
BOOST_DESCRIBE_ENUM(BulkObject, customer, lead)

enum class BulkMode {
    create,  ///< what is there already is an error
    skip,    ///< what is there already is left as it is
    update,  ///< what is not there is an error
    create_or_update,
};
BOOST_DESCRIBE_ENUM(BulkMode, create, skip, update, create_or_update)

/// A field that a column of a table can fill.
struct BulkField {
    std::string key;  ///< "name", "custom.budget", "no"
    std::string label;
    bool is_required = false;  ///< for a new record
    std::string hint;          ///< what may stand there
    std::vector<std::string> options;
    std::vector<std::string> aliases;  ///< other headings by which it is known
};

struct SystemField;
/// By the company's word, as it asks for it; the usual heading stays known.
void take_setting(BulkField& field, SystemField const& set);

struct BulkOptions {
    BulkObject object = BulkObject::customer;
    BulkMode mode = BulkMode::create;
    std::optional<HighSeaId> pool;  ///< new records go there
    bool assign_by_rules = false;   ///< new leads without an owner go where the assignment rules say
    bool surplus_to_pool = false;   ///< what an owner may not hold goes to `overflow`, else it is an error
    std::optional<HighSeaId> overflow;
    std::string reason;  ///< of the audit
    Limits limits{};
};

struct BulkRow {
    std::int64_t number = 0;                    ///< of the file
    std::map<std::string, std::string> values;  ///< by key of the field; empty ones are left out
};

struct BulkOutcome {
    std::int64_t number = 0;
    std::string action;  ///< create, update, skip, error
    std::string message;
    std::optional<std::int64_t> id;
    std::int64_t version = 0;       ///< of the record afterwards
    std::string before;             ///< JSON of what an update replaced
    std::vector<std::string> keys;  ///< what no other row may have as well
};

/// What was written and may be taken back.
struct BulkWritten {
    std::int64_t number = 0;
    std::string action;
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string before;
};

/// The fields that the actor may fill, in the order of a template.
[[nodiscard]] std::vector<BulkField> bulk_fields(operation::Context& ctx, BulkObject object);
/// Whether the pool takes records of the actor; invalid_input naming high_sea_id.
Result<void> insist_on_bulk_pool(operation::Context& ctx, BulkObject object, HighSeaId pool);

/// What write_bulk would do, without doing it.
[[nodiscard]] std::vector<BulkOutcome> check_bulk(operation::Context& ctx, BulkOptions const& options,
                                                  std::vector<BulkRow> const& rows);
/// Writes what can be written; rows with problems change nothing. A conflict with somebody else's transaction is an
/// exception: try again.
std::vector<BulkOutcome> write_bulk(operation::Context& ctx, BulkOptions const& options,
                                    std::vector<BulkRow> const& rows);
/// Takes back what nobody has changed since; the outcome says undo or error.
std::vector<BulkOutcome> undo_bulk(operation::Context& ctx, BulkOptions const& options,
                                   std::vector<BulkWritten> const& written);

}  // namespace wescrm::sales
