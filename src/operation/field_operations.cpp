#include "access_kinds.hpp"
#include "own_operations.hpp"

#include <wescrm/operation/field_guard.hpp>

namespace wescrm::operation {
namespace {

using database::bind;
using RevealedId = StrongId<struct RevealedRecordIdTag, std::int64_t>;

struct Reveal {
    RevealedId id;
    std::optional<std::string> field;  ///< absent: mobile
};
BOOST_DESCRIBE_STRUCT(Reveal, (), (id, field))

struct Revealed {
    RevealedId id;
    std::optional<std::string> value;  ///< not called mobile: it is the full number
};
BOOST_DESCRIBE_STRUCT(Revealed, (), (id, value))

// The full number, to whoever may change the record; who looked is logged.
Result<Revealed> reveal(Context& ctx, RecordKind const& kind, Reveal const& input) {
    auto const field = input.field.value_or("mobile");
    if (field != "mobile" && field != "phone")
        return invalid_field("field", "没有这个电话字段");
    auto const nothing = Error{Errc::not_found, kind.name, "没有这条" + kind.title};
    auto const scope = ctx.scope();
    auto const read = scope.explain(kind.name, Power::read, input.id.value());
    if (!read || !read->is_allowed) return nothing;
    auto const right = ctx.actor().fields.find(kind.name + "." + field);
    if (right != ctx.actor().fields.end() && right->second.is_hidden)
        return Error{Errc::forbidden, "field_permission", "您的角色不能查看电话"};
    auto const write = scope.explain(kind.name, Power::write, input.id.value());
    if (!write || !write->is_allowed)
        return Error{Errc::forbidden, "reveal", "只有负责人和有编辑权的人可以查看完整电话"};
    auto value = ctx.sql().value<std::string>(
        "select nullif(" + field + ", '') from " + kind.table + " where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    ctx.audit({kind.name, input.id.value(), kind.name + ".reveal", {}, {}, {}});
    return Revealed{input.id, std::move(value)};
}

Result<Revealed> reveal_customer(Context& ctx, Reveal const& input) {
    return reveal(ctx, record_kind("customer"), input);
}
Result<Revealed> reveal_contact(Context& ctx, Reveal const& input) {
    return reveal(ctx, record_kind("contact"), input);
}
Result<Revealed> reveal_lead(Context& ctx, Reveal const& input) { return reveal(ctx, record_kind("lead"), input); }

// Reading, though it leaves a line in the log: a company whose time is over can still read.
constexpr Operation<Reveal, Revealed> customer_reveal{"customer.reveal", "查看客户完整电话",
                                                      "customer.view",   Effect::reads,
                                                      reveal_customer,   {"POST", "/customers/{id}/reveal"}};
constexpr Operation<Reveal, Revealed> contact_reveal{"contact.reveal", "查看联系人完整电话",
                                                     "contact.view",   Effect::reads,
                                                     reveal_contact,   {"POST", "/contacts/{id}/reveal"}};
constexpr Operation<Reveal, Revealed> lead_reveal{"lead.reveal", "查看线索完整电话", "lead.view",
                                                  Effect::reads, reveal_lead,        {"POST", "/leads/{id}/reveal"}};

}  // namespace

void add_fields(Catalogue& catalogue) {
    catalogue.add(customer_reveal);
    catalogue.add(contact_reveal);
    catalogue.add(lead_reveal);
}

}  // namespace wescrm::operation
