#include "trade/changes.hpp"

#include "contracts.hpp"
#include "orders.hpp"

#include <wescrm/approval/terminate.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/document_change.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Context;

struct Member {
    std::string_view name;
    std::string_view label;
};

/// What differs between orders and contracts.
struct Changeable {
    DocumentKind const* kind;
    std::vector<Member> members;
    std::vector<std::string_view> states;
    std::function<Result<json::Document>(Context&, json::Value const& input, Consent)> apply;
    std::function<json::Document(Context&, std::int64_t id)> show;
};

template <class Input, class Output>
auto applying(Result<Output> (*change)(Context&, Input const&, Consent)) {
    return [change](Context& ctx, json::Value const& given, Consent consent) -> Result<json::Document> {
        auto const input = operation::read_input<Input>(given);
        if (!input) return input.error();
        auto const changed = change(ctx, *input, consent);
        if (!changed) return changed.error();
        return operation::write_output(*changed);
    };
}

Changeable const& changeable(std::string_view kind) {
    static auto const order = Changeable{
        &order_kind,
        {{"name", "订单名称"},
         {"contact_id", "联系人"},
         {"opportunity_id", "商机"},
         {"contract_id", "合同"},
         {"ordered_on", "下单日期"},
         {"ends_on", "到期日期"},
         {"delivery_on", "交货日期"},
         {"payment_terms", "付款条件"},
         {"remark", "备注"},
         {"lines", "产品明细"},
         {"discount_percent", "整单优惠"},
         {"amount_fen", "订单金额"}},
        {"in_force", "executing"},
        applying<ChangeOrder>(change_order_with),
        [](Context& ctx, std::int64_t id) { return operation::write_output(order_detail(ctx, OrderId{id})); }};
    static auto const contract = Changeable{
        &contract_kind,
        {{"name", "合同名称"},
         {"type", "合同类型"},
         {"our_signer", "我方签约人"},
         {"their_signer", "对方签约人"},
         {"signed_on", "签订日期"},
         {"starts_on", "开始日期"},
         {"ends_on", "结束日期"},
         {"remark", "备注"},
         {"amount_fen", "合同金额"}},
        {"in_force"},
        applying<ChangeContract>(change_contract_with),
        [](Context& ctx, std::int64_t id) { return operation::write_output(find_contract(ctx, ContractId{id})); }};
    return kind == "contract" ? contract : order;
}

bool is_nothing(json::Value const& value) {
    return value.IsNull() || (value.IsString() && value.GetStringLength() == 0);
}

std::string shown(std::string_view member, json::Value const& value, std::string_view currency) {
    if (is_nothing(value)) return "空";
    if (value.IsArray()) return std::to_string(value.Size()) + " 行";
    if (member.ends_with("_fen") && value.IsInt64())
        return format_for_people(Money::from_fen(value.GetInt64()), currency);
    if (value.IsString()) return text::truncate(json::view(value), 40);
    return json::write(value) + (member.ends_with("_percent") ? "%" : "");
}

// A line as it is typed: what a chosen product says by itself is left out.
json::Value typed_lines(json::Value const& lines, json::Allocator& allocator) {
    auto typed = json::Value{rapidjson::kArrayType};
    for (auto const& line : lines.GetArray()) {
        auto one = json::Value{rapidjson::kObjectType};
        auto const* product = json::find(line, "product_id");
        auto const has_product = product && !product->IsNull();
        for (auto const* member : {"product_id", "product_name", "unit", "quantity", "price_e4", "discount_percent"}) {
            auto const says_product = std::string_view{member} == "product_name" || std::string_view{member} == "unit";
            auto const* value = json::find(line, member);
            if (!value || is_nothing(*value) || (has_product && says_product)) continue;
            json::set(one, member, json::Value{*value, allocator}, allocator);
        }
        typed.PushBack(std::move(one), allocator);
    }
    return typed;
}

/// What a change would do, found by doing it.
struct Difference {
    json::Document wanted{rapidjson::kObjectType};
    json::Document before{rapidjson::kObjectType};
    json::Document after{rapidjson::kObjectType};
    std::vector<std::string> words;
};

Difference difference_of(Changeable const& what, json::Value const& before, json::Value const& after) {
    auto found = Difference{};
    auto const* lines = json::find(after, "lines");
    auto const currency = json::find_string(after, "currency").value_or("");
    auto const has_lines = lines && lines->IsArray() && !lines->Empty();
    for (auto const& [name, label] : what.members) {
        auto const* old = json::find(before, name);
        auto const* now = json::find(after, name);
        if (!old || !now || *old == *now) continue;
        json::set(found.before, name, json::Value{*old, found.before.GetAllocator()}, found.before.GetAllocator());
        json::set(found.after, name, json::Value{*now, found.after.GetAllocator()}, found.after.GetAllocator());
        found.words.push_back(std::string{label} + " " + shown(name, *old, currency) + " → " +
                              shown(name, *now, currency));
        if (name == "amount_fen" && has_lines) continue;  // the sum of the lines
        auto& allocator = found.wanted.GetAllocator();
        auto typed = is_nothing(*now)  ? json::Value{}
                     : name == "lines" ? typed_lines(*now, allocator)
                                       : json::Value{*now, allocator};
        json::set(found.wanted, name, std::move(typed), allocator);
    }
    return found;
}

using Trying = std::function<Result<json::Document>()>;

Result<json::Document> try_out(Context& ctx, Trying const& change) {
    ctx.sql().script("savepoint document_change");
    auto after = change();
    ctx.sql().script("rollback to savepoint document_change; release savepoint document_change");
    return after;
}

struct Pending {
    RecordId id;
    std::string wanted;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Pending, (), (id, wanted, reason))

std::optional<Pending> pending_change(Context& ctx, std::string_view kind, std::int64_t id) {
    return ctx.sql().record<Pending>(
        "select id, wanted::text, reason from document_change where tenant_id = :tenant and object = :kind and "
        "document_id = :id and status = 'pending' for update",
        {bind("tenant", ctx.tenant()), bind("kind", kind), bind("id", id)});
}

RecordId insert(Context& ctx, Changeable const& what, std::int64_t id, Difference const& change,
                std::string const& reason) {
    return ctx.sql()
        .value<RecordId>(
            "insert into document_change (tenant_id, object, document_id, reason, wanted, before, after, summary, "
            "created_at, created_by) values (:tenant, :kind, :id, :reason, :wanted::jsonb, :before::jsonb, "
            ":after::jsonb, :summary, :now, :me) returning id",
            {bind("tenant", ctx.tenant()), bind("kind", what.kind->kind), bind("id", id), bind("reason", reason),
             bind("wanted", json::write(change.wanted)), bind("before", json::write(change.before)),
             bind("after", json::write(change.after)), bind("summary", text::join(change.words, "；")),
             bind("now", ctx.now()), bind("me", ctx.actor().employee)})
        .value();
}

// Whether a change waits is said where the reason of a state is said.
void say_state(Context& ctx, DocumentKind const& kind, std::int64_t id, bool is_changing, std::string const& words) {
    ctx.sql().execute("update " + std::string{kind.table} +
                          " set status_reason = :words, changing = :changing, version = version + 1, updated_at = :now "
                          "where tenant_id = "
                          ":tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("words", words),
                       bind("changing", is_changing), bind("now", ctx.now())});
}

void end(Context& ctx, RecordId change, std::string_view status) {
    ctx.sql().execute(
        "update document_change set status = :status, ended_at = :now, ended_by = :me where tenant_id = :tenant and "
        "id = :id",
        {bind("tenant", ctx.tenant()), bind("id", change), bind("status", status), bind("now", ctx.now()),
         bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee})});
}

Result<void> apply(Context& ctx, Changeable const& what, std::int64_t id, Pending const& pending) {
    auto input = json::parse(pending.wanted).value();
    json::set(input, "id", std::to_string(id), input.GetAllocator());
    json::set(input, "version", json::Value{1}, input.GetAllocator());
    auto const done = what.apply(ctx, input, Consent::given);
    if (!done) return done.error();
    end(ctx, pending.id, "applied");
    return {};
}

Result<std::optional<approval::ApprovalId>> ask(Context& ctx, Changeable const& what, LockedDocument const& locked,
                                                Difference const& change, std::string const& reason) {
    auto const* amount = json::find(change.after, "amount_fen");
    auto request = approval::Request{};
    request.kind = std::string{what.kind->kind} + ".change";
    request.subject_type = what.kind->kind;
    request.subject_id = locked.id;
    request.subject_no = locked.no;
    request.subject_name = locked.name;
    request.customer_name = locked.customer_name;
    if (!is_foreign(locked.currency)) request.amount = amount ? Money::from_fen(amount->GetInt64()) : locked.amount;
    request.owner = locked.owner;
    request.triggers = {
        {approval::always, locked.amount, "变更：" + text::join(change.words, "；") + "（原因：" + reason + "）"}};
    return approval::request(ctx, request);
}

Result<void> request_change(Context& ctx, Changeable const& what, std::int64_t id, std::string const& reason,
                            Trying const& trying) {
    auto const locked = lock_document(ctx, *what.kind, id, Need::write);
    if (!locked) return locked.error();
    if (auto const free = insist_not_changing(ctx, *what.kind, *locked); !free) return free.error();
    if (std::ranges::find(what.states, locked->status) == what.states.end())
        return Error{Errc::conflict, std::string{what.kind->kind} + "_state",
                     std::string{what.kind->title} + " " + locked->no + " 现在是「" +
                         std::string{status_label(locked->status)} + "」，只有已生效的才需要变更"};
    auto const before = what.show(ctx, id);
    auto const after = try_out(ctx, trying);
    if (!after) return after.error();
    auto const change = difference_of(what, before, *after);
    if (change.words.empty()) return Error{Errc::conflict, "no_change", "没有任何改动"};
    auto const made = insert(ctx, what, id, change, reason);
    ctx.audit({std::string{what.kind->kind}, id, std::string{what.kind->kind} + ".request_change",
               json::write(change.before), json::write(change.after), reason});
    auto const waits = ask(ctx, what, *locked, change, reason);
    if (!waits) return waits.error();
    if (!*waits) return apply(ctx, what, id, {made, json::write(change.wanted), reason});
    say_state(ctx, *what.kind, id, true, "变更中：" + reason);
    return {};
}

Result<void> settle(Context& ctx, Changeable const& what, std::int64_t id, Pending const& pending,
                    approval::Outcome outcome, std::string const& comment) {
    if (!lock_unasked(ctx, *what.kind, id)) return no_document(*what.kind);
    say_state(ctx, *what.kind, id, false, {});
    if (outcome == approval::Outcome::approved) return apply(ctx, what, id, pending);
    auto const is_rejected = outcome == approval::Outcome::rejected;
    end(ctx, pending.id, is_rejected ? "rejected" : "withdrawn");
    ctx.audit({std::string{what.kind->kind},
               id,
               std::string{what.kind->kind} + (is_rejected ? ".reject_change" : ".withdraw_change"),
               {},
               {},
               comment});
    return {};
}

DocumentChanges changes_of(Context& ctx, DocumentKind const& kind, std::int64_t id) {
    auto changes = DocumentChanges{};
    for (auto const& [change, reason, summary, before, after, status, at, user, name, ended] :
         ctx.sql()
             .rows<RecordId, std::string, std::string, std::string, std::string, std::string, Instant,
                   std::optional<UserId>, std::optional<std::string>, std::optional<Instant>>(
                 "select h.id, h.reason, h.summary, h.before::text, h.after::text, h.status, h.created_at, e.user_id, "
                 "e.name, h.ended_at from document_change h left join employee e on e.tenant_id = h.tenant_id and e.id "
                 "= h.created_by where h.tenant_id = :tenant and h.object = :kind and h.document_id = :id order by "
                 "h.created_at desc, h.id desc",
                 {bind("tenant", ctx.tenant()), bind("kind", kind.kind), bind("id", id)}))
        changes.items.push_back({change, reason, summary, json::parse(before).value(), json::parse(after).value(),
                                 status, at, user, name, ended});
    return changes;
}

Result<DocumentChanges> list_changes(Context& ctx, DocumentKind const& kind, std::int64_t id) {
    if (!ctx.scope().allows(kind.kind, operation::Power::read, id)) return no_document(kind);
    return changes_of(ctx, kind, id);
}

template <class Input, class Output>
Trying trying(Context& ctx, Input const& input, Result<Output> (*change)(Context&, Input const&, Consent)) {
    return [&ctx, &input, change]() -> Result<json::Document> {
        auto const changed = change(ctx, input, Consent::asking);
        if (!changed) return changed.error();
        return operation::write_output(*changed);
    };
}

}  // namespace

Result<LockedDocument> lock_to_change(Context& ctx, DocumentKind const& kind, std::int64_t id, Consent consent) {
    if (consent != Consent::given) return lock_document(ctx, kind, id, Need::write);
    auto const locked = lock_unasked(ctx, kind, id);
    if (!locked) return no_document(kind);
    return *locked;
}

Result<void> insist_not_changing(Context& ctx, DocumentKind const& kind, LockedDocument const& locked) {
    if (!pending_change(ctx, kind.kind, locked.id)) return {};
    return Error{Errc::conflict, "changing",
                 std::string{kind.title} + " " + locked.no + " 的变更正在等待审批，请等待结果，或先撤回变更"};
}

approval::Subject with_changes(approval::Subject subject) {
    subject.settle = [kind = subject.kind, usual = std::move(subject.settle)](
                         Context& ctx, std::int64_t id, approval::Outcome outcome,
                         std::string const& comment) -> Result<void> {
        auto const pending = pending_change(ctx, kind, id);
        if (pending) return settle(ctx, changeable(kind), id, *pending, outcome, comment);
        return usual(ctx, id, outcome, comment);
    };
    return subject;
}

Result<OrderDetail> request_order_change(Context& ctx, RequestOrderChange const& input) {
    auto const& what = changeable("order");
    // A form sends the amount along; one that stays follows from lines and discount.
    auto wanted = static_cast<ChangeOrder const&>(input);
    auto const now = find_order(ctx, input.id);
    if (now && wanted.amount_fen == now->amount_fen) wanted.amount_fen.reset();
    auto const asked = request_change(ctx, what, input.id.value(), input.change_reason,
                                      trying<ChangeOrder>(ctx, wanted, change_order_with));
    if (!asked) return asked.error();
    return order_detail(ctx, input.id);
}

Result<Contract> request_contract_change(Context& ctx, RequestContractChange const& input) {
    auto const& what = changeable("contract");
    auto const asked = request_change(ctx, what, input.id.value(), input.change_reason,
                                      trying<ChangeContract>(ctx, input, change_contract_with));
    if (!asked) return asked.error();
    return find_contract(ctx, input.id);
}

Result<DocumentChanges> list_order_changes(Context& ctx, OneOrder const& input) {
    return list_changes(ctx, order_kind, input.id.value());
}

Result<DocumentChanges> list_contract_changes(Context& ctx, OneContract const& input) {
    return list_changes(ctx, contract_kind, input.id.value());
}

}  // namespace wescrm::sales
