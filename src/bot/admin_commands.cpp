#include "commands.hpp"
#include "people.hpp"

#include <utility>

// What administrators do in the chat.
namespace wescrm::bot {
namespace {

std::vector<Data> lines_of(std::vector<Owned> const& owned) {
    auto lines = std::vector<Data>{};
    for (auto const& item : owned) {
        auto line = Data{{"title", item.title}, {"hint", item.hint.empty() ? std::string{} : "（" + item.hint + "）"}};
        line.set("count", item.count);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::int64_t total_of(std::vector<Owned> const& owned) {
    auto total = std::int64_t{0};
    for (auto const& item : owned) total += item.count;
    return total;
}

void ask_to_hand_over(Turn& turn, Command command, Record const& from, Record const& to) {
    auto const owned = Company{turn.crm}.owned_by(from.id);
    if (!owned) return turn.refuse("交接预览", owned.error());
    if (owned->empty()) return turn.say("reply_nothing_to_hand_over", Data{{"name", from.title}});
    command.slots.set("employee", from.title).set("employee_id", from.id).set("to", to.title).set("to_id", to.id);
    auto data = Data{{"name", from.title}, {"to", to.title}};
    data.set("total", total_of(*owned)).set("items", lines_of(*owned));
    turn.confirm(std::move(command), "confirm_hand_over", std::move(data));
}

}  // namespace

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
        if (auto const owned = Company{turn.crm}.owned_by(person->id)) data.set("items", lines_of(*owned));
        return turn.confirm(std::move(command), "confirm_disable", std::move(data));
    }
    auto const done = Company{turn.crm}.disable(person->id);
    if (!done) return turn.refuse("停用 " + person->title, done.error());
    turn.remember(*person);
    turn.say("reply_disabled", Data{{"name", person->title}});
}

void hand_over(Turn& turn, Command command) {
    if (auto const may = turn.crm.permitted("employee.handover"); !may) return turn.refuse("工作交接", may.error());
    auto const from = find_person(turn, command, "employee", "ask_leaver", Whom::anybody);
    if (!from) return;
    command.slots.set("employee", from->title).set("employee_id", from->id);
    auto const to = find_person(turn, command, "to", "ask_receiver");
    if (!to) return;
    if (to->id == from->id) return turn.say("reply_same_person", Data{{"name", from->title}});
    if (!command.slots.has("confirmed")) return ask_to_hand_over(turn, std::move(command), *from, *to);
    auto const done = Company{turn.crm}.hand_over(from->id, to->id);
    if (!done) return turn.refuse("交接 " + from->title, done.error());
    auto data = Data{{"name", from->title}, {"to", to->title}};
    data.set("items", lines_of(done->items)).set("total", total_of(done->items));
    if (done->left > 0) data.set("left", done->left);
    turn.say("reply_handed_over", std::move(data));
}

// The first who decides, decides for all; later presses learn that it was decided.
void press_sync(Turn& turn, std::string_view verb, std::string_view run) {
    auto const is_yes = verb == "accept";
    auto const count = Company{turn.crm}.decide_sync(run, is_yes);
    if (!count) {
        turn.card = CardAnswer{count.error().code == Errc::conflict ? "已处理" : "已失效", {}, {}};
        if (count.error().code != Errc::conflict) return turn.refuse("处理停用确认", count.error());
        return turn.say("reply_handled", Data{{"message", count.error().message}});
    }
    turn.card = CardAnswer{is_yes ? "已确认停用" : "已保留", {}, {}};
    auto data = Data{};
    data.set("count", *count);
    if (is_yes) data.flag("is_accepted");
    turn.say("reply_sync_decided", std::move(data));
}

}  // namespace wescrm::bot
