#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/org/link.hpp>

// The rows behind linking: drafts and accepted credentials, sealed.
namespace wescrm::org {

/// The callback keys that we make for pasting into WeCom's console.
struct CallbackKeys {
    std::string token;
    std::string aes_key;
};
[[nodiscard]] CallbackKeys new_callback_keys();

struct DraftRow {
    std::string corp_id;
    std::int64_t agent_id = 0;
    bool has_secret = false;
    CallbackKeys keys;
    json::Document checks;
};

/// A credential that WeCom has accepted; without its secret.
struct AcceptedRow {
    std::int64_t id = 0;
    std::int64_t agent_id = 0;
    CallbackKeys keys;
    std::optional<Instant> verified_at;
    bool are_keys_ours = false;  ///< made here, for pasting; others were entered and are never shown
};

class LinkStore {
public:
    LinkStore(database::Session& sql, Sealer const& sealer, TenantId tenant)
        : sql_{sql}, sealer_{sealer}, tenant_{tenant} {}

    [[nodiscard]] std::optional<DraftRow> draft(std::string_view kind);
    [[nodiscard]] std::optional<AcceptedRow> accepted(std::string_view kind);
    [[nodiscard]] std::optional<std::string> draft_secret(std::string_view kind);
    [[nodiscard]] std::optional<std::string> accepted_secret(std::string_view kind);
    /// `secret` empty: the former stays.
    void write_draft(std::string_view kind, std::string const& corp_id, std::int64_t agent_id,
                     std::string const& secret, CallbackKeys const& keys, Instant now);
    void forget_draft_secret(std::string_view kind);
    void write_accepted(std::string_view kind, std::optional<AcceptedRow> const& former, std::int64_t agent_id,
                        std::string const& secret, CallbackKeys const& keys, Instant now);

private:
    [[nodiscard]] std::string draft_context(std::string_view kind, std::string_view column) const;
    [[nodiscard]] std::string app_context(std::string_view kind, std::int64_t agent_id, std::string_view column) const;
    [[nodiscard]] std::string open(database::Blob const& sealed, std::string const& context) const;

    database::Session& sql_;
    Sealer const& sealer_;
    TenantId tenant_;
};

}  // namespace wescrm::org
