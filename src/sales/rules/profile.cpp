#include "profile.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

// Without I, O, S, V and Z.
constexpr std::string_view code_characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::size_t code_length = 18;
constexpr std::size_t modulus = 31;
constexpr std::size_t weight_base = 3;
constexpr std::size_t longest_domain = 253;
constexpr double highest_latitude = 90;
constexpr double highest_longitude = 180;

std::string in_capitals(std::string_view typed) {
    auto capitals = std::string{text::trim(typed)};
    for (auto& c : capitals)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return capitals;
}

bool is_in_domain(char c) {
    auto const is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    // Bytes of Chinese domains.
    return is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_domain(std::string_view host) {
    auto const name = host.substr(0, host.find(':'));
    if (name.empty() || name.size() > longest_domain || name.find('.') == std::string_view::npos) return false;
    if (name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos) return false;
    auto const port = name.size() < host.size() ? host.substr(name.size() + 1) : std::string_view{"1"};
    return std::ranges::all_of(name, is_in_domain) && !port.empty() && port.size() <= 5 &&
           port.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_unsafe(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>'; });
}

}  // namespace

std::optional<std::string> normal_credit_code(std::string_view typed) {
    auto code = in_capitals(typed);
    if (code.size() != code_length) return std::nullopt;
    auto sum = std::size_t{0};
    auto weight = std::size_t{1};
    for (auto i = std::size_t{0}; i < code_length; ++i) {
        auto const value = code_characters.find(code[i]);
        if (value == std::string_view::npos) return std::nullopt;
        if (i + 1 == code_length) return (sum + value) % modulus == 0 ? std::optional{std::move(code)} : std::nullopt;
        sum += value * weight;
        weight = weight * weight_base % modulus;
    }
    return std::nullopt;
}

std::optional<std::string> normal_website(std::string_view typed) {
    auto const text = text::trim(typed);
    if (has_unsafe(text)) return std::nullopt;
    auto const lower = text::to_lower(std::string{text});
    auto scheme = std::string_view{};
    for (std::string_view const known : {"https://", "http://"})
        if (lower.starts_with(known)) scheme = known;
    if (scheme.empty() && lower.find("://") != std::string::npos) return std::nullopt;
    auto const rest = text.substr(scheme.size());
    if (!is_domain(rest.substr(0, rest.find_first_of("/?#")))) return std::nullopt;
    return std::string{scheme.empty() ? std::string_view{"https://"} : scheme} + std::string{rest};
}

std::optional<std::string> normal_email(std::string_view typed) {
    auto const email = std::string{text::trim(typed)};
    auto const at = email.find('@');
    if (at == 0 || at == std::string::npos || email.find('@', at + 1) != std::string::npos || has_unsafe(email))
        return std::nullopt;
    auto const domain = std::string_view{email}.substr(at + 1);
    if (domain.find(':') != std::string_view::npos || !is_domain(domain)) return std::nullopt;
    return email;
}

bool is_decision_role(std::string_view word) {
    constexpr auto words = std::to_array<std::string_view>({"", "decider", "influencer", "user", "opponent"});
    return std::ranges::find(words, word) != words.end();
}

bool is_attitude(std::string_view word) {
    constexpr auto words = std::to_array<std::string_view>({"", "supportive", "neutral", "opposed"});
    return std::ranges::find(words, word) != words.end();
}

std::optional<PlaceProblem> problem_of_place(std::optional<double> latitude, std::optional<double> longitude) {
    if (latitude.has_value() != longitude.has_value())
        return PlaceProblem{latitude ? "longitude" : "latitude", "纬度和经度要一起填写"};
    // Written so that NaN is wrong too.
    if (latitude && !(*latitude >= -highest_latitude && *latitude <= highest_latitude))
        return PlaceProblem{"latitude", "纬度应在 -90 到 90 之间，例如 31.2989"};
    if (longitude && !(*longitude >= -highest_longitude && *longitude <= highest_longitude))
        return PlaceProblem{"longitude", "经度应在 -180 到 180 之间，例如 120.5853"};
    return std::nullopt;
}

}  // namespace wescrm::sales
