#include "parts.hpp"

// What hangs on orders: plans of payments, and payments.
namespace wescrm::pages::record {
namespace {

Words payment_states() {
    return {{"draft", "草稿"},
            {"in_review", "审核中", "warn"},
            {"approved", "已入账", "ok"},
            {"rejected", "已驳回", "danger"},
            {"void", "作废"}};
}
Words plan_states() {
    return {{"pending", "待生效"},    {"waiting", "待回款", "info"}, {"partial", "部分回款", "warn"},
            {"done", "已完成", "ok"}, {"overdue", "逾期", "danger"}, {"void", "作废"}};
}

bool is_refundable(json::Value const& record) {
    auto const amount = json::find_integer(record, "amount_fen").value_or(0);
    return json::find_string(record, "status") == "approved" &&
           amount > json::find_integer(record, "refunded_fen").value_or(0);
}
Action refund_action() {
    return {.name = "refund",
            .operation = "payment.refund",
            .title = "退款",
            .icon = "undo",
            .fields = {{"amount_fen", Field::Ask::by_type, {}, {}, "退款金额（元，空为全部退回）"},
                       {"refunded_on"},
                       {"method"},
                       {"remark"}},
            .sentence = "登记一笔引用这笔回款的退款，按回款的规则审批；入账后订单的已回款随之减少。",
            .done = "已登记退款",
            .is_danger = true,
            .is_blank = true,
            .fits = is_refundable};
}
}  // namespace

Kind payment_plan_kind() {
    auto kind = Kind{};
    kind.object = "payment_plan";
    kind.path = "/app/payment-plans";
    kind.title = "回款计划";
    kind.measure = "期";
    kind.icon = "money";
    kind.name = "order_no";
    kind.number = "customer_name";
    kind.columns = {{"period", "期数", Show::number},
                    {"due_on", "到期日", Show::date, {}, "due_on"},
                    {"amount_fen", "应收（元）", Show::money},
                    currency_column(),
                    {"received_fen", "已收（元）", Show::money},
                    {"status", "状态", Show::tag, plan_states()},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true}};
    kind.filters = {{"status", "状态", Filter::Ask::choice, plan_states(), {}, true},
                    {"owner", "负责人", Filter::Ask::person, {}, {}, true}};
    kind.facts = {order_column(),
                  {"due_on", "到期日", Show::date},
                  {"amount_fen", "应收（元）", Show::money},
                  {"received_fen", "已收（元）", Show::money}};
    kind.properties = {{"period", "期数", Show::number},
                       {"due_on", "到期日", Show::date},
                       {"amount_fen", "应收（元）", Show::money},
                       {"received_fen", "已收（元）", Show::money},
                       {"method", "方式"},
                       {"remark", "备注"},
                       {"status", "状态", Show::tag, plan_states()}};
    kind.form = {order_field(), {"due_on"},      {"amount_fen", Field::Ask::by_type, {}, {}, "应收（元）"},
                 {"method"},    {"remind_days"}, {"remark"}};
    kind.actions = {{.name = "void",
                     .operation = "payment_plan.void",
                     .title = "作废",
                     .icon = "alert",
                     .fields = {{"reason"}},
                     .done = "已作废",
                     .is_danger = true,
                     .fits = in({"pending", "waiting", "overdue"})},
                    document_transfer("payment_plan.transfer", "只转移这一期，订单不变。到期提醒发给新的负责人。")};
    kind.search_hint = "订单、客户";
    return kind;
}

Kind payment_kind() {
    auto kind = Kind{};
    kind.object = "payment";
    kind.path = "/app/payments";
    kind.title = "回款";
    kind.measure = "笔";
    kind.icon = "money";
    kind.name = "no";
    kind.number = "payer";
    kind.columns = {customer_column(),
                    order_column(),
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    {"paid_on", "回款日期", Show::date, {}, "paid_on"},
                    {"method", "方式", Show::text, {}, {}, {}, {}, true},
                    {"status", "状态", Show::tag, payment_states()},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true}};
    kind.filters = document_filters(payment_states());
    kind.facts = {customer_column(),
                  order_column(),
                  {"amount_fen", "金额（元）", Show::money},
                  {"paid_on", "回款日期", Show::date}};
    kind.properties = {{"no", "编号"},
                       {"amount_fen", "金额（元）", Show::money},
                       {"refunded_fen", "已退款（元）", Show::money},
                       {"paid_on", "回款日期", Show::date},
                       {"period", "期数", Show::number},
                       {"method", "方式"},
                       {"payer", "付款方"},
                       {"bank_account", "收款账户"},
                       {"status", "状态", Show::tag, payment_states()},
                       {"status_reason", "原因"},
                       {"remark", "备注"},
                       {"approved_at", "入账时间", Show::instant},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {order_field(), {"amount_fen", Field::Ask::by_type, {}, {}, "金额（元）"},
                 {"paid_on"},   {"method"},
                 {"payer"},     {"bank_account"},
                 {"remark"}};
    kind.actions = document_actions("payment.submit", "payment.void", "payment.delete", {"approved"});
    kind.actions.insert(kind.actions.begin() + 1, refund_action());
    kind.actions.push_back(document_transfer("payment.transfer", "只转移这笔回款，订单不变。"));
    kind.search_hint = "编号、订单、客户、付款方";
    kind.has_followups = true;
    kind.has_files = true;
    kind.chat_hint = "宏达科技 回款 5万";
    return kind;
}

}  // namespace wescrm::pages::record
