#include "fields/files.hpp"

#include "../attachments/store.hpp"
#include "fields/store.hpp"
#include "rules/field_values.hpp"

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

std::set<std::int64_t> files_out_of_sight(operation::Context& ctx, std::string const& object, RecordId id) {
    auto held = std::set<std::int64_t>{};
    auto kind = FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return held;
    auto files = Fields{ctx}.of(kind);
    std::erase_if(files, [](Field const& field) {
        return field.type != FieldType::image && field.type != FieldType::file && field.type != FieldType::signature;
    });
    if (files.empty()) return held;
    auto const custom = ctx.sql().value<std::string>(
        "select custom::text from " + table_of(kind) + " where tenant_id = :tenant and id = :id",
        {database::bind("tenant", ctx.tenant()), database::bind("id", id)});
    auto const values = json::parse(custom.value_or("{}"));
    if (!values) return held;
    for (auto const& field : files)
        for (auto const& word : words_of(json::find(*values, field.key))) held.insert(std::stoll(word));
    if (held.empty()) return held;
    if (auto const shown = show_values(ctx, {kind, id}))
        for (auto const& value : shown->items)
            for (auto const& file : value.files) held.erase(file.id.value());
    return held;
}

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
