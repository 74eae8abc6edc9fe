#include "tags.hpp"

#include <array>
#include <string>
#include <vector>

namespace wescrm::demo {
namespace {

using database::bind;

struct Group {
    std::string_view name;
    std::vector<std::string> objects;
    bool is_single;
    std::string_view colour;
    std::vector<std::string> tags;
};

std::vector<Group> groups() {
    return {{"意向程度", {"customer", "lead"}, true, "blue", {"高意向", "观望中", "暂无需求"}},
            {"合作特点", {"customer"}, false, "green", {"老客户", "年度框架", "可转介绍"}},
            {"采购关注",
             {"customer", "lead", "opportunity"},
             false,
             "orange",
             {"价格敏感", "需要样机", "竞品在用", "交期紧"}},
            {"线索质量", {"lead"}, true, "violet", {"需求明确", "待核实", "仅询价"}},
            {"商机信号", {"opportunity"}, false, "red", {"预算已批", "走招标", "决策人有变"}},
            {"人物印象", {"contact"}, false, "grey", {"技术出身", "拍板快", "重交期", "习惯微信沟通"}}};
}

void insert_group(database::Session& sql, TenantId tenant, Group const& group, int position, Instant now) {
    sql.execute(
        "with made as (insert into tag_group (tenant_id, name, objects, is_single, colour, position, created_at, "
        "updated_at) values (:tenant, :name, :objects::text[], :single, :colour, :position, :now, :now) returning id) "
        "insert into tag (tenant_id, group_id, name, position, created_at, updated_at) select :tenant::bigint, "
        "made.id, "
        "t.name, t.place, :now::timestamptz, :now from made, unnest(:tags::text[]) with ordinality t(name, place)",
        {bind("tenant", tenant), bind("name", group.name), bind("objects", group.objects),
         bind("single", group.is_single), bind("colour", group.colour), bind("position", position),
         bind("tags", group.tags), bind("now", now)});
}

// At most one of each group, and of some groups none.
void put_on(database::Session& sql, TenantId tenant, std::string const& object, std::size_t every) {
    sql.execute("insert into " + object + "_tag (tenant_id, " + object +
                    "_id, tag_id, created_at) select :tenant, n.id, t.id, n.created_at from (select id, created_at, "
                    "hashtext(name || id % 1000) & 2147483647 as h from " +
                    object +
                    " where tenant_id = :tenant) n join (select t.id, t.position - 1 as place, count(*) over "
                    "(partition by g.id) as size, g.position as turn from tag t join tag_group g on g.tenant_id = "
                    "t.tenant_id and g.id = t.group_id where t.tenant_id = :tenant and :object = any(g.objects)) t on "
                    "n.h / (7 * t.turn + 3) % (t.size + 2) = t.place where n.h % :every::bigint = 0",
                {bind("tenant", tenant), bind("object", object), bind("every", static_cast<std::int64_t>(every))});
}

}  // namespace

void insert_tags(database::Session& sql, TenantId tenant, std::size_t every, Instant now) {
    auto position = 0;
    for (auto const& group : groups()) insert_group(sql, tenant, group, ++position, now);
    for (auto const* object : {"customer", "lead", "opportunity"}) put_on(sql, tenant, object, 2 * every);
    put_on(sql, tenant, "contact", 4 * every);
}

}  // namespace wescrm::demo
