#include "pages.hpp"
#include "record/values.hpp"
#include "showing.hpp"

#include <array>

namespace wescrm::pages {
namespace {

constexpr unsigned approvals_shown = 5;

struct Step {
    std::string_view key;
    std::string_view title;
    std::string_view path;
};
constexpr std::array<Step, 6> first_steps{{{"logo", "上传企业标志", "/admin/company"},
                                           {"link", "连接企业微信", "/admin/link"},
                                           {"sync", "同步通讯录", "/admin/sync"},
                                           {"roles", "给员工分配角色", "/admin/employees"},
                                           {"process", "按自己的做法调整销售流程", "/admin/processes"},
                                           {"high_sea_rule", "开启公海规则", "/app/high-seas"}}};

// For whoever sets the company up, until all is done.
Result<void> add_first_steps(web::PageCall& call, json::Value& data, json::Allocator& allocator) {
    if (!call.ctx.may("company.edit")) return {};
    auto const found = call.perform("company.check_list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto steps = json::Value{rapidjson::kArrayType};
    auto done = std::int64_t{0};
    for (auto const& item : (*found)["items"].GetArray())
        for (auto const& [key, title, path] : first_steps) {
            if (json::find_string(item, "key") != key) continue;
            auto const is_done = json::find_bool(item, "done").value_or(false);
            auto step = json::Value{rapidjson::kObjectType};
            json::set(step, "step_title", title, allocator);
            json::set(step, "step_path", path, allocator);
            json::set(step, "done", json::Value{is_done}, allocator);
            steps.PushBack(std::move(step), allocator);
            done += is_done ? 1 : 0;
        }
    auto const count = static_cast<std::int64_t>(steps.Size());
    if (done == count) return {};
    auto list = json::Value{rapidjson::kObjectType};
    json::set(list, "steps", std::move(steps), allocator);
    json::set(list, "done_count", std::to_string(done), allocator);
    json::set(list, "step_count", std::to_string(count), allocator);
    json::set(data, "first_steps", std::move(list), allocator);
    return {};
}

// The oldest of what waits for the visitor's consent.
void add_waiting(web::PageCall& call, json::Value& data, json::Allocator& allocator) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "part", "waiting", input.GetAllocator());
    json::set(input, "status", "pending", input.GetAllocator());
    json::set(input, "limit", json::Value{approvals_shown + 1}, input.GetAllocator());
    auto const found = call.perform("approval.list", input);
    auto list = json::Value{rapidjson::kArrayType};
    if (found) list.CopyFrom((*found)["items"], allocator);
    auto const is_more = list.Size() > approvals_shown;
    if (is_more) list.PopBack();
    for (auto& item : list.GetArray()) {
        json::set(item, "asked_at", short_time(item, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
        auto const amount = json::find_integer(item, "amount_fen");
        json::set(item, "amount", amount ? "¥" + record::yuan(*amount) : "", allocator);
    }
    json::set(data, "approval_count", std::to_string(list.Size()) + (is_more ? "+" : ""), allocator);
    json::set(data, "approvals", std::move(list), allocator);
}

// What is overdue, what is due today and whom to contact: the same figures as the chat's 今日待办.
Result<web::View> home(web::PageCall& call) {
    auto today = call.perform("agenda.today", json::Document{rapidjson::kObjectType});
    if (!today) return today.error();
    auto view = web::View{};
    view.page = "home";
    view.title = "首页";
    view.data = copy_of(*today);
    auto& allocator = view.data.GetAllocator();
    auto const& ctx = call.ctx;
    for (auto const* list : {"overdue", "due"})
        add_time_texts(view.data[list], "due_at", ctx.zone(), ctx.now(), allocator);
    for (auto const* list : {"contacts", "overdue_contacts", "leads", "overdue_leads"})
        add_time_texts(view.data[list], "next_contact_at", ctx.zone(), ctx.now(), allocator);
    add_waiting(call, view.data, allocator);
    json::set(view.data, "has_reports", json::Value{ctx.may("report.view")}, allocator);
    auto is_empty = view.data["approvals"].Empty();
    for (auto const* list : {"overdue", "due", "contacts", "overdue_contacts", "leads", "overdue_leads"})
        is_empty = is_empty && view.data[list].Empty();
    json::set(view.data, "nothing", json::Value{is_empty}, allocator);
    json::set(view.data, "person", ctx.actor().name, allocator);
    if (auto const added = add_first_steps(call, view.data, allocator); !added) return added.error();
    return view;
}

// 完成 on the page is the same operation as on the card.
Result<web::View> complete_home(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto done = call.perform("task.complete", input); !done) return done.error();
    auto view = home(call);
    if (view) view->toast = "已完成";
    return view;
}

}  // namespace

void add_home(web::Pages& pages) {
    for (auto const* path : {"/app", "/app/"}) pages.add(web::PageRoute{http::Method::get, path, "self", home});
    pages.add(web::PageRoute{http::Method::post, "/app/tasks/{id}/complete", "task.edit", complete_home});
    pages.add(web::NavigationItem{"/app", "首页", "home", "self", ""});
}

}  // namespace wescrm::pages
