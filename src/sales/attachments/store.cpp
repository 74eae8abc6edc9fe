#include "store.hpp"

#include "../fields/files.hpp"
#include "../high_sea/pool_history.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::sales {

using database::bind;
using database::Blob;

std::string const Attachments::columns =
    "a.id, a.target_type, a.target_id, a.followup_id, a.kind, a.state, a.problem, a.file_name, a.content_type, "
    "a.bytes, "
    "a.width::bigint, a.height::bigint, e.user_id, e.name, a.created_at";
std::string const Attachments::joins =
    " from attachment a join employee e on e.tenant_id = a.tenant_id and e.id = a.author_id left join followup f on "
    "f.tenant_id = a.tenant_id and f.id = a.followup_id where a.tenant_id = :tenant and f.deleted_at is null";

namespace {

std::optional<std::string> word_of(std::optional<FileTarget> type) {
    return type ? std::optional{std::string{boost::describe::enum_to_string(*type, "")}} : std::nullopt;
}

}  // namespace

std::optional<Attachment> Attachments::find(AttachmentId id) {
    return sql_.record<Attachment>("select " + columns + joins + " and a.id = :id",
                                   {bind("tenant", ctx_.tenant()), bind("id", id)});
}

std::optional<Attachment> Attachments::lock(AttachmentId id) {
    sql_.execute("select 1 from attachment where tenant_id = :tenant and id = :id for update",
                 {bind("tenant", ctx_.tenant()), bind("id", id)});
    return find(id);
}

std::vector<Attachment> Attachments::of_followups(std::vector<FollowupId> const& ids) {
    return sql_.records<Attachment>(
        "select " + columns + joins + " and a.followup_id = any(:ids::bigint[]) order by a.created_at, a.id",
        {bind("tenant", ctx_.tenant()), bind("ids", ids)});
}

AttachmentId Attachments::add_waiting(Belonging const& belonging, AttachmentKind kind, std::string const& media_id) {
    return sql_
        .value<AttachmentId>(
            "insert into attachment (tenant_id, target_type, target_id, followup_id, kind, state, media_id, author_id, "
            "created_at) values (:tenant, :type, :target, :followup, :kind, 'waiting', :media, :me, :now) returning id",
            {bind("tenant", ctx_.tenant()), bind("type", word_of(belonging.type)), bind("target", belonging.target),
             bind("followup", belonging.followup), bind("kind", boost::describe::enum_to_string(kind, "")),
             bind("media", media_id), bind("me", ctx_.actor().employee), bind("now", ctx_.now())})
        .value();
}

AttachmentId Attachments::add_stored(Belonging const& belonging, FileKind const& kind, std::string const& name,
                                     std::string const& content) {
    auto const id = add_waiting(belonging, kind.kind, "");
    fill(id, kind, name, content);
    return id;
}

void Attachments::fill(AttachmentId id, FileKind const& kind, std::string const& name, std::string const& content) {
    sql_.execute(
        "update attachment set state = 'stored', kind = :kind, file_name = :name, content_type = :type, bytes = "
        ":bytes, "
        "width = :width::bigint, height = :height::bigint, media_id = '', problem = '' where tenant_id = :tenant and "
        "id = :id",
        {bind("kind", boost::describe::enum_to_string(kind.kind, "")), bind("name", name),
         bind("type", kind.content_type), bind("bytes", static_cast<std::int64_t>(content.size())),
         bind("width", kind.width), bind("height", kind.height), bind("tenant", ctx_.tenant()), bind("id", id)});
    keep_content(id, content);
}

void Attachments::keep_content(AttachmentId id, std::string const& content) {
    sql_.execute(
        "insert into attachment_content (tenant_id, attachment_id, content) values (:tenant, :id, :content) on "
        "conflict do nothing",
        {bind("tenant", ctx_.tenant()), bind("id", id), bind("content", Blob{content})});
}

void Attachments::place(AttachmentId id, Belonging const& belonging) {
    sql_.execute(
        "update attachment set target_type = :type, target_id = :target, followup_id = :followup where tenant_id = "
        ":tenant and id = :id",
        {bind("type", word_of(belonging.type)), bind("target", belonging.target), bind("followup", belonging.followup),
         bind("tenant", ctx_.tenant()), bind("id", id)});
}

void Attachments::fail(AttachmentId id, std::string const& problem) {
    sql_.execute(
        "update attachment set state = 'failed', problem = :problem, media_id = '' where tenant_id = :tenant and id = "
        ":id",
        {bind("problem", problem), bind("tenant", ctx_.tenant()), bind("id", id)});
}

void Attachments::remove(AttachmentId id) {
    auto const params = database::Params{bind("tenant", ctx_.tenant()), bind("id", id)};
    sql_.execute("delete from attachment_content where tenant_id = :tenant and attachment_id = :id", params);
    sql_.execute("delete from attachment where tenant_id = :tenant and id = :id", params);
    ctx_.timers().cancel("attachment", id.value());
}

std::optional<std::string> Attachments::content(AttachmentId id) {
    auto const found =
        sql_.value<Blob>("select content from attachment_content where tenant_id = :tenant and attachment_id = :id",
                         {bind("tenant", ctx_.tenant()), bind("id", id)});
    return found ? std::optional{found->bytes} : std::nullopt;
}

Error no_attachment() { return {Errc::not_found, "attachment", "没有这个文件，或您看不到它"}; }

namespace {

bool may_see_record(operation::Context& ctx, Attachment const& attachment) {
    if (!attachment.target_type) return attachment.author_user_id == ctx.actor().user_id;
    if (attachment.followup_id)
        return ctx.scope().allows("followup", operation::Power::read, attachment.followup_id->value()) &&
               !PoolHistory{ctx, {*attachment.followup_id}}.keeps_files(*attachment.followup_id);
    if (*attachment.target_type == "product") return ctx.may("product.view");
    auto const scope = ctx.scope();
    if (scope.allows(*attachment.target_type, operation::Power::read, attachment.target_id->value())) return true;
    if (*attachment.target_type != "lead") return false;
    auto const customer = ctx.sql().value<std::int64_t>(
        "select customer_id from lead where tenant_id = :tenant and id = :id and deleted_at is null and customer_id is "
        "not null",
        {bind("tenant", ctx.tenant()), bind("id", *attachment.target_id)});
    return customer && scope.allows("customer", operation::Power::read, *customer);
}

}  // namespace

bool may_see(operation::Context& ctx, Attachment const& attachment) {
    if (!may_see_record(ctx, attachment)) return false;
    if (!attachment.target_type || attachment.followup_id) return true;
    return !files_out_of_sight(ctx, *attachment.target_type, *attachment.target_id).contains(attachment.id.value());
}

FileTarget file_target(TargetType type) noexcept {
    switch (type) {
        case TargetType::contact:
            return FileTarget::contact;
        case TargetType::opportunity:
            return FileTarget::opportunity;
        case TargetType::lead:
            return FileTarget::lead;
        case TargetType::quote:
            return FileTarget::quote;
        case TargetType::contract:
            return FileTarget::contract;
        case TargetType::order:
            return FileTarget::order;
        case TargetType::payment:
            return FileTarget::payment;
        case TargetType::customer:
            break;
    }
    return FileTarget::customer;
}

Result<Belonging> belonging_of(operation::Context& ctx, FileTarget type, RecordId target,
                               std::optional<FollowupId> followup) {
    auto const word = std::string{boost::describe::enum_to_string(type, "")};
    // Documents have no recycle bin.
    auto const standing = type < FileTarget::quote ? " and deleted_at is null" : "";
    auto const table = type == FileTarget::order ? std::string{"sales_order"} : word;
    auto const exists =
        ctx.sql().value<int>("select 1 from " + table + " where tenant_id = :tenant and id = :id" + standing,
                             {bind("tenant", ctx.tenant()), bind("id", target)});
    // Products are everybody's who may look at them.
    auto const is_seen = type == FileTarget::product ? ctx.may("product.view")
                                                     : ctx.scope().allows(word, operation::Power::read, target.value());
    if (!exists || !is_seen) return invalid_field("target_id", "没有这个对象，或您看不到它");
    if (!followup) return Belonging{type, target, std::nullopt};
    auto const is_its = ctx.sql().value<int>(
        "select 1 from followup where tenant_id = :tenant and id = :id and deleted_at is null and ((target_type = "
        ":type and target_id = :target) or (:type = 'customer' and customer_id = :target))",
        {bind("tenant", ctx.tenant()), bind("id", *followup), bind("type", word), bind("target", target)});
    if (!is_its) return invalid_field("followup_id", "没有这条跟进记录，或它不属于这个对象");
    return Belonging{type, target, followup};
}

void audit_attachment(operation::Context& ctx, std::string action, std::optional<Attachment> const& before,
                      std::optional<Attachment> const& after) {
    auto const written = [](std::optional<Attachment> const& one) {
        return one ? operation::write_output(*one) : json::Document{rapidjson::kObjectType};
    };
    auto const& shown = after ? *after : *before;
    auto const changed = operation::difference(written(before), written(after));
    ctx.audit({shown.target_type.value_or("attachment"), shown.target_id ? shown.target_id->value() : shown.id.value(),
               std::move(action), changed.before, changed.after, ""});
}

}  // namespace wescrm::sales
