#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// Which contact persons somebody means by what he typed.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;

constexpr std::int64_t default_contacts = 5;
constexpr std::int64_t most_contacts = 20;
constexpr std::string_view found_columns = "t.id, t.customer_id, c.name, t.name, t.position, t.mobile, t.is_primary, ";
constexpr std::string_view last_character =
    "\xF4\x8F\xBF\xBF";  // after every name that begins with what stands before it

// 1: so called or reached, 2: begins so, 许总 being everybody of that surname.
constexpr std::string_view rank = "case when t.name = :name or t.mobile = :phone then 1 else 2 end as rank";
constexpr std::string_view is_called = "(t.name = :name or t.mobile = :phone)";
constexpr std::string_view begins_so = "(t.name = :name or t.mobile = :phone or (t.name >= :begin and t.name < :end))";

struct Question {
    std::string from;  ///< tables and conditions, with the alias t for the contact and c for its customer
    std::string_view condition;
};

std::vector<FoundContact> ask(operation::Context& ctx, Question const& question, database::Params const& params) {
    return ctx.sql().records<FoundContact>(
        "select " + std::string{found_columns} + std::string{rank} + question.from + std::string{question.condition} +
            " and t.deleted_at is null and c.deleted_at is null order by rank, coalesce(c.owner_id = :me, false) desc, "
            "c.last_follow_at desc nulls last, t.id limit :limit::bigint",
        params);
}

// "" finds nobody.
std::string phone_asked(operation::Context& ctx, std::string const& words) {
    if (operation::is_hidden(ctx.actor(), "contact", "mobile")) return {};
    return normal_phone(words).value_or("");
}

}  // namespace

Result<FoundContacts> search_contacts(operation::Context& ctx, SearchContacts const& input) {
    auto const words = std::string{text::trim(input.words)};
    if (words.empty()) return FoundContacts{};
    auto const surname = surname_in(words);
    auto const begin = surname.empty() ? words : surname;
    auto const limit = std::clamp(input.limit.value_or(default_contacts), std::int64_t{1}, most_contacts);
    auto const scope = ctx.scope().rows("contact", Power::read, "t");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee),
                                   bind("name", words),          bind("phone", phone_asked(ctx, words)),
                                   bind("begin", begin),         bind("end", begin + std::string{last_character}),
                                   bind("limit", limit)};
    auto const joined = std::string{
        " from contact t join customer c on c.tenant_id = t.tenant_id and c.id = t.customer_id where "
        "t.tenant_id = :tenant and "};
    if (input.customer_id) {
        params.add(bind("customer", *input.customer_id));
        params.add(scope.params);
        return FoundContacts{
            ask(ctx, {joined + "t.customer_id = :customer and " + scope.sql + " and ", begins_so}, params)};
    }
    // Those of the actor's own customers first; then whoever is called exactly so.
    auto found = ask(ctx, {joined + "c.owner_id = :me and ", begins_so}, params);
    if (!found.empty()) return FoundContacts{std::move(found)};
    params.add(scope.params);
    return FoundContacts{ask(ctx, {joined + scope.sql + " and ", is_called}, params)};
}

}  // namespace wescrm::sales
