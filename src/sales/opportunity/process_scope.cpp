#include "opportunity/process_scope.hpp"

#include <wescrm/base/currency.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>

// Which sales processes are for whom.
namespace wescrm::sales {

using database::bind;

namespace {

using operation::Effect;
using operation::Operation;

struct AskOpen {
    std::optional<CustomerId> customer_id;  ///< absent: with whom is not known yet
};
BOOST_DESCRIBE_STRUCT(AskOpen, (), (customer_id))
struct OpenProcessList {
    std::vector<OpenProcess> items;
};
BOOST_DESCRIBE_STRUCT(OpenProcessList, (), (items))

Result<OpenProcessList> list_open(operation::Context& ctx, AskOpen const& input) {
    auto const is_any_customer = !input.customer_id;
    return OpenProcessList{open_processes(ctx, {ctx.actor().employee, input.customer_id, is_any_customer})};
}

constexpr Operation<AskOpen, OpenProcessList> process_open{"process.open",     "可以选用的销售流程",
                                                           "opportunity.view", Effect::reads,
                                                           list_open,          {"GET", "/open-sales-processes"}};

}  // namespace

void add_open_processes(operation::Catalogue& catalogue) { catalogue.add(process_open); }

std::vector<OpenProcess> open_processes(operation::Context& ctx, ProcessPlace const& place) {
    return ctx.sql().records<OpenProcess>(
        "with known as (select s.id, s.name, s.currency, s.is_default, least(cardinality(s.department_ids), 1) + "
        "least(cardinality(s.role_ids), 1) + least(cardinality(s.customer_levels), 1) as named, "
        "(cardinality(s.department_ids) = 0 or s.department_ids && coalesce(d.path, '{}')) and "
        "(cardinality(s.role_ids) = 0 or exists (select 1 from role_member m where m.tenant_id = :tenant and "
        "m.employee_id = :owner and m.role_id = any(s.role_ids))) and (cardinality(s.customer_levels) = 0 or "
        ":any_customer::boolean or exists "
        "(select 1 from customer c where c.tenant_id = :tenant and c.id = :customer::bigint and c.level = "
        "any(s.customer_levels))) as fits from sales_process s left join employee e on e.tenant_id = s.tenant_id and "
        "e.id = :owner left join department d on d.tenant_id = s.tenant_id and d.id = e.main_department_id where "
        "s.tenant_id = :tenant and s.is_enabled and s.deleted_at is null) select id, name, currency, name || case when "
        "currency = :home then '' else '（' || "
        "currency || '）' end from known where fits or is_default order by case when fits then named else 0 end desc, "
        "is_default desc, name, id",
        {bind("tenant", ctx.tenant()), bind("owner", place.owner), bind("customer", place.customer),
         bind("any_customer", place.is_any_customer), bind("home", home_currency)});
}

std::optional<ProcessId> start_process(operation::Context& ctx, ProcessPlace const& place) {
    auto const open = open_processes(ctx, place);
    return open.empty() ? std::nullopt : std::optional{open.front().id};
}

Result<void> check_open(operation::Context& ctx, ProcessId id, ProcessPlace const& place) {
    auto const open = open_processes(ctx, place);
    if (std::ranges::find(open, id, &OpenProcess::id) != open.end()) return {};
    auto names = std::vector<std::string>{};
    for (auto const& one : open) names.push_back("「" + one.name + "」");
    return invalid_field("process_id", "这个销售流程不适用于这位负责人或这个客户" +
                                           (names.empty() ? std::string{} : "，可以选择" + text::join(names, "、")));
}

}  // namespace wescrm::sales
