#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/bulk.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/sales_process.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Records by the words that stand in tables: "宏达科技", "KH20261127001", "周少华". Errors are sentences for the person
// who typed them.
namespace wescrm::sales {

/// A customer of the actor's sight, by number or by the whole name.
[[nodiscard]] Result<CustomerId> customer_by_words(operation::Context& ctx, std::string const& typed);
/// Somebody who works here, by user id or name; a name that two people have is no answer.
[[nodiscard]] Result<UserId> employee_by_words(operation::Context& ctx, std::string const& typed);
/// By code, or by a name that only one product has.
[[nodiscard]] Result<RecordId> product_by_words(operation::Context& ctx, std::string const& typed);
/// A process by its name; the default one for "".
[[nodiscard]] Result<ProcessId> process_by_words(operation::Context& ctx, std::string const& typed);
/// An open stage of the process by its name.
[[nodiscard]] Result<StageId> stage_by_words(operation::Context& ctx, ProcessId process, std::string const& typed);

/// An order of the actor's sight by its number.
struct KnownOrder {
    RecordId id;
    CustomerId customer;
};
BOOST_DESCRIBE_STRUCT(KnownOrder, (), (id, customer))
[[nodiscard]] Result<KnownOrder> order_by_words(operation::Context& ctx, std::string const& typed);
struct KnownContract {
    RecordId id;
    CustomerId customer;
    std::optional<RecordId> order;  ///< that stands for it where contracts bear the money
};
BOOST_DESCRIBE_STRUCT(KnownContract, (), (id, customer, order))
[[nodiscard]] Result<KnownContract> contract_by_words(operation::Context& ctx, std::string const& typed);
/// What a follow-up is about; `kind`: customer, lead, opportunity, contact. By number or by the whole name.
[[nodiscard]] Result<RecordId> target_by_words(operation::Context& ctx, std::string const& kind,
                                               std::string const& typed);
/// A plan of the order by its period ("2").
[[nodiscard]] Result<RecordId> plan_by_period(operation::Context& ctx, RecordId order, std::string const& typed);
/// One of the customer's invoice titles.
[[nodiscard]] Result<RecordId> invoice_title_by_words(operation::Context& ctx, CustomerId customer,
                                                      std::string const& typed);

/// A record that a row of a table means.
struct KnownRecord {
    std::int64_t id = 0;
    std::int64_t version = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(KnownRecord, (), (id, version, name))

/// By what tells records of the kind apart, most telling first. nullopt: there is none.
[[nodiscard]] std::optional<KnownRecord> contact_by_keys(operation::Context& ctx, CustomerId customer,
                                                         std::string const& name,
                                                         std::optional<std::string> const& mobile);
[[nodiscard]] std::optional<KnownRecord> product_by_code(operation::Context& ctx, std::string const& code);
[[nodiscard]] std::optional<KnownRecord> opportunity_by_keys(operation::Context& ctx,
                                                             std::optional<CustomerId> const& customer,
                                                             std::string const& name, std::string const& no);
[[nodiscard]] std::optional<KnownRecord> order_by_no(operation::Context& ctx, std::string const& no);
[[nodiscard]] std::optional<KnownRecord> payment_by_no(operation::Context& ctx, std::string const& no);
[[nodiscard]] std::optional<KnownRecord> invoice_by_no(operation::Context& ctx, std::string const& no);
[[nodiscard]] std::optional<KnownRecord> plan_of_period(operation::Context& ctx, RecordId order, std::int64_t period);
[[nodiscard]] std::optional<KnownRecord> price_book_by_name(operation::Context& ctx, std::string const& name);
[[nodiscard]] std::optional<KnownRecord> tag_by_name(operation::Context& ctx, std::string const& name);
/// One that says the same of the same at the same time; `author` empty: the actor.
struct FollowupKeys {
    std::string target_type;
    RecordId target;
    std::string content;
    std::string author;
    std::optional<Instant> followed_at;
};
[[nodiscard]] std::optional<KnownRecord> followup_by_content(operation::Context& ctx, FollowupKeys const& keys);

/// The company's own fields of a kind that columns can fill, called "custom.key".
[[nodiscard]] std::vector<BulkField> own_fields_to_fill(operation::Context& ctx, std::string const& object);
/// Texts by "custom.key" as values of these fields; what cannot be one is told in `problems`.
[[nodiscard]] json::Document own_values_from(operation::Context& ctx, std::string const& object,
                                             std::map<std::string, std::string> const& texts,
                                             std::vector<std::string>& problems);

}  // namespace wescrm::sales
