#pragma once
#include <wescrm/operation/actor.hpp>

#include <string_view>
#include <vector>

namespace wescrm::insight {

enum class Moment { day, instant };

/// One figure of the metric catalogue: which facts are counted, whose they are, and when they happened. The parts are
/// SQL over the row `r` of the kind's table; `facts` may join more.
struct Metric {
    std::string_view key;         ///< "order.amount"
    std::string_view title;       ///< 订单金额
    std::string_view definition;  ///< by which owner, date and filter; for the reader
    std::string_view kind;        ///< of the records; who may not see one does not count it
    std::string_view facts;       ///< "sales_order r"
    std::string_view owner;
    std::string_view department;  ///< the owner's at that time, where it is kept; else his present one
    std::string_view at;
    Moment moment = Moment::instant;
    std::string_view filter;           ///< " and …"; ""
    std::string_view amount{};         ///< what is summed up; "": the records are counted
    std::string_view name = "r.name";  ///< of the record, in the list behind the figure
    bool is_repeated = false;          ///< several facts may be about one record, which counts once
    std::string_view record = "r.id";  ///< what counts once
    std::string_view amount_field{};   ///< whoever's roles hide it has no figure; "amount_fen" of the kind
};

/// Everything in the catalogue.
[[nodiscard]] std::vector<Metric> const& metrics();
[[nodiscard]] Metric const* find_metric(std::string_view key);
/// The metric as the actor's company has it: without orders, contracts bear the money that orders have elsewhere.
[[nodiscard]] Metric const& metric_for(operation::Actor const& actor, Metric const& metric);

/// What the sales brief shows, in order.
[[nodiscard]] std::vector<std::string_view> const& brief_metrics();
/// Leads gained, and how many of these became what; in order.
[[nodiscard]] std::vector<std::string_view> const& conversion_metrics();

}  // namespace wescrm::insight
