#include "numbering_operations.hpp"

#include "customers.hpp"
#include "rules/numbering.hpp"

#include <wescrm/operation/binding.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

enum class Restart { daily, monthly, yearly, never };
BOOST_DESCRIBE_ENUM(Restart, daily, monthly, yearly, never)

/// How records of one kind are numbered.
struct Numbering {
    std::string object;  ///< lead, customer, opportunity, product, quote, contract, order, payment, invoice
    std::string title;
    std::string prefix;
    std::string restart;  ///< daily, monthly, yearly, never
    std::int64_t digits = 0;
    std::string example;  ///< the first number of today
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Numbering, (), (object, title, prefix, restart, digits, example, version))
struct NumberingList {
    std::vector<Numbering> items;
};
BOOST_DESCRIBE_STRUCT(NumberingList, (), (items))
struct AskNumbering {};
BOOST_DESCRIBE_STRUCT(AskNumbering, (), ())
struct ChangeNumbering {
    std::string object;
    std::int64_t version = 0;
    std::optional<std::string> prefix;
    std::optional<Restart> restart;
    std::optional<std::int64_t> digits;
};
BOOST_DESCRIBE_STRUCT(ChangeNumbering, (), (object, version, prefix, restart, digits))
std::vector<FieldRule> field_rules(ChangeNumbering const*) {
    return {{"object", "对象", {.max_length = 40}},
            {"version", "版本", {.min = 1}},
            {"prefix", "前缀", {.max_length = 10}, "DD"},
            {"restart", "计数重置周期"},
            {"digits", "计数位数", {.min = 1, .max = 10}}};
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> objects{{{"lead", "线索"},
                                                                                {"customer", "客户"},
                                                                                {"opportunity", "商机"},
                                                                                {"product", "产品"},
                                                                                {"quote", "报价单"},
                                                                                {"contract", "合同"},
                                                                                {"order", "订单"},
                                                                                {"payment", "回款"},
                                                                                {"invoice", "发票"}}};

std::optional<Numbering> find_numbering(operation::Context& ctx, std::string_view object) {
    auto const known = std::ranges::find(objects, object, &std::pair<std::string_view, std::string_view>::first);
    if (known == objects.end()) return std::nullopt;
    auto rule = default_numbering(object);
    auto version = std::int64_t{1};
    auto const stored = ctx.sql().row<std::string, std::string, std::int64_t, std::int64_t>(
        "select prefix, restart, digits, version from numbering_rule where tenant_id = :tenant and object = :object",
        {bind("tenant", ctx.tenant()), bind("object", object)});
    if (stored) std::tie(rule.prefix, rule.restart, rule.digits, version) = *stored;
    return Numbering{std::string{object},
                     std::string{known->second},
                     rule.prefix,
                     rule.restart,
                     rule.digits,
                     document_number(rule, ctx.today(), 1),
                     version};
}

Result<NumberingList> list_numbering(operation::Context& ctx, AskNumbering const&) {
    auto list = NumberingList{};
    for (auto const& [object, title] : objects) list.items.push_back(find_numbering(ctx, object).value());
    return list;
}

struct PreviewNumbering {
    std::string object;
    std::optional<std::string> prefix;
    std::optional<Restart> restart;
    std::optional<std::int64_t> digits;
};
BOOST_DESCRIBE_STRUCT(PreviewNumbering, (), (object, prefix, restart, digits))
std::vector<FieldRule> field_rules(PreviewNumbering const*) {
    auto rules = field_rules(static_cast<ChangeNumbering const*>(nullptr));
    std::erase_if(rules, [](FieldRule const& rule) { return rule.name == "version"; });
    return rules;
}

bool is_prefix(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

// What a rule would bring forth, before it is kept.
Result<Numbering> preview_numbering(operation::Context& ctx, PreviewNumbering const& input) {
    auto shown = find_numbering(ctx, input.object);
    if (!shown) return Error{Errc::not_found, "numbering_rule", "没有这一类编号规则"};
    shown->prefix = input.prefix.value_or(shown->prefix);
    if (!is_prefix(shown->prefix)) return invalid_field("prefix", "应为大写字母或短横线");
    if (input.restart) shown->restart = boost::describe::enum_to_string(*input.restart, "");
    shown->digits = input.digits.value_or(shown->digits);
    shown->example = document_number({shown->prefix, shown->restart, shown->digits}, ctx.today(), 1);
    return *shown;
}

Result<Numbering> change_numbering(operation::Context& ctx, ChangeNumbering const& input) {
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const before = find_numbering(ctx, input.object);
    if (!before) return Error{Errc::not_found, "numbering_rule", "没有这一类编号规则"};
    if (auto const fresh = insist_version(input.version, before->version); !fresh) return fresh.error();
    auto const prefix = input.prefix.value_or(before->prefix);
    if (!is_prefix(prefix)) return invalid_field("prefix", "应为大写字母或短横线");
    auto const restart =
        input.restart ? std::string{boost::describe::enum_to_string(*input.restart, "")} : before->restart;
    ctx.sql().execute(
        "insert into numbering_rule (tenant_id, object, prefix, restart, digits, version, updated_at) values (:tenant, "
        ":object, :prefix, :restart, :digits, 2, :now) on conflict (tenant_id, object) do update set prefix = "
        "excluded.prefix, restart = excluded.restart, digits = excluded.digits, version = numbering_rule.version + 1, "
        "updated_at = excluded.updated_at",
        {bind("tenant", ctx.tenant()), bind("object", input.object), bind("prefix", prefix), bind("restart", restart),
         bind("digits", input.digits.value_or(before->digits)), bind("now", ctx.now())});
    auto const after = find_numbering(ctx, input.object).value();
    auto const changed = operation::difference(operation::write_output(*before), operation::write_output(after));
    ctx.audit(
        {"numbering_rule", ctx.tenant().value(), "numbering_rule.change", changed.before, changed.after, input.object});
    return after;
}

constexpr Operation<AskNumbering, NumberingList> numbering_list{
    "numbering_rule.list", "编号规则", "self", Effect::reads, list_numbering, {"GET", "/numbering-rules"}};
constexpr Operation<ChangeNumbering, Numbering> numbering_change{
    "numbering_rule.change", "修改编号规则",   "company.edit",
    Effect::writes,          change_numbering, {"PATCH", "/numbering-rules/{object}"}};

constexpr Operation<PreviewNumbering, Numbering> numbering_preview{
    "numbering_rule.preview", "预览编号规则",
    "company.edit",           Effect::reads,
    preview_numbering,        {"GET", "/numbering-rules/{object}/preview"}};

}  // namespace

void add_numbering_operations(operation::Catalogue& catalogue) {
    catalogue.add(numbering_list);
    catalogue.add(numbering_change);
    catalogue.add(numbering_preview);
}

}  // namespace wescrm::sales
