#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/operation/context.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

// Whether somebody changed the audit log behind the program's back. Each day of a company with rows has one seal: the
// SHA-256 over the seal before it, the day and the digests of its rows. A row that is changed, added or taken out later
// breaks the seal of its day; a seal that is replaced breaks the one after it.
namespace wescrm::operation {

/// Seals the days that ended at least an hour ago and have none, at most `most` of them, oldest first. Returns how
/// many.
int seal_audit_days(Context& ctx, int most);

struct BrokenSeal {
    Date day;
    std::int64_t sealed_rows = 0;
    std::int64_t found_rows = 0;
};
BOOST_DESCRIBE_STRUCT(BrokenSeal, (), (day, sealed_rows, found_rows))

struct AuditVerification {
    std::int64_t days = 0;  ///< with a seal, within the range that was asked for
    std::int64_t rows = 0;
    std::optional<Date> first;
    std::optional<Date> last;
    bool is_whole = true;
    std::vector<BrokenSeal> broken;
};
BOOST_DESCRIBE_STRUCT(AuditVerification, (), (days, rows, first, last, is_whole, broken))

/// Computes the seals of these days (inclusive; of all if not given) once more.
[[nodiscard]] AuditVerification verify_audit(Context& ctx, std::optional<Date> from, std::optional<Date> to);

}  // namespace wescrm::operation
