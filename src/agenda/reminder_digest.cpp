#include "reminding.hpp"
#include "wishes.hpp"

#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/sales/working_calendar.hpp>

#include <algorithm>
#include <map>

// Several reminders at once: those that are due together, and those that nobody heard while the server was down.
namespace wescrm::agenda {
namespace {

using database::bind;

constexpr auto together = minutes{10};  ///< what became due so shortly before is said in one message
constexpr auto still_punctual = minutes{10};
constexpr auto digest_useful_for = hours{24};
constexpr std::size_t lines_shown = 10;
constexpr std::int64_t most_together = 100;

void mark_fired(operation::Context& ctx, std::vector<std::int64_t> const& ids) {
    ctx.sql().execute("update timer set state = 1 where tenant_id = :tenant and id = any(:ids::bigint[]) and state = 0",
                      {bind("tenant", ctx.tenant()), bind("ids", ids)});
}

}  // namespace

Instant moment_for(operation::Context& ctx, Manners const& manners, Reminded const& one) {
    auto const is_punctual = ctx.now() - one.timer.due <= still_punctual;
    if (is_punctual && one.what.is_own) return ctx.now();
    if (is_punctual) return after_quiet_hours(ctx.now(), manners.quiet, ctx.zone());
    return after_rest(ctx.now(), manners.quiet, ctx.zone(), sales::working_calendar(ctx));
}

std::vector<Reminded> take_others(operation::Context& ctx, operation::Timer const& timer, EmployeeId to) {
    auto taken = std::vector<Reminded>{};
    auto ids = std::vector<std::int64_t>{};
    for (auto const& [id, ref_kind, ref, due, occurrence] :
         ctx.sql().rows<std::int64_t, std::string, std::int64_t, Instant, int>(
             "select m.id, m.ref_kind, m.ref_id, m.due_at, m.occurrence from timer m where m.bucket = :bucket and "
             "m.state = 0 and m.due_at between :since and :now and m.tenant_id = :tenant and m.kind = :kind and not "
             // One look at each, by its key: conditions that exist would be answered from all that the person has.
             "(m.ref_kind = :ref_kind and m.ref_id = :ref) and :to = case m.ref_kind when 'task' then (select "
             "t.assignee_id from task t where t.tenant_id = :tenant and t.id = m.ref_id) when 'followup' then (select "
             "f.author_id from followup f where f.tenant_id = :tenant and f.id = m.ref_id) when 'customer' then "
             "(select c.owner_id from customer c where c.tenant_id = :tenant and c.id = m.ref_id) when 'opportunity' "
             "then (select p.owner_id from opportunity p where p.tenant_id = :tenant and p.id = m.ref_id) when 'lead' "
             "then (select l.owner_id from lead l where l.tenant_id = :tenant and l.id = m.ref_id) end order by "
             "m.due_at, m.id limit :limit for update of m skip locked",
             {bind("bucket", operation::bucket_of(ctx.tenant())), bind("since", timer.due - together),
              bind("now", ctx.now()), bind("tenant", ctx.tenant()), bind("kind", timer.kind),
              bind("ref_kind", timer.ref_kind), bind("ref", timer.ref_id), bind("to", to),
              bind("limit", most_together)})) {
        auto other = operation::Timer{timer.kind, ref_kind, ref, due};
        other.occurrence = occurrence;
        auto what = reminding_of(ctx, other);
        if (!what || what->to != to) continue;
        ids.push_back(id);
        taken.push_back({std::move(other), std::move(*what)});
    }
    if (!ids.empty()) mark_fired(ctx, ids);
    return taken;
}

void say_together(operation::Context& ctx, std::string_view kind, std::string effect_key, EmployeeId to,
                  Manners const& manners, std::vector<Reminded> const& list) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    auto items = json::Value{rapidjson::kArrayType};
    for (std::size_t i = 0; i < std::min(list.size(), lines_shown); ++i) {
        auto item = json::Value{rapidjson::kObjectType};
        json::set(item, "no", json::Value{static_cast<std::int64_t>(i + 1)}, allocator);
        json::set(item, "title", list[i].what.title, allocator);
        json::set(item, "at_text", format_for_people(list[i].timer.due, ctx.zone(), ctx.now()), allocator);
        items.PushBack(std::move(item), allocator);
    }
    json::set(data, "items", std::move(items), allocator);
    json::set(data, "count", std::to_string(list.size()), allocator);
    if (list.size() > lines_shown) json::set(data, "more", std::to_string(list.size() - lines_shown), allocator);
    auto notice = operation::Notice{};
    notice.effect_key = std::move(effect_key);
    notice.to = to;
    notice.kind = std::string{kind};
    notice.data = std::move(data);
    notice.expires_after = digest_useful_for;
    notice.not_before = moment_for(ctx, manners, list.back());
    ctx.outbox().tell(notice);
}

Result<void> tell_missed(operation::Context& ctx, std::vector<operation::Timer> const& missed) {
    auto by_person = std::map<EmployeeId, std::vector<Reminded>>{};
    for (auto const& timer : missed)
        if (auto what = reminding_of(ctx, timer)) {
            auto const to = what->to;
            by_person[to].push_back({timer, std::move(*what)});
        }
    for (auto& [to, list] : by_person) {
        auto const manners = manners_of(ctx, to);
        std::erase_if(list, [&manners](Reminded const& one) { return !manners.hears(one.what.kind); });
        if (list.empty()) continue;
        auto const& first = list.front().timer;
        say_together(
            ctx, "reminders_missed",
            "missed:" + first.kind + ":" + std::to_string(first.ref_id) + ":" + std::to_string(first.occurrence), to,
            manners, list);
    }
    return {};
}

}  // namespace wescrm::agenda
