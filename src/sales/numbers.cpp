#include "numbers.hpp"

#include <wescrm/database/counter.hpp>

namespace wescrm::sales {

using database::bind;

NumberingRule numbering_of(operation::Context& ctx, std::string_view object) {
    auto rule = default_numbering(object);
    if (auto const stored = ctx.sql().row<std::string, std::string, std::int64_t>(
            "select prefix, restart, digits from numbering_rule where tenant_id = :tenant and object = :object",
            {bind("tenant", ctx.tenant()), bind("object", object)}))
        std::tie(rule.prefix, rule.restart, rule.digits) = *stored;
    return rule;
}

std::vector<std::string> next_numbers(operation::Context& ctx, std::string_view object, std::int64_t count) {
    auto const rule = numbering_of(ctx, object);
    auto const day = ctx.today();
    auto const last = database::count_up(ctx.sql(), document_counter(object, rule, day), count);
    auto numbers = std::vector<std::string>{};
    numbers.reserve(static_cast<std::size_t>(count));
    for (auto nr = last - count + 1; nr <= last; ++nr) numbers.push_back(document_number(rule, day, nr));
    return numbers;
}

std::string next_number(operation::Context& ctx, std::string_view object) {
    return next_numbers(ctx, object, 1).front();
}

}  // namespace wescrm::sales
