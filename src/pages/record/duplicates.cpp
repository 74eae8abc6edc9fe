#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"

// Customers that may be the same (查重), side by side: merged into one of the two, or left apart for good.
namespace wescrm::pages {
namespace {

constexpr int duplicate_rows_shown = 30;
constexpr auto duplicates_path = "/app/duplicates";

std::string_view duplicate_word(std::string_view reason) {
    if (reason == "phone") return "电话相同";
    if (reason == "contact") return "联系人电话相同";
    return "名称相近";
}

std::string duplicate_words(json::Value const& reasons) {
    auto words = std::string{};
    for (auto const& reason : reasons.GetArray()) {
        if (!words.empty()) words += " · ";
        words += duplicate_word(json::view(reason));
    }
    return words;
}

void add_duplicate_words(web::PageCall const& call, json::Value& pair, json::Allocator& allocator) {
    json::set(pair, "why", duplicate_words(pair["reasons"]), allocator);
    for (std::string side : {"first", "second"}) {
        json::set(pair, side + "_made",
                  short_time(pair, (side + "_created_at").c_str(), call.ctx.zone(), call.ctx.now()), allocator);
        json::set(pair, side + "_followed",
                  short_time(pair, (side + "_last_follow_at").c_str(), call.ctx.zone(), call.ctx.now()), allocator);
    }
}

Result<web::View> list_duplicates(web::PageCall& call) {
    auto const is_ignored = call.value("state") == "ignored";
    auto input = input_of({{"state", is_ignored ? "ignored" : "open"}, {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{duplicate_rows_shown}, input.GetAllocator());
    auto const found = call.perform("duplicate_pair.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "record/duplicates";
    view.title = "查重";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto& item : items.GetArray()) {
        add_duplicate_words(call, item, allocator);
        json::set(item, "pair_ignored", json::Value{is_ignored}, allocator);
        json::set(item, "pair_open", json::Value{!is_ignored}, allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "ignored", json::Value{is_ignored}, allocator);
    json::set(view.data, "may_leads", json::Value{call.ctx.may("lead.convert")}, allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

Result<web::View> list_leads(web::PageCall& call) {
    auto const is_ignored = call.value("state") == "ignored";
    auto input = input_of({{"state", is_ignored ? "ignored" : "open"}, {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{duplicate_rows_shown}, input.GetAllocator());
    auto const found = call.perform("duplicate_lead.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "record/duplicate_leads";
    view.title = "疑似已是客户的线索";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    for (auto& item : items.GetArray()) {
        json::set(item, "why", duplicate_words(item["reasons"]), allocator);
        json::set(item, "followed", short_time(item, "customer_last_follow_at", call.ctx.zone(), call.ctx.now()),
                  allocator);
        json::set(item, "pair_ignored", json::Value{is_ignored}, allocator);
        json::set(item, "pair_open", json::Value{!is_ignored}, allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "ignored", json::Value{is_ignored}, allocator);
    json::set(view.data, "may_merge", json::Value{call.ctx.may("customer.merge")}, allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

Result<web::View> decide_lead(web::PageCall& call, std::string_view operation, std::string_view toast) {
    auto const done = call.perform(operation, input_of({{"id", call.path("id")}}));
    if (!done) return done.error();
    auto view = list_leads(call);
    if (view) view->toast = toast;
    return view;
}

Result<web::View> answer_duplicate(web::PageCall& call, Result<json::Document> const& done, std::string_view toast) {
    if (!done && (done.error().code == Errc::unavailable || done.error().code == Errc::forbidden)) return done.error();
    auto view = list_duplicates(call);
    if (!view) return view;
    if (done) {
        view->toast = toast;
        return view;
    }
    view->status = 409;
    json::set(view->data, "problem",
              done.error().fields.empty() ? done.error().message : done.error().fields.front().message,
              view->data.GetAllocator());
    return view;
}

Result<web::View> decide_duplicate(web::PageCall& call, std::string_view operation, std::string_view toast) {
    return answer_duplicate(call, call.perform(operation, input_of({{"id", call.path("id")}})), toast);
}

// `keep` is the customer that stays, `end` the one that goes into it.
Result<web::View> merge(web::PageCall& call) {
    auto const done = call.perform("customer.merge", input_of({{"id", call.value("end")},
                                                               {"into_id", call.value("keep")},
                                                               {"reason", "查重：" + call.value("why")}}));
    auto view = answer_duplicate(call, done, "已合并");
    if (done && view) {
        auto& allocator = view->data.GetAllocator();
        json::set(view->data, "kept_id", call.value("keep"), allocator);
        json::set(view->data, "kept_name", json::find_string(*done, "name").value_or(""), allocator);
    }
    return view;
}

}  // namespace

void add_duplicates(web::Pages& pages) {
    using http::Method;
    auto const* const permission = "customer.merge";
    pages.add(web::PageRoute{Method::get, duplicates_path, permission, list_duplicates});
    pages.add(web::PageRoute{
        Method::post, std::string{duplicates_path} + "/{id}/ignore", permission,
        [](web::PageCall& call) { return decide_duplicate(call, "duplicate_pair.ignore", "不再提示这一对"); }});
    pages.add(web::PageRoute{
        Method::post, std::string{duplicates_path} + "/{id}/reopen", permission,
        [](web::PageCall& call) { return decide_duplicate(call, "duplicate_pair.reopen", "已放回待处理"); }});
    pages.add(web::PageRoute{Method::post, std::string{duplicates_path} + "/{id}/merge", permission, merge});
    auto const* const convert = "lead.convert";
    auto const leads = std::string{duplicates_path} + "/leads";
    pages.add(web::PageRoute{Method::get, leads, convert, list_leads});
    pages.add(web::PageRoute{Method::post, leads + "/{id}/ignore", convert, [](web::PageCall& call) {
                                 return decide_lead(call, "duplicate_lead.ignore", "不再提示这一对");
                             }});
    pages.add(web::PageRoute{Method::post, leads + "/{id}/reopen", convert, [](web::PageCall& call) {
                                 return decide_lead(call, "duplicate_lead.reopen", "已放回待处理");
                             }});
    pages.add(web::NavigationItem{duplicates_path, "查重", "swap", permission, ""});
}

}  // namespace wescrm::pages
