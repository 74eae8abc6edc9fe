#pragma once
#include <wescrm/base/crypto.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/wecom/client.hpp>

#include <optional>
#include <string>
#include <string_view>

// Linking a company with its WeCom, step by step. What an administrator enters is a draft until WeCom has accepted it:
// a secret that works for a corp id proves that the company is his.
namespace wescrm::org {

/// What a check found out; kept, so that the page can be left and taken up again.
struct CheckResult {
    bool is_ok = false;
    std::int64_t errcode = 0;
    std::string detail;  ///< for the administrator, in Chinese: what was found, or what to click
};

/// A draft, opened.
struct Draft {
    wecom::Account account;  ///< app_id is 0: it is no app of ours yet
    std::int64_t agent_id = 0;
};

/// not_found "draft" if nothing was entered or it was accepted already.
[[nodiscard]] Result<Draft> open_draft(database::Session& sql, Sealer const& sealer, TenantId tenant,
                                       std::string_view kind);
/// The accepted credential of that kind. not_found "app".
[[nodiscard]] Result<Draft> open_accepted(database::Session& sql, Sealer const& sealer, TenantId tenant,
                                          std::string_view kind);
/// Counts a try of a secret: rate_limited beyond `most` an hour, because wrong ones get our address banned.
[[nodiscard]] Result<void> count_try(database::Session& sql, TenantId tenant, std::string_view kind, int most,
                                     Instant now);
/// step: "token", "address", "range", "member".
void note_check(database::Session& sql, TenantId tenant, std::string_view kind, std::string_view step,
                CheckResult const& result, Instant now);
/// The secret works: corp id and credential become the company's. conflict "known_corp" if another company has that
/// corp id, conflict "other_corp" if this one has another.
Result<void> accept_draft(operation::Context& ctx, Sealer const& sealer, std::string_view kind);
/// The registrant is this member of WeCom; setup links end. If the member is an employee already, he becomes an
/// administrator and the registrant's row is retired.
Result<void> bind_registrant(operation::Context& ctx, UserId const& user, std::string const& name);
/// WeCom has verified the callback address with the current keys.
void note_verified(database::Session& sql, std::string_view corp_id, std::string_view kind, std::int64_t agent_id,
                   Instant now);

}  // namespace wescrm::org
