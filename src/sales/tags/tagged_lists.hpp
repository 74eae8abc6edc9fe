#pragma once
#include "with_tags.hpp"

#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/lead.hpp>
#include <wescrm/sales/opportunity.hpp>

// The lists of records, which may ask for tags as well.
namespace wescrm::sales {

Result<CustomerPage> list_tagged_customers(operation::Context& ctx, ListTagged<ListCustomers> const& input);
Result<LeadPage> list_tagged_leads(operation::Context& ctx, ListTagged<ListLeads> const& input);
Result<ContactPage> list_tagged_contacts(operation::Context& ctx, ListTagged<ListContacts> const& input);
Result<OpportunityPage> list_tagged_opportunities(operation::Context& ctx, ListTagged<ListOpportunities> const& input);

}  // namespace wescrm::sales
