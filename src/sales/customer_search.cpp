#include "customers.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// Which customers somebody means by what he typed.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

constexpr std::int64_t default_found = 5;
constexpr std::int64_t most_found = 20;

// So many records with the right letters are ranked. Of a word that more have, the actor's own are ranked too: they are
// what he means.
constexpr std::int64_t ranked_hits = 500;
constexpr std::int64_t ranked_own = 200;

// What was typed as a question to customer_word: a select of customer ids, and the same as a condition on c.id.
struct WordQuery {
    std::string hits;
    std::string holds;
    database::Params params;
};

WordQuery any_of(std::vector<std::string> const& words) {
    return {"select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = any(:words::text[])",
            "exists (select 1 from customer_word v where v.tenant_id = :tenant and v.word = any(:words::text[]) and "
            "v.customer_id = c.id)",
            {bind("words", words)}};
}

WordQuery all_of(std::vector<std::string> const& words) {
    auto query =
        WordQuery{"select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = :w0", "true", {}};
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const name = "w" + std::to_string(i);
        query.params.add(database::named(name, words[i]));
        auto const exists =
            " and exists (select 1 from customer_word v where v.tenant_id = :tenant and v.word = :" + name +
            " and v.customer_id = ";
        query.holds += exists + "c.id)";
        if (i > 0) query.hits += exists + "w.customer_id)";
    }
    return query;
}

// Beginnings by the byte order of the column's collation: usable below row-level security, unlike `like`.
WordQuery beginning_with(std::string const& word) {
    return {
        "select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word >= :from and w.word < :upto",
        "exists (select 1 from customer_word v where v.tenant_id = :tenant and v.word >= :from and v.word < :upto and "
        "v.customer_id = c.id)",
        {bind("from", word), bind("upto", word + "{")}};
}

// By number: the one key that is not in customer_word.
WordQuery numbered(std::string_view typed) {
    auto number = std::string{};
    for (auto c : typed) number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return {"select n.id as customer_id from customer n where n.tenant_id = :tenant and n.no = :number",
            "c.no = :number",
            {bind("number", number)}};
}

// The records to be ranked, in statements so small that PostgreSQL keeps their plans: most questions have no answer.
std::vector<CustomerId> candidates(operation::Context& ctx, WordQuery const& query) {
    auto params = database::Params{bind("tenant", ctx.tenant())};
    params.add(query.params);
    auto& sql = ctx.sql();
    auto ids = sql.values<CustomerId>(query.hits + " limit " + std::to_string(ranked_hits), params);
    if (std::ssize(ids) < ranked_hits) return ids;
    params.add(bind("me", ctx.actor().employee));
    auto const own = sql.values<CustomerId>(
        "select c.id from customer c where c.tenant_id = :tenant and c.owner_id = :me and c.deleted_at is null and " +
            query.holds + " limit " + std::to_string(ranked_own),
        params);
    ids.insert(ids.end(), own.begin(), own.end());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::vector<FoundCustomer> ranked(operation::Context& ctx, operation::Predicate const& scope,
                                  std::vector<CustomerId> const& ids, TypedWords const& typed,
                                  std::string_view as_typed, std::int64_t limit) {
    auto params = database::Params{
        bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee),  bind("ids", ids),    bind("typed", as_typed),
        bind("plain", typed.plain),   bind("core", name_core(as_typed)), bind("limit", limit)};
    params.add(scope.params);
    return ctx.sql().records<FoundCustomer>(
        "with seen as (select c.*, case when lower(c.name) = lower(:typed) or lower(c.no) = :plain or c.mobile = "
        ":plain then 1 when lower(c.short_name) = :plain then 2 when c.name_core = :core then 3 when "
        "starts_with(c.name_core, :core) then 4 when position(:plain in lower(c.name || c.short_name)) > 0 then 5 "
        "else 6 end as rank from customer c where c.tenant_id = :tenant and c.id = any(:ids::bigint[]) and "
        "c.deleted_at is null and " +
            scope.sql +
            ") select c.id, c.no, c.name, c.short_name, c.address, o.user_id, o.name, c.last_follow_at, c.rank from "
            "seen c left join employee o on o.tenant_id = :tenant and o.id = c.owner_id order by c.rank, "
            "coalesce(c.owner_id = :me, false) desc, greatest(c.updated_at, coalesce(c.last_follow_at, c.updated_at)) "
            "desc, c.id limit :limit::bigint",
        params);
}

// Best first; the first question with an answer is the answer.
std::vector<WordQuery> questions(std::string_view words, TypedWords const& typed) {
    auto queries = std::vector<WordQuery>{};
    if (typed.plain.starts_with("kh")) queries.push_back(numbered(typed.plain));
    if (auto const phone = normal_phone(words); typed.is_digits || phone)
        queries.push_back(any_of({"#" + typed.plain, "#" + phone.value_or(typed.plain)}));
    auto const core = typed_words(name_core(words));
    queries.push_back(any_of({"=" + typed.plain, "=" + core.plain}));
    queries.push_back(all_of(typed.pairs));
    // 宏达科技有限公司 finds 宏达科技股份.
    if (core.plain != typed.plain) queries.push_back(all_of(core.pairs));
    if (typed.is_latin) {
        queries.push_back(beginning_with("~" + typed.sound));
    } else if (!typed.is_digits && text::length(typed.plain) > 1) {
        queries.push_back(any_of({"~" + typed.sound, "~" + core.sound}));
    }
    return queries;
}

}  // namespace

Result<FoundCustomers> search_customers(operation::Context& ctx, SearchCustomers const& input) {
    auto const typed = typed_words(input.words);
    auto const limit = std::clamp(input.limit.value_or(default_found), std::int64_t{1}, most_found);
    if (typed.pairs.empty()) return FoundCustomers{};
    auto const scope = ctx.scope().rows("customer", Power::read, "c");
    for (auto const& query : questions(input.words, typed)) {
        auto const ids = candidates(ctx, query);
        if (ids.empty()) continue;
        auto found = ranked(ctx, scope, ids, typed, text::trim(input.words), limit);
        if (!found.empty()) return FoundCustomers{std::move(found)};
    }
    return FoundCustomers{};
}

}  // namespace wescrm::sales
