#include "requests.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"

#include <array>

// 协作与分配: colleagues ask to work with one's customers, and what was assigned is accepted or goes back; the same as
// the buttons on the cards.
namespace wescrm::pages {
namespace {

constexpr int request_rows_shown = 30;
constexpr std::string_view requests_path = "/app/requests";

struct RequestPart {
    std::string_view name;
    std::string_view title;
};
constexpr auto request_parts =
    std::array<RequestPart, 3>{{{"waiting", "待我处理"}, {"mine", "我申请的"}, {"all", "全部"}}};

std::string_view request_word(std::string_view status) {
    if (status == "approved") return "已同意";
    if (status == "rejected") return "已拒绝";
    return status == "withdrawn" ? "已失效" : "等待处理";
}

json::Value request_row(web::PageCall const& call, json::Value const& request, bool is_waiting,
                        json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const status = text_of(request, "status");
    auto const lead = text_of(request, "lead_company");
    json::set(row, "q_id", text_of(request, "id"), allocator);
    json::set(row, "q_customer", text_of(request, "customer_name"), allocator);
    // Who asks may not see the customer; who decides need not see the lead.
    json::set(
        row, "q_href",
        is_waiting ? "/app/customers/" + text_of(request, "customer_id") : "/app/leads/" + text_of(request, "lead_id"),
        allocator);
    json::set(row, "q_lead", text_of(request, "lead_name") + (lead.empty() ? "" : "（" + lead + "）"), allocator);
    json::set(row, "q_who", text_of(request, "applicant_name"), allocator);
    json::set(row, "q_owner", text_of(request, "owner_name"), allocator);
    json::set(row, "q_reason", text_of(request, "reason"), allocator);
    json::set(row, "q_decider", text_of(request, "decided_by_name"), allocator);
    json::set(row, "q_comment", text_of(request, "comment"), allocator);
    json::set(row, "q_status", request_word(status), allocator);
    json::set(row, "q_ok", json::Value{status == "approved"}, allocator);
    json::set(row, "q_refused", json::Value{status == "rejected"}, allocator);
    json::set(row, "q_open", json::Value{status == "pending"}, allocator);
    json::set(row, "q_may_decide", json::Value{is_waiting && status == "pending"}, allocator);
    json::set(row, "q_asked", short_time(request, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(row, "q_decided", short_time(request, "decided_at", call.ctx.zone(), call.ctx.now()), allocator);
    return row;
}

Result<void> add_requests_of(web::PageCall& call, std::string const& part, web::View& view) {
    auto input = input_of({{"cursor", call.value("cursor")}});
    if (part != "all") json::set(input, part, json::Value{true}, input.GetAllocator());
    json::set(input, "limit", json::Value{request_rows_shown}, input.GetAllocator());
    auto const found = call.perform("collaboration_request.list", input);
    if (!found) return found.error();
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& request : (*found)["items"].GetArray())
        rows.PushBack(request_row(call, request, part == "waiting", allocator), allocator);
    json::set(view.data, "requests", std::move(rows), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return {};
}

Result<void> add_offers(web::PageCall& call, web::View& view) {
    auto const found = call.perform("assignment_offer.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto& allocator = view.data.GetAllocator();
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& offer : (*found)["items"].GetArray()) {
        auto const is_lead = text_of(offer, "object") == "lead";
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "o_id", text_of(offer, "id"), allocator);
        json::set(row, "o_name", text_of(offer, "name"), allocator);
        json::set(row, "o_href", (is_lead ? "/app/leads/" : "/app/customers/") + text_of(offer, "object_id"),
                  allocator);
        json::set(row, "o_kind", is_lead ? "线索" : "客户", allocator);
        json::set(row, "o_who", text_of(offer, "assigner_name"), allocator);
        json::set(row, "o_reason", text_of(offer, "given_reason"), allocator);
        json::set(row, "o_until", short_time(offer, "decline_until", call.ctx.zone(), call.ctx.now()), allocator);
        rows.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "offers", std::move(rows), allocator);
    return {};
}

void add_request_tabs(std::string_view wanted, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const& part : request_parts) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", part.title, allocator);
        json::set(tab, "tab_href", std::string{requests_path} + "?part=" + std::string{part.name}, allocator);
        json::set(tab, "tab_current", json::Value{part.name == wanted}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    json::set(view.data, "tabs", std::move(tabs), allocator);
}

std::string toast_for(std::string const& done) {
    if (done == "approved") return "已同意，对方已加入客户团队";
    if (done == "rejected") return "已拒绝，申请人会收到通知";
    if (done == "accepted") return "已接受";
    return done == "declined" ? "已退还，分配的人会收到通知" : std::string{};
}

Result<web::View> list_requests(web::PageCall& call, Error const* problem) {
    auto const typed = call.value("part");
    auto const wanted = typed == "mine" || typed == "all" ? typed : std::string{"waiting"};
    auto view = web::View{};
    view.page = "record/requests";
    view.title = "协作与分配";
    add_request_tabs(wanted, view);
    if (auto const added = add_requests_of(call, wanted, view); !added) return added.error();
    if (wanted == "waiting")
        if (auto const added = add_offers(call, view); !added) return added.error();
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : problem->code == Errc::forbidden ? 403 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  view.data.GetAllocator());
    }
    view.toast = toast_for(call.value("done"));
    return view;
}

// Exactly one decision counts: whoever comes second is told who was first.
Result<web::View> answer_request(web::PageCall& call, std::string_view operation, char const* because,
                                 std::string_view done) {
    auto input = input_of({{"id", call.path("id")}});
    auto const said = because ? call.value(because) : std::string{};
    if (!said.empty()) json::set(input, because, said, input.GetAllocator());
    if (said.empty() && done == "declined") {
        auto const missing = Error{Errc::invalid_input, "reason", "请填写不接受的原因"};
        return list_requests(call, &missing);
    }
    auto const decided = call.perform(operation, input);
    if (decided) return web::View::to(std::string{requests_path} + "?done=" + std::string{done});
    auto const problem = decided.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return list_requests(call, &problem);
}

}  // namespace

void add_requests(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{requests_path};
    auto const on = [&pages, &path](std::string const& below, std::string_view operation, char const* because,
                                    std::string_view done) {
        pages.add(web::PageRoute{Method::post, path + below, "self",
                                 [=](web::PageCall& call) { return answer_request(call, operation, because, done); }});
    };
    pages.add(
        web::PageRoute{Method::get, path, "self", [](web::PageCall& call) { return list_requests(call, nullptr); }});
    on("/{id}/approve", "collaboration_request.approve", "comment", "approved");
    on("/{id}/reject", "collaboration_request.reject", "comment", "rejected");
    on("/offers/{id}/accept", "assignment_offer.accept", nullptr, "accepted");
    on("/offers/{id}/decline", "assignment_offer.decline", "reason", "declined");
    pages.add(web::NavigationItem{path, "协作与分配", "people", "self", ""});
}

}  // namespace wescrm::pages
