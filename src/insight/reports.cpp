#include "facts.hpp"

#include <wescrm/insight/operations.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/paging.hpp>

namespace wescrm::insight {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

struct AskReport {
    std::optional<std::string> scope;   ///< see scope.hpp
    std::optional<std::string> period;  ///< today, week, month (default), quarter, year, FROM..TO
};
BOOST_DESCRIBE_STRUCT(AskReport, (), (scope, period))

struct ScopeShown {
    std::string scope;  ///< as it is asked for
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ScopeShown, (), (scope, name))
struct PeriodShown {
    Date from;
    Date to;  ///< inclusive
};
BOOST_DESCRIBE_STRUCT(PeriodShown, (), (from, to))

struct Figure {
    std::string key;
    std::string title;
    std::int64_t value = 0;      ///< amounts in fen
    std::optional<double> rate;  ///< of the first figure, where there is such a ratio
    std::string definition;
    std::string detail;  ///< pages exactly the records that were counted
};
BOOST_DESCRIBE_STRUCT(Figure, (), (key, title, value, rate, definition, detail))

struct Report {
    ScopeShown scope;
    PeriodShown period;
    std::vector<Figure> figures;  ///< without those whose records the reader may not see
};
BOOST_DESCRIBE_STRUCT(Report, (), (scope, period, figures))

Result<Question> question_from(Context& ctx, std::optional<std::string> const& scope,
                               std::optional<std::string> const& period) {
    auto const week = operation::weeks_begin_on_sunday(ctx.sql(), ctx.tenant()) ? WeekStart::sunday : WeekStart::monday;
    auto const days = period_from(period.value_or("month"), ctx.today(), week);
    if (!days) return invalid_field("period", "可以是 today、week、month、quarter、year 或 2026-11-01..2026-11-30");
    auto chosen = scope_from(ctx, scope);
    if (!chosen) return chosen.error();
    return Question{std::move(*chosen), *days};
}

// A user id may hold anything; what a scope is made of otherwise stands in a query as it is.
std::string in_query(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:,@";
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto made = std::string{};
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos)
            made += c;
        else
            made += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
    return made;
}

std::string detail_of(Metric const& metric, Question const& question) {
    return "/api/v1/reports/records?metric=" + std::string{metric.key} + "&scope=" + in_query(question.scope.text) +
           "&period=" + format_date(question.period.from) + ".." + format_date(question.period.to);
}

Report report_of(Context& ctx, Question const& question, std::vector<std::string_view> const& keys) {
    auto report = Report{{question.scope.text, question.scope.name}, {question.period.from, question.period.to}, {}};
    auto const access = ctx.scope();
    for (auto const key : keys) {
        auto const& metric = metric_for(ctx.actor(), *find_metric(key));
        if (!has_figure(ctx.actor(), metric)) continue;
        report.figures.push_back({std::string{key},
                                  std::string{metric.title},
                                  figure_of(ctx, access, metric, question),
                                  {},
                                  std::string{metric.definition},
                                  detail_of(metric, question)});
    }
    return report;
}

Result<Report> sales_brief(Context& ctx, AskReport const& input) {
    auto const question = question_from(ctx, input.scope, input.period);
    if (!question) return question.error();
    return report_of(ctx, *question, brief_metrics());
}

// The figures bear the names of the REST interface here.
Result<Report> lead_conversion(Context& ctx, AskReport const& input) {
    auto const question = question_from(ctx, input.scope, input.period);
    if (!question) return question.error();
    auto report = report_of(ctx, *question, conversion_metrics());
    for (auto& figure : report.figures) {
        auto const all = static_cast<double>(report.figures.front().value);
        if (figure.key != "lead.new" && all > 0) figure.rate = static_cast<double>(figure.value) / all;
        figure.key = figure.key == "lead.new" ? "leads" : figure.key.substr(figure.key.find('.') + 1);
    }
    return report;
}

struct ListRecords {
    std::string metric;  ///< a figure's key in the metric catalogue
    std::optional<std::string> scope;
    std::optional<std::string> period;
    std::optional<std::string> sort;  ///< at; default -at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListRecords, (), (metric, scope, period, sort, limit, cursor))

struct Counted {
    StrongId<struct CountedIdTag, std::int64_t> id;
    std::string object;  ///< kind of record
    std::string name;
    std::optional<UserId> owner_user_id;
    std::optional<std::string> owner_name;
    std::string at;                   ///< the day, or the instant, by which it is counted
    std::optional<Money> amount_fen;  ///< what it adds to the figure, if that is a sum
};
BOOST_DESCRIBE_STRUCT(Counted, (), (id, object, name, owner_user_id, owner_name, at, amount_fen))
struct CountedRow : Counted {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(CountedRow, (Counted), (sort_key))
struct CountedPage {
    std::vector<Counted> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(CountedPage, (), (items, next_cursor))

std::string_view object_of(Metric const& metric) { return metric.record == "r.id" ? metric.kind : "customer"; }

std::string columns_of(Metric const& metric) {
    auto const at = std::string{metric.at};
    auto const moment = metric.moment == Moment::day
                            ? at + "::text"
                            : "to_char(" + at + " at time zone 'UTC', 'YYYY-MM-DD') || 'T' || to_char(" + at +
                                  " at time zone 'UTC', 'HH24:MI:SS.US') || 'Z'";
    auto const record = std::string{metric.record};
    return "select " + (metric.is_repeated ? "distinct on (" + record + ") " : std::string{}) + record + ", " +
           std::string{metric.name} + ", " + std::string{metric.owner} + ", " + moment + ", " +
           (metric.amount.empty() ? "null::bigint" : std::string{metric.amount});
}

Result<CountedPage> list_records(Context& ctx, ListRecords const& input) {
    auto const* known = find_metric(input.metric);
    if (!known) return invalid_field("metric", "没有这个指标");
    auto const* metric = &metric_for(ctx.actor(), *known);
    if (!has_figure(ctx.actor(), *metric))
        return Error{Errc::forbidden, "permission", "您没有查看「" + std::string{metric->title} + "」的权限"};
    auto const question = question_from(ctx, input.scope, input.period);
    if (!question) return question.error();
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {operation::SortField{"at", "f.at", "text"}}, "-at", "f.id");
    if (!paging) return paging.error();
    auto facts = facts_of(ctx, ctx.scope(), *metric, *question);
    auto const after = paging->after();
    facts.params.add(after.params);
    facts.params.add(bind("tenant", ctx.tenant()));
    facts.params.add(bind("object", object_of(*metric)));
    auto const first_of_each =
        metric->is_repeated ? " order by " + std::string{metric->record} + ", " + std::string{metric->at} : "";
    auto rows = ctx.sql().records<CountedRow>(
        "select f.id, :object::text, f.name, o.user_id, o.name, f.at, f.amount, f.at from (" + columns_of(*metric) +
            facts.sql + first_of_each +
            ") f(id, name, owner, at, amount) left join employee o on o.tenant_id = :tenant and o.id = f.owner where "
            "true" +
            after.sql + paging->order(),
        facts.params);
    auto page = CountedPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

constexpr Operation<AskReport, Report> brief{"report.sales_brief", "销售简报",  "report.view",
                                             Effect::reads,        sales_brief, {"GET", "/reports/sales-brief"}};
constexpr Operation<AskReport, Report> conversion{
    "report.lead_conversion",           "线索转化", "report.view", Effect::reads, lead_conversion,
    {"GET", "/reports/lead-conversion"}};
constexpr Operation<ListRecords, CountedPage> records{"report.records", "报表明细",   "report.view",
                                                      Effect::reads,    list_records, {"GET", "/reports/records"}};

}  // namespace

void add_operations(operation::Catalogue& catalogue) {
    catalogue.add(brief);
    catalogue.add(conversion);
    catalogue.add(records);
}

}  // namespace wescrm::insight
