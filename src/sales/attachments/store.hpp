#pragma once
#include "../rules/file_kind.hpp"

#include <wescrm/sales/attachment.hpp>

#include <optional>
#include <string>

namespace wescrm::sales {

/// What an attachment belongs to; nothing: not placed yet.
struct Belonging {
    std::optional<FileTarget> type;
    std::optional<RecordId> target;
    std::optional<FollowupId> followup;
};

/// The rows of attachments, without their content unless said otherwise.
class Attachments {
public:
    explicit Attachments(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::optional<Attachment> find(AttachmentId id);
    [[nodiscard]] std::optional<Attachment> lock(AttachmentId id);
    [[nodiscard]] std::vector<Attachment> of_followups(std::vector<FollowupId> const& ids);
    AttachmentId add_waiting(Belonging const& belonging, AttachmentKind kind, std::string const& media_id);
    AttachmentId add_stored(Belonging const& belonging, FileKind const& kind, std::string const& name,
                            std::string const& content);
    /// A waiting one has come.
    void fill(AttachmentId id, FileKind const& kind, std::string const& name, std::string const& content);
    void place(AttachmentId id, Belonging const& belonging);
    void fail(AttachmentId id, std::string const& problem);
    void remove(AttachmentId id);
    [[nodiscard]] std::optional<std::string> content(AttachmentId id);

    /// "select …" up to and with the tenant, for lists: a of attachment, f of followup, e of employee.
    static std::string const columns;
    static std::string const joins;

private:
    void keep_content(AttachmentId id, std::string const& content);

    operation::Context& ctx_;
    database::Session& sql_;
};

Error no_attachment();
/// Whether the actor sees it as things stand.
[[nodiscard]] bool may_see(operation::Context& ctx, Attachment const& attachment);
/// The record, if the actor sees it; invalid_input names target_id or followup_id.
[[nodiscard]] Result<Belonging> belonging_of(operation::Context& ctx, FileTarget type, RecordId target,
                                             std::optional<FollowupId> followup);
/// What can be followed up can have files.
[[nodiscard]] FileTarget file_target(TargetType type) noexcept;
void audit_attachment(operation::Context& ctx, std::string action, std::optional<Attachment> const& before,
                      std::optional<Attachment> const& after);

}  // namespace wescrm::sales
