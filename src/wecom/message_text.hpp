#pragma once
#include <wescrm/base/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace wescrm::wecom {

/// What a person reads in a message, as lines of markdown: the content of a text, or title, texts and facts of a card.
/// Buttons are left out.
[[nodiscard]] std::string text_of(json::Value const& payload);

/// The texts, the longest of them cut at the end of a line (then "…") until all together have at most `bytes`.
[[nodiscard]] std::vector<std::string> fitted(std::vector<std::string> texts, std::size_t bytes);

}  // namespace wescrm::wecom
