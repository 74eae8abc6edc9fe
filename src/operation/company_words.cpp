#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::size_t longest_word = 30;  // code points; more is a description

}  // namespace

void keep_words(database::Session& sql, TenantId tenant, std::vector<CompanyWord> const& words) {
    auto kinds = std::vector<std::string>{};
    auto texts = std::vector<std::string>{};
    for (auto const& [kind, word] : words) {
        auto const trimmed = text::trim(word);
        if (trimmed.empty() || text::length(trimmed) > longest_word) continue;
        kinds.push_back(kind);
        texts.emplace_back(trimmed);
    }
    if (kinds.empty()) return;
    // Taken over when the transaction commits (company_word_change); the version rises only if there is something new.
    sql.execute(
        "insert into company_word_change (tenant_id, kind, word) select distinct :tenant::bigint, n.kind, n.word from "
        "unnest(:kinds::text[], :words::text[]) n(kind, word) where not exists (select 1 from company_word w where "
        "w.tenant_id = :tenant::bigint and w.kind = n.kind and w.word = n.word) or exists (select 1 from "
        "company_word_change c where c.tenant_id = :tenant::bigint and c.kind = n.kind and c.word = n.word)",
        {bind("tenant", tenant), bind("kinds", kinds), bind("words", texts)});
}

void forget_word(database::Session& sql, TenantId tenant, CompanyWord const& word) {
    sql.execute("insert into company_word_change (tenant_id, kind, word, is_gone) values (:tenant, :kind, :word, true)",
                {bind("tenant", tenant), bind("kind", word.kind), bind("word", word.word)});
}

bool weeks_begin_on_sunday(database::Session& sql, TenantId tenant) {
    return sql
        .value<bool>("select coalesce(settings ->> 'week_starts', 'monday') = 'sunday' from tenant where id = :tenant",
                     {bind("tenant", tenant)})
        .value_or(false);
}

int fiscal_year_start(database::Session& sql, TenantId tenant) {
    return sql
        .value<int>("select coalesce((settings ->> 'fiscal_year_start')::integer, 1) from tenant where id = :tenant",
                    {bind("tenant", tenant)})
        .value_or(1);
}

void raise_words_version(database::Session& sql, TenantId tenant) {
    sql.execute("insert into company_word_change (tenant_id) values (:tenant)", {bind("tenant", tenant)});
}

std::int64_t words_version(database::Session& sql, TenantId tenant) {
    return sql
        .value<std::int64_t>("select version from company_words where tenant_id = :tenant", {bind("tenant", tenant)})
        .value_or(0);
}

// Products come last: there may be more of them than a node keeps.
std::vector<CompanyWord> words_of(database::Session& sql, TenantId tenant, std::size_t limit) {
    auto words = std::vector<CompanyWord>{};
    for (auto& [kind, word] :
         sql.rows<std::string, std::string>("select kind, word from company_word where tenant_id = :tenant order by "
                                            "kind = 'product', kind, word limit "
                                            ":limit",
                                            {bind("tenant", tenant), bind("limit", limit)}))
        words.push_back({std::move(kind), std::move(word)});
    return words;
}

}  // namespace wescrm::operation
