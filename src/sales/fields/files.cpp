#include "fields/files.hpp"

#include "../attachments/store.hpp"

#include <boost/describe/enum_from_string.hpp>

namespace wescrm::sales {
namespace {

Result<void> place(operation::Context& ctx, CustomRecord const& record, AttachmentId id, FieldType type) {
    auto target = TargetType::customer;
    if (!boost::describe::enum_from_string(record.object.c_str(), target))
        return Error{Errc::invalid_input, "invalid", "这类记录不能带文件"};
    auto attachments = Attachments{ctx};
    auto const file = attachments.lock(id);
    auto const is_here = file && file->target_type == record.object && file->target_id == RecordId{record.id};
    auto const is_mine = file && !file->target_id && file->author_user_id == ctx.actor().user_id;
    if (!is_here && !is_mine) return Error{Errc::invalid_input, "invalid", "没有这个文件，请重新上传"};
    if (type != FieldType::file && file->kind != "image")
        return Error{Errc::invalid_input, "invalid", "应为图片：" + file->file_name};
    if (is_mine) attachments.place(id, {file_target(target), RecordId{record.id}, std::nullopt});
    return {};
}

}  // namespace

bool may_have_files(std::string_view object) noexcept {
    auto target = TargetType::customer;
    return boost::describe::enum_from_string(std::string{object}.c_str(), target);
}

Result<void> place_files(operation::Context& ctx, CustomRecord const& record, CustomChange const& change) {
    auto const type = change.field->type;
    if (type != FieldType::image && type != FieldType::file && type != FieldType::signature) return {};
    for (auto const& value : change.index) {
        if (!value.text) continue;
        auto const placed = place(ctx, record, AttachmentId{std::stoll(*value.text)}, type);
        if (!placed) return invalid_field("custom." + change.field->key, placed.error().message);
    }
    return {};
}

}  // namespace wescrm::sales
