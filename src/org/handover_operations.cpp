#include "people.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/org/directory.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/operations.hpp>

#include <algorithm>
#include <map>

// What a leaver owns, and giving it to others: everything to one person, or kind by kind, in one transaction.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::SharedHandoverKinds;

struct PreviewItem {
    std::string kind;
    std::string title;
    std::string hint;
    std::int64_t count = 0;
    bool on_demand = false;  ///< handed over only when it is named in the assignments
};
BOOST_DESCRIBE_STRUCT(PreviewItem, (), (kind, title, hint, count, on_demand))

struct Preview {
    UserId user_id;
    std::string name;
    std::string status;
    std::vector<PreviewItem> items;
    std::int64_t total = 0;  ///< without what is on demand
};
BOOST_DESCRIBE_STRUCT(Preview, (), (user_id, name, status, items, total))

struct Assignment {
    std::string kind;
    UserId to_user_id;
};
BOOST_DESCRIBE_STRUCT(Assignment, (), (kind, to_user_id))

struct HandoverInput {
    UserId user_id;
    std::optional<UserId> to_user_id;     ///< gets everything that is not assigned apart
    std::vector<Assignment> assignments;  ///< kinds that go to somebody else
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(HandoverInput, (), (user_id, to_user_id, assignments, reason))

std::vector<FieldRule> field_rules(Assignment const*) {
    return {{"kind", "交接内容", {.max_length = 40}}, {"to_user_id", "接收人", {.max_length = 64}}};
}
std::vector<FieldRule> field_rules(HandoverInput const*) {
    return {{"user_id", "交出人", {.max_length = 64}},
            {"to_user_id", "接收人", {.max_length = 64}, "李雷"},
            {"assignments", "分别交接", {.max_items = 40}},
            {"reason", "原因", {.max_length = 200}}};
}

struct HandedOver {
    std::string kind;
    std::string title;
    std::int64_t count = 0;
    UserId to_user_id;
};
BOOST_DESCRIBE_STRUCT(HandedOver, (), (kind, title, count, to_user_id))

struct HandoverResult : EmployeeItem {
    std::vector<HandedOver> handed_over;
    std::int64_t left = 0;  ///< what he still has
};
BOOST_DESCRIBE_STRUCT(HandoverResult, (EmployeeItem), (handed_over, left))

Result<Preview> preview(Context& ctx, EmployeeInput const& input, operation::HandoverKinds const& kinds) {
    auto const employee = find_employee(ctx, input.user_id);
    if (!employee) return employee.error();
    auto shown = Preview{employee->user_id, employee->name, employee->status, {}, 0};
    for (auto const& kind : kinds.all()) {
        auto const count = kind.count(ctx, employee->id);
        if (count == 0 && operation::is_switched_off(ctx.actor(), kind.name)) continue;
        shown.items.push_back({kind.name, kind.title, kind.hint, count, kind.is_on_demand});
        if (!kind.is_on_demand) shown.total += count;
    }
    return shown;
}

/// Who gets which kind, in the kinds' order.
using Receivers = std::vector<std::pair<operation::HandoverKind const*, Person>>;

Result<Person> receiver(Context& ctx, EmployeeId from, UserId const& user, std::string const& field) {
    auto const found = Directory{ctx.sql(), ctx.tenant()}.find(user);
    if (!found || found->status != "active") return invalid_field(field, "没有这位在职员工");
    if (found->id == from) return invalid_field(field, "不能交接给本人");
    return *found;
}

Result<Receivers> receivers_of(Context& ctx, EmployeeId from, HandoverInput const& input,
                               operation::HandoverKinds const& kinds) {
    if (!input.to_user_id && input.assignments.empty()) return invalid_field("to_user_id", "请选择接收人");
    auto named = std::map<std::string, Person>{};
    for (std::size_t at = 0; at < input.assignments.size(); ++at) {
        auto const& assignment = input.assignments[at];
        auto const field = "assignments[" + std::to_string(at) + "].";
        if (!kinds.find(assignment.kind)) return invalid_field(field + "kind", "没有这类交接内容：" + assignment.kind);
        auto const to = receiver(ctx, from, assignment.to_user_id, field + "to_user_id");
        if (!to) return to.error();
        if (!named.emplace(assignment.kind, *to).second)
            return invalid_field(field + "kind", "同一类内容只能交接给一个人");
    }
    auto everything = std::optional<Person>{};
    if (input.to_user_id) {
        auto const to = receiver(ctx, from, *input.to_user_id, "to_user_id");
        if (!to) return to.error();
        everything = *to;
    }
    auto receivers = Receivers{};
    for (auto const& kind : kinds.all()) {
        auto const found = named.find(kind.name);
        if (found != named.end())
            receivers.emplace_back(&kind, found->second);
        else if (everything && !kind.is_on_demand)
            receivers.emplace_back(&kind, *everything);
    }
    return receivers;
}

// One message a receiver, whatever he gets.
void tell_receivers(Context& ctx, EmployeeItem const& from, Receivers const& receivers,
                    std::vector<HandedOver> const& moved, std::string const& reason) {
    auto lines = std::map<EmployeeId, std::string>{};
    for (auto const& [kind, to] : receivers)
        for (auto const& line : moved)
            if (line.kind == kind->name && line.count > 0)
                lines[to.id] += (lines[to.id].empty() ? "" : "、") + line.title + " " + std::to_string(line.count);
    for (auto const& [to, what] : lines) {
        if (to == ctx.actor().employee) continue;
        auto data = json::Document{rapidjson::kObjectType};
        auto& allocator = data.GetAllocator();
        json::set(data, "from_name", from.name, allocator);
        json::set(data, "actor_name", ctx.actor().is_system() ? "系统" : ctx.actor().name, allocator);
        json::set(data, "what", what, allocator);
        json::set(data, "reason", reason, allocator);
        auto notice = operation::Notice{};
        notice.effect_key = "handover:" + std::to_string(from.id.value()) + ":" + std::to_string(to.value()) + ":" +
                            std::to_string(ctx.now().time_since_epoch().count());
        notice.to = to;
        notice.kind = "handover_received";
        notice.data = std::move(data);
        notice.source_kind = "handover";
        notice.source_id = from.id.value();
        ctx.outbox().tell(notice);
    }
}

void audit(Context& ctx, EmployeeItem const& from, std::vector<HandedOver> const& moved, std::string const& reason) {
    auto after = json::Document{rapidjson::kObjectType};
    for (auto const& line : moved)
        if (line.count > 0)
            json::set(after, line.kind, line.to_user_id.value() + " × " + std::to_string(line.count),
                      after.GetAllocator());
    ctx.audit({"employee", from.id.value(), "employee.handover", "", json::write(after), reason});
}

Result<HandoverResult> hand_over(Context& ctx, HandoverInput const& input, operation::HandoverKinds const& kinds) {
    auto const from = find_employee(ctx, input.user_id);
    if (!from) return from.error();
    // Two hand-overs of a company wait for each other, and for whoever switches a receiver off.
    ctx.sql().execute("select pg_advisory_xact_lock(6072, hashtext(:tenant::text))", {bind("tenant", ctx.tenant())});
    auto const receivers = receivers_of(ctx, from->id, input, kinds);
    if (!receivers) return receivers.error();
    auto const reason = input.reason.value_or("");
    auto result = HandoverResult{};
    for (auto const& [kind, to] : *receivers) {
        auto const moved = kind->move(ctx, {from->id, to.id, from->user_id, to.user, reason});
        if (!moved) return moved.error();
        result.handed_over.push_back({kind->name, kind->title, *moved, to.user});
    }
    audit(ctx, *from, result.handed_over, reason);
    tell_receivers(ctx, *from, *receivers, result.handed_over, reason);
    result.left = kinds.left_with(ctx, from->id);
    if (result.left == 0) ctx.timers().cancel("employee", from->id.value(), "handover_reminder");
    auto now = find_employee(ctx, input.user_id);
    if (!now) return now.error();
    static_cast<EmployeeItem&>(result) = std::move(*now);
    return result;
}

constexpr Operation<EmployeeInput, Preview> handover_preview{"employee.handover_preview",
                                                             "交接预览",
                                                             "org.manage",
                                                             Effect::reads,
                                                             nullptr,
                                                             {"GET", "/employees/{user_id}/hand-over"}};
constexpr Operation<HandoverInput, HandoverResult> handover{
    "employee.handover", "工作交接", "org.manage",
    Effect::confirms,    nullptr,    {"POST", "/employees/{user_id}/hand-over"}};

}  // namespace

void add_handing_over(operation::Catalogue& catalogue, SharedHandoverKinds const& kinds) {
    catalogue.add(handover_preview,
                  [kinds](Context& ctx, EmployeeInput const& input) { return preview(ctx, input, *kinds); });
    catalogue.add(handover,
                  [kinds](Context& ctx, HandoverInput const& input) { return hand_over(ctx, input, *kinds); });
}

}  // namespace wescrm::org
