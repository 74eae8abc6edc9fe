#include "approval_cards.hpp"

#include "reading.hpp"

#include <wescrm/base/money.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::bot {
namespace {

std::string outcome_of(json::Value const& approval) {
    auto const status = text_at(approval, "status");
    if (status == "approved") return "已同意";
    if (status == "rejected") return "已拒绝";
    if (status == "withdrawn") return "已撤回";
    return status == "pending" ? "审批中" : "已终止";
}

Data described(Turn const& turn, json::Value const& approval) {
    auto data = Data{{"id", text_at(approval, "id")},
                     {"subject", text_at(approval, "subject_title")},
                     {"no", text_at(approval, "subject_no")},
                     {"name", text_at(approval, "subject_name")},
                     {"customer", text_at(approval, "customer_name")},
                     {"cause", text_at(approval, "cause")},
                     {"applicant", text_at(approval, "applicant_name")},
                     {"at_text", turn.spoken(instant_at(approval, "created_at"))},
                     {"outcome", outcome_of(approval)}};
    if (auto const fen = json::find_integer(approval, "amount_fen"))
        data.set("amount_text", format_for_people(Money::from_fen(*fen)));
    auto lines = std::vector<Data>{};
    if (auto const* steps = json::find(approval, "steps"); steps && steps->IsArray())
        for (auto const& step : steps->GetArray()) {
            data.set("approvers", text::join(texts_at(step, "approver_names"), "、"));
            for (auto& line : list_at<Data>(step, "decisions", [&](json::Value const& decision) {
                     auto const verb = text_at(decision, "decision") == "approved" ? "同意" : "拒绝";
                     auto one = Data{{"who", text_at(decision, "name")}, {"verb", verb}};
                     auto const comment = text_at(decision, "comment");
                     one.set("comment", comment.empty() ? comment : "：" + comment);
                     one.set("at", turn.spoken(instant_at(decision, "at")));
                     return one;
                 }))
                lines.push_back(std::move(line));
        }
    if (!lines.empty()) data.set("items", lines);
    return data;
}

Result<json::Document> decide(Turn& turn, std::string_view operation, std::string_view id, std::string_view comment) {
    return turn.crm.invoke(operation, Data{{"id", id}, {"comment", comment}});
}

// Decided already, by whom is said; or not his to decide.
void not_decided(Turn& turn, std::string_view id, Error const& error) {
    auto const now = turn.crm.invoke("approval.show", Data{{"id", id}});
    if (now && text_at(*now, "status") != "pending") turn.card = CardAnswer{outcome_of(*now), {}, {}};
    if (error.reason == "decided") return turn.say("reply_handled", Data{{"message", error.message}});
    turn.refuse("审批", error);
}

void say_outcome(Turn& turn, json::Value const& approval) {
    turn.remember(Record{"approval", text_at(approval, "id"), text_at(approval, "subject_no")});
    turn.say("reply_approval", described(turn, approval));
}

}  // namespace

void press_approval(Turn& turn, std::string_view verb, std::string_view id) {
    auto const approval = turn.crm.invoke("approval.show", Data{{"id", id}});
    if (!approval) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("打开审批", approval.error());
    }
    auto const is_open = text_at(*approval, "status") == "pending";
    if (verb == "show") {
        turn.card = is_open ? CardAnswer{{}, "approval_card", described(turn, *approval)}
                            : CardAnswer{outcome_of(*approval), {}, {}};
        return say_outcome(turn, *approval);
    }
    if (verb == "reject" && is_open) {
        // Until the reason is there the card stays as it is: he may change his mind.
        turn.card = CardAnswer{{}, "approval_card", described(turn, *approval)};
        auto const no = text_at(*approval, "subject_no");
        return turn.ask({"approval.refuse", Data{{"id", id}, {"no", no}}}, "content", "ask_refusal", Data{{"no", no}});
    }
    auto const done = decide(turn, verb == "approve" ? "approval.approve" : "approval.reject", id, "");
    if (!done) return not_decided(turn, id, done.error());
    turn.card = CardAnswer{turn.person.name + "已同意", {}, {}};
    say_outcome(turn, *done);
}

void refuse_approval(Turn& turn, Command command) {
    auto const id = command.slots.text("id");
    auto const done = decide(turn, "approval.reject", id, command.slots.text("content"));
    if (!done) return not_decided(turn, id, done.error());
    say_outcome(turn, *done);
}

}  // namespace wescrm::bot
