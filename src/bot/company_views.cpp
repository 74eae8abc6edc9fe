#include "commands.hpp"
#include "people.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

// Colleagues, departments, permissions: what the chat shows of the company.
namespace wescrm::bot {
namespace {

constexpr std::size_t longest_tree = 40;     // lines; more is for the page
constexpr std::size_t longest_actions = 70;  // code points of one line

Data line_of(Colleague const& colleague, std::size_t number) {
    auto line = Data{{"name", colleague.name}};
    auto facts = std::string{};
    if (!colleague.department.empty()) facts += " · " + colleague.department;
    if (!colleague.position.empty()) facts += " · " + colleague.position;
    line.set("no", static_cast<std::int64_t>(number)).set("facts", facts);
    return line;
}

// Numbered people that answer to 第二个; those beyond the length of a list are only counted.
void show_people(Turn& turn, std::string_view kind, Data data, std::vector<Colleague> const& people, Command command) {
    auto lines = std::vector<Data>{};
    auto list = List{{}, std::move(command), {}};
    for (auto const& colleague : people) {
        if (lines.size() == turn.config.list_length) break;
        lines.push_back(line_of(colleague, lines.size() + 1));
        list.records.push_back({"employee", colleague.user_id, colleague.name});
    }
    data.set("count", static_cast<std::int64_t>(people.size()));
    if (people.size() > lines.size()) data.set("rest", static_cast<std::int64_t>(people.size() - lines.size()));
    turn.say(kind, std::move(data.set("items", lines)));
    turn.remember(std::move(list));
}

std::optional<Profile> profile_of(Turn& turn, Command& command) {
    if (command.slots.text("employee").empty()) command.slots.set("employee", "me");
    auto const person = find_person(turn, command, "employee", "ask_employee");
    if (!person) return std::nullopt;
    auto profile = Company{turn.crm}.profile(person->id);
    if (!profile) {
        turn.refuse("查看同事", profile.error());
        return std::nullopt;
    }
    return std::move(*profile);
}

// One line an object: what reaches farthest first, "；新建、导入（本人）" behind it.
std::vector<Data> lines_of(Rights const& rights) {
    auto lines = std::vector<Data>{};
    auto objects = std::vector<std::pair<std::string, std::string>>{};
    for (auto const& right : rights.items) {
        auto const words = right.actions + (right.reach.empty() ? std::string{} : "（" + right.reach + "）");
        if (!objects.empty() && objects.back().first == right.object)
            objects.back().second += "；" + words;
        else
            objects.emplace_back(right.object, words);
    }
    for (auto const& [object, actions] : objects)
        lines.push_back(Data{{"object", object}, {"actions", text::truncate(actions, longest_actions)}});
    return lines;
}

bool is_self(Turn const& turn, Profile const& profile) { return profile.self.user_id == turn.person.user_id; }

}  // namespace

void show_person(Turn& turn, std::string_view user_id) {
    auto const profile = Company{turn.crm}.profile(user_id);
    if (!profile) return turn.refuse("查看同事", profile.error());
    turn.remember(Record{"employee", profile->self.user_id, profile->self.name});
    auto data = Data{{"name", profile->self.name},
                     {"position", profile->self.position},
                     {"department", profile->self.department},
                     {"heads", text::join(profile->heads, "、")}};
    if (!profile->superiors.empty()) data.set("superior", described(profile->superiors.front()));
    if (!profile->subordinates.empty())
        data.set("subordinates", static_cast<std::int64_t>(profile->subordinates.size()));
    if (profile->self.status != "active") data.flag("is_off");
    turn.say("reply_employee", std::move(data));
}

void find_employee(Turn& turn, Command command) {
    if (auto const person = find_person(turn, command, "employee", "ask_employee", Whom::anybody))
        show_person(turn, person->id);
}

void show_superior(Turn& turn, Command command) {
    auto const profile = profile_of(turn, command);
    if (!profile) return;
    auto data = Data{{"name", is_self(turn, *profile) ? "您" : profile->self.name}};
    if (profile->superiors.empty()) return turn.say("reply_no_superior", std::move(data));
    data.set("superior", described(profile->superiors.front()));
    auto above = std::vector<std::string>{};
    for (std::size_t i = 1; i < profile->superiors.size(); ++i) above.push_back(profile->superiors[i].name);
    data.set("above", text::join(above, " → "));
    auto const& nearest = profile->superiors.front();
    turn.remember(Record{"employee", nearest.user_id, nearest.name});
    turn.say("reply_superior", std::move(data));
}

void show_subordinates(Turn& turn, Command command) {
    auto const profile = profile_of(turn, command);
    if (!profile) return;
    auto data = Data{{"name", is_self(turn, *profile) ? "您" : profile->self.name}};
    if (profile->subordinates.empty()) return turn.say("reply_no_subordinates", std::move(data));
    show_people(turn, "reply_subordinates", std::move(data), profile->subordinates, std::move(command));
}

void show_department(Turn& turn, Department const& department) {
    auto const people = Company{turn.crm}.members(department.id, turn.config.list_length);
    if (!people) return turn.refuse("查看部门", people.error());
    auto data = Data{{"name", department.name}, {"above", department.above}, {"heads", department.heads}};
    data.set("members", department.members);
    auto command = Command{"org.department", Data{{"department", department.name}}};
    show_people(turn, "reply_department", std::move(data), *people, std::move(command));
}

void find_department(Turn& turn, Command command) {
    auto const words = command.slots.text("department");
    if (words.empty()) return turn.ask(std::move(command), "department", "ask_department");
    auto const name = words.substr(0, words.find(" · "));
    auto const found = Company{turn.crm}.search_departments(name, turn.config.choices + 1);
    if (!found) return turn.refuse("查看部门", found.error());
    auto const id = command.slots.text("department_id");
    for (auto const& department : *found)
        if (department.id == id) return show_department(turn, department);
    if (found->empty()) return turn.say("reply_no_department", Data{{"name", name}});
    if (found->size() == 1 || (found->front().rank == 1 && (*found)[1].rank > 1))
        return show_department(turn, found->front());
    auto choices = std::vector<Record>{};
    for (auto const& department : *found)
        if (choices.size() < turn.config.choices)
            choices.push_back({"department", department.id, department.name + " · " + department.above});
    turn.offer(std::move(command), "department", std::move(choices), name, {});
}

void show_tree(Turn& turn, Command) {
    auto const tree = Company{turn.crm}.tree();
    if (!tree) return turn.refuse("查看组织架构", tree.error());
    auto lines = std::vector<Data>{};
    for (auto const& department : *tree) {
        if (lines.size() == longest_tree) break;
        auto indent = std::string{};
        for (auto i = std::int64_t{1}; i < department.depth; ++i) indent += "　";
        auto line = Data{{"indent", department.depth > 0 ? indent + "└ " : std::string{}},
                         {"name", department.name},
                         {"heads", department.heads.empty() ? std::string{} : " · " + department.heads}};
        line.set("members", department.members);
        lines.push_back(std::move(line));
    }
    auto data = Data{};
    data.set("count", static_cast<std::int64_t>(tree->size())).set("items", lines);
    if (tree->size() > lines.size()) data.flag("has_more");
    turn.say("reply_tree", std::move(data));
}

void show_permissions(Turn& turn, Command) {
    auto const rights = Company{turn.crm}.rights();
    if (!rights) return turn.refuse("查看我的权限", rights.error());
    auto data = Data{{"roles", rights->roles}};
    if (rights->is_administrator) data.flag("is_administrator");
    auto const lines = lines_of(*rights);
    if (!rights->is_administrator) data.set("items", lines);
    if (!rights->is_administrator && lines.empty()) data.flag("has_none");
    turn.say("reply_permissions", std::move(data));
}

}  // namespace wescrm::bot
