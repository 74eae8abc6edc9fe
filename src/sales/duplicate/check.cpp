#include "../customers.hpp"
#include "../rules/profile.hpp"
#include "duplicate_operations.hpp"
#include "entering.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <set>

// Whether the company has a customer already, and why somebody does not see it. Both tell of records that the actor may
// not see only what creating the same customer would tell him: that one with exactly this name or phone exists, its
// masked name, its owner and when it was last followed up.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;

constexpr std::int64_t most_similar = 3;
constexpr std::int64_t most_told = 5;

struct CheckDuplicate {
    std::optional<std::string> name;
    std::optional<std::string> mobile;
    std::optional<std::string> credit_code;
};
BOOST_DESCRIBE_STRUCT(CheckDuplicate, (), (name, mobile, credit_code))

struct Duplicate {
    std::optional<CustomerId> id;  ///< absent: the actor does not see the customer
    std::string name;              ///< masked then
    std::optional<std::string> owner_name;
    bool in_high_sea = false;
    std::string high_sea_name;
    bool is_closed = false;  ///< 已成交
    std::optional<Instant> last_follow_at;
    std::string matched;              ///< name, mobile, credit_code
    std::vector<std::string> offers;  ///< what the actor can do: open, claim, contact_owner
};
BOOST_DESCRIBE_STRUCT(Duplicate, (),
                      (id, name, owner_name, in_high_sea, high_sea_name, is_closed, last_follow_at, matched, offers))

struct Duplicates {
    std::vector<Duplicate> items;
    std::vector<FoundCustomer> similar;  ///< customers of the actor's sight whose names are near
};
BOOST_DESCRIBE_STRUCT(Duplicates, (), (items, similar))

struct ExplainNamed {
    std::string name;               ///< or a phone
    std::optional<UserId> user_id;  ///< whose sight; another than the actor: permission org.manage
};
BOOST_DESCRIBE_STRUCT(ExplainNamed, (), (name, user_id))

struct ExplainedName {
    std::optional<CustomerId> id;  ///< absent: the actor does not see the customer
    std::string name;              ///< masked then; empty: no customer has exactly this name or phone
    std::optional<std::string> owner_name;
    bool can_read = false;
    bool can_write = false;
    std::vector<std::string> because;  ///< of reading: the reason, or every one that does not hold
    std::vector<std::string> because_write;
};
BOOST_DESCRIBE_STRUCT(ExplainedName, (), (id, name, owner_name, can_read, can_write, because, because_write))

std::vector<FieldRule> field_rules(CheckDuplicate const*) {
    return {{"name", "客户名称", {.max_length = 100}, "宏达科技有限公司"},
            {"mobile", "电话", {.max_length = 30}, "13800138000"},
            {"credit_code", "统一社会信用代码", {.max_length = 18}, "91320594MA1MXQ8K73"}};
}
std::vector<FieldRule> field_rules(ExplainNamed const*) {
    return {{"name", "客户名称", {.max_length = 100}}, {"user_id", "员工", {.max_length = 64}}};
}

std::vector<CustomerId> holders_of(operation::Context& ctx, std::string_view kind, std::string const& value) {
    if (value.empty()) return {};
    return ctx.sql().values<CustomerId>(
        "select object_id from duplicate_key where tenant_id = :tenant and object = 'customer' and kind = :kind and "
        "value = :value order by object_id limit :most",
        {bind("tenant", ctx.tenant()), bind("kind", kind), bind("value", value), bind("most", most_told)});
}

std::optional<CustomerId> named_exactly(operation::Context& ctx, std::string const& words) {
    if (auto const found = holders_of(ctx, "name_core", name_core(words)); !found.empty()) return found.front();
    auto const phone = normal_phone(words);
    if (!phone || operation::is_hidden(ctx.actor(), "customer", "mobile")) return std::nullopt;
    auto const found = holders_of(ctx, "mobile", *phone);
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::optional<Duplicate> told(operation::Context& ctx, CustomerId id, std::string matched) {
    auto const rules = duplicate_rules(ctx, DuplicateObject::customer);
    auto const found =
        tell_found(ctx, {DuplicateWith::customer, id.value(), {}}, {rules.shows_name, rules.shows_owner});
    if (!found) return std::nullopt;
    auto duplicate = Duplicate{};
    if (found->is_seen) duplicate.id = id;
    duplicate.name = found->name;
    duplicate.owner_name = found->owner_name;
    duplicate.in_high_sea = found->knows_owner && !found->owner_name;
    duplicate.high_sea_name = found->high_sea;
    duplicate.is_closed = found->is_closed;
    duplicate.last_follow_at = found->last_follow_at;
    if (found->is_seen) duplicate.offers.emplace_back("open");
    if (found->can_claim) duplicate.offers.emplace_back("claim");
    if (!found->is_seen && found->owner_name) duplicate.offers.emplace_back("contact_owner");
    duplicate.matched = std::move(matched);
    return duplicate;
}

Result<Duplicates> check_duplicate(operation::Context& ctx, CheckDuplicate const& input) {
    if (!input.name && !input.mobile && !input.credit_code)
        return invalid_field("name", "名称、电话和统一社会信用代码至少填写一个");
    auto found = Duplicates{};
    auto known = std::set<CustomerId>{};
    auto const add = [&](std::string const& matched, std::vector<CustomerId> const& holders) {
        for (auto const id : holders)
            if (known.insert(id).second)
                if (auto one = told(ctx, id, matched)) found.items.push_back(std::move(*one));
    };
    if (input.name) add("name", holders_of(ctx, "name_core", name_core(*input.name)));
    if (input.mobile) {
        auto const phone = normal_phone(*input.mobile);
        if (!phone) return invalid_field("mobile", "不是有效的电话：手机 11 位，座机带区号，例如 0512-66001234");
        add("mobile", holders_of(ctx, "mobile", *phone));
    }
    if (input.credit_code) {
        auto const code = normal_credit_code(*input.credit_code);
        if (!code) return invalid_field("credit_code", "不是有效的统一社会信用代码：18 位数字或大写字母");
        add("credit_code", holders_of(ctx, "credit_code", *code));
    }
    if (!input.name) return found;
    auto const near = search_customers(ctx, {*input.name, most_similar + 1});
    if (!near) return near.error();
    for (auto const& customer : near->items)
        if (!known.contains(customer.id) && std::ssize(found.similar) < most_similar) found.similar.push_back(customer);
    return found;
}

// What somebody asks about is one of the customers that he sees, or has exactly this name.
std::optional<CustomerId> asked_for(operation::Context& ctx, std::string const& words) {
    if (auto const exact = named_exactly(ctx, words)) return exact;
    auto const seen = search_customers(ctx, {words, 2});
    if (!seen || seen->items.size() != 1) return std::nullopt;
    return seen->items.front().id;
}

void judge(operation::AccessScope const& scope, CustomerId id, ExplainedName& explained) {
    auto read = scope.explain("customer", Power::read, id.value()).value();
    auto write = scope.explain("customer", Power::write, id.value()).value();
    explained.can_read = read.is_allowed;
    explained.can_write = write.is_allowed;
    explained.because = std::move(read.because);
    explained.because_write = std::move(write.because);
}

Result<ExplainedName> explain_named(operation::Context& ctx, ExplainNamed const& input) {
    auto const is_oneself = !input.user_id || *input.user_id == ctx.actor().user_id;
    if (!is_oneself && !ctx.may("org.manage"))
        return Error{Errc::forbidden, "permission", "只有管理员可以查询他人的数据权限"};
    auto explained = ExplainedName{};
    auto const id = asked_for(ctx, input.name);
    if (!id) return explained;
    auto const duplicate = told(ctx, *id, "name").value();
    if (!duplicate.id && !ctx.may("customer.create")) return explained;
    explained.id = duplicate.id;
    explained.name = duplicate.name;
    explained.owner_name = duplicate.owner_name;
    if (is_oneself) {
        judge(ctx.scope(), *id, explained);
        return explained;
    }
    auto const other = operation::load_actor(ctx.sql(), ctx.tenant(), *input.user_id, ctx.actor().channel);
    if (!other && other.error().code == Errc::not_found) return invalid_field("user_id", "没有这位员工");
    if (other)
        judge(ctx.scope_of(*other), *id, explained);
    else
        explained.because = explained.because_write = {"账号已停用"};
    return explained;
}

constexpr Operation<CheckDuplicate, Duplicates> customer_check_duplicate{
    "customer.check_duplicate",      "客户查重", "customer.create", Effect::reads, check_duplicate,
    {"GET", "/customers/duplicates"}};
constexpr Operation<ExplainNamed, ExplainedName> customer_explain_named{
    "customer.explain_named", "解释能否看到客户", "self", Effect::reads, explain_named, {}};

}  // namespace

void add_duplicate_operations(operation::Catalogue& catalogue) {
    catalogue.add(customer_check_duplicate);
    catalogue.add(customer_explain_named);
}

}  // namespace wescrm::sales
