#include "commands.hpp"
#include "people.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

// Whose a customer is and who else works with it; tags; one customer that was entered twice.
namespace wescrm::bot {
namespace {

constexpr std::string_view own(std::string_view owner) { return owner.empty() ? std::string_view{"公海"} : owner; }

// 绿源转给小陈: the same for handing on and handing out.
void hand_customer(Turn& turn, Command command, std::string_view operation, std::string const& what) {
    if (auto const may = turn.crm.permitted(operation); !may) return turn.refuse(what + "客户", may.error());
    if (command.slots.has("count") || command.slots.has("period")) return turn.say("reply_one_at_a_time");
    auto const record = find_record(turn, command, "customer", "ask_customer");
    if (!record) return;
    command.slots.set("customer", record->title).set("customer_id", record->id);
    auto const to = find_person(turn, command, "employee", "ask_receiver");
    if (!to) return;
    auto const customer = turn.crm.show_customer(record->id);
    if (!customer) return turn.refuse(what + "客户", customer.error());
    if (customer->owner_user_id == to->id)
        return turn.say("reply_already_owner", Data{{"name", customer->name}, {"to", to->title}});
    if (!command.slots.has("confirmed")) {
        command.slots.set("employee", to->title).set("employee_id", to->id).set("customer", customer->name);
        return turn.confirm(
            std::move(command), "confirm_transfer",
            Data{{"name", customer->name}, {"owner", own(customer->owner)}, {"to", to->title}, {"what", what}});
    }
    auto const moved = turn.crm.change_ownership(operation, record->id, Data{{"user_id", to->id}});
    if (!moved) return turn.refuse(what + " " + customer->name, moved.error());
    turn.remember(*record);
    turn.say("reply_transferred", Data{{"name", moved->name}, {"to", to->title}, {"what", what}});
}

struct Receiver {
    std::string name;
    Data input;
};

std::optional<Receiver> receiver_of(Turn& turn, Command& command) {
    auto const department = command.slots.text("department");
    if (department.empty()) {
        auto const person = find_person(turn, command, "employee", "ask_shared_with");
        if (!person) return std::nullopt;
        return Receiver{person->title, Data{{"user_id", person->id}}};
    }
    auto const found = Company{turn.crm}.search_departments(department, 2);
    if (!found || found->empty()) {
        turn.say("reply_no_department", Data{{"name", department}});
        return std::nullopt;
    }
    auto const& best = found->front();
    return Receiver{best.name, Data{{"department_id", best.id}}};
}

std::vector<Data> lines_of(Turn const& turn, std::vector<Duplicate> const& duplicates) {
    auto lines = std::vector<Data>{};
    for (auto const& duplicate : duplicates) {
        auto text = duplicate.name + (duplicate.is_in_high_sea ? " · 在公海" : " · 负责人 " + duplicate.owner);
        if (duplicate.last_follow_at)
            text += " · 最近跟进 " + format_for_people(*duplicate.last_follow_at, turn.zone, turn.now, false);
        if (duplicate.id.empty()) text += " · 您看不到它的资料";
        lines.push_back(Data{{"text", text}, {"matched", duplicate.matched == "mobile" ? "电话相同" : "名称相同"}});
    }
    return lines;
}

}  // namespace

void transfer_customer(Turn& turn, Command command) {
    hand_customer(turn, std::move(command), "customer.transfer", "转移");
}

// For who may hand out it is an assignment; an owner who says 分给 hands on what is his.
void assign_customer(Turn& turn, Command command) {
    auto const may = turn.crm.permitted("customer.assign").has_value();
    hand_customer(turn, std::move(command), may ? "customer.assign" : "customer.transfer", may ? "分配" : "转移");
}

void share_customer(Turn& turn, Command command) {
    if (auto const may = turn.crm.permitted("customer.share"); !may) return turn.refuse("共享客户", may.error());
    auto const record = find_record(turn, command, "customer", "ask_customer");
    if (!record) return;
    command.slots.set("customer", record->title).set("customer_id", record->id);
    auto receiver = receiver_of(turn, command);
    if (!receiver) return;
    auto const is_write = command.slots.text("permission") == "write";
    receiver->input.set("power", is_write ? "write" : "read");
    auto const shared = turn.crm.change_ownership("customer.share", record->id, receiver->input);
    if (!shared) return turn.refuse("共享 " + record->title, shared.error());
    turn.remember(*record);
    auto data = Data{{"name", shared->name}, {"to", receiver->name}};
    if (is_write) data.flag("is_write");
    turn.say("reply_shared", std::move(data));
}

void tag_customer(Turn& turn, Command command) {
    auto const record = find_record(turn, command, "customer", "ask_customer");
    if (!record) return;
    command.slots.set("customer", record->title).set("customer_id", record->id);
    auto const tag = command.slots.text("tag");
    if (tag.empty()) return turn.ask(std::move(command), "tag", "ask_tag", Data{{"name", record->title}});
    auto names = json::Document{rapidjson::kArrayType};
    auto const name = json::Value{tag.data(), static_cast<rapidjson::SizeType>(tag.size())};
    names.PushBack(json::Value{name, names.GetAllocator()}, names.GetAllocator());
    auto const is_removal = json::find_bool(command.slots.value(), "remove").value_or(false);
    auto input = Data{};
    input.set(is_removal ? "remove" : "add", static_cast<json::Value const&>(names));
    auto const tagged = turn.crm.change_ownership("customer.tag", record->id, input);
    if (!tagged) return turn.refuse("给 " + record->title + " 设置标签", tagged.error());
    turn.remember(*record);
    turn.say("reply_tagged", Data{{"name", tagged->name}, {"tags", text::join(tagged->tags, "、")}});
}

void merge_customer(Turn& turn, Command command) {
    if (auto const may = turn.crm.permitted("customer.merge"); !may) return turn.refuse("合并客户", may.error());
    auto const from = find_record(turn, command, "customer", "ask_merged");
    if (!from) return;
    command.slots.set("customer", from->title).set("customer_id", from->id);
    auto const into = find_record(turn, command, "into", "ask_merged_into");
    if (!into) return;
    if (from->id == into->id) return turn.say("reply_same_customer", Data{{"name", from->title}});
    if (!command.slots.has("confirmed")) {
        auto const ends = turn.crm.show_customer(from->id);
        auto const stays = turn.crm.show_customer(into->id);
        if (!ends || !stays) return turn.refuse("合并客户", ends ? stays.error() : ends.error());
        command.slots.set("customer", ends->name).set("into", stays->name).set("into_id", stays->id);
        auto data = Data{{"from", ends->name},  {"from_no", ends->no},  {"from_owner", own(ends->owner)},
                         {"into", stays->name}, {"into_no", stays->no}, {"into_owner", own(stays->owner)}};
        data.set("contact_count", static_cast<std::int64_t>(ends->contacts.size()));
        return turn.confirm(std::move(command), "confirm_merge", std::move(data));
    }
    auto const merged = turn.crm.change_ownership("customer.merge", from->id, Data{{"into_id", into->id}});
    if (!merged) return turn.refuse("合并客户", merged.error());
    if (turn.dialogue.record && turn.dialogue.record->id == from->id) turn.dialogue.record.reset();
    turn.say("reply_merged", Data{{"from", from->title}, {"into", merged->name}});
    show_card(turn, merged->id);
}

void check_duplicate(Turn& turn, Command command) {
    auto const name = command.slots.text("name");
    auto const mobile = command.slots.text("mobile");
    if (name.empty() && mobile.empty()) return turn.ask(std::move(command), "name", "ask_checked_name");
    auto const found = turn.crm.check_duplicate(name, mobile);
    if (!found) return turn.refuse("查重", found.error());
    auto const asked = name.empty() ? mobile : name;
    auto data = Data{{"name", asked}};
    data.set("items", lines_of(turn, found->items));
    auto list = List{{}, std::move(command), {}};
    auto similar = std::vector<Data>{};
    for (auto const& customer : found->similar) {
        auto line = Data{{"name", customer.name}, {"owner", own(customer.owner)}};
        line.set("no", static_cast<std::int64_t>(similar.size()) + 1);
        similar.push_back(std::move(line));
        list.records.push_back({"customer", customer.id, customer.name});
    }
    data.set("similar", similar);
    turn.say(found->items.empty() ? "reply_no_duplicate" : "reply_duplicates", std::move(data));
    if (!list.records.empty()) turn.remember(std::move(list));
}

}  // namespace wescrm::bot
