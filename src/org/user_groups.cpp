#include "by_hand.hpp"
#include "role_members.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>

// 用户组: named sets of people across departments, kept by administrators. Share rules give records to them.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;

using GroupId = StrongId<struct UserGroupTag, std::int64_t>;

struct UserGroup {
    GroupId id;
    std::string name;
    std::string description;
    std::vector<UserId> member_user_ids;
    std::int64_t rules = 0;  ///< share rules that it is the target of
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(UserGroup, (),
                      (id, name, description, member_user_ids, rules, version, created_at, updated_at, created_by))

struct GroupPage {
    std::vector<UserGroup> items;
};
BOOST_DESCRIBE_STRUCT(GroupPage, (), (items))

struct OneGroup {
    GroupId id;
};
BOOST_DESCRIBE_STRUCT(OneGroup, (), (id))

struct CreateGroup {
    std::string name;
    std::optional<std::string> description;
    std::vector<UserId> member_user_ids;
};
BOOST_DESCRIBE_STRUCT(CreateGroup, (), (name, description, member_user_ids))

struct ChangeGroup {
    GroupId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<std::string> description;
    std::optional<std::vector<UserId>> member_user_ids;
};
BOOST_DESCRIBE_STRUCT(ChangeGroup, (), (id, version, name, description, member_user_ids))

struct DeleteGroup {
    GroupId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DeleteGroup, (), (id, version))

std::vector<FieldRule> field_rules(CreateGroup const*) {
    return {{"name", "用户组名称", {.max_length = 50}, "华东项目组"},
            {"description", "说明", {.max_length = 200}},
            {"member_user_ids", "成员", {.max_items = 1'000}}};
}
std::vector<FieldRule> field_rules(ChangeGroup const*) {
    auto rules = field_rules(static_cast<CreateGroup const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

Error no_group() { return {Errc::not_found, "group", "没有这个用户组"}; }
Error too_late() { return {Errc::stale, "version", "这个用户组刚被别人修改过，请刷新后再改"}; }

std::vector<UserGroup> groups(Context& ctx, std::string const& rest, database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    return ctx.sql().records<UserGroup>(
        "select g.id, g.name, g.description, array(select e.user_id from user_group_member m join employee e on "
        "e.tenant_id = m.tenant_id and e.id = m.employee_id where m.tenant_id = g.tenant_id and m.group_id = g.id and "
        "e.status <> 'left' order by e.name, e.id), (select count(*) from share_rule s where s.tenant_id = "
        "g.tenant_id and s.target_group_id = g.id), g.version, g.created_at, g.updated_at, (select k.user_id from "
        "employee k where k.tenant_id = g.tenant_id and k.id = g.created_by) from user_group g where g.tenant_id = "
        ":tenant" +
            rest + " order by g.name, g.id",
        params);
}

Result<UserGroup> find(Context& ctx, GroupId id) {
    auto found = groups(ctx, " and g.id = :id", {bind("id", id)});
    if (found.empty()) return no_group();
    return std::move(found.front());
}

Result<UserGroup> lock(Context& ctx, GroupId id, std::int64_t version) {
    ctx.sql().execute("select 1 from user_group where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto found = find(ctx, id);
    if (found && found->version != version) return too_late();
    return found;
}

/// What a group is to be, checked.
struct Wanted {
    std::string name;
    std::string description;
    std::vector<EmployeeId> members;
};

Result<Wanted> wanted_from(Context& ctx, GroupId id, std::string const& name, std::string const& description,
                           std::vector<UserId> const& members) {
    auto problems = std::vector<FieldError>{};
    auto people = people_of(ctx, members);
    if (!people) return people.error();
    auto wanted = Wanted{std::string{text::trim(name)}, std::string{text::trim(description)}, std::move(*people)};
    if (wanted.name.empty()) problems.push_back({"name", "用户组名称：必填"});
    if (ctx.sql()
            .value<int>("select 1 from user_group where tenant_id = :tenant and lower(name) = lower(:name) and id <> "
                        ":id",
                        {bind("tenant", ctx.tenant()), bind("name", wanted.name), bind("id", id)})
            .has_value())
        problems.push_back({"name", "已有同名的用户组，请换一个名称"});
    if (!problems.empty()) return invalid(std::move(problems));
    return wanted;
}

void write_members(Context& ctx, GroupId id, std::vector<EmployeeId> const& members) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", id), bind("members", members)};
    ctx.sql().execute(
        "delete from user_group_member where tenant_id = :tenant and group_id = :id and employee_id <> "
        "all(:members::bigint[])",
        params);
    ctx.sql().execute(
        "insert into user_group_member (tenant_id, group_id, employee_id) select :tenant, :id, m from "
        "unnest(:members::bigint[]) m on conflict do nothing",
        params);
}

void audit(Context& ctx, GroupId id, std::string action, std::optional<UserGroup> const& before,
           std::optional<UserGroup> const& after) {
    auto const json_of = [](std::optional<UserGroup> const& group) {
        return group ? operation::write_output(*group) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"user_group", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<GroupPage> list_groups(Context& ctx, Nothing const&) { return GroupPage{groups(ctx, {}, {})}; }

Result<UserGroup> show_group(Context& ctx, OneGroup const& input) { return find(ctx, input.id); }

Result<UserGroup> create_group(Context& ctx, CreateGroup const& input) {
    lock_organisation(ctx);
    auto const wanted = wanted_from(ctx, GroupId{}, input.name, input.description.value_or(""), input.member_user_ids);
    if (!wanted) return wanted.error();
    auto const by = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id = ctx.sql()
                        .value<GroupId>(
                            "insert into user_group (tenant_id, name, description, created_at, updated_at, created_by) "
                            "values (:tenant, :name, :description, :now, :now, :by) returning id",
                            {bind("tenant", ctx.tenant()), bind("name", wanted->name),
                             bind("description", wanted->description), bind("now", ctx.now()), bind("by", by)})
                        .value();
    write_members(ctx, id, wanted->members);
    auto made = find(ctx, id);
    if (made) audit(ctx, id, "group.create", std::nullopt, *made);
    return made;
}

Result<UserGroup> change_group(Context& ctx, ChangeGroup const& input) {
    lock_organisation(ctx);
    auto const before = lock(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const wanted =
        wanted_from(ctx, input.id, input.name.value_or(before->name), patched(input.description, before->description),
                    input.member_user_ids.value_or(before->member_user_ids));
    if (!wanted) return wanted.error();
    ctx.sql().execute(
        "update user_group set name = :name, description = :description, version = version + 1, updated_at = :now "
        "where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", wanted->name),
         bind("description", wanted->description), bind("now", ctx.now())});
    write_members(ctx, input.id, wanted->members);
    auto after = find(ctx, input.id);
    if (after) audit(ctx, input.id, "group.change", *before, *after);
    return after;
}

Result<Nothing> delete_group(Context& ctx, DeleteGroup const& input) {
    lock_organisation(ctx);
    auto const before = lock(ctx, input.id, input.version);
    if (!before) return before.error();
    if (before->rules > 0)
        return Error{Errc::conflict, "group_in_use",
                     "有 " + std::to_string(before->rules) +
                         " 条数据共享规则以这个用户组为目标，请先在「数据共享」里修改或删除这些规则"};
    ctx.sql().execute("delete from user_group where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit(ctx, input.id, "group.delete", *before, std::nullopt);
    return Nothing{};
}

constexpr Operation<Nothing, GroupPage> group_list{"group.list",  "用户组",    "org.manage",
                                                   Effect::reads, list_groups, {"GET", "/groups"}};
constexpr Operation<OneGroup, UserGroup> group_show{"group.show",  "查看用户组", "org.manage",
                                                    Effect::reads, show_group,   {"GET", "/groups/{id}"}};
constexpr Operation<CreateGroup, UserGroup> group_create{"group.create", "新建用户组", "org.manage",
                                                         Effect::writes, create_group, {"POST", "/groups", 201}};
constexpr Operation<ChangeGroup, UserGroup> group_change{"group.change", "修改用户组", "org.manage",
                                                         Effect::writes, change_group, {"PATCH", "/groups/{id}"}};
constexpr Operation<DeleteGroup, Nothing> group_delete{"group.delete",   "删除用户组", "org.manage",
                                                       Effect::confirms, delete_group, {"DELETE", "/groups/{id}", 204}};

}  // namespace

void add_user_groups(operation::Catalogue& catalogue) {
    catalogue.add(group_list);
    catalogue.add(group_show);
    catalogue.add(group_create);
    catalogue.add(group_change);
    catalogue.add(group_delete);
}

}  // namespace wescrm::org
