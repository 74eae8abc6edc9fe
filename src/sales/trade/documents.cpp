#include "documents.hpp"

#include "deal_work.hpp"
#include "money_bearer.hpp"
#include "typed_filter.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/sales_rules.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

std::string label(std::string_view status) { return "「" + std::string{status_label(status)} + "」"; }

Error wrong_state(DocumentKind const& kind, LockedDocument const& locked, std::string_view verb) {
    return {
        Errc::conflict, std::string{kind.kind} + "_state",
        std::string{kind.title} + " " + locked.no + " 现在是" + label(locked.status) + "，不能" + std::string{verb}};
}

}  // namespace

Error no_document(DocumentKind const& kind) {
    return {Errc::not_found, std::string{kind.kind}, "没有这个" + std::string{kind.title} + "，或您看不到它"};
}

std::optional<LockedDocument> lock_unasked(operation::Context& ctx, DocumentKind const& kind, std::int64_t id) {
    auto const row =
        ctx.sql()
            .row<std::string, std::string, CustomerId, std::string, EmployeeId, Money, std::string, std::int64_t,
                 std::string>(
                "select " + std::string{kind.number_sql} + ", " + std::string{kind.name_sql} +
                    ", d.customer_id, c.name, d.owner_id, d.amount_fen, d.status, d.version, d.currency from " +
                    std::string{kind.table} +
                    " d join customer c on c.tenant_id = d.tenant_id and c.id = d.customer_id where d.tenant_id = "
                    ":tenant "
                    "and d.id = :id for update of d",
                {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [no, name, customer, customer_name, owner, amount, status, version, currency] = *row;
    return LockedDocument{id, no, name, customer, customer_name, owner, amount, status, version, currency};
}

Result<LockedDocument> lock_document(operation::Context& ctx, DocumentKind const& kind, std::int64_t id, Need need) {
    auto const found = lock_unasked(ctx, kind, id);
    auto const scope = ctx.scope();
    if (!found || !scope.allows(kind.kind, Power::read, id)) return no_document(kind);
    if (need == Need::write && !scope.allows(kind.kind, Power::write, id))
        return Error{Errc::forbidden, std::string{kind.kind} + "_edit",
                     "您可以查看但不能修改" + std::string{kind.title} + " " + found->no + "，请联系它的负责人"};
    return *found;
}

Result<void> insist_state(DocumentKind const& kind, LockedDocument const& locked, std::optional<std::int64_t> version,
                          std::initializer_list<std::string_view> states, std::string_view verb) {
    if (auto const fresh = insist_version(version, locked.version); !fresh) return fresh.error();
    if (std::ranges::find(states, locked.status) != states.end()) return {};
    if (locked.status == "in_review")
        return Error{Errc::conflict, "in_review",
                     std::string{kind.title} + " " + locked.no + " 正在审核，请先撤回审批再" + std::string{verb}};
    return wrong_state(kind, locked, verb);
}

Result<void> move_to(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked,
                     std::string_view status, std::string_view action, std::string const& reason,
                     std::string_view more) {
    if (!may_become(kind.kind, locked.status, status)) return wrong_state(kind, locked, "变为" + label(status));
    ctx.sql().execute(
        "update " + std::string{kind.table} +
            " set status = :status, status_reason = :reason, updated_at = :now, version = version + 1" +
            (kind.kind == order_kind.kind ? ", state_id = null" : "") +  // it was one within the old status
            (more.empty() ? "" : ", ") + std::string{more} + " where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", locked.id), bind("status", status), bind("reason", reason),
         bind("now", ctx.now())});
    ctx.audit({std::string{kind.kind}, locked.id, std::string{kind.kind} + "." + std::string{action},
               R"({"status":")" + locked.status + "\"}", R"({"status":")" + std::string{status} + "\"}", reason});
    if (kind.kind == contract_kind.kind) follow_contract(ctx, ContractId{locked.id});
    return {};
}

Result<bool> submit(operation::Context& ctx, DocumentKind const& kind, LockedDocument const& locked,
                    std::vector<approval::Trigger> triggers,
                    std::function<Result<void>(LockedDocument const&)> const& put_in_force) {
    auto request = approval::Request{};
    request.kind = std::string{kind.kind} + ".submit";
    request.subject_type = kind.kind;
    request.subject_id = locked.id;
    request.subject_no = locked.no;
    request.subject_name = locked.name;
    request.customer_name = locked.customer_name;
    // Amounts of approvals are in the home currency; another one is told in words.
    if (!is_foreign(locked.currency)) request.amount = locked.amount;
    request.owner = locked.owner;
    request.triggers = std::move(triggers);
    auto const waits = approval::request(ctx, request);
    if (!waits) return waits.error();
    if (*waits) {
        if (auto const moved = move_to(ctx, kind, locked, "in_review", "submit"); !moved) return moved.error();
        return true;
    }
    if (auto const done = put_in_force(locked); !done) return done.error();
    return false;
}

approval::Subject subject_of(DocumentKind const& kind,
                             Result<void> (*put_in_force)(operation::Context&, LockedDocument const&)) {
    auto subject = approval::Subject{};
    subject.kind = kind.kind;
    subject.title = kind.title;
    subject.settle = [&kind, put_in_force](operation::Context& ctx, std::int64_t id, approval::Outcome outcome,
                                           std::string const& comment) -> Result<void> {
        auto const locked = lock_unasked(ctx, kind, id);
        if (!locked) return no_document(kind);
        if (outcome == approval::Outcome::approved) return put_in_force(ctx, *locked);
        if (outcome == approval::Outcome::rejected) return move_to(ctx, kind, *locked, "rejected", "reject", comment);
        return move_to(ctx, kind, *locked, "draft", "withdraw", comment);
    };
    return subject;
}

Result<EmployeeId> document_owner(operation::Context& ctx, std::optional<UserId> const& wanted) {
    if (!wanted || *wanted == ctx.actor().user_id) {
        if (ctx.actor().is_system()) return invalid_field("owner_user_id", "必填");
        return ctx.actor().employee;
    }
    auto const owner = active_employee(ctx, *wanted);
    if (!owner) return invalid_field("owner_user_id", "没有这位在职员工");
    return *owner;
}

Result<std::string> customer_for(operation::Context& ctx, CustomerId id) {
    // Nobody deletes the customer before this document is there.
    auto const name = ctx.sql().value<std::string>(
        "select name from customer where tenant_id = :tenant and id = :id and deleted_at is null for key share",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!name || !insist_visible(ctx, id)) return invalid_field("customer_id", "没有这个客户，或您看不到它");
    return *name;
}

Result<void> check_opportunity(operation::Context& ctx, CustomerId customer, std::optional<OpportunityId> const& id) {
    if (!id) return {};
    auto const is_there =
        ctx.sql()
            .value<int>(
                "select 1 from opportunity where tenant_id = :tenant and id = :id and customer_id = :customer "
                "and deleted_at is null",
                {bind("tenant", ctx.tenant()), bind("id", *id), bind("customer", customer)})
            .has_value();
    if (!is_there || !ctx.scope().allows("opportunity", operation::Power::read, id->value()))
        return invalid_field("opportunity_id", "该客户没有这个商机，或您看不到它");
    return {};
}

Result<void> insist_own_or_below(operation::Context& ctx, DocumentKind const& kind, std::int64_t id) {
    if (ctx.scope().allows(kind.kind, Power::write, id)) return {};
    return Error{Errc::forbidden, "owner", "您不能为这位员工新建" + std::string{kind.title}};
}

void audit_document(operation::Context& ctx, DocumentKind const& kind, std::int64_t id, std::string action,
                    json::Value const& before, json::Value const& after, std::string reason) {
    auto const changed = operation::difference(before, after);
    ctx.audit({std::string{kind.kind}, id, std::move(action), changed.before, changed.after, std::move(reason)});
}

void recompute_deal_status(operation::Context& ctx, CustomerId customer) {
    auto const before = ctx.sql().value<std::string>(
        "select deal_status from customer where tenant_id = :tenant and id = :id for update",
        {bind("tenant", ctx.tenant()), bind("id", customer)});
    if (!before) return;
    auto const events = sales_rules(ctx).deal_events;
    auto const counts = [&](DealEvent event) { return std::ranges::find(events, event) != events.end(); };
    // Derived: the version stays, so that nobody's form becomes stale by an order.
    auto const after = ctx.sql().value<std::string>(
        "with deal as (select min(at) as first, max(at) as last from " + deal_events("= :id") +
            ") update customer c set "
            "deal_status = coalesce(c.deal_fixed, case when d.first is null then 'open' else 'closed' end), "
            "first_deal_at "
            "= d.first, last_deal_at = d.last from deal d where c.tenant_id = :tenant and c.id = :id returning "
            "c.deal_status",
        {bind("tenant", ctx.tenant()), bind("id", customer), bind("by_order", counts(DealEvent::order)),
         bind("by_contract", counts(DealEvent::contract)), bind("by_opportunity", counts(DealEvent::opportunity))});
    recompute_due(ctx, PoolObject::customer, {customer.value()});
    if (after == before) return;
    ctx.audit({"customer",
               customer.value(),
               "customer.deal_status",
               R"({"deal_status":")" + *before + "\"}",
               R"({"deal_status":")" + after.value() + "\"}",
               {}});
}

void add_common(operation::Context& ctx, Filter& filter, DocumentKind const& kind, CommonFilters const& wanted) {
    if (wanted.q) {
        auto columns = std::string{};
        for (auto const& column : wanted.searched) columns += column + " like :q or ";
        auto const has_order = kind.kind == payment_kind.kind || kind.kind == plan_kind.kind;
        where_typed(
            ctx, filter, {kind.kind, "d", ByCustomer::keys, has_order}, *wanted.q,
            {"(" + columns +
                 "(select w.search_keys like lower(:q) from customer w where w.tenant_id = d.tenant_id and w.id = "
                 "d.customer_id))",
             {bind("q", contains_pattern(text::trim(*wanted.q)))}});
    }
    filter.where_given(wanted.owner,
                       "d.owner_id = (select w.id from employee w where w.tenant_id = :tenant and w.user_id = :owner)",
                       "owner");
    filter.where_given(
        wanted.department,
        "exists (select 1 from employee_department m join department g on g.tenant_id = m.tenant_id and "
        "g.id = m.department_id where m.tenant_id = :tenant and m.employee_id = d.owner_id and :department "
        "= any(g.path))",
        "department");
    filter.where_given(wanted.customer_id, "d.customer_id = :customer", "customer");
    if (!wanted.status.empty()) {
        auto const changing = std::ranges::find(wanted.status, "changing") != wanted.status.end();
        filter.where(changing ? "(d.status = any(:status::text[]) or d.changing)" : "d.status = any(:status::text[])",
                     "status", wanted.status);
    }
    if (wanted.is_date) {
        filter.where_given(wanted.from, wanted.dated + " >= :from_at::date", "from_at");
        filter.where_given(wanted.to, wanted.dated + " <= :to_at::date", "to_at");
        return;
    }
    if (wanted.from) filter.where(wanted.dated + " >= :from_at", "from_at", ctx.zone().start_of(*wanted.from));
    if (wanted.to) filter.where(wanted.dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*wanted.to, 1)));
}

std::string pending_approval(DocumentKind const& kind) {
    return "(select w.id from approval w where w.tenant_id = d.tenant_id and w.subject_type = '" +
           std::string{kind.kind} + "' and w.subject_id = d.id and w.status = 'pending')";
}

}  // namespace wescrm::sales
