#include <wescrm/org/directory.hpp>
#include <wescrm/org/handover.hpp>

#include <algorithm>

namespace wescrm::org {
namespace {

constexpr auto morning = hours{9};
constexpr auto reminder = "handover_reminder";

std::vector<EmployeeId> responsible(operation::Context& ctx, Person const& leaver) {
    auto directory = Directory{ctx.sql(), ctx.tenant()};
    auto people = directory.administrators();
    auto const superior = directory.find(leaver.superior);
    if (superior && superior->status == "active" && std::ranges::find(people, superior->id) == people.end())
        people.push_back(superior->id);
    return people;
}

}  // namespace

void remind_of_handover(operation::Context& ctx, std::vector<EmployeeId> const& people) {
    for (auto const id : people) ctx.timers().schedule({reminder, "employee", id.value(), ctx.now()});
}

Result<void> on_handover_reminder(operation::Context& ctx, operation::Timer const& timer,
                                  operation::HandoverKinds const& kinds) {
    auto const leaver = Directory{ctx.sql(), ctx.tenant()}.find(EmployeeId{timer.ref_id});
    if (!leaver || leaver->status == "active") return {};
    auto what = std::string{};
    for (auto const& kind : kinds.all()) {
        auto const count = kind.is_on_demand ? 0 : kind.count(ctx, leaver->id);
        if (count > 0) what += (what.empty() ? "" : "、") + kind.title + " " + std::to_string(count);
    }
    if (what.empty()) return {};
    for (auto const to : responsible(ctx, *leaver)) {
        auto data = json::Document{rapidjson::kObjectType};
        json::set(data, "name", leaver->name, data.GetAllocator());
        json::set(data, "user_id", leaver->user.value(), data.GetAllocator());
        json::set(data, "what", what, data.GetAllocator());
        auto notice = operation::Notice{};
        notice.effect_key = "handover_pending:" + std::to_string(timer.ref_id) + ":" +
                            std::to_string(timer.occurrence) + ":" + std::to_string(to.value());
        notice.to = to;
        notice.kind = "handover_pending";
        notice.data = std::move(data);
        notice.source_kind = "handover";
        notice.source_id = timer.ref_id;
        ctx.outbox().tell(notice);
    }
    auto next =
        operation::Timer{reminder, "employee", timer.ref_id, ctx.zone().instant({add_days(ctx.today(), 1), morning})};
    next.grace = minutes{24 * 60};
    ctx.timers().schedule(next);
    return {};
}

}  // namespace wescrm::org
