#include "rest_input.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/http/multipart.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace wescrm::web {
namespace {

using operation::Entry;
using operation::FieldDescription;

FieldDescription const* find_field(Entry const& entry, std::string_view name) {
    auto const found =
        std::find_if(entry.input.begin(), entry.input.end(), [&](auto const& field) { return field.name == name; });
    return found == entry.input.end() ? nullptr : &*found;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    auto number = Number{};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// What cannot be of the field's type stays a text, about which the binding complains in its own words.
json::Value value_from(std::string_view text, FieldDescription const& field, json::Allocator& allocator) {
    if (field.type == "integer" || field.type == "money")
        if (auto const number = number_from<std::int64_t>(text)) return json::Value{*number};
    if (field.type == "number")
        if (auto const number = number_from<double>(text)) return json::Value{*number};
    if (field.type == "boolean" && (text == "true" || text == "false")) return json::Value{text == "true"};
    return json::make_string(text, allocator);
}

json::Value list_from(http::Parameters const& query, FieldDescription const& field, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& [name, value] : query) {
        if (name != field.name) continue;
        for (auto const& part : text::split(value, ','))
            if (!part.empty()) list.PushBack(value_from(part, field.children.front(), allocator), allocator);
    }
    return list;
}

http::Response unknown_parameter(std::string_view name) {
    return http::problem(400, "unknown_parameter", "没有这个参数：" + text::truncate(name, 64));
}

std::optional<http::Response> add_query(Entry const& entry, http::Request const& request, json::Document& input) {
    auto& allocator = input.GetAllocator();
    for (auto const& [name, value] : request.query) {
        auto const* field = entry.route.method == "GET" ? find_field(entry, name) : nullptr;
        if (!field || request.path_parameters.contains(name)) return unknown_parameter(name);
        auto const is_list = field->type == "array";
        if (!is_list && request.query.count(name) > 1)
            return http::problem(400, "repeated_parameter", "参数重复：" + name);
        if (is_list)
            json::set(input, name, list_from(request.query, *field, allocator), allocator);
        else if (!value.empty())
            json::set(input, name, value_from(value, *field, allocator), allocator);
    }
    return std::nullopt;
}

bool is_json(http::Request const& request) {
    auto const type = request.headers.find("Content-Type");
    if (!type) return false;
    auto const name = text::to_lower(text::trim(type->substr(0, type->find(';'))));
    return name == "application/json" || name == "application/merge-patch+json";
}

// A form with a file stands for the same members: the file is `content`, in Base64, with its name.
std::optional<http::Response> add_form(Entry const& entry, http::Request const& request, json::Document& input) {
    auto const parts = http::parse_multipart(*request.headers.find("Content-Type"), request.body);
    if (!parts) return http::problem(400, "multipart", "内容不是完整的 multipart/form-data");
    auto& allocator = input.GetAllocator();
    for (auto const& part : *parts) {
        if (!part.file_name.empty()) {
            json::set(input, "file_name", part.file_name, allocator);
            json::set(input, "content", to_base64(part.content), allocator);
            continue;
        }
        auto const* field = find_field(entry, part.name);
        if (!field) return http::problem(invalid_field(part.name, "没有这个字段"));
        json::set(input, part.name, value_from(part.content, *field, allocator), allocator);
    }
    return std::nullopt;
}

bool is_form_with_file(Entry const& entry, http::Request const& request) {
    auto const type = request.headers.find("Content-Type");
    return type && text::to_lower(*type).starts_with("multipart/form-data") && find_field(entry, "file_name") &&
           find_field(entry, "content");
}

std::optional<http::Response> add_body(Entry const& entry, http::Request const& request, json::Document& input) {
    if (request.body.empty()) return std::nullopt;
    if (is_form_with_file(entry, request)) return add_form(entry, request, input);
    if (!is_json(request)) return http::problem(415, "content_type", "内容应为 application/json");
    auto body = json::parse(request.body);
    if (!body) return http::problem(400, "json", body.error().message);
    if (!body->IsObject()) return http::problem(422, "invalid", "内容应为 JSON 对象");
    input = std::move(*body);
    return std::nullopt;
}

std::optional<http::Response> add_path(Entry const& entry, http::Request const& request, json::Document& input) {
    auto& allocator = input.GetAllocator();
    for (auto const& [name, value] : request.path_parameters) {
        auto const* field = find_field(entry, name);
        if (!field) continue;
        if (auto const* given = json::find(input, name); given && (!given->IsString() || json::view(*given) != value))
            return http::problem(invalid_field(name, "与地址中的不一致"));
        auto const is_digits = !value.empty() && value.size() <= 19 &&
                               std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (field->type == "id" && (!is_digits || !number_from<std::int64_t>(value)))
            return http::problem(404, "not_found", "");
        json::set(input, name, value_from(value, *field, allocator), allocator);
    }
    return std::nullopt;
}

// If-Match: "<version>", a strong entity tag of ours.
std::optional<http::Response> add_version(Entry const& entry, http::Request const& request, json::Document& input) {
    auto const* field = find_field(entry, "version");
    if (!field) return std::nullopt;
    auto const tag = request.headers.find("If-Match");
    if (!tag) {
        auto const is_needed =
            entry.route.method == "PATCH" || entry.route.method == "PUT" || entry.route.method == "DELETE";
        if (is_needed && !json::find(input, "version"))
            return http::problem(428, "version_required", "请在 If-Match 中给出读取时的版本，例如 If-Match: \"3\"");
        return std::nullopt;
    }
    auto text = text::trim(*tag);
    if (text.size() < 3 || !text.starts_with('"') || !text.ends_with('"'))
        return http::problem(400, "if_match", "If-Match 应为 \"版本号\"");
    auto const version = number_from<std::int64_t>(text.substr(1, text.size() - 2));
    if (!version) return http::problem(412, "stale", "版本不符，请重新读取后再修改");
    auto const in_body = json::find_integer(input, "version");
    if (in_body && *in_body != *version) return http::problem(400, "if_match", "If-Match 与内容中的 version 不一致");
    json::set(input, "version", json::Value{*version}, input.GetAllocator());
    return std::nullopt;
}

}  // namespace

RestInput rest_input(Entry const& entry, http::Request const& request) {
    auto input = json::Document{rapidjson::kObjectType};
    if (entry.route.method != "GET")
        if (auto refused = add_body(entry, request, input)) return std::move(*refused);
    if (auto refused = add_query(entry, request, input)) return std::move(*refused);
    if (auto refused = add_path(entry, request, input)) return std::move(*refused);
    if (auto refused = add_version(entry, request, input)) return std::move(*refused);
    return input;
}

}  // namespace wescrm::web
