#include "parts.hpp"
#include "tags.hpp"

namespace wescrm::pages::record {
namespace {

Words role_words() {
    return {{"decider", "决策人", "ok"},
            {"influencer", "影响者", "info"},
            {"user", "使用者"},
            {"opponent", "反对者", "danger"}};
}
Words attitude_words() { return {{"supportive", "支持", "ok"}, {"neutral", "中立"}, {"opposed", "反对", "danger"}}; }

// What somebody is at a further customer.
std::vector<Field> place_fields(Field where, std::string_view position) {
    return {std::move(where),
            {"position", Field::Ask::by_type, {}, {}, position},
            {"decision_role", Field::Ask::choice, role_words()},
            {"note"}};
}

bool works_elsewhere(json::Value const& contact) {
    auto const* places = json::find(contact, "also_at");
    return places && places->IsArray() && !places->Empty();
}

Action link_to_customer() {
    return {.name = "link",
            .operation = "contact.link",
            .title = "添加另任职客户",
            .icon = "plus",
            .fields = place_fields({"customer_id", Field::Ask::record, {}, {}, "客户", "customer"}, "在那里的职务"),
            .sentence =
                "这位联系人也在另一家客户任职。看得到那家客户的同事，会在它的联系人里看到这位联系人；再次添加同一家客户"
                "，就是修改职务、角色和备注。",
            .done = "已添加另任职客户",
            .is_blank = true};
}

Action unlink_from_customer() {
    return {.name = "unlink",
            .operation = "contact.unlink",
            .title = "取消另任职",
            .icon = "close",
            .fields = {{"customer_id",
                        Field::Ask::choice,
                        {},
                        {.value = "customer_id", .title = "customer_name", .member = "also_at"},
                        "客户"}},
            .sentence = "联系人留在主要客户下，只是不再列在所选的客户下。",
            .done = "已取消另任职",
            .is_danger = true,
            .is_blank = true,
            .fits = works_elsewhere};
}

}  // namespace

Action link_contact() {
    return {.name = "link_contact",
            .operation = "customer.link_contact",
            .title = "添加已有联系人",
            .icon = "people",
            .fields = place_fields({"contact_id", Field::Ask::record, {}, {}, "联系人", "contact"}, "在这里的职务"),
            .sentence = "别的客户的联系人也在这家任职时，不用重新建一个：选中这位联系人，写明在这里的职务。",
            .done = "已添加联系人",
            .is_blank = true};
}

Action unlink_contact() {
    return {.name = "unlink_contact",
            .operation = "customer.unlink_contact",
            .title = "移除另任职的联系人",
            .icon = "close",
            .fields = {{"contact_id",
                        Field::Ask::choice,
                        {},
                        {.operation = "customer.linked_contacts",
                         .value = "id",
                         .title = "name",
                         .filter = "id",
                         .filter_from = "id"},
                        "联系人"}},
            .sentence = "联系人和主要客户不变，只是不再列在这家客户下。",
            .done = "已移除联系人",
            .is_danger = true,
            .is_blank = true,
            .fits = [](json::Value const&) { return false; }};  // beside each of them, not in the menu
}

Kind contact_kind() {
    auto kind = Kind{};
    kind.object = "contact";
    kind.path = "/app/contacts";
    kind.title = "联系人";
    kind.measure = "人";
    kind.icon = "people";
    kind.number = "position";
    kind.columns = {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                    {"mobile", "电话", Show::phone},
                    {"is_primary", "首要", Show::tag, {{"true", "首要", "info"}}},
                    {"decision_role", "决策角色", Show::tag, role_words()},
                    {"disabled", "状态", Show::tag, {{"true", "停用", "warn"}}},
                    tags_column(),
                    {"department", "部门", Show::text, {}, {}, {}, {}, true, true},
                    {"email", "邮箱", Show::text, {}, {}, {}, {}, true, true},
                    {"remark", "备注", Show::text, {}, {}, {}, {}, true},
                    {"updated_at", "更新时间", Show::instant, {}, "updated_at", {}, {}, true}};
    kind.facts = {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                  {"mobile", "电话", Show::phone}};
    kind.properties = {{"name", "姓名"},
                       {"position", "职务"},
                       {"department", "部门"},
                       {"mobile", "电话", Show::phone},
                       {"phone", "固定电话", Show::phone},
                       {"wechat", "微信"},
                       {"email", "邮箱"},
                       {"decision_role", "决策角色", Show::tag, role_words()},
                       {"attitude", "态度", Show::tag, attitude_words()},
                       {"birthday", "生日", Show::date},
                       {"disabled", "停用", Show::tag, {{"true", "是", "warn"}, {"false", "否"}}},
                       {"disabled_reason", "停用原因"},
                       {"is_primary", "首要联系人", Show::tag, {{"true", "是"}, {"false", "否"}}},
                       {"remark", "备注"},
                       {"created_at", "创建时间", Show::instant},
                       {"updated_at", "更新时间", Show::instant}};
    kind.form = {{"customer_id", Field::Ask::record, {}, {}, {}, "customer", "customer_name"},
                 {"name"},
                 {"mobile"},
                 {"position"},
                 {"department"},
                 {"phone"},
                 {"wechat"},
                 {"email"},
                 {"decision_role", Field::Ask::choice, role_words()},
                 {"attitude", Field::Ask::choice, attitude_words()},
                 {"birthday"},
                 {"is_primary"},
                 {"disabled"},
                 {"disabled_reason"},
                 tags_field("contact"),
                 {"remark"}};
    kind.tables = {{"also_at",
                    "另任职于",
                    {{"customer_name", "客户", Show::link, {}, {}, "/app/customers/", "customer_id"},
                     {"position", "职务"},
                     {"decision_role", "决策角色", Show::tag, role_words()},
                     {"note", "备注"}}}};
    auto const tagging = tag_actions("contact.tag", "contact");
    kind.actions = {link_to_customer(), unlink_from_customer(), tagging.front(), tagging.back(),
                    delete_action("contact.delete", "删除后进入回收站，可以恢复。")};
    kind.filters = {tags_filter()};
    kind.search_hint = "姓名、电话";
    kind.chat_hint = "宏达科技的联系人";
    kind.has_followups = true;
    kind.has_tasks = true;
    kind.create_permission = "customer.edit";
    kind.change_permission = "customer.edit";
    return kind;
}

}  // namespace wescrm::pages::record
