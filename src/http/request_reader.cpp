#include "request_reader.hpp"

#include "request_target.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wescrm::http {
namespace {

std::optional<Method> method_of(std::string_view name) noexcept {
    for (auto const method :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_, Method::options}) {
        if (name == name_of(method)) return method;
    }
    return std::nullopt;
}

}  // namespace

std::size_t RequestReader::put(std::string_view input) {
    auto used = std::size_t{0};
    if (state_ == State::head) {
        used = scanner_.scan(input);
        if (scanner_.refused() != 0) refuse(scanner_.refused());
        if (used == 0) return 0;
        if (auto const status = take_head(input.substr(0, used)); status != 0) {
            refuse(status);
            return used;
        }
        follow_body();
    }
    if (state_ != State::body) return used;
    used += body_.put(input.substr(used), request_.body);
    follow_body();
    return used;
}

int RequestReader::take_head(std::string_view bytes) {
    if (auto const status = parse_head(bytes, head_); status != 0) return status;
    if (auto const status = take_method(); status != 0) return status;
    auto target = parse_target(head_.target, head_.host);
    if (!target) return 400;
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    request_.raw_target = std::move(head_.target);
    request_.headers = std::move(head_.fields);
    if (head_.is_chunked) {
        body_.expect_chunks(body_limit());
    } else {
        body_.expect_length(head_.content_length, body_limit());
    }
    return 0;
}

int RequestReader::take_method() {
    if (head_.method == "TRACE" || head_.method == "CONNECT") return 405;
    auto const method = method_of(head_.method);
    if (!method) return 501;
    if (head_.target == "*") return *method == Method::options ? 405 : 400;
    request_.method = *method;
    return 0;
}

std::size_t RequestReader::body_limit() {
    auto const& path = request_.path;
    if (path.starts_with("/wecom/")) return limits_->callback_body_bytes;
    is_upload_ = std::any_of(limits_->upload_prefixes.begin(), limits_->upload_prefixes.end(),
                             [&path](auto const& prefix) { return path.starts_with(prefix); });
    return is_upload_ ? limits_->upload_body_bytes : limits_->body_bytes;
}

void RequestReader::refuse(int status) noexcept {
    state_ = State::refused;
    status_ = status;
}

void RequestReader::follow_body() noexcept {
    switch (body_.state()) {
        case BodyReader::State::reading:
            state_ = State::body;
            return;
        case BodyReader::State::complete:
            state_ = State::complete;
            return;
        case BodyReader::State::malformed:
            return refuse(400);
        case BodyReader::State::too_large:
            return refuse(413);
    }
}

}  // namespace wescrm::http
