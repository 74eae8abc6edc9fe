#include "ascii.hpp"

#include <wescrm/http/message.hpp>

#include <algorithm>

namespace wescrm::http {

std::string_view name_of(Method method) noexcept {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
    }
    return "GET";
}

void Fields::set(std::string_view name, std::string_view value) {
    std::erase_if(fields_, [name](auto const& field) { return ascii::equal_without_case(field.first, name); });
    add(name, value);
}

void Fields::add(std::string_view name, std::string_view value) {
    if (fields_.empty()) fields_.reserve(8);
    fields_.emplace_back(name, value);
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
    for (auto const& [key, value] : fields_) {
        if (ascii::equal_without_case(key, name)) return value;
    }
    return std::nullopt;
}

namespace {

Response typed(int status, std::string_view type, std::string body) {
    auto response = Response{};
    response.status = status;
    response.headers.add("Content-Type", type);
    response.body = std::move(body);
    return response;
}

}  // namespace

Response Response::text(int status, std::string body) {
    return typed(status, "text/plain; charset=utf-8", std::move(body));
}

Response Response::html(int status, std::string body) {
    return typed(status, "text/html; charset=utf-8", std::move(body));
}

Response Response::json(int status, std::string body) {
    return typed(status, "application/json; charset=utf-8", std::move(body));
}

}  // namespace wescrm::http
