#include "approvals.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/paging.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <map>

namespace wescrm::approval {
namespace {

using database::bind;
using operation::SortField;

struct HeadRow : ApprovalHead {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(HeadRow, (ApprovalHead), (sort_key))

constexpr std::string_view waits_for_me =
    "exists (select 1 from approval_task w where w.tenant_id = a.tenant_id and w.approval_id = a.id and w.approver_id "
    "= :me "
    "and w.status = 'pending')";

std::string const columns =
    "a.id, a.kind, a.subject_type, '', a.subject_id, a.subject_no, a.subject_name, a.customer_name, a.amount_fen, "
    "a.cause, "
    "e.user_id, e.name, a.status, a.ended_at, a.status = 'pending' and a.applicant_id <> :me and " +
    std::string{waits_for_me} +
    ", a.status = 'pending' and (a.applicant_id = :me or :sees_all::boolean), a.version, a.created_at, a.updated_at, "
    "k.user_id";
constexpr std::string_view joins =
    " from approval a join employee e on e.tenant_id = a.tenant_id and e.id = a.applicant_id left join employee k on "
    "k.tenant_id = a.tenant_id and k.id = a.created_by where a.tenant_id = :tenant and (:sees_all::boolean or "
    "a.applicant_id = :me or a.owner_id = :me or a.id = any(array(select m.approval_id from approval_task m where "
    "m.tenant_id = :tenant and m.approver_id = :me)))";

database::Params readers(operation::Context& ctx) {
    auto const& me = ctx.actor();
    return {bind("tenant", ctx.tenant()), bind("me", me.employee),
            bind("sees_all", me.is_system() || me.is_administrator || me.may("approval.manage"))};
}

// The steps of many approvals at once.
std::map<ApprovalId, std::vector<Step>> steps_of(operation::Context& ctx, std::vector<ApprovalId> const& ids) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    auto steps = std::map<ApprovalId, std::vector<Step>>{};
    for (auto& [id, mode, status, note] : ctx.sql().rows<ApprovalId, std::string, std::string, std::string>(
             "select approval_id, mode, status, note from approval_step where tenant_id = :tenant and approval_id = "
             "any(:ids::bigint[]) order by approval_id, position",
             params))
        steps[id].push_back({mode, {}, {}, status, note, {}});
    for (
        auto& [id, position, user, name, status, comment, at] :
        ctx.sql().rows<ApprovalId, std::int64_t, UserId, std::string, std::string, std::string, std::optional<Instant>>(
            "select t.approval_id, t.position, e.user_id, e.name, t.status, t.comment, t.decided_at from "
            "approval_task t join employee e on e.tenant_id = t.tenant_id and e.id = t.approver_id where t.tenant_id "
            "= :tenant and t.approval_id = any(:ids::bigint[]) order by t.approval_id, t.position, t.created_at, t.id",
            params)) {
        auto& step = steps[id].at(static_cast<std::size_t>(position - 1));
        if (status == "transferred") continue;
        step.approver_user_ids.push_back(user);
        step.approver_names.push_back(name);
        if (at) step.decisions.push_back({user, name, status, comment, *at});
    }
    return steps;
}

std::vector<Approval> with_steps(operation::Context& ctx, std::vector<HeadRow> rows, Subjects const& subjects) {
    auto ids = std::vector<ApprovalId>{};
    for (auto const& row : rows) ids.push_back(row.id);
    auto steps = steps_of(ctx, ids);
    auto whole = std::vector<Approval>{};
    for (auto& row : rows) {
        auto const* subject = subjects.find(row.subject_type);
        row.subject_title = subject ? subject->title : row.subject_type;
        auto& approval = whole.emplace_back();
        static_cast<ApprovalHead&>(approval) = std::move(static_cast<ApprovalHead&>(row));
        approval.steps = std::move(steps[approval.id]);
    }
    return whole;
}

struct Condition {
    std::string sql;
    database::Params params;
    template <class T>
    void add(std::string_view more, std::string name, T const& value) {
        sql += " and " + std::string{more};
        params.add(database::named(std::move(name), value));
    }
};

std::string contains(std::string_view typed) {
    auto escaped = std::string{"%"};
    for (auto c : typed) {
        if (c == '%' || c == '_' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped + "%";
}

void add_filters(operation::Context& ctx, ListApprovals const& input, Condition& condition) {
    if (input.part == Part::waiting) condition.sql += " and a.status = 'pending' and " + std::string{waits_for_me};
    if (input.part == Part::submitted) condition.sql += " and a.applicant_id = :me";
    if (input.part == Part::decided)
        condition.sql +=
            " and exists (select 1 from approval_task d where d.tenant_id = a.tenant_id and d.approval_id = a.id and "
            "d.approver_id = :me and d.status in ('approved', 'rejected'))";
    if (input.status)
        condition.add("a.status = :status", "status", std::string{boost::describe::enum_to_string(*input.status, "")});
    if (input.subject_type) condition.add("a.subject_type = :type", "type", *input.subject_type);
    if (input.subject_id) condition.add("a.subject_id = :subject", "subject", *input.subject_id);
    if (input.applicant) condition.add("e.user_id = :applicant", "applicant", *input.applicant);
    if (input.q)
        condition.add("(a.subject_no like :q or a.subject_name like :q or a.customer_name like :q)", "q",
                      contains(*input.q));
    if (input.from) condition.add("a.created_at >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) condition.add("a.created_at < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
}

}  // namespace

std::optional<Approval> find(operation::Context& ctx, ApprovalId id, Subjects const& subjects) {
    auto params = readers(ctx);
    params.add(bind("id", id));
    auto found = with_steps(
        ctx, ctx.sql().records<HeadRow>("select " + columns + ", ''" + std::string{joins} + " and a.id = :id", params),
        subjects);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

Result<Approval> show_approval(operation::Context& ctx, OneApproval const& input, Subjects const& subjects) {
    auto found = find(ctx, input.id, subjects);
    if (!found) return Error{Errc::not_found, "approval", "没有这个审批，或您看不到它"};
    return std::move(*found);
}

Result<ApprovalPage> list_approvals(operation::Context& ctx, ListApprovals const& input, Subjects const& subjects) {
    auto const paging = operation::Paging::from(
        input.sort, input.limit, input.cursor,
        {SortField{"created_at", "a.created_at", "timestamptz"}, {"updated_at", "a.updated_at", "timestamptz"}},
        "-created_at", "a.id");
    if (!paging) return paging.error();
    auto condition = Condition{{}, readers(ctx)};
    add_filters(ctx, input, condition);
    auto const after = paging->after();
    condition.params.add(after.params);
    auto rows = ctx.sql().records<HeadRow>("select " + columns + ", " + paging->key_column() + std::string{joins} +
                                               condition.sql + after.sql + paging->order(),
                                           condition.params);
    auto page = ApprovalPage{};
    page.next_cursor = paging->cut(rows);
    page.items = with_steps(ctx, std::move(rows), subjects);
    return page;
}

}  // namespace wescrm::approval
