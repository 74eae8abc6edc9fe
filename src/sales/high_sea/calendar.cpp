#include "pool_views.hpp"
#include "pools.hpp"

#include <wescrm/language/working_days.hpp>

// The company's own days: when it works on a holiday, or is closed on a working day.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr int most_days = 400;

struct CalendarDay {
    Date day{};
    bool is_working = false;
    std::string name;
    bool is_own = false;  ///< says the company, not the official calendar
};
BOOST_DESCRIBE_STRUCT(CalendarDay, (), (day, is_working, name, is_own))
struct CalendarDays {
    std::vector<CalendarDay> items;
};
BOOST_DESCRIBE_STRUCT(CalendarDays, (), (items))
struct AskCalendar {
    std::optional<Date> from;  ///< default: the first of this month
    std::optional<Date> to;    ///< default: 31 days
};
BOOST_DESCRIBE_STRUCT(AskCalendar, (), (from, to))
struct PutDay {
    Date day{};
    bool is_working = false;
    std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(PutDay, (), (day, is_working, name))
struct DropDay {
    Date day{};
};
BOOST_DESCRIBE_STRUCT(DropDay, (), (day))

std::vector<FieldRule> field_rules(PutDay const*) {
    return {{"day", "日期"}, {"is_working", "上班"}, {"name", "名称", {.max_length = 50}, "公司年会"}};
}

Result<CalendarDays> list_days(operation::Context& ctx, AskCalendar const& input) {
    auto const from = input.from.value_or(Date{ctx.today().year(), ctx.today().month(), std::chrono::day{1}});
    auto const to = input.to.value_or(add_days(from, 30));
    if (to < from || to > add_days(from, most_days)) return invalid_field("to", "应在开始日期之后 400 天内");
    auto own = std::map<Date, std::pair<bool, std::string>>{};
    for (auto& [day, works, name] : ctx.sql().rows<Date, bool, std::string>(
             "select day, is_working, name from calendar_day where tenant_id = :tenant and day between :from and :to",
             {bind("tenant", ctx.tenant()), bind("from", from), bind("to", to)}))
        own[day] = {works, std::move(name)};
    auto days = CalendarDays{};
    for (auto day = from; day <= to; day = add_days(day, 1)) {
        auto const known = own.find(day);
        if (known == own.end())
            days.items.push_back({day, language::is_working_day(day), "", false});
        else
            days.items.push_back({day, known->second.first, known->second.second, true});
    }
    return days;
}

void audit(operation::Context& ctx, Date day, std::string action, std::string before, std::string after) {
    ctx.audit(
        {"company", ctx.tenant().value(), std::move(action), std::move(before), std::move(after), format_date(day)});
}

Result<CalendarDay> put_day(operation::Context& ctx, PutDay const& input) {
    ctx.sql().execute(
        "insert into calendar_day (tenant_id, day, is_working, name) values (:tenant, :day, :works, :name) "
        "on conflict (tenant_id, day) do update set is_working = excluded.is_working, name = "
        "excluded.name",
        {bind("tenant", ctx.tenant()), bind("day", input.day), bind("works", input.is_working),
         bind("name", input.name.value_or(""))});
    auto const made = CalendarDay{input.day, input.is_working, input.name.value_or(""), true};
    audit(ctx, input.day, "calendar_day.put", "{}", json::write(operation::write_output(made)));
    return made;
}

Result<Nothing> drop_day(operation::Context& ctx, DropDay const& input) {
    auto const gone = ctx.sql().execute("delete from calendar_day where tenant_id = :tenant and day = :day",
                                        {bind("tenant", ctx.tenant()), bind("day", input.day)});
    if (gone == 0) return Error{Errc::not_found, "calendar_day", "这一天没有单独设置"};
    audit(ctx, input.day, "calendar_day.drop", R"({"day":")" + format_date(input.day) + R"("})", "{}");
    return Nothing{};
}

constexpr Operation<AskCalendar, CalendarDays> calendar_list{
    "calendar_day.list", "工作日历", "self", Effect::reads, list_days, {"GET", "/calendar-days"}};
constexpr Operation<PutDay, CalendarDay> calendar_put{"calendar_day.put", "设置工作日", "company.edit",
                                                      Effect::writes,     put_day,      {"POST", "/calendar-days"}};
constexpr Operation<DropDay, Nothing> calendar_drop{
    "calendar_day.drop", "取消设置工作日", "company.edit",
    Effect::writes,      drop_day,         {"DELETE", "/calendar-days/{day}", 204}};

}  // namespace

void add_calendar(operation::Catalogue& catalogue) {
    catalogue.add(calendar_list);
    catalogue.add(calendar_put);
    catalogue.add(calendar_drop);
}

}  // namespace wescrm::sales
