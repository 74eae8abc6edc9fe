#include "link_store.hpp"

namespace wescrm::org {
namespace {

using database::bind;
using database::Blob;

constexpr std::size_t token_bytes = 12;
constexpr std::size_t aes_key_bytes = 32;
constexpr std::size_t aes_key_length = 43;
constexpr auto old_keys_good = hours{24};
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// WeCom's console takes letters and digits only.
std::string letters_and_digits(std::size_t count) {
    auto text = std::string{};
    while (text.size() < count)
        for (auto const byte : random_bytes(count)) {
            auto const value = static_cast<unsigned char>(byte) & 0x3FU;
            if (value < alphabet.size() && text.size() < count) text += alphabet[value];
        }
    return text;
}

}  // namespace

// An EncodingAESKey is 32 bytes in base64 without its '='; the last character carries two bits less.
CallbackKeys new_callback_keys() {
    auto keys = CallbackKeys{letters_and_digits(token_bytes * 2), {}};
    while (keys.aes_key.size() != aes_key_length || keys.aes_key.find_first_of("+/") != std::string::npos)
        keys.aes_key = to_base64(random_bytes(aes_key_bytes)).substr(0, aes_key_length);
    return keys;
}

std::string LinkStore::draft_context(std::string_view kind, std::string_view column) const {
    return "wecom_draft:" + std::to_string(tenant_.value()) + ":" + std::string{kind} + ":" + std::string{column};
}

std::string LinkStore::app_context(std::string_view kind, std::int64_t agent_id, std::string_view column) const {
    return "wecom_app:" + std::to_string(tenant_.value()) + ":" + std::string{kind} + ":" + std::to_string(agent_id) +
           ":" + std::string{column};
}

std::string LinkStore::open(Blob const& sealed, std::string const& context) const {
    return sealer_.open(sealed.bytes, context).value_or("");
}

std::optional<DraftRow> LinkStore::draft(std::string_view kind) {
    auto const row = sql_.row<std::string, std::int64_t, bool, Blob, Blob, std::string>(
        "select corp_id, agent_id, secret_sealed is not null, token_sealed, aes_key_sealed, checks::text from "
        "wecom_draft where tenant_id = :tenant and kind = :kind",
        {bind("tenant", tenant_), bind("kind", kind)});
    if (!row) return std::nullopt;
    auto const& [corp, agent, has_secret, token, key, checks] = *row;
    auto draft = DraftRow{};
    draft.corp_id = corp;
    draft.agent_id = agent;
    draft.has_secret = has_secret;
    draft.keys = {open(token, draft_context(kind, "token")), open(key, draft_context(kind, "aes_key"))};
    if (auto parsed = json::parse(checks)) draft.checks = std::move(*parsed);
    return draft;
}

std::optional<AcceptedRow> LinkStore::accepted(std::string_view kind) {
    auto const row = sql_.row<std::int64_t, std::int64_t, Blob, Blob, std::optional<Instant>, bool>(
        "select id, agent_id, token_sealed, aes_key_sealed, verified_at, own_keys from wecom_app where tenant_id = "
        ":tenant and "
        "kind = :kind order by agent_id limit 1",
        {bind("tenant", tenant_), bind("kind", kind)});
    if (!row) return std::nullopt;
    auto const& [id, agent, token, key, verified, is_own] = *row;
    return AcceptedRow{
        id,
        agent,
        {open(token, app_context(kind, agent, "token_sealed")), open(key, app_context(kind, agent, "aes_key_sealed"))},
        verified,
        is_own};
}

std::optional<std::string> LinkStore::draft_secret(std::string_view kind) {
    auto const sealed =
        sql_.value<Blob>("select secret_sealed from wecom_draft where tenant_id = :tenant and kind = :kind",
                         {bind("tenant", tenant_), bind("kind", kind)});
    if (!sealed) return std::nullopt;
    return open(*sealed, draft_context(kind, "secret"));
}

std::optional<std::string> LinkStore::accepted_secret(std::string_view kind) {
    auto const row = sql_.row<std::int64_t, Blob>(
        "select agent_id, secret_sealed from wecom_app where tenant_id = :tenant and kind = :kind order by agent_id "
        "limit 1",
        {bind("tenant", tenant_), bind("kind", kind)});
    if (!row) return std::nullopt;
    return open(std::get<1>(*row), app_context(kind, std::get<0>(*row), "secret_sealed"));
}

void LinkStore::write_draft(std::string_view kind, std::string const& corp_id, std::int64_t agent_id,
                            std::string const& secret, CallbackKeys const& keys, Instant now) {
    auto const sealed = secret.empty() ? std::optional<Blob>{}
                                       : std::optional{Blob{sealer_.seal(secret, draft_context(kind, "secret"))}};
    sql_.execute(
        "insert into wecom_draft as d (tenant_id, kind, corp_id, agent_id, secret_sealed, token_sealed, "
        "aes_key_sealed, updated_at) values (:tenant, :kind, :corp, :agent, :secret, :token, :key, :now) on conflict "
        "(tenant_id, kind) do update set corp_id = excluded.corp_id, agent_id = excluded.agent_id, secret_sealed = "
        "coalesce(excluded.secret_sealed, d.secret_sealed), token_sealed = excluded.token_sealed, aes_key_sealed = "
        "excluded.aes_key_sealed, updated_at = excluded.updated_at",
        {bind("tenant", tenant_), bind("kind", kind), bind("corp", corp_id), bind("agent", agent_id),
         bind("secret", sealed), bind("token", Blob{sealer_.seal(keys.token, draft_context(kind, "token"))}),
         bind("key", Blob{sealer_.seal(keys.aes_key, draft_context(kind, "aes_key"))}), bind("now", now)});
}

void LinkStore::forget_draft_secret(std::string_view kind) {
    sql_.execute("update wecom_draft set secret_sealed = null where tenant_id = :tenant and kind = :kind",
                 {bind("tenant", tenant_), bind("kind", kind)});
}

// Of an app that is there the former keys stay good for a day, if they are others and its agent is the same (what is
// sealed carries the agent's number).
void LinkStore::write_accepted(std::string_view kind, std::optional<AcceptedRow> const& former, std::int64_t agent_id,
                               std::string const& secret, CallbackKeys const& keys, Instant now) {
    auto const sealed = [&](std::string const& plain, std::string_view column) {
        return Blob{sealer_.seal(plain, app_context(kind, agent_id, column))};
    };
    auto const are_same = former && former->keys.token == keys.token && former->keys.aes_key == keys.aes_key;
    auto const keeps_old = former && !are_same && former->agent_id == agent_id;
    auto const old_of = [&](std::string const& plain, std::string_view column) {
        return keeps_old ? std::optional{sealed(plain, column)} : std::optional<Blob>{};
    };
    auto params = database::Params{bind("tenant", tenant_),
                                   bind("kind", kind),
                                   bind("agent", agent_id),
                                   bind("secret", sealed(secret, "secret_sealed")),
                                   bind("token", sealed(keys.token, "token_sealed")),
                                   bind("key", sealed(keys.aes_key, "aes_key_sealed")),
                                   bind("now", now)};
    if (!former) {
        sql_.execute(
            "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed, "
            "own_keys, created_at, updated_at) values (:tenant, :kind, :agent, :secret, :token, :key, true, :now, "
            ":now)",
            params);
        return;
    }
    params.add(bind("id", former->id));
    params.add(bind("same", are_same));
    params.add(bind("old_token", old_of(former->keys.token, "old_token_sealed")));
    params.add(bind("old_key", old_of(former->keys.aes_key, "old_aes_key_sealed")));
    params.add(bind("until", keeps_old ? std::optional{now + old_keys_good} : std::nullopt));
    sql_.execute(
        "update wecom_app set agent_id = :agent, secret_sealed = :secret, token_sealed = :token, aes_key_sealed = "
        ":key, old_token_sealed = case when :same then old_token_sealed else :old_token::bytea end, "
        "old_aes_key_sealed = case when :same then old_aes_key_sealed else :old_key::bytea end, old_until = case when "
        ":same then old_until else :until::timestamptz end, verified_at = case when :same then verified_at end, "
        "own_keys = own_keys or not :same, "
        "menu_digest = case when agent_id = :agent then menu_digest end, version = version + 1, updated_at = :now "
        "where tenant_id = :tenant and id = :id",
        params);
    // A pause after a wrong secret is over; the token of the former one is not used again.
    sql_.execute(
        "update wecom_credential set blocked_until = null, failures = 0, value_sealed = null where tenant_id = :tenant "
        "and app_id = :id",
        {bind("tenant", tenant_), bind("id", former->id)});
}

}  // namespace wescrm::org
