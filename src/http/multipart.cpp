#include "ascii.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/http/multipart.hpp>

#include <algorithm>

namespace wescrm::http {
namespace {

constexpr auto most_boundary_bytes = std::size_t{70};  // RFC 2046 5.1.1
constexpr auto most_head_bytes = std::size_t{4} * 1024;

/// As browsers do it (HTML standard, "multipart/form-data"): only what would break out of the quotes is escaped.
std::string quoted(std::string_view text) {
    auto out = std::string{"\""};
    for (auto const c : text) {
        if (c == '"') {
            out += "%22";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else {
            out += c;
        }
    }
    return out + "\"";
}

/// The value of `name` among "; name=value" parameters, with or without quotes.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
    auto position = value.find(';');
    while (position != std::string_view::npos) {
        value.remove_prefix(position + 1);
        auto const equals = value.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        auto const key = ascii::trim(value.substr(0, equals));
        value.remove_prefix(equals + 1);
        auto found = std::string_view{};
        if (value.starts_with('"')) {
            auto const end = value.find('"', 1);
            if (end == std::string_view::npos) return std::nullopt;
            found = value.substr(1, end - 1);
            value.remove_prefix(end + 1);
        } else {
            found = ascii::trim(value.substr(0, value.find(';')));
        }
        if (ascii::equal_without_case(key, name)) return std::string{found};
        position = value.find(';');
    }
    return std::nullopt;
}

/// Name, file name and type from the head of a part; false: no form-data.
bool take_part_head(std::string_view head, Part& part) {
    auto has_name = false;
    while (!head.empty()) {
        auto const end = std::min(head.find("\r\n"), head.size());
        auto const line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        auto const name = ascii::trim(line.substr(0, colon));
        auto const value = ascii::trim(line.substr(colon + 1));
        if (ascii::equal_without_case(name, "Content-Type")) part.content_type = value;
        if (!ascii::equal_without_case(name, "Content-Disposition")) continue;
        if (!text::to_lower(value).starts_with("form-data")) return false;
        auto field = parameter(value, "name");
        if (!field || has_name) return false;
        has_name = true;
        part.name = std::move(*field);
        part.file_name = parameter(value, "filename").value_or("");
    }
    return has_name;
}

}  // namespace

Multipart::Multipart(std::string boundary) : boundary_{std::move(boundary)} {
    if (boundary_.empty()) boundary_ = "wescrm-" + to_hex(random_bytes(16));
}

void Multipart::add(Part const& part) {
    parts_ += "--" + boundary_ + "\r\nContent-Disposition: form-data; name=" + quoted(part.name);
    if (!part.file_name.empty()) {
        parts_ += "; filename=" + quoted(part.file_name) + "; filelength=" + std::to_string(part.content.size());
    }
    parts_ += "\r\n";
    if (!part.content_type.empty()) parts_ += "Content-Type: " + text::one_line(part.content_type) + "\r\n";
    parts_ += "\r\n" + part.content + "\r\n";
}

std::string Multipart::content_type() const { return "multipart/form-data; boundary=" + boundary_; }

std::string Multipart::body() const { return parts_ + "--" + boundary_ + "--\r\n"; }

std::optional<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body,
                                                 std::size_t most_parts) {
    auto const type = ascii::trim(content_type.substr(0, content_type.find(';')));
    if (!ascii::equal_without_case(type, "multipart/form-data")) return std::nullopt;
    auto const boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > most_boundary_bytes) return std::nullopt;
    auto const first = "--" + *boundary;
    auto const next = "\r\n" + first;
    if (!body.starts_with(first)) return std::nullopt;
    body.remove_prefix(first.size());
    auto parts = std::vector<Part>{};
    while (!body.starts_with("--")) {
        if (!body.starts_with("\r\n") || parts.size() == most_parts) return std::nullopt;
        body.remove_prefix(2);
        auto const head_end = body.substr(0, most_head_bytes).find("\r\n\r\n");
        if (head_end == std::string_view::npos) return std::nullopt;
        auto part = Part{};
        if (!take_part_head(body.substr(0, head_end), part)) return std::nullopt;
        body.remove_prefix(head_end + 4);
        auto const end = body.find(next);
        if (end == std::string_view::npos) return std::nullopt;
        part.content = body.substr(0, end);
        body.remove_prefix(end + next.size());
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace wescrm::http
