#include "approvals.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::approval {
namespace {

using database::bind;

std::string key_of(std::string_view what, ApprovalId id) {
    return std::string{what} + ":" + std::to_string(id.value());
}

json::Document data_of(operation::Context& ctx, ApprovalId id) {
    auto const row = ctx.sql()
                         .row<std::string, std::string, std::string, std::string, std::optional<Money>, std::string,
                              std::string, Instant>(
                             "select a.subject_type, a.subject_no, a.subject_name, a.customer_name, a.amount_fen, "
                             "a.cause, e.name, a.created_at "
                             "from approval a join employee e on e.tenant_id = a.tenant_id and e.id = a.applicant_id "
                             "where a.tenant_id = "
                             ":tenant and a.id = :id",
                             {bind("tenant", ctx.tenant()), bind("id", id)});
    auto data = json::Document{rapidjson::kObjectType};
    if (!row) return data;
    auto const& [type, no, name, customer, amount, cause, applicant, at] = *row;
    auto const set = [&](std::string_view member, std::string const& value) {
        if (!value.empty()) json::set(data, member, value, data.GetAllocator());
    };
    set("id", std::to_string(id.value()));
    set("subject", title_of(type));
    set("no", no);
    set("name", name);
    set("customer", customer);
    set("amount_text", amount ? format_for_people(*amount) : std::string{});
    set("cause", cause);
    set("applicant", applicant);
    set("at_text", format_for_people(at, ctx.zone(), ctx.now()));
    return data;
}

}  // namespace

std::string title_of(std::string_view subject_type) {
    if (subject_type == "order") return "订单";
    if (subject_type == "quote") return "报价单";
    if (subject_type == "contract") return "合同";
    if (subject_type == "payment") return "回款";
    if (subject_type == "invoice") return "发票";
    if (subject_type == "opportunity") return "商机";
    if (subject_type == "discount") return "低于底价";
    if (subject_type == "export") return "导出";
    return std::string{subject_type};
}

namespace {

void send(operation::Context& ctx, ApprovalId id, EmployeeId to, std::string const& occasion) {
    auto notice = operation::Notice{};
    notice.effect_key = key_of("approval", id) + ":" + std::to_string(to.value()) + ":" + occasion;
    notice.to = to;
    notice.kind = "approval_card";
    notice.data = data_of(ctx, id);
    notice.priority = operation::Priority::approval;
    notice.expires_after = minutes{72 * 60};
    notice.source_kind = "approval";
    notice.source_id = id.value();
    ctx.outbox().tell(notice);
}

// WeCom gave a code for one update with every card that it sent; a press brings another one.
void update_cards(operation::Context& ctx, ApprovalId id, std::optional<EmployeeId> holder, std::string const& word) {
    auto const cards = ctx.sql().rows<std::int64_t, EmployeeId, std::string>(
        "select id, employee_id, response_code from outbox where tenant_id = :tenant and source_kind = 'approval' and "
        "source_id = :id and kind = 'approval_card' and response_code is not null and employee_id is not null and "
        "coalesce(employee_id = :holder::bigint, true) order by id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("holder", holder)});
    for (auto const& [card, held_by, code] : cards) {
        auto update = operation::CardUpdate{};
        update.effect_key = key_of("approval_closed", id) + ":" + std::to_string(card);
        update.to = held_by;
        update.response_code = code;
        update.replace_button_text = text::truncate(word, 12);
        ctx.outbox().update_card(update);
    }
}

}  // namespace

void send_card(operation::Context& ctx, ApprovalId id, EmployeeId to) {
    auto const times = ctx.sql()
                           .value<std::int64_t>(
                               "select count(*) from approval_task where tenant_id = :tenant and approval_id = :id and "
                               "approver_id = :to",
                               {bind("tenant", ctx.tenant()), bind("id", id), bind("to", to)})
                           .value_or(0);
    send(ctx, id, to, std::to_string(times));
}

void send_again(operation::Context& ctx, ApprovalId id, EmployeeId to) {
    send(ctx, id, to, "urged:" + std::to_string(ctx.now().time_since_epoch().count()));
}

void close_cards(operation::Context& ctx, ApprovalId id, std::string const& word) {
    ctx.outbox().cancel("approval", id.value());
    update_cards(ctx, id, std::nullopt, word);
}

void close_cards_of(operation::Context& ctx, ApprovalId id, EmployeeId holder, std::string const& word) {
    update_cards(ctx, id, holder, word);
}

void tell_applicant(operation::Context& ctx, Approval const& approval, std::string const& comment) {
    auto const applicant = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", approval.applicant_user_id)});
    if (!applicant || *applicant == ctx.actor().employee) return;
    auto data = data_of(ctx, approval.id);
    json::set(data, "result", approval.status == "approved" ? "已通过" : "被拒绝", data.GetAllocator());
    json::set(data, "actor_name", ctx.actor().is_system() ? "系统" : ctx.actor().name, data.GetAllocator());
    if (!comment.empty()) json::set(data, "comment", comment, data.GetAllocator());
    auto notice = operation::Notice{};
    notice.effect_key = key_of("approval_decided", approval.id);
    notice.to = *applicant;
    notice.kind = "approval_decided";
    notice.data = std::move(data);
    notice.source_kind = "approval_result";
    notice.source_id = approval.id.value();
    ctx.outbox().tell(notice);
}

}  // namespace wescrm::approval
