#include "own_guard.hpp"

#include "own_rows.hpp"

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

json::Value* own_values(json::Value& object) {
    auto const custom = object.FindMember("custom");
    return custom != object.MemberEnd() && custom->value.IsObject() ? &custom->value : nullptr;
}

}  // namespace

bool has_own_values(json::Value const& object) {
    auto const custom = object.FindMember("custom");
    return custom != object.MemberEnd() && custom->value.IsObject() && !custom->value.ObjectEmpty();
}

bool has_masked(json::Value const& object, OwnMarks const& marks) {
    return has_own_values(object) && std::ranges::any_of(object["custom"].GetObject(), [&](auto const& member) {
               return marks.masked.contains(json::view(member.name));
           });
}

void open_sealed(Context& ctx, std::string_view kind, json::Value& object, OwnMarks const& marks,
                 json::Allocator& allocator) {
    auto* values = marks.sealed.empty() ? nullptr : own_values(object);
    if (!values) return;
    for (auto& member : values->GetObject()) {
        auto const key = json::view(member.name);
        if (!marks.sealed.contains(key) || !member.value.IsString() || !is_sealed(json::view(member.value))) continue;
        auto const plain = open_own(ctx, kind, key, json::view(member.value));
        member.value = json::make_string(plain.value_or("（无法解密）"), allocator);
    }
}

void drop_unpooled(json::Value& object, OwnMarks const& marks) {
    auto* values = own_values(object);
    if (!values) return;
    auto kept = values->MemberBegin();
    while (kept != values->MemberEnd())
        kept = marks.pooled.contains(json::view(kept->name)) ? kept + 1 : values->EraseMember(kept);
}

std::vector<std::int64_t> linked_to_own(Context& ctx, std::vector<std::int64_t> const& contacts) {
    if (contacts.empty()) return {};
    return ctx.sql().values<std::int64_t>(
        "select distinct l.contact_id from contact_link l join customer c on c.tenant_id = l.tenant_id and c.id = "
        "l.customer_id where l.tenant_id = :tenant and l.contact_id = any(:ids::bigint[]) and l.is_open and "
        "c.deleted_at is null and " +
            is_own_row(record_kind("contact"), "l", "c", ""),
        {bind("tenant", ctx.tenant()), bind("ids", contacts), bind("me", ctx.actor().employee),
         bind("now", ctx.now())});
}

}  // namespace wescrm::operation
