#include "opportunity/entry.hpp"

#include "fields/store.hpp"
#include "rules/entry_values.hpp"

#include <wescrm/base/log.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/task_row.hpp>

#include <boost/describe/enum_to_string.hpp>

// What a stage does with opportunities that come into it, in the transaction of their move.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr auto reminded_at = hours{9};  // of the company's day
constexpr auto due_at = hours{18};

struct Subject {
    EmployeeId owner;
    std::optional<EmployeeId> superior;
    std::string customer_name;
};
BOOST_DESCRIBE_STRUCT(Subject, (), (owner, superior, customer_name))

Instant on_day(operation::Context& ctx, std::int64_t days, hours at) {
    return ctx.zone().start_of(add_days(ctx.today(), static_cast<int>(days))) + at;
}

void make_task(operation::Context& ctx, OpportunityId id, Subject const& subject, EntryTask const& wanted) {
    auto task = NewTask{wanted.title, {}, {}, subject.owner, "opportunity", id.value()};
    if (wanted.assignee == TaskFor::superior) task.assignee = subject.superior.value_or(subject.owner);
    if (wanted.due_days) {
        task.due = std::max(on_day(ctx, *wanted.due_days, due_at), ctx.now());
        auto const morning = on_day(ctx, *wanted.due_days, reminded_at);
        task.remind = morning > ctx.now() ? morning : task.due;
    }
    auto const made = insert_task(ctx, task);
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "title", task.title, allocator);
    if (task.due) json::set(data, "due_at", format_rfc3339(*task.due), allocator);
    ctx.audit({"task", made, "task.create", "", json::write(data), "进入阶段时自动新建"});
    if (task.assignee == ctx.actor().employee) return;
    json::set(data, "id", std::to_string(made), allocator);
    json::set(data, "target_name", subject.customer_name, allocator);
    tell_assigned(ctx, {made, 1, task.due, task.assignee}, std::move(data));
}

// A value that its field does not take any more is left out: it must not hold up the move.
void set_own(operation::Context& ctx, OpportunityId id, EntryValue const& value, EntryMoment const& at) {
    auto const done = operation::under_savepoint(ctx.sql(), [&]() -> Result<void> {
        auto made = entry_custom(Fields{ctx}.of(FieldObject::opportunity), value, at);
        if (!made) return made.error();
        auto values = json::Document{rapidjson::kObjectType};
        json::set(values, value.field.substr(value.field.find('.') + 1), json::Value{*made, values.GetAllocator()},
                  values.GetAllocator());
        return write_custom(ctx, {"opportunity", "opportunity", id.value()}, {json::write(values)},
                            CustomWrite::change);
    });
    if (!done) log::warning("entry_value_left_out", {{"tenant", ctx.tenant().value()}, {"field", value.field}});
}

void set_values(operation::Context& ctx, OpportunityId id, Stage const& stage) {
    auto const at = EntryMoment{ctx.today(), ctx.zone()};
    auto fields = EntryFields{};
    for (auto const& value : stage.on_entry.values) {
        if (value.field.starts_with("custom."))
            set_own(ctx, id, value, at);
        else if (!set_entry_field(fields, value, at))
            log::warning("entry_value_left_out", {{"tenant", ctx.tenant().value()}, {"field", value.field}});
    }
    if (stage.kind != "open") fields.probability.reset();  // that of a closed one is certain
    ctx.sql().execute(
        "update opportunity set source = coalesce(:source, source), competitor = coalesce(:competitor, competitor), "
        "remark = coalesce(:remark, remark), probability = coalesce(:rate::integer, probability), "
        "is_probability_typed = is_probability_typed or :rate::integer is not null, expected_close_date = "
        "coalesce(:expected::date, expected_close_date) where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("source", fields.source),
         bind("competitor", fields.competitor), bind("remark", fields.remark), bind("rate", fields.probability),
         bind("expected", fields.expected_close_date)});
}

void act(operation::Context& ctx, OpportunityId id, Stage const& stage) {
    ctx.timers().cancel("opportunity", id.value(), "stage_reminder");
    auto const& actions = stage.on_entry;
    if (actions.reminder_days)
        ctx.timers().schedule(
            {"stage_reminder", "opportunity", id.value(), on_day(ctx, *actions.reminder_days, reminded_at)});
    if (!actions.values.empty()) set_values(ctx, id, stage);
    if (actions.tasks.empty()) return;
    auto const subject = ctx.sql().record<Subject>(
        "select p.owner_id, s.id, c.name from opportunity p join customer c on c.tenant_id = p.tenant_id and c.id = "
        "p.customer_id join employee e on e.tenant_id = p.tenant_id and e.id = p.owner_id left join employee s on "
        "s.tenant_id = p.tenant_id and s.id = e.superior_id and s.status = 'active' where p.tenant_id = :tenant and "
        "p.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    for (auto const& task : actions.tasks) make_task(ctx, id, subject.value(), task);
}

}  // namespace

void enter_stage(operation::Context& ctx, Opportunities::Move const& move, LockedOpportunity const& before) {
    Opportunities{ctx}.enter(move, before);
    act(ctx, move.id, move.permit.to());
}

void begin_in_stage(operation::Context& ctx, OpportunityId id, Stage const& stage) {
    Opportunities{ctx}.begin_history(id);
    act(ctx, id, stage);
}

}  // namespace wescrm::sales
