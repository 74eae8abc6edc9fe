#include "commands.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

// Which task somebody means, and another time or the end of it.
namespace wescrm::bot {
namespace {

std::vector<Task> tasks_named(std::vector<Task> const& tasks, std::string const& words) {
    auto named = std::vector<Task>{};
    for (auto const& task : tasks)
        if (task.title.find(words) != std::string::npos || words.find(task.title) != std::string::npos)
            named.push_back(task);
    return named;
}

// 写方案 is 写北辰方案: all characters in order.
bool has_in_order(std::string_view title, std::string_view words) {
    auto at = std::size_t{0};
    for (auto const c : words)
        if (c != ' ' && (at = title.find(c, at)) == std::string_view::npos)
            return false;
        else if (c != ' ')
            ++at;
    return true;
}

std::vector<Task> tasks_like(Turn& turn, std::string const& words) {
    auto all = turn.crm.list_tasks(Data{{"status", "open"}, {"owner", turn.person.user_id}});
    if (!all) return {};
    std::erase_if(*all, [&words](Task const& task) { return !has_in_order(task.title, words); });
    return std::move(*all);
}

constexpr std::size_t length_of_date = 10;

// Where the words leave the time of day open, the task keeps its own.
std::optional<Instant> new_time(Turn const& turn, Task const& task, Data const& slots) {
    auto const old = task.due_at ? task.due_at : task.remind_at;
    if (auto const days_on = json::find_integer(slots.value(), "shift_days")) {
        auto const from = turn.zone.local(old.value_or(turn.now));
        return turn.zone.instant({add_days(from.date, static_cast<int>(*days_on)), from.time_of_day});
    }
    auto const words = slots.text("due_at");
    auto const date = words.size() == length_of_date ? parse_date(words) : std::nullopt;
    if (date && old) return turn.zone.instant({*date, turn.zone.local(*old).time_of_day});
    return turn.moment(words);
}

}  // namespace

std::optional<Record> find_task(Turn& turn, Command& command) {
    auto const words = command.slots.text("task");
    if (command.slots.has("task_id")) return Record{"task", command.slots.text("task_id"), words};
    if (auto const record = turn.remembered_record(); is_pronoun(words) && record && record->kind == "task")
        return record;
    if (auto const index = index_from(words))
        if (auto const record = turn.remembered_entry(*index); record && record->kind == "task") return record;
    auto const tasks = turn.crm.list_tasks(Data{{"q", words}, {"status", "open"}, {"owner", turn.person.user_id}});
    if (!tasks) {
        turn.refuse("查找待办", tasks.error());
        return std::nullopt;
    }
    auto named = words.empty() ? *tasks : tasks_named(*tasks, words);
    auto data = Data{};
    if (named.empty() && !words.empty()) {
        named = tasks_like(turn, words);
        data.flag("is_near");
    }
    if (named.size() == 1 && !words.empty() && !data.has("is_near"))
        return Record{"task", named.front().id, named.front().title};
    if (named.empty()) {
        turn.say("reply_no_task", Data{{"name", words}});
        return std::nullopt;
    }
    auto choices = std::vector<Record>{};
    for (auto const& task : named)
        if (choices.size() < turn.config.choices) choices.push_back({"task", task.id, task.title});
    turn.offer(std::move(command), "task", std::move(choices), words, std::move(data));
    return std::nullopt;
}

void complete_task(Turn& turn, Command command) {
    auto const record = find_task(turn, command);
    if (!record) return;
    auto const task = turn.crm.complete_task(record->id);
    if (!task) return turn.refuse("完成待办 " + record->title, task.error());
    turn.remember(*record);
    turn.say("reply_task_done", Data{{"title", task->title}});
}

void reschedule_task(Turn& turn, Command command) {
    auto const record = find_task(turn, command);
    if (!record) return;
    command.slots.set("task", record->title).set("task_id", record->id);
    auto const task = turn.crm.show_task(record->id);
    if (!task) return turn.refuse("改期", task.error());
    auto const at = new_time(turn, *task, command.slots);
    if (!at) return turn.ask(std::move(command), "due_at", "ask_new_time", Data{{"title", task->title}});
    if (*at <= turn.now) {
        command.slots.erase("due_at").erase("shift_days");
        return turn.ask(std::move(command), "due_at", "ask_later_time", Data{{"at", turn.spoken(at)}});
    }
    auto fields = Data{{"due_at", format_rfc3339(*at)}};
    if (task->remind_at && task->remind_at != task->due_at) fields.set("remind_at", format_rfc3339(*at));
    auto const moved = turn.crm.change_task(*task, fields);
    if (!moved) return turn.refuse("改期 " + task->title, moved.error());
    turn.remember(*record);
    turn.say("reply_task_moved", Data{{"title", moved->title}, {"at", turn.spoken(at)}});
}

void cancel_task(Turn& turn, Command command) {
    auto const record = find_task(turn, command);
    if (!record) return;
    auto const task = turn.crm.cancel_task(record->id);
    if (!task) return turn.refuse("取消待办 " + record->title, task.error());
    turn.remember(*record);
    turn.say("reply_task_cancelled", Data{{"title", task->title}});
}

}  // namespace wescrm::bot
