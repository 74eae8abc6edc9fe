#pragma once
#include <wescrm/wecom/client.hpp>

#include <string>
#include <string_view>
#include <vector>

// WeCom's JSON answers as values: https://developer.work.weixin.qq.com/document/path/90208, 90196, 96067 and 90227.
// Absent members are empty or zero.
namespace wescrm::wecom {

[[nodiscard]] std::int64_t integer_in(json::Value const& object, char const* name);
[[nodiscard]] std::string string_in(json::Value const& object, char const* name);

[[nodiscard]] ApiDepartment department_from(json::Value const& in);
[[nodiscard]] ApiDepartmentId department_id_from(json::Value const& in);
[[nodiscard]] ApiMember member_from(json::Value const& in);
[[nodiscard]] ApiMemberId member_id_from(json::Value const& in);
[[nodiscard]] ApiRange range_from(json::Value const& in);

/// The file name of a Content-Disposition field, without any folder; empty if there is none.
[[nodiscard]] std::string file_name_in(std::string_view disposition);

/// A list whose member is missing is no empty list: it would look as if everybody had left.
template <class T>
[[nodiscard]] ApiResult<std::vector<T>> list_from(Answer answer, char const* name, T (*convert)(json::Value const&)) {
    auto result = ApiResult<std::vector<T>>{};
    if (answer.is_ok()) {
        auto const* list = json::find(answer.body, name);
        if (!list || !list->IsArray())
            answer.failure = ErrorClass::unknown;
        else
            for (auto const& entry : list->GetArray()) result.value.push_back(convert(entry));
    }
    result.answer = std::move(answer);
    return result;
}

}  // namespace wescrm::wecom
