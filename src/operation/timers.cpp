#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/operation/timers.hpp>

namespace wescrm::operation {

using database::bind;

void Timers::schedule(Timer const& timer) {
    cancel(timer.ref_kind, timer.ref_id, timer.kind);
    sql_.execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, occurrence, time_zone, grace) select "
        ":tenant, :bucket, :kind, "
        ":ref_kind, :ref, :due, coalesce(max(occurrence) + 1, 0), :zone, :grace * interval '1 minute' from timer where "
        "tenant_id = :tenant "
        "and kind = :kind and ref_kind = :ref_kind and ref_id = :ref",
        {bind("tenant", tenant_), bind("bucket", bucket_of(tenant_)), bind("kind", timer.kind),
         bind("ref_kind", timer.ref_kind), bind("ref", timer.ref_id), bind("due", timer.due),
         bind("zone", zone_.name()), bind("grace", timer.grace.count())});
    if (wake_worker_) sql_.after_commit(wake_worker_);
}

void Timers::cancel(std::string_view ref_kind, std::int64_t ref_id, std::string_view kind) {
    sql_.execute(
        "update timer set state = 2 where tenant_id = :tenant and ref_kind = :ref_kind and ref_id = :ref and state = 0 "
        "and (:kind = '' or "
        "kind = :kind)",
        {bind("tenant", tenant_), bind("ref_kind", ref_kind), bind("ref", ref_id), bind("kind", kind)});
}

}  // namespace wescrm::operation
