#include "../customers.hpp"
#include "../high_sea/pools.hpp"
#include "entering.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>

// What somebody is told of records that may be the one at hand: no more than the company lets strangers know, and never
// how to reach anybody.
namespace wescrm::sales {
namespace {

using database::bind;

struct Row {
    std::string no;
    std::string name;
    std::optional<std::string> owner_name;
    std::string high_sea;
    std::optional<HighSeaId> high_sea_id;
    bool is_closed = false;
    std::optional<Instant> last_follow_at;
    std::string customer_name;
};
BOOST_DESCRIBE_STRUCT(Row, (), (no, name, owner_name, high_sea, high_sea_id, is_closed, last_follow_at, customer_name))

std::string_view object_of(DuplicateWith with) {
    if (with == DuplicateWith::lead) return "lead";
    return with == DuplicateWith::contact ? "contact" : "customer";
}

std::string_view title_of(DuplicateWith with) {
    if (with == DuplicateWith::lead) return "线索";
    return with == DuplicateWith::contact ? "联系人" : "客户";
}

std::string rows_of(DuplicateWith with) {
    auto const owner = std::string{
        "(select e.name from employee e where e.tenant_id = r.tenant_id and e.id = r.owner_id), coalesce((select "
        "h.name from high_sea h where h.tenant_id = r.tenant_id and h.id = r.high_sea_id), ''), r.high_sea_id, "};
    if (with == DuplicateWith::lead)
        return "select r.no, r.name, " + owner + "false, r.last_follow_at, '' from lead r where ";
    if (with != DuplicateWith::contact)
        return "select r.no, r.name, " + owner +
               "r.deal_status = 'closed', r.last_follow_at, '' from customer r where ";
    return "select '', r.name, (select e.name from employee e where e.tenant_id = c.tenant_id and e.id = c.owner_id), "
           "'', null::bigint, false, c.last_follow_at, c.name from contact r join customer c on c.tenant_id = "
           "r.tenant_id and c.id = "
           "r.customer_id where ";
}

// "，由 李 负责"; nothing if the actor may not know.
std::string held_by(DuplicateFound const& found) {
    if (!found.knows_owner) return {};
    if (found.owner_name) return "，由 " + *found.owner_name + " 负责";
    auto const pool = std::string{found.with == DuplicateWith::lead ? "，在线索池" : "，在公海"};
    return pool + (found.high_sea.empty() ? "" : "「" + found.high_sea + "」") + "中";
}

std::string followed(operation::Context& ctx, DuplicateFound const& found) {
    if (!found.last_follow_at) return {};
    return "，最近跟进 " + format_for_people(*found.last_follow_at, ctx.zone(), ctx.now(), false);
}

// "名称、手机相同"
std::string common_ground(DuplicateHit const& hit) {
    auto const& kinds = hit.kinds;
    auto const is_among = [&kinds](DuplicateKinds const& usual) { return std::ranges::includes(usual, kinds); };
    // Which of the two it is, is nothing for somebody who may not see phones.
    if (hit.with == DuplicateWith::lead && is_among({DuplicateKind::mobile, DuplicateKind::person}))
        return "电话或联系人相同";
    if (hit.with != DuplicateWith::contact && is_among({DuplicateKind::name_core, DuplicateKind::mobile}))
        return "名称或电话相同";
    auto words = std::vector<std::string>{};
    for (auto const kind : kinds)
        if (auto word = std::string{word_of(kind)}; std::ranges::find(words, word) == words.end())
            words.push_back(std::move(word));
    return text::join(words, "、") + "相同";
}

std::string blocked_by(operation::Context& ctx, DuplicateObject object, DuplicateHit const& hit,
                       DuplicateFound const& found) {
    auto const title = std::string{title_of(found.with)};
    if (object == DuplicateObject::contact && found.is_seen &&
        hit.kinds == DuplicateKinds{DuplicateKind::customer_mobile})
        return "这个客户已有同一电话的联系人「" + found.name + "」";
    auto const of_customer = found.customer_name.empty() ? std::string{} : "，在客户「" + found.customer_name + "」下";
    auto const number = found.no.empty() ? std::string{} : "（" + found.no + "）";
    auto const claim = std::string{found.can_claim ? "，您可以去领取" : ""};
    if (found.is_seen)
        return "已有" + title + "「" + found.name + "」" + number + of_customer + held_by(found) + claim +
               "，没有重复新建";
    auto const whom = held_by(found).empty() || !found.owner_name ? "管理员" : "负责人";
    return "公司里已有" + common_ground(hit) + "的" + title + "「" + found.name + "」" + held_by(found) +
           followed(ctx, found) + (found.can_claim ? claim : std::string{"；如需协作请联系"} + whom);
}

}  // namespace

std::optional<DuplicateFound> tell_found(operation::Context& ctx, DuplicateHit const& hit,
                                         DuplicateSight const& sight) {
    auto const row = ctx.sql().record<Row>(rows_of(hit.with) + "r.tenant_id = :tenant and r.id = :id",
                                           {bind("tenant", ctx.tenant()), bind("id", hit.id)});
    if (!row) return std::nullopt;
    auto found = DuplicateFound{};
    found.with = hit.with;
    found.id = hit.id;
    auto const object = object_of(hit.with);
    found.is_seen = ctx.scope().allows(object, operation::Power::read, hit.id);
    found.name = found.is_seen || sight.shows_name ? row->name : masked_name(row->name);
    if (found.is_seen) {
        found.no = row->no;
        found.customer_name = row->customer_name;
    }
    auto const record = hit.with == DuplicateWith::lead ? "lead" : "customer";
    found.knows_owner = (found.is_seen || sight.shows_owner) &&
                        !operation::is_hidden(ctx.actor(), record, "owner_name") &&
                        !operation::is_hidden(ctx.actor(), record, "owner_user_id");
    if (found.knows_owner) {
        found.owner_name = row->owner_name;
        found.high_sea = row->high_sea;
        found.can_claim = row->high_sea_id && hit.with != DuplicateWith::contact &&
                          ctx.may(std::string{record} + ".claim") && Pools{ctx}.seat(*row->high_sea_id).is_any();
    }
    found.is_closed = row->is_closed && !operation::is_hidden(ctx.actor(), "customer", "deal_status");
    if (!operation::is_hidden(ctx.actor(), record, "last_follow_at")) found.last_follow_at = row->last_follow_at;
    return found;
}

std::string sentence_of(operation::Context& ctx, DuplicateFound const& found) {
    auto const state = found.is_closed ? "，已成交" : "";
    auto const number = found.no.empty() ? std::string{} : "（" + found.no + "）";
    auto const claim = found.can_claim ? "，您可以去领取" : "";
    return std::string{title_of(found.with)} + "「" + found.name + "」" + number + held_by(found) + state +
           followed(ctx, found) + claim;
}

Error refusal_of(operation::Context& ctx, DuplicateObject object, DuplicateVerdict const& verdict,
                 DuplicateSight const& sight) {
    constexpr std::size_t most_told = 5;
    auto const is_blocked = verdict.action == DuplicateAction::block;
    auto message = std::string{};
    auto fields = std::vector<FieldError>{};
    for (auto const& hit : verdict.hits) {
        auto const found = tell_found(ctx, hit, sight);
        if (!found || fields.size() == most_told) continue;
        auto sentence = is_blocked ? blocked_by(ctx, object, hit, *found)
                                   : sentence_of(ctx, *found) + "（" + common_ground(hit) + "）";
        if (message.empty()) message = sentence;
        fields.push_back({"duplicates[" + std::to_string(fields.size()) + "]", std::move(sentence)});
    }
    if (is_blocked && message.empty())
        return {Errc::conflict, "duplicate", "公司里刚刚有人录入了同一条记录，请稍后再查"};
    if (is_blocked) return {Errc::conflict, "duplicate", std::move(message), std::move(fields)};
    return {Errc::conflict, "possible_duplicate", "可能已有：" + message + "。确认不是同一个，请写明原因再保存",
            std::move(fields)};
}

}  // namespace wescrm::sales
