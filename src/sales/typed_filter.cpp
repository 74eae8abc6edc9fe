#include "typed_filter.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace wescrm::sales {
namespace {

using database::bind;

// So many records are looked at one by one. Of a word that more have, walking along the list finds a page sooner.
constexpr std::int64_t most_candidates = 3000;
// Most words are rarer: counting further costs more than all the rest.
constexpr std::int64_t first_look = 100;
constexpr std::size_t most_pairs = 12;

/// Words from `low` up to before `high`, in the byte order of their column.
struct Range {
    std::string low;
    std::string high;
};

Range range_of(std::string word) {
    auto high = word + '\x01';
    return {std::move(word), std::move(high)};
}

Range range_from(std::string word) {
    auto high = word + "\xF4\x8F\xBF\xBF";  // the last character there is
    return {std::move(word), std::move(high)};
}

/// A table of words and what its ids are in the list.
struct Source {
    std::string select;        ///< "select … where …" without the word
    std::string target;        ///< the column that holds such an id
    std::vector<Range> all;    ///< every record has each of these words: the rarest is enough
    std::vector<Range> any{};  ///< or one of these
};

// ---- what to look for

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A single character begins a pair or stands at the end.
std::vector<Range> some_of(std::vector<std::string> words) {
    if (words.size() == 1 && text::length(words.front()) == 1) return {range_from(std::move(words.front()))};
    auto ranges = std::vector<Range>{};
    if (words.size() > most_pairs) words.resize(most_pairs);
    for (auto& word : words) ranges.push_back(range_of(std::move(word)));
    return ranges;
}

std::vector<Range> phones_like(std::string_view typed, TypedWords const& words) {
    auto const phone = normal_phone(typed);
    if (!words.is_digits && !phone) return {};
    auto ranges = std::vector{range_from("#" + words.plain)};
    if (phone && *phone != words.plain) ranges.push_back(range_from("#" + *phone));
    if (words.is_digits && words.plain.size() > phone_end)
        ranges.push_back(range_of("#" + words.plain.substr(words.plain.size() - phone_end)));
    return ranges;
}

std::vector<Range> sounds_and_phones(std::string_view typed, TypedWords const& words) {
    return words.is_latin ? std::vector{range_from("~" + words.sound)} : phones_like(typed, words);
}

std::vector<Range> numbers_like(std::string const& lower) {
    return {range_from("=" + lower), range_from("<" + std::string{lower.rbegin(), lower.rend()})};
}

std::string select_words(std::string_view table, std::string_view id) {
    return "select w." + std::string{id} + " from " + std::string{table} + " w where w.tenant_id = :tenant";
}

std::string select_record_words(std::string_view object) {
    return select_words("record_word", "record_id") + " and w.object = '" + std::string{object} + "'";
}

std::string select_key_words(std::string_view object) {
    return select_words(std::string{object} + "_word", std::string{object} + "_id");
}

// Names, pinyin, phones and numbers of customers or leads.
void add_keys(std::vector<Source>& sources, std::string_view object, std::string const& target, std::string_view typed,
              std::string const& lower) {
    auto const words = typed_words(typed);
    sources.push_back({select_key_words(object), target, some_of(words.pairs)});
    if (!is_ascii(typed)) return;
    sources.back().any = sounds_and_phones(typed, words);
    sources.push_back({select_record_words(object), target, {}, numbers_like(lower)});
}

std::vector<Source> sources_for(TypedIn const& in, std::string_view typed, std::string const& lower) {
    auto const row = std::string{in.row} + ".";
    auto sources = std::vector<Source>{};
    if (in.object == "customer" || in.object == "lead") {
        add_keys(sources, in.object, row + "id", typed, lower);
        return sources;
    }
    sources.push_back({select_record_words(in.object), row + "id", some_of(character_pairs(lower))});
    if (in.by_customer == ByCustomer::names)
        sources.push_back({select_key_words("customer"), row + "customer_id", some_of(typed_words(typed).pairs)});
    if (in.by_customer == ByCustomer::keys) add_keys(sources, "customer", row + "customer_id", typed, lower);
    if (!is_ascii(typed)) return sources;
    sources.front().any = numbers_like(lower);
    if (in.by_customer == ByCustomer::phones)
        sources.push_back(
            {select_key_words("customer"), row + "customer_id", {}, phones_like(typed, typed_words(typed))});
    if (in.by_order_number)
        sources.push_back({select_record_words("order"), row + "order_id", {}, numbers_like(lower)});
    return sources;
}

// ---- how many have it

// How many records have a word of each range, each counted up to `most`.
std::vector<std::int64_t> counted(operation::Context& ctx, std::string const& select, std::vector<Range> const& ranges,
                                  std::int64_t most) {
    auto lows = std::vector<std::string>{};
    auto highs = std::vector<std::string>{};
    for (auto const& range : ranges) {
        lows.push_back(range.low);
        highs.push_back(range.high);
    }
    auto counts = ctx.sql().row<std::vector<std::int64_t>>(
        "select array(select (select count(*) from (" + select +
            " and w.word >= p.low and w.word < p.high limit :most::bigint) found) from unnest(:lows::text[], "
            ":highs::text[]) with ordinality p (low, high, place) order by p.place)",
        {bind("tenant", ctx.tenant()), bind("lows", lows), bind("highs", highs), bind("most", most)});
    return std::get<0>(counts.value());
}

/// Ranges of one source to look through, and what that comes to.
struct Wanted {
    std::vector<Range> ranges;
    std::int64_t records = 0;
};

// The rarest of the words that all must have, and those of which any is enough.
Wanted wanted_of(operation::Context& ctx, Source const& source) {
    auto ranges = source.all;
    ranges.insert(ranges.end(), source.any.begin(), source.any.end());
    auto wanted = Wanted{};
    if (ranges.empty()) return wanted;
    auto const all = static_cast<std::ptrdiff_t>(source.all.size());
    auto const enough = [&](std::vector<std::int64_t> const& counts) {
        auto const is_rare = [](std::int64_t count) { return count < first_look; };
        return (all == 0 || std::any_of(counts.begin(), counts.begin() + all, is_rare)) &&
               std::all_of(counts.begin() + all, counts.end(), is_rare);
    };
    auto counts = counted(ctx, source.select, ranges, first_look);
    if (!enough(counts)) counts = counted(ctx, source.select, ranges, most_candidates + 1);
    auto const take = [&](std::ptrdiff_t at) {
        auto const index = static_cast<std::size_t>(at);
        if (counts[index] == 0) return;
        wanted.ranges.push_back(ranges[index]);
        wanted.records += counts[index];
    };
    if (all > 0) take(std::min_element(counts.begin(), counts.begin() + all) - counts.begin());
    for (auto at = all; at < std::ssize(ranges); ++at) take(at);
    return wanted;
}

// ---- the condition

// The records that may have what was typed; nullopt: too many to look at.
std::optional<operation::Predicate> candidates(operation::Context& ctx, std::vector<Source> const& sources) {
    auto found = operation::Predicate{};
    auto records = std::int64_t{0};
    auto number = 0;
    for (auto const& source : sources) {
        auto const wanted = wanted_of(ctx, source);
        records += wanted.records;
        if (records > most_candidates) return std::nullopt;
        auto selects = std::vector<std::string>{};
        for (auto const& range : wanted.ranges) {
            auto const name = "word" + std::to_string(number++);
            selects.push_back(source.select + " and w.word >= :" + name + " and w.word < :" + name + "_end");
            found.params.add(database::named(name, range.low));
            found.params.add(database::named(name + "_end", range.high));
        }
        if (selects.empty()) continue;
        found.sql += (found.sql.empty() ? "" : " or ") + source.target + " = any(array(" +
                     text::join(selects, " union all ") + "))";
    }
    if (found.sql.empty()) return operation::Predicate{"false", {}};
    return operation::Predicate{"(" + found.sql + ")", std::move(found.params)};
}

bool may_be_phone(std::string_view typed) {
    return typed.size() >= 3 && typed.find_first_not_of("0123456789-") == std::string_view::npos;
}

}  // namespace

void where_typed(operation::Context& ctx, Filter& filter, TypedIn const& in, std::string_view typed,
                 operation::Predicate const& condition) {
    auto const plain = text::normalised(text::trim(typed));
    auto const has_letters = !typed_words(plain).plain.empty();
    auto const few = has_letters ? candidates(ctx, sources_for(in, plain, text::to_lower(plain))) : std::nullopt;
    if (few) {
        filter.where(condition).where_named(*few);
        return;
    }
    // PostgreSQL takes any `like` for rare, and would look through all there is before it begins a page.
    filter.where({"case when " + condition.sql + " then true else false end", condition.params});
}

operation::Predicate keys_or_phone(operation::Context& ctx, std::string_view object, std::string_view row,
                                   std::string_view typed) {
    auto const plain = text::normalised(typed);
    auto const alias = std::string{row};
    auto found = operation::Predicate{alias + ".search_keys like :q", {}};
    // The keys hold the short name.
    if (object == "customer" && operation::is_hidden(ctx.actor(), object, "short_name"))
        found.sql = "lower(" + alias + ".name || ' ' || " + alias + ".no) like :q";
    found.params.add(bind("q", contains_pattern(text::to_lower(plain))));
    if (!may_be_phone(plain)) return found;
    auto const by_phone = operation::phone_matches(ctx.actor(), ctx.now(), object, row, row, contains_pattern(plain),
                                                   normal_phone(plain));
    found.sql = "(" + found.sql + " or " + by_phone.sql + ")";
    found.params.add(by_phone.params);
    return found;
}

}  // namespace wescrm::sales
