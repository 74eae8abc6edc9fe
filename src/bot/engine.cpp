#include "engine.hpp"

#include "answers.hpp"
#include "approval_cards.hpp"
#include "commands.hpp"
#include "corrections.hpp"
#include "deals.hpp"
#include "pool_commands.hpp"
#include "reminder_commands.hpp"
#include "request_cards.hpp"
#include "several.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wescrm::bot {
namespace {

constexpr std::size_t longest_cancellation = 5;  // code points; "客户说先不要退回" is an answer
constexpr double sure = 0.7;                     // below it, a bare name is only a guess

void drop_expired(Turn& turn) {
    auto& dialogue = turn.dialogue;
    if (dialogue.parked && dialogue.parked->expires <= turn.now) dialogue.parked.reset();
    if (!dialogue.question || dialogue.question->expires > turn.now) return;
    dialogue.question.reset();
    turn.say("reply_expired");
}

void park_question(Turn& turn) {
    if (!turn.dialogue.question) return;
    auto question = std::exchange(turn.dialogue.question, std::nullopt);
    // An unanswered confirmation is a no.
    if (question->kind == Question::Kind::confirm) return turn.say("reply_cancelled");
    question->expires = turn.now + turn.config.parked_expires;
    turn.dialogue.parked = std::move(question);
}

void repeat_question(Turn& turn, bool is_miss) {
    auto& question = *turn.dialogue.question;
    if (is_miss) ++question.misses;
    auto data = question.data.copy();
    if (question.misses == 1) data.flag("is_repeated");
    if (question.misses > 1) data.flag("is_stuck");
    turn.say(question.wording, std::move(data));
}

void resume(Turn& turn) {
    turn.dialogue.question = std::exchange(turn.dialogue.parked, std::nullopt);
    turn.dialogue.question->expires = turn.now + turn.config.question_expires;
    repeat_question(turn, false);
}

void cancel(Turn& turn) {
    auto const had_question = turn.dialogue.question || turn.dialogue.parked;
    turn.dialogue.question.reset();
    turn.dialogue.parked.reset();
    turn.say(had_question ? "reply_cancelled" : "reply_nothing_to_cancel");
}

bool is_aside(std::string_view intent) { return intent == "help" || intent == "menu"; }

void run_beside_question(Turn& turn, Command command) {
    park_question(turn);
    run_command(turn, std::move(command));
    if (turn.dialogue.parked && !turn.dialogue.question) turn.say("reply_parked");
}

// Whether the sentence was taken as the answer to the open question.
void hear_with_question(Turn& turn, std::string_view sentence) {
    auto understood = turn.understand(sentence, turn.sent_at, turn.zone);
    if (is_cancellation(sentence) || (understood.intent == "cancel" && text::length(sentence) <= longest_cancellation))
        return cancel(turn);
    auto const begins_like_one = begins_with_command(sentence);
    if (is_aside(understood.intent) && begins_like_one) {
        run_command(turn, {understood.intent, Data{understood.slots}});
        return repeat_question(turn, false);
    }
    if (understood.intent == "undo") return run_beside_question(turn, {understood.intent, Data{understood.slots}});
    auto const is_command = begins_like_one && understood.intent != "unknown" && understood.intent != "select";
    if (!is_command && take_answer(turn, sentence)) return;
    if (is_command) return run_beside_question(turn, {understood.intent, Data{understood.slots}});
    auto const is_confirmation_open = turn.dialogue.question && turn.dialogue.question->kind == Question::Kind::confirm;
    if (is_confirmation_open && understood.intent == "cancel") return cancel(turn);
    auto const is_other =
        understood.intent != "unknown" && understood.intent != "search" && understood.intent != "select";
    if (is_confirmation_open && is_other) return run_beside_question(turn, {understood.intent, Data{understood.slots}});
    repeat_question(turn, true);
}

void follow_up_on(Turn& turn, Record const& record) {
    auto command = Command{"followup.create", Data{{"target", record.title}, {"target_id", record.id}}};
    run_beside_question(turn, std::move(command));
}

void remind_about(Turn& turn, Record const& record) {
    auto command = Command{"task.create", Data{{"customer", record.title}, {"customer_id", record.id}}};
    park_question(turn);
    turn.ask(std::move(command), "due_at", "ask_reminder", Data{{"customer", record.title}});
}

void press_customer(Turn& turn, std::string_view verb, std::string_view id) {
    auto const customer = turn.crm.show_customer(id);
    if (!customer) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("打开客户", customer.error());
    }
    turn.card = CardAnswer{{}, "customer_card", card_of(turn, *customer)};
    auto const record = Record{"customer", customer->id, customer->name};
    turn.remember(record);
    if (verb == "followup")
        follow_up_on(turn, record);
    else if (verb == "remind")
        remind_about(turn, record);
    else
        show_detail(turn, id);
}

bool is_open(Task const& task) { return task.status != "done" && task.status != "cancelled"; }

CardAnswer closed(Task const& task) { return {task.status == "cancelled" ? "已取消" : "已完成", {}, {}}; }

Data reminder_of(Turn const& turn, Task const& task) {
    auto data =
        Data{{"id", task.id}, {"title", task.title}, {"target_id", task.target_id}, {"target_name", task.target_name}};
    data.set("at_text", turn.spoken(task.remind_at)).set("due_text", turn.spoken(task.due_at));
    return data;
}

void finish_task(Turn& turn, Task const& task) {
    auto const done = turn.crm.complete_task(task.id);
    if (!done && done.error().code != Errc::conflict) return turn.refuse("完成待办", done.error());
    if (!done) turn.say("reply_handled", Data{{"message", done.error().message}});
    turn.card = closed(task);
}

void put_off_task(Turn& turn, Task const& task) {
    auto const later = turn.crm.snooze_task(task.id);
    if (!later && later.error().code == Errc::conflict) turn.card = closed(task);
    if (!later) return turn.refuse("推迟提醒", later.error());
    auto const at = later->remind_at ? turn.zone.local(*later->remind_at).date : turn.zone.date(turn.now);
    turn.card = CardAnswer{"已推迟到" + format_date(at).substr(5), {}, {}};
    turn.say("reply_task_snoozed", Data{{"title", task.title}, {"remind_at", turn.spoken(later->remind_at)}});
}

void press_task(Turn& turn, std::string_view verb, std::string_view id) {
    auto const task = turn.crm.show_task(id);
    if (!task) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("处理待办", task.error());
    }
    turn.remember(Record{"task", task->id, task->title});
    if (verb == "done") return finish_task(turn, *task);
    if (verb == "snooze") return put_off_task(turn, *task);
    if (verb != "followup" || task->target_type != "customer") return turn.say("reply_old_button");
    // The task is still to be done: its buttons stay.
    turn.card = is_open(*task) ? CardAnswer{{}, "task_reminder", reminder_of(turn, *task)} : closed(*task);
    auto const customer = turn.crm.show_customer(task->target_id);
    if (!customer) return turn.refuse("写跟进", customer.error());
    follow_up_on(turn, {"customer", customer->id, customer->name});
}

// The button of a comment: "<follow-up>.<comment>".
void press_comment(Turn& turn, std::string const& ids) {
    // A follow-up, and of a comment on it its own id.
    auto const both = text::split(ids, '.');
    if (both.empty() || both.size() > 2) return turn.say("reply_old_button");
    turn.card = CardAnswer{"请发送回复", {}, {}};
    park_question(turn);
    auto about = Data{{"followup_id", both[0]}};
    if (both.size() == 2) about.set("parent_id", both[1]);
    run_command(turn, {"followup.comment", std::move(about)});
}

void hear_one(Turn& turn, std::string_view sentence) {
    drop_expired(turn);
    if (text::trim(sentence).empty()) return turn.say("reply_unknown", Data{{"words", "…"}});
    if (auto const wish = reminder_wish_in(sentence)) {
        park_question(turn);
        return change_reminders(turn, *wish);
    }
    if (turn.dialogue.question) return hear_with_question(turn, sentence);
    if (turn.dialogue.parked && is_resumption(sentence)) return resume(turn);
    if (is_cancellation(sentence)) return cancel(turn);
    if (correct(turn, sentence)) return;
    if (auto const index = index_from(sentence); index && turn.remembered_entry(*index)) {
        auto slots = Data{};
        slots.set("index", std::int64_t{*index});
        return run_command(turn, {"select", std::move(slots)});
    }
    auto understood = turn.understand(sentence, turn.sent_at, turn.zone);
    if (understood.intent == "cancel") return cancel(turn);
    turn.intent = understood.intent;
    if (understood.intent == "unknown") return not_understood(turn, sentence, false);
    auto slots = Data{understood.slots};
    if (understood.intent == "search" && understood.confidence < sure)
        slots.flag("is_guess");
    else
        turn.dialogue.misunderstood = 0;
    run_command(turn, {understood.intent, std::move(slots)});
}

// Several lines that each begin with a command word are several messages; everything else is one.
std::vector<std::string> commands_in(std::string_view sentence) {
    auto lines = std::vector<std::string>{};
    for (auto const& line : text::split(sentence, '\n')) {
        if (text::trim(line).empty()) continue;
        if (!begins_with_command(line)) return {};
        lines.emplace_back(text::trim(line));
    }
    return lines;
}

}  // namespace

void hear(Turn& turn, std::string_view sentence) {
    auto const lines = commands_in(sentence);
    if (lines.size() < 2) return hear_one(turn, sentence);
    hear_each(turn, lines, hear_one);
}

void press_menu(Turn& turn, std::string_view key) {
    drop_expired(turn);
    run_beside_question(turn, {std::string{key}, Data{}});
}

void press_button(Turn& turn, std::string_view key) {
    drop_expired(turn);
    auto const parts = text::split(key, ':');
    if (parts.size() == 3 && parts[1] == "sync_run" && (parts[0] == "accept" || parts[0] == "keep"))
        return press_sync(turn, parts[0], parts[2]);
    constexpr auto verbs =
        std::array<std::string_view, 7>{"followup", "remind", "show", "done", "snooze", "approve", "reject"};
    auto const is_known = parts.size() == 3 && std::find(verbs.begin(), verbs.end(), parts[0]) != verbs.end();
    if (is_known && parts[1] == "customer") return press_customer(turn, parts[0], parts[2]);
    if (is_known && parts[0] == "show" && is_deal(parts[1])) return press_deal(turn, parts[1], parts[2]);
    if (is_known && parts[1] == "task") return press_task(turn, parts[0], parts[2]);
    if (parts.size() == 3 && parts[0] == "reply" && parts[1] == "followup") return press_comment(turn, parts[2]);
    if (is_known && parts[1] == "approval") return press_approval(turn, parts[0], parts[2]);
    if (is_known && is_request(parts[1])) return press_request(turn, parts[0], parts[1], parts[2]);
    if (parts.size() == 3 && parts[0] == "claim" && is_pooled(parts[1])) return press_pooled(turn, parts[1], parts[2]);
    turn.say("reply_old_button");
}

void enter(Turn& turn) {
    auto const today = format_date(turn.zone.date(turn.now));
    if (turn.dialogue.greeted_on == today) return;
    greet(turn, {"greet", Data{}});
}

}  // namespace wescrm::bot
