#pragma once
#include "../rules/duplicates.hpp"

#include <wescrm/sales/lead.hpp>

namespace wescrm::sales {

/// How a record meets those that may be the same.
struct Entering {
    std::optional<DuplicateEntry> entry{};  ///< absent: as the actor's channel says, or enter_by_import()
    std::optional<std::string> reason{};    ///< duplicate_reason: why a warning does not matter
    std::optional<DuplicateKinds> fresh{};  ///< of a change: only rules that ask for one of these
    std::optional<std::int64_t> but{};      ///< this record is none: the lead that becomes the customer
    bool is_taking_back = false;            ///< what was there before: warnings do not matter
};

/// To be called after the record is written and before the transaction ends; two who write the same at once wait for
/// each other here. The text for the audit if somebody confirmed that it is no duplicate, else "". conflict "duplicate"
/// or "possible_duplicate" with one entry of `fields` per record found.
Result<std::string> enter_record(operation::Context& ctx, DuplicateObject object, std::int64_t id,
                                 Entering const& how = {});

/// The same for many at once, who judge their records themselves: nobody else enters one of the company until the
/// transaction ends. Called after rows and counters are locked.
void enter_alone(operation::Context& ctx);

/// By which keys a change can have made duplicates.
[[nodiscard]] DuplicateKinds changed_kinds(Customer const& before, Customer const& after);
[[nodiscard]] DuplicateKinds changed_kinds(Lead const& before, Lead const& after);
[[nodiscard]] DuplicateKinds changed_kinds(Contact const& before, Contact const& after);
/// The same for a change: does nothing if `how.fresh`, which must be given, is empty.
Result<std::string> enter_changed(operation::Context& ctx, DuplicateObject object, std::int64_t id, Entering how);

/// Records of a company, told to somebody who may not see them.
struct DuplicateSight {
    bool shows_name = false;
    bool shows_owner = true;
};
struct DuplicateFound {
    DuplicateWith with = DuplicateWith::customer;
    std::int64_t id = 0;
    std::string no;
    std::string name;  ///< masked if the actor does not see the record
    bool is_seen = false;
    std::optional<std::string> owner_name;  ///< if the actor may know it
    bool knows_owner = false;
    std::string high_sea;    ///< name of the pool
    bool can_claim = false;  ///< by the actor, out of that pool
    bool is_closed = false;  ///< 已成交
    std::optional<Instant> last_follow_at;
    std::string customer_name;  ///< of a contact that is seen
};
/// nullopt: it went meanwhile.
[[nodiscard]] std::optional<DuplicateFound> tell_found(operation::Context& ctx, DuplicateHit const& hit,
                                                       DuplicateSight const& sight);
/// 「宏***技」 · 由 李 负责 · 最近跟进 11-20
[[nodiscard]] std::string sentence_of(operation::Context& ctx, DuplicateFound const& found);
[[nodiscard]] Error refusal_of(operation::Context& ctx, DuplicateObject object, DuplicateVerdict const& verdict,
                               DuplicateSight const& sight);

[[nodiscard]] DuplicateEntry entry_of(operation::Actor const& actor);
[[nodiscard]] std::optional<DuplicateKind> duplicate_kind(std::string_view name);

/// As create_customer(), for what becomes a customer by another way.
Result<CustomerDetail> create_customer_by(operation::Context& ctx, CreateCustomer const& input, Entering const& how);

}  // namespace wescrm::sales
