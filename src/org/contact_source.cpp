#include <wescrm/org/contact_source.hpp>

namespace wescrm::org {
namespace {

// 60111: no such userid, 60003 and 60123: no such department, https://developer.work.weixin.qq.com/document/path/90313
bool is_gone(int errcode) { return errcode == 60111 || errcode == 60003 || errcode == 60123; }

Error error_from(wecom::Answer const& answer) {
    if (is_gone(answer.errcode)) return {Errc::not_found, "gone", wecom::explain(answer.errcode)};
    if (answer.failure == wecom::ErrorClass::configuration)
        return {Errc::forbidden, "wecom_" + std::to_string(answer.errcode), wecom::explain(answer.errcode)};
    return {Errc::unavailable, "wecom_" + std::to_string(answer.errcode), wecom::explain(answer.errcode)};
}

template <class T>
Result<T> result_from(wecom::ApiResult<T> answer) {
    if (!answer.is_ok()) return error_from(answer.answer);
    return std::move(answer.value);
}

}  // namespace

Async<std::vector<wecom::ApiDepartment>> WecomContacts::departments() {
    co_return result_from(co_await client_.departments(account_));
}

Async<MemberPage> WecomContacts::members(std::int64_t department, std::string) {
    auto answer = co_await client_.members(account_, department);
    if (!answer.is_ok()) co_return error_from(answer.answer);
    auto page = MemberPage{};
    page.members = std::move(answer.value);
    co_return page;
}

Async<wecom::ApiMember> WecomContacts::member(UserId user) {
    co_return result_from(co_await client_.member(account_, std::move(user)));
}

Async<wecom::ApiDepartment> WecomContacts::department(std::int64_t id) {
    co_return result_from(co_await client_.department(account_, id));
}

Async<wecom::ApiRange> WecomContacts::range() { co_return result_from(co_await client_.range(account_, agent_id_)); }

}  // namespace wescrm::org
