#include "fields/purge.hpp"

#include "fields/store.hpp"

#include <wescrm/sales/field_timers.hpp>

#include <boost/describe/enum_from_string.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr auto timer_kind = "field_purge";

// Nobody asks for it any more, or it came back in the meantime.
Result<void> purge(operation::Context& ctx, operation::Timer const& timer) {
    auto const id = FieldId{timer.ref_id};
    auto const gone = ctx.sql().row<std::string, std::string>(
        "select object, key from field where tenant_id = :tenant and id = :id and deleted_at <= :since for update",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("since", ctx.now() - deleted_field_kept_for)});
    if (!gone) return {};
    auto const& [word, key] = *gone;
    auto object = FieldObject::customer;
    if (!boost::describe::enum_from_string(word.c_str(), object)) return {};
    forget_values(ctx, object, id, key);
    ctx.sql().execute("delete from field where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    ctx.audit({"field", id.value(), "field.purge", R"({"object":")" + word + R"(","key":")" + key + "\"}", "", ""});
    return {};
}

}  // namespace

void forget_values(operation::Context& ctx, FieldObject object, FieldId id, std::string const& key) {
    ctx.sql().execute("delete from field_value where tenant_id = :tenant and field_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    ctx.sql().execute("update " + table_of(object) +
                          " set custom = custom - :key::text where tenant_id = :tenant and jsonb_exists(custom, :key)",
                      {bind("tenant", ctx.tenant()), bind("key", key)});
}

void plan_purge(operation::Context& ctx, FieldId id) {
    ctx.timers().schedule({timer_kind, "field", id.value(), ctx.now() + deleted_field_kept_for});
}

void cancel_purge(operation::Context& ctx, FieldId id) { ctx.timers().cancel("field", id.value(), timer_kind); }

std::map<std::string, FieldTimerHandler> field_timer_handlers() { return {{timer_kind, purge}}; }

}  // namespace wescrm::sales
