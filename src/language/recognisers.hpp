#pragma once
#include "characters.hpp"

#include <wescrm/language/entities.hpp>

#include <optional>

// One recogniser a kind: what begins at `at`, with offset and length, without text.
namespace wescrm::language {

[[nodiscard]] std::optional<Entity> find_phone(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_email(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_url(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_money(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_percent(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_number(Characters const& text, std::size_t at);
[[nodiscard]] std::optional<Entity> find_yes_no(Characters const& text);  ///< of the whole text

/// Whether a Latin word or number runs on from before `at`.
[[nodiscard]] bool is_inside_word(Characters const& text, std::size_t at);

}  // namespace wescrm::language
