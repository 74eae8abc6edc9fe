#include "commands.hpp"
#include "deals.hpp"
#include "labels.hpp"
#include "media_commands.hpp"
#include "own_fields.hpp"
#include "possible_duplicate.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

namespace wescrm::bot {
namespace {

constexpr auto noon = hours{12};

// When it happened; today without a time of day is now, another day its noon.
std::string followed_at(Turn const& turn, std::string const& text) {
    auto const day = text.size() == 10 ? parse_date(text) : std::nullopt;
    if (day && *day >= turn.zone.date(turn.now)) return {};
    if (day) return format_rfc3339(turn.zone.instant({*day, noon}));
    auto const at = turn.moment(text);
    return at && *at < turn.now ? format_rfc3339(*at) : std::string{};
}

// What the grammar of sentences has no word for is read from what was said.
std::string method_of(Data const& slots) {
    auto const said = slots.text("kind");
    if (!said.empty() && said != "wechat") return said;
    auto const content = slots.text("content");
    if (content.find("企微") != std::string::npos || content.find("企业微信") != std::string::npos) return "wecom";
    return said.empty() && content.find("短信") != std::string::npos ? "sms" : said;
}

// Whom the sentence is about, so that it is nobody else when the command is carried on.
void settle(Command& command, Record const& target) {
    auto const slot = is_deal(target.kind) ? target.kind : std::string{"target"};
    command.slots.set(slot, target.title).set(slot + "_id", target.id);
}

void write_followup(Turn& turn, Record const& target, Command const& command) {
    auto const& slots = command.slots;
    auto fields = Data{{"target_type", target.kind},
                       {"target_id", target.id},
                       {"content", slots.text("content")},
                       {"method", method_of(slots)},
                       {"followed_at", followed_at(turn, slots.text("followed_at"))}};
    if (auto const next = turn.moment(slots.text("next_contact_at")))
        fields.set("next_contact_at", format_rfc3339(*next));
    auto const followup = turn.crm.create_followup(fields);
    if (!followup) return turn.refuse("给 " + target.title + " 写跟进", followup.error());
    put_to_followup(turn, slots.text("attachments"), target, followup->id);
    auto done = Command{command.intent, command.slots.copy()};
    done.slots.erase("attachments");
    settle(done, target);
    note_write(turn, done, {"followup", followup->id, target.title});
    turn.remember(target);
    turn.say("reply_followup", Data{{"name", target.title},
                                    {"content", followup->content.empty() ? slots.text("content") : followup->content},
                                    {"method", method_label(followup->method)},
                                    {"followed_at", turn.spoken(followup->followed_at)},
                                    {"next_contact_at", turn.spoken(followup->next_contact_at)}});
}

// Several names at once: one follow-up each.
bool runs_for_each_target(Turn& turn, Command const& command) {
    auto const* targets = json::find(command.slots.value(), "target");
    if (!targets || !targets->IsArray()) return false;
    for (auto const& target : targets->GetArray()) {
        auto one = Command{command.intent, command.slots.copy()};
        one.slots.erase("target").set("target", target.IsString() ? json::view(target) : std::string_view{});
        create_followup(turn, std::move(one));
        if (turn.dialogue.question) break;
    }
    return true;
}

// Whether the sentence means a lead or an opportunity: 跟进线索李建国; 跟进李建国 where no customer is called so;
// 跟进它 after one was spoken of. Its words are then in the slot of that kind.
bool is_about(Turn& turn, Command& command, std::string_view kind) {
    if (command.slots.has(std::string{kind} + "_id")) return true;
    if (command.slots.has("target_id")) return false;
    auto words = command.slots.text("target");
    auto const is_named_so = words.starts_with(deal_word(kind));
    if (is_named_so) words.erase(0, deal_word(kind).size());
    words = std::string{text::trim(words)};
    if (words.empty() || is_pronoun(words)) {
        auto const record = turn.remembered_record();
        if (!record || record->kind != kind) return false;
    } else if (!is_named_so) {
        auto const customers = turn.crm.search_customers(words, 1);
        if (!customers || !customers->empty() || !is_any_deal(turn, kind, words)) return false;
    }
    command.slots.set(kind, words);
    return true;
}

std::optional<Record> target_of(Turn& turn, Command& command) {
    for (auto const* kind : {"lead", "opportunity"})
        if (is_about(turn, command, kind)) return find_deal(turn, command, kind);
    return find_record(turn, command, "target", "ask_followup_customer");
}

}  // namespace

void create_followup(Turn& turn, Command command) {
    if (runs_for_each_target(turn, command)) return;
    auto const target = target_of(turn, command);
    if (!target) return;
    if (command.slots.text("content").empty()) {
        settle(command, *target);
        return turn.ask(std::move(command), "content", "ask_followup_content", Data{{"name", target->title}});
    }
    write_followup(turn, *target, command);
}

void write_comment(Turn& turn, Command command) {
    auto const& slots = command.slots;
    auto const content = slots.text("content");
    if (content.empty()) return turn.ask(std::move(command), "content", "ask_comment");
    auto comment = Data{{"id", slots.text("followup_id")}, {"content", content}};
    if (auto const parent = slots.text("parent_id"); !parent.empty()) comment.set("parent_id", parent);
    auto const done = turn.crm.invoke("followup.comment", comment);
    if (!done) return turn.refuse("回复评论", done.error());
    turn.say("reply_commented", Data{{"content", text::truncate(text::one_line(content), 60)}});
}

void list_followups(Turn& turn, Command command) {
    auto query = Data{};
    auto customer = std::optional<Record>{};
    if (!command.slots.text("target").empty()) {
        customer = find_record(turn, command, "target", "ask_customer");
        if (!customer) return;
        query.set("customer_id", customer->id);
    } else {
        query.set("owner", turn.person.user_id);
    }
    if (auto const period = command.slots.text("period"); period.size() == 22)
        query.set("from", period.substr(0, 10)).set("to", period.substr(12)).set("date_field", "followed_at");
    query.set("limit", static_cast<std::int64_t>(turn.config.list_length));
    auto const followups = turn.crm.list_followups(query);
    if (!followups) return turn.refuse("列出跟进", followups.error());
    if (followups->empty()) return turn.say("reply_no_followups");
    auto lines = std::vector<Data>{};
    for (auto const& followup : *followups) {
        auto line = Data{{"at", turn.spoken(followup.followed_at)},
                         {"customer", customer ? std::string{} : followup.customer},
                         {"method", method_label(followup.method)},
                         {"content", text::truncate(text::one_line(followup.content), 40)}};
        line.set("no", static_cast<std::int64_t>(lines.size()) + 1);
        lines.push_back(std::move(line));
    }
    auto data = Data{{"customer", customer ? customer->title : std::string{}}};
    turn.say("reply_followups", std::move(data.set("items", lines)));
}

bool show_contacts(Turn& turn, std::string const& words) {
    auto const contacts = turn.crm.find_contacts(words, {}, turn.config.choices);
    if (!contacts || contacts->empty()) return false;
    auto list = List{};
    auto lines = std::vector<Data>{};
    for (auto const& contact : *contacts) {
        auto line = Data{{"name", contact.name},
                         {"position", contact.position},
                         {"mobile", contact.mobile},
                         {"customer", contact.customer}};
        line.set("no", static_cast<std::int64_t>(lines.size()) + 1);
        lines.push_back(std::move(line));
        list.records.push_back({"customer", contact.customer_id, contact.customer});
    }
    if (lines.size() == 1) turn.remember(Record{list.records.front()});
    auto data = Data{};
    turn.say("reply_contacts", std::move(data.set("items", lines)));
    turn.remember(std::move(list));
    return true;
}

void find_contact(Turn& turn, Command command) {
    if (auto const words = command.slots.text("contact"); !words.empty()) {
        if (!show_contacts(turn, words)) turn.say("reply_not_found", Data{{"name", words}});
        return;
    }
    if (auto const customer = find_record(turn, command, "customer", "ask_customer")) show_detail(turn, customer->id);
}

void create_contact(Turn& turn, Command command) {
    auto const customer = find_record(turn, command, "customer", "ask_customer");
    if (!customer) return;
    if (command.slots.text("name").empty()) {
        command.slots.set("customer", customer->title).set("customer_id", customer->id);
        return turn.ask(std::move(command), "name", "ask_contact_name", Data{{"name", customer->title}});
    }
    auto const& slots = command.slots;
    auto remark = std::string{};
    if (auto const wechat = slots.text("wechat"); !wechat.empty()) remark += "微信 " + wechat;
    if (auto const email = slots.text("email"); !email.empty())
        remark += (remark.empty() ? "邮箱 " : "，邮箱 ") + email;
    auto fields = Data{{"customer_id", customer->id},
                       {"name", slots.text("name")},
                       {"mobile", slots.text("mobile")},
                       {"position", slots.text("position")},
                       {"remark", remark}};
    if (json::find_bool(slots.value(), "is_primary").value_or(false)) fields.flag("is_primary");
    if (names_unsayable(turn, "contact", command.slots)) return;
    put_own(turn, "contact", command.slots, fields);
    put_reason(command, fields);
    auto const contact = turn.crm.create_contact(fields);
    if (!contact) command.slots.set("customer", customer->title).set("customer_id", customer->id);
    if (!contact && ask_own(turn, "contact", command, contact.error())) return;
    auto const what = "新增联系人 " + slots.text("name");
    if (!contact && ask_duplicate(turn, command, what, contact.error())) return;
    if (!contact) return turn.refuse(what, contact.error());
    command.slots.set("customer", customer->title).set("customer_id", customer->id);
    note_write(turn, command, {"contact", contact->id, contact->name});
    turn.remember(*customer);
    turn.say("reply_contact", Data{{"customer", customer->title},
                                   {"name", contact->name},
                                   {"position", contact->position},
                                   {"mobile", contact->mobile},
                                   {"remark", remark}});
}

}  // namespace wescrm::bot
