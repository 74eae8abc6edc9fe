#include "reminder_commands.hpp"

#include "reading.hpp"

namespace wescrm::bot {
namespace {

void show(Turn& turn, json::Value const& wishes, bool is_changed) {
    auto const on_off = [&wishes](std::string_view member) {
        return json::find_bool(wishes, member).value_or(false) ? "开" : "关";
    };
    auto const or_company = [&wishes](std::string_view own, std::string_view company) {
        auto const text = text_at(wishes, own);
        return text.empty() ? text_at(wishes, company) : text;
    };
    auto data = Data{{"tasks_on", on_off("task_reminders")},
                     {"contacts_on", on_off("contact_reminders")},
                     {"leads_on", on_off("lead_reminders")},
                     {"digest_on", on_off("morning_digest")},
                     {"digest_at", or_company("digest_at", "company_digest_at")},
                     {"quiet_from", or_company("quiet_from", "company_quiet_from")},
                     {"quiet_to", or_company("quiet_to", "company_quiet_to")}};
    data.set("budget", json::find_integer(wishes, "daily_budget").value_or(0));
    data.set("said", json::find_integer(wishes, "said_today").value_or(0));
    if (is_changed) data.flag("is_changed");
    turn.say("reply_reminder_settings", std::move(data));
}

}  // namespace

void change_reminders(Turn& turn, ReminderWish const& wish) {
    turn.intent = "reminder.settings";
    auto const before = turn.crm.invoke("reminder_wishes.show", {});
    if (!before) return turn.refuse("查看提醒设置", before.error());
    if (wish.only_asks()) return show(turn, *before, false);
    auto input = Data{{"quiet_from", wish.quiet_from}, {"quiet_to", wish.quiet_to}, {"digest_at", wish.digest_at}};
    input.set("version", json::find_integer(*before, "version").value_or(0));
    auto const value = json::Value{wish.is_on};
    for (auto const& name : wish.switches) input.set(name, value);
    if (wish.drops_quiet)
        for (auto const* name : {"quiet_from", "quiet_to"}) input.set(name, json::Value{});
    auto const after = turn.crm.invoke("reminder_wishes.change", input);
    if (!after) return turn.refuse("修改提醒设置", after.error());
    show(turn, *after, true);
}

}  // namespace wescrm::bot
