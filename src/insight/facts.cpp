#include "facts.hpp"

#include <wescrm/operation/field_masks.hpp>

namespace wescrm::insight {
namespace {

using database::bind;

std::string text(std::string_view view) { return std::string{view}; }

// The column itself stands on the left, so that an index of it bounds the rows.
operation::Predicate in_period(Zone const& zone, Metric const& metric, Period const& period) {
    if (metric.moment == Moment::day)
        return {text(metric.at) + " >= :first_day and " + text(metric.at) + " <= :last_day",
                {bind("first_day", period.from), bind("last_day", period.to)}};
    return {text(metric.at) + " >= :begins and " + text(metric.at) + " < :ends",
            {bind("begins", zone.start_of(period.from)), bind("ends", zone.start_of(add_days(period.to, 1)))}};
}

operation::Predicate in_scope(Metric const& metric, Scope const& scope) {
    if (scope.is_company) return {"true", {}};
    if (scope.departments.empty())
        return {text(metric.owner) + " = any(:persons::bigint[])", {bind("persons", scope.persons)}};
    auto const by_department = text(metric.department) + " = any(:departments::bigint[])";
    if (scope.persons.empty()) return {by_department, {bind("departments", scope.departments)}};
    return {"(" + text(metric.owner) + " = any(:persons::bigint[]) or " + by_department + ")",
            {bind("persons", scope.persons), bind("departments", scope.departments)}};
}

}  // namespace

bool has_figure(operation::Actor const& actor, Metric const& metric) {
    if (!actor.may(text(metric.kind) + ".view")) return false;
    return metric.amount.empty() || !operation::is_withheld(actor, metric.kind, "amount_fen");
}

operation::Predicate facts_of(operation::Context const& ctx, operation::AccessScope const& access, Metric const& metric,
                              Question const& question) {
    auto made = operation::Predicate{" from " + text(metric.facts) + " where " +
                                         (metric.facts.starts_with("ownership_event") ? "v" : "r") +
                                         ".tenant_id = :tenant" + text(metric.filter),
                                     {}};
    for (auto const& part : {in_period(ctx.zone(), metric, question.period), in_scope(metric, question.scope),
                             access.rows(metric.kind, operation::Power::read, "r")}) {
        made.sql += " and " + part.sql;
        made.params.add(part.params);
    }
    return made;
}

std::int64_t figure_of(operation::Context& ctx, operation::AccessScope const& access, Metric const& metric,
                       Question const& question) {
    auto facts = facts_of(ctx, access, metric, question);
    facts.params.add(bind("tenant", ctx.tenant()));
    auto const what = !metric.amount.empty() ? "coalesce(sum(" + text(metric.amount) + "), 0)::bigint"
                      : metric.is_repeated   ? "count(distinct " + text(metric.record) + ")"
                                             : std::string{"count(*)"};
    return ctx.sql().value<std::int64_t>("select " + what + facts.sql, facts.params).value_or(0);
}

}  // namespace wescrm::insight
