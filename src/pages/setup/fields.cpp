#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/kind.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// 自定义字段: the fields that a company adds to its records, kind by kind, with the versions of each form.
namespace wescrm::pages {
namespace {

using record::Words;

Words const& objects() {
    static auto const words = Words{{"customer", "客户"},    {"contact", "联系人"}, {"lead", "线索"},
                                    {"opportunity", "商机"}, {"product", "产品"},   {"order", "订单"},
                                    {"quote", "报价单"},     {"payment", "回款"},   {"invoice", "发票"}};
    return words;
}

Words const& types() {
    static auto const words = Words{{"text", "单行文本"},
                                    {"textarea", "多行文本"},
                                    {"integer", "整数"},
                                    {"decimal", "小数"},
                                    {"percent", "百分比"},
                                    {"money", "金额"},
                                    {"date", "日期"},
                                    {"datetime", "日期时间"},
                                    {"time", "时间"},
                                    {"duration", "时长"},
                                    {"choice", "单选"},
                                    {"multi_choice", "多选"},
                                    {"cascade", "级联选项"},
                                    {"boolean", "是否"},
                                    {"mobile", "手机"},
                                    {"phone", "电话"},
                                    {"email", "邮箱"},
                                    {"url", "网址"},
                                    {"credit_code", "统一社会信用代码"},
                                    {"region", "省市区"},
                                    {"location", "位置"},
                                    {"employee", "员工"},
                                    {"employees", "多名员工"},
                                    {"department", "部门"},
                                    {"departments", "多个部门"},
                                    {"reference", "关联记录"},
                                    {"references", "多条关联"},
                                    {"image", "图片"},
                                    {"file", "附件"},
                                    {"signature", "签名"},
                                    {"tags", "标签"},
                                    {"rating", "评分"},
                                    {"auto_number", "自动编号"},
                                    {"rich_text", "富文本"},
                                    {"divider", "分隔线"}};
    return words;
}

std::string_view title_of(Words const& words, std::string_view value) {
    for (auto const& word : words)
        if (word.value == value) return word.title;
    return value;
}

constexpr auto texts = std::array<std::string_view, 4>{"key", "label", "help", "pattern"};
constexpr auto boxes = std::array<std::string_view, 5>{"required", "unique", "in_list", "in_card", "searchable"};

std::string object_of(web::PageCall const& call) {
    auto const wanted = call.value("object");
    return title_of(objects(), wanted) == wanted || wanted.empty() ? "customer" : wanted;
}

Result<web::View> list(web::PageCall& call) {
    auto const object = object_of(call);
    auto const found = call.perform("field.list", input_of({{"object", object}}));
    if (!found) return found.error();
    auto const versions = call.perform("field_form.versions", input_of({{"object", object}}));
    auto view = web::View{};
    view.page = "setup/fields";
    view.title = "自定义字段";
    auto& allocator = view.data.GetAllocator();
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const& word : objects()) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", word.title, allocator);
        json::set(tab, "tab_href", "/admin/fields?object=" + std::string{word.value}, allocator);
        json::set(tab, "tab_current", json::Value{word.value == object}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto& item : items.GetArray())
        json::set(item, "type_word", title_of(types(), json::find_string(item, "type").value_or("")), allocator);
    json::set(view.data, "tabs", std::move(tabs), allocator);
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "object", object, allocator);
    json::set(view.data, "object_word", title_of(objects(), object), allocator);
    if (versions) {
        auto rows = json::Value{};
        rows.CopyFrom((*versions)["items"], allocator);
        add_time_texts(rows, "published_at", call.ctx.zone(), call.ctx.now(), allocator);
        auto is_newest = true;
        for (auto& row : rows.GetArray()) {
            json::set(row, "is_older", json::Value{!is_newest}, allocator);
            auto const* fields = json::find(row, "fields");
            json::set(row, "field_count", std::to_string(fields && fields->IsArray() ? fields->Size() : 0), allocator);
            is_newest = false;
        }
        json::set(view.data, "versions", std::move(rows), allocator);
    }
    if (call.value("done") == "saved") view.toast = "已保存，表单立即生效";
    if (call.value("done") == "deleted") view.toast = "已删除，内容保留 30 天";
    return view;
}

std::string options_text(json::Value const& field) {
    auto lines = std::vector<std::string>{};
    if (auto const* options = json::find(field, "options"); options && options->IsArray())
        for (auto const& option : options->GetArray()) lines.push_back(json::find_string(option, "label").value_or(""));
    return text::join(lines, "\n");
}

// `field`: the stored one; none for a new one. What was typed stands in for it after an error.
web::View form(web::PageCall& call, json::Value const* field, Error const* problem) {
    auto view = web::View{};
    view.page = "setup/field";
    view.title = field ? "编辑字段" : "添加字段";
    if (field) view.data = copy_of(*field);
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "options_text", field ? options_text(*field) : "", allocator);
    view.data.RemoveMember("options");
    for (auto const name : texts)
        if (problem) json::set(view.data, name, call.value(name), allocator);
    for (auto const box : boxes)
        if (problem) json::set(view.data, box, json::Value{!call.value(box).empty()}, allocator);
    if (problem) json::set(view.data, "options_text", call.value("options"), allocator);
    auto const type = problem ? call.value("type") : json::find_string(view.data, "type").value_or("text");
    json::set(view.data, "types", record::choices_of(types(), type, allocator), allocator);
    json::set(view.data, "object", object_of(call), allocator);
    json::set(view.data, "is_new", json::Value{field == nullptr}, allocator);
    json::set(view.data, "problem", problem ? problem->message : "", allocator);
    if (problem) {
        show_error(view, *problem);
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
    }
    return view;
}

Result<json::Document> field_of(web::PageCall& call) {
    return call.perform("field.show", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_new(web::PageCall& call) { return form(call, nullptr, nullptr); }

Result<web::View> show_edit(web::PageCall& call) {
    auto const field = field_of(call);
    if (!field) return field.error();
    return form(call, &*field, nullptr);
}

// An option keeps its key while its label stays, so that stored values stay with it.
json::Value options_from(web::PageCall& call, json::Value const* field, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& line : text::split(call.value("options"), '\n')) {
        auto const label = std::string{text::trim(line)};
        if (label.empty()) continue;
        auto known = std::string{label};
        if (auto const* old = field ? json::find(*field, "options") : nullptr; old && old->IsArray())
            for (auto const& option : old->GetArray())
                if (json::find_string(option, "label") == label)
                    known = json::find_string(option, "key").value_or(label);
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "key", known, allocator);
        json::set(option, "label", label, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

json::Document input_from(web::PageCall& call, json::Value const* field) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const name : texts) {
        auto const typed = call.value(name);
        if (name == "key" && field) continue;
        if (!typed.empty() || name == "label" || name == "key") json::set(input, name, typed, allocator);
    }
    json::set(input, "type", call.value("type"), allocator);
    for (auto const box : boxes) json::set(input, box, json::Value{!call.value(box).empty()}, allocator);
    json::set(input, "options", options_from(call, field, allocator), allocator);
    if (!field) json::set(input, "object", object_of(call), allocator);
    return input;
}

Result<web::View> save(web::PageCall& call, json::Value const* field) {
    auto input = input_from(call, field);
    if (field) {
        json::set(input, "id", call.path("id"), input.GetAllocator());
        add_version(call, input);
    }
    auto const done = call.perform(field ? "field.change" : "field.create", input);
    if (done) return web::View::to("/admin/fields?object=" + object_of(call) + "&done=saved");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return form(call, field, &problem);
}

Result<web::View> create(web::PageCall& call) { return save(call, nullptr); }

Result<web::View> change(web::PageCall& call) {
    auto const field = field_of(call);
    if (!field) return field.error();
    return save(call, &*field);
}

Result<web::View> remove(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    auto const gone = call.perform("field.delete", input);
    if (!gone) return gone.error();
    return web::View::to("/admin/fields?object=" + object_of(call) + "&done=deleted");
}

Result<web::View> roll_back(web::PageCall& call) {
    auto input = input_of({{"object", object_of(call)}});
    json::set(input, "to_version", json::Value{std::atoi(call.value("to_version").c_str())}, input.GetAllocator());
    auto const done = call.perform("field_form.roll_back", input);
    if (!done) return done.error();
    return web::View::to("/admin/fields?object=" + object_of(call) + "&done=saved");
}

}  // namespace

void add_fields(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/admin/fields", "field.manage", list});
    pages.add(web::PageRoute{Method::get, "/admin/fields/new", "field.manage", show_new});
    pages.add(web::PageRoute{Method::post, "/admin/fields/new", "field.manage", create});
    pages.add(web::PageRoute{Method::get, "/admin/fields/{id}/edit", "field.manage", show_edit});
    pages.add(web::PageRoute{Method::post, "/admin/fields/{id}/edit", "field.manage", change});
    pages.add(web::PageRoute{Method::post, "/admin/fields/{id}/delete", "field.manage", remove});
    pages.add(web::PageRoute{Method::post, "/admin/fields/roll-back", "field.manage", roll_back});
    pages.add(web::NavigationItem{"/admin/fields", "自定义字段", "pen", "field.manage", "管理"});
}

}  // namespace wescrm::pages
