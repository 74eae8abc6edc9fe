#include "rule_tags.hpp"

#include "pools.hpp"

namespace wescrm::sales {

using database::bind;

Result<std::int64_t> company_tag(operation::Context& ctx, PoolObject object, std::string const& named,
                                 std::string const& field) {
    auto const id = ctx.sql().value<std::int64_t>(
        "select t.id from tag t join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where t.tenant_id "
        "= :tenant and t.owner_id is null and :object = any(g.objects) and (t.id::text = :named or t.name = :named) "
        "order by t.id::text = :named desc limit 1",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("named", named)});
    if (!id) return invalid_field(field, "没有能用于" + std::string{title_of(object)} + "的企业标签「" + named + "」");
    return *id;
}

Result<std::vector<HighSeaRule>> with_tag_ids(operation::Context& ctx, std::vector<HighSeaRule> rules,
                                              PoolObject object) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!rules[i].exempt) continue;
        for (auto& word : *rules[i].exempt) {
            if (!word.starts_with(spares_tag)) continue;
            auto const id =
                company_tag(ctx, object, word.substr(spares_tag.size()), "rules[" + std::to_string(i) + "].exempt");
            if (!id) return id.error();
            word = std::string{spares_tag} + std::to_string(*id);
        }
    }
    return rules;
}

}  // namespace wescrm::sales
