#include "access_circle.hpp"
#include "access_kinds.hpp"
#include "access_parts.hpp"

#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/scenes.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

std::string owned_by(std::string const& owner, std::vector<EmployeeId> const& owners, Predicate& made) {
    made.params.add(bind("scene_owners", owners));
    return owner + " = any(:scene_owners::bigint[])";
}

std::string in_team_of(std::string_view kind, std::string const& row, std::string_view members) {
    return row +
           ".id in (select scene_m.object_id from team_member scene_m where scene_m.tenant_id = :tenant and "
           "scene_m.object = '" +
           std::string{kind} + "' and scene_m.employee_id = " + std::string{members} +
           " and (scene_m.expires_at is null or scene_m.expires_at > :scene_now::timestamptz))";
}

std::string since(std::string const& row, Instant start, Predicate& made) {
    made.params.add(bind("scene_since", start));
    return row + ".created_at >= :scene_since::timestamptz";
}

Date start_of_week(Context& ctx) {
    auto const weekday = std::chrono::weekday{std::chrono::sys_days{ctx.today()}};
    auto const passed =
        weeks_begin_on_sunday(ctx.sql(), ctx.tenant()) ? weekday.c_encoding() : weekday.iso_encoding() - 1;
    return add_days(ctx.today(), -static_cast<int>(passed));
}

bool has_planned_contact(std::string_view kind) { return kind == "customer" || kind == "lead"; }

// Whose records rules share with me, and which are shared with a department of mine.
std::string shared_rows(Context& ctx, RecordKind const& kind, std::string const& row, std::string const& owner,
                        Predicate& made) {
    made.params.add(bind("scope_tenant", ctx.tenant()));
    made.params.add(bind("scope_me", ctx.actor().employee));
    made.params.add(bind("scope_now", ctx.now()));
    auto condition = owned_by(owner, owners_by_rule(ctx.sql(), ctx.actor(), kind.name, ctx.now()), made);
    for (auto const& rule : conditional_rules(ctx.sql(), ctx.actor(), kind.name, Power::read, ctx.now()))
        condition += " or " + sql_of(rule, kind.name, owner, row, made.params);
    return "(" + condition + " or " + row + ".id in (" + shares_of(kind.name, Power::read) + "))";
}

// The condition on a row that has an owner itself.
std::optional<std::string> condition_of(Context& ctx, RecordKind const& kind, std::string const& scene,
                                        std::string const& row, Predicate& made) {
    auto const owner = on_row(kind.owner, row, row);
    if (scene == "mine") return owner + " = :scene_me";
    if (scene == "subordinates") return owned_by(owner, subordinates_of(ctx.sql(), ctx.actor()), made);
    if (scene == "headed") return owned_by(owner, employees_headed_by(ctx.sql(), ctx.actor()), made);
    if (scene == "team") return in_team_of(kind.name, row, ":scene_me");
    if (scene == "subordinates_team") {
        made.params.add(bind("scene_below", subordinates_of(ctx.sql(), ctx.actor())));
        return in_team_of(kind.name, row, "any(:scene_below::bigint[])");
    }
    if (scene == "shared") return shared_rows(ctx, kind, row, owner, made);
    if (scene == "followed")
        return row +
               ".id in (select scene_f.object_id from favourite scene_f where scene_f.tenant_id = :tenant and "
               "scene_f.employee_id = :scene_me and scene_f.object = '" +
               kind.name + "')";
    if (scene == "new_today") return since(row, ctx.zone().start_of(ctx.today()), made);
    if (scene == "new_week") return since(row, ctx.zone().start_of(start_of_week(ctx)), made);
    if (scene == "to_contact" && has_planned_contact(kind.name)) {
        made.params.add(bind("scene_until", ctx.zone().start_of(add_days(ctx.today(), 1))));
        return row + ".next_contact_at < :scene_until::timestamptz";
    }
    return std::nullopt;
}

}  // namespace

std::vector<Scene> const& scenes() {
    static auto const all = std::vector<Scene>{{"mine", "我负责的"},       {"subordinates", "我下属负责的"},
                                               {"team", "我参与的"},       {"subordinates_team", "我下属参与的"},
                                               {"headed", "我负责部门的"}, {"shared", "共享给我的"},
                                               {"followed", "我关注的"},   {"new_today", "今日新增"},
                                               {"new_week", "本周新增"},   {"to_contact", "待跟进"}};
    return all;
}

Result<Predicate> scene_rows(Context& ctx, std::string_view name, std::optional<std::string> const& scene,
                             std::string_view alias) {
    if (!scene || scene->empty()) return Predicate{"true", {}};
    auto const kind = record_kind(name);
    auto made = Predicate{};
    auto const row = kind.is_part_of_customer ? std::string{"scene_c"} : std::string{alias};
    auto const object = kind.is_part_of_customer ? record_kind("customer") : kind;
    auto condition = condition_of(ctx, object, *scene, row, made);
    if (!condition) return invalid_field("scene", "没有这个场景，或这类记录没有这个场景");
    if (kind.is_part_of_customer)
        condition = on_row(kind.customer, alias) +
                    " in (select scene_c.id from customer scene_c where scene_c.tenant_id = :tenant and " + *condition +
                    ")";
    made.sql = "(" + *condition + ")";
    if (made.sql.find(":scene_me") != std::string::npos) made.params.add(bind("scene_me", ctx.actor().employee));
    if (made.sql.find(":scene_now") != std::string::npos) made.params.add(bind("scene_now", ctx.now()));
    return made;
}

}  // namespace wescrm::operation
