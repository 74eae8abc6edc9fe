#include "notices.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/org/directory.hpp>
#include <wescrm/org/failed_sync.hpp>

#include <map>

namespace wescrm::org {
namespace {

constexpr std::size_t names_on_card = 10;
constexpr std::size_t lines_of_result = 10;

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

std::string line_of(Change const& change) {
    static std::map<std::string_view, std::string_view> const words{
        {"add", "新增"},        {"change", "修改"},     {"move", "调整"}, {"missing", "未见"},
        {"deactivate", "停用"}, {"hold", "待确认停用"}, {"kept", "保留"}, {"error", "失败"}};
    auto const word = words.find(change.kind);
    auto line = std::string{word == words.end() ? std::string_view{change.kind} : word->second};
    line += change.object == "department" ? "部门 " : "员工 ";
    line += change.name;
    // Of leavers the detail is a code.
    auto const is_code = change.kind == "hold" || change.kind == "deactivate";
    return change.detail.empty() || is_code ? line : line + "（" + change.detail + "）";
}

std::string counts_of(SyncReport const& report) {
    auto counts = std::vector<std::string>{};
    auto const add = [&counts](std::string_view word, std::size_t count) {
        if (count > 0) counts.push_back(std::string{word} + " " + std::to_string(count));
    };
    add("新增", report.added);
    add("变动", report.changed);
    add("停用", report.deactivated);
    add("未见", report.missing);
    return text::join(counts, "，");
}

json::Document result_data(SyncReport const& report) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    auto const is_done = report.state == "done";
    json::set(data,
              is_done                  ? "is_done"
              : report.state == "held" ? "is_held"
                                       : "is_failed",
              json::Value{true}, allocator);
    json::set(data, "reason", report.state == "held" ? report.held_reason : report.problem, allocator);
    json::set(data, "counts", counts_of(report), allocator);
    if (is_done && report.changes.empty()) json::set(data, "nothing", json::Value{true}, allocator);
    auto lines = json::Value{rapidjson::kArrayType};
    for (auto const& change : report.changes) {
        if (lines.Size() == lines_of_result) break;
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "text", line_of(change), allocator);
        lines.PushBack(std::move(line), allocator);
    }
    if (report.changes.size() > lines_of_result)
        json::set(data, "rest", std::to_string(report.changes.size() - lines_of_result), allocator);
    json::set(data, "changes", std::move(lines), allocator);
    return data;
}

}  // namespace

void tell_requesters(operation::Context& ctx, SyncReport const& report) {
    auto waiting =
        ctx.sql().values<EmployeeId>("delete from sync_request where tenant_id = :tenant returning employee_id",
                                     {database::bind("tenant", ctx.tenant())});
    // Nobody asked, but something has changed: the administrators see what.
    if (report.lost_events > 0 && report.state == "done") {
        auto const administrators = Directory{ctx.sql(), ctx.tenant()}.administrators();
        waiting.insert(waiting.end(), administrators.begin(), administrators.end());
    }
    for (auto const& employee : waiting) {
        auto notice = operation::Notice{};
        notice.effect_key =
            "sync_result:" + std::to_string(report.run.value()) + ":" + std::to_string(employee.value());
        notice.to = employee;
        notice.kind = "sync_result";
        notice.data = result_data(report);
        notice.priority = operation::Priority::waiting;
        ctx.outbox().tell(notice);
    }
}

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
        notice.kind = report.state == "held" ? "sync_held" : "sync_incomplete";
        notice.data = card_data(report, names);
        notice.source_kind = "sync_run";
        notice.source_id = report.run.value();
        ctx.outbox().tell(notice);
    }
}

void record_failed_sync(operation::Context& ctx, std::string const& trigger, std::string const& problem) {
    auto report = SyncReport{};
    report.state = "incomplete";
    report.problem = problem;
    report.run = ctx.sql()
                     .value<SyncRunId>(
                         "insert into sync_run (tenant_id, started_at, finished_at, trigger, state, problem) values "
                         "(:tenant, :now, :now, :trigger, :state, :problem) returning id",
                         {database::bind("tenant", ctx.tenant()), database::bind("now", ctx.now()),
                          database::bind("trigger", trigger), database::bind("state", report.state),
                          database::bind("problem", problem)})
                     .value();
    tell_requesters(ctx, report);
}

}  // namespace wescrm::org
