#include "extension_cards.hpp"

#include "reading.hpp"

namespace wescrm::bot {
namespace {

std::string outcome_of(json::Value const& extension) {
    auto const status = text_at(extension, "status");
    auto const by = text_at(extension, "decided_by_name");
    if (status == "approved") return by + "已同意";
    if (status == "rejected") return by + "已拒绝";
    return status == "pending" ? "等待处理" : "已失效";
}

Data described(Turn const& turn, json::Value const& extension) {
    auto data = Data{{"id", text_at(extension, "id")},
                     {"name", text_at(extension, "name")},
                     {"kind_title", text_at(extension, "object") == "lead" ? "线索" : "客户"},
                     {"applicant_name", text_at(extension, "applicant_name")},
                     {"reason", text_at(extension, "reason")},
                     {"comment", text_at(extension, "comment")},
                     {"outcome", outcome_of(extension)}};
    data.set("days_text", std::to_string(json::find_integer(extension, "days").value_or(0)));
    if (auto const due = instant_at(extension, "due_at")) data.set("due_text", format_date(turn.zone.date(*due)));
    return data;
}

Result<json::Document> shown(Turn& turn, std::string_view id) {
    return turn.crm.invoke("recycle_extension.show", Data{{"id", id}});
}

Result<json::Document> decide(Turn& turn, std::string_view operation, std::string_view id, std::string_view comment) {
    return turn.crm.invoke(operation, Data{{"id", id}, {"comment", comment}});
}

// Decided already, by whom is said; or not his to decide.
void not_decided(Turn& turn, std::string_view id, Error const& error) {
    auto const now = shown(turn, id);
    if (now && text_at(*now, "status") != "pending") turn.card = CardAnswer{outcome_of(*now), {}, {}};
    if (error.reason == "decided") return turn.say("reply_handled", Data{{"message", error.message}});
    turn.refuse("处理延期申请", error);
}

}  // namespace

void press_extension(Turn& turn, std::string_view verb, std::string_view id) {
    auto const extension = shown(turn, id);
    if (!extension) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("打开延期申请", extension.error());
    }
    auto const is_open = text_at(*extension, "status") == "pending";
    if (verb == "show") {
        turn.card = is_open ? CardAnswer{{}, "extension_asked", described(turn, *extension)}
                            : CardAnswer{outcome_of(*extension), {}, {}};
        return turn.say("reply_extension", described(turn, *extension));
    }
    if (verb == "reject" && is_open) {
        // Until the reason is there the card stays as it is: he may change his mind.
        turn.card = CardAnswer{{}, "extension_asked", described(turn, *extension)};
        auto const name = text_at(*extension, "name");
        return turn.ask({"extension.refuse", Data{{"id", id}, {"name", name}}}, "content", "ask_extension_refusal",
                        Data{{"name", name}});
    }
    auto const done =
        decide(turn, verb == "approve" ? "recycle_extension.approve" : "recycle_extension.reject", id, "");
    if (!done) return not_decided(turn, id, done.error());
    turn.card = CardAnswer{outcome_of(*done), {}, {}};
    turn.say("reply_extension", described(turn, *done));
}

void refuse_extension(Turn& turn, Command command) {
    auto const id = command.slots.text("id");
    auto const done = decide(turn, "recycle_extension.reject", id, command.slots.text("content"));
    if (!done) return not_decided(turn, id, done.error());
    turn.say("reply_extension", described(turn, *done));
}

}  // namespace wescrm::bot
