#include "../decided_once.hpp"
#include "../rows.hpp"
#include "operations.hpp"
#include "pool_views.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// More time for a record: asked for by its owner, decided by his superior.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

constexpr std::string_view extension_source = "recycle_extension";
using ExtensionId = StrongId<struct ExtensionIdTag, std::int64_t>;
constexpr int most_extra_days = 365;  // whatever a pool allows

struct Extension {
    ExtensionId id;
    std::string object;
    RecordId object_id;
    std::string name;               ///< of the record
    std::optional<Instant> due_at;  ///< when it goes into its pool
    int days = 0;
    std::string reason;
    std::string status;  ///< pending, approved, rejected, withdrawn
    UserId applicant_user_id;
    std::string applicant_name;
    std::optional<UserId> approver_user_id;  ///< absent: the administrators
    std::optional<UserId> decided_by_user_id;
    std::optional<std::string> decided_by_name;
    std::optional<Instant> decided_at;
    std::string comment;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(Extension, (),
                      (id, object, object_id, name, due_at, days, reason, status, applicant_user_id, applicant_name,
                       approver_user_id, decided_by_user_id, decided_by_name, decided_at, comment, version, created_at,
                       updated_at))
struct ExtensionRow : Extension {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ExtensionRow, (Extension), (sort_key))
struct Extensions {
    std::vector<Extension> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Extensions, (), (items, next_cursor))

struct AskExtension {
    RecordId id;
    int days = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(AskExtension, (), (id, days, reason))
struct DecideExtension {
    ExtensionId id;
    std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(DecideExtension, (), (id, comment))
struct OneExtension {
    ExtensionId id;
};
BOOST_DESCRIBE_STRUCT(OneExtension, (), (id))
struct ListExtensions {
    std::optional<std::string> status;
    std::optional<bool> mine;     ///< asked by me; absent: to be decided by me as well
    std::optional<bool> waiting;  ///< for my decision
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListExtensions, (), (status, mine, waiting, sort, limit, cursor))
std::vector<FieldRule> field_rules(AskExtension const*) {
    return {{"days", "延长天数", {.min = 1, .max = most_extra_days}, "7"}, {"reason", "原因"}};
}
std::vector<FieldRule> field_rules(DecideExtension const*) { return {{"comment", "意见"}}; }

constexpr std::string_view extension_columns =
    "x.id, x.object, x.object_id, coalesce(c.name, l.name, ''), coalesce(c.recycle_due_at, l.recycle_due_at), x.days, "
    "x.reason, x.status, a.user_id, a.name, p.user_id, d.user_id, d.name, x.decided_at, x.comment, x.version, "
    "x.created_at, x.updated_at";
constexpr std::string_view extension_joins =
    " from recycle_extension x join employee a on a.tenant_id = x.tenant_id and a.id = x.applicant_id left join "
    "employee p on p.tenant_id = x.tenant_id and p.id = x.approver_id left join employee d on d.tenant_id = "
    "x.tenant_id and d.id = x.decided_by left join customer c on x.object = 'customer' and c.tenant_id = x.tenant_id "
    "and "
    "c.id = x.object_id left join lead l on x.object = 'lead' and l.tenant_id = x.tenant_id and l.id = x.object_id "
    "where "
    "x.tenant_id = :tenant";

std::optional<Extension> find(operation::Context& ctx, ExtensionId id) {
    return ctx.sql().record<Extension>(
        "select " + std::string{extension_columns} + std::string{extension_joins} + " and x.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

PoolObject object_from(std::string const& word) { return word == "lead" ? PoolObject::lead : PoolObject::customer; }

void audit(operation::Context& ctx, Extension const& extension, std::string action) {
    auto const after = operation::write_output(extension);
    auto const changed = operation::difference(json::Document{rapidjson::kObjectType}, after);
    ctx.audit({extension.object, extension.object_id.value(), extension.object + "." + std::move(action),
               changed.before, changed.after, extension.reason});
}

json::Document card_of(operation::Context& ctx, Extension const& extension) {
    auto data = operation::write_output(extension);
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", title_of(object_from(extension.object)), allocator);
    json::set(data, "days_text", std::to_string(extension.days), allocator);
    json::set(data, "actor_name", ctx.actor().name, allocator);
    if (extension.due_at) json::set(data, "due_text", format_date(ctx.zone().date(*extension.due_at)), allocator);
    return data;
}

// ---- asking

// The pool into which the record would go says whether more time may be asked for.
Result<HighSea> pool_that_takes(operation::Context& ctx, PoolObject object, PoolRecord const& record) {
    auto const id = ctx.sql().value<HighSeaId>(
        "select recycle_high_sea_id from " + std::string{name_of(object)} + " where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", record.id)});
    auto pool = id ? Pools{ctx}.find(*id) : std::nullopt;
    if (!pool) return Error{Errc::conflict, "not_due", "「" + record.name + "」没有回收日期，不需要延期"};
    if (!pool->may_extend) return Error{Errc::conflict, "may_extend", "公海「" + pool->name + "」不接受延期申请"};
    return std::move(*pool);
}

Result<void> insist_on_may_ask(operation::Context& ctx, PoolObject object, PoolRecord const& record, int days) {
    if (record.owner != ctx.actor().employee) return Error{Errc::forbidden, "owner", "只有负责人可以申请延期"};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("object", name_of(object)),
                                         bind("id", record.id), bind("me", ctx.actor().employee)};
    if (ctx.sql().value<int>("select 1 from recycle_extension where tenant_id = :tenant and object = :object and "
                             "object_id = :id and status = 'pending'",
                             params))
        return Error{Errc::conflict, "pending", "已有一个延期申请等待处理"};
    auto const pool = pool_that_takes(ctx, object, record);
    if (!pool) return pool.error();
    if (days > pool->extension_days)
        return invalid_field("days", "每次最多延期 " + std::to_string(pool->extension_days) + " 天");
    auto const granted = ctx.sql().value<std::int64_t>(
        "select count(*) from recycle_extension x where x.tenant_id = :tenant and x.object = :object and x.object_id = "
        ":id and x.applicant_id = :me and x.status = 'approved' and x.created_at >= (select r.acquired_at from " +
            std::string{name_of(object)} + " r where r.tenant_id = :tenant and r.id = :id)",
        params);
    if (granted.value_or(0) >= pool->extension_times)
        return Error{Errc::conflict, "most_times", "每条记录最多延期 " + std::to_string(pool->extension_times) + " 次"};
    return {};
}

std::vector<EmployeeId> other_administrators(operation::Context& ctx, EmployeeId person) {
    return ctx.sql().values<EmployeeId>(
        "select distinct e.id from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id and "
        "r.is_administrator join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id and e.status = "
        "'active' where m.tenant_id = :tenant and e.id <> :person order by e.id",
        {bind("tenant", ctx.tenant()), bind("person", person)});
}

Result<Extension> ask(operation::Context& ctx, PoolObject object, AskExtension const& input) {
    auto const record = PoolRecords{ctx, object}.lock(input.id.value());
    if (!record || record->is_deleted || !ctx.scope().allows(name_of(object), Power::read, input.id.value()))
        return no_record(object);
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写延期原因");
    if (auto const may = insist_on_may_ask(ctx, object, *record, input.days); !may) return may.error();
    auto const superior = ctx.sql().value<EmployeeId>(
        "select s.id from employee e join employee s on s.tenant_id = e.tenant_id and s.id = e.superior_id and "
        "s.status = 'active' where e.tenant_id = :tenant and e.id = :me",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee)});
    auto const id =
        ctx.sql()
            .value<ExtensionId>(
                "insert into recycle_extension (tenant_id, object, object_id, days, reason, applicant_id, approver_id, "
                "created_at, updated_at) values (:tenant, :object, :id, :days, :reason, :me, :approver, :now, :now) "
                "returning id",
                {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("id", input.id),
                 bind("days", input.days), bind("reason", input.reason), bind("me", ctx.actor().employee),
                 bind("approver", superior), bind("now", ctx.now())})
            .value();
    auto made = find(ctx, id).value();
    audit(ctx, made, "extend");
    auto const deciders = superior ? std::vector{*superior} : other_administrators(ctx, ctx.actor().employee);
    for (auto const person : deciders)
        ask_to_decide(ctx, {extension_source, id.value()}, "extension_asked", card_of(ctx, made), person);
    return made;
}

// ---- deciding

struct Parties {
    std::optional<EmployeeId> approver;
    EmployeeId applicant;
};

// Locked until the transaction ends: of two decisions the second sees the first.
std::optional<Parties> lock(operation::Context& ctx, ExtensionId id) {
    auto const row = ctx.sql().row<std::optional<EmployeeId>, EmployeeId>(
        "select approver_id, applicant_id from recycle_extension where tenant_id = :tenant and id = :id for update",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    if (!row) return std::nullopt;
    return Parties{std::get<0>(*row), std::get<1>(*row)};
}

Error no_extension() { return {Errc::not_found, "recycle_extension", "没有这个延期申请"}; }

bool is_concerned(operation::Context& ctx, Parties const& parties) {
    auto const& me = ctx.actor();
    return me.is_administrator || parties.approver == me.employee || parties.applicant == me.employee;
}

Result<void> insist_on_may_decide(operation::Context& ctx, Parties const& parties, Extension const& extension) {
    auto const& me = ctx.actor();
    if (!me.is_administrator && parties.approver != me.employee)
        return Error{Errc::forbidden, "approver", "只有申请人的上级可以处理延期申请"};
    auto const has_others = parties.approver || !other_administrators(ctx, me.employee).empty();
    if (parties.applicant == me.employee && has_others) return Error{Errc::forbidden, "own", "不能处理自己的延期申请"};
    if (extension.status == "pending") return {};
    return decided_before(ctx, "延期申请", extension.status, extension.decided_by_name, extension.decided_at,
                          "已" + decision_word(extension.status));
}

void grant(operation::Context& ctx, Extension const& extension) {
    ctx.sql().execute("update " + extension.object +
                          " set recycle_extra_days = recycle_extra_days + :days where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", extension.object_id), bind("days", extension.days)});
    recompute_due(ctx, object_from(extension.object), {extension.object_id.value()});
}

Result<Extension> decide(operation::Context& ctx, DecideExtension const& input, std::string const& status) {
    auto const parties = lock(ctx, input.id);
    auto const before = find(ctx, input.id);
    if (!parties || !before || !is_concerned(ctx, *parties)) return no_extension();
    if (auto const may = insist_on_may_decide(ctx, *parties, *before); !may) return may.error();
    (void)PoolRecords{ctx, object_from(before->object)}.lock(before->object_id.value());
    settle(ctx, {extension_source, input.id.value()}, status, input.comment);
    if (status == "approved") grant(ctx, *before);
    auto decided = find(ctx, input.id).value();
    audit(ctx, decided, status == "approved" ? "extension_approved" : "extension_rejected");
    if (parties->applicant != ctx.actor().employee)
        tell_decision(ctx, {extension_source, input.id.value()}, "extension_" + status, card_of(ctx, decided),
                      parties->applicant);
    return decided;
}

Result<Extension> show(operation::Context& ctx, OneExtension const& input) {
    auto const row = ctx.sql().row<std::optional<EmployeeId>, EmployeeId>(
        "select approver_id, applicant_id from recycle_extension where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (!row || !is_concerned(ctx, {std::get<0>(*row), std::get<1>(*row)})) return no_extension();
    return find(ctx, input.id).value();
}

Result<Extension> approve(operation::Context& ctx, DecideExtension const& input) {
    return decide(ctx, input, "approved");
}
Result<Extension> reject(operation::Context& ctx, DecideExtension const& input) {
    return decide(ctx, input, "rejected");
}

Result<Extensions> list(operation::Context& ctx, ListExtensions const& input) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"created_at", "x.created_at", "timestamptz"}}, "-created_at", "x.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    auto const own = input.mine.value_or(false);
    if (own || !ctx.actor().is_administrator)
        filter.where(own ? "x.applicant_id = :me" : "(x.applicant_id = :me or x.approver_id = :me)", "me",
                     ctx.actor().employee);
    if (input.waiting.value_or(false))
        filter.where("x.status = 'pending' and x.applicant_id <> :decider and coalesce(x.approver_id = :decider, " +
                         std::string{ctx.actor().is_administrator ? "true" : "false"} + ")",
                     "decider", ctx.actor().employee);
    filter.where_given(input.status, "x.status = :status", "status").page(*paging);
    return page_of<Extensions>(
        ctx.sql().records<ExtensionRow>("select " + std::string{extension_columns} + ", " + paging->key_column() +
                                            std::string{extension_joins} + filter.sql(),
                                        filter.params()),
        *paging);
}

constexpr Operation<AskExtension, Extension> customer_extend{
    "customer.extend", "申请延期回收", "customer.edit", Effect::writes, nullptr, {"POST", "/customers/{id}/extend"}};
constexpr Operation<AskExtension, Extension> lead_extend{
    "lead.extend", "申请延期回收线索", "lead.edit", Effect::writes, nullptr, {"POST", "/leads/{id}/extend"}};
constexpr Operation<ListExtensions, Extensions> extension_list{
    "recycle_extension.list", "延期申请", "self", Effect::reads, list, {"GET", "/recycle-extensions"}};
constexpr Operation<OneExtension, Extension> extension_show{
    "recycle_extension.show", "查看延期申请", "self", Effect::reads, show, {"GET", "/recycle-extensions/{id}"}};
constexpr Operation<DecideExtension, Extension> extension_approve{"recycle_extension.approve",
                                                                  "同意延期",
                                                                  "self",
                                                                  Effect::writes,
                                                                  approve,
                                                                  {"POST", "/recycle-extensions/{id}/approve"}};
constexpr Operation<DecideExtension, Extension> extension_reject{"recycle_extension.reject",
                                                                 "拒绝延期",
                                                                 "self",
                                                                 Effect::writes,
                                                                 reject,
                                                                 {"POST", "/recycle-extensions/{id}/reject"}};
}  // namespace

void add_extensions(operation::Catalogue& catalogue) {
    catalogue.add(customer_extend, [](operation::Context& ctx, AskExtension const& input) {
        return ask(ctx, PoolObject::customer, input);
    });
    catalogue.add(lead_extend,
                  [](operation::Context& ctx, AskExtension const& input) { return ask(ctx, PoolObject::lead, input); });
    catalogue.add(extension_list);
    catalogue.add(extension_show);
    catalogue.add(extension_approve);
    catalogue.add(extension_reject);
}

}  // namespace wescrm::sales
