#pragma once
#include <wescrm/operation/context.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace wescrm::operation {

/// Ways to a person: nobody gets them before he claims the record.
[[nodiscard]] bool is_personal(std::string_view field);

/// Which fields of records that lie in high seas stay hidden from the actor until he claims them: ways to reach
/// people always, and what the pool says. Admins of the pool see everything.
class PoolGuard {
public:
    explicit PoolGuard(Context& ctx) : ctx_{ctx} {}
    /// Reads about these pools at once.
    void learn(std::set<std::int64_t> const& pools);
    [[nodiscard]] bool guards(std::int64_t pool) const { return hidden_.contains(pool); }
    [[nodiscard]] bool hides(std::int64_t pool, std::string_view field) const;
    /// Of `contacts`, those whose customer lies in a pool that hides people from the actor.
    [[nodiscard]] std::set<std::int64_t> pooled_contacts(std::vector<std::int64_t> const& contacts);

private:
    Context& ctx_;
    std::map<std::int64_t, std::vector<std::string>> hidden_;
};

}  // namespace wescrm::operation
