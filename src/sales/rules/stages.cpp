#include "rules/stages.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace wescrm::sales {
namespace {

constexpr std::string_view own_prefix = "custom.";
constexpr std::int64_t certain = 100;
constexpr std::int64_t milli = 1'000;
constexpr std::int64_t basis_points = 10'000;
constexpr auto ends = std::array{std::pair{StageKind::won, "赢单"}, std::pair{StageKind::lost, "输单"},
                                 std::pair{StageKind::invalid, "无效"}};

using Problems = std::vector<FieldError>;

std::map<std::string, std::string, std::less<>> const& labels() {
    static auto const known = std::map<std::string, std::string, std::less<>>{
        {"amount_fen", "商机金额"},   {"expected_close_date", "预计成交日期"},
        {"contact_id", "主要联系人"}, {"source", "来源"},
        {"competitor", "竞争对手"},   {"remark", "备注"},
        {"main_lead_id", "主线索"},   {"next_contact_at", "下次联系时间"},
        {"lines", "产品明细"}};
    return known;
}

StageKind kind_of(StageInput const& stage) { return stage.kind.value_or(StageKind::open); }

std::string place(std::size_t at, std::string_view field) {
    return "stages[" + std::to_string(at) + "]." + std::string{field};
}

void check_stage(StageInput const& stage, std::size_t at, Problems& problems) {
    auto const is_open = kind_of(stage) == StageKind::open;
    if (is_open && !stage.probability) problems.push_back({place(at, "probability"), "必填"});
    if (kind_of(stage) == StageKind::won && stage.probability.value_or(certain) != certain)
        problems.push_back({place(at, "probability"), "赢单阶段的赢率应为 100"});
    if (!is_open && kind_of(stage) != StageKind::won && stage.probability.value_or(0) != 0)
        problems.push_back({place(at, "probability"), "输单和无效阶段的赢率应为 0"});
    for (auto const& name : stage.required_fields)
        if (!is_required_name(name)) problems.push_back({place(at, "required_fields"), "不能要求填写：" + name});
}

void check_together(std::vector<StageInput> const& stages, Problems& problems) {
    auto names = std::map<std::string, std::size_t>{};
    auto kinds = std::map<StageKind, int>{};
    for (std::size_t at = 0; at < stages.size(); ++at) {
        if (!names.emplace(stages[at].name, at).second) problems.push_back({place(at, "name"), "与另一个阶段重名"});
        if (++kinds[kind_of(stages[at])] > 1 && kind_of(stages[at]) != StageKind::open)
            problems.push_back({place(at, "kind"), "赢单、输单、无效各只能有一个阶段"});
    }
    if (kinds[StageKind::open] == 0) problems.push_back({"stages", "至少要有一个进行中的阶段"});
}

std::string word_for(std::string const& field, MoveFacts const& facts) {
    auto const own = facts.labels.find(field);
    return own == facts.labels.end() ? field_label(field) : own->second;
}

// A field of the company's own that it deleted since cannot be asked for.
bool is_gone(std::string const& field, MoveFacts const& facts) {
    return field.starts_with(own_prefix) && !facts.labels.contains(field);
}

// Whatever of the stage's conditions does not hold, in words.
std::vector<std::string> unmet(Stage const& stage, MoveFacts const& facts, bool counts_followups) {
    auto missing = std::vector<std::string>{};
    for (auto const& name : stage.required_fields)
        if (!facts.filled.contains(name) && !is_gone(name, facts)) missing.push_back("填写" + word_for(name, facts));
    if (counts_followups && facts.followups < stage.min_followups)
        missing.push_back("至少 " + std::to_string(stage.min_followups) + " 条本阶段的跟进（现有 " +
                          std::to_string(facts.followups) + " 条）");
    for (auto const& title : stage.required_tasks)
        if (!facts.done_tasks.contains(title)) missing.push_back("完成商机的任务「" + title + "」（没有时请先新建）");
    if (facts.attachments < stage.min_attachments)
        missing.push_back("上传至少 " + std::to_string(stage.min_attachments) + " 个附件（现有 " +
                          std::to_string(facts.attachments) + " 个）");
    return missing;
}

std::string missing_approval(std::string const& state) {
    if (state == "pending") return "审批通过（已提交，正在等待审批人处理）";
    if (state == "rejected") return "审批通过（上次被拒绝，修改后请再次提交审批）";
    return "审批通过（请先「提交审批」）";
}

Error not_yet(Stage const& stage, std::vector<std::string> const& missing) {
    return {Errc::conflict, "exit_conditions", "离开「" + stage.name + "」之前还需要：" + text::join(missing, "、")};
}

}  // namespace

Result<std::vector<StageInput>> complete_stages(std::vector<StageInput> stages) {
    auto problems = Problems{};
    for (std::size_t at = 0; at < stages.size(); ++at) check_stage(stages[at], at, problems);
    check_together(stages, problems);
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "销售流程有误", std::move(problems)};
    for (auto const& [kind, name] : ends) {
        auto const is_there =
            std::ranges::any_of(stages, [&, wanted = kind](auto const& stage) { return kind_of(stage) == wanted; });
        if (is_there) continue;
        auto added = StageInput{};
        added.name = name;
        added.kind = kind;
        stages.push_back(std::move(added));
    }
    for (auto& stage : stages)
        if (kind_of(stage) != StageKind::open) stage.probability = kind_of(stage) == StageKind::won ? certain : 0;
    std::ranges::stable_sort(stages, {}, [](auto const& stage) { return static_cast<int>(kind_of(stage)); });
    return stages;
}

Result<void> check_move(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from, std::size_t to,
                        MoveFacts const& facts) {
    if (from == to) return Error{Errc::conflict, "same_stage", "商机已在「" + stages[to].name + "」阶段"};
    if (to < from) {
        if (rules.roll_back == "forbidden")
            return Error{Errc::conflict, "roll_back", "这个销售流程不允许退回到前面的阶段"};
        if (rules.roll_back == "with_reason" && !facts.has_reason)
            return invalid_field("reason", "退回到前面的阶段需要填写原因");
        return {};
    }
    auto const missing = missing_to_leave(stages, from, rules.can_skip ? from + 1 : to, facts);
    if (!missing.empty()) return not_yet(stages[from], missing);
    return {};
}

Result<void> check_win(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from,
                       MoveFacts const& facts) {
    auto const open = static_cast<std::size_t>(std::ranges::count(stages, "open", &Stage::kind));
    auto const missing = missing_to_leave(stages, from, rules.can_skip ? from + 1 : open, facts);
    if (!missing.empty()) return not_yet(stages[from], missing);
    return {};
}

bool takes_consent(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from, std::size_t to) {
    if (to <= from) return false;
    auto const open = static_cast<std::size_t>(std::ranges::count(stages, "open", &Stage::kind));
    auto const last = std::min(rules.can_skip ? from + 1 : to, open);
    for (auto at = from; at < last; ++at)
        if (stages[at].needs_approval) return true;
    return false;
}

std::vector<std::string> missing_to_leave(std::vector<Stage> const& stages, std::size_t from, std::size_t last,
                                          MoveFacts const& facts, bool counts_approval) {
    auto missing = std::vector<std::string>{};
    auto needs_approval = false;
    for (auto at = from; at < last; ++at) {
        for (auto& one : unmet(stages[at], facts, at == from)) missing.push_back(std::move(one));
        needs_approval |= stages[at].needs_approval;
    }
    std::ranges::sort(missing);
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    if (needs_approval && counts_approval && facts.approval != "approved")
        missing.push_back(missing_approval(facts.approval));
    return missing;
}

std::string field_label(std::string const& name) {
    auto const known = labels().find(name);
    return known == labels().end() ? name : known->second;
}

std::vector<std::string> system_needable() {
    auto names = std::vector<std::string>{};
    for (auto const& [name, label] : labels()) names.push_back(name);
    return names;
}

bool is_required_name(std::string const& name) { return labels().contains(name) || name.starts_with(own_prefix); }

Money line_subtotal(UnitPrice price, std::int64_t quantity_milli, std::int64_t discount_bp) {
    return price.times(quantity_milli * (basis_points - discount_bp), milli * basis_points);
}

}  // namespace wescrm::sales
