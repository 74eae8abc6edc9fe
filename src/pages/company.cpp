#include "pages.hpp"
#include "showing.hpp"

#include <wescrm/base/encoding.hpp>

#include <array>
#include <cstdlib>

namespace wescrm::pages {
namespace {

Result<json::Value> role_options(web::PageCall& call, std::string_view chosen, json::Allocator& allocator) {
    auto const roles = call.perform("role.list", json::Document{rapidjson::kObjectType});
    if (!roles) return roles.error();
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& role : (*roles)["items"].GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(role, "id").value_or("");
        json::set(option, "id", id, allocator);
        json::set(option, "name", json::find_string(role, "name").value_or(""), allocator);
        json::set(option, "chosen", json::Value{id == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

std::string_view company_state_word(std::string_view state) {
    if (state == "registering") return "还没有连接企业微信";
    if (state == "trial") return "试用";
    if (state == "expired") return "已到期，只能查看";
    return "正式";
}

json::Value month_options(std::int64_t chosen, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto month = 1; month <= 12; ++month) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "month", std::to_string(month), allocator);
        json::set(option, "month_chosen", json::Value{month == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

Result<web::View> show_company_data(web::PageCall& call) {
    auto const company = call.perform("company.show", json::Document{rapidjson::kObjectType});
    if (!company) return company.error();
    auto view = web::View{};
    view.page = "admin/company";
    view.title = "企业设置";
    view.data = copy_of(*company);
    auto& allocator = view.data.GetAllocator();
    auto roles = role_options(call, json::find_string(*company, "default_role_id").value_or(""), allocator);
    if (!roles) return roles.error();
    json::set(view.data, "roles", std::move(*roles), allocator);
    auto const is = [&](std::string_view member, std::string_view value) {
        return json::Value{json::find_string(*company, member) == value};
    };
    json::set(view.data, "range_all", is("subordinate_range", "all"), allocator);
    json::set(view.data, "range_direct", is("subordinate_range", "direct"), allocator);
    json::set(view.data, "week_sunday", is("week_starts", "sunday"), allocator);
    json::set(view.data, "months",
              month_options(json::find_integer(*company, "fiscal_year_start").value_or(1), allocator), allocator);
    auto const state = json::find_string(*company, "state").value_or("");
    json::set(view.data, "state_word", company_state_word(state), allocator);
    json::set(view.data, "state_good", json::Value{state == "full"}, allocator);
    json::set(view.data, "valid_until_text", short_time(*company, "valid_until", call.ctx.zone(), call.ctx.now()),
              allocator);
    return view;
}

// Whether leaderboards show amounts is not offered as long as there are none; REST keeps it.
constexpr std::array<std::string_view, 9> required{"name",       "timezone", "working_from",      "working_to",
                                                   "quiet_from", "quiet_to", "subordinate_range", "default_role_id",
                                                   "week_starts"};
constexpr std::array<std::string_view, 6> optional{"short_name", "industry",     "size",
                                                   "region",     "contact_name", "contact_phone"};
constexpr std::array<std::string_view, 3> company_numbers{"version", "recycle_bin_days", "fiscal_year_start"};
constexpr std::array<std::string_view, 2> company_switches{"owner_reads_children", "phone_masking"};

json::Document company_change_from(web::PageCall const& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    for (auto const name : required)
        if (auto const value = call.value(name); !value.empty()) json::set(input, name, value, allocator);
    for (auto const name : optional) {
        if (!call.form.find(name)) continue;
        auto const value = call.value(name);
        auto given = value.empty() ? json::Value{} : json::make_string(value, allocator);
        json::set(input, name, std::move(given), allocator);
    }
    for (auto const name : company_numbers) {
        auto const value = call.value(name);
        if (!value.empty()) json::set(input, name, json::Value{std::int64_t{std::atoll(value.c_str())}}, allocator);
    }
    for (auto const name : company_switches) json::set(input, name, json::Value{call.value(name) == "on"}, allocator);
    return input;
}

// What was typed stays, with what is wrong beside it.
void show_company_problem(web::PageCall const& call, web::View& view, Error const& error) {
    auto& out = view.data.GetAllocator();
    view.status = error.code == Errc::stale ? 409 : 422;
    json::set(view.data, "problem", error.message, out);
    for (auto const name : required) json::set(view.data, name, call.value(name), out);
    for (auto const name : optional) json::set(view.data, name, call.value(name), out);
    for (auto const& field : error.fields) json::set(view.data, field.field + "_error", field.message, out);
}

Result<web::View> save_company_data(web::PageCall& call) {
    auto const saved = call.perform("company.change", company_change_from(call));
    auto view = show_company_data(call);
    if (!view) return view;
    if (saved) {
        view->toast = "已保存";
        return view;
    }
    if (saved.error().code == Errc::forbidden) return saved.error();
    show_company_problem(call, *view, saved.error());
    return view;
}

Result<web::View> with_logo_error(web::PageCall& call, std::string const& sentence) {
    auto view = show_company_data(call);
    if (!view) return view;
    view->status = 422;
    json::set(view->data, "logo_error", sentence, view->data.GetAllocator());
    return view;
}

// Not a fragment: a form with a file is sent by the browser itself, without script.
Result<web::View> upload_logo(web::PageCall& call, std::size_t most_bytes) {
    if (call.files.empty() || call.files.front().content.empty()) return with_logo_error(call, "请选择一张图片");
    auto const& file = call.files.front();
    if (file.content.size() > most_bytes)
        return with_logo_error(call, "图片不能超过 " + std::to_string(most_bytes / 1024) + " KB");
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "content", to_base64(file.content), input.GetAllocator());
    auto const saved = call.perform("company.logo", input);
    if (!saved && saved.error().code != Errc::invalid_input) return saved.error();
    if (!saved) return with_logo_error(call, saved.error().fields.front().message);
    return web::View::to("/admin/company");
}

Result<web::View> remove_logo(web::PageCall& call) {
    auto const done = call.perform("company.remove_logo", json::Document{rapidjson::kObjectType});
    if (!done) return done.error();
    return web::View::to("/admin/company");
}

// The file as WeCom's console gives it for download: its name and its content.
Result<web::View> set_domain_file(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto const has_file = !call.files.empty();
    json::set(input, "name", has_file ? call.files.front().file_name : call.value("file_name"), allocator);
    json::set(input, "content", has_file ? call.files.front().content : call.value("file_content"), allocator);
    auto const saved = call.perform("company.domain_file", input);
    if (saved) return web::View::to("/admin/company");
    if (saved.error().code != Errc::invalid_input) return saved.error();
    auto view = show_company_data(call);
    if (!view) return view;
    view->status = 422;
    json::set(view->data, "file_error", saved.error().fields.front().message, view->data.GetAllocator());
    return view;
}

}  // namespace

void add_company(web::Pages& pages, std::size_t logo_bytes) {
    pages.add(web::PageRoute{http::Method::get, "/admin/company", "company.edit", show_company_data});
    pages.add(web::PageRoute{http::Method::post, "/admin/company", "company.edit", save_company_data});
    pages.add(web::PageRoute{http::Method::post, "/admin/company/logo", "company.edit",
                             [logo_bytes](web::PageCall& call) { return upload_logo(call, logo_bytes); }});
    pages.add(web::PageRoute{http::Method::post, "/admin/company/logo/remove", "company.edit", remove_logo});
    pages.add(web::PageRoute{http::Method::post, "/admin/company/domain-file", "company.edit", set_domain_file});
    pages.add(
        web::NavigationItem{"/admin/company", "企业设置", "settings", "company.edit", "管理", {"/admin/reminders"}});
}

}  // namespace wescrm::pages
