#include "ascii.hpp"
#include "percent.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/http/message.hpp>

#include <algorithm>

namespace wescrm::http {

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    auto decoded = std::string{};
    decoded.reserve(text.size());
    for (auto i = std::size_t{0}; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i] == '+' && plus_is_space ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const high = ascii::hex_value(text[i + 1]);
        auto const low = ascii::hex_value(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr auto digits = std::string_view{"0123456789ABCDEF"};
    auto encoded = std::string{};
    encoded.reserve(text.size());
    for (auto const c : text) {
        if (ascii::is_letter(c) || ascii::is_digit(c) || std::string_view{"-._~"}.find(c) != std::string_view::npos) {
            encoded += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 15U];
    }
    return encoded;
}

namespace {

std::optional<std::string> decode_text(std::string_view encoded) {
    auto decoded = percent_decode(encoded, true);
    if (!decoded || decoded->find('\0') != std::string::npos || !text::is_valid_utf8(*decoded)) return std::nullopt;
    return decoded;
}

}  // namespace

std::optional<Parameters> Parameters::parse(std::string_view encoded) {
    auto parameters = Parameters{};
    while (!encoded.empty()) {
        auto const end = std::min(encoded.find('&'), encoded.size());
        auto const pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (pair.empty()) continue;
        auto const equals = std::min(pair.find('='), pair.size());
        auto name = decode_text(pair.substr(0, equals));
        auto value = decode_text(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return std::nullopt;
        parameters.add(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::optional<std::string_view> Parameters::find(std::string_view name) const {
    for (auto const& [key, value] : values_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::size_t Parameters::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(values_.begin(), values_.end(), [name](auto const& pair) { return pair.first == name; }));
}

std::string Parameters::encoded() const {
    auto encoded = std::string{};
    for (auto const& [name, value] : values_) {
        if (!encoded.empty()) encoded += '&';
        encoded += percent_encode(name);
        encoded += '=';
        encoded += percent_encode(value);
    }
    return encoded;
}

}  // namespace wescrm::http
