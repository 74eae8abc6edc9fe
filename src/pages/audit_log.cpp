#include "pages.hpp"
#include "showing.hpp"

#include <array>
#include <span>

namespace wescrm::pages {
namespace {

constexpr int rows_shown = 50;

struct Word {
    std::string_view key;
    std::string_view word;
};
constexpr std::array<Word, 6> ways{
    {{"chat", "聊天"}, {"page", "页面"}, {"api", "API"}, {"timer", "定时"}, {"sync", "同步"}, {"cli", "命令行"}}};
constexpr std::array<Word, 11> objects{{{"customer", "客户"},
                                        {"contact", "联系人"},
                                        {"followup", "跟进"},
                                        {"task", "任务"},
                                        {"employee", "员工"},
                                        {"department", "部门"},
                                        {"role", "角色"},
                                        {"company", "企业"},
                                        {"api_key", "API 密钥"},
                                        {"share", "共享规则"},
                                        {"sync_run", "同步"}}};

// What is no operation of its own.
constexpr std::array<Word, 3> actions{
    {{"company.register", "注册企业"}, {"link.accept", "连接企业微信"}, {"link.administrator", "绑定管理员账号"}}};
// What no form asks for but a change shows.
constexpr std::array<Word, 30> fields{{{"no", "编号"},
                                       {"owner_user_id", "负责人"},
                                       {"owner_name", "负责人姓名"},
                                       {"high_sea_id", "公海"},
                                       {"deal_status", "成交状态"},
                                       {"acquired_kind", "获得方式"},
                                       {"acquired_at", "接收时间"},
                                       {"recycle_due_at", "公海到期"},
                                       {"last_follow_at", "最后跟进"},
                                       {"next_contact_at", "下次联系"},
                                       {"version", "版本"},
                                       {"created_at", "创建时间"},
                                       {"updated_at", "修改时间"},
                                       {"created_by", "创建人"},
                                       {"status", "状态"},
                                       {"permissions", "权限"},
                                       {"data_scopes", "数据范围"},
                                       {"fields", "字段权限"},
                                       {"department_ids", "部门"},
                                       {"member_user_ids", "成员"},
                                       {"role_ids", "角色"},
                                       {"role_names", "角色名称"},
                                       {"team", "团队"},
                                       {"contacts", "联系人"},
                                       {"followups", "跟进"},
                                       {"superior_user_id", "直接上级"},
                                       {"customer_id", "客户"},
                                       {"id", "标识"},
                                       {"user_id", "员工账号"},
                                       {"is_primary", "主要联系人"}}};

std::string_view word_of(std::span<Word const> words, std::string_view key) {
    for (auto const& [known, word] : words)
        if (known == key) return word;
    return key;
}

std::string plain(json::Value const& value) {
    return value.IsString() ? std::string{json::view(value)} : value.IsNull() ? "空" : json::write(value);
}

// What changed, a line per field: "名称：旧 → 新".
// A field as its form calls it: in the operation that changed it, else in the one that makes such a record.
std::string field_title(operation::Catalogue const& catalogue, json::Value const& row, std::string_view field) {
    auto const object = json::find_string(row, "object").value_or("");
    for (auto const& name : {json::find_string(row, "action").value_or(""), object + ".change", object + ".create"}) {
        auto const* entry = catalogue.find(name);
        if (!entry) continue;
        for (auto const& known : entry->input)
            if (known.name == field && !known.label.empty()) return known.label;
    }
    for (auto const& [known, word] : fields)
        if (known == field) return std::string{word};
    return std::string{field};
}

json::Value changes_of(operation::Catalogue const& catalogue, json::Value const& row, json::Allocator& allocator) {
    auto lines = json::Value{rapidjson::kArrayType};
    auto const* before = json::find(row, "before");
    auto const* after = json::find(row, "after");
    auto const add = [&](std::string_view field, json::Value const* was, json::Value const* is) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "field", field_title(catalogue, row, field), allocator);
        json::set(line, "was", was ? plain(*was) : "", allocator);
        json::set(line, "is", is ? plain(*is) : "", allocator);
        lines.PushBack(std::move(line), allocator);
    };
    if (after && after->IsObject())
        for (auto const& member : after->GetObject())
            add(json::view(member.name), before ? json::find(*before, json::view(member.name)) : nullptr,
                &member.value);
    if (before && before->IsObject())
        for (auto const& member : before->GetObject())
            if (!after || !json::find(*after, json::view(member.name)))
                add(json::view(member.name), &member.value, nullptr);
    return lines;
}

json::Document input_of(web::PageCall const& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : {"object", "user_id", "from", "to", "cursor"})
        if (auto const value = call.value(name); !value.empty()) json::set(input, name, value, allocator);
    json::set(input, "limit", json::Value{rows_shown}, allocator);
    return input;
}

Result<web::View> show(web::PageCall& call) {
    auto const found = call.perform("audit.list", input_of(call));
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/audit_log";
    view.title = "操作日志";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    add_time_texts(items, "at", call.ctx.zone(), call.ctx.now(), allocator);
    for (auto& item : items.GetArray()) {
        auto const* entry = call.operations.catalogue().find(json::find_string(item, "action").value_or(""));
        auto const action = json::find_string(item, "action").value_or("");
        json::set(item, "what", entry ? entry->title : word_of(actions, action), allocator);
        json::set(item, "way", word_of(ways, json::find_string(item, "via").value_or("")), allocator);
        json::set(item, "object_word", word_of(objects, json::find_string(item, "object").value_or("")), allocator);
        json::set(item, "changes", changes_of(call.operations.catalogue(), item, allocator), allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    for (auto const* name : {"user_id", "from", "to"}) json::set(view.data, name, call.value(name), allocator);
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& [key, word] : objects) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "key", key, allocator);
        json::set(option, "word", word, allocator);
        json::set(option, "chosen", json::Value{call.value("object") == key}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(view.data, "objects", std::move(options), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

}  // namespace

void add_audit_log(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/audit-log", "audit.view", show});
    pages.add(web::NavigationItem{"/admin/audit-log", "操作日志", "log", "audit.view", "管理"});
}

}  // namespace wescrm::pages
