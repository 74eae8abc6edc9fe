#include "parts.hpp"

namespace wescrm::pages::record {
namespace {

Words document_states() {
    return {{"draft", "草稿"},
            {"in_review", "审核中", "warn"},
            {"in_force", "已生效", "ok"},
            {"executing", "执行中", "info"},
            {"changing", "变更中", "warn"},
            {"completed", "已完成", "ok"},
            {"rejected", "已驳回", "danger"},
            {"void", "作废"}};
}
Words contract_states() {
    return {{"draft", "草稿"},
            {"in_review", "审核中", "warn"},
            {"in_force", "已生效", "ok"},
            {"changing", "变更中", "warn"},
            {"expired", "已到期", "warn"},
            {"terminated", "已终止"},
            {"rejected", "已驳回", "danger"},
            {"void", "作废"}};
}
Column state_column(Words states) {
    auto column = Column{"status", "状态", Show::tag, std::move(states)};
    column.flag = "changing";
    return column;
}
Column order_state_column() {
    auto column = state_column(document_states());
    column.own = "state_name";
    return column;
}
Action move_action() {
    return {
        .name = "move",
        .operation = "order.move",
        .title = "流转状态",
        .icon = "trend",
        .fields =
            {{"to",
              Field::Ask::choice,
              {},
              {.operation = "order.next_states", .value = "to", .title = "title", .filter = "id", .filter_from = "id"},
              "新的状态"},
             {"reason"}},
        .done = "已流转",
        .is_blank = true,
        .fits = in({"in_force", "executing"})};
}
Action split_action() {
    return {.name = "split",
            .operation = "payment_plan.split",
            .title = "分期",
            .icon = "money",
            .fields = {{"periods"},
                       {"first_due_on"},
                       {"every_months", Field::Ask::by_type, {}, {}, "每隔几个月（空为每月）"},
                       {"amount_fen", Field::Ask::by_type, {}, {}, "分期金额（元，空为还没有安排的全部）"},
                       {"method"},
                       {"parts",
                        Field::Ask::lines,
                        {},
                        {},
                        "或逐期填写",
                        {},
                        {},
                        {{"due_on", Field::Ask::by_type, {}, {}, "日期"},
                         {"amount_fen", Field::Ask::by_type, {}, {}, "金额（元）"},
                         {"remark", Field::Ask::by_type, {}, {}, "备注"}}}},
            .sentence =
                "填期数和首期日期，平均分成几期；各期金额或间隔不同时，在下面逐期填写，上面的期数、日期和金额留空。",
            .done = "已生成回款计划",
            .id_as = "order_id",
            .is_blank = true,
            .fits = in({"draft", "rejected", "in_force", "executing"})};
}
Words shelf() { return {{"on", "在售", "ok"}, {"off", "停售"}}; }

}  // namespace

Kind product_kind() {
    auto kind = Kind{};
    kind.object = "product";
    kind.path = "/app/products";
    kind.title = "产品";
    kind.measure = "个";
    kind.icon = "box";
    kind.number = "code";
    kind.pictures = "image_ids";
    kind.has_files = true;
    kind.columns = {{"category", "分类"},
                    {"price_fen", "标准价（元）", Show::unit_price, {}, "price_fen"},
                    {"unit", "单位"},
                    {"tax_percent", "税率", Show::percent, {}, {}, {}, {}, true},
                    {"status", "状态", Show::tag, shelf()},
                    {"spec", "规格", Show::text, {}, {}, {}, {}, true}};
    kind.filters = {{"status", "状态", Filter::Ask::choice, shelf(), {}, true},
                    {"category_id", "分类", Filter::Ask::choice, {}, {"product_category.list", "id", "path"}, true}};
    kind.facts = {{"category", "分类"},
                  {"price_fen", "标准价（元）", Show::unit_price},
                  {"unit", "单位"},
                  {"status", "状态", Show::tag, shelf()}};
    kind.properties = {{"code", "编码"},
                       {"name", "产品名称"},
                       {"category", "分类"},
                       {"price_fen", "标准价（元）", Show::unit_price},
                       {"cost_fen", "成本（元）", Show::unit_price},
                       {"tax_percent", "税率", Show::percent},
                       {"unit", "单位"},
                       {"spec", "规格"},
                       {"description", "说明"},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"name"},
                 {"code"},
                 {"category", Field::Ask::by_type, {}, {}, "分类"},
                 {"price_fen", Field::Ask::unit_price, {}, {}, "标准价（元）"},
                 {"cost_fen", Field::Ask::unit_price, {}, {}, "成本（元）"},
                 {"unit"},
                 {"tax_percent", Field::Ask::by_type, {}, {}, "税率 %"},
                 {"status", Field::Ask::choice, shelf(), {}, "状态"},
                 {"spec"},
                 {"description"}};
    kind.actions = {delete_action("product.delete", "删除后不能恢复；单据或价格表用着的不能删除，请改为下架。")};
    kind.actions.front().is_bulk = false;
    kind.search_hint = "编码、名称、拼音";
    return kind;
}

Kind order_kind() {
    auto kind = Kind{};
    kind.object = "order";
    kind.path = "/app/orders";
    kind.title = "订单";
    kind.measure = "张";
    kind.icon = "order";
    kind.columns = {customer_column(),
                    order_state_column(),
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    {"received_fen", "已回款（元）", Show::money},
                    {"outstanding_fen", "未回款（元）", Show::money, {}, {}, {}, {}, true},
                    {"ordered_on", "下单日期", Show::date, {}, "ordered_on"},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true},
                    {"ends_on", "到期日期", Show::date, {}, {}, {}, {}, true, true},
                    {"invoiced_fen", "已开票（元）", Show::money, {}, {}, {}, {}, true, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true}};
    kind.filters = document_filters(document_states());
    kind.filters.push_back({"state", "企业的状态", Filter::Ask::choice, {}, {"order_state.list", "id", "name"}});
    kind.filters.push_back({"outstanding", "未收齐", Filter::Ask::yes});
    kind.facts = {customer_column(),
                  {"amount_fen", "金额（元）", Show::money},
                  {"received_fen", "已回款（元）", Show::money},
                  {"outstanding_fen", "未回款（元）", Show::money},
                  {"owner_name", "负责人"}};
    kind.properties = {{"no", "编号"},
                       {"name", "订单名称"},
                       order_state_column(),
                       {"status_reason", "原因"},
                       {"contact_name", "联系人"},
                       {"contract_no", "合同", Show::link, {}, {}, "/app/contracts/", "contract_id"},
                       {"ordered_on", "下单日期", Show::date},
                       {"delivery_on", "交付日期", Show::date},
                       {"ends_on", "到期日期", Show::date},
                       {"payment_terms", "付款条件"},
                       {"discount_percent", "整单优惠", Show::percent},
                       {"planned_fen", "已计划回款（元）", Show::money},
                       {"invoiced_fen", "已开票（元）", Show::money},
                       {"remark", "备注"},
                       {"in_force_at", "生效时间", Show::instant},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"contact_id", Field::Ask::record, {}, {}, "联系人", "contact", "contact_name"},
                 {"opportunity_id", Field::Ask::record, {}, {}, "商机", "opportunity"},
                 {"contract_id", Field::Ask::record, {}, {}, "合同", "contract", "contract_no"},
                 {"ordered_on"},
                 {"delivery_on"},
                 {"ends_on"},
                 {"amount_fen", Field::Ask::by_type, {}, {}, "金额（没有明细时填写）"},
                 {"payment_terms"},
                 currency_field(),
                 {"discount_percent", Field::Ask::by_type, {}, {}, "整单优惠 %"},
                 {"remark"},
                 lines_field()};
    kind.tables = {{"lines", "产品明细", line_columns()}};
    kind.is_printable = true;
    kind.actions =
        document_actions("order.submit", "order.void", "order.delete", {"in_force", "executing", "completed"});
    kind.actions.insert(kind.actions.begin() + 1,
                        request_change("order.request_change", {"in_force", "executing"},
                                       {lines_field(),
                                        {"amount_fen", Field::Ask::by_type, {}, {}, "新的金额（元，没有明细时）"},
                                        {"discount_percent", Field::Ask::by_type, {}, {}, "新的整单优惠 %"},
                                        {"delivery_on"},
                                        {"ends_on"},
                                        {"payment_terms"}}));
    kind.actions.insert(kind.actions.begin() + 1, {{.name = "execute",
                                                    .operation = "order.execute",
                                                    .title = "开始执行",
                                                    .icon = "trend",
                                                    .sentence = "订单从生效进入执行，回款和发票照常登记。",
                                                    .done = "已开始执行",
                                                    .fits = in({"in_force"})},
                                                   {.name = "complete",
                                                    .operation = "order.complete",
                                                    .title = "完成",
                                                    .icon = "check",
                                                    .sentence = "订单的事都办完了，没收齐的回款仍可登记。",
                                                    .done = "已完成",
                                                    .fits = in({"in_force", "executing"})},
                                                   move_action(),
                                                   split_action()});
    kind.actions.push_back(
        document_transfer("order.transfer", "原负责人名下的回款计划随订单一起转移，客户和其他单据不变。"));
    kind.children = {{"plans", "回款计划", "payment_plan", "order_id", "order_id"},
                     {"payments", "回款", "payment", "order_id", "order_id"},
                     {"invoices", "发票", "invoice", "order_id", "order_id"}};
    kind.search_hint = "编号、名称、客户";
    kind.has_followups = true;
    kind.has_files = true;
    kind.chat_hint = "宏达科技 新建订单 12.8万";
    return kind;
}

Kind contract_kind() {
    auto kind = Kind{};
    kind.object = "contract";
    kind.path = "/app/contracts";
    kind.title = "合同";
    kind.measure = "份";
    kind.icon = "log";
    kind.columns = {customer_column(),
                    state_column(contract_states()),
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    {"starts_on", "开始", Show::date},
                    {"ends_on", "结束", Show::date, {}, "ends_on"},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true}};
    kind.filters = document_filters(contract_states());
    kind.facts = {customer_column(),
                  {"amount_fen", "金额（元）", Show::money},
                  {"ends_on", "结束日期", Show::date},
                  {"owner_name", "负责人"}};
    kind.properties = {{"no", "编号"},
                       {"name", "合同名称"},
                       {"type", "类型"},
                       state_column(contract_states()),
                       {"status_reason", "原因"},
                       {"opportunity_name", "商机", Show::link, {}, {}, "/app/opportunities/", "opportunity_id"},
                       {"renewal_of_no", "续签自", Show::link, {}, {}, "/app/contracts/", "renewal_of_id"},
                       {"our_signer", "我方签约人"},
                       {"their_signer", "客户签约人"},
                       {"signed_on", "签订日期", Show::date},
                       {"starts_on", "开始日期", Show::date},
                       {"ends_on", "结束日期", Show::date},
                       {"archived", "归档", Show::tag, {{"true", "已归档", "ok"}, {"false", "未归档"}}},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"type"},
                 {"opportunity_id", Field::Ask::record, {}, {}, "商机", "opportunity"},
                 {"renewal_of_id", Field::Ask::record, {}, {}, "续签自哪份合同", "contract"},
                 currency_field(),
                 {"amount_fen", Field::Ask::by_type, {}, {}, "金额"},
                 {"our_signer"},
                 {"their_signer"},
                 {"signed_on"},
                 {"starts_on"},
                 {"ends_on"},
                 {"archived"},
                 {"remark"}};
    kind.actions = document_actions("contract.submit", "contract.void", "contract.delete", {"in_force"});
    kind.actions.insert(kind.actions.begin() + 1,
                        request_change("contract.request_change", {"in_force"},
                                       {{"amount_fen", Field::Ask::by_type, {}, {}, "新的金额（元）"},
                                        {"starts_on"},
                                        {"ends_on"},
                                        {"our_signer"},
                                        {"their_signer"}}));
    kind.actions.insert(kind.actions.begin() + 2, Action{.name = "terminate",
                                                         .operation = "contract.terminate",
                                                         .title = "终止",
                                                         .icon = "alert",
                                                         .fields = {{"reason"}},
                                                         .sentence = "合同提前结束。已有的订单和回款不受影响。",
                                                         .done = "已终止",
                                                         .is_danger = true,
                                                         .fits = in({"in_force"})});
    kind.actions.push_back(document_transfer("contract.transfer", "只转移这份合同，客户和合同下的订单不变。"));
    kind.children = {{"orders", "订单", "order", "contract_id", "contract_id"}};
    kind.has_followups = true;
    kind.has_files = true;
    kind.search_hint = "编号、名称、客户";
    return kind;
}

}  // namespace wescrm::pages::record
