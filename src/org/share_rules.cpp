#include "share_rules.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace wescrm::org {
namespace {

using database::bind;

template <class E>
E enum_of(std::string_view word) {
    auto value = E{};
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto const& entry) {
        if (word == entry.name) value = entry.value;
    });
    return value;
}

std::vector<std::string> titles_of(std::vector<std::string> const& objects) {
    auto titles = std::vector<std::string>{};
    for (auto const& object : objects)
        if (auto const* known = operation::find_permission(object + ".view")) titles.push_back(known->object_title);
    return titles;
}

bool is_shareable(std::string const& object) {
    auto const kinds = operation::shareable_kinds();
    return std::any_of(kinds.begin(), kinds.end(), [&](auto const& kind) { return kind.first == object; });
}

}  // namespace

std::vector<ShareRow> ShareRules::rows(std::string const& key, std::string const& rest, database::Params params) {
    params.add(bind("tenant", ctx_.tenant()));
    auto found = std::vector<ShareRow>{};
    for (auto& [id, objects, source_type, source, target_type, target, power, below, enabled, from, to, conditions,
                version, created, updated, by, sort_key] :
         ctx_.sql()
             .rows<ShareRuleId, std::vector<std::string>, std::string, std::string, std::string, std::string,
                   std::string, bool, bool, std::optional<Instant>, std::optional<Instant>, std::string, std::int64_t,
                   Instant, Instant, std::optional<UserId>, std::string>(
                 "select s.id, s.objects, s.source_type, coalesce(se.user_id, s.source_department_id::text), "
                 "s.target_type, coalesce(te.user_id, s.target_department_id::text, s.target_role_id::text, "
                 "s.target_group_id::text), s.power, "
                 "s.include_sub_departments, s.enabled, s.valid_from, s.valid_to, s.conditions::text, s.version, "
                 "s.created_at, "
                 "s.updated_at, "
                 "k.user_id, " +
                     key +
                     " from share_rule s left join employee se on se.tenant_id = s.tenant_id and se.id = "
                     "s.source_employee_id left join employee te on te.tenant_id = s.tenant_id and te.id = "
                     "s.target_employee_id left join employee k on k.tenant_id = s.tenant_id and k.id = s.created_by "
                     "where "
                     "s.tenant_id = :tenant" +
                     rest,
                 params)) {
        auto row = ShareRow{};
        static_cast<ShareRule&>(row) = {id,
                                        std::move(objects),
                                        enum_of<ShareSource>(source_type),
                                        std::move(source),
                                        enum_of<ShareTarget>(target_type),
                                        std::move(target),
                                        enum_of<ShareRight>(power),
                                        below,
                                        enabled,
                                        from,
                                        to,
                                        operation::conditions_from_json(conditions),
                                        version,
                                        created,
                                        updated,
                                        std::move(by)};
        row.sort_key = std::move(sort_key);
        found.push_back(std::move(row));
    }
    return found;
}

std::vector<ShareRow> ShareRules::page(operation::Paging const& paging) {
    auto const after = paging.after();
    return rows(paging.key_column(), after.sql + paging.order(), after.params);
}

std::optional<ShareRule> ShareRules::find(ShareRuleId id) {
    auto found = rows("''", " and s.id = :id", {bind("id", id)});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::optional<ShareRule> ShareRules::lock(ShareRuleId id) {
    ctx_.sql().execute("select 1 from share_rule where tenant_id = :tenant and id = :id for update",
                       {bind("tenant", ctx_.tenant()), bind("id", id)});
    return find(id);
}

std::optional<EmployeeId> ShareRules::employee(std::string const& given) {
    return ctx_.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :given and status <> 'left'",
        {bind("tenant", ctx_.tenant()), bind("given", given)});
}

std::optional<DepartmentId> ShareRules::department(std::string const& given) {
    return ctx_.sql().value<DepartmentId>(
        "select id from department where tenant_id = :tenant and id::text = :given and removed_at is null",
        {bind("tenant", ctx_.tenant()), bind("given", given)});
}

// A condition must make sense for every kind that the rule shares.
void ShareRules::check_conditions(ShareRule const& wanted, std::vector<FieldError>& problems) {
    for (std::size_t at = 0; at < wanted.conditions.size(); ++at) {
        auto const& condition = wanted.conditions[at];
        auto const place = "conditions[" + std::to_string(at) + "].";
        if (condition.values.empty()) problems.push_back({place + "values", "请至少填写一个值"});
        for (auto const& object : wanted.objects) {
            auto const& fields = operation::rule_fields(object);
            auto const field = std::find_if(fields.begin(), fields.end(),
                                            [&](auto const& known) { return known.name == condition.field; });
            auto const is_value = [&](std::string const& value) {
                return field->values.empty() || std::any_of(field->values.begin(), field->values.end(),
                                                            [&](auto const& known) { return known.first == value; });
            };
            if (field == fields.end())
                problems.push_back(
                    {place + "field", text::join(titles_of({object}), "") + "没有这个条件字段：" + condition.field});
            else if (!std::all_of(condition.values.begin(), condition.values.end(), is_value))
                problems.push_back({place + "values", "“" + field->title + "”没有这个值"});
        }
    }
}

void ShareRules::resolve_target(ShareRule const& wanted, Ends& ends, std::vector<FieldError>& problems) {
    auto const one_of = [&](std::string const& table) {
        return ctx_.sql().value<std::int64_t>(
            "select id from " + table + " where tenant_id = :tenant and id::text = :given",
            {bind("tenant", ctx_.tenant()), bind("given", wanted.target_id)});
    };
    switch (wanted.target_type) {
        case ShareTarget::employee:
            ends.target_employee = employee(wanted.target_id);
            if (!ends.target_employee) problems.push_back({"target_id", "没有这位员工"});
            break;
        case ShareTarget::department:
            ends.target_department = department(wanted.target_id);
            if (!ends.target_department) problems.push_back({"target_id", "没有这个部门"});
            break;
        case ShareTarget::role:
            ends.target_role = one_of("role");
            if (!ends.target_role) problems.push_back({"target_id", "没有这个角色"});
            break;
        case ShareTarget::group:
            ends.target_group = one_of("user_group");
            if (!ends.target_group) problems.push_back({"target_id", "没有这个用户组，请先在「用户组」里新建"});
            break;
    }
}

Result<ShareRules::Ends> ShareRules::resolve(ShareRule const& wanted) {
    auto ends = Ends{};
    auto problems = std::vector<FieldError>{};
    if (wanted.objects.empty()) problems.push_back({"objects", "请至少选择一种对象"});
    for (std::size_t at = 0; at < wanted.objects.size(); ++at)
        if (!is_shareable(wanted.objects[at]))
            problems.push_back({"objects[" + std::to_string(at) + "]", "没有这种可共享的对象：" + wanted.objects[at]});
    if (wanted.source_type == ShareSource::employee)
        ends.source_employee = employee(wanted.source_id);
    else
        ends.source_department = department(wanted.source_id);
    if (!ends.source_employee && !ends.source_department)
        problems.push_back(
            {"source_id", wanted.source_type == ShareSource::employee ? "没有这位员工" : "没有这个部门"});
    resolve_target(wanted, ends, problems);
    if (ends.source_employee && ends.source_employee == ends.target_employee)
        problems.push_back({"target_id", "来源和目标是同一个人"});
    if (wanted.valid_from && wanted.valid_to && *wanted.valid_from >= *wanted.valid_to)
        problems.push_back({"valid_to", "失效时间应晚于生效时间"});
    check_conditions(wanted, problems);
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "共享规则有误", std::move(problems)};
    return ends;
}

Result<ShareRuleId> ShareRules::write(std::optional<ShareRuleId> id, ShareRule const& wanted) {
    auto const ends = resolve(wanted);
    if (!ends) return ends.error();
    auto objects = wanted.objects;
    std::sort(objects.begin(), objects.end());
    objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
    auto const by = ctx_.actor().is_system() ? std::nullopt : std::optional{ctx_.actor().employee};
    auto params = database::Params{bind("tenant", ctx_.tenant()),
                                   bind("objects", objects),
                                   bind("source_type", boost::describe::enum_to_string(wanted.source_type, "")),
                                   bind("source_employee", ends->source_employee),
                                   bind("source_department", ends->source_department),
                                   bind("target_type", boost::describe::enum_to_string(wanted.target_type, "")),
                                   bind("target_employee", ends->target_employee),
                                   bind("target_department", ends->target_department),
                                   bind("target_role", ends->target_role),
                                   bind("target_group", ends->target_group),
                                   bind("power", boost::describe::enum_to_string(wanted.right, "")),
                                   bind("below", wanted.include_sub_departments),
                                   bind("enabled", wanted.enabled),
                                   bind("from", wanted.valid_from),
                                   bind("to", wanted.valid_to),
                                   bind("conditions", operation::conditions_to_json(wanted.conditions)),
                                   bind("now", ctx_.now())};
    if (id) {
        params.add(bind("id", *id));
        ctx_.sql().execute(
            "update share_rule set objects = :objects::text[], source_type = :source_type, source_employee_id = "
            ":source_employee, source_department_id = :source_department, target_type = :target_type, "
            "target_employee_id "
            "= :target_employee, target_department_id = :target_department, target_role_id = :target_role, "
            "target_group_id = :target_group, power = "
            ":power, include_sub_departments = :below, enabled = :enabled, valid_from = :from, valid_to = :to, "
            "conditions = :conditions::jsonb, updated_at = :now, version = version + 1 where tenant_id = :tenant and "
            "id = :id",
            params);
        return *id;
    }
    params.add(bind("by", by));
    return ctx_.sql()
        .value<ShareRuleId>(
            "insert into share_rule (tenant_id, objects, source_type, source_employee_id, source_department_id, "
            "target_type, target_employee_id, target_department_id, target_role_id, target_group_id, power, "
            "include_sub_departments, enabled, valid_from, valid_to, conditions, created_at, updated_at, created_by) "
            "values (:tenant, "
            ":objects::text[], "
            ":source_type, :source_employee, :source_department, :target_type, :target_employee, :target_department, "
            ":target_role, :target_group, :power, :below, :enabled, :from, :to, :conditions::jsonb, :now, :now, :by) "
            "returning id",
            params)
        .value();
}

void ShareRules::erase(ShareRuleId id) {
    ctx_.sql().execute("delete from share_rule where tenant_id = :tenant and id = :id",
                       {bind("tenant", ctx_.tenant()), bind("id", id)});
}

void ShareRules::tell(ShareRule const& rule, std::string const& change) {
    if (rule.target_type != ShareTarget::employee) return;
    auto const to = employee(rule.target_id);
    if (!to || *to == ctx_.actor().employee) return;
    auto const source =
        ctx_.sql().value<std::string>(rule.source_type == ShareSource::employee
                                          ? "select name from employee where tenant_id = :tenant and user_id = :id"
                                          : "select name from department where tenant_id = :tenant and id::text = :id",
                                      {bind("tenant", ctx_.tenant()), bind("id", rule.source_id)});
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "change", change, allocator);
    json::set(data, "actor_name", ctx_.actor().is_system() ? "系统" : ctx_.actor().name, allocator);
    json::set(data, "source", source.value_or(""), allocator);
    auto what = text::join(titles_of(rule.objects), "、");
    auto when = std::vector<std::string>{};
    for (auto const& condition : rule.conditions) when.push_back(operation::words_of(condition, rule.objects));
    if (!when.empty()) what += "（" + text::join(when, "且") + "）";
    json::set(data, "objects", what, allocator);
    json::set(data, "power", rule.right == ShareRight::write ? "可查看和修改" : "可查看", allocator);
    json::set(data, "until", rule.valid_to ? format_for_people(*rule.valid_to, ctx_.zone(), ctx_.now()) : "",
              allocator);
    auto notice = operation::Notice{};
    notice.effect_key =
        "share_rule:" + std::to_string(rule.id.value()) + ":" + std::to_string(rule.version) + ":" + change;
    notice.to = *to;
    notice.kind = "share_rule_changed";
    notice.data = std::move(data);
    notice.source_kind = "share";
    notice.source_id = rule.id.value();
    ctx_.outbox().tell(notice);
}

}  // namespace wescrm::org
