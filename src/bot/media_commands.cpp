#include "media_commands.hpp"

#include "commands.hpp"
#include "reading.hpp"

#include <wescrm/base/text.hpp>

#include <utility>

namespace wescrm::bot {
namespace {

/// Where something goes without a question; empty ids: nowhere.
struct Goal {
    std::string customer_id;
    std::string customer;
    std::string followup_id;
};

std::string_view word_of(std::string_view kind) {
    if (kind == "image") return "图片";
    if (kind == "voice") return "语音";
    return "视频";
}

bool is_writing_followup(Turn const& turn) {
    auto const& question = turn.dialogue.question;
    return question && question->command.intent == "followup.create" && question->command.slots.has("target_id");
}

Goal goal_of(Turn const& turn) {
    auto const& written = turn.dialogue.written;
    if (written && written->record.kind == "followup" && turn.now - written->at <= turn.config.correctable)
        return {written->command.slots.text("target_id"), written->record.title, written->record.id};
    auto const record = turn.remembered_record();
    if (record && record->kind == "customer") return {record->id, record->title, {}};
    return {};
}

void append(Data& slots, std::string_view slot, std::string const& id) {
    auto const before = slots.text(slot);
    slots.set(slot, before.empty() ? id : before + "," + id);
}

void say_received(Turn& turn, std::string_view kind, Goal const& goal) {
    auto data = Data{{"what", word_of(kind)}, {"customer", goal.customer}};
    if (!goal.followup_id.empty()) data.flag("is_of_followup");
    if (kind == "voice") data.flag("is_voice");
    turn.say("reply_attachment", std::move(data));
}

// Kept aside until it is known where it belongs: null if it was refused.
std::optional<std::string> receive(Turn& turn, std::string_view kind, std::string_view media_id, Goal const& goal) {
    auto input = Data{{"kind", kind}, {"media_id", media_id}};
    if (!goal.customer_id.empty())
        input.set("target_type", "customer").set("target_id", goal.customer_id).set("followup_id", goal.followup_id);
    auto const received = turn.crm.invoke("attachment.receive", input);
    if (received) return text_at(*received, "id");
    turn.refuse("收下" + std::string{word_of(kind)}, received.error());
    return std::nullopt;
}

}  // namespace

void take_media(Turn& turn, std::string_view kind, std::string_view media_id) {
    turn.intent = "attachment.receive";
    if (is_writing_followup(turn)) {
        if (auto const id = receive(turn, kind, media_id, {})) {
            auto& slots = turn.dialogue.question->command.slots;
            append(slots, "attachments", *id);
            turn.say("reply_attachment_kept", Data{{"what", word_of(kind)}, {"customer", slots.text("target")}});
        }
        return;
    }
    auto& question = turn.dialogue.question;
    if (question && question->command.intent == "attachment.place") {
        if (auto const id = receive(turn, kind, media_id, {})) append(question->command.slots, "attachments", *id);
        return turn.say(question->wording, question->data.copy());
    }
    auto const goal = goal_of(turn);
    auto const id = receive(turn, kind, media_id, goal);
    if (!id) return;
    if (!goal.customer_id.empty()) return say_received(turn, kind, goal);
    turn.ask({"attachment.place", Data{{"attachments", *id}, {"kind", kind}}}, "target", "ask_attachment_customer",
             Data{{"what", word_of(kind)}});
}

void place_attachments(Turn& turn, Command command) {
    auto const customer = find_record(turn, command, "target", "ask_attachment_customer");
    if (!customer) return;
    for (auto const& id : text::split(command.slots.text("attachments"), ',')) {
        auto const placed = turn.crm.invoke("attachment.place",
                                            Data{{"id", id}, {"target_type", "customer"}, {"target_id", customer->id}});
        if (!placed) return turn.refuse("保存文件", placed.error());
    }
    turn.remember(*customer);
    say_received(turn, command.slots.text("kind"), {customer->id, customer->title, {}});
}

void take_place(Turn& turn, double latitude, double longitude, std::string_view address) {
    auto const goal = goal_of(turn);
    auto command = Command{"followup.check_in", Data{{"address", address}}};
    command.slots.set("latitude", json::Value{latitude}).set("longitude", json::Value{longitude});
    if (address.empty()) command.slots.set("address", "未知地址");
    if (!goal.customer_id.empty()) command.slots.set("target", goal.customer).set("target_id", goal.customer_id);
    check_in(turn, std::move(command));
}

void check_in(Turn& turn, Command command) {
    turn.intent = command.intent;
    auto const customer = find_record(turn, command, "target", "ask_check_in_customer");
    if (!customer) return;
    auto input = Data{{"target_type", "customer"}, {"target_id", customer->id}};
    for (auto const* name : {"latitude", "longitude", "address"})
        if (auto const* value = json::find(command.slots.value(), name)) input.set(name, *value);
    auto const done = turn.crm.invoke("followup.check_in", input);
    if (!done) return turn.refuse("在 " + customer->title + " 签到", done.error());
    turn.remember(*customer);
    // What is sent next belongs to the visit.
    auto written = Command{"followup.create", Data{{"target", customer->title}, {"target_id", customer->id}}};
    note_write(turn, written, {"followup", text_at(*done, "id"), customer->title});
    turn.say("reply_checked_in", Data{{"name", customer->title},
                                      {"address", command.slots.text("address")},
                                      {"at", turn.spoken(instant_at(*done, "followed_at"))}});
}

void put_to_followup(Turn& turn, std::string const& ids, Record const& target, std::string const& followup_id) {
    if (ids.empty()) return;
    for (auto const& id : text::split(ids, ',')) {
        auto const placed = turn.crm.invoke(
            "attachment.place",
            Data{{"id", id}, {"target_type", target.kind}, {"target_id", target.id}, {"followup_id", followup_id}});
        if (!placed) return turn.refuse("保存文件", placed.error());
    }
}

}  // namespace wescrm::bot
