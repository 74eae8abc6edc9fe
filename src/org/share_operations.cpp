#include "share_rules.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/paging.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Nothing;
using operation::Operation;
using operation::Paging;

struct ShareInput {
    ShareRuleId id;
};
BOOST_DESCRIBE_STRUCT(ShareInput, (), (id))

struct DeleteShare {
    ShareRuleId id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(DeleteShare, (), (id, version))

struct ListShares {
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListShares, (), (sort, limit, cursor))

struct SharePage {
    std::vector<ShareRule> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(SharePage, (), (items, next_cursor))

struct CreateShare {
    std::vector<std::string> objects;
    ShareSource source_type = ShareSource::department;
    std::string source_id;
    ShareTarget target_type = ShareTarget::department;
    std::string target_id;
    ShareRight right = ShareRight::read;
    std::optional<bool> include_sub_departments;
    std::optional<bool> enabled;
    std::optional<Instant> valid_from;
    std::optional<Instant> valid_to;
    std::vector<operation::RuleCondition> conditions;
};
BOOST_DESCRIBE_STRUCT(CreateShare, (),
                      (objects, source_type, source_id, target_type, target_id, right, include_sub_departments, enabled,
                       valid_from, valid_to, conditions))

struct ChangeShare {
    ShareRuleId id;
    std::int64_t version = 0;
    std::optional<std::vector<std::string>> objects;
    std::optional<ShareSource> source_type;
    std::optional<std::string> source_id;
    std::optional<ShareTarget> target_type;
    std::optional<std::string> target_id;
    std::optional<ShareRight> right;
    std::optional<bool> include_sub_departments;
    std::optional<bool> enabled;
    operation::Patch<Instant> valid_from;
    operation::Patch<Instant> valid_to;
    std::optional<std::vector<operation::RuleCondition>> conditions;
};
BOOST_DESCRIBE_STRUCT(ChangeShare, (),
                      (id, version, objects, source_type, source_id, target_type, target_id, right,
                       include_sub_departments, enabled, valid_from, valid_to, conditions))

std::vector<FieldRule> field_rules(CreateShare const*) {
    return {{"objects", "共享的对象", {.max_items = 30}},
            {"source_type", "来源类型"},
            {"source_id", "来源", {.max_length = 64}},
            {"target_type", "目标类型"},
            {"target_id", "目标", {.max_length = 64}},
            {"right", "权限"},
            {"include_sub_departments", "包含子部门"},
            {"enabled", "启用"},
            {"valid_from", "生效时间"},
            {"valid_to", "失效时间"},
            {"conditions", "条件", {.max_items = 10}}};
}
std::vector<FieldRule> field_rules(ChangeShare const*) {
    auto rules = field_rules(static_cast<CreateShare const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

Error no_share() { return {Errc::not_found, "share", "没有这条共享规则"}; }

void audit(Context& ctx, ShareRuleId id, std::string action, std::optional<ShareRule> const& before,
           std::optional<ShareRule> const& after) {
    auto const json_of = [](std::optional<ShareRule> const& share) {
        return share ? operation::write_output(*share) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"share", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<SharePage> list_shares(Context& ctx, ListShares const& input) {
    auto const paging = Paging::from(input.sort, input.limit, input.cursor,
                                     {{"created_at", "s.created_at", "timestamptz"}}, "-created_at", "s.id");
    if (!paging) return paging.error();
    auto rows = ShareRules{ctx}.page(*paging);
    auto page = SharePage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

Result<ShareRule> get_share(Context& ctx, ShareInput const& input) {
    auto found = ShareRules{ctx}.find(input.id);
    if (!found) return no_share();
    return std::move(*found);
}

Result<ShareRule> create_share(Context& ctx, CreateShare const& input) {
    auto rules = ShareRules{ctx};
    auto wanted = ShareRule{};
    wanted.objects = input.objects;
    wanted.source_type = input.source_type;
    wanted.source_id = input.source_id;
    wanted.target_type = input.target_type;
    wanted.target_id = input.target_id;
    wanted.right = input.right;
    wanted.include_sub_departments = input.include_sub_departments.value_or(true);
    wanted.enabled = input.enabled.value_or(true);
    wanted.valid_from = input.valid_from;
    wanted.valid_to = input.valid_to;
    wanted.conditions = input.conditions;
    auto const id = rules.write(std::nullopt, wanted);
    if (!id) return id.error();
    auto made = rules.find(*id);
    audit(ctx, *id, "share.create", std::nullopt, made);
    rules.tell(*made, "新增");
    return std::move(made.value());
}

Result<ShareRule> change_share(Context& ctx, ChangeShare const& input) {
    auto rules = ShareRules{ctx};
    auto const before = rules.lock(input.id);
    if (!before) return no_share();
    if (before->version != input.version)
        return Error{Errc::stale, "version", "这条共享规则刚被别人修改过，请刷新后再改"};
    auto wanted = *before;
    if (input.objects) wanted.objects = *input.objects;
    wanted.source_type = input.source_type.value_or(before->source_type);
    wanted.source_id = input.source_id.value_or(before->source_id);
    wanted.target_type = input.target_type.value_or(before->target_type);
    wanted.target_id = input.target_id.value_or(before->target_id);
    wanted.right = input.right.value_or(before->right);
    wanted.include_sub_departments = input.include_sub_departments.value_or(before->include_sub_departments);
    wanted.enabled = input.enabled.value_or(before->enabled);
    if (input.valid_from.is_present) wanted.valid_from = input.valid_from.value;
    if (input.valid_to.is_present) wanted.valid_to = input.valid_to.value;
    if (input.conditions) wanted.conditions = *input.conditions;
    auto const id = rules.write(input.id, wanted);
    if (!id) return id.error();
    auto after = rules.find(input.id);
    audit(ctx, input.id, "share.change", before, after);
    if (before->target_id != after->target_id || before->target_type != after->target_type) rules.tell(*before, "取消");
    rules.tell(*after, after->enabled ? "更新" : "停用");
    return std::move(after.value());
}

Result<Nothing> delete_share(Context& ctx, DeleteShare const& input) {
    auto rules = ShareRules{ctx};
    auto const before = rules.lock(input.id);
    if (!before) return no_share();
    if (before->version != input.version)
        return Error{Errc::stale, "version", "这条共享规则刚被别人修改过，请刷新后再改"};
    rules.erase(input.id);
    audit(ctx, input.id, "share.delete", before, std::nullopt);
    rules.tell(*before, "取消");
    return Nothing{};
}

constexpr Operation<ListShares, SharePage> share_list{"share.list",  "数据共享规则", "org.manage",
                                                      Effect::reads, list_shares,    {"GET", "/shares"}};
constexpr Operation<ShareInput, ShareRule> share_get{"share.get",   "数据共享规则", "org.manage",
                                                     Effect::reads, get_share,      {"GET", "/shares/{id}"}};
constexpr Operation<CreateShare, ShareRule> share_create{"share.create", "新建数据共享规则", "org.manage",
                                                         Effect::writes, create_share,       {"POST", "/shares", 201}};
constexpr Operation<ChangeShare, ShareRule> share_change{"share.change", "修改数据共享规则", "org.manage",
                                                         Effect::writes, change_share,       {"PATCH", "/shares/{id}"}};
constexpr Operation<DeleteShare, Nothing> share_delete{
    "share.delete", "删除数据共享规则", "org.manage", Effect::confirms, delete_share, {"DELETE", "/shares/{id}", 204}};

}  // namespace

void add_share_operations(operation::Catalogue& catalogue) {
    catalogue.add(share_list);
    catalogue.add(share_get);
    catalogue.add(share_create);
    catalogue.add(share_change);
    catalogue.add(share_delete);
}

}  // namespace wescrm::org
