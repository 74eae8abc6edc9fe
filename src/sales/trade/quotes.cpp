#include "quotes.hpp"

#include "contact_links.hpp"
#include "contracts.hpp"
#include "fields/carry.hpp"
#include "followups.hpp"
#include "money_bearer.hpp"
#include "numbers.hpp"
#include "orders.hpp"

#include <wescrm/operation/permissions.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr int reminded_before = 3;

Result<void> check_contact(operation::Context& ctx, CustomerId customer, std::optional<ContactId> const& contact) {
    if (!contact || works_at(ctx, *contact, customer)) return {};
    return invalid_field("contact_id", "该客户没有这位联系人");
}

std::optional<Error> refuse_days(operation::Context& ctx, std::optional<Date> const& until) {
    if (until && std::chrono::sys_days{*until} < std::chrono::sys_days{ctx.today()})
        return invalid_field("valid_until", "有效期不能早于今天");
    return std::nullopt;
}

struct NewQuote {
    std::string no;
    std::int64_t revision = 1;
    std::optional<QuoteId> replaces;
    std::string name;
    EmployeeId owner;
    std::int64_t discount_bp = 0;
    Money amount;
    std::string currency;
};

QuoteId insert(operation::Context& ctx, CreateQuote const& input, NewQuote const& fresh) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<QuoteId>(
            "insert into quote (tenant_id, no, revision, replaces_id, name, customer_id, contact_id, opportunity_id, "
            "owner_id, owner_department_id, quoted_on, valid_until, terms, remark, discount_bp, currency, amount_fen, "
            "created_at, updated_at, "
            "created_by) select :tenant, :no, :revision::integer, :replaces::bigint, :name, :customer::bigint, "
            ":contact::bigint, :opportunity::bigint, :owner::bigint, e.main_department_id, :quoted::date, "
            ":until::date, "
            ":terms, :remark, :discount::integer, :currency, :amount::bigint, :now::timestamptz, :now::timestamptz, "
            ":actor::bigint from employee e "
            "where "
            "e.tenant_id = :tenant and e.id = :owner::bigint returning id",
            {bind("tenant", ctx.tenant()), bind("no", fresh.no), bind("revision", fresh.revision),
             bind("replaces", fresh.replaces), bind("name", fresh.name), bind("customer", input.customer_id),
             bind("contact", input.contact_id), bind("opportunity", input.opportunity_id), bind("owner", fresh.owner),
             bind("quoted", input.quoted_on.value_or(ctx.today())), bind("until", input.valid_until),
             bind("terms", input.terms.value_or("")), bind("remark", input.remark.value_or("")),
             bind("discount", fresh.discount_bp), bind("currency", fresh.currency), bind("amount", fresh.amount),
             bind("now", ctx.now()), bind("actor", actor)})
        .value();
}

void audit(operation::Context& ctx, QuoteId id, std::string action, std::optional<QuoteDetail> const& before,
           std::optional<QuoteDetail> const& after) {
    auto const json_of = [](std::optional<QuoteDetail> const& quote) {
        return quote ? operation::write_output(*quote) : json::Document{rapidjson::kObjectType};
    };
    audit_document(ctx, quote_kind, id.value(), std::move(action), json_of(before), json_of(after));
}

Result<LockedDocument> lock_quote(operation::Context& ctx, OneQuote const& input,
                                  std::initializer_list<std::string_view> states, std::string_view verb) {
    auto const locked = lock_document(ctx, quote_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    if (auto const may = insist_state(quote_kind, *locked, input.version, states, verb); !may) return may.error();
    return *locked;
}

// The envelope of the order that a quote becomes.
CreateContract contract_from(operation::Context& ctx, QuoteDetail const& quote) {
    auto contract = CreateContract{};
    contract.customer_id = quote.customer_id;
    contract.opportunity_id = quote.opportunity_id;
    contract.owner_user_id = quote.owner_user_id;
    contract.currency = quote.currency;
    contract.amount_fen = quote.amount_fen;
    contract.remark = "报价单 " + quote.no + (quote.terms.empty() ? "" : "，付款条件：" + quote.terms);
    contract.custom = values_from(carried_values(ctx, FieldObject::quote, quote.custom, FieldObject::contract));
    return contract;
}

// The order that was made of it gets its lines.
Result<QuoteDetail> accept_with(operation::Context& ctx, LockedDocument const& locked, QuoteDetail const& quote,
                                OrderId order) {
    write_lines(ctx, order_lines, order.value(), stored_lines(ctx, quote_lines, locked.id));
    ctx.sql().execute(
        "update sales_order set quote_id = :quote, discount_bp = :discount where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("quote", quote.id),
         bind("discount", exact_percent(quote.discount_percent).value_or(0)), bind("id", order)});
    if (auto const moved = move_to(ctx, quote_kind, locked, "accepted", "accept"); !moved) return moved.error();
    ctx.sql().execute("update quote set order_id = :order where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("order", order), bind("id", quote.id)});
    set_quote_timers(ctx, quote.id);
    return quote_detail(ctx, quote.id);
}

}  // namespace

void set_quote_timers(operation::Context& ctx, QuoteId id) {
    ctx.timers().cancel("quote", id.value());
    auto const quote = quote_detail(ctx, id);
    if (quote.status != "in_force" || !quote.valid_until) return ctx.outbox().cancel("quote", id.value());
    auto const remind_at = ctx.zone().instant({add_days(*quote.valid_until, -reminded_before), morning});
    if (remind_at > ctx.now()) ctx.timers().schedule({"quote_expiring", "quote", id.value(), remind_at, of_day});
    auto const end_at = std::max(ctx.now(), ctx.zone().start_of(add_days(*quote.valid_until, 1)));
    ctx.timers().schedule({"quote_expired", "quote", id.value(), end_at, of_day});
}

Result<void> put_quote_in_force(operation::Context& ctx, LockedDocument const& locked) {
    auto const moved =
        move_to(ctx, quote_kind, locked, "in_force", "in_force", {}, "in_force_at = coalesce(in_force_at, :now)");
    if (!moved) return moved.error();
    set_quote_timers(ctx, QuoteId{locked.id});
    return {};
}

Result<QuoteDetail> create_quote(operation::Context& ctx, CreateQuote const& input) {
    auto const customer = customer_for(ctx, input.customer_id);
    if (!customer) return customer.error();
    auto const owner = document_owner(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    if (auto const right = check_contact(ctx, input.customer_id, input.contact_id); !right) return right.error();
    if (auto const right = check_opportunity(ctx, input.customer_id, input.opportunity_id); !right)
        return right.error();
    if (auto refused = refuse_days(ctx, input.valid_until)) return *refused;
    if (input.lines.empty()) return invalid_field("lines", "请至少添加一行产品");
    auto const day = input.quoted_on.value_or(ctx.today());
    auto const currency = currency_for(ctx, input.currency, {input.customer_id, input.opportunity_id, {}, day});
    if (!currency) return currency.error();
    auto const pricing = Pricing{input.customer_id, *owner, day, *currency};
    auto const lines = price_lines(ctx, pricing, input.lines, {});
    if (!lines) return lines.error();
    auto const discount = whole_discount(input.discount_percent.value_or(0));
    if (!discount) return discount.error();
    auto const id = insert(ctx, input,
                           {next_number(ctx, "quote"), 1, std::nullopt, input.name.value_or(*customer + "报价"), *owner,
                            *discount, whole_sum(sum_of(*lines), *discount).amount, *currency});
    if (auto const own = insist_own_or_below(ctx, quote_kind, id.value()); !own) return own.error();
    write_lines(ctx, quote_lines, id.value(), *lines);
    if (auto const kept = write_custom(ctx, {"quote", "quote", id.value()}, input.custom, CustomWrite::create); !kept)
        return kept.error();
    auto made = quote_detail(ctx, id);
    audit(ctx, id, "quote.create", std::nullopt, made);
    return made;
}

Result<QuoteDetail> change_quote(operation::Context& ctx, ChangeQuote const& input) {
    auto const locked = lock_quote(ctx, {input.id, input.version}, {"draft", "rejected"}, "修改；请新建一版");
    if (!locked) return locked.error();
    auto const before = quote_detail(ctx, input.id);
    auto const contact = patched(input.contact_id, before.contact_id);
    if (auto const right = check_contact(ctx, locked->customer, contact); !right) return right.error();
    if (auto refused = refuse_days(ctx, input.valid_until.value)) return *refused;
    auto lines = stored_lines(ctx, quote_lines, locked->id);
    if (input.lines) {
        if (input.lines->empty()) return invalid_field("lines", "请至少添加一行产品");
        auto priced = price_lines(ctx, {locked->customer, locked->owner, before.quoted_on, locked->currency},
                                  *input.lines, lines);
        if (!priced) return priced.error();
        lines = std::move(*priced);
        write_lines(ctx, quote_lines, locked->id, lines);
    }
    auto const discount = whole_discount(input.discount_percent.value_or(before.discount_percent));
    if (!discount) return discount.error();
    ctx.sql().execute(
        "update quote set name = :name, contact_id = :contact, valid_until = :until, terms = :terms, remark = :remark, "
        "discount_bp = :discount, amount_fen = :amount, version = version + 1, updated_at = :now where tenant_id = "
        ":tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", input.name.value_or(before.name)),
         bind("contact", contact), bind("until", patched(input.valid_until, before.valid_until)),
         bind("terms", patched(input.terms, before.terms)), bind("remark", patched(input.remark, before.remark)),
         bind("discount", *discount), bind("amount", whole_sum(sum_of(lines), *discount).amount),
         bind("now", ctx.now())});
    if (auto const kept = write_custom(ctx, {"quote", "quote", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    auto after = quote_detail(ctx, input.id);
    audit(ctx, input.id, "quote.change", before, after);
    return after;
}

Result<Nothing> delete_quote(operation::Context& ctx, OneQuote const& input) {
    auto const locked = lock_quote(ctx, input, {"draft", "rejected"}, "删除；已生效的请作废");
    if (!locked) return locked.error();
    auto const before = quote_detail(ctx, input.id);
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    ctx.sql().execute("delete from quote_line where tenant_id = :tenant and quote_id = :id", params);
    ctx.sql().execute("delete from quote where tenant_id = :tenant and id = :id", params);
    drop_followups_of(ctx, TargetType::quote, RecordId{input.id.value()});
    audit(ctx, input.id, "quote.delete", before, std::nullopt);
    return Nothing{};
}

Result<QuoteDetail> submit_quote(operation::Context& ctx, OneQuote const& input) {
    auto const locked = lock_quote(ctx, input, {"draft", "rejected"}, "提交");
    if (!locked) return locked.error();
    auto const quote = quote_detail(ctx, input.id);
    if (auto refused = refuse_days(ctx, quote.valid_until)) return *refused;
    auto triggers = triggers_of(amount_trigger("quote", "报价单", locked->amount, locked->currency),
                                stored_lines(ctx, quote_lines, locked->id), quote.discount_percent);
    auto const done = submit(ctx, quote_kind, *locked, std::move(triggers),
                             [&ctx](LockedDocument const& one) { return put_quote_in_force(ctx, one); });
    if (!done) return done.error();
    return quote_detail(ctx, input.id);
}

Result<QuoteDetail> revise_quote(operation::Context& ctx, OneQuote const& input) {
    auto const locked = lock_quote(ctx, input, {"rejected", "in_force", "expired"}, "新建一版");
    if (!locked) return locked.error();
    auto const old = quote_detail(ctx, input.id);
    auto copy = CreateQuote{};
    copy.customer_id = old.customer_id;
    copy.contact_id = old.contact_id;
    copy.opportunity_id = old.opportunity_id;
    copy.terms = old.terms;
    copy.remark = old.remark;
    if (old.valid_until && !refuse_days(ctx, old.valid_until)) copy.valid_until = old.valid_until;
    auto const revision = old.revision + 1;
    auto const id = insert(ctx, copy,
                           {old.no, revision, input.id, old.name, locked->owner,
                            exact_percent(old.discount_percent).value_or(0), locked->amount, locked->currency});
    write_lines(ctx, quote_lines, id.value(), stored_lines(ctx, quote_lines, locked->id));
    auto const own = carried_values(ctx, FieldObject::quote, old.custom, FieldObject::quote);
    if (auto const kept = write_custom(ctx, {"quote", "quote", id.value()}, values_from(own), CustomWrite::derive);
        !kept)
        return kept.error();
    auto const reason = "由第 " + std::to_string(revision) + " 版取代";
    if (auto const moved = move_to(ctx, quote_kind, *locked, "void", "revise", reason); !moved) return moved.error();
    set_quote_timers(ctx, input.id);
    auto made = quote_detail(ctx, id);
    audit(ctx, id, "quote.create", std::nullopt, made);
    return made;
}

Result<QuoteDetail> accept_quote(operation::Context& ctx, AcceptQuote const& input) {
    if (input.with_contract && !ctx.may("contract.create"))
        return operation::no_permission(ctx.actor(), "contract.create");
    auto const locked = lock_quote(ctx, {input.id, input.version}, {"in_force"}, "接受");
    if (!locked) return locked.error();
    auto const quote = quote_detail(ctx, input.id);
    auto order = CreateOrder{};
    order.customer_id = quote.customer_id;
    order.contact_id = quote.contact_id;
    order.opportunity_id = quote.opportunity_id;
    order.owner_user_id = quote.owner_user_id;
    order.payment_terms = quote.terms;
    order.currency = quote.currency;
    order.amount_fen = quote.amount_fen;
    order.custom = values_from(carried_values(ctx, FieldObject::quote, quote.custom, FieldObject::order));
    if (input.with_contract) {
        auto const contract = make_contract(ctx, contract_from(ctx, quote), CustomWrite::derive);
        if (!contract) return contract.error();
        order.contract_id = contract->id;
    }
    auto const made = make_order(ctx, order, CustomWrite::derive);
    if (!made) return made.error();
    return accept_with(ctx, *locked, quote, made->id);
}

Result<QuoteDetail> accept_quote_as_contract(operation::Context& ctx, OneQuote const& input) {
    if (!is_borne_by_contracts(ctx))
        return Error{Errc::conflict, "orders", "企业启用了订单，请把报价单转为订单，需要时连同合同"};
    auto const locked = lock_quote(ctx, input, {"in_force"}, "接受");
    if (!locked) return locked.error();
    auto const quote = quote_detail(ctx, input.id);
    auto const made = make_contract(ctx, contract_from(ctx, quote), CustomWrite::derive);
    if (!made) return made.error();
    return accept_with(ctx, *locked, quote, mirror_of(ctx, made->id).value());
}

Result<QuoteDetail> void_quote(operation::Context& ctx, VoidQuote const& input) {
    auto const locked = lock_quote(ctx, {input.id, {}}, {"draft", "rejected", "in_force", "expired"}, "作废");
    if (!locked) return locked.error();
    if (auto const moved = move_to(ctx, quote_kind, *locked, "void", "void", input.reason); !moved)
        return moved.error();
    set_quote_timers(ctx, input.id);
    return quote_detail(ctx, input.id);
}

}  // namespace wescrm::sales
