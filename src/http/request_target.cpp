#include "request_target.hpp"

#include "ascii.hpp"
#include "percent.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::http {
namespace {

bool is_clean(std::string_view raw) noexcept {
    constexpr auto never = std::string_view{"#\"<>"};  // a browser leaves the other odd ones bare in a query
    return std::all_of(raw.begin(), raw.end(),
                       [never](char c) { return ascii::is_visible(c) && never.find(c) == std::string_view::npos; });
}

/// ".", "..", and these with path parameters ("..;x"), which some proxies strip.
bool is_dot_segment(std::string_view segment) noexcept {
    segment = segment.substr(0, segment.find(';'));
    return segment == "." || segment == "..";
}

bool has_dot_segment(std::string_view path) noexcept {
    while (!path.empty()) {
        auto const end = std::min(path.find('/'), path.size());
        if (is_dot_segment(path.substr(0, end))) return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

std::optional<std::string> decode_path(std::string_view raw) {
    if (!raw.starts_with('/') || raw.starts_with("//")) return std::nullopt;
    auto path = percent_decode(raw, false);
    if (!path) return std::nullopt;
    if (std::count(raw.begin(), raw.end(), '/') != std::count(path->begin(), path->end(), '/')) return std::nullopt;
    auto const is_forbidden = [](char c) { return ascii::is_control(c) || c == '\\'; };
    if (std::any_of(path->begin(), path->end(), is_forbidden)) return std::nullopt;
    if (has_dot_segment(*path) || !text::is_valid_utf8(*path)) return std::nullopt;
    return path;
}

/// "http://host/path" → "/path" if it names this host.
std::optional<std::string_view> origin_form(std::string_view raw, std::string_view host) {
    if (raw.starts_with('/')) return raw;
    auto const scheme_end = raw.find("://");
    if (scheme_end == std::string_view::npos) return std::nullopt;
    auto const scheme = raw.substr(0, scheme_end);
    if (!ascii::equal_without_case(scheme, "http") && !ascii::equal_without_case(scheme, "https")) return std::nullopt;
    raw.remove_prefix(scheme_end + 3);
    auto const authority = raw.substr(0, raw.find('/'));
    if (authority.size() == raw.size() || !ascii::equal_without_case(authority, host)) return std::nullopt;
    return raw.substr(authority.size());
}

bool is_valid_port(std::string_view port) noexcept {
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), ascii::is_digit)) return false;
    auto value = 0;
    for (auto const c : port) value = value * 10 + (c - '0');
    return value >= 1 && value <= 65'535;
}

}  // namespace

std::optional<Target> parse_target(std::string_view raw, std::string_view host) {
    if (!is_clean(raw)) return std::nullopt;
    auto const origin = origin_form(raw, host);
    if (!origin) return std::nullopt;
    auto const question = std::min(origin->find('?'), origin->size());
    auto path = decode_path(origin->substr(0, question));
    auto query = Parameters::parse(origin->substr(std::min(question + 1, origin->size())));
    if (!path || !query) return std::nullopt;
    return Target{std::move(*path), std::move(*query)};
}

bool is_valid_host(std::string_view host) noexcept {
    auto const name_end = host.starts_with('[') ? host.find(']') : host.find(':');
    auto name = host;
    if (host.starts_with('[')) {
        if (name_end == std::string_view::npos) return false;
        name = host.substr(1, name_end - 1);
        host.remove_prefix(name_end + 1);
        auto const is_address = [](char c) { return ascii::hex_value(c) >= 0 || c == ':' || c == '.'; };
        if (!std::all_of(name.begin(), name.end(), is_address)) return false;
    } else {
        name = host.substr(0, name_end);
        host.remove_prefix(name.size());
        auto const is_name = [](char c) {
            return ascii::is_letter(c) || ascii::is_digit(c) || c == '.' || c == '-' || c == '_';
        };
        if (!std::all_of(name.begin(), name.end(), is_name)) return false;
    }
    if (name.empty() || name.size() > 253) return false;
    return host.empty() || (host.starts_with(':') && is_valid_port(host.substr(1)));
}

}  // namespace wescrm::http
