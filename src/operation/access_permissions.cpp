#include "own_operations.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using Words = std::vector<std::pair<std::string_view, std::string_view>>;

struct Object {
    std::string_view name;
    std::string_view title;
    bool has_reach;
    Words actions;
};

std::vector<Object> objects() {
    auto const with = [](Words actions, Words const& more) {
        actions.insert(actions.end(), more.begin(), more.end());
        return actions;
    };
    auto const plain = Words{{"view", "查看"}, {"create", "新建"}, {"edit", "编辑"}, {"delete", "删除"}};
    auto const pooled = with(plain, {{"claim", "领取"},
                                     {"release", "退回公海"},
                                     {"assign", "分配"},
                                     {"transfer", "转移"},
                                     {"import", "导入"},
                                     {"export", "导出"},
                                     {"merge", "合并"}});
    auto const money =
        with(plain, {{"submit", "提交审批"}, {"void", "作废"}, {"transfer", "转移"}, {"export", "导出"}});
    return {
        {"lead", "线索", true, with(pooled, {{"convert", "转化"}, {"invalidate", "标为无效"}})},
        {"customer", "客户", true, with(pooled, {{"share", "设置团队和共享"}})},
        {"contact", "联系人", true, with(plain, {{"import", "导入"}, {"export", "导出"}})},
        {"followup", "跟进记录", true, with(plain, {{"import", "导入"}, {"export", "导出"}})},
        {"task", "任务", true, with(plain, {{"assign", "派给他人"}})},
        {"schedule", "日程", true, plain},
        {"opportunity", "商机", true,
         with(plain, {{"advance", "推进阶段"},
                      {"close", "赢单、输单"},
                      {"reopen", "重新打开"},
                      {"transfer", "转移"},
                      {"import", "导入"},
                      {"export", "导出"}})},
        {"quote", "报价单", true, money},
        {"contract", "合同", true, money},
        {"order", "订单", true, with(money, {{"import", "导入"}})},
        {"payment_plan", "回款计划", true, with(plain, {{"transfer", "转移"}, {"import", "导入"}, {"export", "导出"}})},
        {"payment", "回款", true, with(money, {{"import", "导入"}})},
        {"invoice", "发票", true, with(money, {{"import", "导入"}})},
        {"report", "报表", true, {{"view", "查看"}}},
        {"target", "目标", true, plain},
        {"approval", "审批", true, {{"submit", "发起"}, {"decide", "处理"}, {"manage", "管理流程"}}},
        {"product", "产品", false, with(plain, {{"import", "导入"}, {"export", "导出"}})},
        {"price_book", "价格表", false, {{"manage", "管理"}, {"import", "导入"}, {"export", "导出"}}},
        {"high_sea", "公海", false, {{"view", "查看"}, {"manage", "管理规则"}}},
        {"tag", "标签", false, {{"manage", "管理"}, {"import", "导入"}}},
        {"field", "自定义字段", false, {{"manage", "管理"}}},
        {"duplicate", "查重规则", false, {{"manage", "管理"}}},
        {"process", "销售流程", false, {{"manage", "管理"}}},
        {"org", "员工与部门", false, {{"view", "查看"}, {"manage", "管理"}}},
        {"employee", "员工资料", false, {{"import", "导入"}, {"export", "导出"}}},
        {"company", "企业设置", false, {{"edit", "修改"}}},
        {"api_key", "API 密钥", false, {{"manage", "管理"}}},
        {"audit", "操作日志", false, {{"view", "查看"}}},
        {"notification", "消息推送", false, {{"view", "查看"}}}};
}

std::vector<Permission> all_permissions() {
    auto all = std::vector<Permission>{};
    for (auto const& object : objects())
        for (auto const& [action, title] : object.actions)
            all.push_back({std::string{object.name} + "." + std::string{action}, std::string{object.name},
                           std::string{object.title}, std::string{action}, std::string{title}, object.has_reach});
    return all;
}

struct ActionItem {
    std::string permission;
    std::string action;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(ActionItem, (), (permission, action, title))
struct ObjectItem {
    std::string object;
    std::string title;
    bool has_reach = false;
    std::vector<ActionItem> actions;
};
BOOST_DESCRIBE_STRUCT(ObjectItem, (), (object, title, has_reach, actions))
struct ReachItem {
    std::string code;
    std::string title;
};
BOOST_DESCRIBE_STRUCT(ReachItem, (), (code, title))
struct PermissionMatrix {
    std::vector<ObjectItem> objects;
    std::vector<ReachItem> reaches;
};
BOOST_DESCRIBE_STRUCT(PermissionMatrix, (), (objects, reaches))

Result<PermissionMatrix> show_permissions(Context&, Nothing const&) {
    auto matrix = PermissionMatrix{};
    for (auto const& permission : permissions()) {
        if (matrix.objects.empty() || matrix.objects.back().object != permission.object)
            matrix.objects.push_back({permission.object, permission.object_title, permission.has_reach, {}});
        matrix.objects.back().actions.push_back({permission.name, permission.action, permission.title});
    }
    for (auto reach :
         {Reach::self, Reach::self_sub, Reach::dept, Reach::dept_tree, Reach::headed, Reach::custom, Reach::all})
        matrix.reaches.push_back({std::string{name_of(reach)}, std::string{label_of(reach)}});
    return matrix;
}

constexpr Operation<Nothing, PermissionMatrix> permission_catalogue{
    "permission.catalogue", "权限目录", "org.manage", Effect::reads, show_permissions, {"GET", "/permissions"}};

}  // namespace

std::vector<Permission> const& permissions() {
    static auto const all = all_permissions();
    return all;
}

Permission const* find_permission(std::string_view name) {
    auto const& all = permissions();
    auto const found = std::find_if(all.begin(), all.end(), [name](auto const& known) { return known.name == name; });
    return found == all.end() ? nullptr : &*found;
}

Error no_permission(std::string_view name) {
    auto const* known = find_permission(name);
    auto const words = known ? known->object_title + "：" + known->title : std::string{name};
    return {Errc::forbidden, "permission", "您没有这项权限（" + words + "），请联系企业管理员开通"};
}

Error no_permission(Actor const& actor, std::string_view name) {
    auto const* known = find_permission(name);
    if (!known || !is_switched_off(actor, known->object)) return no_permission(name);
    return {Errc::forbidden, "switched_off", switched_off_words(known->object_title)};
}

std::string switched_off_words(std::string_view title) {
    return "企业没有启用" + std::string{title} + "，已有的仍然保存着。要使用请联系企业管理员在「交易规则」里启用" +
           std::string{title};
}

std::string_view label_of(Reach reach) noexcept {
    switch (reach) {
        case Reach::self:
            return "本人";
        case Reach::self_sub:
            return "本人及下属";
        case Reach::dept:
            return "本部门";
        case Reach::dept_tree:
            return "本部门及下属部门";
        case Reach::headed:
            return "负责部门及以下";
        case Reach::custom:
            return "指定部门";
        case Reach::all:
            return "全部";
    }
    return {};
}

void insist_on_known_permissions(Catalogue const& catalogue) {
    auto wrong = std::vector<std::string>{};
    for (auto const* entry : catalogue.entries())
        if (entry->permission != "self" && !find_permission(entry->permission))
            wrong.push_back(std::string{entry->name} + " (" + std::string{entry->permission} + ")");
    if (!wrong.empty()) throw std::logic_error{"operations with an unknown permission: " + text::join(wrong, ", ")};
}

void add_permissions(Catalogue& catalogue) { catalogue.add(permission_catalogue); }

}  // namespace wescrm::operation
