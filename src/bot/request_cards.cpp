#include "request_cards.hpp"

#include "reading.hpp"

#include <algorithm>
#include <array>

namespace wescrm::bot {
namespace {

/// What kinds of requests differ in.
struct RequestKind {
    std::string_view name;  ///< in keys of buttons, and of the operations
    std::string_view title;
    std::string_view card;    ///< while it is open
    std::string_view reply;   ///< as it is now
    std::string_view ask;     ///< why it is refused
    std::string_view intent;  ///< of the answer to that
    std::string_view approve;
    std::string_view reject;
    std::string_view because;  ///< the field that takes the reason
};
constexpr auto kinds = std::array<RequestKind, 3>{
    {{"recycle_extension", "延期申请", "extension_asked", "reply_extension", "ask_extension_refusal",
      "extension.refuse", "recycle_extension.approve", "recycle_extension.reject", "comment"},
     {"collaboration_request", "协作申请", "collaboration_asked", "reply_collaboration", "ask_collaboration_refusal",
      "collaboration.refuse", "collaboration_request.approve", "collaboration_request.reject", "comment"},
     {"assignment_offer", "分配", "record_offered", "reply_assignment", "ask_assignment_refusal", "assignment.decline",
      "assignment_offer.accept", "assignment_offer.decline", "reason"}}};

RequestKind const& kind_of(std::string_view name) { return *std::ranges::find(kinds, name, &RequestKind::name); }

std::string outcome_of(json::Value const& request) {
    auto const status = text_at(request, "status");
    auto const by = text_at(request, "decided_by_name");
    if (status == "approved") return by + "已同意";
    if (status == "rejected") return by + "已拒绝";
    if (status == "accepted") return "已接受";
    if (status == "declined") return "没有接受";
    return status == "pending" ? "等待处理" : "已失效";
}

Data described(Turn const& turn, json::Value const& request) {
    auto data = Data{{"outcome", outcome_of(request)}};
    for (auto const* name : {"id", "name", "applicant_name", "assigner_name", "reason", "comment", "lead_name",
                             "lead_company", "customer_name", "given_reason"})
        data.set(name, text_at(request, name));
    data.set("actor_name", text_at(request, "assigner_name"));
    data.set("offer_id", text_at(request, "id"));
    data.set("kind_title", text_at(request, "object") == "lead" ? "线索" : "客户");
    data.set("days_text", std::to_string(json::find_integer(request, "days").value_or(0)));
    if (auto const due = instant_at(request, "due_at")) data.set("due_text", format_date(turn.zone.date(*due)));
    if (auto const until = instant_at(request, "decline_until"))
        data.set("until_text", format_for_people(*until, turn.zone, turn.now));
    return data;
}

Result<json::Document> shown(Turn& turn, RequestKind const& kind, std::string_view id) {
    return turn.crm.invoke(std::string{kind.name} + ".show", Data{{"id", id}});
}

Result<json::Document> reject(Turn& turn, RequestKind const& kind, std::string_view id, std::string_view because) {
    return turn.crm.invoke(kind.reject, Data{{"id", id}, {kind.because, because}});
}

// Decided already, by whom is said; or not his to decide.
void not_decided(Turn& turn, RequestKind const& kind, std::string_view id, Error const& error) {
    auto const now = shown(turn, kind, id);
    if (now && text_at(*now, "status") != "pending") turn.card = CardAnswer{outcome_of(*now), {}, {}};
    if (error.reason == "decided") return turn.say("reply_handled", Data{{"message", error.message}});
    turn.refuse("处理" + std::string{kind.title}, error);
}

std::string called(json::Value const& request) {
    auto const name = text_at(request, "name");
    return name.empty() ? text_at(request, "customer_name") : name;
}

void refuse(Turn& turn, RequestKind const& kind, Command const& command) {
    auto const id = command.slots.text("id");
    auto const done = reject(turn, kind, id, command.slots.text("content"));
    if (!done) return not_decided(turn, kind, id, done.error());
    turn.say(std::string{kind.reply}, described(turn, *done));
}

}  // namespace

bool is_request(std::string_view kind) { return std::ranges::find(kinds, kind, &RequestKind::name) != kinds.end(); }

void press_request(Turn& turn, std::string_view verb, std::string_view name, std::string_view id) {
    auto const& kind = kind_of(name);
    auto const request = shown(turn, kind, id);
    if (!request) {
        turn.card = CardAnswer{"已失效", {}, {}};
        return turn.refuse("打开" + std::string{kind.title}, request.error());
    }
    auto const is_open = text_at(*request, "status") == "pending";
    if (verb == "show") {
        turn.card = is_open ? CardAnswer{{}, std::string{kind.card}, described(turn, *request)}
                            : CardAnswer{outcome_of(*request), {}, {}};
        return turn.say(std::string{kind.reply}, described(turn, *request));
    }
    if (verb == "reject" && is_open) {
        // Until the reason is there the card stays as it is: he may change his mind.
        turn.card = CardAnswer{{}, std::string{kind.card}, described(turn, *request)};
        auto const what = called(*request);
        return turn.ask({std::string{kind.intent}, Data{{"id", id}, {"name", what}}}, "content", std::string{kind.ask},
                        Data{{"name", what}});
    }
    auto const done = verb == "approve" ? turn.crm.invoke(kind.approve, Data{{"id", id}}) : reject(turn, kind, id, "");
    if (!done) return not_decided(turn, kind, id, done.error());
    turn.card = CardAnswer{outcome_of(*done), {}, {}};
    turn.say(std::string{kind.reply}, described(turn, *done));
}

void refuse_extension(Turn& turn, Command command) { refuse(turn, kind_of("recycle_extension"), command); }
void refuse_collaboration(Turn& turn, Command command) { refuse(turn, kind_of("collaboration_request"), command); }
void decline_assignment(Turn& turn, Command command) { refuse(turn, kind_of("assignment_offer"), command); }

}  // namespace wescrm::bot
