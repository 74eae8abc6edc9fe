#include "whose.hpp"

#include "people.hpp"

#include <string_view>
#include <utility>

// Whose records a list shows.
namespace wescrm::bot {
namespace {

constexpr std::string_view of_employee = "employee:";
constexpr std::string_view of_department = "department:";

Whose whose_department(Department const& department) { return {false, department.name, {}, department.id, {}}; }

std::optional<Whose> find_whose_department(Turn& turn, Command& command, std::string const& name) {
    auto const found = Company{turn.crm}.search_departments(name, turn.config.choices + 1);
    if (!found) {
        turn.refuse("查看部门", found.error());
        return std::nullopt;
    }
    auto const chosen = command.slots.text("department_id");
    for (auto const& department : *found)
        if (department.id == chosen) return whose_department(department);
    if (found->empty()) {
        turn.say("reply_no_department", Data{{"name", name}});
        return std::nullopt;
    }
    if (found->size() == 1 || (found->front().rank == 1 && (*found)[1].rank > 1))
        return whose_department(found->front());
    auto choices = std::vector<Record>{};
    for (auto const& department : *found)
        if (choices.size() < turn.config.choices)
            choices.push_back({"department", department.id, department.name + " · " + department.above});
    turn.offer(std::move(command), "department", std::move(choices), name, {});
    return std::nullopt;
}

}  // namespace

std::optional<Whose> whose_records(Turn& turn, Command& command) {
    auto const scope = command.slots.text("scope");
    if (scope.empty() || scope == "self") return Whose{true, {}, turn.person.user_id, {}, {}};
    if (scope == "subordinates") return Whose{false, {}, {}, {}, "subordinates"};
    if (scope.starts_with(of_department))
        return find_whose_department(turn, command, scope.substr(of_department.size()));
    if (!scope.starts_with(of_employee)) return Whose{};
    if (!command.slots.has("employee")) command.slots.set("employee", scope.substr(of_employee.size()));
    auto const person = find_person(turn, command, "employee", "ask_employee", Whom::anybody);
    if (!person) return std::nullopt;
    auto const is_me = person->id == turn.person.user_id;
    return Whose{is_me, is_me ? std::string{} : person->title, person->id, {}, {}};
}

}  // namespace wescrm::bot
