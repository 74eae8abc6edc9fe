#include "contents.hpp"
#include "fields.hpp"

// Changes of the organisation (https://developer.work.weixin.qq.com/document/path/90970 to 90972) and of approvals
// (path/90240, path/91815).
namespace wescrm::wecom {
namespace {

using fields::inside;
using fields::string;

// IsLeaderInDept runs along Department and may be shorter or absent.
std::vector<bool> leads(XmlElement const& in, std::size_t departments) {
    auto found = std::vector<bool>(departments, false);
    auto const flags = fields::numbers(in, "IsLeaderInDept");
    for (std::size_t i = 0; i < flags.size() && i < departments; ++i) found[i] = flags[i] == 1;
    return found;
}

MemberChange member_change(MemberChange::Kind kind, XmlElement const& in) {
    auto result = MemberChange{};
    result.kind = kind;
    result.user = fields::user(in, "UserID");
    if (auto renamed = string(in, "NewUserID"); !renamed.empty() && renamed != result.user.value())
        result.new_user = UserId{std::move(renamed)};
    result.departments = fields::numbers(in, "Department");
    if (in.child("IsLeaderInDept")) result.leads = leads(in, result.departments.size());
    result.main_department = fields::optional_number(in, "MainDepartment");
    result.direct_leaders = fields::users(in, "DirectLeader");
    result.status = fields::optional_small_number(in, "Status");
    result.name = fields::optional_string(in, "Name");
    result.alias = fields::optional_string(in, "Alias");
    result.position = fields::optional_string(in, "Position");
    result.mobile = fields::optional_string(in, "Mobile");
    result.telephone = fields::optional_string(in, "Telephone");
    result.email = fields::optional_string(in, "Email");
    return result;
}

DepartmentChange department_change(DepartmentChange::Kind kind, XmlElement const& in) {
    auto result = DepartmentChange{};
    result.kind = kind;
    result.id = fields::number(in, "Id");
    result.parent = fields::optional_number(in, "ParentId");
    result.name = fields::optional_string(in, "Name");
    result.order = fields::optional_number(in, "Order");
    return result;
}

// Every user below `in` along that path of names.
void collect_users(XmlElement const& in, std::initializer_list<std::string_view> path, std::vector<UserId>& into) {
    auto here = std::vector<XmlElement const*>{&in};
    for (auto name : path) {
        auto next = std::vector<XmlElement const*>{};
        for (auto const* element : here)
            for (auto const* child : fields::all(*element, name)) next.push_back(child);
        here = std::move(next);
    }
    for (auto const* element : here)
        if (auto id = fields::content(*element); !id.empty()) into.emplace_back(std::move(id));
}

// The nodes of the newer form of an approval: NodeType 2 is told, 1 and 3 decide.
void collect_nodes(XmlElement const& info, ApprovalChange& into) {
    for (auto const* node : fields::all(inside(info, "ProcessList"), "NodeList")) {
        auto& people = fields::small_number(*node, "NodeType") == 2 ? into.notified : into.approvers;
        collect_users(*node, {"SubNodeList", "UserInfo", "UserId"}, people);
    }
}

}  // namespace

Content contact_change(XmlElement const& in) {
    using Member = MemberChange::Kind;
    using Department = DepartmentChange::Kind;
    auto const change = string(in, "ChangeType");
    if (change == "create_user") return member_change(Member::created, in);
    if (change == "update_user") return member_change(Member::updated, in);
    if (change == "delete_user") return member_change(Member::deleted, in);
    if (change == "create_party") return department_change(Department::created, in);
    if (change == "update_party") return department_change(Department::updated, in);
    if (change == "delete_party") return department_change(Department::deleted, in);
    if (change == "update_tag")
        return MemberTagChange{fields::number(in, "TagId"), fields::users(in, "AddUserItems"),
                               fields::users(in, "DelUserItems"), fields::numbers(in, "AddPartyItems"),
                               fields::numbers(in, "DelPartyItems")};
    return Unknown{};
}

Content own_approval(XmlElement const& in) {
    auto const& info = inside(in, "ApprovalInfo");
    auto change = ApprovalChange{true, string(info, "ThirdNo"), fields::small_number(info, "OpenSpStatus"),
                                 fields::user(info, "ApplyUserId"), 0};
    change.template_id = string(info, "OpenTemplateId");
    change.name = string(info, "OpenSpName");
    collect_users(info, {"ApprovalNodes", "ApprovalNode", "Items", "Item", "ItemUserId"}, change.approvers);
    collect_users(info, {"NotifyNodes", "NotifyNode", "ItemUserId"}, change.notified);
    if (auto const steps = fields::all(info, "ApproverStep"); !steps.empty())
        change.step = fields::small_number(*steps.front());
    return change;
}

Content wecom_approval(XmlElement const& in) {
    auto const& info = inside(in, "ApprovalInfo");
    auto number = string(info, "SpNoStr");
    if (number.empty()) number = string(info, "SpNo");
    auto change =
        ApprovalChange{false, std::move(number), fields::small_number(info, "SpStatus"),
                       fields::user(inside(info, "Applyer"), "UserId"), fields::small_number(info, "StatuChangeEvent")};
    change.template_id = string(info, "TemplateId");
    change.name = string(info, "SpName");
    if (info.child("ProcessList")) {
        collect_nodes(info, change);
    } else {
        collect_users(info, {"SpRecord", "Details", "Approver", "UserId"}, change.approvers);
        collect_users(info, {"Notifyer", "UserId"}, change.notified);
    }
    return change;
}

}  // namespace wescrm::wecom
