#include "figures.hpp"
#include "pages.hpp"
#include "showing.hpp"

#include <array>

namespace wescrm::pages {
namespace {

std::string_view queue_word(std::string_view queue) {
    return queue == "inbox" ? "收到的消息" : queue == "outbox" ? "要发的消息" : "定时";
}

std::string health_kind_word(std::string const& kind) {
    constexpr auto words =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"employee_invited", "邀请通知"},
                                                                      {"task_reminder", "任务提醒"},
                                                                      {"task_assigned", "任务通知"},
                                                                      {"reminders_due", "到期提醒"},
                                                                      {"morning_digest", "今日待办"},
                                                                      {"approval_card", "审批卡片"},
                                                                      {"customer_transferred", "客户转移"},
                                                                      {"record_assigned", "分配通知"},
                                                                      {"records_assigned", "分配通知"},
                                                                      {"record_handed_on", "转出通知"},
                                                                      {"document_transferred", "单据转移"},
                                                                      {"record_claimed", "领取通知"},
                                                                      {"record_offered", "分配卡片"},
                                                                      {"assignment_declined", "退还通知"},
                                                                      {"collaboration_asked", "协作申请"},
                                                                      {"recycle_warning", "公海预警"},
                                                                      {"recycled", "划入公海通知"},
                                                                      {"handover_received", "交接通知"},
                                                                      {"handover_pending", "交接提醒"},
                                                                      {"sync_result", "同步结果"},
                                                                      {"sync_held", "同步待确认"},
                                                                      {"sync_incomplete", "同步未完成"},
                                                                      {"next_contact", "联系提醒"},
                                                                      {"stage_reminder", "阶段提醒"},
                                                                      {"payment_plan_due", "回款提醒"},
                                                                      {"payment_plan_overdue", "回款逾期"},
                                                                      {"followup_commented", "跟进评论"},
                                                                      {"followup_mentioned", "跟进中提到"},
                                                                      {"lead_converted", "线索转换通知"},
                                                                      {"contract_ending", "合同到期"},
                                                                      {"text", "文字消息"},
                                                                      {"change_contact", "通讯录变更事件"},
                                                                      {"template_card_event", "卡片操作"}});
    for (auto const& [name, word] : words)
        if (name == kind) return std::string{word};
    return kind.starts_with("reply_") || kind.starts_with("ask_") ? "聊天回复" : kind;
}

Result<web::View> show_health(web::PageCall& call) {
    auto const found = call.perform("connection.health", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "admin/health";
    view.title = "连接健康";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    auto const& ctx = call.ctx;
    auto const add_time = [&](char const* part, char const* member) {
        json::set(view.data[part], std::string{member} + "_text",
                  short_time(view.data[part], member, ctx.zone(), ctx.now()), allocator);
    };
    for (auto const* member : {"fetched_at", "expires_at", "blocked_until"}) add_time("token", member);
    for (auto const* part : {"callbacks", "messages"}) add_time(part, "last_at");
    add_time("callbacks", "compared_at");
    for (auto const* member : {"last_day", "today", "daily_quota"})
        json::set(view.data["messages"], std::string{member} + "_text",
                  with_thousands(json::find_integer(view.data["messages"], member).value_or(0)), allocator);
    add_time_texts(view.data["given_up"], "at", ctx.zone(), ctx.now(), allocator);
    for (auto& row : view.data["given_up"].GetArray()) {
        json::set(row, "queue_word", queue_word(json::find_string(row, "queue").value_or("")), allocator);
        json::set(row, "kind_word", health_kind_word(json::find_string(row, "kind").value_or("")), allocator);
    }
    auto const failures = json::find_integer(view.data["token"], "failures").value_or(0);
    auto const is_there = json::find_string(view.data["token"], "fetched_at").has_value();
    json::set(view.data, "token_good", json::Value{is_there && failures == 0}, allocator);
    return view;
}

Result<web::View> retry(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "id", call.path("id"), input.GetAllocator());
    if (auto const done = call.perform("queue.retry", input); !done) return done.error();
    auto view = show_health(call);
    if (view) view->toast = "已重新排队";
    return view;
}

}  // namespace

void add_health(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/health", "org.manage", show_health});
    pages.add(web::PageRoute{http::Method::post, "/admin/health/{id}/retry", "org.manage", retry});
    pages.add(web::NavigationItem{"/admin/health", "连接健康", "pulse", "org.manage", "管理"});
}

}  // namespace wescrm::pages
