#include "fields/store.hpp"
#include "followups.hpp"
#include "opportunity/opportunities.hpp"
#include "opportunity/process_scope.hpp"
#include "opportunity/processes.hpp"
#include "opportunity/stage_colour.hpp"
#include "tags/tagged_lists.hpp"
#include "typed_filter.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/scenes.hpp>
#include <wescrm/sales/date_field.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;
using operation::SortField;

constexpr int shown_followups = 5;
constexpr std::string_view weighted_sum = "sum(round(p.amount_fen * p.probability / 100.0))";

struct OpportunityRow : Opportunity {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(OpportunityRow, (Opportunity), (sort_key))

Result<void> insist_visible_opportunity(operation::Context& ctx, OpportunityId id) {
    if (!ctx.scope().allows("opportunity", Power::read, id.value()))
        return Error{Errc::not_found, "opportunity", "没有这个商机，或您看不到它"};
    return {};
}

void add_dates(operation::Context& ctx, Filter& filter, OpportunityFilter const& input, std::string const& dated) {
    filter.where_given(input.expected_from, "p.expected_close_date >= :expected_from", "expected_from");
    filter.where_given(input.expected_to, "p.expected_close_date <= :expected_to", "expected_to");
    if (dated == "p.expected_close_date") {
        filter.where_given(input.from, "p.expected_close_date >= :from_day", "from_day");
        filter.where_given(input.to, "p.expected_close_date <= :to_day", "to_day");
        return;
    }
    if (input.from) filter.where(dated + " >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where(dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
}

}  // namespace

OpportunityDetail Opportunities::detail(OpportunityId id) {
    auto detail = OpportunityDetail{};
    static_cast<Opportunity&>(detail) = find(id).value();
    detail.team = team(id);
    detail.contacts = contacts(id);
    detail.lines = lines(id);
    detail.secondary_lead_ids = sql_.values<RecordId>(
        "select lead_id from opportunity_lead where tenant_id = :tenant and opportunity_id = :id order by lead_id",
        {bind("tenant", ctx_.tenant()), bind("id", id)});
    detail.stages = Processes{ctx_}.stages(detail.process_id);
    detail.history = history(id);
    detail.followups = last_followups_on(ctx_, TargetType::opportunity, RecordId{id.value()}, shown_followups);
    return detail;
}

Result<Filter> filter_of(operation::Context& ctx, OpportunityFilter const& input) {
    auto const dated = date_column(input.date_field, {{"created_at", "p.created_at"},
                                                      {"updated_at", "p.updated_at"},
                                                      {"closed_at", "p.closed_at"},
                                                      {"stage_entered_at", "p.stage_entered_at"},
                                                      {"last_follow_at", "p.last_follow_at"},
                                                      {"next_contact_at", "p.next_contact_at"},
                                                      {"expected_close_date", "p.expected_close_date"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    if (input.q)
        where_typed(
            ctx, filter, {"opportunity", "p", ByCustomer::names}, *input.q,
            {"(p.name ilike :q or p.no ilike :q or (select qc.name ilike :q from customer qc where qc.tenant_id "
             "= p.tenant_id and qc.id = p.customer_id))",
             {bind("q", contains_pattern(text::to_lower(text::normalised(*input.q))))}});
    filter.where_given(input.customer_id, "p.customer_id = :customer_id", "customer_id")
        .where_given(input.owner,
                     "p.owner_id = (select w.id from employee w where w.tenant_id = :tenant and w.user_id = :owner)",
                     "owner")
        .where_given(input.department, std::string{in_department_tree} + "p.owner_id and :department = any(d.path))",
                     "department")
        .where_given(input.process_id, "p.process_id = :process_id", "process_id")
        .where_given(input.stage_id, "p.stage_id = :stage_id", "stage_id")
        .where_given(input.status, "p.status = :status", "status")
        .where_given(input.source, "p.source = :source", "source")
        .where_given(input.main_lead_id, "p.main_lead_id = :main_lead_id", "main_lead_id")
        .where_given(input.amount_from_fen, "p.amount_fen >= :amount_from", "amount_from")
        .where_given(input.amount_to_fen, "p.amount_fen <= :amount_to", "amount_to");
    add_dates(ctx, filter, input, *dated);
    if (auto const good = add_custom_filters(ctx, filter, "opportunity", "p.id", input.custom); !good)
        return good.error();
    if (input.stalled)
        filter.where(std::string{*input.stalled ? "" : "not "} +
                     "exists (select 1 from sales_stage g join sales_process s on s.tenant_id = g.tenant_id and s.id = "
                     "g.process_id where g.tenant_id = :tenant and g.id = p.stage_id and " +
                     is_stalled + ")");
    return filter;
}

Result<OpportunityDetail> show_opportunity(operation::Context& ctx, OneOpportunity const& input) {
    if (auto const visible = insist_visible_opportunity(ctx, input.id); !visible) return visible.error();
    return Opportunities{ctx}.detail(input.id);
}

Result<StageEntries> stage_history(operation::Context& ctx, OneOpportunity const& input) {
    if (auto const visible = insist_visible_opportunity(ctx, input.id); !visible) return visible.error();
    return StageEntries{Opportunities{ctx}.history(input.id)};
}

namespace {

Result<OpportunityPage> page_of_opportunities(operation::Context& ctx, ListOpportunities const& input,
                                              TagWish const& wish) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"name", "p.name", "text"},
                                 {"no", "p.no", "text"},
                                 {"created_at", "p.created_at", "timestamptz"},
                                 {"updated_at", "p.updated_at", "timestamptz"},
                                 {"stage_entered_at", "p.stage_entered_at", "timestamptz"},
                                 {"amount_fen", "p.amount_fen", "bigint"},
                                 {"probability", "p.probability", "integer"},
                                 {"expected_close_date", "coalesce(p.expected_close_date, 'infinity')", "date"},
                                 {"last_follow_at", "coalesce(p.last_follow_at, '-infinity')", "timestamptz"},
                                 {"next_contact_at", "coalesce(p.next_contact_at, 'infinity')", "timestamptz"}},
                                "-updated_at", "p.id");
    if (!paging) return paging.error();
    auto filter = filter_of(ctx, input);
    if (!filter) return filter.error();
    auto const scene = operation::scene_rows(ctx, "opportunity", input.scene, "p");
    if (!scene) return scene.error();
    filter->where(*scene);
    filter->where(input.deleted ? "p.deleted_at is not null" : "p.deleted_at is null");
    if (auto const good = add_tag_filter(ctx, *filter, TaggedObject::opportunity, "p.id", wish); !good)
        return good.error();
    auto const found = scope_of(ctx, *filter, input.customer_id).page("opportunity", "p", filter->sql(), *paging);
    auto params = filter->params();
    params.add(found.params);
    bind_today(ctx, params);
    return page_of<OpportunityPage>(
        ctx.sql().records<OpportunityRow>("with found as materialized (" + found.sql + ") select " +
                                              opportunity_columns + ", " + paging->key_column() + opportunity_joins +
                                              "and p.id = any(array(select scope_id from found))" + paging->order(),
                                          params),
        *paging);
}

}  // namespace

Result<OpportunityPage> list_opportunities(operation::Context& ctx, ListOpportunities const& input) {
    return page_of_opportunities(ctx, input, {});
}

Result<OpportunityPage> list_tagged_opportunities(operation::Context& ctx, ListTagged<ListOpportunities> const& input) {
    return page_of_opportunities(ctx, input, {input.tags, input.tags_match});
}

namespace {

// The readers' opportunities by stage and currency, the home currency left out.
std::map<StageId, std::vector<BoardMoney>> foreign_money(operation::Context& ctx, Filter const& filter) {
    auto params = filter.params();
    bind_today(ctx, params);
    params.add(bind("home", home_currency));
    auto found = std::map<StageId, std::vector<BoardMoney>>{};
    for (auto& [stage, currency, count, amount, weighted] :
         ctx.sql().rows<StageId, std::string, std::int64_t, Money, Money>(
             "select p.stage_id, p.currency, count(*), sum(p.amount_fen)::bigint, " + std::string{weighted_sum} +
                 " from opportunity p where :now::timestamptz is not null and :today::date is not null and p.tenant_id "
                 "= :tenant" +
                 filter.sql() + " and p.currency <> :home group by p.stage_id, p.currency order by p.currency",
             params))
        found[stage].push_back({currency, count, amount, weighted});
    return found;
}

void add_to(std::vector<BoardMoney>& sums, BoardMoney const& one) {
    auto const at = std::ranges::lower_bound(sums, one.currency, {}, &BoardMoney::currency);
    if (at == sums.end() || at->currency != one.currency) {
        sums.insert(at, one);
        return;
    }
    at->count += one.count;
    at->amount_fen = at->amount_fen + one.amount_fen;
    at->weighted_fen = at->weighted_fen + one.weighted_fen;
}

void add_foreign(operation::Context& ctx, Filter const& filter, Board& board) {
    auto found = foreign_money(ctx, filter);
    for (auto& column : board.stages) {
        column.foreign = std::move(found[column.stage_id]);
        for (auto const& one : column.foreign) add_to(board.foreign, one);
    }
}

// Whoever's roles hide the amounts is not told their sums either.
void hide_money(Board& board) {
    for (auto& column : board.stages) column.amount_fen = column.weighted_fen = Money{};
}

}  // namespace

Result<Board> show_board(operation::Context& ctx, OpportunityFilter const& input) {
    auto const id = input.process_id ? input.process_id : start_process(ctx, {ctx.actor().employee, {}});
    auto const process = id ? Processes{ctx}.find(*id) : std::nullopt;
    if (!process) return invalid_field("process_id", "没有这个销售流程");
    auto wanted = input;
    wanted.process_id = id;
    auto filter = filter_of(ctx, wanted);
    if (!filter) return filter.error();
    filter->where("p.deleted_at is null").where(ctx.scope().rows("opportunity", Power::read, "p"));
    auto params = filter->params();
    bind_today(ctx, params);
    params.add(bind("home", home_currency));
    auto board = Board{};
    board.process_id = *id;
    board.process_name = process->name;
    for (auto& sums : ctx.sql().records<StageSums>(
             "select g.id, g.name, g.kind, g.probability, coalesce(x.n, 0), coalesce(x.amount, 0), "
             "coalesce(x.weighted, 0), "
             "coalesce(x.stalled, 0), " +
                 std::string{stage_colour} +
                 " from sales_stage g left join (select p.stage_id, count(*) as n, "
                 "coalesce(sum(p.amount_fen) filter (where p.currency = :home), 0)::bigint as amount, coalesce(" +
                 std::string{weighted_sum} +
                 " filter (where p.currency = :home), 0)::bigint as weighted, count(*) filter (where " + is_stalled +
                 ") as stalled from opportunity p join sales_stage g on g.tenant_id = p.tenant_id and g.id = "
                 "p.stage_id "
                 "join sales_process s on s.tenant_id = p.tenant_id and s.id = p.process_id where p.tenant_id = "
                 ":tenant" +
                 filter->sql() +
                 " group by p.stage_id) x on x.stage_id = g.id where g.tenant_id = :tenant and g.process_id = "
                 ":process_id "
                 "and g.deleted_at is null order by g.position",
             params))
        board.stages.push_back({std::move(sums), {}});
    if (operation::is_withheld(ctx.actor(), "opportunity", "amount_fen"))
        hide_money(board);
    else
        add_foreign(ctx, *filter, board);
    for (auto const& column : board.stages) {
        board.count += column.count;
        board.amount_fen = board.amount_fen + column.amount_fen;
        board.weighted_fen = board.weighted_fen + column.weighted_fen;
    }
    return board;
}

}  // namespace wescrm::sales
