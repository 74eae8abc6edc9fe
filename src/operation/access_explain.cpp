#include "access_kinds.hpp"
#include "own_operations.hpp"

#include <algorithm>

namespace wescrm::operation {
namespace {

using RecordId = StrongId<struct ExplainedRecordIdTag, std::int64_t>;

struct ExplainInput {
    RecordId id;
    std::optional<UserId> user_id;  ///< whose sight is asked for; absent: the actor's own
};
BOOST_DESCRIBE_STRUCT(ExplainInput, (), (id, user_id))

struct Answer {
    bool allowed = false;
    std::vector<std::string> because;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (allowed, because))

struct Explained {
    Answer read;
    Answer write;
};
BOOST_DESCRIBE_STRUCT(Explained, (), (read, write))

Answer answer_of(Verdict verdict) { return {verdict.is_allowed, std::move(verdict.because)}; }

std::optional<Explained> judged(AccessScope const& scope, std::string_view kind, std::int64_t id) {
    auto read = scope.explain(kind, Power::read, id);
    if (!read) return std::nullopt;
    auto write = scope.explain(kind, Power::write, id);
    return Explained{answer_of(std::move(*read)), answer_of(write.value())};
}

Result<Explained> explain(Context& ctx, RecordKind const& kind, ExplainInput const& input) {
    auto const is_oneself = !input.user_id || *input.user_id == ctx.actor().user_id;
    if (!is_oneself && !ctx.may("org.manage"))
        return Error{Errc::forbidden, "permission", "只有管理员可以查询他人的数据权限"};
    auto const nothing = Error{Errc::not_found, kind.name, "没有这条" + kind.title};
    auto explained = judged(ctx.scope(), kind.name, input.id.value());
    if (!explained) return nothing;
    if (is_oneself) return *explained;
    auto const other = load_actor(ctx.sql(), ctx.tenant(), *input.user_id, ctx.actor().channel);
    if (!other && other.error().code == Errc::not_found) return invalid_field("user_id", "没有这位员工");
    if (!other) {
        auto const refused = Answer{false, {"账号已停用"}};
        return Explained{refused, refused};
    }
    return judged(ctx.scope_of(*other), kind.name, input.id.value()).value();
}

/// A kind's name as a template argument.
template <std::size_t Length>
struct Name {
    constexpr Name(char const (&name)[Length]) { std::copy_n(name, Length, text); }  // NOLINT: explaining<"customer">
    char text[Length]{};
};

template <Name Kind>
Result<Explained> explain_kind(Context& ctx, ExplainInput const& input) {
    return explain(ctx, record_kind(Kind.text), input);
}

template <Name Kind>
constexpr Operation<ExplainInput, Explained> explaining(std::string_view name, std::string_view title,
                                                        std::string_view path) {
    return {name, title, "self", Effect::reads, explain_kind<Kind>, {"GET", path}};
}

constexpr auto explain_customer =
    explaining<"customer">("customer.explain", "解释客户的权限", "/customers/{id}/explain");
constexpr auto explain_contact = explaining<"contact">("contact.explain", "解释联系人的权限", "/contacts/{id}/explain");
constexpr auto explain_followup =
    explaining<"followup">("followup.explain", "解释跟进记录的权限", "/followups/{id}/explain");
constexpr auto explain_task = explaining<"task">("task.explain", "解释任务的权限", "/tasks/{id}/explain");
constexpr auto explain_quote = explaining<"quote">("quote.explain", "解释报价单的权限", "/quotes/{id}/explain");
constexpr auto explain_invoice = explaining<"invoice">("invoice.explain", "解释发票的权限", "/invoices/{id}/explain");
constexpr auto explain_opportunity =
    explaining<"opportunity">("opportunity.explain", "解释商机的权限", "/opportunities/{id}/explain");
constexpr auto explain_contract =
    explaining<"contract">("contract.explain", "解释合同的权限", "/contracts/{id}/explain");
constexpr auto explain_order = explaining<"order">("order.explain", "解释订单的权限", "/orders/{id}/explain");
constexpr auto explain_plan =
    explaining<"payment_plan">("payment_plan.explain", "解释回款计划的权限", "/payment-plans/{id}/explain");
constexpr auto explain_payment = explaining<"payment">("payment.explain", "解释回款的权限", "/payments/{id}/explain");

}  // namespace

void add_explanations(Catalogue& catalogue) {
    catalogue.add(explain_customer);
    catalogue.add(explain_contact);
    catalogue.add(explain_followup);
    catalogue.add(explain_task);
    catalogue.add(explain_quote);
    catalogue.add(explain_invoice);
    catalogue.add(explain_opportunity);
    catalogue.add(explain_contract);
    catalogue.add(explain_order);
    catalogue.add(explain_plan);
    catalogue.add(explain_payment);
}

}  // namespace wescrm::operation
