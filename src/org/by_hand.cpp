#include "by_hand.hpp"

#include <wescrm/base/text.hpp>

#include <unordered_map>

namespace wescrm::org {

using database::bind;

void lock_organisation(operation::Context& ctx) {
    ctx.sql().execute("select pg_advisory_xact_lock(6073, hashtext(:tenant::text))", {bind("tenant", ctx.tenant())});
}

std::vector<EmployeeId> active_people(operation::Context& ctx, std::vector<UserId> const& users,
                                      std::string const& field, std::vector<FieldError>& problems) {
    auto people = std::vector<EmployeeId>{};
    for (std::size_t at = 0; at < users.size(); ++at) {
        auto const id = ctx.sql().value<EmployeeId>(
            "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
            {bind("tenant", ctx.tenant()), bind("user", users[at])});
        if (id)
            people.push_back(*id);
        else
            problems.push_back({field + "[" + std::to_string(at) + "]", "没有这位在职员工：" + users[at].value()});
    }
    return people;
}

std::optional<std::string> name_in_circle(operation::Context& ctx) {
    auto superiors = std::unordered_map<std::int64_t, std::int64_t>{};
    for (auto const& [id, superior] : ctx.sql().rows<std::int64_t, std::int64_t>(
             "select id, superior_id from employee where tenant_id = :tenant and superior_id is not null",
             {bind("tenant", ctx.tenant())}))
        superiors.emplace(id, superior);
    auto visited_from = std::unordered_map<std::int64_t, std::int64_t>{};
    for (auto const& [start, first] : superiors) {
        auto at = start;
        while (superiors.contains(at) && visited_from.emplace(at, start).second) at = superiors.at(at);
        auto const seen = visited_from.find(at);
        if (!superiors.contains(at) || seen == visited_from.end() || seen->second != start) continue;
        return ctx.sql().value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                            {bind("tenant", ctx.tenant()), bind("id", at)});
    }
    return std::nullopt;
}

Error invalid(std::vector<FieldError> problems) {
    auto message = problems.front().message;
    return {Errc::invalid_input, "invalid", std::move(message), std::move(problems)};
}

}  // namespace wescrm::org
