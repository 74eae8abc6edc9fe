#include "client_message.hpp"

#include "ascii.hpp"
#include "request_target.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace wescrm::http {
namespace beast = boost::beast;
namespace {

constexpr auto answer_head_bytes = std::uint32_t{32} * 1024;

bool is_set_by_us(std::string_view name) {
    for (auto const own : {"Host", "Content-Length", "Transfer-Encoding", "Connection"}) {
        if (ascii::equal_without_case(name, own)) return true;
    }
    return false;
}

bool is_clean(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return ascii::is_control(c) && c != '\t'; });
}

bool has_content(Method method) { return method == Method::post || method == Method::put || method == Method::patch; }

}  // namespace

Result<Url> parse_url(std::string const& text) {
    auto const wrong = Error{Errc::invalid_input, "url", "不是有效的 http/https 地址"};
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed || parsed->has_userinfo()) return wrong;
    auto const scheme = parsed->scheme_id();
    if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https) return wrong;
    auto url = Url{};
    url.is_tls = scheme == boost::urls::scheme::https;
    url.host = parsed->host_address();
    url.port = std::string{parsed->port()};
    if (url.port.empty()) url.port = url.is_tls ? "443" : "80";
    url.authority = std::string{parsed->encoded_host_and_port()};
    auto const target = parsed->encoded_target();
    url.target = std::string{target.data(), target.size()};
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    if (!is_valid_host(url.authority)) return wrong;
    return url;
}

Result<std::string> request_head(ClientRequest const& request, Url const& url) {
    auto head = std::string{name_of(request.method)};
    head.append(" ").append(url.target).append(" HTTP/1.1\r\nHost: ").append(url.authority).append("\r\n");
    auto has_agent = false;
    for (auto const& [name, value] : request.headers) {
        if (!is_clean(name) || !is_clean(value) || name.empty()) return Error{Errc::invalid_input, "header", name};
        if (is_set_by_us(name)) continue;
        has_agent = has_agent || ascii::equal_without_case(name, "User-Agent");
        head.append(name).append(": ").append(value).append("\r\n");
    }
    if (!has_agent) head.append("User-Agent: wescrm\r\n");
    if (!request.body.empty() || has_content(request.method)) {
        head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    head.append("\r\n");
    return head;
}

ResponseReader::ResponseReader(std::size_t answer_bytes, bool is_head)
    : answer_bytes_{answer_bytes}, is_head_{is_head} {
    restart();
}

void ResponseReader::restart() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(answer_head_bytes);
    parser_->body_limit(answer_bytes_);
    if (is_head_) parser_->skip(true);
}

bool ResponseReader::put(std::string_view bytes) {
    pending_.append(bytes);
    for (;;) {
        auto error = beast::error_code{};
        auto const used = parser_->put(boost::asio::const_buffer{pending_.data(), pending_.size()}, error);
        pending_.erase(0, used);
        is_too_large_ = error == beast::http::error::body_limit || error == beast::http::error::header_limit;
        if (error && error != beast::http::error::need_more) return false;
        // Trailers and chunk headers wait in `pending_`, which Beast does not limit.
        if (!parser_->is_done()) return pending_.size() <= answer_head_bytes;
        auto const status = parser_->get().result_int();
        if (status / 100 != 1 || status == 101) break;
        restart();
        if (pending_.empty()) return true;
    }
    is_complete_ = true;
    may_keep_ = parser_->keep_alive() && pending_.empty();
    return true;
}

bool ResponseReader::put_end() {
    if (is_complete_) return true;
    if (!parser_->is_header_done()) return false;
    auto error = beast::error_code{};
    parser_->put_eof(error);
    is_complete_ = !error && parser_->is_done();
    return is_complete_;
}

ClientResponse ResponseReader::take() {
    auto message = parser_->release();
    auto response = ClientResponse{};
    response.status = static_cast<int>(message.result_int());
    for (auto const& field : message) {
        auto const name = field.name_string();
        auto const value = field.value();
        response.headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }
    response.body = std::move(message.body());
    return response;
}

}  // namespace wescrm::http
