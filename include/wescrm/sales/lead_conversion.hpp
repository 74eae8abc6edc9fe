#pragma once
#include <wescrm/sales/lead.hpp>

#include <functional>

namespace wescrm::sales {

/// The new customer; what is absent comes from the lead.
struct LeadCustomer {
    std::optional<std::string> name;
    std::optional<std::string> short_name;
    std::optional<std::string> level;
    std::optional<std::string> industry;
    std::optional<std::string> source;
    std::optional<std::string> mobile;
    std::optional<std::string> address;
    std::optional<std::string> remark;
    CustomValues custom{};
    std::optional<std::string> duplicate_reason{};
};
BOOST_DESCRIBE_STRUCT(LeadCustomer, (),
                      (name, short_name, level, industry, source, mobile, address, remark, custom, duplicate_reason))

struct LeadContact {
    std::optional<std::string> name;
    std::optional<std::string> mobile;
    std::optional<std::string> position;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(LeadContact, (), (name, mobile, position, custom))

struct ConvertLead {
    LeadId id;
    std::optional<LeadCustomer> customer;   ///< a new one, even if there are candidates
    std::optional<CustomerId> customer_id;  ///< an existing one; with neither: a new one if there is no candidate
    std::optional<LeadContact> contact;
    std::optional<bool> with_contact;           ///< absent: yes, if the lead names a person
    std::optional<json::Document> opportunity;  ///< as of POST /opportunities, without customer
};
BOOST_DESCRIBE_STRUCT(ConvertLead, (), (id, customer, customer_id, contact, with_contact, opportunity))

struct ConvertLeads {
    std::vector<LeadId> ids;
    std::optional<LeadCustomer> customer;
    std::optional<CustomerId> customer_id;
};
BOOST_DESCRIBE_STRUCT(ConvertLeads, (), (ids, customer, customer_id))

/// A filled field of an existing customer that the lead says otherwise; it was not touched.
struct FieldConflict {
    std::string field;
    std::string kept;
    std::string lead_value;
};
BOOST_DESCRIBE_STRUCT(FieldConflict, (), (field, kept, lead_value))

struct ConvertedLead : LeadDetail {
    std::string converted_kind;  ///< new, existing
    std::vector<FieldConflict> differences;
};
BOOST_DESCRIBE_STRUCT(ConvertedLead, (LeadDetail), (converted_kind, differences))
constexpr std::string_view record_kind_of(ConvertedLead const*) { return "lead"; }

struct ConvertOutcome {
    LeadId id;
    bool is_converted = false;
    std::optional<CustomerId> customer_id;
    std::string code;  ///< of a refusal
    std::string message;
};
BOOST_DESCRIBE_STRUCT(ConvertOutcome, (), (id, is_converted, customer_id, code, message))
struct ConvertOutcomes {
    std::vector<ConvertOutcome> items;
};
BOOST_DESCRIBE_STRUCT(ConvertOutcomes, (), (items))

/// A customer that may be the lead's own.
struct Candidate {
    std::optional<CustomerId> id;  ///< absent: the actor does not see it
    std::string no;
    std::string name;  ///< masked then
    std::optional<std::string> owner_name;
    std::optional<HighSeaId> high_sea_id;
    std::string matched;  ///< name, mobile
    /// attach · claim (in a pool: claimed by its rules) · ask (of a colleague: needs write) · hidden
    std::string way;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (id, no, name, owner_name, high_sea_id, matched, way))
struct Candidates {
    std::vector<Candidate> items;
};
BOOST_DESCRIBE_STRUCT(Candidates, (), (items))

/// What a conversion would do to the fields of a customer.
struct PreviewConversion {
    LeadId id;
    std::optional<CustomerId> customer_id;  ///< absent: a new one
};
BOOST_DESCRIBE_STRUCT(PreviewConversion, (), (id, customer_id))
struct FilledField {
    std::string field;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(FilledField, (), (field, value))
struct ConversionPreview {
    std::string customer_name;
    std::vector<FilledField> fills;
    std::vector<FieldConflict> differences;  ///< the customer's stays
};
BOOST_DESCRIBE_STRUCT(ConversionPreview, (), (customer_name, fills, differences))

/// Makes the opportunity of a conversion: `input` as of opportunity.create, with customer_id, contact_id and
/// main_lead_id set. Answers its id.
using OpportunityMaker = std::function<Result<RecordId>(operation::Context&, json::Document const& input)>;
/// Whether the opportunity has got children, and taking it back with the conversion.
using OpportunityUndo = std::function<Result<void>(operation::Context&, RecordId)>;

/// Those that know opportunity.create and opportunity.delete.
Result<RecordId> make_opportunity(operation::Context& ctx, json::Document const& input);
Result<void> drop_opportunity(operation::Context& ctx, RecordId id);

std::vector<operation::FieldRule> field_rules(ConvertLead const*);

/// Into a customer, with a contact and an opportunity, in one transaction. conflict "candidates" if nothing was chosen
/// and there may be such a customer already; what claiming refuses, for a customer in a pool; forbidden "customer_edit"
/// for a colleague's. The lead can only be read afterwards.
Result<ConvertedLead> convert_lead(operation::Context& ctx, ConvertLead const& input, OpportunityMaker const& maker);
Result<Candidates> conversion_candidates(operation::Context& ctx, OneLead const& input);
Result<ConversionPreview> preview_conversion(operation::Context& ctx, PreviewConversion const& input);
/// Each by itself into one customer.
Result<ConvertOutcomes> convert_leads(operation::Context& ctx, ConvertLeads const& input);
/// Within 24 hours, by the owner or an administrator, if what was made has nothing of its own yet: conflict
/// "too_late", "has_children".
Result<LeadDetail> undo_conversion(operation::Context& ctx, OneLead const& input, OpportunityUndo const& undo);

}  // namespace wescrm::sales
