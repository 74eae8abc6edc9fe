#include "choices.hpp"
#include "form_errors.hpp"
#include "pages.hpp"
#include "share_entries.hpp"
#include "showing.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// The form of a rule of 数据共享.
namespace wescrm::pages {
namespace {

json::Value kind_boxes(ShareEntries const& entries, json::Allocator& allocator) {
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& [name, title] : operation::shareable_kinds()) {
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "kind_name", name, allocator);
        json::set(box, "kind_title", title, allocator);
        json::set(box, "kind_ticked", json::Value{entries.objects.contains(name)}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    return boxes;
}

// Each field once, with the kinds that have it: "来源（客户、线索、商机）".
json::Value field_options(std::string const& chosen, json::Allocator& allocator) {
    auto labels = std::vector<std::pair<std::string, std::pair<std::string, std::vector<std::string>>>>{};
    for (auto const& [kind, title] : operation::shareable_kinds())
        for (auto const& field : operation::rule_fields(kind)) {
            auto found =
                std::find_if(labels.begin(), labels.end(), [&](auto const& one) { return one.first == field.name; });
            if (found == labels.end()) found = labels.insert(labels.end(), {field.name, {field.title, {}}});
            found->second.second.push_back(title);
        }
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& [name, label] : labels) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "field_name", name, allocator);
        json::set(option, "field_label", label.first + "（" + text::join(label.second, "、") + "）", allocator);
        json::set(option, "field_chosen", json::Value{name == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

json::Value share_rule_condition_views(ShareEntries const& entries, json::Allocator& allocator) {
    auto const text = [&](std::size_t row, char const* part) {
        auto const found = entries.texts.find(condition_name(row, part));
        return found == entries.texts.end() ? std::string{} : found->second;
    };
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < share_condition_rows; ++row) {
        auto view = json::Value{rapidjson::kObjectType};
        json::set(view, "c_row", std::to_string(row), allocator);
        json::set(view, "c_number", std::to_string(row + 1), allocator);
        json::set(view, "c_fields", field_options(text(row, "field"), allocator), allocator);
        json::set(view, "c_not", json::Value{text(row, "test") == "is_not"}, allocator);
        json::set(view, "c_values", text(row, "values"), allocator);
        rows.PushBack(std::move(view), allocator);
    }
    return rows;
}

json::Value renamed(json::Value const& options, std::string const& prefix, json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kArrayType};
    for (auto const& option : options.GetArray()) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, prefix + "_id", member(option, "id"), allocator);
        json::set(one, prefix + "_label", member(option, "label"), allocator);
        json::set(one, prefix + "_chosen", json::Value{json::find_bool(option, "chosen").value_or(false)}, allocator);
        made.PushBack(std::move(one), allocator);
    }
    return made;
}

json::Value choices(Titles const& known, std::string const& chosen, std::string const& prefix,
                    json::Allocator& allocator) {
    auto made = json::Value{rapidjson::kArrayType};
    for (auto const& [id, name] : known) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, prefix + "_id", id, allocator);
        json::set(one, prefix + "_label", name, allocator);
        json::set(one, prefix + "_chosen", json::Value{id == chosen}, allocator);
        made.PushBack(std::move(one), allocator);
    }
    return made;
}

Result<web::View> share_rule_form(web::PageCall& call, ShareEntries const& entries, std::string const& id,
                                  std::int64_t version) {
    auto view = web::View{};
    view.page = "admin/share_form";
    view.title = id.empty() ? "新建共享规则" : "共享规则";
    auto& allocator = view.data.GetAllocator();
    auto const text = [&](char const* name) {
        auto const found = entries.texts.find(name);
        return found == entries.texts.end() ? std::string{} : found->second;
    };
    auto sources = department_options(call, {text("source_department")}, allocator);
    if (!sources) return sources.error();
    auto targets = department_options(call, {text("target_department")}, allocator);
    if (!targets) return targets.error();
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    json::set(view.data, "rule_id", id, allocator);
    json::set(view.data, "version", std::to_string(version), allocator);
    json::set(view.data, "is_new", json::Value{id.empty()}, allocator);
    json::set(view.data, "kinds", kind_boxes(entries, allocator), allocator);
    json::set(view.data, "sources", renamed(*sources, "s", allocator), allocator);
    json::set(view.data, "targets", renamed(*targets, "t", allocator), allocator);
    json::set(view.data, "roles", choices(roles_of(call), text("target_role"), "r", allocator), allocator);
    json::set(view.data, "groups",
              choices(items_of(call, "group.list", json::Document{rapidjson::kObjectType}), text("target_group"), "g",
                      allocator),
              allocator);
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "conditions", share_rule_condition_views(entries, allocator), allocator);
    json::set(view.data, "below", json::Value{entries.below}, allocator);
    json::set(view.data, "is_on", json::Value{entries.enabled}, allocator);
    json::set(view.data, "right_write", json::Value{text("right") == "write"}, allocator);
    for (auto const* name : {"source_person", "target_person", "valid_from", "valid_to"})
        json::set(view.data, name, text(name), allocator);
    return view;
}

Result<json::Document> rule_of(web::PageCall& call) {
    return call.perform("share.get", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new_share_rule(web::PageCall& call) {
    auto entries = ShareEntries{};
    entries.objects.insert("customer");
    return share_rule_form(call, entries, "", 0);
}

Result<web::View> show_share_rule(web::PageCall& call) {
    auto const rule = rule_of(call);
    if (!rule) return rule.error();
    return share_rule_form(call, entries_of_share(*rule, call.ctx.zone()), call.path("id"),
                           json::find_integer(*rule, "version").value_or(0));
}
Result<web::View> save_share_rule(web::PageCall& call, std::string const& id) {
    auto const entries = typed_share(call);
    auto problems = std::vector<FieldError>{};
    auto input = share_from(call, entries, problems);
    if (!id.empty()) {
        json::set(input, "id", id, input.GetAllocator());
        add_version(call, input);
    }
    auto const done = problems.empty()
                          ? call.perform(id.empty() ? "share.create" : "share.change", input)
                          : Result<json::Document>{Error{Errc::invalid_input, "invalid", "请改正标出的内容", problems}};
    if (done) return web::View::to("/admin/shares?done=saved");
    if (!is_for_form(done.error())) return done.error();
    auto view = share_rule_form(call, entries, id, std::atoll(call.value("version").c_str()));
    if (view) show_error(*view, done.error());
    return view;
}

Result<web::View> remove_share_rule(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    if (auto const gone = call.perform("share.delete", input); !gone) return gone.error();
    return web::View::to("/admin/shares?done=deleted");
}

}  // namespace

void add_share_form(web::Pages& pages) {
    using http::Method;
    auto const create = [](web::PageCall& call) { return save_share_rule(call, ""); };
    auto const change = [](web::PageCall& call) { return save_share_rule(call, call.path("id")); };
    pages.add(web::PageRoute{Method::get, "/admin/shares/new", "org.manage", show_new_share_rule});
    pages.add(web::PageRoute{Method::post, "/admin/shares/new", "org.manage", create});
    pages.add(web::PageRoute{Method::get, "/admin/shares/{id}", "org.manage", show_share_rule});
    pages.add(web::PageRoute{Method::post, "/admin/shares/{id}", "org.manage", change});
    pages.add(web::PageRoute{Method::post, "/admin/shares/{id}/delete", "org.manage", remove_share_rule});
}

}  // namespace wescrm::pages
