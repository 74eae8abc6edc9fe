#include "customers.hpp"
#include "fields/field_operations.hpp"
#include "fields/store.hpp"
#include "rules/system_fields.hpp"

#include <algorithm>

// The definitions, one by one and as a form that is worked on, published and rolled back.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::size_t long_text = 500;

Error no_field() { return {Errc::not_found, "field", "没有这个字段"}; }

std::vector<FieldDefinition> definitions_of(std::vector<Field> const& fields) { return {fields.begin(), fields.end()}; }

void audit(operation::Context& ctx, std::int64_t id, std::string action, std::string const& before,
           std::string const& after) {
    ctx.audit({"field", id, std::move(action), before, after, ""});
}

std::string json_of(Field const& field) { return json::write(operation::write_output(field)); }

std::string form_json(std::vector<FieldDefinition> const& fields) {
    return R"({"fields":)" + write_definitions(fields) + "}";
}

template <class T>
void patch(std::optional<T>& to, operation::Patch<T> const& from) {
    if (from.is_present) to = from.value;
}
template <class T>
void patch(T& to, std::optional<T> const& from) {
    if (from) to = *from;
}
template <class T>
void patch(std::optional<T>& to, std::optional<T> const& from) {
    if (from) to = from;
}

void apply_change(FieldDefinition& field, ChangeField const& input) {
    patch(field.label, input.label);
    patch(field.type, input.type);
    patch(field.required, input.required);
    patch(field.unique, input.unique);
    patch(field.read_only, input.read_only);
    patch(field.hidden, input.hidden);
    patch(field.help, input.help);
    patch(field.default_, input.default_);
    patch(field.max_length, input.max_length);
    patch(field.decimals, input.decimals);
    patch(field.min, input.min);
    patch(field.max, input.max);
    patch(field.pattern, input.pattern);
    patch(field.pattern_message, input.pattern_message);
    patch(field.options, input.options);
    patch(field.depends_on, input.depends_on);
    patch(field.visible_when, input.visible_when);
    patch(field.required_when, input.required_when);
    patch(field.in_list, input.in_list);
    patch(field.in_card, input.in_card);
    patch(field.searchable, input.searchable);
    patch(field.width, input.width);
    patch(field.maps_to, input.maps_to);
    patch(field.masked, input.masked);
    patch(field.in_pool, input.in_pool);
    patch(field.not_exported, input.not_exported);
    patch(field.not_in_detail, input.not_in_detail);
    patch(field.not_on_phones, input.not_on_phones);
}

// Before the n-th (from 1) of the list.
void place(std::vector<FieldDefinition>& all, FieldDefinition field, std::optional<std::int64_t> position) {
    auto const last = static_cast<std::int64_t>(all.size());
    auto const at = std::clamp<std::int64_t>(position.value_or(last + 1) - 1, 0, last);
    all.insert(all.begin() + at, std::move(field));
}

// Of a form with one field changed, the errors are that field's own.
Result<void> apply_with(operation::Context& ctx, FieldObject object, std::vector<FieldDefinition> const& all,
                        std::string const& key, std::string const& note) {
    auto done = apply_form(ctx, object, all, "fields", note);
    if (done) return {};
    auto error = done.error();
    for (auto& field : error.fields) {
        auto const dot = field.field.find("].");
        if (dot != std::string::npos) field.field = field.field.substr(dot + 2);
    }
    if (error.fields.size() == 1 && error.fields.front().field == "depends_on") error.message += "（" + key + "）";
    return error;
}

}  // namespace

std::vector<FieldRule> field_rules(FieldOption const*) {
    return {{"key", "选项标识", {.max_length = 50}},
            {"label", "选项名称", {.max_length = 50}},
            {"color", "颜色", {.max_length = 20}},
            {"parents", "上级选项", {.max_items = 500}},
            {"parent", "上级", {.max_length = 50}}};
}

std::vector<FieldRule> field_rules(FieldMapping const*) {
    return {{"object", "对象"}, {"field", "字段标识", {.max_length = 50}}};
}

std::vector<FieldRule> field_rules(FieldDefinition const*) {
    return {{"key", "字段标识", {.max_length = 50}, "budget"},
            {"label", "字段名称", {.max_length = 30}, "预算"},
            {"type", "类型"},
            {"required", "必填"},
            {"unique", "唯一"},
            {"read_only", "只读"},
            {"hidden", "隐藏"},
            {"help", "填写说明", {.max_length = long_text}},
            {"default_", "默认值", {.max_length = long_text}},
            {"max_length", "最多字数", {.min = 1, .max = 20'000}},
            {"decimals", "小数位数", {.min = 0, .max = 6}},
            {"min", "最小值"},
            {"max", "最大值"},
            {"pattern", "格式（正则）", {.max_length = 200}},
            {"pattern_message", "格式不符时的提示", {.max_length = 100}},
            {"options", "选项", {.max_items = 500}},
            {"depends_on", "选项取决于", {.max_length = 50}},
            {"visible_when", "显示条件"},
            {"required_when", "必填条件"},
            {"reference_object", "引用的记录"},
            {"number_prefix", "编号前缀", {.max_length = 20}},
            {"in_list", "在列表显示"},
            {"in_card", "在卡片显示"},
            {"searchable", "可搜索"},
            {"width", "宽度", {.min = 1, .max = 2}},
            {"maps_to", "转入字段", {.max_items = 10}},
            {"masked", "脱敏显示"},
            {"encrypted", "加密保存"},
            {"in_pool", "公海中可见"},
            {"not_exported", "不可导出"},
            {"not_in_detail", "不在详情显示"},
            {"not_on_phones", "不在手机显示"}};
}

std::vector<FieldRule> field_rules(CreateField const*) {
    auto rules = field_rules(static_cast<FieldDefinition const*>(nullptr));
    rules.push_back({"object", "对象"});
    rules.push_back({"position", "位置", {.min = 1, .max = 1'000}});
    return rules;
}

std::vector<FieldRule> field_rules(ChangeField const*) {
    auto rules = field_rules(static_cast<CreateField const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

std::vector<FieldRule> field_rules(SaveDraft const*) {
    return {{"object", "对象"}, {"fields", "字段", {.max_items = 250}}};
}

std::vector<FieldRule> field_rules(ValuesOfMany const*) {
    return {{"object", "对象"}, {"ids", "记录", {.max_items = 200}}};
}

Result<Field> create_field(operation::Context& ctx, CreateField const& input) {
    auto fields = Fields{ctx};
    fields.lock(input.object);
    auto all = definitions_of(fields.form(word_of(input.object)));
    if (std::ranges::find(all, input.key, &FieldDefinition::key) != all.end())
        return Error{Errc::conflict, "duplicate", "已有标识为「" + input.key + "」的字段"};
    place(all, input, input.position);
    if (auto const done = apply_with(ctx, input.object, all, input.key, "新建字段 " + input.label); !done)
        return done.error();
    auto const there = fields.form(word_of(input.object));
    auto const made = *std::ranges::find(there, input.key, &Field::key);
    audit(ctx, made.id.value(), "field.create", "{}", json_of(made));
    return made;
}

Result<Field> show_field(operation::Context& ctx, OneField const& input) {
    auto const field = Fields{ctx}.find(input.id);
    if (!field) return no_field();
    return *field;
}

Result<FieldPage> list_fields(operation::Context& ctx, ListFields const& input) {
    auto page = FieldPage{};
    auto objects = std::vector<FieldObject>{};
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<FieldObject>>([&](auto const& entry) {
        if (!input.object || *input.object == entry.value) objects.push_back(entry.value);
    });
    for (auto const object : objects) {
        auto form = Fields{ctx}.form(word_of(object));
        for (auto& field : Fields{ctx}.system(object, form)) page.system.push_back(std::move(field));
        for (auto& field : own_fields(std::move(form))) page.items.push_back(std::move(field));
    }
    return page;
}

Result<Field> change_field(operation::Context& ctx, ChangeField const& input) {
    auto fields = Fields{ctx};
    auto const seen = fields.find(input.id);
    if (!seen) return no_field();
    fields.lock(seen->object);
    auto const before = fields.find(input.id);
    if (!before) return no_field();
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    auto all = definitions_of(fields.form(word_of(before->object)));
    auto const at = std::ranges::find(all, before->key, &FieldDefinition::key);
    auto changed = *at;
    apply_change(changed, input);
    if (input.position) {
        all.erase(at);
        place(all, changed, input.position);
    } else {
        *at = changed;
    }
    if (auto const done = apply_with(ctx, before->object, all, before->key, "修改字段 " + changed.label); !done)
        return done.error();
    auto const after = fields.find(input.id).value();
    audit(ctx, input.id.value(), "field.change", json_of(*before), json_of(after));
    return after;
}

Result<Nothing> delete_field(operation::Context& ctx, OneField const& input) {
    auto fields = Fields{ctx};
    auto const seen = fields.find(input.id);
    if (!seen) return no_field();
    fields.lock(seen->object);
    auto const before = fields.find(input.id);
    if (!before) return no_field();
    if (is_system(before->key)) return Error{Errc::conflict, "system_field", "系统字段不能删除，可以隐藏"};
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    auto all = definitions_of(fields.form(word_of(before->object)));
    std::erase_if(all, [&](auto const& field) { return field.key == before->key; });
    for (auto const& field : all) {
        auto const refers = (field.depends_on && *field.depends_on == before->key) ||
                            (field.visible_when && field.visible_when->field == before->key) ||
                            (field.required_when && field.required_when->field == before->key);
        if (refers) return Error{Errc::conflict, "in_use", "字段「" + field.label + "」的条件引用了它"};
    }
    if (auto const done = apply_with(ctx, before->object, all, before->key, "删除字段 " + before->label); !done)
        return done.error();
    audit(ctx, input.id.value(), "field.delete", json_of(*before), "{}");
    return Nothing{};
}

Result<FieldForm> show_form(operation::Context& ctx, OneForm const& input) {
    auto fields = Fields{ctx};
    auto const all = fields.form(word_of(input.object));
    auto form =
        FieldForm{input.object, fields.version(input.object), own_fields(all), system_fields(input.object, all), {}};
    if (ctx.may("field.manage")) form.draft = fields.draft(input.object);
    return form;
}

Result<FieldForm> save_draft(operation::Context& ctx, SaveDraft const& input) {
    auto fields = Fields{ctx};
    auto const before = fields.draft(input.object);
    auto const base = before ? before->base_version : fields.version(input.object);
    fields.keep_draft(input.object, input.fields, base);
    audit(ctx, 0, "field_form.draft", "{}", R"({"object":")" + word_of(input.object) + "\"}");
    return show_form(ctx, {input.object});
}

Result<Nothing> drop_draft(operation::Context& ctx, OneForm const& input) {
    Fields{ctx}.drop_draft(input.object);
    audit(ctx, 0, "field_form.drop", R"({"object":")" + word_of(input.object) + "\"}", "{}");
    return Nothing{};
}

Result<FieldForm> publish_form(operation::Context& ctx, PublishForm const& input) {
    auto fields = Fields{ctx};
    fields.lock(input.object);
    auto const draft = fields.draft(input.object);
    if (!draft) return Error{Errc::conflict, "no_draft", "没有要发布的草稿"};
    if (draft->base_version != fields.version(input.object))
        return Error{Errc::stale, "version", "草稿开始之后有人发布过新的版本，请重新打开再改"};
    auto const before = form_json(definitions_of(fields.form(word_of(input.object))));
    auto const done = apply_form(ctx, input.object, draft->fields, "fields", input.note.value_or(""));
    if (!done) return done.error();
    fields.drop_draft(input.object);
    audit(ctx, 0, "field_form.publish", before, form_json(definitions_of(fields.form(word_of(input.object)))));
    return show_form(ctx, {input.object});
}

Result<FieldForm> roll_back_form(operation::Context& ctx, RollBackForm const& input) {
    auto fields = Fields{ctx};
    fields.lock(input.object);
    auto const stored = ctx.sql().value<std::string>(
        "select definition::text from field_form where tenant_id = :tenant and object = :object and version = :version",
        {bind("tenant", ctx.tenant()), bind("object", word_of(input.object)), bind("version", input.to_version)});
    if (!stored) return invalid_field("to_version", "没有这个版本");
    auto const before = form_json(definitions_of(fields.form(word_of(input.object))));
    auto const done = apply_form(ctx, input.object, read_definitions(*stored), "fields",
                                 "回到版本 " + std::to_string(input.to_version));
    if (!done) return done.error();
    fields.drop_draft(input.object);
    audit(ctx, 0, "field_form.roll_back", before, form_json(definitions_of(fields.form(word_of(input.object)))));
    return show_form(ctx, {input.object});
}

Result<FormVersions> list_form_versions(operation::Context& ctx, OneForm const& input) {
    auto versions = FormVersions{};
    for (auto const& [version, definition, note, at, user, name] :
         ctx.sql()
             .rows<std::int64_t, std::string, std::string, Instant, std::optional<UserId>, std::optional<std::string>>(
                 "select v.version, v.definition::text, v.note, v.published_at, e.user_id, e.name from field_form v "
                 "left join employee e on e.tenant_id = v.tenant_id and e.id = v.published_by where v.tenant_id = "
                 ":tenant and v.object = :object order by v.version desc limit 200",
                 {bind("tenant", ctx.tenant()), bind("object", word_of(input.object))}))
        versions.items.push_back({version, read_definitions(definition), note, at, user, name});
    return versions;
}

namespace {

constexpr Operation<CreateField, Field> field_create{"field.create", "新建字段",   "field.manage",
                                                     Effect::writes, create_field, {"POST", "/fields", 201}};
constexpr Operation<OneField, Field> field_show{"field.show",  "查看字段", "self",
                                                Effect::reads, show_field, {"GET", "/fields/{id}"}};
constexpr Operation<ListFields, FieldPage> field_list{"field.list",  "字段列表",  "self",
                                                      Effect::reads, list_fields, {"GET", "/fields"}};
constexpr Operation<ChangeField, Field> field_change{"field.change", "修改字段",   "field.manage",
                                                     Effect::writes, change_field, {"PATCH", "/fields/{id}"}};
constexpr Operation<OneField, Nothing> field_delete{"field.delete",   "删除字段",   "field.manage",
                                                    Effect::confirms, delete_field, {"DELETE", "/fields/{id}", 204}};
constexpr Operation<OneForm, FieldForm> form_show{"field_form.show", "查看表单", "self",
                                                  Effect::reads,     show_form,  {"GET", "/field-forms/{object}"}};
constexpr Operation<SaveDraft, FieldForm> form_draft{"field_form.draft", "保存表单草稿",
                                                     "field.manage",     Effect::writes,
                                                     save_draft,         {"PUT", "/field-forms/{object}/draft"}};
constexpr Operation<OneForm, Nothing> form_drop{
    "field_form.drop_draft", "丢弃表单草稿", "field.manage",
    Effect::confirms,        drop_draft,     {"DELETE", "/field-forms/{object}/draft", 204}};
constexpr Operation<PublishForm, FieldForm> form_publish{
    "field_form.publish", "发布表单",   "field.manage",
    Effect::confirms,     publish_form, {"POST", "/field-forms/{object}/publish"}};
constexpr Operation<RollBackForm, FieldForm> form_roll_back{
    "field_form.roll_back", "表单回到旧版本", "field.manage",
    Effect::confirms,       roll_back_form,   {"POST", "/field-forms/{object}/roll-back"}};
constexpr Operation<OneForm, FormVersions> form_versions{
    "field_form.versions", "表单的版本",       "field.manage",
    Effect::reads,         list_form_versions, {"GET", "/field-forms/{object}/versions"}};

constexpr Operation<ValuesOf, FieldValues> field_values{"field.values", "自定义字段的内容", "self",
                                                        Effect::reads,  show_values,        {"GET", "/field-values"}};
constexpr Operation<ValuesOfMany, FieldTable> field_table{
    "field.table", "多条记录的自定义字段", "self", Effect::reads, list_values, {"GET", "/field-values/{object}"}};

}  // namespace

void add_field_operations(operation::Catalogue& catalogue) {
    catalogue.add(field_create);
    catalogue.add(field_show);
    catalogue.add(field_list);
    catalogue.add(field_change);
    catalogue.add(field_delete);
    catalogue.add(field_values);
    catalogue.add(field_table);
    catalogue.add(form_show);
    catalogue.add(form_draft);
    catalogue.add(form_drop);
    catalogue.add(form_publish);
    catalogue.add(form_roll_back);
    catalogue.add(form_versions);
    add_form_problems(catalogue);
}

}  // namespace wescrm::sales
