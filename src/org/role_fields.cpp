#include "role_fields.hpp"

#include <wescrm/operation/field_guard.hpp>

#include <array>

namespace wescrm::org {
namespace {

using database::bind;

constexpr std::array<std::string_view, 3> levels{"hidden", "read", "edit"};
constexpr std::array<std::string_view, 3> masks{"none", "lists", "everywhere"};
constexpr std::int64_t free_level = 2;

/// What a role says about one field; the numbers are the places in `levels` and `masks`.
struct RoleField {
    std::string object;
    std::string field;
    std::int64_t level = free_level;
    std::int64_t mask = 0;
};

std::optional<std::int64_t> place_of(std::array<std::string_view, 3> const& words, json::Value const& right,
                                     std::string_view name, std::int64_t absent) {
    if (!json::find(right, name)) return absent;
    auto const word = json::find_string(right, name).value_or("");
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words.at(i) == word) return static_cast<std::int64_t>(i);
    return std::nullopt;
}

void read_field(std::string const& object, std::string const& field, json::Value const& right,
                std::vector<RoleField>& fields, std::vector<FieldError>& problems) {
    auto const where = "fields." + object + "." + field;
    if (!operation::is_restrictable(object, field)) return problems.push_back({where, "没有这个可设置的字段"});
    auto const level = place_of(levels, right, "level", free_level);
    auto const mask = place_of(masks, right, "mask", 0);
    if (!level) return problems.push_back({where + ".level", "应为 hidden、read 或 edit"});
    if (!mask) return problems.push_back({where + ".mask", "应为 none、lists 或 everywhere"});
    if (*level != free_level || *mask != 0) fields.push_back({object, field, *level, *mask});
}

Result<std::vector<RoleField>> read_fields(json::Value const& value) {
    auto fields = std::vector<RoleField>{};
    auto problems = std::vector<FieldError>{};
    if (!value.IsObject()) return invalid_field("fields", "应为对象");
    for (auto const& object : value.GetObject()) {
        auto const name = std::string{json::view(object.name)};
        if (!object.value.IsObject()) return invalid_field("fields." + name, "应为对象");
        for (auto const& field : object.value.GetObject())
            read_field(name, std::string{json::view(field.name)}, field.value, fields, problems);
    }
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "字段权限有误", std::move(problems)};
    return fields;
}

}  // namespace

Result<void> change_fields(operation::Context& ctx, RoleId role, json::Document const& value) {
    if (value.IsNull()) return {};
    auto const fields = read_fields(value);
    if (!fields) return fields.error();
    if (!ctx.actor().fields.empty())
        return Error{Errc::forbidden, "beyond_own", "您自己的字段权限受限，不能设置角色的字段权限"};
    ctx.sql().execute("delete from role_field where tenant_id = :tenant and role_id = :role",
                      {bind("tenant", ctx.tenant()), bind("role", role)});
    for (auto const& [object, field, level, mask] : *fields)
        ctx.sql().execute(
            "insert into role_field (tenant_id, role_id, object, field, level, mask) values (:tenant, :role, :object, "
            ":field, :level, :mask)",
            {bind("tenant", ctx.tenant()), bind("role", role), bind("object", object), bind("field", field),
             bind("level", level), bind("mask", mask)});
    return {};
}

}  // namespace wescrm::org
