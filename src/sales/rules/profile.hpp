#pragma once
#include <optional>
#include <string>
#include <string_view>

// What customers and contacts are described by, in one form each. Pure.
namespace wescrm::sales {

/// A unified social credit code (统一社会信用代码) in capitals; nullopt if its length, a character or its check
/// character is wrong (GB 32100-2015).
[[nodiscard]] std::optional<std::string> normal_credit_code(std::string_view typed);
/// "www.hongda.cn" → "https://www.hongda.cn"; nullopt for what is no http address: it becomes a link on pages.
[[nodiscard]] std::optional<std::string> normal_website(std::string_view typed);
/// nullopt unless it has one @ between a name and a domain.
[[nodiscard]] std::optional<std::string> normal_email(std::string_view typed);

/// "" is right as well: unknown.
[[nodiscard]] bool is_decision_role(std::string_view word);
[[nodiscard]] bool is_attitude(std::string_view word);

/// Both or none, and on the globe. The message of what is wrong, for the field that it names.
struct PlaceProblem {
    std::string field;
    std::string message;
};
[[nodiscard]] std::optional<PlaceProblem> problem_of_place(std::optional<double> latitude,
                                                           std::optional<double> longitude);

}  // namespace wescrm::sales
