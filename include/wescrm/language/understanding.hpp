#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/language/entities.hpp>
#include <wescrm/language/vocabulary.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wescrm::language {

/// What a sentence means: an intent of the chat contract with its slots, as typed values. A slot that is not filled is
/// absent.
struct Understanding {
    std::string intent;     ///< "customer.create", …, "unknown"
    double confidence = 0;  ///< 0 … 1
    json::Document slots;   ///< an object
    std::vector<Entity> entities;
};

[[nodiscard]] Understanding understand(std::string_view sentence, Instant sent_at, Zone const& zone,
                                       Vocabulary const& vocabulary = {});

/// One line of `wescrm nlu`: {"id","text","reference_time","timezone"?,"prefer"?} to
/// {"id","intent","confidence","slots","entities"}. A line that is no such object gives {"error": …}.
[[nodiscard]] std::string answer_line(std::string_view line, Vocabulary const& vocabulary = {});

}  // namespace wescrm::language
