#include "parts.hpp"

namespace wescrm::pages::record {
namespace {

Words states() {
    return {{"open", "进行中", "info"}, {"won", "赢单", "ok"}, {"lost", "输单", "danger"}, {"invalid", "无效"}};
}

bool is_open(json::Value const& record) { return json::find_string(record, "status") == "open"; }
bool is_closed(json::Value const& record) { return !is_open(record); }

// Whether the stage in which it is asks for somebody's consent.
bool needs_approval(json::Value const& record) {
    auto const* stages = json::find(record, "stages");
    if (!is_open(record) || !stages || !stages->IsArray()) return false;
    auto const here = json::find_string(record, "stage_id");
    for (auto const& stage : stages->GetArray())
        if (json::find_string(stage, "id") == here) return json::find_bool(stage, "needs_approval").value_or(false);
    return false;
}

std::vector<Action> actions() {
    auto const stage = Field{"stage_id",
                             Field::Ask::choice,
                             {},
                             {.value = "id", .title = "name", .member = "stages", .is_next = true},
                             "阶段"};
    return {{.name = "advance",
             .operation = "opportunity.advance",
             .title = "推进阶段",
             .icon = "trend",
             .fields = {stage, {"reason"}},
             .done = "阶段已更新",
             .is_main = true,
             .fits = is_open},
            {.name = "submit",
             .operation = "opportunity.submit",
             .title = "提交审批",
             .icon = "stamp",
             .fields = {{"reason"}},
             .done = "已提交审批",
             .fits = needs_approval},
            {.name = "win",
             .operation = "opportunity.win",
             .title = "赢单",
             .icon = "check",
             .fields = {{"amount_fen", Field::Ask::by_type, {}, {}, "成交金额（元）"}, {"closed_on"}, {"remark"}},
             .done = "已赢单",
             .fits = is_open},
            {.name = "lose",
             .operation = "opportunity.lose",
             .title = "输单",
             .icon = "close",
             .fields = {{"reason"}, {"competitor"}, {"closed_on"}},
             .done = "已输单",
             .is_danger = true,
             .fits = is_open},
            {.name = "invalidate",
             .operation = "opportunity.invalidate",
             .title = "标为无效",
             .icon = "alert",
             .fields = {{"reason"}},
             .done = "已标为无效",
             .is_danger = true,
             .fits = is_open},
            {.name = "reopen",
             .operation = "opportunity.reopen",
             .title = "重新打开",
             .icon = "undo",
             .fields = {{"reason"}},
             .done = "已重新打开",
             .fits = is_closed},
            transfer_action("opportunity.transfer"),
            share_action("opportunity.share"),
            delete_action("opportunity.delete")};
}

}  // namespace

Kind opportunity_kind() {
    auto kind = Kind{};
    kind.object = "opportunity";
    kind.path = "/app/opportunities";
    kind.title = "商机";
    kind.measure = "个";
    kind.icon = "trend";
    kind.board = "/app/opportunities-board";
    kind.scenes = {"mine", "subordinates", "team", "headed", "shared", "followed", "new_week"};
    kind.columns = {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                    {"stage_name", "阶段"},
                    {"status", "状态", Show::tag, states()},
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    {"probability", "赢率", Show::percent, {}, {}, {}, {}, true},
                    {"expected_close_date", "预计成交", Show::date, {}, "expected_close_date"},
                    {"owner_name", "负责人"},
                    {"last_follow_at", "最后跟进", Show::instant, {}, {}, {}, {}, true},
                    {"process_name", "流程", Show::text, {}, {}, {}, {}, true, true},
                    {"source", "来源", Show::text, {}, {}, {}, {}, true, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true}};
    kind.filters = {{"status", "状态", Filter::Ask::choice, states(), {}, true},
                    {"process_id", "流程", Filter::Ask::choice, {}, {"process.list", "id", "name"}, true},
                    {"owner", "负责人", Filter::Ask::person, {}, {}, true},
                    {"department", "部门", Filter::Ask::department},
                    {"amount_from_fen", "金额从（元）"},
                    {"amount_to_fen", "金额到（元）"},
                    {"expected_from", "预计成交从", Filter::Ask::date},
                    {"expected_to", "预计成交到", Filter::Ask::date},
                    {"stalled", "停滞", Filter::Ask::yes},
                    {"deleted", "回收站", Filter::Ask::yes}};
    kind.facts = {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                  {"stage_name", "阶段"},
                  {"amount_fen", "金额（元）", Show::money},
                  {"expected_close_date", "预计成交", Show::date},
                  {"owner_name", "负责人"}};
    kind.properties = {{"no", "编号"},
                       {"name", "商机名称"},
                       {"process_name", "销售流程"},
                       {"stage_name", "阶段"},
                       {"probability", "赢率", Show::percent},
                       {"status", "状态", Show::tag, states()},
                       {"amount_fen", "金额（元）", Show::money},
                       {"expected_close_date", "预计成交日期", Show::date},
                       {"closed_on", "成交日期", Show::date},
                       {"lost_reason", "输单原因"},
                       {"source", "来源"},
                       {"competitor", "竞争对手"},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"amount_fen", Field::Ask::by_type, {}, {}, "金额（元）"},
                 {"process_id", Field::Ask::choice, {}, {"process.list", "id", "name"}, "销售流程"},
                 {"expected_close_date"},
                 {"source"},
                 {"competitor"},
                 {"remark"},
                 {"lines",
                  Field::Ask::lines,
                  {},
                  {},
                  "产品明细",
                  {},
                  {},
                  {{"product_id", Field::Ask::record, {}, {}, "产品", "product", "name"},
                   {"name", Field::Ask::by_type, {}, {}, "名称"},
                   {"quantity", Field::Ask::by_type, {}, {}, "数量"},
                   {"price_fen", Field::Ask::by_type, {}, {}, "单价（元）"},
                   {"discount_percent", Field::Ask::by_type, {}, {}, "优惠 %"}}}};
    kind.tables = {{"lines",
                    "产品明细",
                    {{"name", "产品"},
                     {"quantity", "数量", Show::number},
                     {"price_fen", "单价（元）", Show::money},
                     {"discount_percent", "优惠", Show::percent},
                     {"subtotal_fen", "小计（元）", Show::money}}},
                   {"history",
                    "阶段记录",
                    {{"to_stage_name", "进入阶段"},
                     {"from_stage_name", "来自"},
                     {"at", "时间", Show::instant},
                     {"user_name", "操作人"},
                     {"amount_fen", "当时金额（元）", Show::money},
                     {"reason", "原因"}}}};
    kind.actions = actions();
    kind.children = {{"quotes", "报价单", "quote", "opportunity_id", "opportunity_id"},
                     {"orders", "订单", "order", "opportunity_id"}};
    kind.search_hint = "商机名称、编号、客户";
    kind.chat_hint = "宏达科技 新建商机 产线改造 58万";
    kind.has_followups = true;
    return kind;
}

}  // namespace wescrm::pages::record
