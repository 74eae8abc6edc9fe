#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// Where AccessScope finds what decides about a kind of records. SQL over {r}, the row, and {c}, the customer on which
/// it hangs; "" where the kind has no such thing.
struct RecordKind {
    std::string name;
    std::string title;
    std::string table;
    std::string owner = "{r}.owner_id";
    std::string creator;   ///< acts like the owner
    std::string pool;      ///< not null: in a pool
    std::string customer;  ///< id of the customer
    /// Owner, pool, team and shares are the customer's own (a contact).
    bool is_part_of_customer = false;
    /// Read by whoever sees the customer (a follow-up); owner and reach decide only about changes.
    bool is_seen_with_customer = false;
    std::string owner_title = "负责人";
    std::string lead{};                    ///< id of the lead on which it hangs, if it is seen with one
    std::vector<std::string> targets{};    ///< kinds of records about which it may be, and with which it is seen …
    std::vector<std::string> documents{};  ///< … and those with which alone it is: not with their customer
};

/// The known kind, or a plain one whose table is named like it and has tenant_id, id and owner_id.
[[nodiscard]] RecordKind record_kind(std::string_view name);
/// Every known kind.
[[nodiscard]] std::vector<RecordKind> const& record_kinds();

/// A kind that nobody owns and no scope decides about: whoever has the permission sees each, or whoever sees its
/// customer.
struct CommonKind {
    std::string_view name;
    std::string_view table;
    std::string_view permission;  ///< "" if it hangs on a customer
    bool is_of_customer = false;  ///< the table has customer_id
};
/// The known one; nullptr if there is none of that name.
[[nodiscard]] CommonKind const* common_kind(std::string_view name);

/// "'quote', 'contract'", for a list of values.
[[nodiscard]] std::string quoted(std::vector<std::string> const& words);
/// `sql` with {r} and {c} filled.
[[nodiscard]] std::string on_row(std::string sql, std::string_view row, std::string_view customer = "scope_c");

}  // namespace wescrm::operation
