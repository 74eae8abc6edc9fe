#include "customers.hpp"
#include "typed_filter.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <functional>

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

enum class About { names, number, phone };

// What was typed as a question to customer_word: a select of customer ids, and the same as a condition on c.id.
struct WordQuery {
    std::string hits;
    std::string holds;
    database::Params params;
    About about = About::names;
    std::function<bool(std::vector<std::string> const&)> answers{};  ///< the same of the words of one customer
};

bool has(std::vector<std::string> const& words, std::string const& word) {
    return std::binary_search(words.begin(), words.end(), word);
}

WordQuery any_of(std::vector<std::string> const& words) {
    return {
        "select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = any(:words::text[])",
        "exists (select 1 from customer_word v where v.tenant_id = :tenant and v.word = any(:words::text[]) and "
        "v.customer_id = c.id)",
        {bind("words", words)},
        About::names,
        [words](auto const& all) { return std::ranges::any_of(words, [&](auto& word) { return has(all, word); }); }};
}

WordQuery all_of(std::vector<std::string> const& words) {
    auto query = WordQuery{
        "select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = :w0",
        "true",
        {},
        About::names,
        [words](auto const& all) { return std::ranges::all_of(words, [&](auto& word) { return has(all, word); }); }};
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
        {bind("from", word), bind("upto", word + "{")},
        About::names,
        [word](auto const& all) {
            return std::ranges::any_of(all, [&](std::string const& known) { return known.starts_with(word); });
        }};
}

// By number: the one key that is not in customer_word.
WordQuery numbered(std::string_view typed) {
    auto number = std::string{};
    for (auto c : typed) number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return {"select n.id as customer_id from customer n where n.tenant_id = :tenant and n.no = :number",
            "c.no = :number",
            {bind("number", number)},
            About::number};
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

// Those with such a phone, of which the actor may know: a hidden one finds nothing, of a masked one the whole number.
std::vector<CustomerId> askable_by_phone(operation::Context& ctx, std::vector<CustomerId> const& ids,
                                         std::string_view words, std::string const& plain) {
    auto const whole = normal_phone(words);
    auto const part = plain.size() == phone_end ? "%" + plain : plain;
    auto const sees = [&](std::string_view kind, std::string_view row) {
        return operation::phone_matches(ctx.actor(), ctx.now(), kind, row, "c", part, whole);
    };
    auto const own = sees("customer", "c");
    auto const of_contacts = sees("contact", "t");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(own.params);
    params.add(of_contacts.params);
    return ctx.sql().values<CustomerId>(
        "select c.id from customer c where c.tenant_id = :tenant and c.id = any(:ids::bigint[]) and (" + own.sql +
            " or exists (select 1 from contact t where t.tenant_id = c.tenant_id and t.customer_id = c.id and "
            "t.deleted_at is null and (" +
            of_contacts.sql + ")))",
        params);
}

// Those that answer without their short names.
std::vector<CustomerId> askable_by_name(operation::Context& ctx, std::vector<CustomerId> const& ids,
                                        WordQuery const& query) {
    auto found = std::vector<CustomerId>{};
    for (auto const& [id, name] : ctx.sql().rows<CustomerId, std::string>(
             "select id, name from customer where tenant_id = :tenant and id = any(:ids::bigint[])",
             {bind("tenant", ctx.tenant()), bind("ids", ids)}))
        if (query.answers(search_words(name, "", {}))) found.push_back(id);
    return found;
}

// Of the candidates, those that the actor may find so: not by a field that he does not see.
std::vector<CustomerId> askable(operation::Context& ctx, WordQuery const& query, std::vector<CustomerId> ids,
                                std::string_view words, std::string const& plain) {
    using operation::phone_sight;
    using operation::PhoneSight;
    if (ids.empty() || query.about == About::number) return ids;
    if (query.about == About::names)
        return operation::is_hidden(ctx.actor(), "customer", "short_name") ? askable_by_name(ctx, ids, query) : ids;
    auto const is_free = phone_sight(ctx.actor(), "customer") == PhoneSight::parts_of_all &&
                         phone_sight(ctx.actor(), "contact") == PhoneSight::parts_of_all;
    return is_free ? ids : askable_by_phone(ctx, ids, words, plain);
}

// Best first; the first question with an answer is the answer.
std::vector<WordQuery> questions(std::string_view words, TypedWords const& typed) {
    auto queries = std::vector<WordQuery>{};
    if (typed.plain.starts_with("kh")) queries.push_back(numbered(typed.plain));
    if (auto const phone = normal_phone(words); typed.is_digits || phone) {
        queries.push_back(any_of({"#" + typed.plain, "#" + phone.value_or(typed.plain)}));
        queries.back().about = About::phone;
    }
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
        auto const ids = askable(ctx, query, candidates(ctx, query), input.words, typed.plain);
        if (ids.empty()) continue;
        auto found = ranked(ctx, scope, ids, typed, text::trim(input.words), limit);
        if (!found.empty()) return FoundCustomers{std::move(found)};
    }
    return FoundCustomers{};
}

}  // namespace wescrm::sales
