#include "notices.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>

namespace wescrm::org {
namespace {

constexpr std::size_t names_on_card = 10;

json::Document card_data(SyncReport const& report, std::vector<std::string> const& names) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    auto const is_held = report.state == "held";
    json::set(data, "title", is_held ? "通讯录同步：停用待确认" : "通讯录同步未完成", allocator);
    json::set(data, "reason", is_held ? report.held_reason : report.problem, allocator);
    json::set(data, "run_id", std::to_string(report.run.value()), allocator);
    json::set(data, "is_held", json::Value{is_held}, allocator);
    json::set(data, "count", std::to_string(names.size()), allocator);
    auto shown = std::string{};
    for (std::size_t i = 0; i < std::min(names.size(), names_on_card); ++i) shown += (i ? "、" : "") + names[i];
    if (names.size() > names_on_card) shown += " 等 " + std::to_string(names.size()) + " 人";
    json::set(data, "names", shown, allocator);
    return data;
}

}  // namespace

void tell_administrators(operation::Context& ctx, SyncReport const& report) {
    auto names = std::vector<std::string>{};
    // Why a list failed changes from try to try, and the held reason with every newcomer: neither is news by itself.
    auto state = report.state + "\n";
    for (auto const& change : report.changes) {
        if (change.kind != "hold") continue;
        names.push_back(change.name);
        state += change.key + "\n";
    }
    if (report.state == "incomplete") state += format_date(ctx.today());
    auto const digest = to_base64url(sha256(state)).substr(0, 24);
    auto const administrators = ctx.sql().values<EmployeeId>(
        "select distinct e.id from employee e join role_member m on m.tenant_id = e.tenant_id and m.employee_id = e.id "
        "join role r on r.tenant_id = m.tenant_id and r.id = m.role_id where e.tenant_id = :tenant and "
        "r.is_administrator and e.status = 'active'",
        {database::bind("tenant", ctx.tenant())});
    for (auto const& administrator : administrators) {
        auto notice = operation::Notice{};
        notice.effect_key = "sync:" + digest + ":" + std::to_string(administrator.value());
        notice.to = administrator;
        notice.kind = "sync_held";
        notice.data = card_data(report, names);
        notice.source_kind = "sync_run";
        notice.source_id = report.run.value();
        ctx.outbox().tell(notice);
    }
}

}  // namespace wescrm::org
