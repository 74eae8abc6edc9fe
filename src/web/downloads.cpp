#include "file_response.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/web/downloads.hpp>

#include <array>

namespace wescrm::web {
namespace {

http::Response led_to(std::string const& where) {
    auto response = http::Response{};
    response.status = 303;
    response.headers.set("Location", where);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response file_from(json::Value const& answer) {
    auto const name = text::one_line(json::find_string(answer, "file_name").value_or("file"));
    auto content = from_base64(json::find_string(answer, "content").value_or(""));
    auto const is_csv = name.ends_with(".csv");
    auto response = file_response(
        content ? std::move(*content) : Bytes{},
        is_csv ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name);
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Async<json::Document> answer_of(Pages const& pages, operation::Operations const& operations, Download const& download,
                                http::Request const& request, std::string cookie, TenantId tenant) {
    auto caller = operation::Caller{tenant, {}, operation::Channel::page, request.id};
    auto job = [&](database::Session& sql) -> Result<int> {
        auto const visitor = find_session(sql, cookie, pages.config().session, operations.clock().now());
        if (!visitor) return Error{Errc::unauthenticated, "session"};
        caller.employee = visitor->employee;
        return 0;
    };
    auto const known = co_await operations.database().run(database::Pool::web, database::Scope::of(tenant), job);
    if (!known) co_return known.error();
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, download.parameter, request.path_parameters.at(download.parameter), input.GetAllocator());
    // Large files must not keep the threads of pages.
    co_return co_await operations.perform(download.operation, caller, std::move(input), database::Pool::worker);
}

asio::awaitable<http::Response> answer(Pages const& pages, operation::Operations const& operations,
                                       Download const& download, http::Request const& request) {
    auto const cookie = pages.cookie_of(request);
    auto const tenant = cookie ? company_of_session(*cookie) : std::nullopt;
    if (!tenant) co_return led_to("/login");
    auto const answered = co_await answer_of(pages, operations, download, request, *cookie, *tenant);
    if (answered) co_return file_from(*answered);
    if (answered.error().code == Errc::unauthenticated) co_return led_to("/login");
    auto view = View{};
    view.page = "error";
    view.title = "出错了";
    view.status = http::problem(answered.error()).status;
    json::set(view.data, "title", "没有可以下载的文件", view.data.GetAllocator());
    json::set(view.data, "request_id", request.id, view.data.GetAllocator());
    json::set(view.data, "message", answered.error().message, view.data.GetAllocator());
    co_return pages.show(view);
}

}  // namespace

void add_download(http::Router& router, Pages const& pages, operation::Operations const& operations,
                  Download download) {
    router.add(http::Method::get, download.path,
               [&pages, &operations, download](http::Request& request) -> asio::awaitable<http::Response> {
                   return answer(pages, operations, download, request);
               });
}

}  // namespace wescrm::web
