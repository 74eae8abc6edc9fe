#include "followups.hpp"

#include "customers.hpp"
#include "follow_targets.hpp"
#include "high_sea/pool_history.hpp"
#include "lead/lead_followups.hpp"
#include "rows.hpp"
#include "rules/consequences.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/date_field.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/undo.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct FollowupRow : Followup {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(FollowupRow, (Followup), (sort_key))

constexpr std::string_view followup_columns =
    "f.id, f.target_type, f.target_id, f.customer_id, c.name, f.content, f.method, a.user_id, a.name, f.followed_at, "
    "f.next_contact_at, "
    "f.version, f.created_at, f.updated_at, k.user_id";
constexpr std::string_view followup_joins =
    " from followup f left join customer c on c.tenant_id = f.tenant_id and c.id = f.customer_id left join lead l on "
    "f.target_type = 'lead' and l.tenant_id = f.tenant_id and l.id = f.target_id join employee a on "
    "a.tenant_id = f.tenant_id and "
    "a.id = f.author_id left join employee k on k.tenant_id = f.tenant_id and k.id = f.created_by where f.tenant_id = "
    ":tenant and f.deleted_at "
    "is null and c.deleted_at is null and l.deleted_at is null";

std::optional<Followup> find(operation::Context& ctx, FollowupId id) {
    return ctx.sql().record<Followup>(
        "select " + std::string{followup_columns} + std::string{followup_joins} + " and f.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
}

Error no_followup() { return {Errc::not_found, "followup", "没有这条跟进记录，或您看不到它"}; }

std::optional<CustomerId> customer_of(operation::Context& ctx, TargetType type, RecordId target) {
    if (type == TargetType::customer) return CustomerId{target.value()};
    return ctx.sql().value<CustomerId>("select customer_id from " + std::string{table_of(type)} +
                                           " where tenant_id = :tenant and id = :id" +
                                           (is_document(type) ? " for key share" : " and deleted_at is null"),
                                       {bind("tenant", ctx.tenant()), bind("id", target)});
}

bool is_target_seen(operation::Context& ctx, TargetType type, RecordId target) {
    return ctx.scope().allows(boost::describe::enum_to_string(type, ""), operation::Power::read, target.value());
}

// Who sees an opportunity may write about it, also when its customer is somebody else's; about a document only he.
bool is_seen(operation::Context& ctx, TargetType type, RecordId target, CustomerId customer) {
    if (is_document(type)) return is_target_seen(ctx, type, target);
    if (type == TargetType::opportunity && is_target_seen(ctx, type, target)) return true;
    return ctx.scope().allows("customer", operation::Power::read, customer.value());
}

bool is_seen_alone(TargetType type) { return is_document(type) || type == TargetType::opportunity; }

// Those of one document or opportunity are asked for by it, those of a customer by that one: each decides at once.
operation::Predicate seen_rows(operation::Context& ctx, ListFollowups const& input) {
    if (input.target_type && input.target_id && is_seen_alone(*input.target_type) &&
        is_target_seen(ctx, *input.target_type, *input.target_id))
        return {"true", {}};
    if (input.customer_id)
        return ctx.scope().at_customer(input.customer_id->value()).rows("followup", operation::Power::read, "f");
    return ctx.scope().rows("followup", operation::Power::read, "f");
}

// What was last heard of an opportunity, from the follow-ups that are left.
void recompute_opportunity(operation::Context& ctx, RecordId id) {
    ctx.sql().execute(
        "update opportunity p set last_follow_at = (select max(f.followed_at) from followup f where f.tenant_id = "
        ":tenant and f.target_type = 'opportunity' and f.target_id = :id and f.deleted_at is null), next_contact_at = "
        "(select min(f.next_contact_at) from followup f where f.tenant_id = :tenant and f.target_type = 'opportunity' "
        "and f.target_id = :id and f.deleted_at is null and f.next_contact_at > :now) where p.tenant_id = :tenant and "
        "p.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
}

// A new follow-up ends the author's earlier reminders about the same customer.
void replace_reminder(operation::Context& ctx, CustomerId customer, FollowupId id,
                      std::optional<Instant> next_contact_at) {
    auto const earlier = ctx.sql().values<std::int64_t>(
        "select f.id from followup f join timer t on t.tenant_id = f.tenant_id and t.kind = 'next_contact' and "
        "t.ref_kind = 'followup' and "
        "t.ref_id = f.id and t.state = 0 where f.tenant_id = :tenant and f.customer_id = :customer and f.author_id = "
        "(select x.author_id from followup x where x.tenant_id = :tenant and x.id = :id) and f.id <> :id",
        {bind("tenant", ctx.tenant()), bind("customer", customer), bind("id", id)});
    for (auto const old : earlier) {
        ctx.timers().cancel("followup", old);
        ctx.outbox().cancel("followup", old);
    }
    if (next_contact_at) {
        ctx.timers().cancel("customer", customer.value(), "next_contact");
        ctx.timers().schedule({"next_contact", "followup", id.value(), *next_contact_at});
    }
}

// Who says it: the actor, or somebody whose words he brings in.
Result<EmployeeId> author_of(operation::Context& ctx, CreateFollowup const& input) {
    if (!input.author_user_id || *input.author_user_id == ctx.actor().user_id) return ctx.actor().employee;
    if (!ctx.may("followup.import")) return invalid_field("author_user_id", "您没有补录他人跟进的权限");
    auto const author = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", ctx.tenant()), bind("user", *input.author_user_id)});
    if (!author) return invalid_field("author_user_id", "没有这位在职员工");
    return *author;
}

FollowupId insert(operation::Context& ctx, CreateFollowup const& input, std::optional<CustomerId> customer,
                  EmployeeId author, Instant followed_at) {
    return ctx.sql()
        .value<FollowupId>(
            "insert into followup (tenant_id, target_type, target_id, customer_id, content, method, author_id, "
            "followed_at, next_contact_at, "
            "created_at, updated_at, created_by) values (:tenant, :type, :target, :customer, :content, :method, "
            ":author, :followed, :next, :now, "
            ":now, :me) returning id",
            {bind("tenant", ctx.tenant()), bind("type", boost::describe::enum_to_string(input.target_type, "")),
             bind("target", input.target_id), bind("customer", customer), bind("content", input.content),
             bind("method", boost::describe::enum_to_string(input.method.value_or(Method::other), "")),
             bind("author", author), bind("me", ctx.actor().employee), bind("followed", followed_at),
             bind("next", input.next_contact_at), bind("now", ctx.now())})
        .value();
}

// Somebody else's words only for whom the actor may write follow-ups at all.
Result<void> insist_on_author(operation::Context& ctx, EmployeeId author, FollowupId id) {
    if (author == ctx.actor().employee || ctx.scope().allows("followup", operation::Power::write, id.value()))
        return {};
    return invalid_field("author_user_id", "您不能补录这位员工的跟进");
}

Result<Followup> written(operation::Context& ctx, FollowupId id, EmployeeId author, std::string const& about) {
    if (auto const may = insist_on_author(ctx, author, id); !may) return may.error();
    auto const made = find(ctx, id).value();
    auto const changed = operation::difference(json::Document{rapidjson::kObjectType}, operation::write_output(made));
    ctx.audit({"followup", id.value(), "followup.create", changed.before, changed.after, ""});
    remember_for_undo(ctx, {0, "followup", id.value(), "create", made.version, "写跟进 " + about, "{}"});
    return made;
}

Result<Followup> follow_lead(operation::Context& ctx, CreateFollowup const& input, EmployeeId author,
                             Instant followed_at) {
    auto const lead = check_lead_target(ctx, input.target_id);
    if (!lead) return lead.error();
    auto const id = insert(ctx, input, std::nullopt, author, followed_at);
    after_lead_followup(ctx, input.target_id, id, followed_at, input.next_contact_at);
    return written(ctx, id, author, *lead);
}

// The record about which it is, locked; false if it is gone.
bool lock_subject(operation::Context& ctx, Followup const& followup) {
    if (followup.customer_id) return Customers{ctx}.lock(*followup.customer_id).has_value();
    return ctx.sql()
        .value<int>("select 1 from lead where tenant_id = :tenant and id = :id for update",
                    {bind("tenant", ctx.tenant()), bind("id", followup.target_id)})
        .has_value();
}

}  // namespace

std::string_view label_of(Method method) noexcept {
    switch (method) {
        case Method::call:
            return "电话";
        case Method::visit:
            return "拜访";
        case Method::wechat:
            return "微信";
        case Method::wecom:
            return "企微会话";
        case Method::email:
            return "邮件";
        case Method::sms:
            return "短信";
        case Method::meeting:
            return "会议";
        case Method::other:
            return "其他";
    }
    return "其他";
}

operation::Predicate seen_among(operation::Context& ctx, std::vector<FollowupId> const& ids) {
    auto const customers = ctx.sql().values<std::optional<CustomerId>>(
        "select distinct customer_id from followup where tenant_id = :tenant and id = any(:ids::bigint[])",
        {bind("tenant", ctx.tenant()), bind("ids", ids)});
    auto const are_of_one = customers.size() == 1 && customers.front();
    auto const scope = are_of_one ? ctx.scope().at_customer(customers.front()->value()) : ctx.scope().named();
    return scope.rows("followup", operation::Power::read, "f");
}

std::vector<Followup> last_followups(operation::Context& ctx, CustomerId customer, int count) {
    auto filter = Filter{ctx.tenant()};
    filter.where("f.customer_id = :customer", "customer", customer);
    filter.where(ctx.scope().at_customer(customer.value()).rows("followup", operation::Power::read, "f"));
    auto params = filter.params();
    params.add(bind("count", count));
    auto last =
        ctx.sql().records<Followup>("select " + std::string{followup_columns} + std::string{followup_joins} +
                                        filter.sql() + " order by f.followed_at desc, f.id limit :count::bigint",
                                    params);
    cover_history(ctx, last);
    return last;
}

std::vector<Followup> last_followups_on(operation::Context& ctx, TargetType type, RecordId target, int count) {
    auto last = ctx.sql().records<Followup>(
        "select " + std::string{followup_columns} + std::string{followup_joins} +
            " and f.target_type = :type and f.target_id = :target order by f.followed_at desc, f.id limit "
            ":count::bigint",
        {bind("tenant", ctx.tenant()), bind("type", boost::describe::enum_to_string(type, "")), bind("target", target),
         bind("count", count)});
    cover_history(ctx, last);
    return last;
}

void cancel_reminders(operation::Context& ctx, CustomerId customer) {
    auto const followups = ctx.sql().values<std::int64_t>(
        "select id from followup where tenant_id = :tenant and customer_id = :customer and next_contact_at is not null",
        {bind("tenant", ctx.tenant()), bind("customer", customer)});
    for (auto const id : followups) {
        ctx.timers().cancel("followup", id);
        ctx.outbox().cancel("followup", id);
    }
    ctx.timers().cancel("customer", customer.value());
    ctx.outbox().cancel("customer", customer.value());
}

void recompute_instants(operation::Context& ctx, CustomerId customer) {
    ctx.sql().execute(
        "update customer c set last_follow_at = (select max(f.followed_at) from followup f where f.tenant_id = :tenant "
        "and f.customer_id = :id "
        "and f.deleted_at is null), next_contact_at = (select min(f.next_contact_at) from followup f where f.tenant_id "
        "= :tenant and "
        "f.customer_id = :id and f.deleted_at is null and f.next_contact_at > :now) where c.tenant_id = :tenant and "
        "c.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", customer), bind("now", ctx.now())});
}

void recompute_subject(operation::Context& ctx, Followup const& followup) {
    if (followup.customer_id) {
        recompute_instants(ctx, *followup.customer_id);
        recompute_due(ctx, PoolObject::customer, {followup.customer_id->value()});
    }
    if (followup.target_type == "opportunity") recompute_opportunity(ctx, followup.target_id);
    if (followup.target_type == "lead") recompute_lead_instants(ctx, followup.target_id);
}

void drop_followup(operation::Context& ctx, FollowupId id, Followup const& followup) {
    ctx.sql().execute(
        "update followup set deleted_at = :now, updated_at = :now, version = version + 1 where tenant_id = :tenant and "
        "id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
    ctx.timers().cancel("followup", id.value());
    ctx.outbox().cancel("followup", id.value());
    recompute_subject(ctx, followup);
}

void drop_followups_of(operation::Context& ctx, TargetType type, RecordId target) {
    for (auto const id : ctx.sql().values<FollowupId>(
             "select id from followup where tenant_id = :tenant and target_type = :type and target_id = :target and "
             "deleted_at is null order by id",
             {bind("tenant", ctx.tenant()), bind("type", boost::describe::enum_to_string(type, "")),
              bind("target", target)}))
        if (auto const followup = find(ctx, id)) drop_followup(ctx, id, *followup);
}

Result<Followup> create_followup(operation::Context& ctx, CreateFollowup const& input) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "followup_author", "跟进记录需要由员工本人填写"};
    auto const followed_at = input.followed_at.value_or(ctx.now());
    if (auto const right = check_followup(ctx.now(), followed_at, input.next_contact_at); !right) return right.error();
    auto const author = author_of(ctx, input);
    if (!author) return author.error();
    if (input.target_type == TargetType::lead) return follow_lead(ctx, input, *author, followed_at);
    auto const customer = customer_of(ctx, input.target_type, input.target_id);
    if (!customer) return invalid_field("target_id", "没有这个跟进对象，或您看不到它");
    auto const locked = Customers{ctx}.lock(*customer);
    if (!locked || locked->is_deleted || !is_seen(ctx, input.target_type, input.target_id, *customer))
        return invalid_field("target_id", "没有这个跟进对象，或您看不到它");

    auto const id = insert(ctx, input, *customer, *author, followed_at);
    auto const instants =
        after_followup({locked->last_follow_at, locked->next_contact_at}, followed_at, input.next_contact_at);
    Customers{ctx}.set_instants(*customer, instants.last_follow_at, instants.next_contact_at);
    replace_reminder(ctx, *customer, id, input.next_contact_at);
    if (input.target_type == TargetType::opportunity) recompute_opportunity(ctx, input.target_id);
    recompute_due(ctx, PoolObject::customer, {customer->value()});
    return written(ctx, id, *author, locked->name);
}

Result<Followup> show_followup(operation::Context& ctx, OneFollowup const& input) {
    auto const followup = find(ctx, input.id);
    if (!followup || !ctx.scope().allows("followup", operation::Power::read, input.id.value())) return no_followup();
    auto shown = std::vector{*followup};
    cover_history(ctx, shown);
    if (shown.empty()) return no_followup();
    return shown.front();
}

Result<FollowupPage> list_followups(operation::Context& ctx, ListFollowups const& input) {
    auto const paging = operation::Paging::from(
        input.sort, input.limit, input.cursor,
        {SortField{"followed_at", "f.followed_at", "timestamptz"}, {"created_at", "f.created_at", "timestamptz"}},
        "-followed_at", "f.id");
    if (!paging) return paging.error();
    auto const dated = date_column(
        input.date_field,
        {{"created_at", "f.created_at"}, {"followed_at", "f.followed_at"}, {"next_contact_at", "f.next_contact_at"}});
    if (!dated) return dated.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(seen_rows(ctx, input));
    if (input.target_type)
        filter.where("f.target_type = :target_type", "target_type",
                     boost::describe::enum_to_string(*input.target_type, ""));
    filter.where_given(input.target_id, "f.target_id = :target_id", "target_id");
    filter.where_given(input.customer_id, "f.customer_id = :customer_id", "customer_id");
    if (input.q) filter.where("f.content like :q", "q", contains_pattern(*input.q));
    filter.where_given(input.owner, "a.user_id = :owner", "owner");
    filter.where_given(input.department, std::string{in_department_tree} + "f.author_id and :department = any(d.path))",
                       "department");
    if (input.from) filter.where(*dated + " >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where(*dated + " < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    filter.page(*paging);
    auto page = page_of<FollowupPage>(
        ctx.sql().records<FollowupRow>("select " + std::string{followup_columns} + ", " + paging->key_column() +
                                           std::string{followup_joins} + filter.sql(),
                                       filter.params()),
        *paging);
    cover_history(ctx, page.items);
    return page;
}

Result<Followup> change_followup(operation::Context& ctx, ChangeFollowup const& input) {
    auto const before = find(ctx, input.id);
    if (!before || !lock_subject(ctx, *before) ||
        !ctx.scope().allows("followup", operation::Power::read, input.id.value()))
        return no_followup();
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    if (before->author_user_id != ctx.actor().user_id || !may_author_change(before->created_at, ctx.now()))
        return Error{Errc::forbidden, "followup_edit", "跟进记录只能由作者在 24 小时内修改，之后请补写一条新的跟进"};
    auto const next = input.next_contact_at.is_present ? input.next_contact_at.value : before->next_contact_at;
    if (next && next != before->next_contact_at && *next <= ctx.now())
        return invalid_field("next_contact_at", "下次联系时间应晚于现在");
    ctx.sql().execute(
        "update followup set content = :content, method = :method, next_contact_at = :next, edited_at = :now, "
        "updated_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("content", input.content.value_or(before->content)),
         bind("method", input.method ? boost::describe::enum_to_string(*input.method, "") : before->method.c_str()),
         bind("next", next), bind("now", ctx.now())});
    if (next != before->next_contact_at) {
        ctx.timers().cancel("followup", input.id.value());
        ctx.outbox().cancel("followup", input.id.value());
        if (before->customer_id)
            replace_reminder(ctx, *before->customer_id, input.id, next);
        else
            replace_lead_reminder(ctx, before->target_id, input.id, next);
        recompute_subject(ctx, *before);
    }
    auto const after = find(ctx, input.id).value();
    auto const changed = operation::difference(operation::write_output(*before), operation::write_output(after));
    ctx.audit({"followup", input.id.value(), "followup.change", changed.before, changed.after, ""});
    return after;
}

Result<Nothing> delete_followup(operation::Context& ctx, OneFollowup const& input) {
    auto const followup = find(ctx, input.id);
    if (!followup || !lock_subject(ctx, *followup) ||
        !ctx.scope().allows("followup", operation::Power::read, input.id.value()))
        return no_followup();
    if (auto const fresh = insist_version(input.version, followup->version); !fresh) return fresh.error();
    auto const is_own =
        (followup->author_user_id == ctx.actor().user_id || followup->created_by == ctx.actor().user_id) &&
        may_author_change(followup->created_at, ctx.now());
    if (!is_own && !ctx.may("customer.delete"))
        return Error{Errc::forbidden, "followup_delete", "跟进记录只能由作者在 24 小时内删除，之后请联系主管"};
    drop_followup(ctx, input.id, *followup);
    auto const changed =
        operation::difference(operation::write_output(*followup), json::Document{rapidjson::kObjectType});
    ctx.audit({"followup", input.id.value(), "followup.delete", changed.before, changed.after, ""});
    return Nothing{};
}

}  // namespace wescrm::sales
