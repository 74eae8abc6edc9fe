#include <wescrm/base/json.hpp>
#include <wescrm/http/message.hpp>

#include <boost/beast/http/status.hpp>

namespace wescrm::http {
namespace {

int status_of(Errc code) noexcept {
    switch (code) {
        case Errc::invalid_input:
            return 422;
        case Errc::unauthenticated:
            return 401;
        case Errc::forbidden:
            return 403;
        case Errc::not_found:
            return 404;
        case Errc::conflict:
            return 409;
        case Errc::stale:
            return 412;
        case Errc::rate_limited:
            return 429;
        case Errc::timed_out:
            return 504;
        case Errc::unavailable:
            return 503;
    }
    return 500;
}

std::string_view default_detail(int status) noexcept {
    switch (status) {
        case 400:
            return "请求格式有误";
        case 401:
            return "请先登录";
        case 403:
            return "没有权限";
        case 404:
            return "没有找到";
        case 405:
            return "不支持该方法";
        case 408:
            return "请求超时";
        case 409:
            return "数据冲突";
        case 412:
            return "数据已被他人修改";
        case 413:
            return "内容过大";
        case 422:
            return "内容有误";
        case 429:
            return "操作过于频繁，请稍后再试";
        case 503:
            return "系统繁忙，请稍后再试";
        case 504:
            return "处理超时，请稍后再试";
        default:
            return status >= 500 ? "系统内部错误" : "请求无法处理";
    }
}

Response problem_response(int status, std::string_view code, std::string_view detail,
                          std::vector<FieldError> const& fields) {
    auto document = json::Document{};
    document.SetObject();
    auto& allocator = document.GetAllocator();
    auto const title = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    json::set(document, "type", "about:blank", allocator);
    json::set(document, "title", std::string_view{title.data(), title.size()}, allocator);
    json::set(document, "status", json::Value{status}, allocator);
    json::set(document, "detail", detail.empty() ? default_detail(status) : detail, allocator);
    json::set(document, "code", code, allocator);
    if (!fields.empty()) {
        auto errors = json::Value{rapidjson::kArrayType};
        for (auto const& [field, message] : fields) {
            auto entry = json::Value{rapidjson::kObjectType};
            json::set(entry, "field", field, allocator);
            json::set(entry, "message", message, allocator);
            errors.PushBack(entry, allocator);
        }
        json::set(document, "errors", std::move(errors), allocator);
    }
    auto response = Response::json(status, json::write(document));
    response.headers.set("Content-Type", "application/problem+json; charset=utf-8");
    if (status == 503 || status == 429) response.headers.set("Retry-After", "1");
    return response;
}

}  // namespace

Response problem(Error const& error) {
    auto const code = error.reason.empty() ? std::string_view{name_of(error.code)} : std::string_view{error.reason};
    return problem_response(status_of(error.code), code, error.message, error.fields);
}

Response problem(int status, std::string_view code, std::string_view detail) {
    return problem_response(status, code, detail, {});
}

}  // namespace wescrm::http
