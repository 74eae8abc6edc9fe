#include "file_response.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/api_keys.hpp>
#include <wescrm/web/attachment_files.hpp>

#include <charconv>

namespace wescrm::web {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

http::Response download(json::Value const& file) {
    auto content = from_base64(json::find_string(file, "content").value_or(""));
    auto const name = json::find_string(file, "file_name").value_or("");
    auto response = file_response(content ? std::move(*content) : std::string{},
                                  json::find_string(file, "content_type").value_or("application/octet-stream"), name);
    response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
    response.headers.set("Cache-Control", "private, max-age=300");
    return response;
}

Result<http::Response> read(operation::Operations const& operations, Session& sql, TenantId tenant, EmployeeId employee,
                            operation::Channel channel, std::string_view id) {
    auto actor = operation::load_actor(sql, tenant, employee, channel);
    if (!actor) return actor.error();
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", id, input.GetAllocator());
    auto const* entry = operations.catalogue().find("attachment.read");
    auto const file = operations.perform_in(sql, *entry, std::move(*actor), input);
    if (!file) return file.error();
    return download(*file);
}

bool is_id(std::string_view text) {
    auto number = std::int64_t{0};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() && number > 0;
}

std::string key_of(http::Request const& request) {
    auto const header = request.headers.find("Authorization");
    if (!header || header->size() < 7 || text::to_lower(header->substr(0, 7)) != "bearer ") return {};
    return std::string{text::trim(header->substr(7))};
}

asio::awaitable<http::Response> for_page(operation::Operations const& operations, Pages const& pages,
                                         http::Request const& request) {
    auto const& id = request.path_parameters.at("id");
    auto const cookie = pages.cookie_of(request);
    auto const tenant = cookie ? company_of_session(*cookie) : std::nullopt;
    if (!tenant) co_return http::Response::text(401, "请先登录");
    if (!is_id(id)) co_return http::Response::text(404, "没有这个文件");
    auto job = [&](Session& sql) -> Result<http::Response> {
        auto const visitor = find_session(sql, *cookie, pages.config().session, operations.clock().now());
        if (!visitor) return Error{Errc::unauthenticated};
        return read(operations, sql, *tenant, visitor->employee, operation::Channel::page, id);
    };
    auto response = co_await operations.database().run(Pool::web, Scope::of(*tenant), job);
    if (response) co_return std::move(*response);
    if (response.error().code == Errc::unauthenticated) co_return http::Response::text(401, "请先登录");
    if (response.error().code == Errc::unavailable) co_return http::Response::text(503, "请稍后再试");
    co_return http::Response::text(404, "没有这个文件");
}

asio::awaitable<http::Response> for_key(operation::Operations const& operations, http::Request const& request) {
    auto const& id = request.path_parameters.at("id");
    auto const key = key_of(request);
    auto const tenant = key.empty() ? std::nullopt : operation::company_of_key(key);
    auto const refused = Error{Errc::unauthenticated, "api_key", "API 密钥无效或已撤销"};
    if (!tenant) co_return http::problem(refused);
    if (!is_id(id)) co_return http::problem(404, "not_found", "");
    auto job = [&](Session& sql) -> Result<http::Response> {
        auto const employee = operation::employee_of_key(sql, *tenant, key, operations.clock().now());
        if (!employee) return employee.error();
        return read(operations, sql, *tenant, *employee, operation::Channel::api, id);
    };
    auto response = co_await operations.database().run(Pool::web, Scope::of(*tenant), job);
    if (!response) co_return http::problem(response.error());
    co_return std::move(*response);
}

}  // namespace

void add_attachment_files(http::Router& router, operation::Operations const& operations, Pages const& pages) {
    router.add(http::Method::get, "/files/{id}",
               [&operations, &pages](http::Request& request) { return for_page(operations, pages, request); });
    router.add(http::Method::get, "/api/v1/attachments/{id}/content",
               [&operations](http::Request& request) { return for_key(operations, request); });
}

}  // namespace wescrm::web
