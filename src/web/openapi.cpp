#include "rest_answer.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/web/rest.hpp>

#include <algorithm>
#include <map>

// Written by hand rather than by a schema library: names in a fixed order, so that the same catalogue gives the same
// bytes.
namespace wescrm::web {
namespace {

using operation::Entry;
using operation::FieldDescription;

/// Whether a schema describes what is sent or what is answered: limits and required members differ.
enum class Side { input, output };

class Description {
public:
    explicit Description(operation::Catalogue const& catalogue)
        : document_{rapidjson::kObjectType}, memory_{document_.GetAllocator()} {
        add_head();
        auto paths = std::map<std::string, std::vector<Entry const*>>{};
        for (auto const* entry : catalogue.entries())
            if (!entry->route.path.empty()) paths[std::string{entry->route.path}].push_back(entry);
        add_tags(paths);
        auto items = object();
        for (auto const& [path, entries] : paths) add(items, path, path_item(entries));
        add(document_, "paths", std::move(items));
        add(document_, "components", components());
    }
    [[nodiscard]] std::string text() const { return json::write(document_); }

private:
    static json::Value object() { return json::Value{rapidjson::kObjectType}; }
    static json::Value array() { return json::Value{rapidjson::kArrayType}; }
    void add(json::Value& to, std::string_view name, json::Value value) {
        json::set(to, name, std::move(value), memory_);
    }
    void add(json::Value& to, std::string_view name, std::string_view value) { json::set(to, name, value, memory_); }
    void push(json::Value& to, std::string_view value) { to.PushBack(json::make_string(value, memory_), memory_); }

    void add_head() {
        add(document_, "openapi", "3.1.0");
        auto info = object();
        add(info, "title", "wescrm REST");
        add(info, "version", "1.0.0");
        add(info, "description",
            "金额为整数分（字段以 _fen 结尾），时刻为带时区的 RFC 3339，日期为 YYYY-MM-DD，编号为文字。修改记录时以 "
            "If-Match 给出读取时的版本。");
        add(document_, "info", std::move(info));
        auto server = object();
        add(server, "url", rest_root);
        auto servers = array();
        servers.PushBack(std::move(server), memory_);
        add(document_, "servers", std::move(servers));
        add(document_, "security", security());
    }
    json::Value security() {
        auto rule = object();
        add(rule, "apiKey", array());
        auto rules = array();
        rules.PushBack(std::move(rule), memory_);
        return rules;
    }

    static std::string tag_of(Entry const& entry) {
        auto const path = entry.route.path.substr(1);
        return std::string{path.substr(0, path.find('/'))};
    }
    void add_tags(std::map<std::string, std::vector<Entry const*>> const& paths) {
        auto titles = std::map<std::string, std::vector<std::string>>{};
        for (auto const& [path, entries] : paths)
            for (auto const* entry : entries) titles[tag_of(*entry)].emplace_back(entry->title);
        auto tags = array();
        for (auto const& [name, of_operations] : titles) {
            auto tag = object();
            add(tag, "name", name);
            add(tag, "description", text::join(of_operations, "、"));
            tags.PushBack(std::move(tag), memory_);
        }
        add(document_, "tags", std::move(tags));
    }

    json::Value path_item(std::vector<Entry const*> const& entries) {
        auto item = object();
        for (auto const* entry : entries) add(item, text::to_lower(entry->route.method), operation(*entry));
        return item;
    }

    json::Value operation(Entry const& entry) {
        auto made = object();
        add(made, "operationId", text::replace_all(text::replace_all(std::string{entry.name}, ".", "_"), "-", "_"));
        add(made, "summary", entry.title);
        add(made, "description", std::string{entry.title} + "。需要权限：" + std::string{entry.permission} + "。");
        auto tags = array();
        push(tags, tag_of(entry));
        add(made, "tags", std::move(tags));
        if (auto list = parameters(entry); !list.Empty()) add(made, "parameters", std::move(list));
        if (auto fields = body_fields(entry); entry.route.method != "GET" && !fields.empty())
            add(made, "requestBody", body(fields));
        add(made, "responses", responses(entry));
        return made;
    }

    static bool is_in_path(Entry const& entry, std::string_view name) {
        return entry.route.path.find("{" + std::string{name} + "}") != std::string_view::npos;
    }
    static bool needs_version(Entry const& entry) {
        auto const has_version = std::any_of(entry.input.begin(), entry.input.end(),
                                             [](auto const& field) { return field.name == "version"; });
        return has_version && entry.route.method != "GET" && entry.route.method != "POST";
    }
    static std::vector<FieldDescription> body_fields(Entry const& entry) {
        auto fields = std::vector<FieldDescription>{};
        for (auto const& field : entry.input) {
            if (is_in_path(entry, field.name)) continue;
            fields.push_back(field);
            if (field.name == "version") fields.back().is_required = false;  // If-Match may carry it
        }
        return fields;
    }

    json::Value parameters(Entry const& entry) {
        auto list = array();
        for (auto const& field : entry.input) {
            if (is_in_path(entry, field.name))
                list.PushBack(parameter(field, "path"), memory_);
            else if (entry.route.method == "GET")
                list.PushBack(parameter(field, "query"), memory_);
        }
        add_unbound_path_parameters(entry, list);
        if (needs_version(entry))
            list.PushBack(header("If-Match", "读取时的版本，例如 \"3\"；也可在内容中给出 version"), memory_);
        if (entry.route.method == "POST")
            list.PushBack(header("Idempotency-Key", "重复的请求得到同一个答复，24 小时内有效"), memory_);
        return list;
    }
    // A path that names a parameter which no field binds would be no valid description.
    void add_unbound_path_parameters(Entry const& entry, json::Value& list) {
        auto rest = entry.route.path;
        for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
            auto const close = rest.find('}', open);
            auto const name = rest.substr(open + 1, close - open - 1);
            rest.remove_prefix(close + 1);
            auto const is_bound = std::any_of(entry.input.begin(), entry.input.end(),
                                              [&](auto const& field) { return field.name == name; });
            if (is_bound) continue;
            auto field = FieldDescription{};
            field.name = name;
            field.type = "string";
            list.PushBack(parameter(field, "path"), memory_);
        }
    }
    json::Value parameter(FieldDescription const& field, std::string_view place) {
        auto made = object();
        add(made, "name", field.name);
        add(made, "in", place);
        if (!field.label.empty()) add(made, "description", field.label);
        if (place == "path" || field.is_required) add(made, "required", json::Value{true});
        auto plain = field;
        plain.is_nullable = false;
        add(made, "schema", schema(plain, Side::input));
        return made;
    }
    json::Value header(std::string_view name, std::string_view description) {
        auto made = object();
        add(made, "name", name);
        add(made, "in", "header");
        add(made, "description", description);
        auto type = object();
        add(type, "type", "string");
        add(made, "schema", std::move(type));
        return made;
    }

    json::Value body(std::vector<FieldDescription> const& fields) {
        auto made = object();
        auto const is_required =
            std::any_of(fields.begin(), fields.end(), [](auto const& field) { return field.is_required; });
        add(made, "required", json::Value{is_required});
        auto types = content("application/json", object_schema(fields, Side::input));
        // The file is then a part with a name, whose bytes are `content`.
        auto const has = [&fields](std::string_view name) {
            return std::any_of(fields.begin(), fields.end(), [&](auto const& field) { return field.name == name; });
        };
        if (has("content") && has("file_name")) {
            auto media = object();
            add(media, "schema", object_schema(fields, Side::input));
            add(types, "multipart/form-data", std::move(media));
        }
        add(made, "content", std::move(types));
        return made;
    }
    json::Value content(std::string_view type, json::Value schema) {
        auto media = object();
        add(media, "schema", std::move(schema));
        auto made = object();
        add(made, type, std::move(media));
        return made;
    }

    json::Value responses(Entry const& entry) {
        auto made = object();
        auto success = object();
        add(success, "description",
            entry.route.success == 201   ? "已创建"
            : entry.route.success == 204 ? "已完成"
                                         : "成功");
        if (entry.route.success != 204)
            add(success, "content", content("application/json", object_schema(entry.output, Side::output)));
        add(made, std::to_string(entry.route.success), std::move(success));
        auto statuses = std::vector<std::string_view>{"400", "401", "403", "404", "422", "429", "503"};
        if (entry.effect != operation::Effect::reads) statuses.insert(statuses.end(), {"409", "415"});
        if (needs_version(entry)) statuses.insert(statuses.end(), {"412", "428"});
        std::sort(statuses.begin(), statuses.end());
        for (auto const status : statuses) {
            auto reference = object();
            add(reference, "$ref", "#/components/responses/Problem" + std::string{status});
            add(made, status, std::move(reference));
        }
        return made;
    }

    json::Value components() {
        auto made = object();
        auto schemes = object();
        auto scheme = object();
        add(scheme, "type", "http");
        add(scheme, "scheme", "bearer");
        add(scheme, "description", "API 密钥；代表一位员工，权限与该员工相同");
        add(schemes, "apiKey", std::move(scheme));
        add(made, "securitySchemes", std::move(schemes));
        auto schemas = object();
        add(schemas, "Problem", problem_schema());
        add(made, "schemas", std::move(schemas));
        auto responses = object();
        for (auto const& [status, words] :
             std::map<std::string_view, std::string_view>{{"400", "请求格式有误，或参数不存在"},
                                                          {"401", "没有密钥或密钥无效"},
                                                          {"403", "没有权限"},
                                                          {"404", "没有这条记录，或不可见"},
                                                          {"409", "重复或冲突"},
                                                          {"412", "版本已过期"},
                                                          {"415", "内容不是 JSON"},
                                                          {"422", "内容有误"},
                                                          {"428", "没有给出版本"},
                                                          {"429", "请求过于频繁"},
                                                          {"503", "系统繁忙"}}) {
            auto response = object();
            add(response, "description", words);
            auto reference = object();
            add(reference, "$ref", "#/components/schemas/Problem");
            add(response, "content", content("application/problem+json", std::move(reference)));
            add(responses, "Problem" + std::string{status}, std::move(response));
        }
        add(made, "responses", std::move(responses));
        return made;
    }
    json::Value problem_schema() {
        auto const text = [](std::string name) {
            auto field = FieldDescription{};
            field.name = std::move(name);
            field.type = "string";
            field.is_required = true;
            return field;
        };
        auto status = text("status");
        status.type = "integer";
        auto errors = text("errors");
        errors.type = "array";
        errors.is_required = false;
        auto& error = errors.children.emplace_back();
        error.type = "object";
        error.children = {text("field"), text("message")};
        auto current = text("current");
        current.label = "版本不符时：记录现在的内容";
        current.type = "object";
        current.is_required = false;
        return object_schema({text("type"), text("title"), status, text("detail"), text("code"), errors, current},
                             Side::output, false);
    }

    json::Value object_schema(std::vector<FieldDescription> const& fields, Side side, bool is_complete = true) {
        auto made = object();
        add(made, "type", "object");
        auto properties = object();
        auto required = array();
        for (auto const& field : fields) {
            add(properties, field.name, schema(field, side));
            if (field.is_required || (side == Side::output && is_complete)) push(required, field.name);
        }
        add(made, "properties", std::move(properties));
        if (!required.Empty()) add(made, "required", std::move(required));
        if (side == Side::input) add(made, "additionalProperties", json::Value{false});
        return made;
    }

    json::Value schema(FieldDescription const& field, Side side) {
        if (field.type == "any") {
            auto anything = object();
            if (!field.label.empty()) add(anything, "description", field.label);
            return anything;
        }
        auto made = field.type == "object" ? object_schema(field.children, side) : object();
        add_type(made, field);
        if (field.type == "array") add(made, "items", schema(field.children.front(), side));
        if (field.type == "enum") add(made, "enum", values(field));
        if (field.type == "money")
            add(made, "description", field.label.empty() ? "金额，单位：分" : field.label + "，单位：分");
        else if (!field.label.empty())
            add(made, "description", field.label);
        else if (field.type == "integer" && field.name.ends_with("_e4"))
            add(made, "description", "单价，单位：0.0001 元；同名的 _fen 是它四舍五入到分");
        if (side == Side::input) add_limits(made, field);
        return made;
    }
    void add_type(json::Value& made, FieldDescription const& field) {
        auto const type = field.type == "money" ? "integer"
                          : field.type == "integer" || field.type == "number" || field.type == "boolean" ||
                                  field.type == "array" || field.type == "object"
                              ? field.type
                              : std::string{"string"};
        if (field.is_nullable) {
            auto both = array();
            push(both, type);
            push(both, "null");
            add(made, "type", std::move(both));
        } else {
            add(made, "type", type);
        }
        if (field.type == "date" || field.type == "date-time") add(made, "format", field.type);
        if (field.type == "integer" || field.type == "money") add(made, "format", "int64");
        if (field.type == "id") add(made, "pattern", "^[0-9]{1,19}$");
    }
    json::Value values(FieldDescription const& field) {
        auto list = array();
        for (auto const& value : field.values) push(list, value);
        if (field.is_nullable) list.PushBack(json::Value{rapidjson::kNullType}, memory_);
        return list;
    }
    void add_limits(json::Value& made, FieldDescription const& field) {
        auto const& limits = field.limits;
        if (field.type == "string") add(made, "maxLength", json::Value{static_cast<std::uint64_t>(limits.max_length)});
        if (field.type == "array") add(made, "maxItems", json::Value{static_cast<std::uint64_t>(limits.max_items)});
        if (field.type != "integer" && field.type != "money") return;
        if (limits.min != INT64_MIN) add(made, "minimum", json::Value{limits.min});
        if (limits.max != INT64_MAX) add(made, "maximum", json::Value{limits.max});
    }

    json::Document document_;
    json::Allocator& memory_;
};

}  // namespace

std::string openapi(operation::Catalogue const& catalogue) { return Description{catalogue}.text(); }

}  // namespace wescrm::web
