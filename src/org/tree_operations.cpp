#include <wescrm/operation/catalogue.hpp>

#include <algorithm>
#include <map>

// The whole tree of departments at once, as the page of the organisation draws it.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

struct TreeInput {
    std::optional<bool> counted;  ///< false: without the number of members, which takes the longest
};
BOOST_DESCRIBE_STRUCT(TreeInput, (), (counted))

struct TreeNode {
    DepartmentId id;
    std::optional<std::int64_t> wecom_id;
    std::string name;
    std::optional<DepartmentId> parent_id;
    std::int64_t order = 0;
    std::int64_t depth = 0;  ///< 0: the root
    std::vector<std::string> head_names;
    std::int64_t members = 0;  ///< active ones, here and below
};
BOOST_DESCRIBE_STRUCT(TreeNode, (), (id, wecom_id, name, parent_id, order, depth, head_names, members))

struct Tree {
    std::vector<TreeNode> items;  ///< depth first, siblings in WeCom's order
};
BOOST_DESCRIBE_STRUCT(Tree, (), (items))

std::vector<TreeNode> read_nodes(Context& ctx, bool is_counted) {
    auto const counted =
        is_counted ? std::string{"select p.id, count(distinct m.employee_id) as members from employee_department m "
                                 "join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id and e.status = "
                                 "'active' join department d on d.tenant_id = m.tenant_id and d.id = m.department_id "
                                 "cross join unnest(d.path) p(id) where m.tenant_id = :tenant group by p.id"}
                   : std::string{"select 0::bigint as id, 0::bigint as members"};
    return ctx.sql().records<TreeNode>(
        "with counted as (" + counted +
            ") "
            "select d.id, d.wecom_id, d.name, d.parent_id, d.sort_order, cardinality(d.path) - 1, "
            "array(select e.name from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = "
            "m.employee_id where m.tenant_id = d.tenant_id and m.department_id = d.id and m.is_leader and e.status = "
            "'active' order by m.sort_order desc, e.id), coalesce(c.members, 0) "
            "from department d left join counted c on c.id = d.id where d.tenant_id = :tenant and d.removed_at is null",
        {bind("tenant", ctx.tenant())});
}

// Those whose parent is gone hang below nothing: they are shown at the end rather than not at all.
std::vector<TreeNode> depth_first(std::vector<TreeNode> nodes) {
    std::ranges::sort(nodes, [](TreeNode const& a, TreeNode const& b) {
        return std::tie(b.order, a.name, a.id) < std::tie(a.order, b.name, b.id);
    });
    auto children = std::multimap<DepartmentId, TreeNode const*>{};
    for (auto const& node : nodes) children.emplace(node.parent_id.value_or(DepartmentId{}), &node);
    auto ordered = std::vector<TreeNode>{};
    auto stack = std::vector<TreeNode const*>{};
    auto const push_children = [&](DepartmentId parent) {
        auto const [from, to] = children.equal_range(parent);
        auto below = std::vector<TreeNode const*>{};
        for (auto at = from; at != to; ++at) below.push_back(at->second);
        stack.insert(stack.end(), below.rbegin(), below.rend());
    };
    push_children(DepartmentId{});
    while (!stack.empty()) {
        auto const* node = stack.back();
        stack.pop_back();
        ordered.push_back(*node);
        push_children(node->id);
    }
    for (auto const& node : nodes)
        if (std::ranges::find(ordered, node.id, &TreeNode::id) == ordered.end()) ordered.push_back(node);
    return ordered;
}

Result<Tree> show_tree(Context& ctx, TreeInput const& input) {
    return Tree{depth_first(read_nodes(ctx, input.counted.value_or(true)))};
}

constexpr Operation<TreeInput, Tree> tree_show{"department.tree", "组织架构", "self",
                                               Effect::reads,     show_tree,  {"GET", "/departments/tree"}};

}  // namespace

void add_tree_operations(operation::Catalogue& catalogue) { catalogue.add(tree_show); }

}  // namespace wescrm::org
