#include "contact_links.hpp"

#include "customers.hpp"
#include "duplicate/entering.hpp"
#include "duplicate/reason.hpp"
#include "rules/profile.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;

constexpr std::size_t longest_note = 200;

/// What somebody is at a further customer.
struct Place {
    std::string position;
    std::string decision_role;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Place, (), (position, decision_role, note))

/// The same in the log of the customer.
struct NamedPlace {
    std::string contact;
    std::string position;
    std::string decision_role;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(NamedPlace, (), (contact, position, decision_role, note))

database::Params ids_of(operation::Context& ctx, ContactId contact, CustomerId customer) {
    return {bind("tenant", ctx.tenant()), bind("contact", contact), bind("customer", customer)};
}

std::optional<Place> place_at(operation::Context& ctx, ContactId contact, CustomerId customer) {
    return ctx.sql().record<Place>(
        "select position, decision_role, note from contact_link where tenant_id = :tenant and contact_id = :contact "
        "and customer_id = :customer",
        ids_of(ctx, contact, customer));
}

// The links of a contact that the actor sees: those to customers whose contacts he sees. What decides about contacts
// asks their customer alone, so that it is asked of the link as well.
std::vector<ContactPlace> places_of(operation::Context& ctx, ContactId contact) {
    auto const seen = ctx.scope().named().rows("contact", Power::read, "l");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", contact)};
    params.add(seen.params);
    return ctx.sql().records<ContactPlace>(
        "select c.id, c.name, l.position, l.decision_role, l.note from contact_link l join contact t on t.tenant_id = "
        "l.tenant_id and t.id = l.contact_id join customer c on c.tenant_id = l.tenant_id and c.id = l.customer_id "
        "where l.tenant_id = :tenant and l.contact_id = :id and c.deleted_at is null and l.customer_id <> "
        "t.customer_id and " +
            seen.sql + " order by l.created_at, l.id",
        params);
}

// In the log of the person nothing tells at whom: not everybody who sees him sees that customer. Its own log names him.
void audit(operation::Context& ctx, Contact const& person, CustomerId customer, std::string_view verb,
           std::optional<Place> const& before, std::optional<Place> const& after, std::string const& reason = {}) {
    auto const of_person = [](std::optional<Place> const& place) {
        return place ? operation::write_output(*place) : json::Document{rapidjson::kObjectType};
    };
    auto const of_customer = [&person](std::optional<Place> const& place) {
        return place ? operation::write_output(
                           NamedPlace{person.name, place->position, place->decision_role, place->note})
                     : json::Document{rapidjson::kObjectType};
    };
    auto const there = operation::difference(of_person(before), of_person(after));
    ctx.audit({"contact", person.id.value(), "contact." + std::string{verb}, there.before, there.after, reason});
    auto const here = operation::difference(of_customer(before), of_customer(after));
    ctx.audit(
        {"customer", customer.value(), "customer." + std::string{verb} + "_contact", here.before, here.after, reason});
}

struct Both {
    Contact person;
    LockedCustomer customer;
};

// Both customers in the order of their ids, as a merge locks them: while this one waits for the other, the person may
// have come to another customer.
Result<Both> lock_both(operation::Context& ctx, ContactId contact, CustomerId customer) {
    auto const person = show_contact(ctx, {contact, {}});
    if (!person) return person.error();
    auto const own = person->customer_id;
    auto const lock_own = [&] { return Customers{ctx}.lock(own).has_value(); };
    auto is_locked = customer < own || lock_own();
    auto locked = lock_permitted(ctx, customer, Need::write);
    if (!locked) return locked.error();
    if (customer < own) is_locked = lock_own();
    auto now = show_contact(ctx, {contact, {}});
    if (!now) return now.error();
    if (!is_locked || now->customer_id != own)
        return Error{Errc::conflict, "contact_moved", "「" + now->name + "」刚刚换了客户，请再试一次"};
    return Both{std::move(*now), std::move(*locked)};
}

// `field` names the customer or the contact, whichever was chosen.
Result<std::string> link(operation::Context& ctx, LinkContact const& wanted, std::string const& field) {
    if (wanted.decision_role && !is_decision_role(*wanted.decision_role))
        return invalid_field("decision_role", "应为 decider、influencer、user 或 opponent");
    auto const both = lock_both(ctx, wanted.id, wanted.customer_id);
    if (!both && both.error().reason == "customer" && field == "customer_id")
        return invalid_field(field, "没有这个客户，或您看不到它");
    if (!both && both.error().reason == "contact" && field == "contact_id")
        return invalid_field(field, "没有这个联系人，或您看不到它");
    if (!both) return both.error();
    auto const& [person, customer] = *both;
    if (customer.is_deleted) return invalid_field(field, "客户「" + customer.name + "」在回收站里，请先恢复");
    if (person.customer_id == wanted.customer_id)
        return invalid_field(field, "「" + person.name + "」本来就是这个客户的联系人");
    auto const before = place_at(ctx, wanted.id, wanted.customer_id);
    auto params = ids_of(ctx, wanted.id, wanted.customer_id);
    params.add(bind("position", wanted.position));
    params.add(bind("role", wanted.decision_role));
    params.add(bind("note", wanted.note));
    params.add(bind("open", ctx.scope().allows("contact", Power::write, wanted.id.value())));
    params.add(bind("now", ctx.now()));
    params.add(bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee}));
    ctx.sql().execute(
        "insert into contact_link (tenant_id, contact_id, customer_id, position, decision_role, note, is_open, "
        "created_at, created_by) values (:tenant, :contact, :customer, coalesce(:position::text, ''), "
        "coalesce(:role::text, ''), coalesce(:note::text, ''), :open, :now, :me::bigint) on conflict (tenant_id, "
        "contact_id, customer_id) do update set position = coalesce(:position::text, contact_link.position), "
        "decision_role = coalesce(:role::text, contact_link.decision_role), note = coalesce(:note::text, "
        "contact_link.note), is_open = contact_link.is_open or excluded.is_open",
        params);
    auto reason = std::string{};
    if (!before) {
        auto const entered = enter_record(
            ctx, DuplicateObject::contact, wanted.id.value(),
            Entering{.reason = wanted.duplicate_reason,
                     .fresh = DuplicateKinds{DuplicateKind::customer_mobile, DuplicateKind::customer_name}});
        if (!entered) return entered.error();
        reason = *entered;
    }
    audit(ctx, person, wanted.customer_id, "link", before, place_at(ctx, wanted.id, wanted.customer_id), reason);
    return reason;
}

bool may_unlink(operation::Context& ctx, ContactId contact, CustomerId customer) {
    auto const scope = ctx.scope();
    return scope.allows("customer", Power::write, customer.value()) ||
           scope.allows("contact", Power::write, contact.value());
}

// `person` is seen by the actor, at this customer or at his own.
Result<void> unlink(operation::Context& ctx, Contact const& person, CustomerId customer) {
    if (!may_unlink(ctx, person.id, customer))
        return Error{Errc::forbidden, "contact_edit",
                     "您不能取消「" + person.name + "」在这个客户的任职，请联系客户的负责人"};
    auto const before = place_at(ctx, person.id, customer);
    ctx.sql().execute(
        "delete from contact_link where tenant_id = :tenant and contact_id = :contact and customer_id = :customer",
        ids_of(ctx, person.id, customer));
    audit(ctx, person, customer, "unlink", before, std::nullopt);
    return {};
}

Error no_link() { return {Errc::not_found, "contact_link", "这位联系人没有在这个客户任职，或您看不到它"}; }

constexpr Operation<LinkContact, ContactDetail> contact_link{
    "contact.link", "联系人另任职于", "customer.edit", Effect::writes, link_contact, {"POST", "/contacts/{id}/links"}};
constexpr Operation<UnlinkContact, ContactDetail> contact_unlink{
    "contact.unlink", "取消联系人的另任职", "customer.edit",
    Effect::writes,   unlink_contact,       {"DELETE", "/contacts/{id}/links/{customer_id}"}};
constexpr Operation<AskLinkedContacts, LinkedContacts> customer_linked_contacts{
    "customer.linked_contacts",
    "另在客户任职的联系人",
    "customer.view",
    Effect::reads,
    linked_contacts,
    {"GET", "/customers/{id}/linked-contacts"}};
constexpr Operation<LinkToCustomer, LinkedContacts> customer_link_contact{
    "customer.link_contact", "添加已有联系人", "customer.edit",
    Effect::writes,          link_to_customer, {"POST", "/customers/{id}/linked-contacts"}};
constexpr Operation<UnlinkFromCustomer, LinkedContacts> customer_unlink_contact{
    "customer.unlink_contact", "移除另任职的联系人",
    "customer.edit",           Effect::writes,
    unlink_from_customer,      {"DELETE", "/customers/{id}/linked-contacts/{contact_id}"}};

}  // namespace

std::vector<FieldRule> field_rules(LinkContact const*) {
    return {{"customer_id", "客户"},
            {"position", "职务", {.max_length = 50}, "独立董事"},
            {"decision_role", "决策角色", {.max_length = 20}},
            {"note", "备注", {.max_length = longest_note}, "每周二在这边"},
            rule_of_duplicate_reason()};
}

std::vector<FieldRule> field_rules(LinkToCustomer const*) {
    auto rules = field_rules(static_cast<LinkContact const*>(nullptr));
    rules.front() = {"contact_id", "联系人"};
    return rules;
}

bool works_at(operation::Context& ctx, ContactId contact, CustomerId customer) {
    return ctx.sql()
        .value<int>(
            "select 1 from contact t where t.tenant_id = :tenant and t.id = :contact and t.deleted_at is null and "
            "(t.customer_id = :customer or exists (select 1 from contact_link l where l.tenant_id = :tenant and "
            "l.contact_id = t.id and l.customer_id = :customer))",
            ids_of(ctx, contact, customer))
        .has_value();
}

Result<ContactDetail> show_contact_detail(operation::Context& ctx, OneContact const& input) {
    auto contact = show_contact(ctx, input);
    if (!contact) return contact.error();
    return ContactDetail{std::move(*contact), places_of(ctx, input.id)};
}

Result<ContactDetail> link_contact(operation::Context& ctx, LinkContact const& input) {
    if (auto const linked = link(ctx, input, "customer_id"); !linked) return linked.error();
    return show_contact_detail(ctx, {input.id, {}});
}

Result<ContactDetail> unlink_contact(operation::Context& ctx, UnlinkContact const& input) {
    auto const contact = show_contact_detail(ctx, {input.id, {}});
    if (!contact) return contact.error();
    if (std::ranges::find(contact->also_at, input.customer_id, &ContactPlace::customer_id) == contact->also_at.end())
        return no_link();
    if (auto const done = unlink(ctx, *contact, input.customer_id); !done) return done.error();
    return show_contact_detail(ctx, {input.id, {}});
}

Result<LinkedContacts> linked_contacts(operation::Context& ctx, AskLinkedContacts const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    auto const scope = ctx.scope().named();
    auto const hangs = ctx.scope().at_customer(input.id.value()).rows("contact", operation::Power::read, "l");
    auto const own = scope.rows("contact", Power::read, "t");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    params.add(hangs.params);
    params.add(own.params);
    return LinkedContacts{ctx.sql().records<LinkedContact>(
        "select t.id, t.name, t.mobile, t.phone, t.email, t.wechat, l.position, l.decision_role, l.note, t.disabled, "
        "case when s.is_seen then k.id end, case when s.is_seen then k.name end, c.high_sea_id, l.created_at from "
        "contact_link l join contact t on t.tenant_id = l.tenant_id and t.id = l.contact_id join customer k on "
        "k.tenant_id = t.tenant_id and k.id = t.customer_id join customer c on c.tenant_id = l.tenant_id and c.id = "
        "l.customer_id cross join lateral (select k.deleted_at is null and " +
            own.sql +
            " as is_seen) s where l.tenant_id = :tenant and l.customer_id = :id and t.deleted_at is null and "
            "t.customer_id <> l.customer_id and " +
            hangs.sql + " order by l.created_at, l.id",
        params)};
}

Result<LinkedContacts> link_to_customer(operation::Context& ctx, LinkToCustomer const& input) {
    auto const linked =
        link(ctx, {input.contact_id, input.id, input.position, input.decision_role, input.note, input.duplicate_reason},
             "contact_id");
    if (!linked) return linked.error();
    return linked_contacts(ctx, {input.id});
}

Result<LinkedContacts> unlink_from_customer(operation::Context& ctx, UnlinkFromCustomer const& input) {
    auto const there = linked_contacts(ctx, {input.id});
    if (!there) return there.error();
    auto const found = std::ranges::find(there->items, input.contact_id, &LinkedContact::id);
    if (found == there->items.end()) return no_link();
    auto person = Contact{};
    person.id = found->id;
    person.name = found->name;
    if (auto const done = unlink(ctx, person, input.id); !done) return done.error();
    return linked_contacts(ctx, {input.id});
}

void add_contact_links(operation::Catalogue& catalogue) {
    catalogue.add(contact_link);
    catalogue.add(contact_unlink);
    catalogue.add(customer_linked_contacts);
    catalogue.add(customer_link_contact);
    catalogue.add(customer_unlink_contact);
}

}  // namespace wescrm::sales
