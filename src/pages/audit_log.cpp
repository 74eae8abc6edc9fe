#include "audit_words.hpp"
#include "org_forms.hpp"
#include "pages.hpp"
#include "record/form_shape.hpp"
#include "showing.hpp"

namespace wescrm::pages {
namespace {

constexpr int audit_rows_shown = 50;

json::Document wanted(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const* name : {"object", "user_id", "from", "to", "cursor"})
        if (auto const value = call.value(name); !value.empty())
            json::set(input, name, std::string_view{name} == "user_id" ? user_of(call, value) : value, allocator);
    json::set(input, "limit", json::Value{audit_rows_shown}, allocator);
    return input;
}

constexpr int days_verified = 92;  // unless a range is chosen

// Where somebody sat: his address and his program; a chat has neither.
void describe_origin(json::Value& item, json::Allocator& allocator) {
    auto const agent = json::find_string(item, "agent").value_or("");
    auto origin = std::string{};
    if (json::find_string(item, "via") != "chat") origin = json::find_string(item, "client").value_or("");
    if (!agent.empty()) origin += " · " + client_word(agent);
    json::set(item, "origin", origin, allocator);
}

// Whether the days shown are as they were written.
Result<void> add_verification(web::PageCall& call, web::View& view) {
    if (call.value("verify").empty()) return {};
    auto input = json::Document{rapidjson::kObjectType};
    for (auto const* name : {"from", "to"})
        if (auto const value = call.value(name); !value.empty()) json::set(input, name, value, input.GetAllocator());
    if (input.ObjectEmpty())
        json::set(input, "from", format_date(add_days(call.ctx.zone().date(call.ctx.now()), -days_verified)),
                  input.GetAllocator());
    auto const found = call.perform("audit.verify", input);
    if (!found) return found.error();
    auto result = json::Value{};
    result.CopyFrom(*found, view.data.GetAllocator());
    json::set(result, "is_none", json::Value{json::find_integer(*found, "days") == 0}, view.data.GetAllocator());
    json::set(view.data, "verification", std::move(result), view.data.GetAllocator());
    return {};
}

Result<web::View> show_audit_log(web::PageCall& call) {
    auto const found = call.perform("audit.list", wanted(call));
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/audit_log";
    view.title = "操作日志";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    add_time_texts(items, "at", call.ctx.zone(), call.ctx.now(), allocator);
    auto words = record::CompanyWords{call};
    auto const own = [&words](std::string_view object, std::string_view field) { return words.of(object, field); };
    for (auto& item : items.GetArray()) describe_change(call.operations.catalogue(), own, item, allocator);
    for (auto& item : items.GetArray()) describe_origin(item, allocator);
    json::set(view.data, "items", std::move(items), allocator);
    for (auto const* name : {"user_id", "from", "to"}) json::set(view.data, name, call.value(name), allocator);
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& [key, word] : audited_objects()) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "key", key, allocator);
        json::set(option, "word", word, allocator);
        json::set(option, "chosen", json::Value{call.value("object") == key}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(view.data, "objects", std::move(options), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    json::set(view.data, "verify", query_with(call.request.query, "verify", "1"), allocator);
    if (auto const verified = add_verification(call, view); !verified) return verified.error();
    return view;
}

}  // namespace

void add_audit_log(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/audit-log", "audit.view", show_audit_log});
    pages.add(web::NavigationItem{"/admin/audit-log", "操作日志", "log", "audit.view", "管理"});
}

}  // namespace wescrm::pages
