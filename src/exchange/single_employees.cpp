#include "single.hpp"

#include <wescrm/org/employee_words.hpp>

// What WeCom does not know of people: columns of their table. People themselves come from WeCom.
namespace wescrm::exchange {

using enum CellKind;

SingleKind employee_kind() {
    auto kind =
        SingleKind{"employee",
                   "员工资料",
                   {},
                   "employee.change",
                   "employee.details",
                   {},
                   {{"user_id",
                     person,
                     false,
                     false,
                     {"企业微信账号", "userid", "员工账号", "帐号"},
                     "企业微信账号，用来找到员工"},
                    {"employee_no",
                     person,
                     false,
                     false,
                     {"员工编号", "工号", "员工号"},
                     "没有填写账号时用来找到员工；和账号或姓名一起填写则改为这个工号"},
                    {"name",
                     person,
                     false,
                     false,
                     {"员工姓名", "员工", "姓名"},
                     "没有账号和工号时用来找到员工，有同名员工时请填写账号"},
                    {"joined_on", date, false, false, {"入职时间", "入职"}, "日期，例如 2026-11-27"},
                    {"superior_user_id",
                     superior,
                     false,
                     false,
                     {"上级", "直属上级", "主管"},
                     "账号、工号或姓名；填写“默认”为归属部门的负责人",
                     {},
                     {},
                     {},
                     "superior_override_user_id"},
                    {"role_ids", roles, false, false, {"系统角色"}, "角色名称，多个用「、」分开；替换原有的角色"},
                    {"further_department_ids",
                     departments,
                     false,
                     false,
                     {"兼职部门", "附属部门"},
                     "企业微信之外的部门，多个用「、」分开；替换原来手动添加的，填写“无”为去掉",
                     {},
                     "其他部门"},
                    {"mobile", phone, false, false, {"手机号", "电话"}, "企业微信提供手机号时以企业微信为准"},
                    {"email", text, false, false, {"电子邮箱", "邮件", "Email"}}}};
    kind.is_of_people = true;
    return kind;
}

}  // namespace wescrm::exchange
