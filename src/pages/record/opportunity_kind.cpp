#include "parts.hpp"
#include "tags.hpp"

namespace wescrm::pages::record {
namespace {

Words opportunity_states() {
    return {{"open", "进行中", "info"}, {"won", "赢单", "ok"}, {"lost", "输单", "danger"}, {"invalid", "无效"}};
}

Words roles() {
    return {
        {"other", "其他"}, {"decider", "决策人"}, {"influencer", "影响者"}, {"user", "使用者"}, {"opponent", "反对者"}};
}

Words channels() {
    return {{"chat", "聊天"}, {"page", "页面"}, {"api", "API"}, {"timer", "定时"}, {"sync", "同步"}, {"cli", "命令行"}};
}

bool is_opportunity_open(json::Value const& record) { return json::find_string(record, "status") == "open"; }
bool is_closed(json::Value const& record) { return !is_opportunity_open(record); }

// Whether the stage in which it is asks for somebody's consent.
bool needs_approval(json::Value const& record) {
    auto const* stages = json::find(record, "stages");
    if (!is_opportunity_open(record) || !stages || !stages->IsArray()) return false;
    auto const here = json::find_string(record, "stage_id");
    for (auto const& stage : stages->GetArray())
        if (json::find_string(stage, "id") == here) return json::find_bool(stage, "needs_approval").value_or(false);
    return false;
}

std::vector<Action> opportunity_actions() {
    auto const stage = Field{"stage_id",
                             Field::Ask::choice,
                             {},
                             {.value = "id", .title = "name", .member = "stages", .is_next = true},
                             "阶段"};
    auto const tagging = tag_actions("opportunity.tag", "opportunity");
    return {{.name = "advance",
             .operation = "opportunity.advance",
             .title = "推进阶段",
             .icon = "trend",
             .fields = {stage, {"reason"}},
             .done = "阶段已更新",
             .is_main = true,
             .fits = is_opportunity_open},
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
             .fields = {{"amount_fen", Field::Ask::by_type, {}, {}, "成交金额"}, {"closed_on"}, {"remark"}},
             .done = "已赢单",
             .fits = is_opportunity_open},
            {.name = "lose",
             .operation = "opportunity.lose",
             .title = "输单",
             .icon = "close",
             .fields = {reason_field("lost"), {"competitor"}, {"closed_on"}},
             .done = "已输单",
             .is_danger = true,
             .fits = is_opportunity_open},
            {.name = "invalidate",
             .operation = "opportunity.invalidate",
             .title = "标为无效",
             .icon = "alert",
             .fields = {reason_field("invalid")},
             .done = "已标为无效",
             .is_danger = true,
             .fits = is_opportunity_open},
            {.name = "reopen",
             .operation = "opportunity.reopen",
             .title = "重新打开",
             .icon = "undo",
             .fields = {{"reason"}},
             .done = "已重新打开",
             .fits = is_closed},
            {.name = "process",
             .operation = "opportunity.change",
             .title = "更换流程",
             .icon = "trend",
             .fields = {{"process_id", Field::Ask::choice, {}, {"process.list", "id", "name"}, "新流程"},
                        {"stage_id", Field::Ask::choice, {}, {"stage.list", "id", "name"}, "到新流程的阶段"},
                        {"reason", Field::Ask::by_type, {}, {}, "原因"}},
             .sentence = "商机放到新流程里选定的阶段，从这时起按新流程推进。已有金额的商机只能换到币种相同的流程。",
             .done = "已更换流程",
             .fits = is_opportunity_open},
            transfer_action("opportunity.transfer"),
            share_action("opportunity.share"),
            tagging.front(),
            tagging.back(),
            delete_action("opportunity.delete", "删除后进入回收站，可以恢复。")};
}

// One that is there changes its process by an action that asks for the stage as well.
Field process_field() {
    auto field = Field{"process_id", Field::Ask::choice, {}, {"process.open", "id", "title"}, "销售流程"};
    field.is_only_for_new = true;
    return field;
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
                    {"stage_name", "阶段", Show::tag},
                    {"status", "状态", Show::tag, opportunity_states()},
                    {"amount_fen", "金额（元）", Show::money, {}, "amount_fen"},
                    currency_column(),
                    tags_column(),
                    {"probability", "赢率", Show::percent, {}, {}, {}, {}, true},
                    {"expected_close_date", "预计成交", Show::date, {}, "expected_close_date"},
                    {"owner_name", "负责人"},
                    {"last_follow_at", "最后跟进", Show::instant, {}, {}, {}, {}, true},
                    {"process_name", "流程", Show::text, {}, {}, {}, {}, true, true},
                    {"source", "来源", Show::text, {}, {}, {}, {}, true, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true}};
    kind.filters = {{"status", "状态", Filter::Ask::choice, opportunity_states(), {}, true},
                    {"process_id", "流程", Filter::Ask::choice, {}, {"process.list", "id", "name"}, true},
                    {"stage_id", "阶段", Filter::Ask::choice, {}, {"stage.list", "id", "name"}, true},
                    {"owner", "负责人", Filter::Ask::person, {}, {}, true},
                    {"department", "部门", Filter::Ask::department},
                    {"amount_from_fen", "金额从（元）"},
                    {"amount_to_fen", "金额到（元）"},
                    {"expected_from", "预计成交从", Filter::Ask::date},
                    {"expected_to", "预计成交到", Filter::Ask::date},
                    tags_filter(),
                    {"stalled", "停滞", Filter::Ask::yes},
                    {"deleted", "回收站", Filter::Ask::yes}};
    kind.facts = {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                  {"stage_name", "阶段", Show::tag},
                  {"amount_fen", "金额（元）", Show::money},
                  {"expected_close_date", "预计成交", Show::date},
                  {"owner_name", "负责人"}};
    kind.properties = {{"no", "编号"},
                       {"name", "商机名称"},
                       {"process_name", "销售流程"},
                       {"stage_name", "阶段", Show::tag},
                       {"probability", "赢率", Show::percent},
                       {"status", "状态", Show::tag, opportunity_states()},
                       {"currency", "币种", Show::tag, currencies_in_words()},
                       {"amount_fen", "金额（元）", Show::money},
                       {"expected_close_date", "预计成交日期", Show::date},
                       {"closed_on", "成交日期", Show::date},
                       {"contact_name", "主要联系人", Show::link, {}, {}, "/app/contacts/", "contact_id"},
                       {"lost_reason", "输单原因"},
                       {"source", "来源"},
                       {"competitor", "竞争对手"},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"amount_fen", Field::Ask::by_type, {}, {}, "金额"},
                 process_field(),
                 {"expected_close_date"},
                 {"probability", Field::Ask::by_type, {}, {}, "赢率 %（空为阶段的赢率）"},
                 {"contact_id", Field::Ask::record, {}, {}, "主要联系人", "contact", "contact_name"},
                 {"main_lead_id", Field::Ask::record, {}, {}, "主线索", "lead"},
                 {"secondary_lead_ids", Field::Ask::records, {}, {}, "其他线索", "lead"},
                 {"source"},
                 {"competitor"},
                 {"next_contact_at"},
                 tags_field("opportunity"),
                 {"remark"},
                 {"contacts",
                  Field::Ask::lines,
                  {},
                  {},
                  "联系人和角色",
                  {},
                  {},
                  {{"contact_id", Field::Ask::record, {}, {}, "联系人", "contact", "name"},
                   {"role", Field::Ask::choice, roles(), {}, "角色"}}},
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
                   {"price_fen", Field::Ask::unit_price, {}, {}, "单价"},
                   {"discount_percent", Field::Ask::by_type, {}, {}, "优惠 %"}}}};
    kind.tables = {{"contacts",
                    "联系人",
                    {{"name", "姓名", Show::link, {}, {}, "/app/contacts/", "contact_id"},
                     {"position", "职务"},
                     {"role", "角色", Show::tag, roles()}}},
                   {"lines",
                    "产品明细",
                    {{"name", "产品"},
                     {"quantity", "数量", Show::number},
                     {"price_fen", "单价（元）", Show::unit_price},
                     {"discount_percent", "优惠", Show::percent},
                     {"subtotal_fen", "小计（元）", Show::money}}},
                   {"history",
                    "阶段记录",
                    {{"to_stage_name", "进入阶段"},
                     {"from_stage_name", "来自"},
                     {"at", "时间", Show::instant},
                     {"user_name", "操作人"},
                     {"amount_fen", "当时金额（元）", Show::money},
                     {"channel", "渠道", Show::tag, channels()},
                     {"approved_by", "审批", Show::link, {}, {}, "/app/approvals/", "approval_id"},
                     {"reason", "原因"}}}};
    kind.actions = opportunity_actions();
    kind.children = {{"quotes", "报价单", "quote", "opportunity_id", "opportunity_id"},
                     {"orders", "订单", "order", "opportunity_id", "opportunity_id"}};
    kind.search_hint = "商机名称、编号、客户";
    kind.chat_hint = "宏达科技 新建商机 产线改造 58万";
    kind.has_followups = true;
    kind.has_tasks = true;
    return kind;
}

}  // namespace wescrm::pages::record
