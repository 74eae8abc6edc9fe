#include "operations.hpp"

#include "../followups.hpp"
#include "offers.hpp"
#include "pool_views.hpp"

#include <wescrm/operation/pool_seats.hpp>
#include <wescrm/sales/customer.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

std::vector<FieldRule> pool_fields() {
    return {{"name", "公海名称", {.max_length = 50}, "华东客户公海"},
            {"object", "对象"},
            {"enabled", "启用"},
            {"position", "优先级"},
            {"is_open", "全员可见"},
            {"members_claim", "成员可领取"},
            {"may_return", "允许退回"},
            {"may_move", "允许移出"},
            {"claim_daily_limit", "每日领取上限", {}, "20"},
            {"holding_cap", "持有上限", {}, "200"},
            {"cooldown_days", "前负责人限制天数", {}, "7"},
            {"quiet_hours", "新入池保护小时"},
            {"claims_per_record", "每人领取同一记录次数"},
            {"assign_days", "未分配提醒天数"},
            {"view_daily_limit", "每日查看上限", {}, "50"},
            {"fair_minutes", "公平领取的等待分钟", {}, "10"},
            {"may_extend", "可申请延期"},
            {"extension_days", "每次延期最多天数", {.min = 1, .max = 365}, "90"},
            {"extension_times", "每人每条最多延期次数", {.min = 1, .max = 20}, "2"},
            {"hidden_fields", "领取前隐藏的字段", {.max_items = 50}},
            {"rules", "自动回收规则", {.max_items = 20}},
            {"member_user_ids", "成员", {.max_items = 1'000}},
            {"member_department_ids", "成员部门", {.max_items = 200}},
            {"member_role_ids", "成员角色", {.max_items = 50}},
            {"admin_user_ids", "公海管理员", {.max_items = 50}},
            {"admin_role_ids", "管理员角色", {.max_items = 50}}};
}

constexpr Operation<CreateHighSea, HighSeaDetail> high_sea_create{
    "high_sea.create", "新建公海", "high_sea.manage", Effect::writes, create_high_sea, {"POST", "/high-seas", 201}};
constexpr Operation<OneHighSea, HighSeaDetail> high_sea_show{
    "high_sea.show", "查看公海", "high_sea.view", Effect::reads, show_high_sea, {"GET", "/high-seas/{id}"}};
constexpr Operation<ListHighSeas, HighSeaPage> high_sea_list{"high_sea.list", "公海列表",     "high_sea.view",
                                                             Effect::reads,   list_high_seas, {"GET", "/high-seas"}};
constexpr Operation<ChangeHighSea, HighSeaDetail> high_sea_change{
    "high_sea.change", "修改公海", "high_sea.manage", Effect::writes, change_high_sea, {"PATCH", "/high-seas/{id}"}};
constexpr Operation<OneHighSea, HighSeaDetail> high_sea_disable{
    "high_sea.disable", "停用公海",       "high_sea.manage",
    Effect::confirms,   disable_high_sea, {"POST", "/high-seas/{id}/disable"}};
constexpr Operation<OneHighSea, HighSeaDetail> high_sea_enable{"high_sea.enable", "启用公海",
                                                               "high_sea.manage", Effect::writes,
                                                               enable_high_sea,   {"POST", "/high-seas/{id}/enable"}};
constexpr Operation<OneHighSea, Nothing> high_sea_delete{"high_sea.delete", "删除公海",
                                                         "high_sea.manage", Effect::confirms,
                                                         delete_high_sea,   {"DELETE", "/high-seas/{id}", 204}};

constexpr Operation<ClaimRecord, CustomerDetail> customer_claim{
    "customer.claim", "领取客户", "customer.claim", Effect::writes, nullptr, {"POST", "/customers/{id}/claim"}};
constexpr Operation<ReleaseRecord, CustomerDetail> customer_release{
    "customer.release", "退回公海", "customer.release", Effect::confirms, nullptr, {"POST", "/customers/{id}/release"}};
constexpr Operation<ReleaseRecord, CustomerDetail> customer_recall{
    "customer.recall", "收回客户", "customer.view", Effect::confirms, nullptr, {"POST", "/customers/{id}/recall"}};
constexpr Operation<MoveRecord, CustomerDetail> customer_move{
    "customer.move", "移到其他公海", "customer.view", Effect::writes, nullptr, {"POST", "/customers/{id}/move"}};

// Who acts may see the record no longer: he is answered what it has become all the same.
Result<CustomerDetail> answered(operation::Context& ctx, RecordId id, Result<void> const& done) {
    if (!done) return done.error();
    return detail_of(ctx, CustomerId{id.value()});
}

void add_customer_verbs(operation::Catalogue& catalogue, std::vector<PoolFollower> const& followers) {
    constexpr auto object = PoolObject::customer;
    catalogue.add(customer_claim, [](operation::Context& ctx, ClaimRecord const& input) {
        auto const claimed = claim_record(ctx, object, input.id.value(), input.duplicate_reason, input.over_cap_reason);
        if (!claimed) return Result<CustomerDetail>{claimed.error()};
        auto shown = detail_of(ctx, CustomerId{input.id.value()});
        shown.claim_decided_at = claimed->decided_at;
        return Result<CustomerDetail>{std::move(shown)};
    });
    catalogue.add(customer_release, [followers](operation::Context& ctx, ReleaseRecord const& input) {
        return answered(ctx, input.id,
                        release_record(ctx, object, input.id.value(), input.high_sea_id, input.reason, followers));
    });
    catalogue.add(customer_recall, [followers](operation::Context& ctx, ReleaseRecord const& input) {
        return answered(ctx, input.id,
                        recall_record(ctx, object, input.id.value(), input.high_sea_id, input.reason, followers));
    });
    catalogue.add(customer_move, [followers](operation::Context& ctx, MoveRecord const& input) {
        return answered(
            ctx, input.id,
            move_record(ctx, object, input.id.value(), input.high_sea_id, input.reason.value_or(""), followers));
    });
}

}  // namespace

std::vector<FieldRule> field_rules(HighSeaRule const*) {
    return {{"kind", "规则"},
            {"enabled", "启用"},
            {"days", "天数", {}, "30"},
            {"renewal_days", "跟进续期天数"},
            {"max_days", "最长保护天数"},
            {"level", "级别", {.max_length = 20}},
            {"warn_days", "提前提醒天数", {.max_items = 5}},
            {"superior_step", "剩余几天起同时提醒上级", {.min = 1, .max = 365}},
            {"exempt", "豁免", {.max_items = 20}},
            {"working_days", "按工作日计算"},
            {"min_content", "有效跟进的最少字数", {.min = 0, .max = 2'000}},
            {"methods", "有效跟进的方式", {.max_items = 10}},
            {"origins", "适用的获得方式", {.max_items = 4}},
            {"times", "至少跟进次数", {.min = 1, .max = 100}, "2"}};
}

std::vector<FieldRule> field_rules(CreateHighSea const*) { return pool_fields(); }
std::vector<FieldRule> field_rules(ChangeHighSea const*) {
    auto rules = pool_fields();
    std::erase_if(rules, [](FieldRule const& rule) { return rule.name == "object"; });
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}

void add_high_sea_operations(operation::Catalogue& catalogue, std::vector<PoolFollower> followers,
                             RecommendConfig const& recommend, MatchWeights const& weights) {
    catalogue.add(high_sea_create);
    catalogue.add(high_sea_show);
    catalogue.add(high_sea_list);
    catalogue.add(high_sea_change);
    catalogue.add(high_sea_disable);
    catalogue.add(high_sea_enable);
    catalogue.add(high_sea_delete);
    add_customer_verbs(catalogue, followers);
    add_pool_lists(catalogue);
    add_recommended(catalogue, recommend, weights);
    add_batches(catalogue, followers);
    add_dry_run(catalogue);
    add_extensions(catalogue);
    add_offers(catalogue, followers);
    add_protection(catalogue);
    add_calendar(catalogue);
    add_holding_caps(catalogue);
}

void add_reader_terms(operation::ReaderTerms& terms) {
    for (auto const* kind : {"customer", "lead", "contact"}) {
        auto const is_part = std::string_view{kind} == "contact";
        auto const among = [is_part](bool only_admins) {
            auto const pools =
                " = any(array(" + operation::pools_with_seat(":scope_tenant", ":scope_me", only_admins) + "))";
            if (!is_part) return "{r}.high_sea_id" + pools;
            return "{r}.customer_id in (select seat_c.id from customer seat_c where seat_c.tenant_id = :scope_tenant "
                   "and seat_c.high_sea_id" +
                   pools + ")";
        };
        terms.add({kind, among(false), false, "是所在公海的成员", "不是所在公海的成员"});
        terms.add({kind, among(true), true, "是所在公海的管理员", "不是所在公海的管理员"});
    }
}

}  // namespace wescrm::sales
