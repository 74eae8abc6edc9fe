#include "commands.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wescrm::bot {
namespace {

Data line_of(Turn const& turn, Task const& task, std::int64_t number) {
    auto line = Data{{"title", task.title}, {"target", task.target_name}};
    line.set("no", number).set("due_at", turn.spoken(task.due_at ? task.due_at : task.remind_at));
    auto const due = task.due_at ? task.due_at : task.remind_at;
    if (due && *due < turn.now) line.flag("is_overdue");
    return line;
}

Data line_of(Turn const& turn, PlannedContact const& contact) {
    auto line = Data{{"name", contact.customer_name}, {"at", turn.spoken(contact.at)}};
    if (contact.at && *contact.at < turn.now) line.flag("is_overdue");
    return line;
}

List list_of(std::vector<Task> const& tasks, Command command) {
    auto list = List{{}, std::move(command), {}};
    for (auto const& task : tasks) list.records.push_back({"task", task.id, task.title});
    return list;
}

// 联系宏达科技, 给宏达科技发报价: a customer whose name is told beyond doubt.
std::optional<Record> customer_in(Turn& turn, std::string const& title) {
    constexpr auto leads = std::array<std::string_view, 8>{"联系", "回访", "拜访", "跟进", "给", "去", "找", "约"};
    constexpr auto ends =
        std::array<std::string_view, 10>{"打电话", "发", "送", "寄", "报价", "拜访", "开会", "的", " ", "，"};
    constexpr std::int64_t last_name_rank = 3;
    auto words = std::string_view{title};
    auto const lead =
        std::find_if(leads.begin(), leads.end(), [&words](std::string_view head) { return words.starts_with(head); });
    if (lead == leads.end()) return std::nullopt;
    words.remove_prefix(lead->size());
    for (auto const end : ends) words = words.substr(0, words.find(end));
    if (text::length(words) < 2 || text::length(words) > 30) return std::nullopt;
    auto const found = turn.crm.search_customers(words, 2);
    if (!found || found->empty()) return std::nullopt;
    auto const& best = found->front();
    auto const is_alone = found->size() == 1 || found->back().search_rank > best.search_rank;
    if (best.search_rank < 1 || best.search_rank > last_name_rank || !is_alone) return std::nullopt;
    return Record{"customer", best.id, best.name};
}

// Whom the task is about, if anybody: a name that is no customer stays part of the title. False: a question is open.
bool find_subject(Turn& turn, Command& command, std::optional<Record>& subject) {
    auto const words = command.slots.text("customer");
    if (words.empty()) {
        subject = customer_in(turn, command.slots.text("title"));
        return true;
    }
    if (!command.slots.has("customer_id") && !is_pronoun(words) && !index_from(words)) {
        auto const found = turn.crm.search_customers(words, 1);
        if (!found || found->empty()) return true;
    }
    subject = find_record(turn, command, "customer", "ask_customer");
    return subject.has_value();
}

void write_task(Turn& turn, std::optional<Record> const& subject, Command const& command) {
    auto const due = turn.moment(command.slots.text("due_at"));
    auto remind = turn.moment(command.slots.text("remind_at"));
    if (!remind) remind = due;
    auto fields = Data{{"title", command.slots.text("title")}};
    if (due) fields.set("due_at", format_rfc3339(*due));
    if (remind) fields.set("remind_at", format_rfc3339(*remind));
    if (subject) fields.set("target_type", "customer").set("target_id", subject->id);
    auto const task = turn.crm.create_task(fields);
    if (!task) return turn.refuse("设提醒", task.error());
    note_write(turn, command, {"task", task->id, task->title});
    turn.remember(Record{"task", task->id, task->title});
    auto data = Data{{"title", task->title},
                     {"customer", subject ? subject->title : std::string{}},
                     {"remind_at", turn.spoken(task->remind_at)}};
    if (task->due_at && task->due_at != task->remind_at) data.set("due_at", turn.spoken(task->due_at));
    turn.say("reply_task", std::move(data));
}

// The time that the sentence names is over: asked again rather than stored.
bool asks_about_past(Turn& turn, Command& command) {
    for (auto const slot : {"remind_at", "due_at"}) {
        auto const at = turn.moment(command.slots.text(slot));
        if (!at || *at > turn.now) continue;
        command.slots.erase("remind_at").erase("due_at");
        turn.ask(std::move(command), "due_at", "ask_later_time", Data{{"at", turn.spoken(at)}});
        return true;
    }
    return false;
}

bool is_today(Turn const& turn, std::string const& period) {
    auto const today = format_date(turn.zone.date(turn.now));
    return period.empty() || period == today + ".." + today;
}

// Today's plan answers most questions; another period or state, or other people's tasks, are a list.
bool asks_for_certain_tasks(Turn const& turn, Data const& slots) {
    auto const scope = slots.text("scope");
    auto const status = slots.text("status");
    return !is_today(turn, slots.text("period")) || (!scope.empty() && scope != "self") ||
           (!status.empty() && status != "open");
}

Data query_of(Turn const& turn, Data const& slots) {
    auto query = Data{};
    auto const scope = slots.text("scope");
    if (scope.empty() || scope == "self") query.set("owner", turn.person.user_id);
    auto const status = slots.text("status");
    query.set("status", status.empty() || status == "overdue" ? "open" : status);
    if (status == "overdue") query.flag("overdue");
    if (auto const period = slots.text("period"); period.size() == 22)
        query.set("from", period.substr(0, 10)).set("to", period.substr(12)).set("date_field", "due_at");
    query.set("limit", static_cast<std::int64_t>(turn.config.list_length));
    return query;
}

void list_certain_tasks(Turn& turn, Command command) {
    auto const found = turn.crm.list_tasks(query_of(turn, command.slots));
    if (!found) return turn.refuse("列出待办", found.error());
    if (found->empty()) return turn.say("reply_no_tasks");
    auto lines = std::vector<Data>{};
    for (auto const& task : *found) lines.push_back(line_of(turn, task, static_cast<std::int64_t>(lines.size()) + 1));
    auto data = Data{};
    if (command.slots.text("status") == "overdue") data.flag("is_overdue");
    if (command.slots.text("status") == "done") data.flag("is_done");
    turn.say("reply_tasks", std::move(data.set("tasks", lines)));
    turn.remember(list_of(*found, std::move(command)));
}

}  // namespace

void create_task(Turn& turn, Command command) {
    auto subject = std::optional<Record>{};
    if (!find_subject(turn, command, subject)) return;
    if (subject) command.slots.set("customer", subject->title).set("customer_id", subject->id);
    if (command.slots.text("title").empty() && subject) command.slots.set("title", "联系 " + subject->title);
    if (command.slots.text("title").empty()) return turn.ask(std::move(command), "title", "ask_task_title");
    if (asks_about_past(turn, command)) return;
    auto const has_time =
        command.slots.has("due_at") || command.slots.has("remind_at") || command.slots.has("due_at_skipped");
    if (!has_time) {
        auto data = Data{{"title", command.slots.text("title")}};
        data.flag("can_skip");
        return turn.ask(std::move(command), "due_at", "ask_task_time", std::move(data));
    }
    write_task(turn, subject, command);
}

void list_tasks(Turn& turn, Command command) {
    if (asks_for_certain_tasks(turn, command.slots)) return list_certain_tasks(turn, std::move(command));
    auto const agenda = turn.crm.today();
    if (!agenda) return turn.refuse("列出待办", agenda.error());
    if (agenda->tasks.empty() && agenda->contacts.empty()) return turn.say("reply_nothing_today");
    auto tasks = std::vector<Data>{};
    for (auto const& task : agenda->tasks)
        if (tasks.size() < turn.config.list_length)
            tasks.push_back(line_of(turn, task, static_cast<std::int64_t>(tasks.size()) + 1));
    auto contacts = std::vector<Data>{};
    for (auto const& contact : agenda->contacts)
        if (contacts.size() < turn.config.list_length) contacts.push_back(line_of(turn, contact));
    auto data = Data{{"date", format_for_people(turn.now, turn.zone, turn.now, false)}};
    data.set("tasks", tasks).set("contacts", contacts);
    data.set("task_count", static_cast<std::int64_t>(agenda->tasks.size()));
    data.set("contact_count", static_cast<std::int64_t>(agenda->contacts.size()));
    turn.say("reply_today", std::move(data));
    turn.remember(list_of(agenda->tasks, std::move(command)));
}

}  // namespace wescrm::bot
