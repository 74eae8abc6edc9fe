#include "commands.hpp"
#include "people.hpp"

#include <utility>

// What administrators do in the chat.
namespace wescrm::bot {

void start_sync(Turn& turn, Command) {
    auto const started = Company{turn.crm}.start_sync();
    if (!started) return turn.refuse("同步组织架构", started.error());
    turn.say("reply_sync_started");
}

void disable_employee(Turn& turn, Command command) {
    if (auto const may = turn.crm.permitted("employee.disable"); !may) return turn.refuse("停用员工", may.error());
    auto const person = find_person(turn, command, "employee", "ask_employee");
    if (!person) return;
    auto const profile = Company{turn.crm}.profile(person->id);
    if (!profile) return turn.refuse("停用", profile.error());
    if (!command.slots.has("confirmed")) {
        command.slots.set("employee", person->title).set("employee_id", person->id);
        auto data = Data{{"name", profile->self.name}, {"who", described(profile->self)}};
        if (!profile->subordinates.empty())
            data.set("subordinates", static_cast<std::int64_t>(profile->subordinates.size()));
        return turn.confirm(std::move(command), "confirm_disable", std::move(data));
    }
    auto const done = Company{turn.crm}.disable(person->id);
    if (!done) return turn.refuse("停用 " + person->title, done.error());
    turn.remember(*person);
    turn.say("reply_disabled", Data{{"name", person->title}});
}

}  // namespace wescrm::bot
