#pragma once
#include <wescrm/sales/contact.hpp>

// People who work at several customers: a contact belongs to one and is linked to the others, with a position, a role
// and a note at each.
//
// Who sees what: the record of a person, and every list of contacts, goes by his own customer; nothing is added to the
// access of contacts, so that lists are as quick as without links. Through a further customer he is read by
// customer.linked_contacts alone: whoever sees the contacts of that customer sees there how to reach him and what he is
// there, but of his own customer no more than he sees anyway. A link is told to whoever sees the contacts of its
// customer. His phone is the whole one to whom this further customer belongs, if whoever made the link may change the
// person and so could tell it anyway; a link of somebody else uncovers nothing. Phones are hidden if either customer
// lies in a pool for the reader.
namespace wescrm::sales {

/// Where else somebody works.
struct ContactPlace {
    CustomerId customer_id;
    std::string customer_name;
    std::string position;
    std::string decision_role;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(ContactPlace, (), (customer_id, customer_name, position, decision_role, note))
constexpr std::string_view record_kind_of(ContactPlace const*) { return "contact"; }

struct ContactDetail : Contact {
    std::vector<ContactPlace> also_at;  ///< further customers, as far as the reader sees their contacts
};
BOOST_DESCRIBE_STRUCT(ContactDetail, (Contact), (also_at))
constexpr std::string_view record_kind_of(ContactDetail const*) { return "contact"; }

/// Somebody of another customer who works at this one as well.
struct LinkedContact {
    ContactId id;
    std::string name;
    std::optional<std::string> mobile;
    std::string phone;
    std::string email;
    std::string wechat;
    std::string position;       ///< here
    std::string decision_role;  ///< here
    std::string note;
    bool disabled = false;                  ///< no longer to be contacted
    std::optional<CustomerId> customer_id;  ///< his own, if the reader sees him there
    std::optional<std::string> customer_name;
    std::optional<HighSeaId> high_sea_id;  ///< in which this customer lies
    Instant created_at;                    ///< of the link
};
BOOST_DESCRIBE_STRUCT(LinkedContact, (),
                      (id, name, mobile, phone, email, wechat, position, decision_role, note, disabled, customer_id,
                       customer_name, high_sea_id, created_at))
constexpr std::string_view record_kind_of(LinkedContact const*) { return "contact"; }

struct LinkedContacts {
    std::vector<LinkedContact> items;
};
BOOST_DESCRIBE_STRUCT(LinkedContacts, (), (items))

struct LinkContact {
    ContactId id;
    CustomerId customer_id;  ///< a further one
    std::optional<std::string> position;
    std::optional<std::string> decision_role;
    std::optional<std::string> note;
    std::optional<std::string> duplicate_reason;
};
BOOST_DESCRIBE_STRUCT(LinkContact, (), (id, customer_id, position, decision_role, note, duplicate_reason))
struct UnlinkContact {
    ContactId id;
    CustomerId customer_id;
};
BOOST_DESCRIBE_STRUCT(UnlinkContact, (), (id, customer_id))

/// The same from the customer's side.
struct LinkToCustomer {
    CustomerId id;
    ContactId contact_id;
    std::optional<std::string> position;
    std::optional<std::string> decision_role;
    std::optional<std::string> note;
    std::optional<std::string> duplicate_reason;
};
BOOST_DESCRIBE_STRUCT(LinkToCustomer, (), (id, contact_id, position, decision_role, note, duplicate_reason))
struct UnlinkFromCustomer {
    CustomerId id;
    ContactId contact_id;
};
BOOST_DESCRIBE_STRUCT(UnlinkFromCustomer, (), (id, contact_id))
struct AskLinkedContacts {
    CustomerId id;
};
BOOST_DESCRIBE_STRUCT(AskLinkedContacts, (), (id))

std::vector<operation::FieldRule> field_rules(LinkContact const*);
std::vector<operation::FieldRule> field_rules(LinkToCustomer const*);

/// A contact with where else he works.
Result<ContactDetail> show_contact_detail(operation::Context& ctx, OneContact const& input);
/// A contact whom the actor sees works at a further customer, which he may change; a second time changes what is given.
/// invalid_input customer_id; conflict "duplicate" or "possible_duplicate" as for a new contact of that customer.
Result<ContactDetail> link_contact(operation::Context& ctx, LinkContact const& input);
/// By whoever may change that customer or the person. not_found "contact_link".
Result<ContactDetail> unlink_contact(operation::Context& ctx, UnlinkContact const& input);
/// Those linked to a customer, in the order in which they came.
Result<LinkedContacts> linked_contacts(operation::Context& ctx, AskLinkedContacts const& input);
Result<LinkedContacts> link_to_customer(operation::Context& ctx, LinkToCustomer const& input);
Result<LinkedContacts> unlink_from_customer(operation::Context& ctx, UnlinkFromCustomer const& input);

}  // namespace wescrm::sales
