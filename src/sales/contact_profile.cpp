#include "contact_profile.hpp"

#include "rules/profile.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Patch;

Result<ContactProfile> checked(ContactProfile wanted) {
    if (!wanted.phone.empty()) {
        auto const phone = normal_phone(wanted.phone);
        if (!phone) return invalid_field("phone", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
        wanted.phone = *phone;
    }
    if (!wanted.email.empty()) {
        auto const email = normal_email(wanted.email);
        if (!email) return invalid_field("email", "不是有效的邮箱，例如 wang@hongda.cn");
        wanted.email = *email;
    }
    if (!is_decision_role(wanted.decision_role))
        return invalid_field("decision_role", "应为 decider、influencer、user 或 opponent");
    if (!is_attitude(wanted.attitude)) return invalid_field("attitude", "应为 supportive、neutral 或 opposed");
    if (wanted.disabled && text::trim(wanted.disabled_reason).empty())
        return invalid_field("disabled_reason", "请写明停用联系人的原因，例如已离职");
    if (!wanted.disabled) wanted.disabled_reason.clear();
    return wanted;
}

}  // namespace

ContactProfile profile_of(Contact const& contact) {
    return {contact.phone,    contact.email,    contact.wechat,   contact.department,     contact.decision_role,
            contact.attitude, contact.birthday, contact.disabled, contact.disabled_reason};
}

Result<ContactProfile> wanted_profile(CreateContact const& input) {
    return checked({input.phone.value_or(""), input.email.value_or(""), input.wechat.value_or(""),
                    input.department.value_or(""), input.decision_role.value_or(""), input.attitude.value_or(""),
                    input.birthday, false, ""});
}

Result<ContactProfile> wanted_profile(ChangeContact const& input, Contact const& before) {
    return checked({patched(input.phone, before.phone), patched(input.email, before.email),
                    patched(input.wechat, before.wechat), patched(input.department, before.department),
                    patched(input.decision_role, before.decision_role), patched(input.attitude, before.attitude),
                    input.birthday.is_present ? input.birthday.value : before.birthday,
                    input.disabled.value_or(before.disabled), patched(input.disabled_reason, before.disabled_reason)});
}

void write_profile(operation::Context& ctx, ContactId id, ContactProfile const& profile) {
    ctx.sql().execute(
        "update contact set phone = :phone, email = :email, wechat = :wechat, department = :department, decision_role "
        "= :role, attitude = :attitude, birthday = :birthday, disabled = :disabled, disabled_reason = :reason where "
        "tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("phone", profile.phone), bind("email", profile.email),
         bind("wechat", profile.wechat), bind("department", profile.department), bind("role", profile.decision_role),
         bind("attitude", profile.attitude), bind("birthday", profile.birthday), bind("disabled", profile.disabled),
         bind("reason", profile.disabled_reason)});
}

}  // namespace wescrm::sales
