#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/custom_values.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

using operation::Nothing;

/// A person at a customer; seen and changed by whoever sees and changes the customer.
struct Contact {
    ContactId id;
    CustomerId customer_id;
    std::string customer_name;
    std::string name;
    std::optional<std::string> mobile;  ///< normalised
    std::string position;
    bool is_primary = false;
    std::string remark;
    std::string phone;  ///< besides the mobile
    std::string email;
    std::string wechat;
    std::string department;     ///< at the customer
    std::string decision_role;  ///< decider, influencer, user, opponent; "" unknown
    std::string attitude;       ///< supportive, neutral, opposed; "" unknown
    std::optional<Date> birthday;
    bool disabled = false;  ///< no longer to be contacted
    std::string disabled_reason;
    CustomValues custom;  ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Contact, (),
                      (id, customer_id, customer_name, name, mobile, position, is_primary, remark, phone, email, wechat,
                       department, decision_role, attitude, birthday, disabled, disabled_reason, custom, version,
                       created_at, updated_at, created_by))

constexpr std::string_view record_kind_of(Contact const*) { return "contact"; }

struct CreateContact {
    CustomerId customer_id;
    std::string name;
    std::optional<std::string> mobile;
    std::optional<std::string> position;
    std::optional<bool> is_primary;  ///< absent: true for the customer's first
    std::optional<std::string> remark;
    std::optional<std::string> phone{};
    std::optional<std::string> email{};
    std::optional<std::string> wechat{};
    std::optional<std::string> department{};
    std::optional<std::string> decision_role{};
    std::optional<std::string> attitude{};
    std::optional<Date> birthday{};
    CustomValues custom{};
    std::optional<std::string> duplicate_reason{};  ///< why it is made although it may be there already
};
BOOST_DESCRIBE_STRUCT(CreateContact, (),
                      (customer_id, name, mobile, position, is_primary, remark, phone, email, wechat, department,
                       decision_role, attitude, birthday, custom, duplicate_reason))

struct ChangeContact {
    ContactId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<std::string> mobile;
    operation::Patch<std::string> position;
    std::optional<bool> is_primary;
    operation::Patch<std::string> remark;
    operation::Patch<std::string> phone;
    operation::Patch<std::string> email;
    operation::Patch<std::string> wechat;
    operation::Patch<std::string> department;
    operation::Patch<std::string> decision_role;
    operation::Patch<std::string> attitude;
    operation::Patch<Date> birthday;
    std::optional<bool> disabled;
    operation::Patch<std::string> disabled_reason;
    CustomValues custom;
    std::optional<std::string> duplicate_reason;
};
BOOST_DESCRIBE_STRUCT(ChangeContact, (),
                      (id, version, name, mobile, position, is_primary, remark, phone, email, wechat, department,
                       decision_role, attitude, birthday, disabled, disabled_reason, custom, duplicate_reason))

struct OneContact {
    ContactId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneContact, (), (id, version))

struct RestoreContact {
    ContactId id;
    std::optional<std::int64_t> version{};
    std::optional<std::string> duplicate_reason{};
};
BOOST_DESCRIBE_STRUCT(RestoreContact, (), (id, version, duplicate_reason))

struct ListContacts {
    std::optional<CustomerId> customer_id;
    std::optional<std::string> q;  ///< part of the name, or the beginning or end of the phone
    std::optional<std::string> decision_role;
    std::optional<bool> disabled;
    std::vector<std::string> custom;  ///< "key=value", "key>=value", …
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListContacts, (), (customer_id, q, decision_role, disabled, custom, sort, limit, cursor))

struct ContactPage {
    std::vector<Contact> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ContactPage, (), (items, next_cursor))

struct SearchContacts {
    std::string words;                      ///< name, its beginning, a surname with 总, 经理, 老师 …, or a phone
    std::optional<CustomerId> customer_id;  ///< only at this customer
    std::optional<std::int64_t> limit;      ///< default 5
};
BOOST_DESCRIBE_STRUCT(SearchContacts, (), (words, customer_id, limit))

struct FoundContact {
    ContactId id;
    CustomerId customer_id;
    std::string customer_name;
    std::string name;
    std::string position;
    std::optional<std::string> mobile;
    bool is_primary = false;
    std::int64_t rank = 0;  ///< 1 exactly so · 2 begins so
};
BOOST_DESCRIBE_STRUCT(FoundContact, (), (id, customer_id, customer_name, name, position, mobile, is_primary, rank))

constexpr std::string_view record_kind_of(FoundContact const*) { return "contact"; }

struct FoundContacts {
    std::vector<FoundContact> items;  ///< best first
};
BOOST_DESCRIBE_STRUCT(FoundContacts, (), (items))

std::vector<operation::FieldRule> field_rules(CreateContact const*);
std::vector<operation::FieldRule> field_rules(ChangeContact const*);
std::vector<operation::FieldRule> field_rules(RestoreContact const*);

/// conflict "duplicate" or "possible_duplicate" as the company's rules say (duplicate_rule.hpp); not_found without a
/// visible customer.
Result<Contact> create_contact(operation::Context& ctx, CreateContact const& input);
Result<Contact> show_contact(operation::Context& ctx, OneContact const& input);
/// Of the actor's own customers first, then of every customer that he sees.
Result<FoundContacts> search_contacts(operation::Context& ctx, SearchContacts const& input);
Result<ContactPage> list_contacts(operation::Context& ctx, ListContacts const& input);
Result<Contact> change_contact(operation::Context& ctx, ChangeContact const& input);
Result<Nothing> delete_contact(operation::Context& ctx, OneContact const& input);
/// Out of the recycle bin, while its customer is not in it.
Result<Contact> restore_contact(operation::Context& ctx, RestoreContact const& input);

}  // namespace wescrm::sales
