#include "../rows.hpp"
#include "pools.hpp"

#include <wescrm/operation/pool_seats.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct Row {
    HighSeaId id;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, sort_key))

}  // namespace

Result<HighSeaPage> list_high_seas(operation::Context& ctx, ListHighSeas const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"position", "h.position", "integer"},
                                                 {"name", "h.name", "text"},
                                                 {"created_at", "h.created_at", "timestamptz"}},
                                                "position", "h.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    if (!ctx.may("high_sea.manage"))
        filter.where("h.id in (" + operation::pools_with_seat(":tenant", ":me", false) + ")", "me",
                     ctx.actor().employee);
    if (input.q) filter.where("h.name like :q", "q", contains_pattern(*input.q));
    if (input.object) filter.where("h.object = :object", "object", name_of(*input.object));
    filter.where_given(input.enabled, "h.enabled = :enabled", "enabled");
    filter.page(*paging);
    auto rows = ctx.sql().records<Row>("select h.id, " + paging->key_column() +
                                           " from high_sea h where h.tenant_id = :tenant and h.deleted_at is null" +
                                           filter.sql(),
                                       filter.params());
    auto page = HighSeaPage{};
    page.next_cursor = paging->cut(rows);
    auto pools = Pools{ctx};
    for (auto const& row : rows) page.items.push_back(pools.detail(pools.find(row.id).value()));
    return page;
}

}  // namespace wescrm::sales
