#include "collaboration.hpp"

#include "../customers.hpp"
#include "../decided_once.hpp"
#include "../rows.hpp"
#include "../rules/lead_states.hpp"
#include "leads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/team.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// A lead is about a colleague's customer: he is asked to let its owner work with it, and decides once.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

constexpr std::string_view collaboration_source = "collaboration_request";
using CollaborationId = StrongId<struct CollaborationIdTag, std::int64_t>;

struct Collaboration {
    CollaborationId id;
    LeadId lead_id;
    std::string lead_name;
    std::string lead_company;
    CustomerId customer_id;
    std::string customer_name;
    std::string reason;
    std::string status;  ///< pending, approved, rejected, withdrawn
    UserId applicant_user_id;
    std::string applicant_name;
    std::optional<UserId> owner_user_id;  ///< of the customer: he decides
    std::optional<std::string> owner_name;
    std::optional<UserId> decided_by_user_id;
    std::optional<std::string> decided_by_name;
    std::optional<Instant> decided_at;
    std::string comment;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(Collaboration, (),
                      (id, lead_id, lead_name, lead_company, customer_id, customer_name, reason, status,
                       applicant_user_id, applicant_name, owner_user_id, owner_name, decided_by_user_id,
                       decided_by_name, decided_at, comment, version, created_at, updated_at))
struct CollaborationRow : Collaboration {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(CollaborationRow, (Collaboration), (sort_key))
struct Collaborations {
    std::vector<Collaboration> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Collaborations, (), (items, next_cursor))

struct AskCollaboration {
    LeadId id;
    CustomerId customer_id;  ///< a candidate's ask_id, or one that the actor sees
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(AskCollaboration, (), (id, customer_id, reason))
struct DecideCollaboration {
    CollaborationId id;
    std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(DecideCollaboration, (), (id, comment))
struct OneCollaboration {
    CollaborationId id;
};
BOOST_DESCRIBE_STRUCT(OneCollaboration, (), (id))
struct ListCollaborations {
    std::optional<std::string> status;
    std::optional<LeadId> lead_id;
    std::optional<bool> mine;     ///< asked by me; absent: to be decided by me as well
    std::optional<bool> waiting;  ///< for my decision
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListCollaborations, (), (status, lead_id, mine, waiting, sort, limit, cursor))

std::vector<FieldRule> field_rules(AskCollaboration const*) {
    return {{"customer_id", "客户"}, {"reason", "说明", {.max_length = 200}, "客户的采购找到我，想一起跟进"}};
}
std::vector<FieldRule> field_rules(DecideCollaboration const*) { return {{"comment", "意见"}}; }

constexpr std::string_view request_columns =
    "x.id, x.lead_id, l.name, l.company, x.customer_id, c.name, x.reason, x.status, a.user_id, a.name, o.user_id, "
    "o.name, d.user_id, d.name, x.decided_at, x.comment, x.version, x.created_at, x.updated_at";
constexpr std::string_view request_joins =
    " from collaboration_request x join lead l on l.tenant_id = x.tenant_id and l.id = x.lead_id join customer c on "
    "c.tenant_id = x.tenant_id and c.id = x.customer_id join employee a on a.tenant_id = x.tenant_id and a.id = "
    "x.applicant_id left join employee o on o.tenant_id = x.tenant_id and o.id = c.owner_id left join employee d on "
    "d.tenant_id = x.tenant_id and d.id = x.decided_by where x.tenant_id = :tenant";

// Who asks may not see the customer: then its name as the candidates show it.
Collaboration shown_to(operation::Context& ctx, Collaboration one) {
    if (!ctx.scope().allows("customer", Power::read, one.customer_id.value()))
        one.customer_name = masked_name(one.customer_name);
    return one;
}

std::optional<Collaboration> find(operation::Context& ctx, CollaborationId id) {
    return ctx.sql().record<Collaboration>(
        "select " + std::string{request_columns} + std::string{request_joins} + " and x.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

void audit(operation::Context& ctx, Collaboration const& one, std::string action) {
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "customer_name", one.customer_name, after.GetAllocator());
    ctx.audit({"lead", one.lead_id.value(), "lead." + std::move(action), "{}", json::write(after),
               one.status == "pending" ? one.reason : one.comment});
}

json::Document card_of(operation::Context& ctx, Collaboration const& one) {
    auto data = operation::write_output(one);
    json::set(data, "actor_name", ctx.actor().name, data.GetAllocator());
    return data;
}

// ---- asking

bool is_candidate(operation::Context& ctx, LeadId lead, CustomerId customer) {
    auto const found = askable_candidates(ctx, {lead, {}});
    return found && std::ranges::any_of(found->items, [&](auto const& one) { return one.ask_id == customer; });
}

// Its owner, if he is to be asked.
Result<EmployeeId> owner_to_ask(operation::Context& ctx, AskCollaboration const& input) {
    auto const scope = ctx.scope();
    auto const id = input.customer_id.value();
    auto const customer = Customers{ctx}.lock(input.customer_id);
    auto const is_known = customer && !customer->is_deleted &&
                          (scope.allows("customer", Power::read, id) || is_candidate(ctx, input.id, input.customer_id));
    if (!is_known) return invalid_field("customer_id", "没有这个客户，或它不是这条线索可能的客户");
    if (customer->owner.is_empty())
        return Error{Errc::conflict, "in_pool", "这个客户在公海里，可以直接领取或转化，不需要申请"};
    if (scope.allows("customer", Power::write, id))
        return Error{Errc::conflict, "may_write", "您可以修改这个客户，直接转化即可"};
    auto const pending = ctx.sql().value<int>(
        "select 1 from collaboration_request where tenant_id = :tenant and lead_id = :lead and "
        "customer_id = :customer and status = 'pending'",
        {bind("tenant", ctx.tenant()), bind("lead", input.id), bind("customer", id)});
    if (pending) return Error{Errc::conflict, "pending", "已经申请过，请等待客户的负责人处理"};
    return customer->owner;
}

Result<Collaboration> ask(operation::Context& ctx, AskCollaboration const& input) {
    auto const lead = lock_lead(ctx, input.id, LeadNeed::write);
    if (!lead) return lead.error();
    if (lead->is_deleted) return Error{Errc::not_found, "lead", "这条线索在回收站里，请先恢复"};
    if (auto const can = after(lead->status, LeadEvent::convert); !can) return can.error();
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写说明，客户的负责人会看到");
    auto const owner = owner_to_ask(ctx, input);
    if (!owner) return owner.error();
    auto const id =
        ctx.sql()
            .value<CollaborationId>(
                "insert into collaboration_request (tenant_id, lead_id, customer_id, reason, applicant_id, created_at, "
                "updated_at) values (:tenant, :lead, :customer, :reason, :me, :now, :now) returning id",
                {bind("tenant", ctx.tenant()), bind("lead", input.id), bind("customer", input.customer_id),
                 bind("reason", input.reason), bind("me", ctx.actor().employee), bind("now", ctx.now())})
            .value();
    auto const made = find(ctx, id).value();
    audit(ctx, made, "ask_collaboration");
    ask_to_decide(ctx, {collaboration_source, id.value()}, "collaboration_asked", card_of(ctx, made), *owner);
    return shown_to(ctx, made);
}

// ---- deciding

struct Parties {
    LeadId lead;
    CustomerId customer;
    EmployeeId applicant;
    EmployeeId owner;  ///< of the customer as it is now
    bool is_gone = false;
};

std::optional<Parties> parties_of(operation::Context& ctx, CollaborationId id) {
    auto const row = ctx.sql().row<LeadId, CustomerId, EmployeeId, std::optional<EmployeeId>, bool>(
        "select x.lead_id, x.customer_id, x.applicant_id, c.owner_id, c.deleted_at is not null or l.deleted_at is not "
        "null or l.status not in ('pending', 'following') from collaboration_request x join customer c on c.tenant_id "
        "= x.tenant_id and c.id = x.customer_id join lead l on l.tenant_id = x.tenant_id and l.id = x.lead_id where "
        "x.tenant_id = :tenant and x.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    auto const& [lead, customer, applicant, owner, is_gone] = *row;
    return Parties{lead, customer, applicant, owner.value_or(EmployeeId{}), is_gone};
}

Error no_request() { return {Errc::not_found, "collaboration_request", "没有这个协作申请"}; }

bool is_concerned(operation::Context& ctx, Parties const& parties) {
    auto const& me = ctx.actor();
    return me.is_administrator || parties.owner == me.employee || parties.applicant == me.employee;
}

Result<void> insist_on_may_decide(operation::Context& ctx, Parties const& parties, Collaboration const& one) {
    auto const& me = ctx.actor();
    if (!me.is_administrator && parties.owner != me.employee)
        return Error{Errc::forbidden, "owner", "只有客户的负责人可以处理协作申请"};
    if (parties.applicant == me.employee && parties.owner != me.employee)
        return Error{Errc::forbidden, "own", "不能处理自己的协作申请"};
    if (one.status != "pending")
        return decided_before(ctx, "协作申请", one.status, one.decided_by_name, one.decided_at, "已失效");
    if (parties.is_gone) return Error{Errc::conflict, "outdated", "线索已转化或关闭，或客户已删除，这个申请已失效"};
    return {};
}

// He becomes a member of the customer's team who may change it: the conversion can go on.
Result<void> take_in(operation::Context& ctx, Parties const& parties, Collaboration const& one) {
    auto const customer = Customers{ctx}.lock(parties.customer);
    if (!customer) return no_request();
    if (customer->owner == parties.applicant) return {};
    return operation::Team{ctx, {"customer", parties.customer.value(), customer->name, customer->owner}}.put(
        {one.applicant_user_id, operation::TeamPower::write, std::nullopt, {}});
}

Result<Collaboration> decide(operation::Context& ctx, DecideCollaboration const& input, std::string const& status) {
    // Of two decisions the second sees the first.
    (void)ctx.sql().value<int>("select 1 from collaboration_request where tenant_id = :tenant and id = :id for update",
                               {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const parties = parties_of(ctx, input.id);
    auto const before = find(ctx, input.id);
    if (!parties || !before || !is_concerned(ctx, *parties)) return no_request();
    if (auto const may = insist_on_may_decide(ctx, *parties, *before); !may) return may.error();
    if (status == "approved")
        if (auto const taken = take_in(ctx, *parties, *before); !taken) return taken.error();
    settle(ctx, {collaboration_source, input.id.value()}, status, input.comment);
    auto decided = find(ctx, input.id).value();
    audit(ctx, decided, "collaboration_" + status);
    if (parties->applicant != ctx.actor().employee) {
        auto told = decided;
        if (status == "rejected") told.customer_name = masked_name(told.customer_name);
        tell_decision(ctx, {collaboration_source, input.id.value()}, "collaboration_" + status, card_of(ctx, told),
                      parties->applicant);
    }
    return decided;
}

Result<Collaboration> approve(operation::Context& ctx, DecideCollaboration const& input) {
    return decide(ctx, input, "approved");
}
Result<Collaboration> reject(operation::Context& ctx, DecideCollaboration const& input) {
    return decide(ctx, input, "rejected");
}

Result<Collaboration> show(operation::Context& ctx, OneCollaboration const& input) {
    auto const parties = parties_of(ctx, input.id);
    if (!parties || !is_concerned(ctx, *parties)) return no_request();
    return shown_to(ctx, find(ctx, input.id).value());
}

Result<Collaborations> list(operation::Context& ctx, ListCollaborations const& input) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"created_at", "x.created_at", "timestamptz"}}, "-created_at", "x.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    auto const own = input.mine.value_or(false);
    if (own || !ctx.actor().is_administrator)
        filter.where(own ? "x.applicant_id = :me" : "(x.applicant_id = :me or c.owner_id = :me)", "me",
                     ctx.actor().employee);
    if (input.waiting.value_or(false))
        filter.where("x.status = 'pending' and c.owner_id = :decider", "decider", ctx.actor().employee);
    filter.where_given(input.status, "x.status = :status", "status");
    filter.where_given(input.lead_id, "x.lead_id = :lead", "lead").page(*paging);
    auto page = page_of<Collaborations>(
        ctx.sql().records<CollaborationRow>("select " + std::string{request_columns} + ", " + paging->key_column() +
                                                std::string{request_joins} + filter.sql(),
                                            filter.params()),
        *paging);
    for (auto& one : page.items) one = shown_to(ctx, std::move(one));
    return page;
}

constexpr Operation<AskCollaboration, Collaboration> lead_ask{"lead.ask_collaboration",
                                                              "申请客户协作",
                                                              "lead.convert",
                                                              Effect::writes,
                                                              ask,
                                                              {"POST", "/leads/{id}/ask-collaboration"}};
constexpr Operation<ListCollaborations, Collaborations> request_list{
    "collaboration_request.list", "协作申请", "self", Effect::reads, list, {"GET", "/collaboration-requests"}};
constexpr Operation<OneCollaboration, Collaboration> request_show{
    "collaboration_request.show", "查看协作申请", "self", Effect::reads, show, {"GET", "/collaboration-requests/{id}"}};
constexpr Operation<DecideCollaboration, Collaboration> request_approve{
    "collaboration_request.approve",
    "同意协作",
    "self",
    Effect::writes,
    approve,
    {"POST", "/collaboration-requests/{id}/approve"}};
constexpr Operation<DecideCollaboration, Collaboration> request_reject{"collaboration_request.reject",
                                                                       "拒绝协作",
                                                                       "self",
                                                                       Effect::writes,
                                                                       reject,
                                                                       {"POST", "/collaboration-requests/{id}/reject"}};

}  // namespace

void add_collaborations(operation::Catalogue& catalogue) {
    catalogue.add(lead_ask);
    catalogue.add(request_list);
    catalogue.add(request_show);
    catalogue.add(request_approve);
    catalogue.add(request_reject);
}

}  // namespace wescrm::sales
