#include "corp_tags.hpp"

#include "../choices.hpp"
#include "../org_forms.hpp"
#include "../showing.hpp"

#include <array>

namespace wescrm::pages {
namespace {

constexpr auto flows = std::to_array<ValueAndTitle>(
    {{"none", "不同步"}, {"to_wecom", "CRM → 企业微信"}, {"from_wecom", "企业微信 → CRM"}, {"both", "双向"}});

std::string word_in(json::Value const& object, std::string_view name) {
    return json::find_string(object, name).value_or("");
}
std::string count_in(json::Value const& object, std::string_view name) {
    return std::to_string(json::find_integer(object, name).value_or(0));
}

}  // namespace

CorpTagWords CorpTagWords::of(web::PageCall& call) {
    auto words = CorpTagWords{};
    auto shown = call.perform("corp_tag.show", json::Document{rapidjson::kObjectType});
    if (shown) words.shown_ = std::move(*shown);
    return words;
}

json::Value const* CorpTagWords::mapping_of(std::string const& group) const {
    if (!shown_.IsObject()) return nullptr;
    for (auto const& mapping : shown_["groups"].GetArray())
        if (word_in(mapping, "group_id") == group) return &mapping;
    return nullptr;
}

void CorpTagWords::add_run(web::View& view, web::PageCall const& call) const {
    auto& allocator = view.data.GetAllocator();
    auto const* run = json::find(shown_, "run");
    if (!run || !run->IsObject()) return;
    auto const state = word_in(*run, "state");
    auto const is_preview = json::find_bool(*run, "is_preview").value_or(false);
    auto const is_running = state == "requested" || state == "running";
    json::set(view.data, "corp_running", json::Value{is_running}, allocator);
    json::set(view.data, "corp_failed", word_in(*run, "problem"), allocator);
    auto words = std::string{is_preview ? "预览" : "同步"};
    if (is_running)
        words = "正在" + words + "：" + count_in(*run, "done") + "/" + count_in(*run, "total");
    else
        words += (state == "failed" ? "未完成 " : "完成 ") +
                 short_time(*run, "finished_at", call.ctx.zone(), call.ctx.now());
    json::set(view.data, "corp_run", words, allocator);
    if (is_running) return;
    auto lines = json::Value{rapidjson::kArrayType};
    for (auto const& change : shown_["changes"].GetArray()) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "cc_group", word_in(change, "group"), allocator);
        json::set(line, "cc_words", word_in(change, "words"), allocator);
        lines.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "corp_same", json::Value{lines.Empty() && state == "done"}, allocator);
    json::set(view.data, "corp_preview", json::Value{is_preview}, allocator);
    json::set(view.data, "corp_changes", std::move(lines), allocator);
}

void CorpTagWords::add_to(web::View& view, web::PageCall const& call, std::string const& group) const {
    if (!shown_.IsObject()) return;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "has_corp", json::Value{true}, allocator);
    auto const* mapping = mapping_of(group);
    json::set(view.data, "corp_flows",
              options_of_choices(flows, mapping ? word_in(*mapping, "flow") : "none", allocator), allocator);
    auto const chosen = mapping ? word_in(*mapping, "corp_group_id") : "";
    auto titles = Titles{{"", "同名的标签组"}};
    for (auto const& known : shown_["corp_groups"].GetArray())
        titles.emplace_back(word_in(known, "id"),
                            word_in(known, "name") + "（" + count_in(known, "tags") + " 个标签）");
    json::set(view.data, "corp_groups", options_of_choices(titles, chosen, allocator), allocator);
    add_run(view, call);
    if (!mapping) return;
    json::set(view.data, "corp_note", word_in(*mapping, "note"), allocator);
    auto problems = json::Value{rapidjson::kArrayType};
    for (auto const& problem : (*mapping)["problems"].GetArray()) {
        auto line = json::Value{rapidjson::kObjectType};
        auto const name = word_in(problem, "name");
        json::set(line, "cp_name", name.empty() ? "标签组" : "「" + name + "」", allocator);
        json::set(line, "cp_words", word_in(problem, "problem"), allocator);
        problems.PushBack(std::move(line), allocator);
    }
    json::set(view.data, "corp_problems", std::move(problems), allocator);
}

void CorpTagWords::add_to_tag(json::Value& row, std::string const& group, std::string const& id,
                              std::string const& name, json::Allocator& allocator) const {
    auto const* mapping = mapping_of(group);
    if (!mapping) return;
    for (auto const& tag : (*mapping)["tags"].GetArray()) {
        if (word_in(tag, "id") != id) continue;
        json::set(row, "t_linked", json::Value{json::find_bool(tag, "is_linked").value_or(false)}, allocator);
        json::set(row, "t_cut", json::Value{json::find_bool(tag, "is_cut").value_or(false)}, allocator);
    }
    for (auto const& problem : (*mapping)["problems"].GetArray())
        if (word_in(problem, "name") == name) json::set(row, "t_problem", word_in(problem, "problem"), allocator);
}

Result<json::Document> set_corp_tags(web::PageCall& call) {
    return call.perform("corp_tag.map", input_of({{"id", call.path("id")},
                                                  {"flow", call.value("flow")},
                                                  {"corp_group_id", call.value("corp_group_id")}}));
}

Result<json::Document> start_corp_tags(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "preview", json::Value{call.value("preview") == "true"}, input.GetAllocator());
    return call.perform("corp_tag.sync", input);
}

Result<json::Document> relink_corp_tag(web::PageCall& call) {
    return call.perform("corp_tag.relink", input_of({{"id", call.path("tag")}}));
}

}  // namespace wescrm::pages
