#include "parts.hpp"
#include "tags.hpp"

namespace wescrm::pages::record {
namespace {

Words lead_states() {
    return {{"unassigned", "未分配", "warn"}, {"pending", "待处理", "info"}, {"following", "跟进中", "info"},
            {"converted", "已转换", "ok"},    {"invalid", "无效"},           {"void", "作废"}};
}

bool is_state(json::Value const& record, std::initializer_list<std::string_view> states) {
    auto const status = json::find_string(record, "status").value_or("");
    for (auto const state : states)
        if (status == state) return true;
    return false;
}

bool is_lead_protected(json::Value const& record) { return json::find_string(record, "protected_until").has_value(); }

bool is_worked_on(json::Value const& record) { return is_state(record, {"pending", "following"}); }

std::vector<Action> lead_actions() {
    auto const tagging = tag_actions("lead.tag", "lead");
    return {
        {.name = "convert",
         .operation = "lead.convert",
         .title = "转化",
         .icon = "check",
         .done = "已转化",
         .is_main = true,
         .fits = is_worked_on},
        {.name = "undo_conversion",
         .operation = "lead.undo_conversion",
         .title = "撤销转化",
         .icon = "undo",
         .sentence = "转化时新建的客户、联系人和商机会移到回收站，补充的字段恢复为空，线索回到转化前的状态。",
         .done = "已撤销转化",
         .is_danger = true,
         .fits = [](json::Value const&) { return false; }},
        {.name = "claim",
         .operation = "lead.claim",
         .title = "领取",
         .icon = "plus",
         .sentence = "领取后由您负责跟进，计入每日领取数和持有上限。",
         .done = "领取已受理",
         .is_bulk = true,
         .is_main = true,
         .fits = [](json::Value const& record) { return is_state(record, {"unassigned"}); }},
        {.name = "assign",
         .operation = "lead.assign",
         .title = "分配",
         .icon = "people",
         .fields = {{"user_id", Field::Ask::person, {}, {}, "分配给"}, {"reason"}, {"over_cap_reason"}},
         .done = "已分配",
         .is_bulk = true,
         .fits =
             [](json::Value const& record) {
                 return is_state(record, {"unassigned", "pending", "following"});
             }},
        fitting(transfer_action("lead.transfer"), is_worked_on),
        {.name = "release",
         .operation = "lead.release",
         .title = "退回线索池",
         .icon = "pool",
         .fields =
             {{"high_sea_id", Field::Ask::choice, {}, {"high_sea.list", "id", "name", "object", "lead"}, "线索池"},
              reason_field("returned")},
         .done = "已退回",
         .is_danger = true,
         .is_bulk = true,
         .leaves = true,
         .fits = is_worked_on},
        {.name = "extend",
         .operation = "lead.extend",
         .title = "申请延期回收",
         .icon = "trend",
         .fields = {{"days"}, {"reason"}},
         .sentence = "由您的直接上级审批，同意后回收日顺延。",
         .done = "已提交申请",
         .fits = [](json::Value const& record) { return json::find_string(record, "recycle_due_at").has_value(); }},
        {.name = "protect",
         .operation = "lead.protect",
         .title = "保护",
         .icon = "lock",
         .fields = {{"until", Field::Ask::by_type, {}, {}, "保护到"}},
         .sentence = "保护期内不会划入线索池，也不计入持有上限。",
         .done = "已保护",
         .is_bulk = true,
         .fits = [](json::Value const& record) { return is_worked_on(record) && !is_lead_protected(record); }},
        {.name = "unprotect",
         .operation = "lead.unprotect",
         .title = "解除保护",
         .icon = "undo",
         .done = "已解除保护",
         .is_bulk = true,
         .fits = is_lead_protected},
        {.name = "recall",
         .operation = "lead.recall",
         .title = "收回到线索池",
         .icon = "pool",
         .fields =
             {{"high_sea_id", Field::Ask::choice, {}, {"high_sea.list", "id", "name", "object", "lead"}, "线索池"},
              {"reason"}},
         .sentence = "由公海管理员或负责人的上级收回；系统会通知负责人。",
         .done = "已收回到线索池",
         .is_danger = true,
         .is_bulk = true,
         .leaves = true,
         .fits = is_worked_on},
        {.name = "move",
         .operation = "lead.move",
         .title = "移到其他线索池",
         .icon = "swap",
         .fields =
             {{"high_sea_id", Field::Ask::choice, {}, {"high_sea.list", "id", "name", "object", "lead"}, "目标线索池"},
              {"reason"}},
         .done = "已移到其他线索池",
         .fits = [](json::Value const& record) { return is_state(record, {"unassigned"}); }},
        {.name = "invalidate",
         .operation = "lead.invalidate",
         .title = "标为无效",
         .icon = "alert",
         .fields = {reason_field("invalid")},
         .done = "已标为无效",
         .is_bulk = true,
         .fits = is_worked_on},
        {.name = "void",
         .operation = "lead.void",
         .title = "作废",
         .icon = "alert",
         .fields = {{"reason"}},
         .sentence = "用于广告、错号等不该进入统计的线索；作废后只有企业管理员能恢复。",
         .done = "已作废",
         .is_danger = true,
         .is_bulk = true,
         .fits =
             [](json::Value const& record) {
                 return is_state(record, {"unassigned", "pending", "following", "invalid"});
             }},
        {.name = "reopen",
         .operation = "lead.reopen",
         .title = "重新打开",
         .icon = "undo",
         .fields = {{"reason"}},
         .done = "已重新打开",
         .fits =
             [](json::Value const& record) {
                 return is_state(record, {"invalid", "void"});
             }},
        fitting(tagging.front(), [](json::Value const& record) { return !is_state(record, {"converted"}); }),
        tagging.back(),
        fitting(share_action("lead.share"), is_worked_on),
        delete_action("lead.delete", "删除后进入回收站，可以恢复。")};
}

// Only of a new one.
Field keeper() {
    auto field = Field{"assign_by_rules", Field::Ask::choice, {{"false", "由我跟进"}, {"true", "按规则自动分配"}}};
    field.label = "由谁跟进";
    return field;
}

std::vector<Column> properties() {
    return {{"no", "编号"},
            {"name", "姓名"},
            {"company", "公司"},
            {"position", "职务"},
            {"mobile", "手机", Show::phone},
            {"phone", "电话", Show::phone},
            {"wechat", "微信"},
            {"email", "邮箱"},
            {"province", "省份"},
            {"city", "城市"},
            {"address", "地址"},
            {"source", "来源"},
            {"channel", "渠道"},
            {"level", "级别"},
            {"intended", "意向产品"},
            {"score", "评分", Show::number},
            {"status", "状态", Show::tag, lead_states()},
            {"invalid_reason", "无效原因"},
            {"assign_reason", "分配原因"},
            {"remark", "备注"},
            {"acquired_kind", "取得方式", Show::tag, acquired_words()},
            {"acquired_at", "取得时间", Show::instant},
            {"protected_until", "保护至", Show::instant},
            {"converted_at", "转换时间", Show::instant},
            {"created_at", "创建时间", Show::instant}};
}

}  // namespace

Kind lead_kind() {
    auto kind = Kind{};
    kind.object = "lead";
    kind.path = "/app/leads";
    kind.title = "线索";
    kind.measure = "条";
    kind.icon = "target";
    kind.scenes = {"mine",     "subordinates", "team",     "headed",    "shared",
                   "followed", "new_today",    "new_week", "to_contact"};
    kind.columns = {{"company", "公司"},
                    {"score", "评分", Show::number, {}, "score"},
                    {"status", "状态", Show::tag, lead_states()},
                    tags_column(),
                    {"source", "来源", Show::text, {}, {}, {}, {}, true},
                    {"last_follow_at", "最后跟进", Show::instant, {}, "last_follow_at"},
                    {"next_contact_at", "下次联系", Show::due, {}, "next_contact_at"},
                    {"recycle_due_at", "回收剩余", Show::left},
                    {"owner_name", "负责人"},
                    {"mobile", "电话", Show::phone, {}, {}, {}, {}, true, true},
                    {"city", "城市", Show::text, {}, {}, {}, {}, true, true},
                    {"created_at", "创建时间", Show::instant, {}, "created_at", {}, {}, true, true}};
    kind.filters = {{"status", "状态", Filter::Ask::choice, lead_states(), {}, true},
                    {"source", "来源", Filter::Ask::text, {}, {}, true},
                    {"owner", "负责人", Filter::Ask::person, {}, {}, true},
                    {"department", "部门", Filter::Ask::department},
                    {"channel", "渠道"},
                    {"city", "城市"},
                    {"min_score", "评分不低于"},
                    tags_filter(),
                    {"not_followed_days", "多少天没有跟进"},
                    {"from", "创建从", Filter::Ask::date},
                    {"to", "创建到", Filter::Ask::date},
                    {"deleted", "回收站", Filter::Ask::yes}};
    kind.facts = {{"owner_name", "负责人"},
                  {"score", "评分", Show::number},
                  {"next_contact_at", "下次联系", Show::due},
                  {"recycle_due_at", "回收到期", Show::left},
                  {"last_follow_at", "最后跟进", Show::instant}};
    kind.properties = properties();
    kind.form = {{"name"},  {"company"}, {"mobile"},          {"phone"}, {"position"},       {"wechat"},
                 {"email"}, {"source"},  {"channel"},         {"level"}, {"intended"},       {"province"},
                 {"city"},  {"address"}, {"next_contact_at"}, keeper(),  tags_field("lead"), {"remark"}};
    kind.actions = lead_actions();
    kind.search_hint = "姓名、公司、拼音、编号、电话";
    kind.has_followups = true;
    kind.has_tasks = true;
    return kind;
}

}  // namespace wescrm::pages::record
