#include "access_kinds.hpp"
#include "own_operations.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/own_secrets.hpp>

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

constexpr std::string_view own = "custom.";

// Whether a field of this name is shown to some in part only.
bool is_covered(Context& ctx, RecordKind const& kind, std::string const& field) {
    if (!field.starts_with(own)) return kind.name != "opportunity" && (field == "mobile" || field == "phone");
    return ctx.sql()
        .value<int>(
            "select 1 from field where tenant_id = :tenant and object = :kind and key = :key and deleted_at is null "
            "and ((definition ->> 'masked')::boolean or type in ('mobile', 'phone'))",
            {bind("tenant", ctx.tenant()), bind("kind", kind.name), bind("key", field.substr(own.size()))})
        .has_value();
}

std::optional<std::string> whole_value(Context& ctx, RecordKind const& kind, std::string const& field, RevealedId id) {
    auto const is_own = field.starts_with(own);
    auto const key = is_own ? field.substr(own.size()) : std::string{};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", id)};
    if (is_own) params.add(bind("key", key));
    auto value = ctx.sql().value<std::string>("select nullif(" + (is_own ? "custom ->> :key" : field) + ", '') from " +
                                                  kind.table + " where tenant_id = :tenant and id = :id",
                                              params);
    if (value && is_sealed(*value)) return open_own(ctx, kind.name, key, *value);
    return value;
}

// The whole value, to whoever may change the record; who looked is logged.
Result<Revealed> reveal(Context& ctx, RecordKind const& kind, Reveal const& input) {
    auto const field = input.field.value_or("mobile");
    if (!is_covered(ctx, kind, field)) return invalid_field("field", "没有这个可以查看完整内容的字段");
    auto const nothing = Error{Errc::not_found, kind.name, "没有这条" + kind.title};
    auto const scope = ctx.scope();
    auto const read = scope.explain(kind.name, Power::read, input.id.value());
    if (!read || !read->is_allowed) return nothing;
    auto const right = ctx.actor().fields.find(kind.name + "." + field);
    if (right != ctx.actor().fields.end() && right->second.is_hidden)
        return Error{Errc::forbidden, "field_permission",
                     field.starts_with(own) ? "您的角色不能查看这一项" : "您的角色不能查看电话"};
    auto const write = scope.explain(kind.name, Power::write, input.id.value());
    if (!write || !write->is_allowed)
        return Error{Errc::forbidden, "reveal",
                     field.starts_with(own) ? "只有负责人和有编辑权的人可以查看完整内容"
                                            : "只有负责人和有编辑权的人可以查看完整电话"};
    auto value = whole_value(ctx, kind, field, input.id);
    auto const looked_at = field.starts_with(own) ? R"({"field":")" + field + "\"}" : std::string{};
    ctx.audit({kind.name, input.id.value(), kind.name + ".reveal", {}, looked_at, {}});
    return Revealed{input.id, std::move(value)};
}

Result<Revealed> reveal_customer(Context& ctx, Reveal const& input) {
    return reveal(ctx, record_kind("customer"), input);
}
Result<Revealed> reveal_contact(Context& ctx, Reveal const& input) {
    return reveal(ctx, record_kind("contact"), input);
}
Result<Revealed> reveal_lead(Context& ctx, Reveal const& input) { return reveal(ctx, record_kind("lead"), input); }
Result<Revealed> reveal_opportunity(Context& ctx, Reveal const& input) {
    return reveal(ctx, record_kind("opportunity"), input);
}

// Reading, though it leaves a line in the log: a company whose time is over can still read.
constexpr Operation<Reveal, Revealed> customer_reveal{"customer.reveal", "查看客户完整电话",
                                                      "customer.view",   Effect::reads,
                                                      reveal_customer,   {"POST", "/customers/{id}/reveal"}};
constexpr Operation<Reveal, Revealed> contact_reveal{"contact.reveal", "查看联系人完整电话",
                                                     "contact.view",   Effect::reads,
                                                     reveal_contact,   {"POST", "/contacts/{id}/reveal"}};
constexpr Operation<Reveal, Revealed> lead_reveal{"lead.reveal", "查看线索完整电话", "lead.view",
                                                  Effect::reads, reveal_lead,        {"POST", "/leads/{id}/reveal"}};
constexpr Operation<Reveal, Revealed> opportunity_reveal{"opportunity.reveal", "查看商机完整内容",
                                                         "opportunity.view",   Effect::reads,
                                                         reveal_opportunity,   {"POST", "/opportunities/{id}/reveal"}};

}  // namespace

void add_fields(Catalogue& catalogue) {
    catalogue.add(customer_reveal);
    catalogue.add(contact_reveal);
    catalogue.add(lead_reveal);
    catalogue.add(opportunity_reveal);
}

}  // namespace wescrm::operation
