#include "api_values.hpp"

#include <algorithm>

namespace wescrm::wecom {
namespace {

std::int64_t element(json::Value const& object, char const* name, rapidjson::SizeType at) {
    auto const* list = json::find(object, name);
    return list && list->IsArray() && at < list->Size() && (*list)[at].IsInt64() ? (*list)[at].GetInt64() : 0;
}

// The strings of a list; what is no string is left out.
std::vector<std::string> strings(json::Value const& object, char const* name) {
    auto found = std::vector<std::string>{};
    auto const* list = json::find(object, name);
    if (!list || !list->IsArray()) return found;
    for (auto const& entry : list->GetArray())
        if (entry.IsString()) found.emplace_back(json::view(entry));
    return found;
}

std::vector<std::int64_t> integers(json::Value const& body, char const* outer, char const* inner) {
    auto found = std::vector<std::int64_t>{};
    auto const* object = json::find(body, outer);
    auto const* list = object ? json::find(*object, inner) : nullptr;
    if (!list || !list->IsArray()) return found;
    for (auto const& id : list->GetArray())
        if (id.IsInt64()) found.push_back(id.GetInt64());
    return found;
}

}  // namespace

std::int64_t integer_in(json::Value const& object, char const* name) {
    return json::find_integer(object, name).value_or(0);
}

std::string string_in(json::Value const& object, char const* name) {
    return json::find_string(object, name).value_or("");
}

ApiDepartment department_from(json::Value const& in) {
    return {integer_in(in, "id"), integer_in(in, "parentid"), string_in(in, "name"), integer_in(in, "order"),
            strings(in, "department_leader")};
}

ApiDepartmentId department_id_from(json::Value const& in) {
    return {integer_in(in, "id"), integer_in(in, "parentid"), integer_in(in, "order")};
}

ApiMember member_from(json::Value const& in) {
    auto member = ApiMember{};
    member.user = UserId{string_in(in, "userid")};
    member.name = string_in(in, "name");
    member.position = string_in(in, "position");
    member.mobile = string_in(in, "mobile");
    member.status = static_cast<int>(json::find_integer(in, "status").value_or(1));
    if (json::find_integer(in, "enable") == 0) member.status = 2;
    member.main_department = integer_in(in, "main_department");
    if (auto const* list = json::find(in, "department"); list && list->IsArray())
        for (rapidjson::SizeType i = 0; i < list->Size(); ++i)
            member.departments.push_back(
                {element(in, "department", i), element(in, "is_leader_in_dept", i) == 1, element(in, "order", i)});
    if (auto leaders = strings(in, "direct_leader"); !leaders.empty())
        member.direct_leader = std::move(leaders.front());
    return member;
}

ApiMemberId member_id_from(json::Value const& in) {
    return {UserId{string_in(in, "userid")}, integer_in(in, "department")};
}

ApiRange range_from(json::Value const& in) {
    auto range = ApiRange{};
    if (auto const* users = json::find(in, "allow_userinfos"))
        if (auto const* list = json::find(*users, "user"); list && list->IsArray())
            for (auto const& user : list->GetArray()) range.users.push_back(string_in(user, "userid"));
    range.departments = integers(in, "allow_partys", "partyid");
    range.tags = integers(in, "allow_tags", "tagid");
    return range;
}

std::string file_name_in(std::string_view disposition) {
    constexpr auto key = std::string_view{"filename=\""};
    auto const begin = disposition.find(key);
    if (begin == std::string_view::npos) return {};
    auto name = disposition.substr(begin + key.size());
    auto const end = name.find('"');
    if (end == std::string_view::npos) return {};
    name = name.substr(0, end);
    if (auto const folder = name.find_last_of("/\\"); folder != std::string_view::npos) name.remove_prefix(folder + 1);
    return std::string{name};
}

}  // namespace wescrm::wecom
