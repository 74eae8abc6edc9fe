#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/own_secrets.hpp>
#include <wescrm/operation/pool_seats.hpp>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::string_view prefix = "sealed:1:";
constexpr std::size_t phone_length = 7;

// A value that was copied to another company or field does not open.
std::string place_of(Context& ctx, std::string_view kind, std::string_view key) {
    return "field:" + std::to_string(ctx.tenant().value()) + ":" + std::string{kind} + ":" + std::string{key};
}

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789-+") == std::string_view::npos; }

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Where the code point at `at` ends.
std::size_t width_at(std::string_view utf8, std::size_t at) {
    auto end = at + 1;
    while (end < utf8.size() && continues(utf8[end])) ++end;
    return end;
}

std::size_t last_of(std::string_view utf8) {
    auto at = utf8.size() - 1;
    while (at > 0 && continues(utf8[at])) --at;
    return at;
}

}  // namespace

std::map<std::string, OwnMarks, std::less<>> own_marks(database::Session& sql, TenantId tenant,
                                                       std::vector<std::string> const& kinds) {
    auto marks = std::map<std::string, OwnMarks, std::less<>>{};
    if (kinds.empty()) return marks;
    for (auto& [kind, key, masked, sealed, pooled] : sql.rows<std::string, std::string, bool, bool, bool>(
             "select object, key, coalesce((definition ->> 'masked')::boolean, false), coalesce((definition ->> "
             "'encrypted')::boolean, false), coalesce((definition ->> 'in_pool')::boolean, false) from field where "
             "tenant_id = :tenant and object = any(:kinds::text[]) and deleted_at is null",
             {bind("tenant", tenant), bind("kinds", kinds)})) {
        auto& mark = marks[kind];
        if (masked) mark.masked.insert(key);
        if (sealed) mark.sealed.insert(key);
        if (pooled) mark.pooled.insert(key);
    }
    return marks;
}

Result<std::string> seal_own(Context& ctx, std::string_view kind, std::string_view key, std::string_view plain) {
    auto const* sealer = ctx.services().sealer;
    if (!sealer) return Error{Errc::unavailable, "no_master_key", "服务器没有加密密钥，不能保存加密的字段"};
    return std::string{prefix} + to_base64(sealer->seal(plain, place_of(ctx, kind, key)));
}

std::optional<std::string> open_own(Context& ctx, std::string_view kind, std::string_view key, std::string_view kept) {
    auto const* sealer = ctx.services().sealer;
    if (!sealer || !is_sealed(kept)) return std::nullopt;
    auto const bytes = from_base64(kept.substr(prefix.size()));
    if (!bytes) return std::nullopt;
    auto const plain = sealer->open(*bytes, place_of(ctx, kind, key));
    return plain ? std::optional{std::string{*plain}} : std::nullopt;
}

bool is_sealed(std::string_view kept) noexcept { return kept.starts_with(prefix); }

std::string masked_text(std::string_view text) {
    if (text.size() >= phone_length && is_number(text)) return masked_phone(text);
    if (text::length(text) < 3) return "***";
    return std::string{text.substr(0, width_at(text, 0))} + "***" + std::string{text.substr(last_of(text))};
}

std::set<std::int64_t> pooled_records(Context& ctx, std::string_view kind, std::vector<std::int64_t> const& ids) {
    auto const is_contact = kind == "contact";
    if (ids.empty() || ctx.actor().is_system() || ctx.actor().is_administrator ||
        (!is_contact && kind != "customer" && kind != "lead"))
        return {};
    auto const found = ctx.sql().values<std::int64_t>(
        "select r.id from " + std::string{kind} + " r" +
            (is_contact ? " join customer p on p.tenant_id = r.tenant_id and p.id = r.customer_id" : "") +
            " where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and " + (is_contact ? "p" : "r") +
            ".high_sea_id is not null and " + (is_contact ? "p" : "r") + ".high_sea_id not in (" +
            pools_with_seat(":tenant", ":me", true) + ")",
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("me", ctx.actor().employee)});
    return {found.begin(), found.end()};
}

}  // namespace wescrm::operation
