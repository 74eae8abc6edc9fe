#include "product_words.hpp"

#include <wescrm/operation/company_words.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

bool is_used(operation::Context& ctx, std::string const& word) {
    return ctx.sql()
        .value<int>("select 1 from product where tenant_id = :tenant and (name = :word or code = :word) limit 1",
                    {bind("tenant", ctx.tenant()), bind("word", word)})
        .has_value();
}

}  // namespace

void follow_product_words(operation::Context& ctx, std::optional<Product> const& before,
                          std::optional<Product> const& after) {
    if (before)
        for (auto const& word : {before->name, before->code})
            if (!is_used(ctx, word)) operation::forget_word(ctx.sql(), ctx.tenant(), {"product", word});
    if (after) operation::keep_words(ctx.sql(), ctx.tenant(), {{"product", after->name}, {"product", after->code}});
}

}  // namespace wescrm::sales
