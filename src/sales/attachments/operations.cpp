#include "../fields/files.hpp"
#include "../high_sea/pool_history.hpp"
#include "../rows.hpp"
#include "../rules/consequences.hpp"
#include "followups.hpp"
#include "store.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/operation/permissions.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <map>
#include <set>

// Files of records and follow-ups.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::SortField;

struct AttachmentRow : Attachment {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(AttachmentRow, (Attachment), (sort_key))

constexpr Operation<UploadAttachment, Attachment> attachment_upload{
    "attachment.upload", "上传文件", "followup.create", Effect::writes, nullptr, {"POST", "/attachments", 201}};
constexpr Operation<ListAttachments, AttachmentPage> attachment_list{
    "attachment.list", "文件列表", "followup.view", Effect::reads, list_attachments, {"GET", "/attachments"}};
constexpr Operation<OneAttachment, Attachment> attachment_show{
    "attachment.show", "查看文件", "followup.view", Effect::reads, show_attachment, {"GET", "/attachments/{id}"}};
constexpr Operation<OneAttachment, Nothing> attachment_delete{
    "attachment.delete", "删除文件",        "followup.create",
    Effect::confirms,    delete_attachment, {"DELETE", "/attachments/{id}", 204}};
constexpr Operation<CheckIn, Followup> followup_check_in{
    "followup.check_in", "签到", "followup.create", Effect::writes, check_in, {"POST", "/followups/check-in", 201}};
// Of the chat and the pages only; the content is served as it is by the file handler.
constexpr Operation<ReceiveAttachment, Attachment> attachment_receive{
    "attachment.receive", "收下聊天中的文件", "followup.create", Effect::writes, receive_attachment, {}};
constexpr Operation<PlaceAttachment, Attachment> attachment_place{
    "attachment.place", "放置聊天中的文件", "followup.create", Effect::writes, place_attachment, {}};
constexpr Operation<OneAttachment, AttachmentContent> attachment_read{
    "attachment.read", "下载文件", "followup.view", Effect::reads, read_attachment, {}};
constexpr Operation<ExtrasOf, FollowupExtrasList> followup_extras{
    "followup.extras", "跟进的文件和评论", "followup.view", Effect::reads, extras_of, {}};

}  // namespace

std::vector<FieldRule> field_rules(UploadAttachment const*) {
    return {{"target_type", "对象类型"},
            {"target_id", "对象"},
            {"followup_id", "跟进记录"},
            {"file_name", "文件名", {.max_length = 300}, "报价单.pdf"},
            {"content", "文件内容", {.max_length = 28'000'000}}};
}

std::vector<FieldRule> field_rules(ReceiveAttachment const*) {
    return {{"kind", "种类"},
            {"media_id", "素材", {.max_length = 256}},
            {"target_type", "对象类型"},
            {"target_id", "对象"},
            {"followup_id", "跟进记录"}};
}

std::vector<FieldRule> field_rules(ExtrasOf const*) { return {{"ids", "跟进记录", {.max_items = 200}}}; }

namespace {

// What a product looks like: pictures, by whoever looks after the products.
Result<void> insist_on_picture(operation::Context& ctx, RecordId product, FileKind const& kind, int most) {
    if (!ctx.may("product.edit")) return operation::no_permission(ctx.actor(), "product.edit");
    if (kind.kind != AttachmentKind::image) return invalid_field("content", "产品只能上传图片（JPG、PNG、GIF 等）");
    auto const count = ctx.sql().value<std::int64_t>(
        "select count(*) from attachment where tenant_id = :tenant and target_type = 'product' and target_id = "
        ":product",
        {bind("tenant", ctx.tenant()), bind("product", product)});
    if (count < most) return {};
    return invalid_field("content", "一个产品最多 " + std::to_string(most) + " 张图片，请先删除不用的");
}

// What fields hold goes by the right to see the field.
void drop_out_of_sight(operation::Context& ctx, std::vector<Attachment>& items) {
    auto hidden = std::map<std::pair<std::string, RecordId>, std::set<std::int64_t>>{};
    std::erase_if(items, [&](Attachment const& one) {
        if (!one.target_type || one.followup_id) return false;
        auto const record = std::pair{*one.target_type, *one.target_id};
        auto const [of, is_new] = hidden.try_emplace(record);
        if (is_new) of->second = files_out_of_sight(ctx, record.first, record.second);
        return of->second.contains(one.id.value());
    });
}

}  // namespace

Result<Attachment> upload_attachment(operation::Context& ctx, UploadAttachment const& input, int pictures) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "attachment_author", "文件需要由员工本人上传"};
    if (input.target_type && !input.target_id) return invalid_field("target_id", "请填写对象");
    auto const belonging = input.target_id ? belonging_of(ctx, input.target_type.value_or(FileTarget::customer),
                                                          *input.target_id, input.followup_id)
                                           : Result<Belonging>{Belonging{}};
    if (!belonging) return belonging.error();
    auto const content = from_base64(input.content);
    if (!content) return invalid_field("content", "应为 Base64 编码的文件内容");
    auto const kind = file_kind(*content, input.file_name);
    if (!kind) return kind.error();
    if (belonging->type == FileTarget::product)
        if (auto const may = insist_on_picture(ctx, *belonging->target, *kind, pictures); !may) return may.error();
    auto attachments = Attachments{ctx};
    auto const id = attachments.add_stored(*belonging, *kind, safe_file_name(input.file_name, *kind), *content);
    auto const made = attachments.find(id);
    audit_attachment(ctx, "attachment.upload", std::nullopt, made);
    return *made;
}

Result<Attachment> receive_attachment(operation::Context& ctx, ReceiveAttachment const& input) {
    if (ctx.actor().is_system()) return Error{Errc::forbidden, "attachment_author", "文件需要由员工本人上传"};
    auto belonging = Belonging{};
    if (input.target_type && input.target_id) {
        auto const found = belonging_of(ctx, file_target(*input.target_type), *input.target_id, input.followup_id);
        if (!found) return found.error();
        belonging = *found;
    }
    auto attachments = Attachments{ctx};
    auto const id = attachments.add_waiting(belonging, input.kind, input.media_id);
    ctx.timers().schedule({"media_fetch", "attachment", id.value(), ctx.now()});
    auto const made = attachments.find(id);
    audit_attachment(ctx, "attachment.upload", std::nullopt, made);
    return *made;
}

Result<Attachment> place_attachment(operation::Context& ctx, PlaceAttachment const& input) {
    auto attachments = Attachments{ctx};
    auto const before = attachments.lock(input.id);
    if (!before || !may_see(ctx, *before)) return no_attachment();
    if (before->author_user_id != ctx.actor().user_id)
        return Error{Errc::forbidden, "attachment_author", "文件只能由上传的人移动"};
    auto const belonging = belonging_of(ctx, file_target(input.target_type), input.target_id, input.followup_id);
    if (!belonging) return belonging.error();
    attachments.place(input.id, *belonging);
    auto const after = attachments.find(input.id);
    audit_attachment(ctx, "attachment.place", before, after);
    return *after;
}

Result<AttachmentPage> list_attachments(operation::Context& ctx, ListAttachments const& input) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"created_at", "a.created_at", "timestamptz"}}, "-created_at", "a.id");
    if (!paging) return paging.error();
    auto const target = belonging_of(ctx, input.target_type, input.target_id, std::nullopt);
    if (!target) return target.error();
    auto const word = std::string{boost::describe::enum_to_string(input.target_type, "")};
    auto filter = Filter{ctx.tenant()};
    // What was put to a lead stands at the customer that it became, too.
    filter.where(
        "((a.target_type = :target_type and a.target_id = :target_id) or (:target_type = 'customer' and "
        "(a.followup_id in (select x.id from followup x where x.tenant_id = :tenant and x.customer_id = "
        ":target_id) or (a.target_type = 'lead' and a.followup_id is null and a.target_id in (select l.id from lead l "
        "where l.tenant_id = :tenant and l.customer_id = :target_id and l.deleted_at is null)))))",
        "target_type", word);
    filter.where("(:target_id::bigint > 0)", "target_id", input.target_id);
    auto const scope = input.target_type == FileTarget::customer ? ctx.scope().at_customer(input.target_id.value())
                                                                 : ctx.scope().named();
    auto const seen = scope.rows("followup", operation::Power::read, "f");
    filter.where({"(a.followup_id is null or " + seen.sql + ")", seen.params});
    if (input.kind) filter.where("a.kind = :kind", "kind", boost::describe::enum_to_string(*input.kind, ""));
    filter.page(*paging);
    auto page = page_of<AttachmentPage>(
        ctx.sql().records<AttachmentRow>(
            "select " + Attachments::columns + ", " + paging->key_column() + Attachments::joins + filter.sql(),
            filter.params()),
        *paging);
    auto followups = std::vector<FollowupId>{};
    for (auto const& one : page.items)
        if (one.followup_id) followups.push_back(*one.followup_id);
    auto const history = PoolHistory{ctx, followups};
    std::erase_if(page.items,
                  [&](Attachment const& one) { return one.followup_id && history.keeps_files(*one.followup_id); });
    drop_out_of_sight(ctx, page.items);
    return page;
}

Result<Attachment> show_attachment(operation::Context& ctx, OneAttachment const& input) {
    auto const found = Attachments{ctx}.find(input.id);
    if (!found || !may_see(ctx, *found)) return no_attachment();
    return *found;
}

Result<AttachmentContent> read_attachment(operation::Context& ctx, OneAttachment const& input) {
    auto const found = show_attachment(ctx, input);
    if (!found) return found.error();
    auto const content = found->state == "stored" ? Attachments{ctx}.content(input.id) : std::nullopt;
    if (!content) return no_attachment();
    return AttachmentContent{found->file_name, found->content_type, to_base64(*content)};
}

Result<Nothing> delete_attachment(operation::Context& ctx, OneAttachment const& input) {
    auto attachments = Attachments{ctx};
    auto const found = attachments.lock(input.id);
    if (!found || !may_see(ctx, *found)) return no_attachment();
    if (found->target_type == "product" && !ctx.may("product.edit"))
        return operation::no_permission(ctx.actor(), "product.edit");
    auto const is_own = found->target_type == "product" || (found->author_user_id == ctx.actor().user_id &&
                                                            may_author_change(found->created_at, ctx.now()));
    if (!is_own && !ctx.may("customer.delete"))
        return Error{Errc::forbidden, "attachment_delete", "文件只能由上传的人在 24 小时内删除，之后请联系主管"};
    attachments.remove(input.id);
    audit_attachment(ctx, "attachment.delete", found, std::nullopt);
    return Nothing{};
}

Result<FollowupExtrasList> extras_of(operation::Context& ctx, ExtrasOf const& input) {
    auto filter = Filter{ctx.tenant()};
    filter.where("f.id = any(:ids::bigint[]) and f.deleted_at is null", "ids", input.ids);
    filter.where(seen_among(ctx, input.ids));
    auto seen = ctx.sql().values<FollowupId>("select f.id from followup f where f.tenant_id = :tenant" + filter.sql(),
                                             filter.params());
    auto const history = PoolHistory{ctx, seen};
    std::erase_if(seen, [&](FollowupId id) { return history.keeps_files(id); });
    auto extras = std::map<FollowupId, FollowupExtras>{};
    auto const of = [&extras](FollowupId id) -> FollowupExtras& {
        auto& one = extras.try_emplace(id, FollowupExtras{id, {}, {}, {}}).first->second;
        return one;
    };
    for (auto& attachment : Attachments{ctx}.of_followups(seen)) {
        auto const id = *attachment.followup_id;
        of(id).attachments.push_back(std::move(attachment));
    }
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("ids", seen)};
    for (auto const& [id, latitude, longitude, address] :
         ctx.sql().rows<FollowupId, std::optional<double>, std::optional<double>, std::string>(
             "select followup_id, latitude, longitude, address from followup_place where tenant_id = :tenant and "
             "followup_id = any(:ids::bigint[])",
             params))
        of(id).place = Place{latitude, longitude, address};
    for (auto const id : ctx.sql().values<FollowupId>(
             "select distinct followup_id from followup_comment where tenant_id = :tenant and followup_id = "
             "any(:ids::bigint[])",
             params))
        if (auto comments = list_comments(ctx, {id})) of(id).comments = std::move(comments->items);
    auto list = FollowupExtrasList{};
    for (auto& [id, one] : extras) list.items.push_back(std::move(one));
    return list;
}

void add_attachment_operations(operation::Catalogue& catalogue, int pictures) {
    catalogue.add(attachment_upload, [pictures](operation::Context& ctx, UploadAttachment const& input) {
        return upload_attachment(ctx, input, pictures);
    });
    catalogue.add(attachment_list);
    catalogue.add(attachment_show);
    catalogue.add(attachment_delete);
    catalogue.add(attachment_receive);
    catalogue.add(attachment_place);
    catalogue.add(attachment_read);
    catalogue.add(followup_check_in);
    catalogue.add(followup_extras);
}

}  // namespace wescrm::sales
