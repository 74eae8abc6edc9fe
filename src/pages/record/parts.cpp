#include "parts.hpp"

#include <wescrm/base/currency.hpp>

namespace wescrm::pages::record {

std::function<bool(json::Value const&)> in(std::vector<std::string> states) {
    return [states = std::move(states)](json::Value const& record) {
        auto const status = json::find_string(record, "status").value_or("");
        for (auto const& state : states)
            if (status == state) return true;
        return false;
    };
}

Column customer_column() { return {"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"}; }
Column order_column() { return {"order_no", "订单", Show::link, {}, {}, "/app/orders/", "order_id"}; }

Field order_field() {
    auto field = Field{"order_id", Field::Ask::record, {}, {}, "订单", "order", "order_no"};
    field.is_needed = true;
    return field;
}

Words currencies_in_words() {
    auto words = Words{};
    for (auto const& one : currencies()) words.push_back({one.code, one.name});
    return words;
}

Field currency_field() { return {"currency", Field::Ask::choice, currencies_in_words(), {}, "币种"}; }

Column currency_column() {
    auto column = Column{"currency", "币种", Show::tag, currencies_in_words()};
    column.is_extra = true;
    return column;
}

std::vector<Column> line_columns() {
    return {{"product_name", "产品"},
            {"unit", "单位"},
            {"quantity", "数量", Show::number},
            {"price_fen", "单价", Show::unit_price},
            {"discount_percent", "优惠", Show::percent},
            {"subtotal_fen", "小计", Show::money}};
}

Field lines_field() {
    return {"lines",
            Field::Ask::lines,
            {},
            {},
            "产品明细",
            {},
            {},
            {{"product_id", Field::Ask::record, {}, {}, "产品", "product", "product_name"},
             {"product_name", Field::Ask::by_type, {}, {}, "或名称（不选产品时）"},
             {"unit", Field::Ask::by_type, {}, {}, "单位（不选产品时）"},
             {"quantity", Field::Ask::by_type, {}, {}, "数量"},
             {"price_fen", Field::Ask::unit_price, {}, {}, "单价"},
             {"discount_percent", Field::Ask::by_type, {}, {}, "优惠 %"}}};
}

// Submitting, voiding and deleting: the same for every document.
std::vector<Action> document_actions(std::string_view submit, std::string_view void_, std::string_view delete_,
                                     std::vector<std::string> voidable) {
    auto gone = delete_action(delete_, "草稿删除后不能恢复。");
    gone.is_bulk = false;
    gone.fits = in({"draft", "rejected"});
    return {{.name = "submit",
             .operation = submit,
             .title = "提交",
             .icon = "check",
             .sentence = "按审批设置需要审批的，上级同意后生效；不需要的立即生效。",
             .done = "已提交",
             .is_main = true,
             .fits = in({"draft", "rejected"})},
            {.name = "void",
             .operation = void_,
             .title = "作废",
             .icon = "alert",
             .fields = {{"reason"}},
             .done = "已作废",
             .is_danger = true,
             .fits = in(std::move(voidable))},
            std::move(gone)};
}

// By itself, while the customer stays with whom he is.
Action document_transfer(std::string_view operation, std::string_view sentence) {
    return fitting(transfer_action(operation, sentence), [](json::Value const& record) {
        return json::find_string(record, "status").value_or("") != "void";
    });
}

Action request_change(std::string_view operation, std::vector<std::string> states, std::vector<Field> fields) {
    fields.push_back({"remark"});
    fields.push_back({"change_reason", Field::Ask::by_type, {}, {}, "变更原因"});
    return {.name = "request_change",
            .operation = operation,
            .title = "变更",
            .icon = "pen",
            .fields = std::move(fields),
            .sentence = "改好要变更的内容。上级同意后生效，在此之前仍按原来的内容执行。",
            .done = "已提交变更",
            .fits = in(std::move(states))};
}

Words acquired_words() { return {{"create", "新建"}, {"claim", "领取"}, {"assign", "分配"}, {"transfer", "转移"}}; }

Words method_words() {
    return {{"call", "电话"},    {"visit", "拜访"}, {"wechat", "微信"}, {"wecom", "企微会话"},
            {"meeting", "会议"}, {"email", "邮件"}, {"sms", "短信"},    {"other", "其他"}};
}

std::vector<Filter> document_filters(Words const& states) {
    return {{"status", "状态", Filter::Ask::choice, states, {}, true},
            {"owner", "负责人", Filter::Ask::person, {}, {}, true},
            {"department", "部门", Filter::Ask::department},
            {"from", "创建从", Filter::Ask::date},
            {"to", "创建到", Filter::Ask::date}};
}

Action transfer_action(std::string_view operation, std::string_view sentence) {
    return {.name = "transfer",
            .operation = operation,
            .title = "转移",
            .icon = "swap",
            .fields = {{"user_id", Field::Ask::person, {}, {}, "转移给"}, {"reason"}},
            .sentence = sentence,
            .done = "已转移",
            .is_bulk = true};
}

Field reason_field(std::string_view of) {
    auto field = Field{"reason", Field::Ask::choice};
    field.source = {
        .operation = "sales_reason.list", .value = "reason", .title = "reason", .filter = "of", .filter_value = of};
    field.is_open = true;
    return field;
}

Action share_action(std::string_view operation) {
    return {
        .name = "share",
        .operation = operation,
        .title = "共享",
        .icon = "people",
        .fields = {{"user_id", Field::Ask::person, {}, {}, "员工"},
                   {"department_id", Field::Ask::department, {}, {}, "或部门"},
                   {"power", Field::Ask::choice, {{"read", "只读"}, {"write", "读写"}}, {}, "权限"},
                   {"expires_at", Field::Ask::by_type, {}, {}, "到期时间（空为长期）"},
                   {"include_sub_departments",
                    Field::Ask::choice,
                    {{"true", "包含"}, {"false", "不包含"}},
                    {},
                    "共享给部门时，下级部门"}},
        .sentence = "选一位员工，他加入团队；或选一个部门，它的同事都能看到。已有的共享再选一次就是修改权限和期限。",
        .done = "已共享",
        .is_bulk = true,
        .is_blank = true};
}

Action delete_action(std::string_view operation, std::string_view sentence) {
    return {.name = "delete",
            .operation = operation,
            .title = "删除",
            .icon = "close",
            .sentence = sentence,
            .done = "已删除",
            .is_danger = true,
            .is_bulk = true,
            .leaves = true};
}

Action fitting(Action action, std::function<bool(json::Value const&)> fits) {
    action.fits = std::move(fits);
    return action;
}

}  // namespace wescrm::pages::record
