#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/document_change.hpp>
#include <wescrm/sales/price_book.hpp>

// The fields of products, contracts, orders, plans and payments in words, with their limits.
namespace wescrm::sales {
namespace {

using operation::FieldRule;

constexpr std::size_t long_text = 2'000;
constexpr std::int64_t most_money = 100'000'000'000'000;  // fen: a trillion yuan

FieldRule version() { return {"version", "版本", {.min = 1}}; }
FieldRule currency() { return {"currency", "币种", {.max_length = 3}, "CNY"}; }
FieldRule money(std::string_view name, std::string_view label) {
    return {name, label, {.min = 0, .max = most_money}, "50000"};
}
// The same price exactly: integers, as money is.
FieldRule exact(std::string_view name, std::string_view label) {
    return {name, label, {.min = 0, .max = most_money * 100}, "12345600"};
}
std::vector<FieldRule> with_version(std::vector<FieldRule> rules) {
    rules.push_back(version());
    return rules;
}

}  // namespace

std::vector<FieldRule> field_rules(CreateProduct const*) {
    return {{"name", "产品名称", {.max_length = 100}, "工业网关"},
            {"code", "产品编码", {.max_length = 50}, "CP0001"},
            {"category_id", "产品分类"},
            {"category", "产品分类", {.max_length = 200}, "软件/基础版"},
            {"unit", "单位", {.max_length = 20}, "台"},
            money("price_fen", "标准单价"),
            exact("price_e4", "标准单价（单位 0.0001 元，与 price_fen 二选一）"),
            money("cost_fen", "成本"),
            exact("cost_e4", "成本（单位 0.0001 元，与 cost_fen 二选一）"),
            {"tax_percent", "税率（%）"},
            {"spec", "规格", {.max_length = 200}},
            {"description", "说明", {.max_length = long_text}},
            {"status", "上下架"},
            {"sort_order", "排序", {.min = 0, .max = 1'000'000}}};
}
std::vector<FieldRule> field_rules(ChangeProduct const*) {
    auto rules = with_version(field_rules(static_cast<CreateProduct const*>(nullptr)));
    rules.push_back({"first_image_id", "首图"});
    return rules;
}
std::vector<FieldRule> field_rules(CreateCategory const*) {
    return {{"name", "分类名称", {.max_length = 50}},
            {"parent_id", "上级分类"},
            {"sort_order", "排序", {.min = 0, .max = 1'000'000}}};
}
std::vector<FieldRule> field_rules(ChangeCategory const*) {
    return with_version(field_rules(static_cast<CreateCategory const*>(nullptr)));
}

std::vector<FieldRule> field_rules(PriceRowInput const*) {
    return {{"product_id", "产品"},     {"min_quantity", "起订量"},
            money("price_fen", "价格"), exact("price_e4", "价格（单位 0.0001 元，与 price_fen 二选一）"),
            money("floor_fen", "底价"), exact("floor_e4", "底价（单位 0.0001 元，与 floor_fen 二选一）")};
}
std::vector<FieldRule> field_rules(CreatePriceBook const*) {
    return {{"name", "价格表名称", {.max_length = 100}},
            currency(),
            {"enabled", "启用"},
            {"valid_from", "生效日期"},
            {"valid_to", "失效日期"},
            {"customer_ids", "适用客户", {.max_items = 500}},
            {"department_ids", "适用部门", {.max_items = 100}},
            {"remark", "备注", {.max_length = long_text}},
            {"rows", "产品价格", {.max_items = 2'000}}};
}
std::vector<FieldRule> field_rules(ChangePriceBook const*) {
    return with_version(field_rules(static_cast<CreatePriceBook const*>(nullptr)));
}

std::vector<FieldRule> field_rules(OrderLineInput const*) {
    return {{"product_id", "产品"},
            {"product_name", "产品名称", {.max_length = 100}},
            {"unit", "单位", {.max_length = 20}},
            {"quantity", "数量"},
            money("price_fen", "单价"),
            exact("price_e4", "单价（单位 0.0001 元，与 price_fen 二选一）"),
            {"discount_percent", "折扣（%，从单价中减去）"}};
}
std::vector<FieldRule> field_rules(CreateOrder const*) {
    return {{"customer_id", "客户"},
            {"name", "订单名称", {.max_length = 100}},
            {"contact_id", "联系人"},
            {"opportunity_id", "商机"},
            {"contract_id", "合同"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            {"ordered_on", "下单日期"},
            {"ends_on", "到期日期"},
            {"delivery_on", "交货日期"},
            {"payment_terms", "付款条件", {.max_length = 500}},
            {"remark", "备注", {.max_length = long_text}},
            {"discount_percent", "整单优惠（%）"},
            currency(),
            money("amount_fen", "订单金额"),
            {"lines", "产品明细", {.max_items = 200}}};
}
std::vector<FieldRule> field_rules(ChangeOrder const*) {
    return with_version(field_rules(static_cast<CreateOrder const*>(nullptr)));
}
std::vector<FieldRule> field_rules(RequestOrderChange const*) {
    auto rules = field_rules(static_cast<ChangeOrder const*>(nullptr));
    rules.push_back({"change_reason", "变更原因", {.max_length = 200}});
    return rules;
}
std::vector<FieldRule> field_rules(RequestContractChange const*) {
    auto rules = field_rules(static_cast<ChangeContract const*>(nullptr));
    rules.push_back({"change_reason", "变更原因", {.max_length = 200}});
    return rules;
}
std::vector<FieldRule> field_rules(VoidOrder const*) { return {{"reason", "作废原因", {.max_length = 200}}}; }

std::vector<FieldRule> field_rules(CreateContract const*) {
    return {{"customer_id", "客户"},
            {"name", "合同名称", {.max_length = 100}},
            {"type", "合同类型", {.max_length = 50}},
            {"opportunity_id", "商机"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            money("amount_fen", "合同金额"),
            {"our_signer", "我方签约人", {.max_length = 50}},
            {"their_signer", "客户签约人", {.max_length = 50}},
            {"signed_on", "签订日期"},
            {"starts_on", "开始日期"},
            {"ends_on", "结束日期"},
            {"renewal_of_id", "续签自"},
            {"archived", "已归档"},
            {"remark", "备注", {.max_length = long_text}}};
}
std::vector<FieldRule> field_rules(ChangeContract const*) {
    return with_version(field_rules(static_cast<CreateContract const*>(nullptr)));
}
std::vector<FieldRule> field_rules(EndContract const*) { return {{"reason", "原因", {.max_length = 200}}}; }

std::vector<FieldRule> field_rules(CreatePaymentPlan const*) {
    return {{"order_id", "订单"},
            {"contract_id", "合同"},
            {"due_on", "计划回款日期"},
            {"amount_fen", "计划金额", {.min = 1, .max = most_money}},
            {"period", "期数", {.min = 1, .max = 1'000}},
            {"method", "回款方式", {.max_length = 50}},
            {"remind_days", "提前几天提醒", {.min = 0, .max = 365}},
            {"remark", "备注", {.max_length = long_text}}};
}
std::vector<FieldRule> field_rules(PlanPart const*) {
    return {{"due_on", "计划回款日期"},
            {"amount_fen", "计划金额", {.min = 1, .max = most_money}},
            {"remark", "备注", {.max_length = long_text}}};
}
std::vector<FieldRule> field_rules(SplitIntoPlans const*) {
    return {{"order_id", "订单"},
            {"contract_id", "合同"},
            {"periods", "期数", {.min = 1, .max = 120}},
            {"first_due_on", "首期日期"},
            {"every_months", "每隔几个月", {.min = 1, .max = 60}},
            {"amount_fen", "分期金额", {.min = 1, .max = most_money}},
            {"parts", "自定义各期", {.max_items = 120}},
            {"method", "回款方式", {.max_length = 50}},
            {"remind_days", "提前几天提醒", {.min = 0, .max = 365}}};
}
std::vector<FieldRule> field_rules(ChangePaymentPlan const*) {
    return with_version(field_rules(static_cast<CreatePaymentPlan const*>(nullptr)));
}

std::vector<FieldRule> field_rules(CreatePayment const*) {
    return {{"order_id", "订单"},
            {"contract_id", "合同"},
            {"amount_fen", "回款金额", {.min = -most_money, .max = most_money}, "50000"},
            {"refund_of_id", "退款的原回款"},
            {"plan_id", "回款计划"},
            {"paid_on", "回款日期"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            {"method", "回款方式", {.max_length = 50}, "银行转账"},
            {"payer", "付款方", {.max_length = 100}},
            {"bank_account", "收款账户", {.max_length = 100}},
            {"remark", "备注", {.max_length = long_text}}};
}
std::vector<FieldRule> field_rules(ChangePayment const*) {
    return with_version(field_rules(static_cast<CreatePayment const*>(nullptr)));
}
std::vector<FieldRule> field_rules(VoidPayment const*) { return {{"reason", "作废原因", {.max_length = 200}}}; }

}  // namespace wescrm::sales
