#include <array>
#include <cstdint>

#include <wescrm/base/encoding.hpp>

namespace wescrm {
namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> reversed(std::string_view alphabet) {
    auto table = std::array<std::int8_t, 256>{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return table;
}
constexpr auto from_standard = reversed(standard);
constexpr auto from_url_safe = reversed(url_safe);

std::string encode(std::string_view bytes, std::string_view alphabet) {
    auto text = std::string{};
    text.reserve((bytes.size() + 2) / 3 * 4);
    auto bits = std::uint32_t{0};
    auto count = 0;
    for (auto c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += alphabet[(bits >> static_cast<unsigned>(count - 6)) & 63U];
    }
    if (count > 0) text += alphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
    return text;
}

std::optional<Bytes> decode(std::string_view text, std::array<std::int8_t, 256> const& table) {
    if (text.size() % 4 == 1) return std::nullopt;
    auto bytes = Bytes{};
    bytes.reserve(text.size() * 3 / 4);
    auto bits = std::uint32_t{0};
    auto count = 0;
    for (auto c : text) {
        auto const value = table[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 255U);
        }
    }
    return bytes;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view alphabet = "0123456789abcdef";
    auto text = std::string(bytes.size() * 2, '\0');
    auto* digit = text.data();
    for (auto c : bytes) {
        *digit++ = alphabet[static_cast<unsigned char>(c) >> 4U];
        *digit++ = alphabet[static_cast<unsigned char>(c) & 15U];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    auto const digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    auto bytes = Bytes{};
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        auto const high = digit(text[at]);
        auto const low = digit(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    auto text = encode(bytes, standard);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    auto padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    return decode(text, from_standard);
}

std::string to_base64url(std::string_view bytes) { return encode(bytes, url_safe); }

std::optional<Bytes> from_base64url(std::string_view text) { return decode(text, from_url_safe); }

}  // namespace wescrm
