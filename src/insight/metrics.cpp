#include "metrics.hpp"

#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::insight {
namespace {

// A lead is gained by whoever made it, claimed it, or was given it by somebody else; what goes into a pool is gained
// by nobody.
constexpr std::string_view gained_leads =
    "ownership_event v join lead r on r.tenant_id = v.tenant_id and r.id = v.object_id and v.object = 'lead'";
constexpr std::string_view is_gained =
    " and v.to_id is not null and (v.kind in ('create', 'claim', 'assign') or v.kind = 'transfer' and v.actor_id is "
    "distinct from v.to_id) and r.deleted_at is null and r.status <> 'void'";
constexpr std::string_view became_customer =
    " and v.to_id is not null and (v.kind in ('create', 'claim', 'assign') or v.kind = 'transfer' and v.actor_id is "
    "distinct from v.to_id) and r.deleted_at is null and r.status <> 'void' and r.converted_at is not null and "
    "r.customer_id is not null";
constexpr std::string_view became_opportunity =
    " and v.to_id is not null and (v.kind in ('create', 'claim', 'assign') or v.kind = 'transfer' and v.actor_id is "
    "distinct from v.to_id) and r.deleted_at is null and r.status <> 'void' and exists (select 1 from opportunity o "
    "where o.tenant_id = r.tenant_id and o.main_lead_id = r.id and o.deleted_at is null)";
constexpr std::string_view became_order =
    " and v.to_id is not null and (v.kind in ('create', 'claim', 'assign') or v.kind = 'transfer' and v.actor_id is "
    "distinct from v.to_id) and r.deleted_at is null and r.status <> 'void' and exists (select 1 from opportunity o "
    "join sales_order d on d.tenant_id = o.tenant_id and d.opportunity_id = o.id and d.status in ('in_force', "
    "'executing', 'completed') where o.tenant_id = r.tenant_id and o.main_lead_id = r.id and o.deleted_at is null)";

// Whose a record was when it came into being: the first line of its log.
constexpr std::string_view new_customers =
    "customer r left join lateral (select v.to_id, v.to_department_id from ownership_event v where v.tenant_id = "
    "r.tenant_id and v.object = 'customer' and v.object_id = r.id order by v.at, v.from_id nulls first limit 1) b on "
    "true";
constexpr std::string_view new_opportunities =
    "opportunity r left join lateral (select v.to_id, v.to_department_id from ownership_event v where v.tenant_id = "
    "r.tenant_id and v.object = 'opportunity' and v.object_id = r.id order by v.at, v.from_id nulls first limit 1) b "
    "on true";
constexpr std::string_view customer_events =
    "ownership_event v join customer r on r.tenant_id = v.tenant_id and r.id = v.object_id and v.object = 'customer'";
constexpr std::string_view exists_still = " and r.deleted_at is null";
constexpr std::string_view in_our_currency = " and r.deleted_at is null and r.currency = 'CNY'";
constexpr std::string_view counted_orders = " and r.status in ('in_force', 'executing', 'completed')";
// Amounts in other currencies are not added to ours.
constexpr std::string_view counted_amounts =
    " and r.status in ('in_force', 'executing', 'completed') and r.currency = 'CNY'";
constexpr std::string_view present_department =
    "(select e.main_department_id from employee e where e.tenant_id = r.tenant_id and e.id = r.owner_id)";
constexpr std::string_view authors_department =
    "(select e.main_department_id from employee e where e.tenant_id = r.tenant_id and e.id = r.author_id)";
constexpr std::string_view makers_department =
    "(select e.main_department_id from employee e where e.tenant_id = r.tenant_id and e.id = r.created_by)";
// A follow-up of a lead or of a customer that is gone has none.
constexpr std::string_view followups =
    "followup r left join customer c on c.tenant_id = r.tenant_id and c.id = r.customer_id";
constexpr std::string_view of_customers = " and r.deleted_at is null and r.customer_id is not null";
constexpr std::string_view visits = " and r.deleted_at is null and r.method = 'visit'";
constexpr std::string_view visited = " and r.deleted_at is null and r.method = 'visit' and r.customer_id is not null";
constexpr std::string_view customers_name = "coalesce(c.name, '')";

std::vector<Metric> lead_metrics() {
    constexpr std::string_view definition = "获得人；创建、领取、分配和他人转入的时间；同一线索只计一次，不含作废";
    auto const gained = [&](std::string_view key, std::string_view title, std::string_view filter) {
        return Metric{key,    title,           definition, "lead", gained_leads, "v.to_id", "v.to_department_id",
                      "v.at", Moment::instant, filter,     {},     "r.name",     true};
    };
    return {gained("lead.new", "新增线索", is_gained), gained("lead.to_customer", "转化为客户的线索", became_customer),
            gained("lead.to_opportunity", "转化为商机的线索", became_opportunity),
            gained("lead.to_order", "转化为订单的线索", became_order)};
}

std::vector<Metric> customer_metrics() {
    return {{"customer.new", "新增客户", "创建时的负责人；创建时间；含线索转化的，不含领取的", "customer",
             new_customers, "b.to_id", "b.to_department_id", "r.created_at", Moment::instant, exists_still},
            {"customer.claimed",
             "领取客户",
             "领取人；领取时间；同一客户只计一次",
             "customer",
             customer_events,
             "v.to_id",
             "v.to_department_id",
             "v.at",
             Moment::instant,
             " and v.kind = 'claim' and r.deleted_at is null",
             {},
             "r.name",
             true},
            {"customer.deal", "新成交客户", "负责人；首次成交时间", "customer", "customer r", "r.owner_id",
             present_department, "r.first_deal_at", Moment::instant, exists_still},
            {"contact.new", "新增联系人", "创建人；创建时间", "contact", "contact r", "r.created_by", makers_department,
             "r.created_at", Moment::instant, exists_still}};
}

std::vector<Metric> opportunity_metrics() {
    auto const opened = Metric{"opp.new",         "新增商机",  "创建时的负责人；创建时间", "opportunity",
                               new_opportunities, "b.to_id",   "b.to_department_id",       "r.created_at",
                               Moment::instant,   exists_still};
    auto opened_amount = opened;
    opened_amount.key = "opp.new_amount";
    opened_amount.title = "商机金额";
    opened_amount.definition = "创建时的负责人；创建时间；按现在的金额；人民币";
    opened_amount.amount = "r.amount_fen";
    opened_amount.filter = in_our_currency;
    auto const won = Metric{"opp.won",
                            "赢单",
                            "负责人；赢单时间",
                            "opportunity",
                            "opportunity r",
                            "r.owner_id",
                            "r.owner_department_id",
                            "r.closed_at",
                            Moment::instant,
                            " and r.deleted_at is null and r.status = 'won'"};
    auto won_amount = won;
    won_amount.key = "opp.won_amount";
    won_amount.title = "赢单金额";
    won_amount.definition = "负责人；赢单时间；人民币";
    won_amount.amount = "r.amount_fen";
    won_amount.filter = " and r.deleted_at is null and r.status = 'won' and r.currency = 'CNY'";
    auto lost = won;
    lost.key = "opp.lost";
    lost.title = "输单";
    lost.definition = "负责人；输单时间";
    lost.filter = " and r.deleted_at is null and r.status = 'lost'";
    return {opened, opened_amount, won, won_amount, lost};
}

std::vector<Metric> money_metrics() {
    auto const orders = Metric{"order.count",
                               "订单数",
                               "负责人；下单日期；已生效、执行中、已完成",
                               "order",
                               "sales_order r",
                               "r.owner_id",
                               "r.owner_department_id",
                               "r.ordered_on",
                               Moment::day,
                               counted_orders};
    auto amount = orders;
    amount.key = "order.amount";
    amount.title = "订单金额";
    amount.definition = "负责人；下单日期；已生效、执行中、已完成；人民币";
    amount.amount = "r.amount_fen";
    amount.filter = counted_amounts;
    return {orders,
            amount,
            {"pay.amount", "回款金额", "负责人；回款日期；已通过的回款减去退款；人民币", "payment", "payment r",
             "r.owner_id", "r.owner_department_id", "r.paid_on", Moment::day,
             " and r.status = 'approved' and r.currency = 'CNY'", "r.amount_fen", "''"},
            {"invoice.amount", "开票金额", "负责人；开票日期；已开具；人民币", "invoice", "invoice r", "r.owner_id",
             "r.owner_department_id", "r.issued_on", Moment::day, " and r.status = 'issued' and r.currency = 'CNY'",
             "r.amount_fen", "r.title_name"}};
}

std::vector<Metric> followup_metrics() {
    auto const all =
        Metric{"follow.count",     "跟进数",        "记录人；跟进时间", "followup",   followups, "r.author_id",
               authors_department, "r.followed_at", Moment::instant,    exists_still, {},        customers_name};
    auto customers = all;
    customers.key = "follow.customers";
    customers.title = "跟进客户数";
    customers.definition = "记录人；跟进时间；同一客户只计一次";
    customers.filter = of_customers;
    customers.record = "r.customer_id";
    customers.is_repeated = true;
    auto visit = all;
    visit.key = "visit.count";
    visit.title = "拜访次数";
    visit.filter = visits;
    auto visit_customers = customers;
    visit_customers.key = "visit.customers";
    visit_customers.title = "拜访客户";
    visit_customers.filter = visited;
    return {all, customers, visit, visit_customers};
}

// A contract's mirror is seen and named like the contract; what was ordered before contracts bore the money counts on.
constexpr std::string_view contract_facts =
    "(select w.tenant_id, coalesce(w.contract_id, w.id) as id, w.name, w.customer_id, w.owner_id, "
    "w.owner_department_id, w.ordered_on, w.amount_fen, w.currency, w.status from sales_order w) r";

void bind_to_contract(Metric& metric) {
    if (metric.key == "lead.to_order") metric.title = "转化为合同的线索";
    if (metric.kind != "order") return;
    metric.kind = "contract";
    metric.facts = contract_facts;
    metric.title = metric.amount.empty() ? "合同数" : "合同金额";
    metric.definition = metric.amount.empty() ? "负责人；签订日期；已生效、已到期、已终止"
                                              : "负责人；签订日期；已生效、已到期、已终止；人民币";
}

}  // namespace

std::vector<Metric> const& metrics() {
    static auto const all = [] {
        auto made = std::vector<Metric>{};
        for (auto const& part :
             {lead_metrics(), customer_metrics(), opportunity_metrics(), money_metrics(), followup_metrics()})
            made.insert(made.end(), part.begin(), part.end());
        return made;
    }();
    return all;
}

Metric const* find_metric(std::string_view key) {
    auto const& all = metrics();
    auto const found = std::ranges::find(all, key, &Metric::key);
    return found == all.end() ? nullptr : &*found;
}

Metric const& metric_for(operation::Actor const& actor, Metric const& metric) {
    static auto const of_contracts = [] {
        auto changed = metrics();
        for (auto& one : changed) bind_to_contract(one);
        return changed;
    }();
    if (!operation::is_switched_off(actor, "order")) return metric;
    return *std::ranges::find(of_contracts, metric.key, &Metric::key);
}

std::vector<std::string_view> const& brief_metrics() {
    static auto const keys = std::vector<std::string_view>{
        "lead.new",     "lead.to_customer", "customer.new", "customer.deal",    "contact.new",
        "opp.new",      "opp.new_amount",   "opp.won",      "opp.won_amount",   "order.count",
        "order.amount", "pay.amount",       "follow.count", "follow.customers", "visit.customers"};
    return keys;
}

std::vector<std::string_view> const& conversion_metrics() {
    static auto const keys =
        std::vector<std::string_view>{"lead.new", "lead.to_customer", "lead.to_opportunity", "lead.to_order"};
    return keys;
}

}  // namespace wescrm::insight
