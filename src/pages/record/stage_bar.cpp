#include "stage_bar.hpp"

#include "../choices.hpp"
#include "../showing.hpp"
#include "form_shape.hpp"
#include "own_kinds.hpp"
#include "tags.hpp"
#include "values.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

std::int64_t stage_bar_number(json::Value const& from, std::string_view member) {
    return json::find_integer(from, member).value_or(0);
}

/// What the company calls the fields of opportunities.
class FieldNames {
public:
    explicit FieldNames(web::PageCall& call) : call_{call}, shape_{shape_of(call, "opportunity")} {}

    std::string of(std::string const& field) const {
        constexpr std::string_view prefix = "custom.";
        if (field.starts_with(prefix)) {
            for (auto const& own : shape_.own)
                if (text_of(own, "key") == field.substr(prefix.size())) return text_of(own, "label");
            return {};
        }
        if (auto const own = own_label(shape_, field); !own.empty()) return std::string{own};
        auto const* entry = call_.operations.catalogue().find("opportunity.create");
        auto const* known = entry ? find_field(*entry, field) : nullptr;
        return known ? known->label : field;
    }

private:
    web::PageCall& call_;
    FormShape shape_;
};

std::string exit_words(json::Value const& stage, FieldNames const& names) {
    auto parts = std::vector<std::string>{};
    for (auto const& field : texts_of(stage, "required_fields"))
        if (auto const name = names.of(field); !name.empty()) parts.push_back("填写" + name);
    if (auto const count = stage_bar_number(stage, "min_followups"); count > 0)
        parts.push_back("至少 " + std::to_string(count) + " 条跟进");
    for (auto const& title : texts_of(stage, "required_tasks")) parts.push_back("完成任务「" + title + "」");
    if (auto const count = stage_bar_number(stage, "min_attachments"); count > 0)
        parts.push_back("至少 " + std::to_string(count) + " 个附件");
    if (json::find_bool(stage, "needs_approval").value_or(false)) parts.emplace_back("审批通过");
    return text::join(parts, "、");
}

std::string mover_words(json::Value const& stage) {
    auto const names = texts_of(stage, "mover_names");
    if (names.empty()) return {};
    auto const guards = json::find_string(stage, "mover_guards");
    auto const way = guards == "into" ? "（移入）" : guards == "out" ? "（移出）" : "（移入和移出）";
    return text::join(names, "、") + way;
}

std::string entry_words(json::Value const& stage, FieldNames const& names) {
    auto const* actions = json::find(stage, "on_entry");
    if (!actions || !actions->IsObject()) return {};
    auto parts = std::vector<std::string>{};
    if (auto const* tasks = json::find(*actions, "tasks"); tasks && tasks->IsArray())
        for (auto const& task : tasks->GetArray()) {
            auto words = "新建任务「" + json::find_string(task, "title").value_or("") + "」";
            auto const is_above = json::find_string(task, "assignee") == "superior";
            words += is_above ? "给负责人的上级" : "给负责人";
            if (auto const days = json::find_integer(task, "due_days"))
                words += *days == 0 ? "，当天完成" : "，" + std::to_string(*days) + " 天内完成";
            parts.push_back(std::move(words));
        }
    if (auto const days = json::find_integer(*actions, "reminder_days"))
        parts.push_back(std::to_string(*days) + " 天后提醒负责人");
    if (auto const* values = json::find(*actions, "values"); values && values->IsArray())
        for (auto const& value : values->GetArray())
            if (auto const name = names.of(json::find_string(value, "field").value_or("")); !name.empty())
                parts.push_back(name + "填为「" + json::find_string(value, "value").value_or("") + "」");
    return text::join(parts, "；");
}

json::Value tips_of(web::PageCall& call, json::Value const& stage, json::Allocator& allocator) {
    auto const names = FieldNames{call};
    auto tips = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view title, std::string const& words) {
        if (words.empty()) return;
        auto tip = json::Value{rapidjson::kObjectType};
        json::set(tip, "tip_title", title, allocator);
        json::set(tip, "tip_text", words, allocator);
        tips.PushBack(std::move(tip), allocator);
    };
    add("说明", json::find_string(stage, "description").value_or(""));
    if (auto const days = stage_bar_number(stage, "expected_days"); days > 0) add("预计", std::to_string(days) + " 天");
    add("离开前需要", exit_words(stage, names));
    add("谁可以移动", mover_words(stage));
    add("进入时", entry_words(stage, names));
    return tips;
}

}  // namespace

void add_stage_bar(web::PageCall& call, json::Value const& record, web::View& view) {
    auto const* stages = json::find(record, "stages");
    auto const here = json::find_string(record, "stage_id").value_or("");
    if (here.empty() || !stages || !stages->IsArray()) return;
    auto& allocator = view.data.GetAllocator();
    auto const is_won = json::find_string(record, "status") == "won";
    auto const is_open = json::find_string(record, "status") == "open";
    auto bar = json::Value{rapidjson::kArrayType};
    auto is_before = is_open || is_won;
    for (auto const& stage : stages->GetArray()) {
        auto const is_here = json::find_string(stage, "id") == here;
        if (is_here) is_before = false;
        if (json::find_string(stage, "kind") != "open" && !is_here) continue;
        auto step = json::Value{rapidjson::kObjectType};
        json::set(step, "sb_title", json::find_string(stage, "name").value_or(""), allocator);
        json::set(step, "sb_tone", tone_of(json::find_string(stage, "colour").value_or("")), allocator);
        json::set(step, "sb_done", json::Value{is_before}, allocator);
        json::set(step, "sb_here", json::Value{is_here}, allocator);
        bar.PushBack(std::move(step), allocator);
        if (is_here && is_open) json::set(view.data, "stage_tips", tips_of(call, stage, allocator), allocator);
    }
    json::set(view.data, "stage_bar", std::move(bar), allocator);
}

}  // namespace wescrm::pages::record
