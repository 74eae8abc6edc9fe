#pragma once
#include "../fields/store.hpp"
#include "../high_sea/records.hpp"
#include "../lead/assignment.hpp"
#include "../rules/fields.hpp"
#include "../rules/system_fields.hpp"

#include <wescrm/sales/bulk.hpp>

#include <set>
#include <string_view>

namespace wescrm::sales {

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;
using OptionalTexts = std::vector<std::optional<std::string>>;

/// What customers and leads differ in.
struct BulkSpec {
    std::string name;   ///< of object and table
    std::string title;  ///< 客户
    PoolObject pool_object;
    std::vector<std::string_view> texts;  ///< members that are plain texts, called like their columns
    std::string word_table;
    std::string word_column;
};
[[nodiscard]] BulkSpec const& spec_of(BulkObject object);
[[nodiscard]] BulkField bulk_field_of(Field const& own);
/// "客户名称" and the like, with the greatest length.
struct BulkRule {
    std::string label;
    std::size_t max_length = 0;
};
[[nodiscard]] std::map<std::string, BulkRule, std::less<>> rules_of(BulkObject object);

using Key = std::pair<std::string, std::string>;  ///< of table duplicate_key

/// A row on its way.
struct Planned {
    std::int64_t number = 0;
    std::string action;  ///< create, update, skip, error
    std::vector<std::string> problems;
    std::map<std::string, std::string, std::less<>> texts;
    std::optional<std::string> mobile;
    std::optional<Instant> next_contact_at;
    std::optional<std::string> no;
    std::optional<std::string> contact;
    std::optional<std::string> contact_mobile;  ///< absent: the customer's
    std::string contact_position;
    Texts tags;
    std::string owner_text;
    EmployeeId owner;  ///< empty: a pool
    std::optional<HighSeaId> pool;
    std::optional<Assignment> by_rule;  ///< what the assignment rules said of a lead
    json::Document custom{rapidjson::kObjectType};
    std::optional<CustomOutcome> kept;  ///< of its own fields
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string before;
    std::vector<Key> keys;    ///< by which a record is meant: name and phone
    std::vector<Key> blocks;  ///< what no later row may have as well
    std::vector<Key> made;    ///< by which the rules compare it, once they have been worked out
    std::string note;         ///< of a row that is written all the same

    [[nodiscard]] bool is_good() const { return problems.empty() && action != "skip"; }
    [[nodiscard]] bool creates() const { return is_good() && action == "create"; }
    [[nodiscard]] bool updates() const { return is_good() && action == "update"; }
    [[nodiscard]] std::optional<std::string> phone_of_contact() const {
        return contact_mobile ? contact_mobile : mobile;
    }
    [[nodiscard]] std::string text(std::string_view key) const {
        auto const found = texts.find(key);
        return found == texts.end() ? std::string{} : found->second;
    }
    [[nodiscard]] std::vector<Key> own_keys(BulkObject object) const;
};

/// The company's own fields and what imports can fill of them.
class BulkCustom {
public:
    BulkCustom(operation::Context& ctx, BulkSpec const& spec)
        : ctx_{ctx}, spec_{spec}, object_{spec.name}, form_{Fields{ctx}.form(object_)} {}
    /// Of a kind whose records are made singly: what it can do without rows of that kind.
    BulkCustom(operation::Context& ctx, std::string const& object)
        : ctx_{ctx}, spec_{spec_of(BulkObject::customer)}, object_{object}, form_{Fields{ctx}.form(object_)} {}
    [[nodiscard]] std::vector<Field> const& fields() const { return fields_; }
    /// What the company set of a field that every company has; null if nothing.
    [[nodiscard]] SystemField const* system(std::string_view key) const;
    /// Puts the typed text into the row's own fields.
    void take(Planned& row, std::string const& key, std::string const& typed) const;
    /// Everything that the definitions ask for; problems go to the rows.
    void check(std::vector<Planned>& rows) const;
    void write(std::vector<Planned>& rows) const;
    /// Typed names of people become user ids.
    void name_people(std::vector<Planned>& rows) const;

private:
    void check_patterns(std::vector<Planned>& rows) const;
    /// New records need what the form requires, of what a table can fill.
    void check_needed(std::vector<Planned>& rows) const;
    void check_unique(std::vector<Planned>& rows) const;
    void number(std::vector<Planned>& rows) const;

    operation::Context& ctx_;
    BulkSpec const& spec_;
    std::string object_;
    std::vector<Field> form_;
    std::vector<Field> fields_ = own_fields(form_);
    std::vector<SystemField> system_ = system_fields(object_, form_);
};

[[nodiscard]] std::vector<Planned> plan_bulk(operation::Context& ctx, BulkOptions const& options,
                                             BulkCustom const& custom, std::vector<BulkRow> const& rows, bool locks);
/// Finds the records that rows mean, and decides what becomes of each row.
void meet_existing(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows, bool locks);
void write_creates(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows);
void write_updates(operation::Context& ctx, BulkOptions const& options, std::vector<Planned>& rows);
/// Sets of members of the table, as they stand before a change.
[[nodiscard]] std::string snapshot_sql(BulkSpec const& spec, std::string_view alias);
void rewrite_words(operation::Context& ctx, BulkObject object, std::int64_t id);

using BulkAudit = operation::AuditEntries;
void audit_bulk(operation::Context& ctx, std::string const& object, std::string const& action, BulkAudit const& rows,
                std::string const& reason);
/// A phone as audits show it.
[[nodiscard]] std::string masked_member(std::string_view member, std::string_view value);

}  // namespace wescrm::sales
