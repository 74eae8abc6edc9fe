#include "customers.hpp"
#include "duplicate/duplicate_operations.hpp"
#include "rows.hpp"

#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

// Open leads that may be somebody who is a customer already, as the nightly scan found them: for whoever may convert
// the lead. Of a customer that he does not see he gets what creating it would tell him, and no more.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

using DuplicateLeadId = StrongId<struct DuplicateLeadIdTag, std::int64_t>;

struct ListLeadPairs {
    std::optional<PairState> state;  ///< default open
    std::optional<RecordId> lead_id;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListLeadPairs, (), (state, lead_id, sort, limit, cursor))

struct LeadPair {
    DuplicateLeadId id;
    std::vector<std::string> reasons;  ///< phone, contact, name
    int score = 0;
    std::string state;
    RecordId lead_id;
    std::string lead_no;
    std::string lead_name;
    std::string lead_company;
    std::optional<std::string> lead_owner_name;
    std::optional<CustomerId> customer_id;  ///< absent: the actor does not see the customer
    std::string customer_no;                ///< "" then
    std::string customer_name;              ///< masked then
    std::optional<std::string> customer_owner_name;
    bool in_high_sea = false;
    std::optional<Instant> customer_last_follow_at;
    Instant found_at;
};
BOOST_DESCRIBE_STRUCT(LeadPair, (),
                      (id, reasons, score, state, lead_id, lead_no, lead_name, lead_company, lead_owner_name,
                       customer_id, customer_no, customer_name, customer_owner_name, in_high_sea,
                       customer_last_follow_at, found_at))
struct LeadPairRow : LeadPair {
    bool is_seen = false;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(LeadPairRow, (LeadPair), (is_seen, sort_key))
struct LeadPairPage {
    std::vector<LeadPair> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(LeadPairPage, (), (items, next_cursor))

struct OneLeadPair {
    DuplicateLeadId id;
};
BOOST_DESCRIBE_STRUCT(OneLeadPair, (), (id))

std::vector<FieldRule> field_rules(ListLeadPairs const*) { return {{"state", "状态"}, {"lead_id", "线索"}}; }

// The lead must be his to convert; the customer only decides how much of it is told.
operation::Predicate convertible(operation::Context& ctx) { return ctx.scope().rows("lead", Power::write, "l"); }

void mask(operation::Context& ctx, LeadPairRow& row) {
    if (!row.is_seen) {
        row.customer_id.reset();
        row.customer_no.clear();
        row.customer_name = masked_name(row.customer_name);
    }
    if (!is_owner_known(ctx.actor())) row.customer_owner_name.reset();
    if (operation::is_hidden(ctx.actor(), "customer", "last_follow_at")) row.customer_last_follow_at.reset();
    if (operation::is_hidden(ctx.actor(), "lead", "company")) row.lead_company.clear();
    if (operation::is_hidden(ctx.actor(), "lead", "owner_name")) row.lead_owner_name.reset();
}

Result<LeadPairPage> list_lead_pairs(operation::Context& ctx, ListLeadPairs const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"score", "p.score", "bigint"}}, "-score", "p.id");
    if (!paging) return paging.error();
    auto const scope = ctx.scope();
    auto const seen = scope.rows("customer", Power::read, "c");
    auto filter = Filter{ctx.tenant()};
    filter.where("p.state = :state", "state", std::string{input.state == PairState::ignored ? "ignored" : "open"});
    filter.where_given(input.lead_id, "p.lead_id = :lead_id", "lead_id");
    filter.where(convertible(ctx));
    filter.page(*paging);
    auto params = filter.params();
    params.add(seen.params);
    auto rows = ctx.sql().records<LeadPairRow>(
        "select p.id, p.reasons, p.score, p.state, l.id, l.no, l.name, l.company, lo.name, c.id, c.no, c.name, "
        "co.name, c.owner_id is null, c.last_follow_at, p.found_at, (" +
            seen.sql + "), " + paging->key_column() +
            " from duplicate_lead p join lead l on l.tenant_id = p.tenant_id and l.id = p.lead_id join customer c on "
            "c.tenant_id = p.tenant_id and c.id = p.customer_id left join employee lo on lo.tenant_id = l.tenant_id "
            "and lo.id = l.owner_id left join employee co on co.tenant_id = c.tenant_id and co.id = c.owner_id where "
            "p.tenant_id = :tenant and l.deleted_at is null and c.deleted_at is null and l.status in ('unassigned', "
            "'pending', 'following')" +
            filter.sql(),
        params);
    for (auto& row : rows) mask(ctx, row);
    return page_of<LeadPairPage>(std::move(rows), *paging);
}

Result<Nothing> decide(operation::Context& ctx, OneLeadPair const& input, std::string const& state) {
    auto const may = convertible(ctx);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id), bind("state", state),
                                   bind("now", ctx.now()), bind("me", ctx.actor().employee)};
    params.add(may.params);
    auto const changed = ctx.sql().execute(
        "update duplicate_lead p set state = :state, decided_at = :now, decided_by = :me, version = version + 1 where "
        "p.tenant_id = :tenant and p.id = :id and exists (select 1 from lead l where l.tenant_id = p.tenant_id and "
        "l.id = p.lead_id and " +
            may.sql + ")",
        params);
    if (changed == 0) return Error{Errc::not_found, "duplicate_lead", "没有这一对疑似重复，或您不能处理这条线索"};
    ctx.audit({"duplicate_lead",
               input.id.value(),
               state == "open" ? "duplicate_lead.reopen" : "duplicate_lead.ignore",
               {},
               {},
               {}});
    return Nothing{};
}

Result<Nothing> ignore_lead_pair(operation::Context& ctx, OneLeadPair const& input) {
    return decide(ctx, input, "ignored");
}
Result<Nothing> reopen_lead_pair(operation::Context& ctx, OneLeadPair const& input) {
    return decide(ctx, input, "open");
}

constexpr Operation<ListLeadPairs, LeadPairPage> lead_pair_list{"duplicate_lead.list", "疑似已是客户的线索",
                                                                "lead.convert",        Effect::reads,
                                                                list_lead_pairs,       {"GET", "/duplicate-leads"}};
constexpr Operation<OneLeadPair, Nothing> lead_pair_ignore{
    "duplicate_lead.ignore", "线索不是这个客户", "lead.convert",
    Effect::writes,          ignore_lead_pair,   {"POST", "/duplicate-leads/{id}/ignore", 204}};
constexpr Operation<OneLeadPair, Nothing> lead_pair_reopen{
    "duplicate_lead.reopen", "重新判断线索",   "lead.convert",
    Effect::writes,          reopen_lead_pair, {"POST", "/duplicate-leads/{id}/reopen", 204}};

}  // namespace

void add_duplicate_lead_operations(operation::Catalogue& catalogue) {
    catalogue.add(lead_pair_list);
    catalogue.add(lead_pair_ignore);
    catalogue.add(lead_pair_reopen);
}

}  // namespace wescrm::sales
