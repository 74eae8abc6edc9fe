#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/rule_conditions.hpp>

#include <algorithm>
#include <array>
#include <map>

// 数据共享: rules that give the records of some owners to other people, each as a sentence, and the form of one.
namespace wescrm::pages {
namespace {

constexpr std::size_t condition_rows = 3;

/// Names of departments, roles and people.
class NamesOf {
public:
    explicit NamesOf(web::PageCall& call) : call_{call} {}

    Result<void> load() {
        auto const tree = call_.perform("department.tree", json::Document{rapidjson::kObjectType});
        if (!tree) return tree.error();
        auto const roles = call_.perform("role.list", json::Document{rapidjson::kObjectType});
        if (!roles) return roles.error();
        for (auto const* items : {&(*tree)["items"], &(*roles)["items"]})
            for (auto const& item : items->GetArray())
                names_[json::find_string(item, "id").value_or("")] = json::find_string(item, "name").value_or("");
        return {};
    }
    std::string of(std::string const& type, std::string const& id) {
        if (type != "employee") return names_.contains(id) ? names_.at(id) : "已删除";
        auto const person = call_.perform("employee.get", input_of({{"user_id", id}}));
        return person ? json::find_string(*person, "name").value_or(id) : id;
    }

private:
    web::PageCall& call_;
    std::map<std::string, std::string> names_;
};

std::vector<std::string> texts_of(json::Value const& array) {
    auto texts = std::vector<std::string>{};
    for (auto const& one : array.GetArray()) texts.emplace_back(json::view(one));
    return texts;
}

std::vector<operation::RuleCondition> conditions_of(json::Value const& rule) {
    return operation::conditions_from_json(json::write(rule["conditions"]));
}

std::string title_of(std::string const& kind) {
    for (auto const& [name, title] : operation::shareable_kinds())
        if (name == kind) return title;
    return kind;
}

std::string_view member(json::Value const& object, char const* name) { return json::view(object[name]); }

// "销售一部（含子部门）的客户、商机"
json::Value row_of(json::Value const& rule, NamesOf& names, web::PageCall& call, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const below = json::find_bool(rule, "include_sub_departments").value_or(false);
    auto const end = [&](char const* type, char const* id) {
        auto const kind = std::string{member(rule, type)};
        return names.of(kind, std::string{member(rule, id)}) + (kind == "department" && below ? "（含子部门）" : "");
    };
    auto objects = texts_of(rule["objects"]);
    auto titles = std::vector<std::string>{};
    for (auto const& object : objects) titles.push_back(title_of(object));
    auto when = std::vector<std::string>{};
    for (auto const& condition : conditions_of(rule)) when.push_back(operation::words_of(condition, objects));
    auto const now = call.ctx.now();
    auto const from = json::find_string(rule, "valid_from");
    auto const to = json::find_string(rule, "valid_to");
    auto const is_over = to && parse_rfc3339(*to).value_or(now) <= now;
    auto const is_early = from && parse_rfc3339(*from).value_or(now) > now;
    auto const is_enabled = json::find_bool(rule, "enabled").value_or(false);
    json::set(row, "share_id", member(rule, "id"), allocator);
    json::set(row, "share_from", end("source_type", "source_id"), allocator);
    json::set(row, "share_what", text::join(titles, "、"), allocator);
    json::set(row, "share_to", end("target_type", "target_id"), allocator);
    json::set(row, "share_when", text::join(when, "，且"), allocator);
    json::set(row, "share_writes", json::Value{member(rule, "right") == "write"}, allocator);
    json::set(row, "share_until", short_time(rule, "valid_to", call.ctx.zone(), now), allocator);
    json::set(row, "share_on", json::Value{is_enabled && !is_over && !is_early}, allocator);
    json::set(row, "share_state",
              !is_enabled ? "已停用"
              : is_over   ? "已过期"
              : is_early  ? "未到生效时间"
                          : "",
              allocator);
    return row;
}

Result<web::View> list(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "limit", json::Value{200}, input.GetAllocator());
    auto const found = call.perform("share.list", input);
    if (!found) return found.error();
    auto names = NamesOf{call};
    if (auto const loaded = names.load(); !loaded) return loaded.error();
    auto view = web::View{};
    view.page = "admin/shares";
    view.title = "数据共享";
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& rule : (*found)["items"].GetArray())
        rows.PushBack(row_of(rule, names, call, allocator), allocator);
    json::set(view.data, "shares", std::move(rows), allocator);
    if (call.value("done") == "saved") view.toast = "已保存，立即生效";
    if (call.value("done") == "deleted") view.toast = "已删除这条规则";
    return view;
}

// ---- the form

/// What stands in the form: of a rule, or as it was typed.
struct Entries {
    std::map<std::string, std::string> texts;
    Texts objects;
    bool below = true;
    bool enabled = true;
};
constexpr std::array<char const*, 8> text_names{"source_department", "source_person", "target_department",
                                                "target_person",     "target_role",   "right",
                                                "valid_from",        "valid_to"};

std::string condition_name(std::size_t row, char const* part) {
    return "condition." + std::to_string(row) + "." + part;
}

// The Chinese of a value, or the value for the Chinese, among the kinds that are shared.
std::string translated(std::string const& field, std::string const& value, Texts const& kinds, bool to_chinese) {
    for (auto const& kind : kinds)
        for (auto const& known : operation::rule_fields(kind))
            for (auto const& [word, title] : known.values)
                if (known.name == field && (to_chinese ? word : title) == value) return to_chinese ? title : word;
    return value;
}

Entries entries_of(json::Value const& rule, Zone const& zone) {
    auto entries = Entries{};
    for (auto const& object : texts_of(rule["objects"])) entries.objects.insert(object);
    entries.below = json::find_bool(rule, "include_sub_departments").value_or(true);
    entries.enabled = json::find_bool(rule, "enabled").value_or(true);
    auto& texts = entries.texts;
    auto const type = [&](char const* name) {
        auto const word = std::string{member(rule, name)};
        return word == "employee" ? std::string{"person"} : word;
    };
    texts["source_" + type("source_type")] = member(rule, "source_id");
    texts["target_" + type("target_type")] = member(rule, "target_id");
    texts["right"] = member(rule, "right");
    auto const day = [&](char const* name, microseconds back) {
        auto const at = json::find_string(rule, name);
        if (at) texts[name] = format_date(zone.date(parse_rfc3339(*at).value() - back));
    };
    day("valid_from", microseconds{0});
    day("valid_to", microseconds{1});  // the last day
    auto row = std::size_t{0};
    for (auto const& condition : conditions_of(rule)) {
        auto values = std::vector<std::string>{};
        for (auto const& value : condition.values)
            values.push_back(translated(condition.field, value, entries.objects, true));
        texts[condition_name(row, "field")] = condition.field;
        texts[condition_name(row, "test")] = condition.test == operation::RuleTest::is ? "is" : "is_not";
        texts[condition_name(row++, "values")] = text::join(values, "，");
    }
    return entries;
}

Entries typed(web::PageCall& call) {
    auto entries = Entries{};
    entries.objects = ticked(call, "object.");
    for (auto const* name : text_names) entries.texts[name] = call.value(name);
    for (auto row = std::size_t{0}; row < condition_rows; ++row)
        for (auto const* part : {"field", "test", "values"})
            entries.texts[condition_name(row, part)] = call.value(condition_name(row, part));
    entries.below = !call.value("below").empty();
    entries.enabled = !call.value("enabled").empty();
    return entries;
}

json::Value kind_boxes(Entries const& entries, json::Allocator& allocator) {
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

json::Value condition_views(Entries const& entries, json::Allocator& allocator) {
    auto const text = [&](std::size_t row, char const* part) {
        auto const found = entries.texts.find(condition_name(row, part));
        return found == entries.texts.end() ? std::string{} : found->second;
    };
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < condition_rows; ++row) {
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

Result<web::View> form(web::PageCall& call, Entries const& entries, std::string const& id, std::int64_t version) {
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
    auto const roles = call.perform("role.list", json::Document{rapidjson::kObjectType});
    if (!roles) return roles.error();
    auto role_views = json::Value{rapidjson::kArrayType};
    for (auto const& role : (*roles)["items"].GetArray()) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "r_id", member(role, "id"), allocator);
        json::set(one, "r_label", member(role, "name"), allocator);
        json::set(one, "r_chosen", json::Value{member(role, "id") == text("target_role")}, allocator);
        role_views.PushBack(std::move(one), allocator);
    }
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    json::set(view.data, "rule_id", id, allocator);
    json::set(view.data, "version", std::to_string(version), allocator);
    json::set(view.data, "is_new", json::Value{id.empty()}, allocator);
    json::set(view.data, "kinds", kind_boxes(entries, allocator), allocator);
    json::set(view.data, "sources", renamed(*sources, "s", allocator), allocator);
    json::set(view.data, "targets", renamed(*targets, "t", allocator), allocator);
    json::set(view.data, "roles", std::move(role_views), allocator);
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "conditions", condition_views(entries, allocator), allocator);
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

Result<web::View> show_new(web::PageCall& call) {
    auto entries = Entries{};
    entries.objects.insert("customer");
    return form(call, entries, "", 0);
}

Result<web::View> show(web::PageCall& call) {
    auto const rule = rule_of(call);
    if (!rule) return rule.error();
    return form(call, entries_of(*rule, call.ctx.zone()), call.path("id"),
                json::find_integer(*rule, "version").value_or(0));
}

// Exactly one of the fields of an end; its type is the field's.
void add_end(web::PageCall& call, std::string const& end, std::vector<std::string> const& kinds, json::Document& input,
             std::vector<FieldError>& problems) {
    auto filled = std::vector<std::string>{};
    for (auto const& kind : kinds)
        if (!call.value(end + "_" + kind).empty()) filled.push_back(kind);
    if (filled.size() != 1) {
        problems.push_back({end + "_id", filled.empty() ? "请选择" : "只能选择其中一种"});
        return;
    }
    auto const typed_in = call.value(end + "_" + filled.front());
    auto const is_person = filled.front() == "person";
    auto& allocator = input.GetAllocator();
    json::set(input, end + "_type", is_person ? "employee" : filled.front(), allocator);
    json::set(input, end + "_id", is_person ? user_of(call, typed_in) : typed_in, allocator);
}

void add_conditions(Entries const& entries, json::Document& input) {
    auto& allocator = input.GetAllocator();
    auto conditions = json::Value{rapidjson::kArrayType};
    for (auto row = std::size_t{0}; row < condition_rows; ++row) {
        auto const field = entries.texts.at(condition_name(row, "field"));
        auto const said = entries.texts.at(condition_name(row, "values"));
        if (field.empty() && said.empty()) continue;
        auto values = json::Value{rapidjson::kArrayType};
        auto const separated = text::replace_all(text::replace_all(said, "，", ","), "、", ",");
        for (auto const& part : text::split(separated, ','))
            if (auto const value = text::trim(part); !value.empty())
                values.PushBack(
                    json::make_string(translated(field, std::string{value}, entries.objects, false), allocator),
                    allocator);
        auto condition = json::Value{rapidjson::kObjectType};
        json::set(condition, "field", field, allocator);
        json::set(condition, "test", entries.texts.at(condition_name(row, "test")) == "is_not" ? "is_not" : "is",
                  allocator);
        json::set(condition, "values", std::move(values), allocator);
        conditions.PushBack(std::move(condition), allocator);
    }
    json::set(input, "conditions", std::move(conditions), allocator);
}

void add_days_of_validity(web::PageCall& call, json::Document& input, std::vector<FieldError>& problems) {
    for (auto const& [name, later] : {std::pair{"valid_from", 0}, std::pair{"valid_to", 1}}) {
        auto const said = call.value(name);
        auto const day = parse_date(said);
        if (!said.empty() && !day) problems.push_back({name, "应为日期"});
        auto const at = day ? format_rfc3339(call.ctx.zone().start_of(add_days(*day, later))) : std::string{};
        auto value = day ? json::make_string(at, input.GetAllocator()) : json::Value{};
        json::set(input, name, std::move(value), input.GetAllocator());
    }
}

Result<web::View> save(web::PageCall& call, std::string const& id) {
    auto const entries = typed(call);
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto problems = std::vector<FieldError>{};
    auto objects = json::Value{rapidjson::kArrayType};
    for (auto const& object : entries.objects) objects.PushBack(json::make_string(object, allocator), allocator);
    json::set(input, "objects", std::move(objects), allocator);
    add_end(call, "source", {"department", "person"}, input, problems);
    add_end(call, "target", {"department", "person", "role"}, input, problems);
    add_conditions(entries, input);
    add_days_of_validity(call, input, problems);
    json::set(input, "right", call.value("right"), allocator);
    json::set(input, "include_sub_departments", json::Value{entries.below}, allocator);
    json::set(input, "enabled", json::Value{entries.enabled}, allocator);
    if (!id.empty()) {
        json::set(input, "id", id, allocator);
        add_version(call, input);
    }
    auto const done = problems.empty()
                          ? call.perform(id.empty() ? "share.create" : "share.change", input)
                          : Result<json::Document>{Error{Errc::invalid_input, "invalid", "请改正标出的内容", problems}};
    if (done) return web::View::to("/admin/shares?done=saved");
    if (done.error().code == Errc::not_found || done.error().code == Errc::forbidden) return done.error();
    auto view = form(call, entries, id, std::atoll(call.value("version").c_str()));
    if (view) show_error(*view, done.error());
    return view;
}

Result<web::View> remove(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    if (auto const gone = call.perform("share.delete", input); !gone) return gone.error();
    return web::View::to("/admin/shares?done=deleted");
}

}  // namespace

void add_shares(web::Pages& pages) {
    using http::Method;
    auto const create = [](web::PageCall& call) { return save(call, ""); };
    auto const change = [](web::PageCall& call) { return save(call, call.path("id")); };
    pages.add(web::PageRoute{Method::get, "/admin/shares", "org.manage", list});
    pages.add(web::PageRoute{Method::get, "/admin/shares/new", "org.manage", show_new});
    pages.add(web::PageRoute{Method::post, "/admin/shares/new", "org.manage", create});
    pages.add(web::PageRoute{Method::get, "/admin/shares/{id}", "org.manage", show});
    pages.add(web::PageRoute{Method::post, "/admin/shares/{id}", "org.manage", change});
    pages.add(web::PageRoute{Method::post, "/admin/shares/{id}/delete", "org.manage", remove});
    pages.add(web::NavigationItem{"/admin/shares", "数据共享", "eye", "org.manage", "管理"});
}

}  // namespace wescrm::pages
