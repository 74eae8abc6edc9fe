#include "customers.hpp"
#include "duplicate/duplicate_operations.hpp"
#include "rows.hpp"

#include <wescrm/operation/field_sight.hpp>

// What the nightly scan found, for those who may merge: both customers side by side, to be merged or left apart.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

using DuplicatePairId = StrongId<struct DuplicatePairIdTag, std::int64_t>;

struct ListPairs {
    std::optional<PairState> state;  ///< default open
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPairs, (), (state, sort, limit, cursor))

struct DuplicatePair {
    DuplicatePairId id;
    std::vector<std::string> reasons;  ///< phone, contact, name
    int score = 0;
    std::string state;
    CustomerId first_id;
    std::string first_no;
    std::string first_name;
    std::optional<std::string> first_owner_name;
    Instant first_created_at;
    std::optional<Instant> first_last_follow_at;
    CustomerId second_id;
    std::string second_no;
    std::string second_name;
    std::optional<std::string> second_owner_name;
    Instant second_created_at;
    std::optional<Instant> second_last_follow_at;
    Instant found_at;
};
BOOST_DESCRIBE_STRUCT(DuplicatePair, (),
                      (id, reasons, score, state, first_id, first_no, first_name, first_owner_name, first_created_at,
                       first_last_follow_at, second_id, second_no, second_name, second_owner_name, second_created_at,
                       second_last_follow_at, found_at))
struct PairRow : DuplicatePair {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PairRow, (DuplicatePair), (sort_key))
struct PairPage {
    std::vector<DuplicatePair> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PairPage, (), (items, next_cursor))

struct OnePair {
    DuplicatePairId id;
};
BOOST_DESCRIBE_STRUCT(OnePair, (), (id))

std::vector<FieldRule> field_rules(ListPairs const*) { return {{"state", "状态"}}; }

constexpr std::string_view joined =
    " from duplicate_pair p join customer a on a.tenant_id = p.tenant_id and a.id = p.first_id join customer b on "
    "b.tenant_id = p.tenant_id and b.id = p.second_id left join employee ao on ao.tenant_id = a.tenant_id and ao.id = "
    "a.owner_id left join employee bo on bo.tenant_id = b.tenant_id and bo.id = b.owner_id where p.tenant_id = :tenant "
    "and a.deleted_at is null and b.deleted_at is null";

// Merging needs the power over both, so only such pairs are shown.
operation::Predicate mergeable(operation::Context& ctx) {
    auto may = ctx.scope().rows("customer", Power::write, "c");
    may.sql =
        "(select count(*) from customer c where c.tenant_id = p.tenant_id and c.id in (p.first_id, p.second_id) "
        "and " +
        may.sql + ") = 2";
    return may;
}

void hide_fields(operation::Context& ctx, std::vector<DuplicatePair>& pairs) {
    auto const knows_owner = is_owner_known(ctx.actor());
    auto const knows_follow = !operation::is_hidden(ctx.actor(), "customer", "last_follow_at");
    for (auto& pair : pairs) {
        if (!knows_owner) pair.first_owner_name = pair.second_owner_name = std::nullopt;
        if (!knows_follow) pair.first_last_follow_at = pair.second_last_follow_at = std::nullopt;
    }
}

Result<PairPage> list_pairs(operation::Context& ctx, ListPairs const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"score", "p.score", "bigint"}}, "-score", "p.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    auto const is_ignored = input.state == PairState::ignored;
    filter.where("p.state = :state", "state", std::string{is_ignored ? "ignored" : "open"});
    filter.where(mergeable(ctx));
    filter.page(*paging);
    auto page = page_of<PairPage>(
        ctx.sql().records<PairRow>(
            "select p.id, p.reasons, p.score, p.state, a.id, a.no, a.name, ao.name, a.created_at, a.last_follow_at, "
            "b.id, b.no, b.name, bo.name, b.created_at, b.last_follow_at, p.found_at, " +
                paging->key_column() + std::string{joined} + filter.sql(),
            filter.params()),
        *paging);
    hide_fields(ctx, page.items);
    return page;
}

Result<Nothing> decide(operation::Context& ctx, OnePair const& input, std::string const& state) {
    auto const may = mergeable(ctx);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id), bind("state", state),
                                   bind("now", ctx.now()), bind("me", ctx.actor().employee)};
    params.add(may.params);
    auto const changed = ctx.sql().execute(
        "update duplicate_pair p set state = :state, decided_at = :now, decided_by = :me, version = version + 1 where "
        "p.tenant_id = :tenant and p.id = :id and " +
            may.sql,
        params);
    if (changed > 0)
        ctx.audit({"duplicate_pair",
                   input.id.value(),
                   state == "open" ? "duplicate_pair.reopen" : "duplicate_pair.ignore",
                   {},
                   {},
                   {}});
    if (changed == 0) return Error{Errc::not_found, "duplicate_pair", "没有这一对疑似重复的客户，或您不能合并它们"};
    return Nothing{};
}

Result<Nothing> ignore_pair(operation::Context& ctx, OnePair const& input) { return decide(ctx, input, "ignored"); }
Result<Nothing> reopen_pair(operation::Context& ctx, OnePair const& input) { return decide(ctx, input, "open"); }

constexpr Operation<ListPairs, PairPage> pair_list{
    "duplicate_pair.list", "疑似重复的客户", "customer.merge", Effect::reads, list_pairs, {"GET", "/duplicate-pairs"}};
constexpr Operation<OnePair, Nothing> pair_ignore{
    "duplicate_pair.ignore", "不是重复客户", "customer.merge",
    Effect::writes,          ignore_pair,    {"POST", "/duplicate-pairs/{id}/ignore", 204}};
constexpr Operation<OnePair, Nothing> pair_reopen{
    "duplicate_pair.reopen", "重新判断重复", "customer.merge",
    Effect::writes,          reopen_pair,    {"POST", "/duplicate-pairs/{id}/reopen", 204}};

}  // namespace

void add_duplicate_pair_operations(operation::Catalogue& catalogue) {
    catalogue.add(pair_list);
    catalogue.add(pair_ignore);
    catalogue.add(pair_reopen);
}

}  // namespace wescrm::sales
