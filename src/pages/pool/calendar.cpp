#include "../org_forms.hpp"
#include "pool_pages.hpp"

#include <array>
#include <charconv>

// 工作日历: the months of a year with their free days; the company enters its own holidays and working Saturdays.
namespace wescrm::pages::pool {
namespace {

constexpr std::string_view calendar_path = "/app/high-seas/calendar";
constexpr int months = 12;
constexpr int earliest_year = 2020;
constexpr int latest_year = 2099;

int year_of(web::PageCall& call) {
    auto year = static_cast<int>(call.ctx.today().year());
    auto const typed = call.value("year");
    std::from_chars(typed.data(), typed.data() + typed.size(), year);
    return std::clamp(year, earliest_year, latest_year);
}

std::string day_title(json::Value const& day, std::string const& date) {
    auto const name = json::find_string(day, "name").value_or("");
    auto const works = json::find_bool(day, "is_working").value_or(false);
    return date + (works ? " 上班" : " 休息") + (name.empty() ? "" : " " + name);
}

json::Value day_view(json::Value const& day, bool is_weekend, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto const date = json::find_string(day, "day").value_or("");
    auto const works = json::find_bool(day, "is_working").value_or(false);
    json::set(view, "d_number", date.size() == 10 ? std::to_string(std::atoi(date.c_str() + 8)) : "", allocator);
    json::set(view, "d_title", day_title(day, date), allocator);
    json::set(view, "d_off", json::Value{!works}, allocator);
    json::set(view, "d_special", json::Value{works == is_weekend}, allocator);
    json::set(view, "d_own", json::Value{json::find_bool(day, "is_own").value_or(false)}, allocator);
    return view;
}

// Weeks begin on Monday.
json::Value month_view(int month, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    json::set(view, "m_title", std::to_string(month) + " 月", allocator);
    json::set(view, "m_days", json::Value{rapidjson::kArrayType}, allocator);
    return view;
}

void add_blanks(json::Value& days, unsigned count, json::Allocator& allocator) {
    for (auto i = 0U; i < count; ++i) {
        auto blank = json::Value{rapidjson::kObjectType};
        json::set(blank, "d_number", "", allocator);
        days.PushBack(std::move(blank), allocator);
    }
}

void add_days(json::Value const& days, bool may_edit, json::Value& data, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto own = json::Value{rapidjson::kArrayType};
    for (auto month = 1; month <= months; ++month) list.PushBack(month_view(month, allocator), allocator);
    for (auto const& day : days.GetArray()) {
        auto const date = parse_date(json::find_string(day, "day").value_or(""));
        if (!date) continue;
        auto const weekday = std::chrono::weekday{std::chrono::sys_days{*date}}.iso_encoding();
        auto& cells = list[static_cast<unsigned>(date->month()) - 1]["m_days"];
        if (cells.Empty()) add_blanks(cells, weekday - 1, allocator);
        cells.PushBack(day_view(day, weekday > 5, allocator), allocator);
        if (!json::find_bool(day, "is_own").value_or(false)) continue;
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "own_day", format_date(*date), allocator);
        json::set(line, "own_name", json::find_string(day, "name").value_or(""), allocator);
        json::set(line, "own_works", json::Value{json::find_bool(day, "is_working").value_or(false)}, allocator);
        json::set(line, "own_may_drop", json::Value{may_edit}, allocator);
        own.PushBack(std::move(line), allocator);
    }
    json::set(data, "months", std::move(list), allocator);
    json::set(data, "own_days", std::move(own), allocator);
}

Result<web::View> show_calendar(web::PageCall& call, Error const* problem) {
    auto const year = year_of(call);
    auto const text = std::to_string(year);
    auto const found =
        call.perform("calendar_day.list", input_of({{"from", text + "-01-01"}, {"to", text + "-12-31"}}));
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "pool/calendar";
    view.title = "工作日历";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "year", text, allocator);
    json::set(view.data, "year_before", year > earliest_year ? std::to_string(year - 1) : "", allocator);
    json::set(view.data, "year_after", year < latest_year ? std::to_string(year + 1) : "", allocator);
    auto const may_edit = call.ctx.may("company.edit");
    json::set(view.data, "may_edit", json::Value{may_edit}, allocator);
    add_days((*found)["items"], may_edit, view.data, allocator);
    auto const message = !problem                  ? std::string{}
                         : problem->fields.empty() ? problem->message
                                                   : problem->fields.front().message;
    json::set(view.data, "problem", message, allocator);
    for (auto const* typed : {"day", "name"})
        json::set(view.data, std::string{"typed_"} + typed, problem ? call.value(typed) : "", allocator);
    if (problem) view.status = 422;
    if (call.value("done") == "saved") view.toast = "已保存，从下一次执行起按它计算";
    if (call.value("done") == "dropped") view.toast = "已删除，恢复为官方安排";
    return view;
}

Result<web::View> answer_calendar(web::PageCall& call, Result<json::Document> const& done, std::string const& word) {
    auto const day = call.value("day");
    auto const year = day.size() == 10 ? day.substr(0, 4) : std::string{};
    if (done) return web::View::to(std::string{calendar_path} + "?year=" + year + "&done=" + word);
    auto const problem = done.error();
    if (problem.code != Errc::invalid_input && problem.code != Errc::not_found) return problem;
    return show_calendar(call, &problem);
}

Result<web::View> put(web::PageCall& call) {
    auto input = input_of({{"day", call.value("day")}, {"name", call.value("name")}});
    json::set(input, "is_working", json::Value{call.value("works") == "yes"}, input.GetAllocator());
    return answer_calendar(call, call.perform("calendar_day.put", input), "saved");
}

Result<web::View> drop_calendar(web::PageCall& call) {
    return answer_calendar(call, call.perform("calendar_day.drop", input_of({{"day", call.value("day")}})), "dropped");
}

}  // namespace

void add_calendar(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{calendar_path};
    pages.add(
        web::PageRoute{Method::get, path, "self", [](web::PageCall& call) { return show_calendar(call, nullptr); }});
    pages.add(web::PageRoute{Method::post, path, "company.edit", put});
    pages.add(web::PageRoute{Method::post, path + "/drop", "company.edit", drop_calendar});
}

}  // namespace wescrm::pages::pool
