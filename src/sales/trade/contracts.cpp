#include "contracts.hpp"

#include "changes.hpp"
#include "currency.hpp"
#include "fields/store.hpp"
#include "followups.hpp"
#include "money_bearer.hpp"
#include "numbers.hpp"

#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/contract.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

constexpr int reminded_long_before = 30;
constexpr int reminded_before = 7;

struct ContractRow : Contract {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ContractRow, (Contract), (sort_key))

std::string const& contract_columns() {
    static auto const all =
        "d.id, d.no, d.name, d.type, d.customer_id, c.name, d.opportunity_id, p.name, o.user_id, o.name, d.currency, "
        "d.amount_fen, d.our_signer, d.their_signer, d.signed_on, d.starts_on, d.ends_on, d.status, d.status_reason, "
        "d.changing, "
        "d.archived, "
        "d.renewal_of_id, r.no, d.remark, s.orders, s.amount, s.received, s.outstanding, s.planned, s.invoiced, " +
        pending_approval(contract_kind) + ", d.in_force_at, " + shown_custom("contract", "d") +
        ", d.version, d.created_at, d.updated_at, k.user_id";
    return all;
}
std::string const contract_joins =
    " from contract d join customer c on c.tenant_id = d.tenant_id and c.id = d.customer_id join employee o on "
    "o.tenant_id "
    "= d.tenant_id and o.id = d.owner_id left join employee k on k.tenant_id = d.tenant_id and k.id = d.created_by "
    "left join opportunity p on p.tenant_id = d.tenant_id and p.id = d.opportunity_id left join contract r on "
    "r.tenant_id "
    "= d.tenant_id and r.id = d.renewal_of_id cross "
    "join lateral (select count(*) filter (where not w.mirrors) as orders, coalesce(sum(w.amount_fen), 0)::bigint as "
    "amount, coalesce(sum(w.received_fen), 0)::bigint as received, coalesce(sum(w.amount_fen - w.received_fen), "
    "0)::bigint as outstanding, coalesce(sum(w.planned_fen), 0)::bigint as planned, coalesce(sum(w.invoiced_fen), "
    "0)::bigint as invoiced from sales_order w where w.tenant_id = d.tenant_id and "
    "w.contract_id = d.id and w.status <> 'void') s";

}  // namespace

Contract find_contract(operation::Context& ctx, ContractId id) {
    return ctx.sql()
        .record<Contract>(
            "select " + contract_columns() + contract_joins + " where d.tenant_id = :tenant and d.id = :id",
            {bind("tenant", ctx.tenant()), bind("id", id)})
        .value();
}

Result<void> insist_on_contracts(operation::Context& ctx) {
    if (!operation::is_switched_off(ctx.actor(), "contract")) return {};
    return invalid_field("contract_id", operation::switched_off_words(contract_kind.title));
}

namespace {

std::optional<Error> refuse_days(std::optional<Date> const& starts, std::optional<Date> const& ends) {
    if (starts && ends && std::chrono::sys_days{*ends} < std::chrono::sys_days{*starts})
        return invalid_field("ends_on", "结束日期不能早于开始日期");
    return std::nullopt;
}

Result<void> check_renewal(operation::Context& ctx, CustomerId customer, std::optional<ContractId> const& of) {
    if (!of) return {};
    auto const is_there =
        ctx.sql()
            .value<int>("select 1 from contract where tenant_id = :tenant and id = :id and customer_id = :customer",
                        {bind("tenant", ctx.tenant()), bind("id", *of), bind("customer", customer)})
            .has_value();
    if (!is_there || !ctx.scope().allows("contract", operation::Power::read, of->value()))
        return invalid_field("renewal_of_id", "该客户没有这份合同，或您看不到它");
    return {};
}

ContractId insert(operation::Context& ctx, CreateContract const& input, std::string const& name, EmployeeId owner,
                  std::string const& currency) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    return ctx.sql()
        .value<ContractId>(
            "insert into contract (tenant_id, no, name, type, customer_id, opportunity_id, owner_id, "
            "owner_department_id, "
            "currency, amount_fen, our_signer, their_signer, signed_on, starts_on, ends_on, renewal_of_id, remark, "
            "created_at, "
            "updated_at, created_by) select :tenant, :no, :name, :type, :customer::bigint, :opportunity::bigint, "
            ":owner::bigint, e.main_department_id, :currency, :amount::bigint, :ours, :theirs, :signed::date, "
            ":starts::date, "
            ":ends::date, :renewal::bigint, :remark, :now::timestamptz, :now::timestamptz, :actor::bigint from "
            "employee e "
            "where e.tenant_id = :tenant and e.id = :owner::bigint returning id",
            {bind("tenant", ctx.tenant()), bind("no", next_number(ctx, "contract")), bind("name", name),
             bind("type", input.type.value_or("")), bind("customer", input.customer_id),
             bind("opportunity", input.opportunity_id), bind("owner", owner), bind("currency", currency),
             bind("amount", input.amount_fen.value_or(Money{})), bind("ours", input.our_signer.value_or("")),
             bind("theirs", input.their_signer.value_or("")), bind("signed", input.signed_on),
             bind("starts", input.starts_on), bind("ends", input.ends_on), bind("renewal", input.renewal_of_id),
             bind("remark", input.remark.value_or("")), bind("now", ctx.now()), bind("actor", actor)})
        .value();
}

// Neither orders nor money keep it standing.
Result<void> insist_bears_nothing(operation::Context& ctx, LockedDocument const& locked) {
    auto const id = ContractId{locked.id};
    if (find_contract(ctx, id).orders > 0)
        return Error{
            Errc::conflict, "orders",
            "合同 " + locked.no +
                (is_borne_by_contracts(ctx) ? " 下有停用订单以前的订单，不能作废" : " 下还有订单，请先作废订单")};
    auto const mirror = mirror_of(ctx, id);
    if (!mirror) return {};
    return insist_no_money(ctx, lock_unasked(ctx, order_kind, mirror->value()).value());
}

Result<Contract> end(operation::Context& ctx, EndContract const& input, std::initializer_list<std::string_view> from,
                     std::string_view to, std::string_view action, std::string_view verb) {
    auto const locked = lock_document(ctx, contract_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    if (auto const may = insist_state(contract_kind, *locked, std::nullopt, from, verb); !may) return may.error();
    if (to == "void")
        if (auto const free = insist_bears_nothing(ctx, *locked); !free) return free.error();
    if (auto const moved = move_to(ctx, contract_kind, *locked, to, action, input.reason); !moved) return moved.error();
    ctx.timers().cancel("contract", input.id.value());
    ctx.outbox().cancel("contract", input.id.value());
    recompute_deal_status(ctx, locked->customer);
    return find_contract(ctx, input.id);
}

}  // namespace

void set_contract_timers(operation::Context& ctx, ContractId id) {
    ctx.timers().cancel("contract", id.value());
    auto const contract = find_contract(ctx, id);
    if (contract.status != "in_force" || !contract.ends_on) return;
    auto const at = [&](int days_before) {
        return ctx.zone().instant({add_days(*contract.ends_on, -days_before), morning});
    };
    // One kind for each, as a timer of the same kind replaces the one before.
    if (at(reminded_long_before) > ctx.now())
        ctx.timers().schedule({"contract_ending_30", "contract", id.value(), at(reminded_long_before), of_day});
    if (at(reminded_before) > ctx.now())
        ctx.timers().schedule({"contract_ending_7", "contract", id.value(), at(reminded_before), of_day});
    ctx.timers().schedule({"contract_ended", "contract", id.value(),
                           std::max(ctx.now(), ctx.zone().start_of(add_days(*contract.ends_on, 1))), of_day});
}

Result<void> put_contract_in_force(operation::Context& ctx, LockedDocument const& locked) {
    auto const moved =
        move_to(ctx, contract_kind, locked, "in_force", "in_force", {}, "in_force_at = coalesce(in_force_at, :now)");
    if (!moved) return moved.error();
    set_contract_timers(ctx, ContractId{locked.id});
    recompute_deal_status(ctx, locked.customer);
    return {};
}

Result<Contract> make_contract(operation::Context& ctx, CreateContract const& input, CustomWrite how) {
    auto const customer = customer_for(ctx, input.customer_id);
    if (!customer) return customer.error();
    auto const owner = document_owner(ctx, input.owner_user_id);
    if (!owner) return owner.error();
    if (auto refused = refuse_days(input.starts_on, input.ends_on)) return *refused;
    if (auto const right = check_renewal(ctx, input.customer_id, input.renewal_of_id); !right) return right.error();
    if (auto const right = check_opportunity(ctx, input.customer_id, input.opportunity_id); !right)
        return right.error();
    auto const currency = currency_for(ctx, input.currency, {input.customer_id, input.opportunity_id, {}});
    if (!currency) return currency.error();
    auto const id = insert(ctx, input, input.name.value_or(*customer + "合同"), *owner, *currency);
    if (auto const own = insist_own_or_below(ctx, contract_kind, id.value()); !own) return own.error();
    if (auto const kept = write_custom(ctx, {"contract", "contract", id.value()}, input.custom, how); !kept)
        return kept.error();
    auto made = find_contract(ctx, id);
    audit_document(ctx, contract_kind, id.value(), "contract.create", json::Document{rapidjson::kObjectType},
                   operation::write_output(made));
    return made;
}

Result<Contract> create_contract(operation::Context& ctx, CreateContract const& input) {
    return make_contract(ctx, input, CustomWrite::create);
}

Result<Contract> show_contract(operation::Context& ctx, OneContract const& input) {
    if (!ctx.scope().allows("contract", operation::Power::read, input.id.value())) return no_document(contract_kind);
    return find_contract(ctx, input.id);
}

Result<ContractPage> list_contracts(operation::Context& ctx, ListContracts const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"},
                                                 {"amount_fen", "d.amount_fen", "bigint"},
                                                 {"ends_on", "coalesce(d.ends_on, 'infinity')", "date"},
                                                 {"no", "d.no", "text"}},
                                                "-created_at", "d.id");
    if (!paging) return paging.error();
    auto const dated = date_column(
        input.date_field, {{"created_at", "d.created_at"}, {"signed_on", "d.signed_on"}, {"ends_on", "d.ends_on"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    add_common(ctx, filter, contract_kind,
               {input.q,
                input.owner,
                input.department,
                input.customer_id,
                words_of(input.status),
                input.from,
                input.to,
                *dated,
                dated->ends_with("_on"),
                {"d.no", "d.name"}});
    filter.where_given(input.opportunity_id, "d.opportunity_id = :opportunity", "opportunity");
    filter.where_given(input.archived, "d.archived = :archived", "archived");
    if (auto const good = add_custom_filters(ctx, filter, "contract", "d.id", input.custom); !good) return good.error();
    return document_page<ContractPage, ContractRow>(ctx, contract_kind, filter, *paging, contract_columns(),
                                                    contract_joins, input.customer_id);
}

Result<Contract> change_contract(operation::Context& ctx, ChangeContract const& input) {
    auto const locked = lock_document(ctx, contract_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    if (auto const free = insist_not_changing(ctx, contract_kind, *locked); !free) return free.error();
    return change_contract_with(ctx, input, Consent::none);
}

Result<Contract> change_contract_with(operation::Context& ctx, ChangeContract const& input, Consent consent) {
    auto const locked = lock_to_change(ctx, contract_kind, input.id.value(), consent);
    if (!locked) return locked.error();
    auto const may =
        insist_state(contract_kind, *locked, consent == Consent::given ? std::nullopt : std::optional{input.version},
                     {"draft", "rejected", "in_force", "expired", "terminated"}, "修改");
    if (!may) return may.error();
    auto const before = find_contract(ctx, input.id);
    auto const is_open = locked->status == "draft" || locked->status == "rejected";
    if (consent == Consent::none && input.amount_fen && *input.amount_fen != before.amount_fen && !is_open)
        return invalid_field("amount_fen", "已生效的合同改金额需要审批，请提交「变更」");
    if (auto const mirror = mirror_of(ctx, input.id); mirror && input.amount_fen)
        if (auto const covers = insist_covers(ctx, *mirror, *input.amount_fen, locked->currency); !covers)
            return covers.error();
    auto const starts = patched(input.starts_on, before.starts_on);
    auto const ends = patched(input.ends_on, before.ends_on);
    if (auto refused = refuse_days(starts, ends)) return *refused;
    ctx.sql().execute(
        "update contract set name = :name, type = :type, amount_fen = :amount, our_signer = :ours, their_signer = "
        ":theirs, "
        "signed_on = :signed, starts_on = :starts, ends_on = :ends, archived = :archived, remark = :remark, version = "
        "version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", input.name.value_or(before.name)),
         bind("type", patched(input.type, before.type)), bind("amount", input.amount_fen.value_or(before.amount_fen)),
         bind("ours", patched(input.our_signer, before.our_signer)),
         bind("theirs", patched(input.their_signer, before.their_signer)),
         bind("signed", patched(input.signed_on, before.signed_on)), bind("starts", starts), bind("ends", ends),
         bind("archived", input.archived.value_or(before.archived)),
         bind("remark", patched(input.remark, before.remark)), bind("now", ctx.now())});
    if (auto const kept =
            write_custom(ctx, {"contract", "contract", input.id.value()}, input.custom, CustomWrite::change);
        !kept)
        return kept.error();
    set_contract_timers(ctx, input.id);
    follow_contract(ctx, input.id);
    auto after = find_contract(ctx, input.id);
    audit_document(ctx, contract_kind, input.id.value(), "contract.change", operation::write_output(before),
                   operation::write_output(after));
    return after;
}

Result<Nothing> delete_contract(operation::Context& ctx, OneContract const& input) {
    auto const locked = lock_document(ctx, contract_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(contract_kind, *locked, input.version, {"draft", "rejected"}, "删除；已生效的请作废");
    if (!may) return may.error();
    auto const before = find_contract(ctx, input.id);
    if (auto const mirror = mirror_of(ctx, input.id))
        if (auto const gone = take_away_order(ctx, lock_unasked(ctx, order_kind, mirror->value()).value()); !gone)
            return gone.error();
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    auto const refused = ctx.sql().attempt(
        [&] { ctx.sql().execute("delete from contract where tenant_id = :tenant and id = :id", params); });
    if (refused) return Error{Errc::conflict, "orders", "合同 " + locked->no + " 下有订单，不能删除"};
    drop_followups_of(ctx, TargetType::contract, RecordId{input.id.value()});
    audit_document(ctx, contract_kind, input.id.value(), "contract.delete", operation::write_output(before),
                   json::Document{rapidjson::kObjectType});
    return Nothing{};
}

Result<Contract> submit_contract(operation::Context& ctx, OneContract const& input) {
    auto const locked = lock_document(ctx, contract_kind, input.id.value(), Need::write);
    if (!locked) return locked.error();
    auto const may = insist_state(contract_kind, *locked, input.version, {"draft", "rejected"}, "提交");
    if (!may) return may.error();
    auto const done =
        submit(ctx, contract_kind, *locked, {amount_trigger("contract", "合同", locked->amount, locked->currency)},
               [&ctx](LockedDocument const& contract) { return put_contract_in_force(ctx, contract); });
    if (!done) return done.error();
    return find_contract(ctx, input.id);
}

Result<Contract> terminate_contract(operation::Context& ctx, EndContract const& input) {
    return end(ctx, input, {"in_force"}, "terminated", "terminate", "终止");
}

Result<Contract> void_contract(operation::Context& ctx, EndContract const& input) {
    return end(ctx, input, {"draft", "rejected", "in_force", "expired"}, "void", "void", "作废");
}

}  // namespace wescrm::sales
