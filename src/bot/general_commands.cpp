#include "approval_cards.hpp"
#include "commands.hpp"
#include "deals.hpp"
#include "media_commands.hpp"
#include "pool_commands.hpp"
#include "request_cards.hpp"
#include "words.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace wescrm::bot {
namespace {

using Run = void (*)(Turn&, Command);

std::map<std::string_view, Run> const& commands() {
    static auto const known = std::map<std::string_view, Run>{
        {"customer.create", create_customer},
        {"customer.find", find_customer},
        {"customer.list", list_customers},
        {"customer.update", change_customer},
        {"search", search},
        {"lead.create", create_lead},
        {"lead.find", find_lead},
        {"lead.update", change_lead},
        {"opportunity.create", create_opportunity},
        {"opportunity.find", find_opportunity},
        {"opportunity.update", change_opportunity},
        {"customer.delete", delete_customer},
        {"contact.find", find_contact},
        {"next_page", next_page},
        {"select", select_entry},
        {"followup.create", create_followup},
        {"followup.check_in", check_in},
        {"followup.comment", write_comment},
        {"attachment.place", place_attachments},
        {"contact.create", create_contact},
        {"followup.list", list_followups},
        {"task.create", create_task},
        {"task.list", list_tasks},
        {"reminder.list", list_tasks},
        {"task.complete", complete_task},
        {"task.reschedule", reschedule_task},
        {"task.cancel", cancel_task},
        {"contact.update", change_contact},
        {"customer.transfer", transfer_customer},
        {"customer.assign", assign_customer},
        {"customer.share", share_customer},
        {"customer.tag", tag_customer},
        {"customer.merge", merge_customer},
        {"customer.check_duplicate", check_duplicate},
        {"org.employee", find_employee},
        {"org.superior", show_superior},
        {"org.subordinates", show_subordinates},
        {"org.department", find_department},
        {"org.tree", show_tree},
        {"org.permissions", show_permissions},
        {"org.sync", start_sync},
        {"access.explain", explain_access},
        {"employee.disable", disable_employee},
        {"employee.hand_over", hand_over},
        {"approval.refuse", refuse_approval},
        {"extension.refuse", refuse_extension},
        {"collaboration.refuse", refuse_collaboration},
        {"assignment.decline", decline_assignment},
        {"high_sea.recommended", recommend},
        {"undo", undo},
        {"help", help},
        {"menu", menu},
        {"greet", greet},
    };
    return known;
}

// A topic is an intent or the words of the question.
constexpr auto topics = std::array<std::pair<std::string_view, std::string_view>, 17>{{{"org", "help_company"},
                                                                                       {"权限", "help_company"},
                                                                                       {"组织", "help_company"},
                                                                                       {"停用", "help_company"},
                                                                                       {"交接", "help_company"},
                                                                                       {"followup", "help_followup"},
                                                                                       {"跟进", "help_followup"},
                                                                                       {"task", "help_task"},
                                                                                       {"提醒", "help_task"},
                                                                                       {"待办", "help_task"},
                                                                                       {"任务", "help_task"},
                                                                                       {"undo", "help_undo"},
                                                                                       {"撤", "help_undo"},
                                                                                       {"contact", "help_customer"},
                                                                                       {"联系人", "help_customer"},
                                                                                       {"customer", "help_customer"},
                                                                                       {"客户", "help_customer"}}};

// The page on which is done what the chat does not do.
std::string_view page_for(std::string_view intent) {
    constexpr auto pages = std::to_array<std::pair<std::string_view, std::string_view>>({{"lead", "线索"},
                                                                                         {"opportunity", "商机"},
                                                                                         {"order", "订单"},
                                                                                         {"payment", "回款"},
                                                                                         {"payment_plan", "回款计划"},
                                                                                         {"product", "产品"},
                                                                                         {"report", "报表"},
                                                                                         {"approval", "审批"},
                                                                                         {"high_sea", "公海"}});
    auto const object = intent.substr(0, intent.find('.'));
    auto const found = std::ranges::find(pages, object, &std::pair<std::string_view, std::string_view>::first);
    return found == pages.end() ? std::string_view{} : found->second;
}

}  // namespace

void run_command(Turn& turn, Command command) {
    turn.intent = command.intent;
    auto const found = commands().find(command.intent);
    if (found != commands().end()) return found->second(turn, std::move(command));
    if (command.intent == "thanks") return turn.say("reply_thanks");
    if (command.intent == "confirm" || command.intent == "deny") return turn.say("reply_nothing_to_confirm");
    turn.say("reply_not_yet", Data{{"page", page_for(turn.intent)}});
}

void not_understood(Turn& turn, std::string_view sentence, bool may_be_name) {
    auto data = Data{{"words", text::truncate(text::one_line(sentence), 20)}};
    if (++turn.dialogue.misunderstood > 1) data.flag("is_again");
    if (may_be_name) data.flag("may_be_name");
    auto const record = turn.remembered_record();
    data.set("customer_or_name", record && record->kind == "customer" ? record->title : "客户名称");
    turn.say("reply_unknown", std::move(data));
}

void undo(Turn& turn, Command) {
    auto const undone = turn.crm.undo();
    if (!undone)
        return undone.error().code == Errc::not_found ? turn.say("reply_nothing_to_undo")
                                                      : turn.refuse("撤销", undone.error());
    turn.dialogue.written.reset();
    if (undone->is_gone && turn.dialogue.record && turn.dialogue.record->id == undone->object_id)
        turn.dialogue.record.reset();
    turn.say("reply_undone", Data{{"title", undone->label}});
}

void help(Turn& turn, Command command) {
    auto const topic = command.slots.text("topic");
    for (auto const& [word, kind] : topics)
        if (topic.find(word) != std::string::npos) return turn.say(kind);
    turn.say("help", Data{{"app_name", turn.config.app_name}});
}

// The entries answer to their numbers, as those of every list.
void menu(Turn& turn, Command command) {
    turn.say("menu", Data{{"app_name", turn.config.app_name}});
    auto list = List{{}, std::move(command), {}};
    for (auto const intent : {"customer.list", "task.list", "customer.create", "followup.create", "task.create"})
        list.records.push_back({"intent", intent, intent});
    turn.remember(std::move(list));
}

void greet(Turn& turn, Command) {
    turn.dialogue.greeted_on = format_date(turn.zone.date(turn.now));
    auto data = Data{{"name", turn.person.name}, {"app_name", turn.config.app_name}};
    if (auto const agenda = turn.crm.today()) {
        auto const count = agenda->tasks.size() + agenda->contacts.size();
        if (count > 0) data.set("due_count", static_cast<std::int64_t>(count));
    }
    turn.say("reply_greeting", std::move(data));
}

}  // namespace wescrm::bot
