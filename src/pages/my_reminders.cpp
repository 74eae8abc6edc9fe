#include "pages.hpp"
#include "showing.hpp"

#include <array>
#include <cstdlib>

// What somebody wants of his reminders, and what a company says about those of all.
namespace wescrm::pages {
namespace {

constexpr std::array<std::string_view, 4> reminder_switches{"task_reminders", "contact_reminders", "lead_reminders",
                                                            "morning_digest"};
constexpr std::array<std::string_view, 3> times{"quiet_from", "quiet_to", "digest_at"};

std::int64_t reminder_number(std::string const& text) { return std::atoll(text.c_str()); }

Result<web::View> show_reminders(web::PageCall& call) {
    auto const wishes = call.perform("reminder_wishes.show", json::Document{rapidjson::kObjectType});
    if (!wishes) return wishes.error();
    auto view = web::View{};
    view.page = "me/reminders";
    view.title = "我的设置";
    view.data = copy_of(*wishes);
    for (auto const* count : {"version", "daily_budget", "said_today"})
        json::set(view.data, count, std::to_string(json::find_integer(*wishes, count).value_or(0)),
                  view.data.GetAllocator());
    return view;
}

json::Document reminder_change_from(web::PageCall const& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "version", json::Value{reminder_number(call.value("version"))}, allocator);
    for (auto const name : reminder_switches) json::set(input, name, json::Value{call.value(name) == "on"}, allocator);
    for (auto const name : times) {
        auto const value = call.value(name);
        json::set(input, name, value.empty() ? json::Value{} : json::make_string(value, allocator), allocator);
    }
    return input;
}

Result<web::View> save_reminders(web::PageCall& call) {
    auto const saved = call.perform("reminder_wishes.change", reminder_change_from(call));
    auto view = show_reminders(call);
    if (!view) return view;
    if (saved) {
        view->toast = "已保存";
        return view;
    }
    auto& allocator = view->data.GetAllocator();
    view->status = saved.error().code == Errc::stale ? 409 : 422;
    json::set(view->data, "problem", saved.error().message, allocator);
    for (auto const name : times) json::set(view->data, name, call.value(name), allocator);
    for (auto const& field : saved.error().fields)
        json::set(view->data, field.field + "_error", field.message, allocator);
    return view;
}

Result<web::View> show_company(web::PageCall& call) {
    auto const settings = call.perform("company_reminders.show", json::Document{rapidjson::kObjectType});
    if (!settings) return settings.error();
    auto view = web::View{};
    view.page = "admin/reminders";
    view.title = "提醒设置";
    view.data = copy_of(*settings);
    for (auto const* count : {"version", "daily_budget"})
        json::set(view.data, count, std::to_string(json::find_integer(*settings, count).value_or(0)),
                  view.data.GetAllocator());
    return view;
}

Result<web::View> save_company(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "version", json::Value{reminder_number(call.value("version"))}, allocator);
    json::set(input, "morning_digest", json::Value{call.value("morning_digest") == "on"}, allocator);
    json::set(input, "digest_at", call.value("digest_at"), allocator);
    json::set(input, "daily_budget", json::Value{reminder_number(call.value("daily_budget"))}, allocator);
    auto const saved = call.perform("company_reminders.change", input);
    if (!saved && saved.error().code == Errc::forbidden) return saved.error();
    auto view = show_company(call);
    if (!view) return view;
    if (saved) {
        view->toast = "已保存";
        return view;
    }
    auto& out = view->data.GetAllocator();
    view->status = saved.error().code == Errc::stale ? 409 : 422;
    json::set(view->data, "problem", saved.error().message, out);
    for (auto const* name : {"digest_at", "daily_budget"}) json::set(view->data, name, call.value(name), out);
    for (auto const& field : saved.error().fields) json::set(view->data, field.field + "_error", field.message, out);
    return view;
}

}  // namespace

void add_reminders(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/app/me/reminders", "self", show_reminders});
    pages.add(web::PageRoute{http::Method::post, "/app/me/reminders", "self", save_reminders});
    pages.add(web::PageRoute{http::Method::get, "/admin/reminders", "company.edit", show_company});
    pages.add(web::PageRoute{http::Method::post, "/admin/reminders", "company.edit", save_company});
    pages.add(web::NavigationItem{"/app/me/reminders", "我的设置", "settings", "self", ""});
}

}  // namespace wescrm::pages
