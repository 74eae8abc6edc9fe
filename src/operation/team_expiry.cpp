#include "access_kinds.hpp"

#include <wescrm/operation/team.hpp>
#include <wescrm/operation/team_expiry.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

// Contacts have their customer's team; records without a name have a title of their kind.
std::string name_of_record(Context& ctx, RecordKind const& kind, std::int64_t id) {
    auto const column = kind.name == "task" ? std::string{"title"} : std::string{"name"};
    auto found = std::optional<std::string>{};
    auto const refused = ctx.sql().attempt([&] {
        found = ctx.sql().value<std::string>(
            "select " + column + " from " + kind.table + " where tenant_id = :tenant and id = :id",
            {bind("tenant", ctx.tenant()), bind("id", id)});
    });
    return refused || !found ? kind.title : *found;
}

}  // namespace

int remove_expired_members(Context& ctx, int most) {
    auto removed = 0;
    for (auto const& [object, id, user] : ctx.sql().rows<std::string, std::int64_t, UserId>(
             "select t.object, t.object_id, e.user_id from team_member t join employee e on e.tenant_id = t.tenant_id "
             "and e.id = t.employee_id where t.tenant_id = :tenant and t.expires_at <= :now order by t.expires_at "
             "limit :most",
             {bind("tenant", ctx.tenant()), bind("now", ctx.now()), bind("most", most)})) {
        auto const name = name_of_record(ctx, record_kind(object), id);
        if (Team{ctx, {object, id, name, {}}}.remove(user)) ++removed;
    }
    ctx.sql().execute("delete from record_share where tenant_id = :tenant and expires_at <= :now",
                      {bind("tenant", ctx.tenant()), bind("now", ctx.now())});
    return removed;
}

}  // namespace wescrm::operation
