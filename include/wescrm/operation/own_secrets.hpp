#pragma once
#include <wescrm/operation/context.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What a company says of its own fields of records that is kept for everybody: values that are sealed where they are
// kept, shown in part, or not shown of records in a pool.
namespace wescrm::operation {

struct OwnMarks {
    std::set<std::string, std::less<>> masked;
    std::set<std::string, std::less<>> sealed;
    std::set<std::string, std::less<>> pooled;  ///< shown of records in a pool
};
/// By kind of records; kinds without fields of their own are left out.
[[nodiscard]] std::map<std::string, OwnMarks, std::less<>> own_marks(database::Session& sql, TenantId tenant,
                                                                     std::vector<std::string> const& kinds);

/// A value of the field `key` of records of `kind`, as it is kept. unavailable if the server has no master key.
[[nodiscard]] Result<std::string> seal_own(Context& ctx, std::string_view kind, std::string_view key,
                                           std::string_view plain);
/// nullopt: not sealed, or not with this key.
[[nodiscard]] std::optional<std::string> open_own(Context& ctx, std::string_view kind, std::string_view key,
                                                  std::string_view kept);
[[nodiscard]] bool is_sealed(std::string_view kept) noexcept;

/// "138****0000", "张***6": the ends of a text.
[[nodiscard]] std::string masked_text(std::string_view text);

/// Of `ids`, those that lie in a pool that the actor does not administer; contacts lie where their customers do.
[[nodiscard]] std::set<std::int64_t> pooled_records(Context& ctx, std::string_view kind,
                                                    std::vector<std::int64_t> const& ids);

}  // namespace wescrm::operation
