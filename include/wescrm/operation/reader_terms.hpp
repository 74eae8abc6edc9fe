#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// Reading, and changing.
enum class Power { read, write };

/// A reason to see a record that AccessScope does not know by itself: a seat on its pool, an approval that waits. The
/// module whose tables decide it registers one.
struct ReaderTerm {
    std::string kind;  ///< of records: "customer"
    /// A condition on {r}, the row of the kind's table, e.g. "exists (select 1 from seat s where s.tenant_id =
    /// :scope_tenant and s.employee_id = :scope_me and s.pool_id = {r}.high_sea_id)". May use :scope_tenant, :scope_me
    /// and :scope_now::timestamptz, no other parameter.
    std::string sql;
    bool grants_write = false;
    std::string because;      ///< in Chinese, for explain: "是该公海的成员"
    std::string because_not;  ///< "不是该公海的成员"
};

/// The terms of all modules; complete before the first transaction.
class ReaderTerms {
public:
    void add(ReaderTerm term) { terms_.push_back(std::move(term)); }
    [[nodiscard]] std::vector<ReaderTerm> const& all() const noexcept { return terms_; }

private:
    std::vector<ReaderTerm> terms_;
};

}  // namespace wescrm::operation
