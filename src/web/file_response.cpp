#include "file_response.hpp"

#include <algorithm>

namespace wescrm::web {
namespace {

// RFC 5987: what is not a letter, digit or one of a few marks is escaped.
std::string escaped(std::string_view name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto text = std::string{};
    for (auto const c : name) {
        auto const code = static_cast<unsigned char>(c);
        auto const is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                              c == '_' || c == '.';
        if (is_plain)
            text += c;
        else
            text.append({'%', digits[code >> 4], digits[code & 15]});
    }
    return text;
}

// ".pdf" of what somebody called his file; nothing if it could end the quotes of the header.
std::string plain_ending(std::string_view name) {
    auto const dot = name.rfind('.');
    if (dot == std::string_view::npos) return {};
    auto const ending = name.substr(dot + 1);
    auto const is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return std::all_of(ending.begin(), ending.end(), is_plain) ? "." + std::string{ending} : std::string{};
}

}  // namespace

http::Response file_response(std::string content, std::string_view content_type, std::string_view name) {
    auto response = http::Response::text(200, std::move(content));
    response.headers.set("Content-Type", std::string{content_type});
    response.headers.set("Content-Disposition",
                         "attachment; filename=\"file" + plain_ending(name) + "\"; filename*=UTF-8''" + escaped(name));
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
    return response;
}

}  // namespace wescrm::web
