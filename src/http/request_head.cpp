#include "request_head.hpp"

#include "ascii.hpp"
#include "request_target.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::http {
namespace beast = boost::beast;
namespace {

bool is_method(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || c == '-' || c == '_';
    });
}

/// 0, or the status: a request line is a method, a target and a version with one space between.
int check_request_line(std::string_view line) noexcept {
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || !is_method(line.substr(0, first))) return 400;
    auto const target = line.substr(first + 1, last - first - 1);
    auto const version = line.substr(last + 1);
    if (target.empty() || !std::all_of(target.begin(), target.end(), ascii::is_visible)) return 400;
    if (version.size() != 8 || !version.starts_with("HTTP/") || !ascii::is_digit(version[5]) || version[6] != '.' ||
        !ascii::is_digit(version[7])) {
        return 400;
    }
    return version == "HTTP/1.1" || version == "HTTP/1.0" ? 0 : 505;
}

}  // namespace

std::size_t HeadScanner::refuse(int status) noexcept {
    refused_ = status;
    return 0;
}

bool HeadScanner::take_line(std::string_view line) {
    if (lines_ == 0) {
        refused_ = line.size() > limits_->request_line_bytes ? 414 : check_request_line(line);
    } else if (line.front() == ' ' || line.front() == '\t') {
        refused_ = 400;
    } else if (lines_ > limits_->header_fields) {
        refused_ = 431;
    }
    ++lines_;
    return refused_ == 0;
}

std::size_t HeadScanner::scan(std::string_view bytes) {
    // The first byte of a method: a TLS hello or another protocol need not wait for a line end to be refused.
    if (scanned_ == 0 && !bytes.empty() && !ascii::is_letter(bytes.front())) return refuse(400);
    for (;;) {
        auto const feed = bytes.find('\n', scanned_);
        if (feed == std::string_view::npos) break;
        if (feed == 0 || bytes[feed - 1] != '\r') return refuse(400);
        if (feed >= limits_->header_bytes) return refuse(lines_ == 0 ? 414 : 431);
        auto const line = bytes.substr(line_start_, feed - 1 - line_start_);
        scanned_ = line_start_ = feed + 1;
        if (line.empty()) return lines_ == 0 ? refuse(400) : feed + 1;
        if (!take_line(line)) return 0;
    }
    scanned_ = bytes.size();
    if (lines_ == 0 && bytes.size() > limits_->request_line_bytes + 1) return refuse(414);
    if (bytes.size() > limits_->header_bytes) return refuse(431);
    return 0;
}

namespace {

/// Beast's parser, told to stop after the head; it hands over every field as it stands.
class HeadParser final : public beast::http::basic_parser<true> {
public:
    explicit HeadParser(Head& head) : head_{head} { skip(true); }

private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         beast::error_code&) override {
        head_.method.assign(method.data(), method.size());
        head_.target.assign(target.data(), target.size());
        head_.version = version;
    }
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       beast::error_code&) override {
        head_.fields.add({name.data(), name.size()}, {value.data(), value.size()});
    }
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_header_impl(beast::error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override { return 0; }
    void on_finish_impl(beast::error_code&) override {}

    Head& head_;
};

/// How often the fields that decide the framing occur, and their last value.
struct FramingFields {
    struct Seen {
        int count = 0;
        std::string_view value;
        void take(std::string_view text) {
            ++count;
            value = text;
        }
    };
    Seen length;
    Seen coding;
    Seen host;
    Seen expect;
};

FramingFields find_framing(Fields const& fields) {
    auto found = FramingFields{};
    for (auto const& [name, value] : fields) {
        if (ascii::equal_without_case(name, "Content-Length")) found.length.take(value);
        if (ascii::equal_without_case(name, "Transfer-Encoding")) found.coding.take(value);
        if (ascii::equal_without_case(name, "Host")) found.host.take(value);
        if (ascii::equal_without_case(name, "Expect")) found.expect.take(value);
    }
    return found;
}

bool parse_length(std::string_view text, std::uint64_t& length) {
    if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), ascii::is_digit)) return false;
    return std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc{};
}

int guard(Head& head) {
    auto const found = find_framing(head.fields);
    if (found.coding.count > 0) {
        if (found.coding.count > 1 || found.length.count > 0 || head.version == 10) return 400;
        if (!ascii::equal_without_case(found.coding.value, "chunked")) return 400;
        head.is_chunked = true;
    }
    if (found.length.count > 1) return 400;
    if (found.length.count == 1 && !parse_length(found.length.value, head.content_length)) return 400;
    if (found.host.count > 1 || (found.host.count == 0 && head.version == 11)) return 400;
    if (found.host.count == 1 && !is_valid_host(found.host.value)) return 400;
    head.host = found.host.value;
    if (found.expect.count > 0) {
        if (found.expect.count > 1 || !ascii::equal_without_case(found.expect.value, "100-continue")) return 417;
        head.expects_continue = head.version == 11;
    }
    return 0;
}

}  // namespace

int parse_head(std::string_view bytes, Head& head) {
    auto parser = HeadParser{head};
    parser.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
    auto error = beast::error_code{};
    auto const used = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
    if (error || used != bytes.size() || !parser.is_done()) return 400;
    head.keep_alive = parser.keep_alive();
    return guard(head);
}

}  // namespace wescrm::http
