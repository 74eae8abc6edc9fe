#include "decided_once.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr auto asked_for = minutes{72 * 60};

operation::Notice notice_of(Request const& request, std::string const& card, json::Document data, EmployeeId to) {
    auto notice = operation::Notice{};
    notice.effect_key = card + ":" + std::to_string(request.id) + ":" + std::to_string(to.value());
    notice.to = to;
    notice.kind = card;
    notice.data = std::move(data);
    notice.source_kind = request.kind;
    notice.source_id = request.id;
    return notice;
}

void withdraw(operation::Context& ctx, std::string_view kind, std::string const& of_records, database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    params.add(bind("now", ctx.now()));
    for (auto const id : ctx.sql().values<std::int64_t>(
             "update " + std::string{kind} +
                 " set status = 'withdrawn', version = version + 1, updated_at = :now where tenant_id = :tenant and "
                 "status = 'pending' and " +
                 of_records + " returning id",
             params))
        close_request_cards(ctx, {kind, id}, "已失效");
}

}  // namespace

void ask_to_decide(operation::Context& ctx, Request const& request, std::string const& card, json::Document data,
                   EmployeeId to) {
    auto notice = notice_of(request, card, std::move(data), to);
    notice.priority = operation::Priority::approval;
    notice.expires_after = asked_for;
    ctx.outbox().tell(notice);
}

void settle(operation::Context& ctx, Request const& request, std::string_view status,
            std::optional<std::string> const& comment) {
    ctx.sql().execute(
        "update " + std::string{request.kind} +
            " set status = :status, decided_by = :me, decided_at = :now, comment = :comment, version = "
            "version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", request.id), bind("status", status), bind("me", ctx.actor().employee),
         bind("now", ctx.now()), bind("comment", comment.value_or(""))});
    close_request_cards(ctx, request, ctx.actor().name + "已" + decision_word(status));
}

void tell_decision(operation::Context& ctx, Request const& request, std::string const& card, json::Document data,
                   EmployeeId applicant) {
    auto notice = notice_of(request, card, std::move(data), applicant);
    notice.source_kind += "_result";  // not a card of the request, which would be closed with it
    ctx.outbox().tell(notice);
}

void close_request_cards(operation::Context& ctx, Request const& request, std::string const& word) {
    constexpr std::size_t longest_button = 12;
    ctx.outbox().cancel(request.kind, request.id);
    // WeCom gave a code for one update with every card that it sent; a press brings another one.
    for (auto const& [card, holder, code] : ctx.sql().rows<std::int64_t, EmployeeId, std::string>(
             "select id, employee_id, response_code from outbox where tenant_id = :tenant and source_kind = :kind and "
             "source_id = :id and response_code is not null and employee_id is not null order by id",
             {bind("tenant", ctx.tenant()), bind("kind", request.kind), bind("id", request.id)})) {
        auto update = operation::CardUpdate{};
        update.effect_key =
            std::string{request.kind} + "_closed:" + std::to_string(request.id) + ":" + std::to_string(card);
        update.to = holder;
        update.response_code = code;
        update.replace_button_text = text::truncate(word, longest_button);
        ctx.outbox().update_card(update);
    }
}

void withdraw_extensions(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& records) {
    withdraw(ctx, "recycle_extension", "object = :object and object_id = any(:ids::bigint[])",
             {bind("object", name_of(object)), bind("ids", records)});
}

void withdraw_collaborations(operation::Context& ctx, std::vector<std::int64_t> const& leads) {
    withdraw(ctx, "collaboration_request", "lead_id = any(:ids::bigint[])", {bind("ids", leads)});
}

}  // namespace wescrm::sales
