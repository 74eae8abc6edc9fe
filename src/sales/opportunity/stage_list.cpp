#include "stage_list.hpp"

#include "processes.hpp"

// The stages of all processes, for whoever filters by one.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;

struct EveryStage {};
BOOST_DESCRIBE_STRUCT(EveryStage, (), ())

struct NamedStage {
    StageId id;
    std::string name;  ///< with its process, if there are several of them
    ProcessId process_id;
    std::string kind;  ///< open, won, lost, invalid
};
BOOST_DESCRIBE_STRUCT(NamedStage, (), (id, name, process_id, kind))
struct NamedStages {
    std::vector<NamedStage> items;
};
BOOST_DESCRIBE_STRUCT(NamedStages, (), (items))

Result<NamedStages> list_stages(operation::Context& ctx, EveryStage const&) {
    return NamedStages{ctx.sql().records<NamedStage>(
        "select g.id, case when count(*) over (partition by g.tenant_id) > count(*) over (partition by g.process_id) "
        "then p.name || ' · ' || g.name else g.name end, g.process_id, g.kind from sales_stage g join sales_process p "
        "on p.tenant_id = g.tenant_id and p.id = g.process_id where g.tenant_id = :tenant and g.deleted_at is null and "
        "p.deleted_at is null and p.is_enabled order by p.is_default desc, p.name, p.id, g.position",
        {bind("tenant", ctx.tenant())})};
}

constexpr Operation<EveryStage, NamedStages> stage_list{"stage.list",  "阶段列表",  "opportunity.view",
                                                        Effect::reads, list_stages, {"GET", "/stages"}};

}  // namespace

void add_stage_list(operation::Catalogue& catalogue) { catalogue.add(stage_list); }

}  // namespace wescrm::sales
