#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/contact_link.hpp>

namespace wescrm::sales {

/// Whether somebody works at a customer: as its own contact or by a link.
[[nodiscard]] bool works_at(operation::Context& ctx, ContactId contact, CustomerId customer);

/// After the contacts of `from` moved at a merge: whoever was linked to it is linked to `into`, unless that has the
/// same person or somebody of the same phone; of a person whom both had, the contact who stays works wherever the other
/// did. JSON for put_links_back().
[[nodiscard]] std::string merge_links(operation::Context& ctx, CustomerId from, CustomerId into);
/// After contacts and the links to `from` were put back.
void put_links_back(operation::Context& ctx, json::Value const& before);

/// Before a customer is deleted for good: its people who work somewhere else as well are contacts of that customer from
/// now on, of the one to which they came first.
void hand_on_people(operation::Context& ctx, CustomerId gone);

/// contact.link, contact.unlink, customer.linked_contacts, customer.link_contact, customer.unlink_contact.
void add_contact_links(operation::Catalogue& catalogue);

}  // namespace wescrm::sales
