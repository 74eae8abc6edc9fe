#include "sharing.hpp"

#include "rows.hpp"

#include <wescrm/sales/ids.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::Team;

enum class SharedKind { customer, lead, opportunity };
BOOST_DESCRIBE_ENUM(SharedKind, customer, lead, opportunity)

struct AskTeam {
    SharedKind object = SharedKind::customer;
    RecordId object_id;
};
BOOST_DESCRIBE_STRUCT(AskTeam, (), (object, object_id))
std::vector<FieldRule> field_rules(AskTeam const*) { return {{"object", "对象类型"}, {"object_id", "对象"}}; }

struct Member {
    UserId user_id;
    std::string name;
    std::string power;
    std::optional<Instant> expires_at;
    std::optional<UserId> added_by;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Member, (), (user_id, name, power, expires_at, added_by, created_at))
struct SharedDepartment {
    DepartmentId department_id;
    std::string name;
    std::string power;
    bool include_sub_departments = true;
    std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(SharedDepartment, (), (department_id, name, power, include_sub_departments, expires_at))
struct RecordTeam {
    std::vector<Member> members;
    std::vector<SharedDepartment> departments;
    bool may_change = false;  ///< the actor takes people in and out
    bool is_member = false;   ///< the actor is in the team and may leave it
};
BOOST_DESCRIBE_STRUCT(RecordTeam, (), (members, departments, may_change, is_member))

Result<RecordTeam> show_team(operation::Context& ctx, AskTeam const& input) {
    auto const kind = std::string{boost::describe::enum_to_string(input.object, "")};
    auto const id = input.object_id.value();
    if (!ctx.scope().allows(kind, Power::read, id)) return Error{Errc::not_found, kind, "没有这条记录，或您看不到它"};
    auto team = RecordTeam{};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("kind", kind), bind("id", id)};
    team.members = ctx.sql().records<Member>(
        "select e.user_id, e.name, t.power, t.expires_at, k.user_id, t.created_at from team_member t join employee e "
        "on e.tenant_id = t.tenant_id and e.id = t.employee_id left join employee k on k.tenant_id = t.tenant_id and "
        "k.id = t.added_by where t.tenant_id = :tenant and t.object = :kind and t.object_id = :id order by "
        "t.created_at, e.user_id",
        params);
    team.departments = ctx.sql().records<SharedDepartment>(
        "select s.department_id, d.name, s.power, s.include_sub_departments, s.expires_at from record_share s join "
        "department d on d.tenant_id = s.tenant_id and d.id = s.department_id where s.tenant_id = :tenant and "
        "s.object = :kind and s.object_id = :id order by s.created_at, s.department_id",
        params);
    team.may_change = ctx.scope().allows(kind, Power::write, id);
    for (auto const& member : team.members) team.is_member |= member.user_id == ctx.actor().user_id;
    return team;
}

constexpr Operation<AskTeam, RecordTeam> record_team{
    "record.team", "记录的团队和共享", "self", Effect::reads, show_team, {"GET", "/records/{object}/{object_id}/team"}};

template <class Input>
Result<void> insist_on_one(Input const& input) {
    if (input.user_id.has_value() == input.department_id.has_value())
        return invalid_field("user_id", "员工和部门填写其中一个");
    return {};
}

}  // namespace

std::vector<FieldRule> field_rules(Sharing const*) {
    return {{"user_id", "员工", {.max_length = 64}},
            {"department_id", "部门"},
            {"power", "权限"},
            {"expires_at", "有效期至"},
            {"children", "还可查看", {.max_items = 20}},
            {"include_sub_departments", "包含子部门"}};
}
std::vector<FieldRule> field_rules(Unsharing const*) {
    return {{"user_id", "员工", {.max_length = 64}}, {"department_id", "部门"}};
}

Result<void> share(Team& team, Sharing const& with) {
    if (auto const right = insist_on_one(with); !right) return right.error();
    if (with.user_id) return team.put({*with.user_id, with.power, with.expires_at, with.children});
    return team.share({*with.department_id, with.power, with.include_sub_departments.value_or(true), with.expires_at});
}

Result<void> unshare(Team& team, Unsharing const& with) {
    if (auto const right = insist_on_one(with); !right) return right.error();
    return with.user_id ? team.remove(*with.user_id) : team.unshare(*with.department_id);
}

bool leaves(operation::Context& ctx, Unsharing const& with) {
    return with.user_id && *with.user_id == ctx.actor().user_id;
}

void add_record_team_operation(operation::Catalogue& catalogue) { catalogue.add(record_team); }

}  // namespace wescrm::sales
