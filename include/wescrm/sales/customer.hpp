#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/custom_values.hpp>
#include <wescrm/sales/followup.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

struct Customer {
    CustomerId id;
    std::string no;
    std::string name;
    std::string short_name;
    std::string level;
    std::string industry;
    std::string source;
    std::optional<std::string> mobile;  ///< normalised
    std::string address;
    std::string remark;
    std::string credit_code;  ///< unified social credit code
    std::string scale;
    std::string phone;    ///< besides the mobile; normalised
    std::string website;  ///< with https:// or http://
    std::string province;
    std::string city;
    std::string district;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::optional<CustomerId> parent_id;
    std::string relation;  ///< to the parent: 子公司, 分公司, …
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::optional<HighSeaId> high_sea_id;
    std::string deal_status;    ///< open, closed
    std::string acquired_kind;  ///< create, claim, assign, transfer
    Instant acquired_at;
    std::optional<Instant> first_deal_at;
    std::optional<Instant> last_deal_at;
    std::optional<Instant> protected_until;  ///< against going back to a pool
    std::optional<Instant> pool_entered_at;
    std::optional<Instant> recycle_due_at;
    std::optional<Instant> last_follow_at;
    std::optional<Instant> next_contact_at;
    CustomValues custom;  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Customer, (),
                      (id, no, name, short_name, level, industry, source, mobile, address, remark, credit_code, scale,
                       phone, website, province, city, district, latitude, longitude, parent_id, relation,
                       owner_user_id, owner_name, high_sea_id, deal_status, acquired_kind, acquired_at, first_deal_at,
                       last_deal_at, protected_until, pool_entered_at, recycle_due_at, last_follow_at, next_contact_at,
                       custom, version, created_at, updated_at, created_by))

constexpr std::string_view record_kind_of(Customer const*) { return "customer"; }

struct TeamMember {
    UserId user_id;
    std::string power;  ///< read, write
    std::optional<Instant> expires_at;
    std::vector<std::string> children;
};
BOOST_DESCRIBE_STRUCT(TeamMember, (), (user_id, power, expires_at, children))

/// The customer with what belongs to it. Open tasks come from agenda (list_tasks with the customer as target).
struct CustomerDetail : Customer {
    std::vector<TeamMember> team;
    std::vector<Contact> contacts;
    std::vector<Followup> followups;  ///< the last five
    std::vector<std::string> tags;    ///< names
    /// The pool collects claims, and the reader is among those who want it: who gets it is decided then.
    std::optional<Instant> claim_decided_at;
    std::optional<std::string> parent_name;  ///< if the reader sees the parent
};
BOOST_DESCRIBE_STRUCT(CustomerDetail, (Customer), (team, contacts, followups, tags, parent_name, claim_decided_at))
constexpr std::string_view record_kind_of(CustomerDetail const*) { return "customer"; }

struct CreateCustomer {
    std::string name;
    std::optional<std::string> mobile;
    std::optional<std::string> contact;  ///< a person's name: becomes the first contact, with the phone
    std::optional<std::string> short_name;
    std::optional<std::string> level;
    std::optional<std::string> industry;
    std::optional<std::string> source;
    std::optional<std::string> address;
    std::optional<std::string> remark;
    std::optional<std::string> credit_code;
    std::optional<std::string> scale;
    std::optional<std::string> phone;
    std::optional<std::string> website;
    std::optional<std::string> province;
    std::optional<std::string> city;
    std::optional<std::string> district;
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::optional<CustomerId> parent_id;
    std::optional<std::string> relation;
    std::optional<Instant> next_contact_at;
    std::optional<UserId> owner_user_id;   ///< another than the actor: permission customer.assign
    std::optional<HighSeaId> high_sea_id;  ///< into this pool, without an owner
    CustomValues custom;
    std::optional<std::string> duplicate_reason;  ///< why it is made although it may be there already
};
BOOST_DESCRIBE_STRUCT(CreateCustomer, (),
                      (name, mobile, contact, short_name, level, industry, source, address, remark, credit_code, scale,
                       phone, website, province, city, district, latitude, longitude, parent_id, relation,
                       next_contact_at, owner_user_id, high_sea_id, custom, duplicate_reason))

struct ChangeCustomer {
    CustomerId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<std::string> short_name;
    operation::Patch<std::string> level;
    operation::Patch<std::string> industry;
    operation::Patch<std::string> source;
    operation::Patch<std::string> mobile;
    operation::Patch<std::string> address;
    operation::Patch<std::string> remark;
    operation::Patch<std::string> credit_code;
    operation::Patch<std::string> scale;
    operation::Patch<std::string> phone;
    operation::Patch<std::string> website;
    operation::Patch<std::string> province;
    operation::Patch<std::string> city;
    operation::Patch<std::string> district;
    operation::Patch<double> latitude;
    operation::Patch<double> longitude;
    operation::Patch<CustomerId> parent_id;
    operation::Patch<std::string> relation;
    operation::Patch<Instant> next_contact_at;
    std::optional<std::vector<operation::TeamSeat>> team;  ///< exactly these; permission customer.share
    CustomValues custom;
    std::optional<std::string> duplicate_reason;
};
BOOST_DESCRIBE_STRUCT(ChangeCustomer, (),
                      (id, version, name, short_name, level, industry, source, mobile, address, remark, credit_code,
                       scale, phone, website, province, city, district, latitude, longitude, parent_id, relation,
                       next_contact_at, team, custom, duplicate_reason))

struct OneCustomer {
    CustomerId id;
    std::optional<std::int64_t> version;  ///< checked when given
};
BOOST_DESCRIBE_STRUCT(OneCustomer, (), (id, version))

struct RestoreCustomer {
    CustomerId id;
    std::optional<std::int64_t> version{};
    std::optional<std::string> duplicate_reason{};
};
BOOST_DESCRIBE_STRUCT(RestoreCustomer, (), (id, version, duplicate_reason))

struct TransferCustomer {
    CustomerId id;
    UserId user_id;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(TransferCustomer, (), (id, user_id, reason))

struct ListCustomers {
    std::optional<std::string> scene;  ///< see operation/scenes.hpp
    std::optional<std::string> q;
    std::optional<UserId> owner;
    std::optional<DepartmentId> department;  ///< of the owner, with those below
    std::optional<std::string> level;
    std::optional<std::string> industry;
    std::optional<std::string> source;
    std::optional<std::string> scale;
    std::optional<std::string> province;
    std::optional<std::string> city;
    std::optional<CustomerId> parent_id;  ///< that belong to it directly
    std::optional<std::string> deal_status;
    std::optional<std::string> tag;                 ///< a name
    std::optional<std::int64_t> not_followed_days;  ///< nobody followed up for so many days
    std::optional<Date> from;                       ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), acquired_at, last_follow_at, next_contact_at
    std::vector<std::string> custom;        ///< "key=value", "key>=value", … see fields/store.hpp
    bool deleted = false;                   ///< the recycle bin
    std::optional<HighSeaId> high_sea_id;   ///< those in this pool
    std::optional<bool> in_high_sea;        ///< in any pool, or in none
    std::optional<std::string>
        sort;  ///< name, no, created_at, updated_at, last_follow_at, next_contact_at; default -updated_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListCustomers, (),
                      (scene, q, owner, department, level, industry, source, scale, province, city, parent_id,
                       deal_status, tag, not_followed_days, from, to, date_field, custom, deleted, high_sea_id,
                       in_high_sea, sort, limit, cursor))

struct CustomerPage {
    std::vector<Customer> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(CustomerPage, (), (items, next_cursor))

struct SearchCustomers {
    std::string words;                  ///< name or part of it, pinyin, initials, phone or its last four digits, number
    std::optional<std::int64_t> limit;  ///< default 5
};
BOOST_DESCRIBE_STRUCT(SearchCustomers, (), (words, limit))

struct FoundCustomer {
    CustomerId id;
    std::string no;
    std::string name;
    std::string short_name;
    std::string address;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::optional<Instant> last_follow_at;
    /// 1 number, full name or phone · 2 short name · 3 core of the name · 4 beginning · 5 all characters · 6 pinyin,
    /// the same sound or end of a phone
    std::int64_t rank = 0;
};
BOOST_DESCRIBE_STRUCT(FoundCustomer, (),
                      (id, no, name, short_name, address, owner_user_id, owner_name, last_follow_at, rank))

constexpr std::string_view record_kind_of(FoundCustomer const*) { return "customer"; }

struct FoundCustomers {
    std::vector<FoundCustomer> items;  ///< best first; among equals the actor's own and the last used
};
BOOST_DESCRIBE_STRUCT(FoundCustomers, (), (items))

struct OwnershipEvent {
    OwnershipEventId id;
    std::string object;
    RecordId object_id;
    std::string kind;
    std::optional<UserId> from_user_id;
    std::optional<UserId> to_user_id;
    std::optional<DepartmentId> from_department_id;
    std::optional<DepartmentId> to_department_id;
    std::optional<HighSeaId> high_sea_id;
    std::optional<UserId> actor_user_id;
    std::string channel;
    std::string reason;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(OwnershipEvent, (),
                      (id, object, object_id, kind, from_user_id, to_user_id, from_department_id, to_department_id,
                       high_sea_id, actor_user_id, channel, reason, at))

struct ListOwnershipEvents {
    std::optional<std::string> object;
    std::optional<RecordId> object_id;
    std::optional<std::string> kind;  ///< create, claim, assign, transfer, …
    std::optional<UserId> owner;      ///< who lost or got it
    std::optional<Date> from;         ///< of `at`, both inclusive
    std::optional<Date> to;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListOwnershipEvents, (), (object, object_id, kind, owner, from, to, sort, limit, cursor))

struct OwnershipEventPage {
    std::vector<OwnershipEvent> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(OwnershipEventPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreateCustomer const*);
std::vector<operation::FieldRule> field_rules(ChangeCustomer const*);
std::vector<operation::FieldRule> field_rules(TransferCustomer const*);
std::vector<operation::FieldRule> field_rules(RestoreCustomer const*);

// The operations; catalogue names "customer.create", "customer.show", … A record that the actor cannot see is not_found
// "customer"; one that he sees but may not change is forbidden "customer_edit". A stale version is stale "version".

/// conflict "duplicate" or "possible_duplicate" (with the existing record and its owner, as far as the actor may know)
/// as the company's rules say: duplicate_rule.hpp.
Result<CustomerDetail> create_customer(operation::Context& ctx, CreateCustomer const& input);
Result<CustomerDetail> show_customer(operation::Context& ctx, OneCustomer const& input);
Result<CustomerPage> list_customers(operation::Context& ctx, ListCustomers const& input);
Result<FoundCustomers> search_customers(operation::Context& ctx, SearchCustomers const& input);
Result<CustomerDetail> change_customer(operation::Context& ctx, ChangeCustomer const& input);
/// Into the recycle bin; its keys become free.
Result<Nothing> delete_customer(operation::Context& ctx, OneCustomer const& input);
/// conflict "duplicate" if somebody made the same customer meanwhile.
Result<CustomerDetail> restore_customer(operation::Context& ctx, RestoreCustomer const& input);
/// conflict "already_owner"; invalid_input names user_id if there is no such active employee. The new owner is told.
Result<CustomerDetail> transfer_customer(operation::Context& ctx, TransferCustomer const& input);
/// The same by somebody who hands out.
Result<CustomerDetail> assign_customer(operation::Context& ctx, TransferCustomer const& input);
Result<OwnershipEventPage> list_ownership_events(operation::Context& ctx, ListOwnershipEvents const& input);

}  // namespace wescrm::sales
