#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/followup.hpp>
#include <wescrm/sales/followup_comment.hpp>

#include <map>

namespace wescrm::sales {

using AttachmentId = StrongId<struct AttachmentIdTag, std::int64_t>;
enum class AttachmentKind { image, voice, video, file };
BOOST_DESCRIBE_ENUM(AttachmentKind, image, voice, video, file)

/// What may have files: what can be followed up, and documents; products have pictures.
enum class FileTarget { customer, contact, opportunity, lead, quote, contract, order, payment, invoice, product };
BOOST_DESCRIBE_ENUM(FileTarget, customer, contact, opportunity, lead, quote, contract, order, payment, invoice, product)

/// A picture, voice message, video or file. Seen by whoever sees the record, or the follow-up, that it belongs to;
/// while it belongs to none by its author only.
struct Attachment {
    AttachmentId id;
    std::optional<std::string> target_type;
    std::optional<RecordId> target_id;
    std::optional<FollowupId> followup_id;
    std::string kind;
    std::string state;    ///< waiting (for WeCom), stored, failed
    std::string problem;  ///< of a failed one
    std::string file_name;
    std::string content_type;
    std::int64_t bytes = 0;
    std::optional<std::int64_t> width;  ///< pixels
    std::optional<std::int64_t> height;
    UserId author_user_id;
    std::string author_name;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Attachment, (),
                      (id, target_type, target_id, followup_id, kind, state, problem, file_name, content_type, bytes,
                       width, height, author_user_id, author_name, created_at))

struct UploadAttachment {
    std::optional<FileTarget> target_type;  ///< with target_id; absent: for a field of a record that takes it then
    std::optional<RecordId> target_id;
    std::optional<FollowupId> followup_id;  ///< of the record
    std::string file_name;
    std::string content;  ///< base64; its kind is seen from the content
};
BOOST_DESCRIBE_STRUCT(UploadAttachment, (), (target_type, target_id, followup_id, file_name, content))

/// What came in the chat and lies with WeCom still.
struct ReceiveAttachment {
    AttachmentKind kind = AttachmentKind::image;
    std::string media_id;
    std::optional<TargetType> target_type;
    std::optional<RecordId> target_id;
    std::optional<FollowupId> followup_id;
};
BOOST_DESCRIBE_STRUCT(ReceiveAttachment, (), (kind, media_id, target_type, target_id, followup_id))

struct PlaceAttachment {
    AttachmentId id;
    TargetType target_type = TargetType::customer;
    RecordId target_id;
    std::optional<FollowupId> followup_id;
};
BOOST_DESCRIBE_STRUCT(PlaceAttachment, (), (id, target_type, target_id, followup_id))

struct OneAttachment {
    AttachmentId id;
};
BOOST_DESCRIBE_STRUCT(OneAttachment, (), (id))

struct ListAttachments {
    FileTarget target_type = FileTarget::customer;
    RecordId target_id;
    std::optional<AttachmentKind> kind;
    std::optional<std::string> sort;  ///< -created_at (default), created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListAttachments, (), (target_type, target_id, kind, sort, limit, cursor))

struct AttachmentPage {
    std::vector<Attachment> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(AttachmentPage, (), (items, next_cursor))

struct AttachmentContent {
    std::string file_name;
    std::string content_type;
    std::string content;  ///< base64
};
BOOST_DESCRIBE_STRUCT(AttachmentContent, (), (file_name, content_type, content))

/// A follow-up at a place.
struct CheckIn {
    TargetType target_type = TargetType::customer;
    RecordId target_id;
    std::optional<double> latitude;  ///< both or neither: somebody says in words where he is
    std::optional<double> longitude;
    std::string address;
    std::optional<std::string> content;
    std::optional<Instant> next_contact_at{};
};
BOOST_DESCRIBE_STRUCT(CheckIn, (), (target_type, target_id, latitude, longitude, address, content, next_contact_at))

struct Place {
    std::optional<double> latitude;
    std::optional<double> longitude;
    std::string address;
};
BOOST_DESCRIBE_STRUCT(Place, (), (latitude, longitude, address))

/// What hangs on a follow-up.
struct FollowupExtras {
    FollowupId followup_id;
    std::vector<Attachment> attachments;
    std::vector<Comment> comments;
    std::optional<Place> place;
};
BOOST_DESCRIBE_STRUCT(FollowupExtras, (), (followup_id, attachments, comments, place))
struct ExtrasOf {
    std::vector<FollowupId> ids;
};
BOOST_DESCRIBE_STRUCT(ExtrasOf, (), (ids))
struct FollowupExtrasList {
    std::vector<FollowupExtras> items;  ///< only of those that have any, and that the actor sees
};
BOOST_DESCRIBE_STRUCT(FollowupExtrasList, (), (items))

std::vector<operation::FieldRule> field_rules(UploadAttachment const*);
std::vector<operation::FieldRule> field_rules(ReceiveAttachment const*);
std::vector<operation::FieldRule> field_rules(CheckIn const*);
std::vector<operation::FieldRule> field_rules(ExtrasOf const*);

/// invalid_input names the target, or a content that is no picture, voice, video or document, or too large.
/// `pictures`: how many a product may have.
Result<Attachment> upload_attachment(operation::Context& ctx, UploadAttachment const& input, int pictures);
/// Fetched from WeCom afterwards by the timer media_fetch; without a target it waits for place_attachment.
Result<Attachment> receive_attachment(operation::Context& ctx, ReceiveAttachment const& input);
Result<Attachment> place_attachment(operation::Context& ctx, PlaceAttachment const& input);
Result<AttachmentPage> list_attachments(operation::Context& ctx, ListAttachments const& input);
Result<Attachment> show_attachment(operation::Context& ctx, OneAttachment const& input);
/// not_found also while it is waiting or has failed.
Result<AttachmentContent> read_attachment(operation::Context& ctx, OneAttachment const& input);
/// By its author within 24 hours, else by who may delete customers.
Result<Nothing> delete_attachment(operation::Context& ctx, OneAttachment const& input);
Result<Followup> check_in(operation::Context& ctx, CheckIn const& input);
Result<FollowupExtrasList> extras_of(operation::Context& ctx, ExtrasOf const& input);

/// attachment.*, followup.check_in, followup.extras.
void add_attachment_operations(operation::Catalogue& catalogue, int pictures);

// ---- what the fetcher does, in transactions of the system actor

/// WeCom's id of what has to be fetched now, and the next try set; nullopt: it is done, gone, or was tried too often.
[[nodiscard]] std::optional<std::string> begin_fetch(operation::Context& ctx, AttachmentId id);
/// Stores it, or tells the author why it is not stored.
void finish_fetch(operation::Context& ctx, AttachmentId id, std::string const& content, std::string const& file_name);
void give_up_fetch(operation::Context& ctx, AttachmentId id, std::string const& why);

}  // namespace wescrm::sales
