#include "wishes.hpp"

#include <algorithm>

// What people and companies set about reminders.
namespace wescrm::agenda {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

Error stale() { return {Errc::stale, "stale", "提醒设置刚刚被改过，请刷新后再改"}; }

Error wrong_time(std::string field) { return invalid_field(std::move(field), "应为 08:30 的形式"); }

// The switches that are off, by the kinds of Reminding.
std::vector<std::string> muted_by(ReminderWishes const& wishes) {
    auto muted = std::vector<std::string>{};
    if (!wishes.task_reminders) muted.emplace_back("task");
    if (!wishes.contact_reminders) muted.emplace_back("contact");
    if (!wishes.lead_reminders) muted.emplace_back("lead");
    return muted;
}

ReminderWishes wishes_of(operation::Context& ctx) {
    auto wishes = ReminderWishes{};
    auto const morning = company_morning(ctx);
    wishes.company_digest_at = morning.at;
    wishes.company_morning_digest = morning.is_on;
    auto const manners = manners_of(ctx, ctx.actor().employee);
    wishes.daily_budget = manners.budget;
    wishes.task_reminders = manners.hears("task");
    wishes.contact_reminders = manners.hears("contact");
    wishes.lead_reminders = manners.hears("lead");
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)};
    if (auto const company = ctx.sql().row<std::string, std::string>(
            "select coalesce(settings ->> 'quiet_from', '21:00'), coalesce(settings ->> 'quiet_to', '08:00') from "
            "tenant where id = :tenant",
            {bind("tenant", ctx.tenant())}))
        std::tie(wishes.company_quiet_from, wishes.company_quiet_to) = *company;
    if (auto const own =
            ctx.sql()
                .row<bool, std::optional<std::string>, std::optional<std::string>, std::optional<std::string>,
                     std::int64_t>("select has_digest, quiet_from, quiet_to, digest_at, version from reminder_wish "
                                   "where tenant_id = :tenant "
                                   "and employee_id = :me",
                                   params))
        std::tie(wishes.morning_digest, wishes.quiet_from, wishes.quiet_to, wishes.digest_at, wishes.version) = *own;
    wishes.said_today =
        ctx.sql()
            .value<std::int64_t>(
                "select said::bigint from reminder_budget where tenant_id = :tenant and employee_id = :me and day = "
                ":day",
                {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("day", ctx.today())})
            .value_or(0);
    return wishes;
}

template <class T>
void take(operation::Patch<T> const& given, std::optional<T>& into) {
    if (given.is_present) into = given.value;
}

std::optional<Error> refuse(ReminderWishes const& wanted) {
    if (wanted.quiet_from.has_value() != wanted.quiet_to.has_value())
        return invalid_field(wanted.quiet_from ? "quiet_to" : "quiet_from", "开始和结束时间需要一起填写");
    if (wanted.quiet_from && !time_of_day(*wanted.quiet_from)) return wrong_time("quiet_from");
    if (wanted.quiet_to && !time_of_day(*wanted.quiet_to)) return wrong_time("quiet_to");
    if (wanted.digest_at && !time_of_day(*wanted.digest_at)) return wrong_time("digest_at");
    return std::nullopt;
}

bool store(operation::Context& ctx, ReminderWishes const& wishes, std::int64_t version) {
    return ctx.sql().execute(
               "insert into reminder_wish as w (tenant_id, employee_id, muted, quiet_from, quiet_to, has_digest, "
               "digest_at, updated_at) select :tenant, :me, :muted::text[], :from, :to, :digest, :at, :now where "
               ":version::bigint = 0 or exists (select 1 from reminder_wish x where x.tenant_id = :tenant and "
               "x.employee_id = :me) on conflict (tenant_id, employee_id) do update set muted = excluded.muted, "
               "quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, has_digest = excluded.has_digest, "
               "digest_at = excluded.digest_at, updated_at = excluded.updated_at, version = w.version + 1 where "
               "w.version = :version::bigint",
               {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("muted", muted_by(wishes)),
                bind("from", wishes.quiet_from), bind("to", wishes.quiet_to), bind("digest", wishes.morning_digest),
                bind("at", wishes.digest_at), bind("now", ctx.now()), bind("version", version)}) == 1;
}

constexpr Operation<AskWishes, ReminderWishes> wishes_show{
    "reminder_wishes.show", "我的提醒设置", "self", Effect::reads, show_wishes, {"GET", "/me/reminders"}};
constexpr Operation<ChangeWishes, ReminderWishes> wishes_change{
    "reminder_wishes.change", "修改我的提醒设置", "self", Effect::writes, change_wishes, {"PATCH", "/me/reminders"}};
constexpr Operation<AskWishes, CompanyReminders> company_show{
    "company_reminders.show",     "公司的提醒设置", "self", Effect::reads, show_company_reminders,
    {"GET", "/company/reminders"}};
constexpr Operation<ChangeCompanyReminders, CompanyReminders> company_change{
    "company_reminders.change", "修改公司的提醒设置",           "company.edit", Effect::writes,
    change_company_reminders,   {"PATCH", "/company/reminders"}};

}  // namespace

std::vector<FieldRule> field_rules(ChangeWishes const*) {
    return {{"version", "版本", {.min = 0}},
            {"task_reminders", "任务提醒"},
            {"contact_reminders", "客户联系提醒"},
            {"lead_reminders", "线索联系提醒"},
            {"morning_digest", "今日待办"},
            {"quiet_from", "免打扰开始", {.max_length = 5}, "22:00"},
            {"quiet_to", "免打扰结束", {.max_length = 5}, "07:30"},
            {"digest_at", "今日待办的时间", {.max_length = 5}, "08:30"}};
}

std::vector<FieldRule> field_rules(ChangeCompanyReminders const*) {
    return {{"version", "版本", {.min = 1}},
            {"digest_at", "今日待办的时间", {.max_length = 5}, "08:30"},
            {"morning_digest", "今日待办"},
            {"daily_budget", "每人每天的提醒条数", {.min = 1, .max = 200}, "20"}};
}

Result<ReminderWishes> show_wishes(operation::Context& ctx, AskWishes const&) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "nobody", "提醒设置属于员工本人"};
    return wishes_of(ctx);
}

Result<ReminderWishes> change_wishes(operation::Context& ctx, ChangeWishes const& input) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "nobody", "提醒设置属于员工本人"};
    auto const before = wishes_of(ctx);
    if (input.version != before.version) return stale();
    auto wanted = before;
    wanted.task_reminders = input.task_reminders.value_or(before.task_reminders);
    wanted.contact_reminders = input.contact_reminders.value_or(before.contact_reminders);
    wanted.lead_reminders = input.lead_reminders.value_or(before.lead_reminders);
    wanted.morning_digest = input.morning_digest.value_or(before.morning_digest);
    take(input.quiet_from, wanted.quiet_from);
    take(input.quiet_to, wanted.quiet_to);
    take(input.digest_at, wanted.digest_at);
    if (auto wrong = refuse(wanted)) return *wrong;
    if (!store(ctx, wanted, input.version)) return stale();
    if (wanted.digest_at != before.digest_at) schedule_morning(ctx);
    auto after = wishes_of(ctx);
    auto const changed = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"employee", ctx.actor().employee.value(), "reminder_wishes.change", changed.before, changed.after, ""});
    return after;
}

Result<CompanyReminders> show_company_reminders(operation::Context& ctx, AskWishes const&) {
    auto const morning = company_morning(ctx);
    auto const version =
        ctx.sql().value<std::int64_t>("select version from tenant where id = :tenant", {bind("tenant", ctx.tenant())});
    return CompanyReminders{morning.at, morning.is_on, manners_of(ctx, ctx.actor().employee).budget,
                            version.value_or(0)};
}

Result<CompanyReminders> change_company_reminders(operation::Context& ctx, ChangeCompanyReminders const& input) {
    auto const before = show_company_reminders(ctx, {}).value();
    if (input.version != before.version) return stale();
    if (input.digest_at && !time_of_day(*input.digest_at)) return wrong_time("digest_at");
    ctx.sql().execute(
        "update tenant set settings = settings || jsonb_build_object('digest_at', :at::text, 'morning_digest', "
        ":digest::boolean, 'reminder_budget', :budget::bigint), version = version + 1, updated_at = :now where id = "
        ":tenant",
        {bind("at", input.digest_at.value_or(before.digest_at)),
         bind("digest", input.morning_digest.value_or(before.morning_digest)),
         bind("budget", input.daily_budget.value_or(before.daily_budget)), bind("now", ctx.now()),
         bind("tenant", ctx.tenant())});
    schedule_morning(ctx);
    auto const after = show_company_reminders(ctx, {}).value();
    auto const changed = operation::difference(operation::write_output(before), operation::write_output(after));
    ctx.audit({"company", ctx.tenant().value(), "company_reminders.change", changed.before, changed.after, ""});
    return after;
}

void add_wish_operations(operation::Catalogue& catalogue) {
    catalogue.add(wishes_show);
    catalogue.add(wishes_change);
    catalogue.add(company_show);
    catalogue.add(company_change);
}

}  // namespace wescrm::agenda
