#include "fields/secrets.hpp"

#include "rows.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/own_secrets.hpp>

namespace wescrm::sales {
namespace {

bool is_encrypted(FieldDefinition const& field) { return field.encrypted.value_or(false); }

bool may_be_shown_in_part(Field const& field) {
    return field.masked.value_or(false) || field.type == FieldType::mobile || field.type == FieldType::phone;
}

bool has_owner(FieldObject object) {
    return object == FieldObject::customer || object == FieldObject::contact || object == FieldObject::lead ||
           object == FieldObject::opportunity;
}

}  // namespace

Result<void> seal_changes(operation::Context& ctx, std::string_view object, CustomOutcome& outcome) {
    auto values = json::Document{};
    for (auto& change : outcome.changes) {
        if (!is_encrypted(*change.field)) continue;
        change.index.clear();
        change.unique.reset();
        if (change.json.empty()) continue;
        if (!values.IsObject()) values = json::parse(outcome.json).value();
        auto const* plain = json::find(values, change.field->key);
        if (!plain || !plain->IsString()) continue;
        auto const sealed = operation::seal_own(ctx, object, change.field->key, json::view(*plain));
        if (!sealed) return sealed.error();
        json::set(values, change.field->key, *sealed, values.GetAllocator());
    }
    if (values.IsObject()) outcome.json = json::write(values);
    return {};
}

json::Document opened(operation::Context& ctx, std::string_view object, Field const& field, json::Value const& kept) {
    auto value = json::Document{};
    value.CopyFrom(kept, value.GetAllocator());
    if (!is_encrypted(field) || !kept.IsString()) return value;
    auto const plain = operation::open_own(ctx, object, field.key, json::view(kept));
    auto const text = plain.value_or("");
    value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), value.GetAllocator());
    return value;
}

void drop_masked(operation::Context& ctx, std::string_view object, std::vector<Field> const& fields,
                 json::Document& wanted, json::Value const& stored) {
    for (auto const& field : fields) {
        auto const* typed = json::find(wanted, field.key);
        auto const* kept = json::find(stored, field.key);
        if (!typed || !kept || !typed->IsString() || !may_be_shown_in_part(field)) continue;
        auto const plain = opened(ctx, object, field, *kept);
        if (!plain.IsString()) continue;
        auto const sent = json::view(*typed);
        if (sent == operation::masked_text(json::view(plain)) || sent == operation::masked_phone(json::view(plain)))
            if (sent != json::view(plain)) wanted.RemoveMember(field.key.c_str());
    }
}

Result<void> insist_on_secrecy(FieldObject object, FieldDefinition const& field, FieldDefinition const* before,
                               std::string const& at) {
    auto const is_secret = field.masked.value_or(false) || is_encrypted(field);
    if (is_secret && !has_owner(object))
        return invalid_field(at + (field.masked.value_or(false) ? "masked" : "encrypted"),
                             "只有线索、客户、联系人和商机的字段可以脱敏或加密");
    if (before && is_encrypted(*before) != is_encrypted(field))
        return invalid_field(at + "encrypted", "是否加密只能在新建字段时决定；请新建一个字段");
    return {};
}

}  // namespace wescrm::sales
