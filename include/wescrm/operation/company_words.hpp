#pragma once
#include <wescrm/operation/context.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace wescrm::operation {

/// A word that means something in this company: one of its levels, sources, industries, tags or products.
struct CompanyWord {
    std::string kind;  ///< level, source, industry, tag, product
    std::string word;
};

/// Inside the transaction that first uses the words. Known ones cost nothing more; empty and very long ones are no
/// words.
void keep_words(database::Session& sql, TenantId tenant, std::vector<CompanyWord> const& words);
void forget_word(database::Session& sql, TenantId tenant, CompanyWord const& word);

/// Whether the company's week begins on Sunday (setting week_starts).
[[nodiscard]] bool weeks_begin_on_sunday(database::Session& sql, TenantId tenant);
/// The month in which the company's fiscal year begins (setting fiscal_year_start).
[[nodiscard]] int fiscal_year_start(database::Session& sql, TenantId tenant);

/// Rises with every change of the company's words, and of how it counts weeks and quarters.
[[nodiscard]] std::int64_t words_version(database::Session& sql, TenantId tenant);
void raise_words_version(database::Session& sql, TenantId tenant);
[[nodiscard]] std::vector<CompanyWord> words_of(database::Session& sql, TenantId tenant, std::size_t limit);

}  // namespace wescrm::operation
