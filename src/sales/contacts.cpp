#include "contact_profile.hpp"
#include "customers.hpp"
#include "duplicate/entering.hpp"
#include "fields/store.hpp"
#include "followups.hpp"
#include "rows.hpp"
#include "tags/tagged_lists.hpp"
#include "typed_filter.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>
#include <wescrm/sales/undo.hpp>

#include <utility>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct ContactRow : Contact {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ContactRow, (Contact), (sort_key))

constexpr std::string_view contact_columns =
    "t.id, t.customer_id, c.name, t.name, t.mobile, t.position, t.is_primary, t.remark, t.phone, t.email, t.wechat, "
    "t.department, t.decision_role, t.attitude, t.birthday, t.disabled, t.disabled_reason, shown_custom(t.tenant_id, "
    "'contact', "
    "t.custom), t.version, t.created_at, "
    "t.updated_at, "
    "k.user_id";
constexpr std::string_view contact_joins =
    " from contact t join customer c on c.tenant_id = t.tenant_id and c.id = t.customer_id left join employee k on "
    "k.tenant_id = t.tenant_id "
    "and k.id = t.created_by where t.tenant_id = :tenant and t.deleted_at is null and c.deleted_at is null";

std::optional<Contact> find(operation::Context& ctx, ContactId id) {
    return ctx.sql().record<Contact>(
        "select " + std::string{contact_columns} + std::string{contact_joins} + " and t.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

Error no_contact() { return {Errc::not_found, "contact", "没有这个联系人，或您看不到它"}; }

// The contact that the actor may change, its customer locked.
Result<Contact> locked_contact(operation::Context& ctx, ContactId id) {
    auto const contact = find(ctx, id);
    if (!contact || !Customers{ctx}.lock(contact->customer_id)) return no_contact();
    auto const still = find(ctx, id);
    auto const scope = ctx.scope();
    if (!still || !scope.allows("contact", operation::Power::read, id.value())) return no_contact();
    if (!scope.allows("contact", operation::Power::write, id.value()))
        return Error{Errc::forbidden, "contact_edit",
                     "您可以查看但不能修改联系人「" + still->name + "」，请联系客户的负责人"};
    return *still;
}

Result<std::optional<std::string>> checked_phone(std::optional<std::string> const& typed) {
    if (!typed) return std::optional<std::string>{};
    auto const normal = normal_phone(*typed);
    if (!normal) return invalid_field("mobile", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
    return std::optional{*normal};
}

void only_primary(operation::Context& ctx, CustomerId customer, ContactId id) {
    ctx.sql().execute(
        "update contact set is_primary = false, version = version + 1 where tenant_id = :tenant and customer_id = "
        ":customer and id <> :id and "
        "is_primary",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("id", id)});
}

void audit(operation::Context& ctx, ContactId id, std::string action, std::optional<Contact> const& before,
           std::optional<Contact> const& after, std::string reason = {}) {
    auto const json_of = [](std::optional<Contact> const& contact) {
        return contact ? operation::write_output(*contact) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"contact", id.value(), std::move(action), changed.before, changed.after, std::move(reason)});
}

}  // namespace

std::vector<Contact> contacts_of(operation::Context& ctx, CustomerId customer) {
    auto filter = Filter{ctx.tenant()};
    filter.where("t.customer_id = :customer", "customer", customer);
    filter.where(ctx.scope().at_customer(customer.value()).rows("contact", operation::Power::read, "t"));
    return ctx.sql().records<Contact>("select " + std::string{contact_columns} + std::string{contact_joins} +
                                          filter.sql() + " order by t.is_primary desc, t.created_at, t.id",
                                      filter.params());
}

Contact add_contact(operation::Context& ctx, CreateContact const& input, std::optional<std::string> const& mobile) {
    auto const has_others = ctx.sql().value<int>(
        "select 1 from contact where tenant_id = :tenant and customer_id = :customer and deleted_at is null limit 1",
        {bind("tenant", ctx.tenant()), bind("customer", input.customer_id)});
    auto const is_primary = input.is_primary.value_or(!has_others);
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<ContactId>(
                "insert into contact (tenant_id, customer_id, name, mobile, position, is_primary, remark, created_at, "
                "updated_at, "
                "created_by) values (:tenant, :customer, :name, :mobile, :position, :primary, :remark, :now, :now, "
                ":actor) "
                "returning id",
                {bind("tenant", ctx.tenant()), bind("customer", input.customer_id), bind("name", input.name),
                 bind("mobile", mobile), bind("position", input.position.value_or("")), bind("primary", is_primary),
                 bind("remark", input.remark.value_or("")), bind("now", ctx.now()), bind("actor", actor)})
            .value();
    if (is_primary) only_primary(ctx, input.customer_id, id);
    Customers{ctx}.rewrite_words(input.customer_id);
    auto const made = find(ctx, id).value();
    audit(ctx, id, "contact.create", std::nullopt, made);
    return made;
}

Result<Contact> create_contact(operation::Context& ctx, CreateContact const& input) {
    auto const mobile = checked_phone(input.mobile);
    if (!mobile) return mobile.error();
    auto const profile = wanted_profile(input);
    if (!profile) return profile.error();
    auto const customer = lock_permitted(ctx, input.customer_id, Need::write);
    if (!customer) {
        if (customer.error().code != Errc::not_found) return customer.error();
        return invalid_field("customer_id", "没有这个客户，或您看不到它");
    }
    auto made = add_contact(ctx, input, *mobile);
    if (*profile != ContactProfile{}) write_profile(ctx, made.id, *profile);
    auto const entered =
        enter_record(ctx, DuplicateObject::contact, made.id.value(), Entering{.reason = input.duplicate_reason});
    if (!entered) return entered.error();
    if (auto const kept = write_custom(ctx, {"contact", "contact", made.id.value()}, input.custom, CustomWrite::create);
        !kept)
        return kept.error();
    auto const plain = std::exchange(made, find(ctx, made.id).value());
    if (made.custom.json != plain.custom.json || *profile != ContactProfile{} || !entered->empty())
        audit(ctx, made.id, "contact.create", plain, made, *entered);
    remember_for_undo(ctx, {0, "contact", made.id.value(), "create", made.version, "新建联系人 " + made.name, "{}"});
    return made;
}

Result<Contact> show_contact(operation::Context& ctx, OneContact const& input) {
    auto const contact = find(ctx, input.id);
    if (!contact || !ctx.scope().allows("contact", operation::Power::read, input.id.value())) return no_contact();
    return *contact;
}

namespace {

Result<ContactPage> page_of_contacts(operation::Context& ctx, ListContacts const& input, TagWish const& wish) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"name", "t.name", "text"},
                                                 {"created_at", "t.created_at", "timestamptz"},
                                                 {"updated_at", "t.updated_at", "timestamptz"}},
                                                "-created_at", "t.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where("t.deleted_at is null");
    auto of_customer = operation::Predicate{
        "exists (select 1 from customer c where c.tenant_id = t.tenant_id and c.id = t.customer_id and c.deleted_at is "
        "null)",
        {}};
    filter.where_given(input.customer_id, "t.customer_id = :customer_id", "customer_id")
        .where_given(input.decision_role, "t.decision_role = :role", "role")
        .where_given(input.disabled, "t.disabled = :disabled", "disabled");
    if (auto const good = add_custom_filters(ctx, filter, "contact", "t.id", input.custom); !good) return good.error();
    if (auto const good = add_tag_filter(ctx, filter, TaggedObject::contact, "t.id", wish); !good) return good.error();
    if (input.q) {
        auto const pattern = contains_pattern(text::normalised(*input.q));
        auto const found =
            operation::phone_matches(ctx.actor(), ctx.now(), "contact", "t", "c", pattern, normal_phone(*input.q));
        of_customer.sql.insert(of_customer.sql.size() - 1, " and (t.name like :q or " + found.sql + ")");
        of_customer.params.add(found.params);
        of_customer.params.add(bind("q", pattern));
        where_typed(ctx, filter, {"contact", "t", ByCustomer::phones}, *input.q, of_customer);
    } else {
        filter.where(of_customer);
    }
    auto const found = scope_of(ctx, filter, input.customer_id).page("contact", "t", filter.sql(), *paging);
    auto params = filter.params();
    params.add(found.params);
    return page_of<ContactPage>(
        ctx.sql().records<ContactRow>("with found as materialized (" + found.sql + ") select " +
                                          std::string{contact_columns} + ", " + paging->key_column() +
                                          std::string{contact_joins} +
                                          " and t.id = any(array(select scope_id from found))" + paging->order(),
                                      params),
        *paging);
}

}  // namespace

Result<ContactPage> list_contacts(operation::Context& ctx, ListContacts const& input) {
    return page_of_contacts(ctx, input, {});
}

Result<ContactPage> list_tagged_contacts(operation::Context& ctx, ListTagged<ListContacts> const& input) {
    return page_of_contacts(ctx, input, {input.tags, input.tags_match});
}

Result<Contact> change_contact(operation::Context& ctx, ChangeContact const& input) {
    auto const before = locked_contact(ctx, input.id);
    if (!before) return before.error();
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    auto const mobile = checked_phone(input.mobile.is_present ? input.mobile.value : before->mobile);
    if (!mobile) return mobile.error();
    auto const profile = wanted_profile(input, *before);
    if (!profile) return profile.error();
    if (*profile != profile_of(*before)) write_profile(ctx, input.id, *profile);
    auto const is_primary = input.is_primary.value_or(before->is_primary);
    ctx.sql().execute(
        "update contact set name = :name, mobile = :mobile, position = :position, is_primary = :primary, remark = "
        ":remark, version = version + "
        "1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", input.name.value_or(before->name)),
         bind("mobile", *mobile), bind("position", patched(input.position, before->position)),
         bind("primary", is_primary), bind("remark", patched(input.remark, before->remark)), bind("now", ctx.now())});
    if (is_primary) only_primary(ctx, before->customer_id, input.id);
    Customers{ctx}.rewrite_words(before->customer_id);
    if (auto const kept =
            write_custom(ctx, {"contact", "contact", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    auto const after = find(ctx, input.id).value();
    auto const entered =
        enter_changed(ctx, DuplicateObject::contact, input.id.value(),
                      Entering{.reason = input.duplicate_reason, .fresh = changed_kinds(*before, after)});
    if (!entered) return entered.error();
    audit(ctx, input.id, "contact.change", *before, after, *entered);
    remember_for_undo(ctx, {0, "contact", input.id.value(), "change", after.version, "修改联系人 " + after.name,
                            json::write(operation::write_output(*before))});
    return after;
}

Result<Nothing> delete_contact(operation::Context& ctx, OneContact const& input) {
    auto const before = locked_contact(ctx, input.id);
    if (!before) return before.error();
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    ctx.sql().execute(
        "update contact set deleted_at = :now, deleted_by = :me::bigint, is_primary = false, updated_at = :now, "
        "version "
        "= version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
    Customers{ctx}.rewrite_words(before->customer_id);
    audit(ctx, input.id, "contact.delete", *before, std::nullopt);
    return Nothing{};
}

// The customer tells who may bring it back; a phone that another contact has got since stays there.
Result<Contact> restore_contact(operation::Context& ctx, RestoreContact const& input) {
    auto const row = ctx.sql().row<CustomerId, bool>(
        "select t.customer_id, c.deleted_at is not null from contact t join customer c on c.tenant_id = "
        "t.tenant_id and c.id = t.customer_id where t.tenant_id = :tenant and t.id = :id and t.deleted_at is not null",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (!row) return no_contact();
    auto const& [customer, is_customer_gone] = *row;
    auto const locked = lock_permitted(ctx, customer, Need::write);
    if (!locked) return locked.error().code == Errc::not_found ? no_contact() : locked.error();
    if (is_customer_gone)
        return Error{Errc::conflict, "customer_deleted", "它的客户「" + locked->name + "」在回收站里，请先恢复客户"};
    ctx.sql().execute(
        "update contact set deleted_at = null, deleted_by = null, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and id = :id and deleted_at is not null",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    auto const entered =
        enter_record(ctx, DuplicateObject::contact, input.id.value(), Entering{.reason = input.duplicate_reason});
    if (!entered) return entered.error();
    Customers{ctx}.rewrite_words(customer);
    auto const restored = find(ctx, input.id).value();
    audit(ctx, input.id, "contact.restore", std::nullopt, restored, *entered);
    return restored;
}

}  // namespace wescrm::sales
