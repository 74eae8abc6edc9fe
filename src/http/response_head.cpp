#include "response_head.hpp"

#include "ascii.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>

namespace wescrm::http {
namespace {

void append_number(std::string& out, std::size_t number) {
    auto digits = std::array<char, 20>{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

/// A value of unknown origin: a line end in it would start another field.
void append_checked(std::string& out, std::string_view name, std::string_view value) {
    for (auto const c : name) out += ascii::is_visible(c) && c != ':' ? c : '_';
    out += ": ";
    for (auto const c : value) out += ascii::is_control(c) && c != '\t' ? ' ' : c;
    out += "\r\n";
}

bool is_framing(std::string_view name) noexcept {
    switch (name.size()) {
        case 4:
            return ascii::equal_without_case(name, "Date");
        case 10:
            return ascii::equal_without_case(name, "Connection");
        case 14:
            return ascii::equal_without_case(name, "Content-Length");
        case 17:
            return ascii::equal_without_case(name, "Transfer-Encoding");
        default:
            return false;
    }
}

void append_status_line(std::string& out, int status) {
    auto const reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

}  // namespace

void append_head(std::string& out, Response const& response, AnswerFrame const& frame) {
    append_status_line(out, response.status);
    auto has_type = false;
    auto has_sniff_rule = false;
    for (auto const& [name, value] : response.headers) {
        if (is_framing(name)) continue;
        has_type = has_type || ascii::equal_without_case(name, "Content-Type");
        has_sniff_rule = has_sniff_rule || ascii::equal_without_case(name, "X-Content-Type-Options");
        append_checked(out, name, value);
    }
    if (!has_type && has_body(response.status)) append_field(out, "Content-Type", "text/plain; charset=utf-8");
    if (!has_sniff_rule) append_field(out, "X-Content-Type-Options", "nosniff");
    append_field(out, "Date", frame.date);
    if (!frame.request_id.empty()) append_field(out, "X-Request-Id", frame.request_id);
    if (has_body(response.status) && !response.stream) {
        out.append("Content-Length: ");
        append_number(out, response.body.size());
        out.append("\r\n");
    }
    if (!frame.keep_alive) {
        append_field(out, "Connection", "close");
    } else if (frame.is_http10) {
        append_field(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
}

}  // namespace wescrm::http
