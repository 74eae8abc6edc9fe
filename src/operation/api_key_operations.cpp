#include "own_operations.hpp"

#include <wescrm/operation/api_keys.hpp>

namespace wescrm::operation {
namespace {

struct KeyList {
    std::vector<ApiKey> items;
    std::optional<std::string> next_cursor;  ///< always null: a company has few keys
};
BOOST_DESCRIBE_STRUCT(KeyList, (), (items, next_cursor))

struct CreateKey {
    UserId user_id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(CreateKey, (), (user_id, name))
std::vector<FieldRule> field_rules(CreateKey const*) {
    return {{"user_id", "员工", {.max_length = 64}}, {"name", "名称", {.max_length = 100}}};
}

struct CreatedKey {
    ApiKeyId id;
    UserId user_id;
    std::string name;
    std::string key;  ///< shown this once
};
BOOST_DESCRIBE_STRUCT(CreatedKey, (), (id, user_id, name, key))

struct RevokeKey {
    ApiKeyId id;
};
BOOST_DESCRIBE_STRUCT(RevokeKey, (), (id))

Result<KeyList> list_keys(Context& ctx, Nothing const&) {
    return KeyList{list_api_keys(ctx.sql(), ctx.tenant()), std::nullopt};
}

Result<CreatedKey> create_key(Context& ctx, CreateKey const& input) {
    auto const made = create_api_key(ctx.sql(), ctx.tenant(), input.user_id, input.name, ctx.now());
    if (!made) return invalid_field("user_id", made.error().message);
    ctx.audit({"api_key", made->record.id.value(), "api_key.create", {}, json::write(write_output(made->record)), {}});
    return CreatedKey{made->record.id, made->record.user_id, made->record.name, made->key};
}

Result<Nothing> revoke_key(Context& ctx, RevokeKey const& input) {
    if (!revoke_api_key(ctx.sql(), ctx.tenant(), input.id, ctx.now()))
        return Error{Errc::not_found, "api_key", "没有这个有效的密钥"};
    ctx.audit({"api_key", input.id.value(), "api_key.revoke", {}, {}, {}});
    return Nothing{};
}

constexpr Operation<Nothing, KeyList> key_list{"api_key.list", "API 密钥", "api_key.manage",
                                               Effect::reads,  list_keys,  {"GET", "/api-keys"}};
constexpr Operation<CreateKey, CreatedKey> key_create{"api_key.create", "新建 API 密钥", "api_key.manage",
                                                      Effect::writes,   create_key,      {"POST", "/api-keys", 201}};
constexpr Operation<RevokeKey, Nothing> key_revoke{"api_key.revoke", "撤销 API 密钥",
                                                   "api_key.manage", Effect::confirms,
                                                   revoke_key,       {"DELETE", "/api-keys/{id}", 204}};

}  // namespace

void add_api_keys(Catalogue& catalogue) {
    catalogue.add(key_list);
    catalogue.add(key_create);
    catalogue.add(key_revoke);
}

}  // namespace wescrm::operation
