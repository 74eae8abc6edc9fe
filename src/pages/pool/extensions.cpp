#include "../org_forms.hpp"
#include "../showing.hpp"
#include "pool_pages.hpp"

#include <array>

// 延期申请: owners ask for more time before a record goes into its pool, superiors decide.
namespace wescrm::pages::pool {
namespace {

constexpr int extension_rows_shown = 30;
constexpr std::string_view extensions_path = "/app/high-seas/extensions";

struct ExtensionPart {
    std::string_view name;
    std::string_view title;
};
constexpr auto extension_parts =
    std::array<ExtensionPart, 3>{{{"waiting", "待我处理"}, {"mine", "我申请的"}, {"all", "全部"}}};

std::string_view extension_word(std::string_view status) {
    if (status == "approved") return "已同意";
    if (status == "rejected") return "已拒绝";
    return status == "withdrawn" ? "已失效" : "等待处理";
}

void add_extension_words(web::PageCall const& call, json::Value& extension, bool is_waiting,
                         json::Allocator& allocator) {
    auto const is_lead = json::find_string(extension, "object") == std::string{"lead"};
    auto const status = json::find_string(extension, "status").value_or("");
    json::set(extension, "x_id", json::find_string(extension, "id").value_or(""), allocator);
    json::set(extension, "x_name", json::find_string(extension, "name").value_or(""), allocator);
    json::set(extension, "x_kind", is_lead ? "线索" : "客户", allocator);
    json::set(extension, "x_href",
              (is_lead ? "/app/leads/" : "/app/customers/") + json::find_string(extension, "object_id").value_or(""),
              allocator);
    json::set(extension, "x_days", std::to_string(json::find_integer(extension, "days").value_or(0)), allocator);
    json::set(extension, "x_status", extension_word(status), allocator);
    json::set(extension, "x_ok", json::Value{status == "approved"}, allocator);
    json::set(extension, "x_refused", json::Value{status == "rejected"}, allocator);
    json::set(extension, "x_open", json::Value{status == "pending"}, allocator);
    json::set(extension, "x_may_decide", json::Value{is_waiting && status == "pending"}, allocator);
    json::set(extension, "x_asked", short_time(extension, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(extension, "x_decided", short_time(extension, "decided_at", call.ctx.zone(), call.ctx.now()), allocator);
    auto const due = json::find_string(extension, "due_at");
    auto const at = due ? parse_rfc3339(*due) : std::nullopt;
    json::set(extension, "x_due", at ? format_date(call.ctx.zone().date(*at)) : "", allocator);
}

void add_extension_tabs(std::string_view wanted, json::Value& data, json::Allocator& allocator) {
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const& part : extension_parts) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", part.title, allocator);
        json::set(tab, "tab_href", std::string{extensions_path} + "?part=" + std::string{part.name}, allocator);
        json::set(tab, "tab_current", json::Value{part.name == wanted}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    json::set(data, "tabs", std::move(tabs), allocator);
}

Result<web::View> list_extensions(web::PageCall& call, Error const* problem) {
    auto const typed = call.value("part");
    auto const wanted = typed == "mine" || typed == "all" ? typed : std::string{"waiting"};
    auto input = input_of({{"cursor", call.value("cursor")}});
    if (wanted != "all") json::set(input, wanted, json::Value{true}, input.GetAllocator());
    json::set(input, "limit", json::Value{extension_rows_shown}, input.GetAllocator());
    auto const found = call.perform("recycle_extension.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "pool/extensions";
    view.title = "延期申请";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto& item : items.GetArray()) add_extension_words(call, item, wanted == "waiting", allocator);
    json::set(view.data, "items", std::move(items), allocator);
    add_extension_tabs(wanted, view.data, allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    json::set(view.data, "problem", problem ? problem->message : "", allocator);
    if (problem) view.status = problem->code == Errc::forbidden ? 403 : 409;
    if (call.value("done") == "approved") view.toast = "已同意，回收日已顺延";
    if (call.value("done") == "rejected") view.toast = "已拒绝，申请人会收到通知";
    return view;
}

// Exactly one decision counts: whoever comes second is told who was first.
Result<web::View> decide_extension(web::PageCall& call, std::string_view operation, std::string_view done) {
    auto const decided =
        call.perform(operation, input_of({{"id", call.path("id")}, {"comment", call.value("comment")}}));
    if (decided) return web::View::to(std::string{extensions_path} + "?done=" + std::string{done});
    auto const problem = decided.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return list_extensions(call, &problem);
}

}  // namespace

void add_extensions(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{extensions_path};
    pages.add(
        web::PageRoute{Method::get, path, "self", [](web::PageCall& call) { return list_extensions(call, nullptr); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/approve", "self", [](web::PageCall& call) {
                                 return decide_extension(call, "recycle_extension.approve", "approved");
                             }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/reject", "self", [](web::PageCall& call) {
                                 return decide_extension(call, "recycle_extension.reject", "rejected");
                             }});
}

}  // namespace wescrm::pages::pool
