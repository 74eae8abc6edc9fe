#pragma once
#include "metrics.hpp"
#include "rules/period.hpp"
#include "scope.hpp"

#include <wescrm/operation/access_scope.hpp>
#include <wescrm/operation/context.hpp>

namespace wescrm::insight {

/// What a report is about.
struct Question {
    Scope scope;
    Period period;
};

/// Whether the reader has a figure at all: he may see records of the kind, and his roles do not hide the amount.
[[nodiscard]] bool has_figure(operation::Actor const& actor, Metric const& metric);

/// The metric's facts for the question, as far as the reader sees their records: " from … where …". Without :tenant,
/// which the caller binds.
[[nodiscard]] operation::Predicate facts_of(operation::Context const& ctx, operation::AccessScope const& access,
                                            Metric const& metric, Question const& question);

/// The number of records, or their sum in fen.
[[nodiscard]] std::int64_t figure_of(operation::Context& ctx, operation::AccessScope const& access,
                                     Metric const& metric, Question const& question);

}  // namespace wescrm::insight
