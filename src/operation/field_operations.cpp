#include "access_kinds.hpp"
#include "field_words.hpp"
#include "own_operations.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/own_secrets.hpp>

#include <array>

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

bool has_phone(std::string_view kind) { return kind == "customer" || kind == "contact" || kind == "lead"; }

// Whether a field of this name is shown to some in part only.
bool is_covered(Context& ctx, RecordKind const& kind, std::string const& field) {
    if (is_restrictable(kind.name, field) && is_masked_by_role(ctx.actor(), kind.name, field, true)) return true;
    if (!field.starts_with(own)) return has_phone(kind.name) && (field == "mobile" || field == "phone");
    return ctx.sql()
        .value<int>(
            "select 1 from field where tenant_id = :tenant and object = :kind and key = :key and deleted_at is null "
            "and ((definition ->> 'masked')::boolean or type in ('mobile', 'phone'))",
            {bind("tenant", ctx.tenant()), bind("kind", kind.name), bind("key", field.substr(own.size()))})
        .has_value();
}

// As it is kept: a price by its exact member.
std::string column_of(std::string const& field) {
    constexpr std::string_view price = "price_fen";
    constexpr std::string_view cost = "cost_fen";
    return field == price || field == cost ? field.substr(0, field.size() - 3) + "e4" : field;
}

std::optional<std::string> whole_value(Context& ctx, RecordKind const& kind, std::string const& field, RevealedId id) {
    auto const is_own = field.starts_with(own);
    auto const key = is_own ? field.substr(own.size()) : std::string{};
    auto value = ctx.sql().value<std::string>(
        "select nullif(" + std::string{is_own ? "r.custom" : "to_jsonb(r)"} + " ->> :key, '') from " + kind.table +
            " r where r.tenant_id = :tenant and r.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("key", is_own ? key : column_of(field))});
    if (value && is_sealed(*value)) return open_own(ctx, kind.name, key, *value);
    return value;
}

// What is nobody's is seen and changed by whoever has the permission.
bool is_allowed(Context& ctx, RecordKind const& kind, Power power, RevealedId id) {
    if (common_kind(kind.name)) return ctx.may(kind.name + (power == Power::read ? ".view" : ".edit"));
    auto const told = ctx.scope().explain(kind.name, power, id.value());
    return told && told->is_allowed;
}

// The whole value, to whoever may change the record; who looked is logged.
Result<Revealed> reveal(Context& ctx, RecordKind const& kind, Reveal const& input) {
    auto const field = input.field.value_or("mobile");
    if (!is_covered(ctx, kind, field)) return invalid_field("field", "没有这个可以查看完整内容的字段");
    auto const nothing = Error{Errc::not_found, kind.name, "没有这条" + kind.title};
    if (!is_allowed(ctx, kind, Power::read, input.id)) return nothing;
    auto const is_phone = is_phone_field(field) && !field.starts_with(own);
    if (is_hidden(ctx.actor(), kind.name, field))
        return Error{Errc::forbidden, "field_permission", is_phone ? "您的角色不能查看电话" : "您的角色不能查看这一项"};
    if (!is_allowed(ctx, kind, Power::write, input.id))
        return Error{
            Errc::forbidden, "reveal",
            is_phone ? "只有负责人和有编辑权的人可以查看完整电话" : "只有负责人和有编辑权的人可以查看完整内容"};
    auto value = whole_value(ctx, kind, field, input.id);
    auto const looked_at = is_phone ? std::string{} : R"({"field":")" + field + "\"}";
    ctx.audit({kind.name, input.id.value(), kind.name + ".reveal", {}, looked_at, {}});
    return Revealed{input.id, std::move(value)};
}

Result<Revealed> needs_kind(Context&, Reveal const&) { return Error{Errc::unavailable, "kind"}; }

// Reading, though it leaves a line in the log: a company whose time is over can still read.
constexpr auto reveals = std::to_array<std::pair<std::string_view, Operation<Reveal, Revealed>>>({
    {"customer",
     {"customer.reveal",
      "查看客户完整电话",
      "customer.view",
      Effect::reads,
      needs_kind,
      {"POST", "/customers/{id}/reveal"}}},
    {"contact",
     {"contact.reveal",
      "查看联系人完整电话",
      "contact.view",
      Effect::reads,
      needs_kind,
      {"POST", "/contacts/{id}/reveal"}}},
    {"lead",
     {"lead.reveal", "查看线索完整电话", "lead.view", Effect::reads, needs_kind, {"POST", "/leads/{id}/reveal"}}},
    {"opportunity",
     {"opportunity.reveal",
      "查看商机完整内容",
      "opportunity.view",
      Effect::reads,
      needs_kind,
      {"POST", "/opportunities/{id}/reveal"}}},
    {"product",
     {"product.reveal",
      "查看产品完整内容",
      "product.view",
      Effect::reads,
      needs_kind,
      {"POST", "/products/{id}/reveal"}}},
    {"quote",
     {"quote.reveal", "查看报价单完整内容", "quote.view", Effect::reads, needs_kind, {"POST", "/quotes/{id}/reveal"}}},
    {"contract",
     {"contract.reveal",
      "查看合同完整内容",
      "contract.view",
      Effect::reads,
      needs_kind,
      {"POST", "/contracts/{id}/reveal"}}},
    {"order",
     {"order.reveal", "查看订单完整内容", "order.view", Effect::reads, needs_kind, {"POST", "/orders/{id}/reveal"}}},
    {"payment_plan",
     {"payment_plan.reveal",
      "查看回款计划完整内容",
      "payment_plan.view",
      Effect::reads,
      needs_kind,
      {"POST", "/payment-plans/{id}/reveal"}}},
    {"payment",
     {"payment.reveal",
      "查看回款完整内容",
      "payment.view",
      Effect::reads,
      needs_kind,
      {"POST", "/payments/{id}/reveal"}}},
    {"invoice",
     {"invoice.reveal",
      "查看发票完整内容",
      "invoice.view",
      Effect::reads,
      needs_kind,
      {"POST", "/invoices/{id}/reveal"}}},
    {"followup",
     {"followup.reveal",
      "查看跟进记录完整内容",
      "followup.view",
      Effect::reads,
      needs_kind,
      {"POST", "/followups/{id}/reveal"}}},
    {"task",
     {"task.reveal", "查看任务完整内容", "task.view", Effect::reads, needs_kind, {"POST", "/tasks/{id}/reveal"}}},
});

}  // namespace

void add_fields(Catalogue& catalogue) {
    for (auto const& [name, operation] : reveals)
        catalogue.add(operation, [kind = record_kind(name)](Context& ctx, Reveal const& input) {
            return reveal(ctx, kind, input);
        });
}

}  // namespace wescrm::operation
