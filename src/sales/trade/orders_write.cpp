#include "changes.hpp"
#include "contact_links.hpp"
#include "contracts.hpp"
#include "followups.hpp"
#include "money_bearer.hpp"
#include "numbers.hpp"
#include "orders.hpp"

#include <wescrm/sales/contract.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

/// What an order hangs on, checked: contact and contract of the same customer.
Result<void> check_links(operation::Context& ctx, CustomerId customer, std::optional<ContactId> const& contact,
                         std::optional<ContractId> const& contract) {
    if (contact && !works_at(ctx, *contact, customer)) return invalid_field("contact_id", "该客户没有这位联系人");
    if (!contract) return {};
    if (auto const may = insist_on_contracts(ctx); !may) return may.error();
    auto const status = ctx.sql().value<std::string>(
        "select status from contract where tenant_id = :tenant and id = :id and customer_id = :customer",
        {bind("tenant", ctx.tenant()), bind("id", *contract), bind("customer", customer)});
    if (!status || !ctx.scope().allows("contract", operation::Power::read, contract->value()))
        return invalid_field("contract_id", "该客户没有这份合同，或您看不到它");
    if (*status == "void" || *status == "terminated")
        return invalid_field("contract_id", "合同" + std::string{status_label(*status)} + "，不能再挂订单");
    return {};
}

std::optional<DepartmentId> department_of(operation::Context& ctx, EmployeeId employee) {
    return ctx.sql().value<DepartmentId>(
        "select main_department_id from employee where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", employee)});
}

OrderId insert(operation::Context& ctx, CreateOrder const& input, std::string const& name, EmployeeId owner,
               std::int64_t discount_bp, Money amount, std::string const& currency) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<OrderId>(
            "insert into sales_order (tenant_id, no, name, customer_id, contact_id, opportunity_id, contract_id, "
            "owner_id, "
            "owner_department_id, ordered_on, ends_on, delivery_on, payment_terms, remark, discount_bp, currency, "
            "amount_fen, "
            "created_at, "
            "updated_at, created_by) values (:tenant, :no, :name, :customer, :contact, :opportunity, :contract, "
            ":owner, "
            ":department, :ordered, :ends, :delivery, :terms, :remark, :discount, :currency, :amount, :now, :now, "
            ":actor) "
            "returning id",
            {bind("tenant", ctx.tenant()), bind("no", next_number(ctx, "order")), bind("name", name),
             bind("customer", input.customer_id), bind("contact", input.contact_id),
             bind("opportunity", input.opportunity_id), bind("contract", input.contract_id), bind("owner", owner),
             bind("department", department_of(ctx, owner)), bind("ordered", input.ordered_on.value_or(ctx.today())),
             bind("ends", input.ends_on), bind("delivery", input.delivery_on),
             bind("terms", input.payment_terms.value_or("")), bind("remark", input.remark.value_or("")),
             bind("discount", discount_bp), bind("currency", currency), bind("amount", amount), bind("now", ctx.now()),
             bind("actor", actor)})
        .value();
}

json::Document json_of(OrderDetail const& order) {
    auto document = operation::write_output(order);
    for (auto const* derived : {"plans", "payments", "updated_at", "version"}) document.RemoveMember(derived);
    return document;
}

struct NewMoney {
    Money amount;
    double discount_percent = 0;
    std::optional<std::vector<StoredLine>> lines;
};

// What is in force bears money already: it must stay above what was received, planned and invoiced.
Result<void> check_new_amount(operation::Context& ctx, LockedDocument const& locked, NewMoney const& next,
                              std::vector<StoredLine> const& lines, Consent consent) {
    auto const amount = next.amount;
    if (auto const covers = insist_covers(ctx, OrderId{locked.id}, amount, locked.currency); !covers)
        return covers.error();
    if (consent == Consent::none && is_live(locked.status) &&
        approval::is_needed(
            ctx, triggers_of(amount_trigger("order", "订单", amount, locked.currency), lines, next.discount_percent)))
        return Error{Errc::conflict, "needs_approval",
                     "已生效订单改成这个金额需要审批：请提交「变更」，审批通过后自动生效"};
    return {};
}

Result<NewMoney> new_money(operation::Context& ctx, ChangeOrder const& input, LockedDocument const& locked,
                           Order const& before, Consent consent) {
    auto const old_lines = stored_lines(ctx, order_lines, locked.id);
    auto next = NewMoney{locked.amount, input.discount_percent.value_or(before.discount_percent), std::nullopt};
    if (!input.lines && !input.amount_fen && !input.discount_percent) return next;
    auto const discount = whole_discount(next.discount_percent);
    if (!discount) return discount.error();
    if (input.lines) {
        auto const pricing =
            Pricing{locked.customer, locked.owner, input.ordered_on.value_or(before.ordered_on), locked.currency};
        auto lines = price_lines(ctx, pricing, *input.lines, old_lines);
        if (!lines) return lines.error();
        next.lines = std::move(*lines);
    }
    auto const& lines = next.lines ? *next.lines : old_lines;
    auto const typed = input.amount_fen || !lines.empty() ? input.amount_fen : std::optional{locked.amount};
    auto const amount = amount_of(lines, *discount, typed, locked.currency);
    if (!amount) return amount.error();
    next.amount = *amount;
    if (auto const right = check_new_amount(ctx, locked, next, lines, consent); !right) return right.error();
    return next;
}

}  // namespace

Result<OrderDetail> make_order(operation::Context& ctx, CreateOrder const& input, CustomWrite how) {
    auto const customer = customer_for(ctx, input.customer_id);
    if (!customer) return customer.error();
    auto const owner = document_owner(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    if (auto const right = check_links(ctx, input.customer_id, input.contact_id, input.contract_id); !right)
        return right.error();
    if (auto const right = check_opportunity(ctx, input.customer_id, input.opportunity_id); !right)
        return right.error();
    auto const day = input.ordered_on.value_or(ctx.today());
    auto const priced_on = input.lines.empty() ? std::nullopt : std::optional{day};
    auto const currency =
        currency_for(ctx, input.currency, {input.customer_id, input.opportunity_id, input.contract_id, priced_on});
    if (!currency) return currency.error();
    auto const pricing = Pricing{input.customer_id, *owner, day, *currency};
    auto const lines = price_lines(ctx, pricing, input.lines, {});
    if (!lines) return lines.error();
    auto const discount = whole_discount(input.discount_percent.value_or(0));
    if (!discount) return discount.error();
    auto const amount = amount_of(*lines, *discount, input.amount_fen, *currency);
    if (!amount) return amount.error();
    auto const id = insert(ctx, input, input.name.value_or(*customer), *owner, *discount, *amount, *currency);
    if (auto const own = insist_own_or_below(ctx, order_kind, id.value()); !own) return own.error();
    write_lines(ctx, order_lines, id.value(), *lines);
    if (auto const kept = write_custom(ctx, {"order", "sales_order", id.value()}, input.custom, how); !kept)
        return kept.error();
    auto made = order_detail(ctx, id);
    audit_document(ctx, order_kind, id.value(), "order.create", json::Document{rapidjson::kObjectType}, json_of(made));
    return made;
}

Result<OrderDetail> create_order(operation::Context& ctx, CreateOrder const& input) {
    return make_order(ctx, input, CustomWrite::create);
}

Result<OrderDetail> change_order(operation::Context& ctx, ChangeOrder const& input) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    if (auto const free = insist_not_changing(ctx, order_kind, *locked); !free) return free.error();
    return change_order_with(ctx, input, Consent::none);
}

Result<OrderDetail> change_order_with(operation::Context& ctx, ChangeOrder const& input, Consent consent) {
    auto const is_agreed = consent == Consent::given;
    auto const locked = lock_to_change(ctx, order_kind, input.id.value(), consent);
    if (!locked) return locked.error();
    auto const may = insist_state(order_kind, *locked, is_agreed ? std::nullopt : std::optional{input.version},
                                  {"draft", "rejected", "in_force", "executing"}, "修改");
    if (!may) return may.error();
    auto const before = order_detail(ctx, input.id);
    auto const contact = patched(input.contact_id, before.contact_id);
    auto const contract = patched(input.contract_id, before.contract_id);
    auto const new_contract = contract == before.contract_id ? std::nullopt : contract;
    // Whoever agrees may not see all of it; it was looked at when the change was asked for.
    if (!is_agreed) {
        if (auto const right = check_links(ctx, locked->customer, contact, new_contract); !right) return right.error();
        if (new_contract)
            if (auto const same = check_same_currency(ctx, locked->currency, *new_contract); !same) return same.error();
        if (auto const right = check_opportunity(ctx, locked->customer, input.opportunity_id.value); !right)
            return right.error();
    }
    auto const money = new_money(ctx, input, *locked, before, consent);
    if (!money) return money.error();
    ctx.sql().execute(
        "update sales_order set name = :name, contact_id = :contact, opportunity_id = :opportunity, contract_id = "
        ":contract, ordered_on = :ordered, ends_on = :ends, delivery_on = :delivery, payment_terms = :terms, remark = "
        ":remark, discount_bp = :discount, amount_fen = :amount, version = version + 1, updated_at = :now where "
        "tenant_id = :tenant and id = "
        ":id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", input.name.value_or(before.name)),
         bind("contact", contact), bind("opportunity", patched(input.opportunity_id, before.opportunity_id)),
         bind("contract", contract), bind("ordered", input.ordered_on.value_or(before.ordered_on)),
         bind("ends", patched(input.ends_on, before.ends_on)),
         bind("delivery", patched(input.delivery_on, before.delivery_on)),
         bind("terms", patched(input.payment_terms, before.payment_terms)),
         bind("remark", patched(input.remark, before.remark)),
         bind("discount", exact_percent(money->discount_percent).value_or(0)), bind("amount", money->amount),
         bind("now", ctx.now())});
    if (auto const kept =
            write_custom(ctx, {"order", "sales_order", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    if (money->lines) write_lines(ctx, order_lines, input.id.value(), *money->lines);
    recompute_order_money(ctx, input.id);
    auto after = order_detail(ctx, input.id);
    audit_document(ctx, order_kind, input.id.value(), "order.change", json_of(before), json_of(after));
    return after;
}

Result<Nothing> delete_order(operation::Context& ctx, OneOrder const& input) {
    auto const locked = lock_document(ctx, order_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(order_kind, *locked, input.version, {"draft", "rejected"}, "删除；已生效的请作废");
    if (!may) return may.error();
    auto const before = order_detail(ctx, input.id);
    if (auto const gone = take_away_order(ctx, *locked); !gone) return gone.error();
    drop_followups_of(ctx, TargetType::order, RecordId{input.id.value()});
    audit_document(ctx, order_kind, input.id.value(), "order.delete", json_of(before),
                   json::Document{rapidjson::kObjectType});
    return Nothing{};
}

}  // namespace wescrm::sales
