#include "opportunities.hpp"
#include "opportunity_operations.hpp"

#include <wescrm/sales/opportunity.hpp>

// What has to be done before an opportunity leaves its stage, whoever is to do it.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;

struct RequiredTask {
    std::string title;
    std::string status;  ///< done, open, missing: nobody has made it yet
};
BOOST_DESCRIBE_STRUCT(RequiredTask, (), (title, status))
struct RequiredTasks {
    std::vector<RequiredTask> items;  ///< in the order of the stage; none once it is closed
};
BOOST_DESCRIBE_STRUCT(RequiredTasks, (), (items))

Result<RequiredTasks> required_tasks(operation::Context& ctx, OneOpportunity const& input) {
    if (!ctx.scope().allows("opportunity", operation::Power::read, input.id.value()))
        return Error{Errc::not_found, "opportunity", "没有这个商机，或您看不到它"};
    return RequiredTasks{ctx.sql().records<RequiredTask>(
        "select r.title, coalesce((select min(k.status) from task k where k.tenant_id = p.tenant_id and k.target_type "
        "= 'opportunity' and k.target_id = p.id and k.title = r.title and k.status in ('done', 'open')), 'missing') "
        "from opportunity p join sales_stage s on s.tenant_id = p.tenant_id and s.id = p.stage_id cross join "
        "unnest(s.required_tasks) with ordinality r(title, at) where p.tenant_id = :tenant and p.id = :id and p.status "
        "= 'open' order by r.at",
        {bind("tenant", ctx.tenant()), bind("id", input.id)})};
}

constexpr Operation<OneOpportunity, RequiredTasks> opportunity_required_tasks{
    "opportunity.required_tasks",
    "离开阶段前须完成的任务",
    "opportunity.view",
    Effect::reads,
    required_tasks,
    {"GET", "/opportunities/{id}/required-tasks"}};

}  // namespace

void add_required_task_operation(operation::Catalogue& catalogue) { catalogue.add(opportunity_required_tasks); }

}  // namespace wescrm::sales
