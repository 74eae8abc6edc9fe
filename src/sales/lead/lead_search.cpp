#include "leads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// Which leads somebody means by what he typed.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

constexpr std::int64_t default_found = 5;
constexpr std::int64_t most_found = 20;
constexpr std::int64_t ranked_hits = 500;

struct Question {
    std::string hits;  ///< a select of lead ids
    database::Params params;
    bool is_phone = false;
};

Question any_of(std::vector<std::string> const& words) {
    return {"select w.lead_id from lead_word w where w.tenant_id = :tenant and w.word = any(:words::text[])",
            {bind("words", words)}};
}

Question all_of(std::vector<std::string> const& words) {
    return {
        "select w.lead_id from lead_word w where w.tenant_id = :tenant and w.word = any(:words::text[]) group by "
        "w.lead_id having count(distinct w.word) = cardinality(:words::text[])",
        {bind("words", words)}};
}

Question beginning_with(std::string const& word) {
    return {"select w.lead_id from lead_word w where w.tenant_id = :tenant and w.word >= :from and w.word < :upto",
            {bind("from", word), bind("upto", word + "{")}};
}

std::vector<std::string> distinct(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

// Best first; the first question with an answer is the answer.
std::vector<Question> questions(std::string_view words, TypedWords const& typed) {
    auto all = std::vector<Question>{};
    if (typed.plain.starts_with("xs"))
        all.push_back({"select l.id from lead l where l.tenant_id = :tenant and lower(l.no) = :number",
                       {bind("number", typed.plain)}});
    if (auto const phone = normal_phone(words); typed.is_digits || phone) {
        all.push_back(any_of({"#" + typed.plain, "#" + phone.value_or(typed.plain)}));
        all.back().is_phone = true;
    }
    all.push_back(any_of({"=" + typed.plain, "=" + typed_words(name_core(words)).plain}));
    all.push_back(all_of(distinct(typed.pairs)));
    if (typed.is_latin)
        all.push_back(beginning_with("~" + typed.sound));
    else if (!typed.is_digits && text::length(typed.plain) > 1)
        all.push_back(any_of({"~" + typed.sound}));
    return all;
}

std::vector<FoundLead> ranked(operation::Context& ctx, Question const& question, std::string_view words,
                              TypedWords const& typed, std::int64_t limit) {
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee),
                                   bind("plain", typed.plain), bind("limit", limit)};
    params.add(question.params);
    auto const scope = ctx.scope().rows("lead", Power::read, "l");
    params.add(scope.params);
    auto condition = scope.sql;
    if (question.is_phone) {
        auto const sees = operation::phone_matches(ctx.actor(), ctx.now(), "lead", "l", "l", "%" + typed.plain + "%",
                                                   normal_phone(words));
        params.add(sees.params);
        condition += " and (" + sees.sql + ")";
    }
    return ctx.sql().records<FoundLead>(
        "select l.id, l.no, l.name, l.company, l.status, o.user_id, o.name, l.last_follow_at, (case when lower(l.name) "
        "= :plain or lower(l.no) = :plain or l.mobile = :plain then 1 when lower(l.company) = :plain then 2 when "
        "position(:plain in lower(l.name || l.company)) > 0 then 5 else 6 end)::bigint as rank from lead l left join "
        "employee o on o.tenant_id = l.tenant_id and o.id = l.owner_id where l.tenant_id = :tenant and l.deleted_at is "
        "null and l.id = any(array(" +
            question.hits + " limit " + std::to_string(ranked_hits) + ")) and " + condition +
            " order by rank, coalesce(l.owner_id = :me, false) desc, greatest(l.updated_at, coalesce(l.last_follow_at, "
            "l.updated_at)) desc, l.id limit :limit::bigint",
        params);
}

}  // namespace

Result<FoundLeads> search_leads(operation::Context& ctx, SearchLeads const& input) {
    auto const typed = typed_words(input.words);
    auto const limit = std::clamp(input.limit.value_or(default_found), std::int64_t{1}, most_found);
    if (typed.pairs.empty()) return FoundLeads{};
    for (auto const& question : questions(input.words, typed)) {
        auto found = ranked(ctx, question, input.words, typed, limit);
        if (!found.empty()) return FoundLeads{std::move(found)};
    }
    return FoundLeads{};
}

}  // namespace wescrm::sales
