#include <wescrm/agenda/reminders.hpp>
#include <wescrm/agenda/task.hpp>
#include <wescrm/operation/paging.hpp>

namespace wescrm::agenda {
namespace {

using database::bind;
using operation::SortField;

struct ReminderRow : Reminder {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ReminderRow, (Reminder), (sort_key))

// The actor's reminders, reached from what he has to do: his tasks, his plans, his customers.
constexpr std::string_view own_reminders =
    " from (select m.id, m.kind, m.ref_kind, m.ref_id, k.title, m.due_at, m.state from task k join timer m on "
    "m.tenant_id = :tenant and m.kind = 'task_reminder' and m.ref_kind = 'task' and m.ref_id = k.id where k.tenant_id "
    "= "
    ":tenant and k.assignee_id = :me "
    "union all select m.id, m.kind, m.ref_kind, m.ref_id, c.name, m.due_at, m.state from followup f join timer m on "
    "m.tenant_id = :tenant and m.kind = 'next_contact' and m.ref_kind = 'followup' and m.ref_id = f.id join customer c "
    "on c.tenant_id = :tenant and c.id = f.customer_id where f.tenant_id = :tenant and f.author_id = :me and "
    "f.next_contact_at is not null and f.deleted_at is null and c.deleted_at is null "
    "union all select m.id, m.kind, m.ref_kind, m.ref_id, c.name, m.due_at, m.state from customer c join timer m on "
    "m.tenant_id = :tenant and m.kind = 'next_contact' and m.ref_kind = 'customer' and m.ref_id = c.id where "
    "c.tenant_id = :tenant and c.owner_id = :me and c.deleted_at is null "
    "union all select m.id, m.kind, m.ref_kind, m.ref_id, p.name, m.due_at, m.state from opportunity p join timer m on "
    "m.tenant_id = :tenant and m.kind = 'stage_reminder' and m.ref_kind = 'opportunity' and m.ref_id = p.id where "
    "p.tenant_id = :tenant and p.owner_id = :me and p.deleted_at is null "
    "union all select m.id, m.kind, m.ref_kind, m.ref_id, l.name, m.due_at, m.state from lead l join timer m on "
    "m.tenant_id = :tenant and m.kind = 'next_contact' and m.ref_kind = 'lead' and m.ref_id = l.id where l.tenant_id = "
    ":tenant and l.owner_id = :me and l.deleted_at is null "
    "union all select m.id, m.kind, m.ref_kind, m.ref_id, l.name, m.due_at, m.state from lead l join followup f on "
    "f.tenant_id = :tenant and f.target_type = 'lead' and f.target_id = l.id and f.next_contact_at is not null and "
    "f.deleted_at is null join timer m on m.tenant_id = :tenant and m.kind = 'next_contact' and m.ref_kind = "
    "'followup' and m.ref_id = f.id where l.tenant_id = :tenant and l.owner_id = :me and l.deleted_at is null) r where "
    "true";

std::optional<std::string> state_code(std::optional<ReminderState> const& state) {
    if (!state) return std::nullopt;
    return *state == ReminderState::waiting ? "0" : *state == ReminderState::fired ? "1" : "2";
}

}  // namespace

Result<ReminderPage> list_reminders(operation::Context& ctx, ListReminders const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"due_at", "r.due_at", "timestamptz"}}, "due_at", "r.id");
    if (!paging) return paging.error();
    auto condition = std::string{};
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)};
    if (auto const state = state_code(input.state)) {
        condition += " and r.state = :state::smallint";
        params.add(bind("state", *state));
    }
    if (input.kind) {
        condition += " and r.kind = :kind";
        params.add(bind("kind", *input.kind));
    }
    if (input.from) {
        condition += " and r.due_at >= :from_at";
        params.add(bind("from_at", ctx.zone().start_of(*input.from)));
    }
    if (input.to) {
        condition += " and r.due_at < :to_at";
        params.add(bind("to_at", ctx.zone().start_of(add_days(*input.to, 1))));
    }
    auto const after = paging->after();
    params.add(after.params);
    auto rows = ctx.sql().records<ReminderRow>(
        "select r.id, r.kind, r.ref_kind, r.ref_id, r.title, r.due_at, case r.state when 0 then 'waiting' when 1 then "
        "'fired' else 'cancelled' end, " +
            paging->key_column() + std::string{own_reminders} + condition + after.sql + paging->order(),
        params);
    auto page = ReminderPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

}  // namespace wescrm::agenda
