#include "parts.hpp"

namespace wescrm::pages::record {
namespace {

Words quote_states() {
    return {{"draft", "草稿"},
            {"in_review", "审核中", "warn"},
            {"in_force", "已生效", "ok"},
            {"accepted", "已接受", "ok"},
            {"expired", "已过期", "warn"},
            {"rejected", "已驳回", "danger"},
            {"void", "作废"}};
}
Words invoice_states() {
    return {{"draft", "草稿"},          {"in_review", "审核中", "warn"},  {"waiting", "待开票", "info"},
            {"issued", "已开票", "ok"}, {"rejected", "已驳回", "danger"}, {"void", "作废"},
            {"red", "已红冲", "danger"}};
}
Words invoice_kinds() { return {{"normal", "普票"}, {"special", "专票"}, {"electronic", "电子发票"}}; }
Words title_kinds() { return {{"company", "单位"}, {"person", "个人"}}; }
Words used() { return {{"true", "启用", "ok"}, {"false", "停用"}}; }

std::vector<Action> quote_actions() {
    auto actions = document_actions("quote.submit", "quote.void", "quote.delete", {"in_force", "expired"});
    actions.insert(actions.begin() + 1, {{.name = "accept",
                                          .operation = "quote.accept",
                                          .title = "转为订单",
                                          .icon = "order",
                                          .fields = {{.name = "with_contract", .object = "contract"}},
                                          .sentence = "客户接受了报价：按报价的产品、价格和优惠生成一张订单草稿。",
                                          .done = "已生成订单",
                                          .is_main = true,
                                          .fits = in({"in_force"})},
                                         {.name = "revise",
                                          .operation = "quote.revise",
                                          .title = "新建一版",
                                          .icon = "pen",
                                          .sentence = "按这一版新建草稿，这一版随即作废，内容保留可查。",
                                          .done = "已新建一版",
                                          .fits = in({"rejected", "in_force", "expired"})}});
    return actions;
}

std::vector<Action> invoice_actions() {
    auto actions = document_actions("invoice.submit", "invoice.void", "invoice.delete", {"waiting", "issued"});
    actions.insert(actions.begin() + 1, {{.name = "issue",
                                          .operation = "invoice.issue",
                                          .title = "登记开票",
                                          .icon = "check",
                                          .fields = {{"invoice_no"}, {"issued_on"}, {"delivery"}},
                                          .done = "已登记开票",
                                          .is_main = true,
                                          .fits = in({"waiting"})},
                                         {.name = "reverse",
                                          .operation = "invoice.reverse",
                                          .title = "红冲",
                                          .icon = "undo",
                                          .fields = {{"reason"}},
                                          .done = "已红冲",
                                          .is_danger = true,
                                          .fits = in({"issued"})}});
    return actions;
}

}  // namespace

Kind quote_kind() {
    auto kind = Kind{};
    kind.object = "quote";
    kind.path = "/app/quotes";
    kind.title = "报价单";
    kind.measure = "张";
    kind.icon = "log";
    kind.columns = {customer_column(),
                    {"status", "状态", Show::tag, quote_states()},
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    {"discount_percent", "整单优惠", Show::percent, {}, {}, {}, {}, true, true},
                    {"quoted_on", "报价日期", Show::date},
                    {"valid_until", "有效期至", Show::date},
                    {"revision", "版本", Show::number, {}, {}, {}, {}, true},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true}};
    kind.filters = document_filters(quote_states());
    kind.facts = {customer_column(),
                  {"amount_fen", "金额（元）", Show::money},
                  {"valid_until", "有效期至", Show::date},
                  {"order_no", "订单", Show::link, {}, {}, "/app/orders/", "order_id"},
                  {"owner_name", "负责人"}};
    kind.properties = {{"no", "编号"},
                       {"name", "报价名称"},
                       {"revision", "版本", Show::number},
                       {"status", "状态", Show::tag, quote_states()},
                       {"status_reason", "原因"},
                       {"contact_name", "联系人"},
                       {"quoted_on", "报价日期", Show::date},
                       {"valid_until", "有效期至", Show::date},
                       {"discount_percent", "整单优惠", Show::percent},
                       {"amount_fen", "金额（元）", Show::money},
                       {"terms", "付款条件"},
                       {"remark", "备注"},
                       {"in_force_at", "生效时间", Show::instant},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"contact_id", Field::Ask::record, {}, {}, "联系人", "contact", "contact_name"},
                 {"opportunity_id", Field::Ask::record, {}, {}, "商机", "opportunity"},
                 {"quoted_on"},
                 {"valid_until"},
                 currency_field(),
                 {"discount_percent", Field::Ask::by_type, {}, {}, "整单优惠 %"},
                 {"terms"},
                 {"remark"},
                 lines_field()};
    kind.tables = {{"lines", "产品明细", line_columns()}};
    kind.is_printable = true;
    kind.actions = quote_actions();
    kind.has_followups = true;
    kind.actions.push_back(document_transfer("quote.transfer", "只转移这张报价单，客户和其他单据不变。"));
    kind.has_files = true;
    kind.search_hint = "编号、名称、客户";
    return kind;
}

Kind invoice_kind() {
    auto kind = Kind{};
    kind.object = "invoice";
    kind.path = "/app/invoices";
    kind.title = "发票";
    kind.measure = "张";
    kind.icon = "stamp";
    kind.name = "title_name";
    kind.columns = {customer_column(),
                    order_column(),
                    {"status", "状态", Show::tag, invoice_states()},
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    {"kind", "类型", Show::tag, invoice_kinds()},
                    {"invoice_no", "发票号码", Show::text, {}, {}, {}, {}, true},
                    {"issued_on", "开票日期", Show::date, {}, {}, {}, {}, true},
                    {"owner_name", "负责人", Show::text, {}, {}, {}, {}, true, true}};
    kind.filters = document_filters(invoice_states());
    kind.facts = {customer_column(),
                  order_column(),
                  {"amount_fen", "金额（元）", Show::money},
                  {"issued_on", "开票日期", Show::date}};
    kind.properties = {{"no", "申请编号"},
                       {"title_name", "开票抬头"},
                       {"title_kind", "抬头类型", Show::tag, title_kinds()},
                       {"tax_no", "税号"},
                       {"bank", "开户行"},
                       {"account", "银行账号"},
                       {"address", "注册地址"},
                       {"phone", "注册电话"},
                       {"contract_no", "合同", Show::link, {}, {}, "/app/contracts/", "contract_id"},
                       {"kind", "发票类型", Show::tag, invoice_kinds()},
                       {"tax_percent", "税率", Show::percent},
                       {"amount_fen", "金额（元）", Show::money},
                       {"applied_on", "申请日期", Show::date},
                       {"invoice_no", "发票号码"},
                       {"issued_on", "开票日期", Show::date},
                       {"delivery", "交付方式"},
                       {"status", "状态", Show::tag, invoice_states()},
                       {"status_reason", "原因"},
                       {"owner_name", "负责人"},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {order_field(),
                 {"amount_fen", Field::Ask::by_type, {}, {}, "开票金额（元）"},
                 {"title_id",
                  Field::Ask::choice,
                  {},
                  {.operation = "invoice_title.list",
                   .value = "id",
                   .title = "name",
                   .filter = "customer_id",
                   .filter_from = "customer_id"},
                  "开票抬头"},
                 {"kind", Field::Ask::choice, invoice_kinds(), {}, "发票类型"},
                 {"tax_percent", Field::Ask::by_type, {}, {}, "税率 %"},
                 {"contract_id", Field::Ask::record, {}, {}, "合同（空为订单的合同）", "contract", "contract_no"},
                 {"delivery"},
                 {"remark"}};
    kind.actions = invoice_actions();
    kind.actions.push_back(document_transfer("invoice.transfer", "只转移这张发票，订单不变。"));
    kind.has_files = true;
    kind.search_hint = "编号、抬头、发票号码、客户";
    return kind;
}

Kind invoice_title_kind() {
    auto kind = Kind{};
    kind.object = "invoice_title";
    kind.path = "/app/invoice-titles";
    kind.title = "开票抬头";
    kind.measure = "个";
    kind.icon = "stamp";
    kind.number = "tax_no";
    kind.parent_path = "/app/customers";
    kind.parent_member = "customer_id";
    kind.columns = {{"kind", "类型", Show::tag, title_kinds()},
                    {"bank", "开户行"},
                    {"account", "银行账号", Show::text, {}, {}, {}, {}, true},
                    {"is_default", "默认", Show::tag, {{"true", "默认", "info"}, {"false", "否"}}}};
    kind.properties = {
        {"name", "抬头名称"},    {"kind", "抬头类型", Show::tag, title_kinds()},
        {"tax_no", "税号"},      {"bank", "开户行"},
        {"account", "银行账号"}, {"address", "注册地址"},
        {"phone", "注册电话"},   {"is_default", "默认抬头", Show::tag, {{"true", "是"}, {"false", "否"}}}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"kind", Field::Ask::choice, title_kinds(), {}, "抬头类型"},
                 {"tax_no"},
                 {"bank"},
                 {"account"},
                 {"address"},
                 {"phone"},
                 {"is_default"}};
    kind.actions = {delete_action("invoice_title.delete", "删除后不能恢复；已申请的发票保留当时的抬头。")};
    kind.actions.front().is_bulk = false;
    kind.is_in_navigation = false;
    kind.view_permission = "customer.view";
    kind.create_permission = "customer.edit";
    kind.change_permission = "customer.edit";
    return kind;
}

Kind price_book_kind() {
    auto kind = Kind{};
    kind.object = "price_book";
    kind.path = "/app/price-books";
    kind.title = "价格表";
    kind.measure = "份";
    kind.icon = "tag";
    kind.number = "remark";
    kind.columns = {{"enabled", "状态", Show::tag, used()},
                    {"currency", "币种", Show::tag, currencies_in_words()},
                    {"valid_from", "开始", Show::date},
                    {"valid_to", "结束", Show::date},
                    {"products", "产品数", Show::number},
                    {"updated_at", "更新时间", Show::instant, {}, "updated_at", {}, {}, true}};
    kind.filters = {{"enabled", "状态", Filter::Ask::choice, used(), {}, true}};
    kind.facts = {{"currency", "币种", Show::tag, currencies_in_words()},
                  {"valid_from", "开始", Show::date},
                  {"valid_to", "结束", Show::date},
                  {"products", "产品数", Show::number}};
    kind.properties = {{"name", "名称"},
                       {"enabled", "状态", Show::tag, used()},
                       {"valid_from", "开始日期", Show::date},
                       {"valid_to", "结束日期", Show::date},
                       {"customers", "只用于这些客户"},
                       {"departments", "只用于这些部门的销售"},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant},
                       {"updated_at", "更新时间", Show::instant}};
    kind.form = {{"name", Field::Ask::by_type, {}, {}, "名称"},
                 currency_field(),
                 {"enabled", Field::Ask::choice, used(), {}, "状态"},
                 {"valid_from"},
                 {"valid_to"},
                 {"customer_ids", Field::Ask::records, {}, {}, "只用于这些客户", "customer"},
                 {"remark"},
                 {"department_ids", Field::Ask::departments, {}, {}, "只用于这些部门的销售"},
                 {"rows",
                  Field::Ask::lines,
                  {},
                  {},
                  "产品价格",
                  {},
                  {},
                  {{"product_id", Field::Ask::record, {}, {}, "产品", "product", "product_name"},
                   {"min_quantity", Field::Ask::by_type, {}, {}, "起订量"},
                   {"price_fen", Field::Ask::unit_price, {}, {}, "价格"},
                   {"floor_fen", Field::Ask::unit_price, {}, {}, "底价"}}}};
    kind.tables = {{"rows",
                    "产品价格",
                    {{"product_code", "编码"},
                     {"product_name", "产品"},
                     {"min_quantity", "起订量", Show::number},
                     {"price_fen", "价格", Show::unit_price},
                     {"floor_fen", "底价", Show::unit_price}}}};
    kind.actions = {delete_action("price_book.delete", "用过它的单据保留当时的价格。")};
    kind.actions.front().is_bulk = false;
    kind.search_hint = "名称";
    kind.view_permission = "price_book.manage";
    kind.create_permission = "price_book.manage";
    kind.change_permission = "price_book.manage";
    return kind;
}

}  // namespace wescrm::pages::record
