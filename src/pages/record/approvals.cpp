#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"
#include "kind.hpp"
#include "pick.hpp"
#include "values.hpp"

#include <array>

// What waits for somebody's consent, what he decided and what he asked for himself (审批).
namespace wescrm::pages {
namespace {

constexpr int approval_rows_shown = 30;

struct ApprovalPart {
    std::string_view name;
    std::string_view title;
};
constexpr auto approval_parts =
    std::array<ApprovalPart, 3>{{{"waiting", "待我处理"}, {"submitted", "我发起的"}, {"decided", "我已处理"}}};

void add_approval_words(web::PageCall const& call, json::Value& approval, json::Allocator& allocator) {
    auto const status = json::find_string(approval, "status");
    for (auto const* state : {"pending", "approved", "rejected", "withdrawn", "terminated"})
        json::set(approval, std::string{"is_"} + state, json::Value{status == state}, allocator);
    if (auto const amount = json::find_integer(approval, "amount_fen"))
        json::set(approval, "amount", "¥" + record::yuan(*amount), allocator);
    json::set(approval, "asked_at", short_time(approval, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    json::set(approval, "ended", short_time(approval, "ended_at", call.ctx.zone(), call.ctx.now()), allocator);
    auto const type = json::find_string(approval, "subject_type").value_or("");
    if (auto const* kind = record::find_kind(type))
        json::set(approval, "subject_href",
                  std::string{kind->path} + "/" + json::find_string(approval, "subject_id").value_or(""), allocator);
}

Result<web::View> list_approvals(web::PageCall& call) {
    auto const wanted = call.value("part").empty() ? "waiting" : call.value("part");
    auto input = input_of({{"part", wanted}, {"cursor", call.value("cursor")}});
    if (wanted == "waiting") json::set(input, "status", "pending", input.GetAllocator());
    json::set(input, "limit", json::Value{approval_rows_shown}, input.GetAllocator());
    auto const found = call.perform("approval.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "record/approvals";
    view.title = "审批";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto& item : items.GetArray()) add_approval_words(call, item, allocator);
    json::set(view.data, "items", std::move(items), allocator);
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const& part : approval_parts) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", part.title, allocator);
        json::set(tab, "tab_href", "/app/approvals?part=" + std::string{part.name}, allocator);
        json::set(tab, "tab_current", json::Value{part.name == wanted}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    json::set(view.data, "tabs", std::move(tabs), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

void add_step_words(web::PageCall const& call, json::Value& approval, json::Allocator& allocator) {
    for (auto& step : approval["steps"].GetArray()) {
        auto const status = json::find_string(step, "status");
        for (auto const* state : {"pending", "approved", "rejected", "cancelled"})
            json::set(step, std::string{"step_"} + state, json::Value{status == state}, allocator);
        for (auto& decision : step["decisions"].GetArray()) {
            json::set(decision, "decided_at", short_time(decision, "at", call.ctx.zone(), call.ctx.now()), allocator);
            json::set(decision, "agreed", json::Value{json::find_string(decision, "decision") == "approved"},
                      allocator);
            json::set(decision, "refused", json::Value{json::find_string(decision, "decision") == "rejected"},
                      allocator);
        }
    }
}

web::View show_one(web::PageCall& call, json::Value const& approval, std::string const& problem) {
    auto view = web::View{};
    view.page = "record/approval";
    view.data = copy_of(approval);
    auto& allocator = view.data.GetAllocator();
    view.title = json::find_string(view.data, "subject_title").value_or("") + "审批";
    add_approval_words(call, view.data, allocator);
    add_step_words(call, view.data, allocator);
    json::set(view.data, "problem", problem, allocator);
    return view;
}

Result<web::View> show_approval(web::PageCall& call) {
    auto const found = call.perform("approval.show", input_of({{"id", call.path("id")}}));
    if (!found) return found.error();
    return show_one(call, *found, "");
}

Result<web::View> answer_approval(web::PageCall& call, Result<json::Document> const& done, std::string_view toast) {
    if (done) {
        auto view = show_one(call, *done, "");
        view.toast = toast;
        return view;
    }
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    auto const found = call.perform("approval.show", input_of({{"id", call.path("id")}}));
    if (!found) return problem;
    auto view = show_one(call, *found, problem.fields.empty() ? problem.message : problem.fields.front().message);
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    return view;
}

// Exactly one decision counts: whoever comes second is told who was first.
Result<web::View> decide_approval(web::PageCall& call, std::string_view operation, std::string_view toast) {
    return answer_approval(
        call, call.perform(operation, input_of({{"id", call.path("id")}, {"comment", call.value("comment")}})), toast);
}

// To a colleague, whose name was typed.
Result<web::View> pass(web::PageCall& call, std::string_view operation, std::string_view toast) {
    auto const to = record::person_from(call, "user_id", call.value("user_id"));
    auto const done =
        to ? call.perform(operation,
                          input_of({{"id", call.path("id")}, {"user_id", *to}, {"comment", call.value("comment")}}))
           : Result<json::Document>{to.error()};
    return answer_approval(call, done, toast);
}

}  // namespace

void add_approvals(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/app/approvals", "self", list_approvals});
    pages.add(web::PageRoute{Method::get, "/app/approvals/{id}", "self", show_approval});
    pages.add(web::PageRoute{Method::post, "/app/approvals/{id}/approve", "approval.decide",
                             [](web::PageCall& call) { return decide_approval(call, "approval.approve", "已同意"); }});
    pages.add(web::PageRoute{Method::post, "/app/approvals/{id}/reject", "approval.decide",
                             [](web::PageCall& call) { return decide_approval(call, "approval.reject", "已拒绝"); }});
    pages.add(web::PageRoute{Method::post, "/app/approvals/{id}/withdraw", "approval.submit",
                             [](web::PageCall& call) { return decide_approval(call, "approval.withdraw", "已撤回"); }});
    pages.add(web::PageRoute{Method::post, "/app/approvals/{id}/transfer", "approval.decide",
                             [](web::PageCall& call) { return pass(call, "approval.transfer", "已转交"); }});
    pages.add(web::PageRoute{Method::post, "/app/approvals/{id}/signers", "approval.decide",
                             [](web::PageCall& call) { return pass(call, "approval.add_signer", "已加签"); }});
    pages.add(web::PageRoute{
        Method::post, "/app/approvals/{id}/urge", "approval.submit", [](web::PageCall& call) {
            return answer_approval(call, call.perform("approval.urge", input_of({{"id", call.path("id")}})), "已催办");
        }});
    pages.add(web::NavigationItem{"/app/approvals", "审批", "stamp", "self", ""});
}

}  // namespace wescrm::pages
