#include "../rows.hpp"
#include "operations.hpp"
#include "pool_views.hpp"

#include <wescrm/base/text.hpp>

// More time for a record: asked for by its owner, decided by his superior. And the protection of single records.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

using ExtensionId = StrongId<struct ExtensionIdTag, std::int64_t>;
constexpr int most_extra_days = 90;
constexpr int most_times = 2;  // granted to one owner of one record
constexpr int usual_protection_days = 30;

struct Extension {
    ExtensionId id;
    std::string object;
    RecordId object_id;
    int days = 0;
    std::string reason;
    std::string status;  ///< pending, approved, rejected, withdrawn
    UserId applicant_user_id;
    std::string applicant_name;
    std::optional<UserId> approver_user_id;
    std::optional<UserId> decided_by_user_id;
    std::optional<Instant> decided_at;
    std::string comment;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(Extension, (),
                      (id, object, object_id, days, reason, status, applicant_user_id, applicant_name, approver_user_id,
                       decided_by_user_id, decided_at, comment, version, created_at, updated_at))
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
struct ListExtensions {
    std::optional<std::string> status;
    std::optional<bool> mine;  ///< asked by me; absent: to be decided by me as well
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListExtensions, (), (status, mine, sort, limit, cursor))
struct Protect {
    RecordId id;
    std::optional<Date> until;  ///< through this day; absent: 30 days
};
BOOST_DESCRIBE_STRUCT(Protect, (), (id, until))

std::vector<FieldRule> field_rules(AskExtension const*) {
    return {{"days", "延长天数", {.min = 1, .max = most_extra_days}, "7"}, {"reason", "原因"}};
}
std::vector<FieldRule> field_rules(DecideExtension const*) { return {{"comment", "意见"}}; }

constexpr std::string_view columns =
    "x.id, x.object, x.object_id, x.days, x.reason, x.status, a.user_id, a.name, p.user_id, d.user_id, x.decided_at, "
    "x.comment, x.version, x.created_at, x.updated_at";
constexpr std::string_view joins =
    " from recycle_extension x join employee a on a.tenant_id = x.tenant_id and a.id = x.applicant_id left join "
    "employee p on p.tenant_id = x.tenant_id and p.id = x.approver_id left join employee d on d.tenant_id = "
    "x.tenant_id and d.id = x.decided_by where x.tenant_id = :tenant";

std::optional<Extension> find(operation::Context& ctx, ExtensionId id) {
    return ctx.sql().record<Extension>("select " + std::string{columns} + std::string{joins} + " and x.id = :id",
                                       {bind("tenant", ctx.tenant()), bind("id", id)});
}

PoolObject object_from(std::string const& word) { return word == "lead" ? PoolObject::lead : PoolObject::customer; }

void audit(operation::Context& ctx, Extension const& extension, std::string action) {
    auto const after = operation::write_output(extension);
    auto const changed = operation::difference(json::Document{rapidjson::kObjectType}, after);
    ctx.audit({extension.object, extension.object_id.value(), extension.object + "." + std::move(action),
               changed.before, changed.after, extension.reason});
}

void tell(operation::Context& ctx, Extension const& extension, EmployeeId to, std::string_view card,
          std::string const& record) {
    auto data = operation::write_output(extension);
    auto& allocator = data.GetAllocator();
    json::set(data, "name", record, allocator);
    json::set(data, "kind_title", title_of(object_from(extension.object)), allocator);
    json::set(data, "days_text", std::to_string(extension.days), allocator);
    json::set(data, "actor_name", ctx.actor().name, allocator);
    auto notice = operation::Notice{};
    notice.effect_key = std::string{card} + ":" + std::to_string(extension.id.value());
    notice.to = to;
    notice.kind = card;
    notice.data = std::move(data);
    notice.source_kind = "recycle_extension";
    notice.source_id = extension.id.value();
    ctx.outbox().tell(notice);
}

// ---- asking

Result<void> insist_on_may_ask(operation::Context& ctx, PoolObject object, PoolRecord const& record) {
    if (record.owner != ctx.actor().employee) return Error{Errc::forbidden, "owner", "只有负责人可以申请延期"};
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("object", name_of(object)),
                                         bind("id", record.id), bind("me", ctx.actor().employee)};
    if (ctx.sql().value<int>("select 1 from recycle_extension where tenant_id = :tenant and object = :object and "
                             "object_id = :id and status = 'pending'",
                             params))
        return Error{Errc::conflict, "pending", "已有一个延期申请等待处理"};
    auto const granted = ctx.sql().value<std::int64_t>(
        "select count(*) from recycle_extension x where x.tenant_id = :tenant and x.object = :object and x.object_id = "
        ":id and x.applicant_id = :me and x.status = 'approved' and x.created_at >= (select r.acquired_at from " +
            std::string{name_of(object)} + " r where r.tenant_id = :tenant and r.id = :id)",
        params);
    if (granted.value_or(0) >= most_times)
        return Error{Errc::conflict, "most_times", "每条记录最多延期 " + std::to_string(most_times) + " 次"};
    return {};
}

Result<Extension> ask(operation::Context& ctx, PoolObject object, AskExtension const& input) {
    auto const record = PoolRecords{ctx, object}.lock(input.id.value());
    if (!record || record->is_deleted || !ctx.scope().allows(name_of(object), Power::read, input.id.value()))
        return no_record(object);
    if (auto const may = insist_on_may_ask(ctx, object, *record); !may) return may.error();
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写延期原因");
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
    if (superior) tell(ctx, made, *superior, "extension_asked", record->name);
    return made;
}

// ---- deciding

Result<Extension> decide(operation::Context& ctx, DecideExtension const& input, std::string const& status) {
    auto const row = ctx.sql().row<std::optional<EmployeeId>, EmployeeId>(
        "select approver_id, applicant_id from recycle_extension where tenant_id = :tenant and id = :id for update",
        {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const before = find(ctx, input.id);
    auto const& me = ctx.actor();
    auto const is_concerned =
        row && (me.is_administrator || std::get<0>(*row) == me.employee || std::get<1>(*row) == me.employee);
    if (!before || !is_concerned) return Error{Errc::not_found, "recycle_extension", "没有这个延期申请"};
    if (!me.is_administrator && std::get<0>(*row) != me.employee)
        return Error{Errc::forbidden, "approver", "只有申请人的上级可以处理延期申请"};
    if (before->status != "pending")
        return Error{Errc::conflict, "decided", "这个延期申请已经处理过了（" + before->status + "）"};
    auto const object = object_from(before->object);
    auto const record = PoolRecords{ctx, object}.lock(before->object_id.value());
    ctx.sql().execute(
        "update recycle_extension set status = :status, decided_by = :me, decided_at = :now, comment = "
        ":comment, version = version + 1, updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("status", status), bind("me", me.employee),
         bind("now", ctx.now()), bind("comment", input.comment.value_or(""))});
    if (status == "approved") {
        ctx.sql().execute("update " + before->object +
                              " set recycle_extra_days = recycle_extra_days + :days where tenant_id = :tenant and id = "
                              ":id",
                          {bind("tenant", ctx.tenant()), bind("id", before->object_id), bind("days", before->days)});
        recompute_due(ctx, object, {before->object_id.value()});
    }
    auto decided = find(ctx, input.id).value();
    audit(ctx, decided, status == "approved" ? "extension_approved" : "extension_rejected");
    tell(ctx, decided, std::get<1>(*row), status == "approved" ? "extension_approved" : "extension_rejected",
         record ? record->name : "");
    return decided;
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
    filter.where_given(input.status, "x.status = :status", "status").page(*paging);
    return page_of<Extensions>(
        ctx.sql().records<ExtensionRow>(
            "select " + std::string{columns} + ", " + paging->key_column() + std::string{joins} + filter.sql(),
            filter.params()),
        *paging);
}

// ---- protecting

Result<Nothing> protect(operation::Context& ctx, PoolObject object, RecordId id, std::optional<Instant> until) {
    auto const record = PoolRecords{ctx, object}.lock(id.value());
    if (!record || record->is_deleted || !ctx.scope().allows(name_of(object), Power::read, id.value()))
        return no_record(object);
    if (!ctx.scope().allows(name_of(object), Power::write, id.value()))
        return Error{Errc::forbidden, std::string{name_of(object)} + "_edit", "您不能修改「" + record->name + "」"};
    if (until && *until <= ctx.now()) return invalid_field("until", "保护期应晚于现在");
    auto const number = ctx.sql().value<std::int64_t>(
        "select count(*) from " + std::string{name_of(object)} +
            " where tenant_id = :tenant and owner_id = :owner and protected_until > :now and deleted_at is null and id "
            "<> :id",
        {bind("tenant", ctx.tenant()), bind("owner", record->owner), bind("now", ctx.now()), bind("id", id)});
    constexpr std::int64_t most_protected = 20;
    if (until && number.value_or(0) >= most_protected)
        return Error{Errc::conflict, "most_protected",
                     "每人最多保护 " + std::to_string(most_protected) + " 条，请先解除一部分"};
    ctx.sql().execute("update " + std::string{name_of(object)} +
                          " set protected_until = :until, updated_at = :now, version = version + 1 where tenant_id = "
                          ":tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("until", until), bind("now", ctx.now())});
    recompute_due(ctx, object, {id.value()});
    ctx.audit({std::string{name_of(object)},
               id.value(),
               std::string{name_of(object)} + (until ? ".protect" : ".unprotect"),
               "{}",
               until ? R"({"protected_until":")" + format_rfc3339(*until) + R"("})" : std::string{"{}"},
               {}});
    return Nothing{};
}

std::optional<Instant> end_of_protection(operation::Context& ctx, Protect const& input) {
    auto const last = input.until.value_or(add_days(ctx.today(), usual_protection_days));
    return ctx.zone().start_of(add_days(last, 1));
}

constexpr Operation<AskExtension, Extension> customer_extend{
    "customer.extend", "申请延期回收", "customer.edit", Effect::writes, nullptr, {"POST", "/customers/{id}/extend"}};
constexpr Operation<AskExtension, Extension> lead_extend{
    "lead.extend", "申请延期回收线索", "lead.edit", Effect::writes, nullptr, {"POST", "/leads/{id}/extend"}};
constexpr Operation<ListExtensions, Extensions> extension_list{
    "recycle_extension.list", "延期申请", "self", Effect::reads, list, {"GET", "/recycle-extensions"}};
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
constexpr Operation<Protect, Nothing> customer_protect{
    "customer.protect", "保护客户", "customer.edit", Effect::writes, nullptr, {"POST", "/customers/{id}/protect", 204}};
constexpr Operation<OneRecord, Nothing> customer_unprotect{
    "customer.unprotect", "解除保护", "customer.edit",
    Effect::writes,       nullptr,    {"POST", "/customers/{id}/unprotect", 204}};

}  // namespace

void add_extensions(operation::Catalogue& catalogue) {
    catalogue.add(customer_extend, [](operation::Context& ctx, AskExtension const& input) {
        return ask(ctx, PoolObject::customer, input);
    });
    catalogue.add(lead_extend,
                  [](operation::Context& ctx, AskExtension const& input) { return ask(ctx, PoolObject::lead, input); });
    catalogue.add(extension_list);
    catalogue.add(extension_approve);
    catalogue.add(extension_reject);
    catalogue.add(customer_protect, [](operation::Context& ctx, Protect const& input) {
        return protect(ctx, PoolObject::customer, input.id, end_of_protection(ctx, input));
    });
    catalogue.add(customer_unprotect, [](operation::Context& ctx, OneRecord const& input) {
        return protect(ctx, PoolObject::customer, input.id, std::nullopt);
    });
}

}  // namespace wescrm::sales
