#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::size_t longest_word = 30;  // code points; more is a description

// The version rises only if a row was written, and only then is the company's row locked until the commit.
constexpr std::string_view then_raise_version =
    " insert into company_words as v (tenant_id, version) select :tenant, 1 where exists (select 1 from changed) on "
    "conflict (tenant_id) do update set version = v.version + 1";

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
    sql.execute(
        "with changed as (insert into company_word (tenant_id, kind, word) select distinct :tenant::bigint, n.kind, "
        "n.word from unnest(:kinds::text[], :words::text[]) n(kind, word) on conflict do nothing returning 1)" +
            std::string{then_raise_version},
        {bind("tenant", tenant), bind("kinds", kinds), bind("words", texts)});
}

void forget_word(database::Session& sql, TenantId tenant, CompanyWord const& word) {
    sql.execute(
        "with changed as (delete from company_word where tenant_id = :tenant and kind = :kind and word = :word "
        "returning 1)" +
            std::string{then_raise_version},
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
    sql.execute("with changed as (select 1)" + std::string{then_raise_version}, {bind("tenant", tenant)});
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
