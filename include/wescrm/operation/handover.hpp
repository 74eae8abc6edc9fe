#pragma once
#include <wescrm/operation/context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

/// From whom to whom. Both exist, and the receiver is active and another person.
struct Handover {
    EmployeeId from;
    EmployeeId to;
    UserId from_user;
    UserId to_user;
    std::string reason;
};

/// One kind of thing that belongs to a person and that somebody else takes over when he leaves. The module whose tables
/// hold it registers one.
struct HandoverKind {
    std::string name;           ///< "customer"
    std::string title;          ///< 客户
    std::string hint;           ///< what goes along, or what taking over means; may be ""
    bool is_on_demand = false;  ///< handed over only when it is named; keeping it is no obstacle to leaving
    std::function<std::int64_t(Context&, EmployeeId from)> count;
    /// Gives all of them to the receiver, and says how many. Writes audit and ownership events itself; the receiver is
    /// told once about everything, not by this.
    std::function<Result<std::int64_t>(Context&, Handover const&)> move;
};

/// The kinds of all modules, in the order in which people read them; complete before the first transaction.
class HandoverKinds {
public:
    void add(HandoverKind kind) { kinds_.push_back(std::move(kind)); }
    [[nodiscard]] std::vector<HandoverKind> const& all() const noexcept { return kinds_; }
    [[nodiscard]] HandoverKind const* find(std::string_view name) const;
    /// What somebody still has that must be handed over.
    [[nodiscard]] std::int64_t left_with(Context& ctx, EmployeeId person) const;

private:
    std::vector<HandoverKind> kinds_;
};
using SharedHandoverKinds = std::shared_ptr<HandoverKinds const>;

/// The same audit entry for many records at once.
void audit_each(Context& ctx, AuditEntry const& entry, std::vector<std::int64_t> const& ids);

/// Places in the teams of records.
void add_handovers(HandoverKinds& kinds);

}  // namespace wescrm::operation
