#include "wishes.hpp"

#include <wescrm/agenda/task.hpp>
#include <wescrm/sales/working_calendar.hpp>

#include <algorithm>

// The digest of a working day's morning: what is due today, what is overdue, and what was beyond yesterday's budget.
namespace wescrm::agenda {
namespace {

using database::bind;

constexpr auto latest = hours{22};  ///< a digest that could not be sent by then is not sent any more
constexpr auto morning_useful_for = hours{12};
constexpr auto kept_budgets = 7;      ///< days
constexpr auto kept_held = days{30};  ///< of people who get no digest
constexpr auto timer_kind = "morning_digest";
constexpr auto more_kind = "morning_digest_more";

std::string clock_text(seconds time) {
    auto const of_day = std::chrono::floor<minutes>(time).count();
    auto const two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(of_day / 60) + ":" + two(of_day % 60);
}

// The times at which anybody gets his digest.
std::vector<seconds> times(operation::Context& ctx) {
    auto all = std::vector<seconds>{};
    auto const texts = ctx.sql().values<std::string>(
        "select distinct coalesce(w.digest_at, :company) from employee e left join reminder_wish w on w.tenant_id = "
        ":tenant and w.employee_id = e.id where e.tenant_id = :tenant and e.status = 'active' and "
        "coalesce(w.has_digest, true)",
        {bind("company", company_morning(ctx).at), bind("tenant", ctx.tenant())});
    for (auto const& text : texts)
        if (auto const time = time_of_day(text)) all.push_back(*time);
    if (all.empty()) all.push_back(time_of_day(company_morning(ctx).at).value_or(seconds{hours{8} + minutes{30}}));
    return all;
}

Instant next_after(operation::Context& ctx, Instant after) {
    auto const all = times(ctx);
    auto best = Instant::max();
    for (auto const day : {ctx.zone().date(after), add_days(ctx.zone().date(after), 1)})
        for (auto const time : all)
            if (auto const at = ctx.zone().instant({day, time}); at > after) best = std::min(best, at);
    return best;
}

void schedule_after(operation::Context& ctx, Instant after) {
    auto timer = operation::Timer{timer_kind, "tenant", ctx.tenant().value(), next_after(ctx, after)};
    timer.grace = minutes{24 * 60};
    ctx.timers().schedule(timer);
}

// People with that time to whom there is something to say; the ones after `after`.
std::vector<EmployeeId> listeners(operation::Context& ctx, std::string const& slot, std::int64_t after,
                                  std::size_t limit) {
    return ctx.sql().values<EmployeeId>(
        "select e.id from employee e left join reminder_wish w on w.tenant_id = :tenant and w.employee_id = e.id where "
        "e.tenant_id = :tenant and e.status = 'active' and e.id > :after and coalesce(w.has_digest, true) and "
        "coalesce(w.digest_at, :company) = :slot and (exists (select 1 from task t where t.tenant_id = :tenant and "
        "t.assignee_id = e.id and t.status = 'open' and least(t.due_at, t.remind_at) < :to) or exists (select 1 from "
        "customer c where c.tenant_id = :tenant and c.owner_id = e.id and c.deleted_at is null and c.next_contact_at < "
        ":to) or exists (select 1 from lead l where l.tenant_id = :tenant and l.owner_id = e.id and l.deleted_at is "
        "null and l.status in ('pending', 'following') and l.next_contact_at < :to) or exists (select 1 from "
        "reminder_held h where h.tenant_id = :tenant and h.employee_id = e.id)) order by e.id limit :limit",
        {bind("tenant", ctx.tenant()), bind("after", after), bind("company", company_morning(ctx).at),
         bind("slot", slot), bind("to", ctx.zone().start_of(add_days(ctx.today(), 1))),
         bind("limit", static_cast<std::int64_t>(limit))});
}

/// One part of a digest, as the template shows it.
class Part {
public:
    Part(operation::Context& ctx, json::Document& data, std::size_t most) : ctx_{ctx}, data_{data}, most_{most} {}

    void add(std::string const& title, std::optional<Instant> const& at, bool is_overdue) {
        ++count_;
        if (items_.Size() >= most_) return;
        auto& allocator = data_.GetAllocator();
        auto item = json::Value{rapidjson::kObjectType};
        json::set(item, "title", title, allocator);
        if (at) json::set(item, "at_text", format_for_people(*at, ctx_.zone(), ctx_.now()), allocator);
        if (is_overdue) json::set(item, "is_overdue", json::Value{true}, allocator);
        items_.PushBack(std::move(item), allocator);
    }
    std::size_t close(std::string const& name) {
        if (count_ == 0) return 0;
        auto& allocator = data_.GetAllocator();
        if (count_ > items_.Size()) json::set(data_, name + "_more", std::to_string(count_ - items_.Size()), allocator);
        json::set(data_, name, std::move(items_), allocator);
        json::set(data_, name + "_count", std::to_string(count_), allocator);
        return count_;
    }

private:
    operation::Context& ctx_;
    json::Document& data_;
    std::size_t most_;
    std::size_t count_ = 0;
    json::Value items_{rapidjson::kArrayType};
};

std::size_t fill(operation::Context& ctx, json::Document& data, Today const& today, Manners const& manners,
                 std::size_t most) {
    auto tasks = Part{ctx, data, most};
    auto contacts = Part{ctx, data, most};
    auto leads = Part{ctx, data, most};
    if (manners.hears("task")) {
        for (auto const& task : today.overdue) tasks.add(task.title, task.due_at, true);
        for (auto const& task : today.due) tasks.add(task.title, task.due_at ? task.due_at : task.remind_at, false);
    }
    if (manners.hears("contact")) {
        for (auto const& one : today.overdue_contacts) contacts.add(one.customer_name, one.next_contact_at, true);
        for (auto const& one : today.contacts) contacts.add(one.customer_name, one.next_contact_at, false);
    }
    if (manners.hears("lead")) {
        for (auto const& one : today.overdue_leads) leads.add(one.lead_name, one.next_contact_at, true);
        for (auto const& one : today.leads) leads.add(one.lead_name, one.next_contact_at, false);
    }
    return tasks.close("tasks") + contacts.close("contacts") + leads.close("leads");
}

void say_morning(operation::Context& system, EmployeeId to, std::size_t most) {
    auto actor = operation::load_actor(system.sql(), system.tenant(), to, operation::Channel::timer);
    if (!actor) return;
    auto ctx = operation::Context{system.sql(), std::move(*actor), system.now(), system.services()};
    auto const today_of = today(ctx, {});
    if (!today_of) return;
    auto const manners = manners_of(ctx, to);
    auto data = json::Document{rapidjson::kObjectType};
    auto count = fill(ctx, data, *today_of, manners, most);
    auto held = Part{ctx, data, most};
    for (auto const& one : take_held(ctx, to))
        if (manners.hears(one.what.kind)) held.add(one.what.title, one.timer.due, false);
    count += held.close("held");
    if (count == 0) return;
    json::set(data, "date", format_date(ctx.today()), data.GetAllocator());
    auto notice = operation::Notice{};
    notice.effect_key = "morning:" + std::to_string(to.value()) + ":" + format_date(ctx.today());
    notice.to = to;
    notice.kind = "morning_digest";
    notice.data = std::move(data);
    notice.expires_after = morning_useful_for;
    ctx.outbox().tell(notice);
}

void say_some(operation::Context& ctx, operation::Timer const& timer, std::int64_t after,
              ReminderConfig const& config) {
    auto const slot = clock_text(ctx.zone().local(timer.due).time_of_day);
    auto const people = listeners(ctx, slot, after, config.digest_batch);
    for (auto const who : people) say_morning(ctx, who, config.digest_lines);
    if (people.size() < config.digest_batch) return;
    ctx.timers().schedule({more_kind, "employee", people.back().value(), timer.due});
}

bool is_worth_saying(operation::Context& ctx, Instant due) {
    auto const now = ctx.zone().local(ctx.now());
    if (ctx.zone().date(due) != now.date || now.time_of_day >= latest) return false;
    return company_morning(ctx).is_on && sales::working_calendar(ctx)(now.date);
}

Result<void> on_morning(operation::Context& ctx, operation::Timer const& timer, ReminderConfig const& config) {
    schedule_after(ctx, std::max(timer.due, ctx.zone().start_of(ctx.today()) - microseconds{1}));
    ctx.sql().execute("delete from reminder_budget where tenant_id = :tenant and day < :day",
                      {bind("tenant", ctx.tenant()), bind("day", add_days(ctx.today(), -kept_budgets))});
    ctx.sql().execute("delete from reminder_held where tenant_id = :tenant and due_at < :before",
                      {bind("tenant", ctx.tenant()), bind("before", ctx.now() - kept_held)});
    if (is_worth_saying(ctx, timer.due)) say_some(ctx, timer, 0, config);
    return {};
}

Result<void> on_more(operation::Context& ctx, operation::Timer const& timer, ReminderConfig const& config) {
    if (is_worth_saying(ctx, timer.due)) say_some(ctx, timer, timer.ref_id, config);
    return {};
}

}  // namespace

void schedule_morning(operation::Context& ctx) {
    // One that is due already is about to be fired, and sets the next.
    auto const is_due = ctx.sql().value<int>(
        "select 1 from timer where tenant_id = :tenant and kind = :kind and state = 0 and due_at <= :now limit 1",
        {bind("tenant", ctx.tenant()), bind("kind", timer_kind), bind("now", ctx.now())});
    if (!is_due) schedule_after(ctx, ctx.now());
}

void add_morning(std::map<std::string, TimerHandler>& handlers, ReminderConfig const& config) {
    handlers[timer_kind] = [config](operation::Context& ctx, operation::Timer const& timer) {
        return on_morning(ctx, timer, config);
    };
    handlers[more_kind] = [config](operation::Context& ctx, operation::Timer const& timer) {
        return on_more(ctx, timer, config);
    };
}

}  // namespace wescrm::agenda
