#pragma once
#include "answer.hpp"

#include <string_view>
#include <vector>

// A company's own fields, named by their labels in a sentence.
namespace wescrm::language {

/// 行业分类：制造, 交付周期 30, 预算5万: slots "custom.KEY" of that kind of records, until the next separator.
void take_own_fields(Sentence const& s, std::size_t from, std::string_view object, Filled& filled);
/// As fill(), but labels that everybody has are read only where no own field stands: 行业分类 is not 行业.
[[nodiscard]] Filled fill_with_own(Sentence const& s, std::size_t from, std::string_view object);
[[nodiscard]] bool overlaps(Part const& part, std::vector<Part> const& others);

}  // namespace wescrm::language
