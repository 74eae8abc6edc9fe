#include "side.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "values.hpp"

#include <algorithm>

namespace wescrm::pages::record {
namespace {

constexpr int leads_shown = 20;
constexpr std::int64_t deepest_shown = 5;
constexpr auto undo_kept_for = hours{24};

struct SideRow {
    std::string title;
    std::string href{};
    std::string sub{};
    std::string tag{};
    std::string tone{};
    std::string figure{};
    std::int64_t depth = 0;
    bool is_current = false;
};

json::Value row_view(SideRow const& row, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    json::set(view, "cr_title", row.title, allocator);
    json::set(view, "cr_href", row.href, allocator);
    json::set(view, "cr_sub", row.sub, allocator);
    json::set(view, "cr_tag", row.tag, allocator);
    json::set(view, "cr_tone", row.tone, allocator);
    json::set(view, "cr_figure", row.figure, allocator);
    json::set(view, "cr_deep", std::to_string(std::min(row.depth, deepest_shown)), allocator);
    json::set(view, "cr_current", json::Value{row.is_current}, allocator);
    return view;
}

/// A card on its way.
struct Card {
    std::string title;
    std::vector<SideRow> rows{};
    std::string figure{};
    std::string hint{};
    std::string action_title{};
    std::string action_href{};
};

void push(json::Value& cards, Card const& card, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    auto rows = json::Value{rapidjson::kArrayType};
    for (auto const& row : card.rows) rows.PushBack(row_view(row, allocator), allocator);
    json::set(view, "card_title", card.title, allocator);
    json::set(view, "card_figure", card.figure, allocator);
    json::set(view, "card_hint", card.hint, allocator);
    json::set(view, "card_rows", std::move(rows), allocator);
    json::set(view, "card_action_title", card.action_title, allocator);
    json::set(view, "card_action_href", card.action_href, allocator);
    json::set(view, "card_dialog", json::Value{card.action_href.find("/do/") != std::string::npos}, allocator);
    cards.PushBack(std::move(view), allocator);
}

// ---- customers

void add_family(web::PageCall& call, json::Value& cards, json::Allocator& allocator) {
    auto const id = call.path("id");
    auto const found = call.perform("customer.family", input_of({{"id", id}}));
    if (!found || (*found)["items"].Size() < 2) return;
    auto card = Card{"集团结构"};
    for (auto const& member : (*found)["items"].GetArray()) {
        auto row = SideRow{text_of(member, "name"), "/app/customers/" + text_of(member, "id")};
        row.sub = text_of(member, "relation");
        if (auto const owner = text_of(member, "owner_name"); !owner.empty())
            row.sub += (row.sub.empty() ? "" : " · ") + owner;
        if (text_of(member, "deal_status") == "closed") {
            row.tag = "已成交";
            row.tone = "ok";
        }
        row.depth = json::find_integer(member, "depth").value_or(0);
        row.is_current = text_of(member, "id") == id;
        card.rows.push_back(std::move(row));
    }
    push(cards, card, allocator);
}

SideRow lead_row(web::PageCall const& call, json::Value const& lead) {
    auto row = SideRow{text_of(lead, "name"), "/app/leads/" + text_of(lead, "id")};
    row.sub = text_of(lead, "no");
    if (auto const when = short_time(lead, "converted_at", call.ctx.zone(), call.ctx.now()); !when.empty())
        row.sub += " · 转化 " + when;
    return row;
}

// Where a customer came from; the lead of which an opportunity was made is that one's main lead.
void add_leads_of_customer(web::PageCall& call, json::Value& cards, json::Allocator& allocator) {
    if (!usable(call, "lead.list")) return;
    auto input = input_of({{"customer_id", call.path("id")}, {"sort", "created_at"}});
    json::set(input, "limit", json::Value{leads_shown}, input.GetAllocator());
    auto const found = call.perform("lead.list", input);
    if (!found || (*found)["items"].Empty()) return;
    auto card = Card{"来源线索"};
    card.hint = "线索上的跟进已列入时间线";
    for (auto const& lead : (*found)["items"].GetArray()) {
        auto row = lead_row(call, lead);
        if (json::find_string(lead, "opportunity_id")) {
            row.tag = "主线索";
            row.tone = "info";
        }
        card.rows.push_back(std::move(row));
    }
    push(cards, card, allocator);
}

void add_merges(web::PageCall& call, json::Value& cards, json::Allocator& allocator) {
    if (!usable(call, "customer.undo_merge")) return;
    auto const found = call.perform("customer.merges", input_of({{"id", call.path("id")}}));
    if (!found || (*found)["items"].Empty()) return;
    auto card = Card{"最近的合并"};
    card.hint = "24 小时内可以撤销最近的一次";
    for (auto const& merge : (*found)["items"].GetArray())
        card.rows.push_back(
            {text_of(merge, "label"), "",
             text_of(merge, "by_name") + " · " + short_time(merge, "at", call.ctx.zone(), call.ctx.now())});
    if (json::find_bool((*found)["items"][0], "may_undo").value_or(false)) {
        card.action_title = "撤销合并";
        card.action_href = "/app/customers/" + call.path("id") + "/do/undo_merge";
    }
    push(cards, card, allocator);
}

// ---- leads

std::string gained_by(std::string const& kind) {
    if (kind == "create") return "自己新建";
    if (kind == "claim") return "从线索池领取";
    return kind == "assign" ? "分配给他" : "转移给他";
}

// What was assigned to the visitor and may still go back.
void add_offer(web::PageCall& call, std::string const& object, json::Value& cards, json::Allocator& allocator) {
    auto const found =
        call.perform("assignment_offer.list", input_of({{"object", object}, {"object_id", call.path("id")}}));
    if (!found || (*found)["items"].Empty()) return;
    auto const& offer = (*found)["items"][0];
    auto card = Card{"分配给您，请确认"};
    card.rows.push_back({text_of(offer, "assigner_name") + " 分配", "", text_of(offer, "given_reason")});
    card.hint = short_time(offer, "decline_until", call.ctx.zone(), call.ctx.now()) + " 前可以不接受";
    card.action_title = "接受或不接受";
    card.action_href = "/app/requests";
    push(cards, card, allocator);
}

// Why it is his.
void add_reason_of_owner(web::PageCall& call, json::Value const& lead, json::Value& cards, json::Allocator& allocator) {
    auto const reason = text_of(lead, "assign_reason");
    auto const owner = text_of(lead, "owner_name");
    if (owner.empty() && reason.empty()) return;
    auto card = Card{owner.empty() ? "为什么在线索池" : "为什么由 " + owner + " 负责"};
    auto row = SideRow{owner.empty() ? reason : gained_by(text_of(lead, "acquired_kind"))};
    row.sub = short_time(lead, "acquired_at", call.ctx.zone(), call.ctx.now());
    if (!owner.empty() && !reason.empty()) row.sub += " · " + reason;
    card.rows.push_back(std::move(row));
    if (call.ctx.may("high_sea.manage")) {
        card.action_title = "分配规则";
        card.action_href = "/admin/lead-assignment";
    }
    push(cards, card, allocator);
}

void add_score(web::PageCall& call, json::Value const& lead, json::Value& cards, json::Allocator& allocator) {
    auto const* reasons = json::find(lead, "score_reasons");
    if (!reasons || !reasons->IsArray()) return;
    auto card = Card{"线索评分"};
    card.figure = std::to_string(json::find_integer(lead, "score").value_or(0));
    if (reasons->Empty()) card.hint = "还没有满足任何评分规则";
    for (auto const& reason : reasons->GetArray()) {
        auto const points = json::find_integer(reason, "points").value_or(0);
        auto row = SideRow{text_of(reason, "name")};
        row.figure = (points > 0 ? "+" : "") + std::to_string(points);
        card.rows.push_back(std::move(row));
    }
    if (call.ctx.may("high_sea.manage")) {
        card.action_title = "评分规则";
        card.action_href = "/admin/lead-scores";
    }
    push(cards, card, allocator);
}

void add_conversion(web::PageCall& call, json::Value const& lead, json::Value& cards, json::Allocator& allocator) {
    auto const converted = json::find_string(lead, "converted_at");
    auto const at = converted ? parse_rfc3339(*converted) : std::nullopt;
    if (!at) return;
    auto card = Card{"已转化"};
    card.hint = short_time(*at, call.ctx.zone(), call.ctx.now());
    if (auto const id = text_of(lead, "customer_id"); !id.empty()) {
        auto const customer = call.perform("customer.show", input_of({{"id", id}}));
        card.rows.push_back({customer ? text_of(*customer, "name") : "客户（您看不到它）",
                             customer ? "/app/customers/" + id : "", "客户"});
    }
    if (auto const id = text_of(lead, "contact_id"); !id.empty())
        if (auto const contact = call.perform("contact.show", input_of({{"id", id}})))
            card.rows.push_back({text_of(*contact, "name"), "/app/contacts/" + id, "联系人"});
    if (auto const id = text_of(lead, "opportunity_id"); !id.empty())
        if (auto const opportunity = call.perform("opportunity.show", input_of({{"id", id}})))
            card.rows.push_back({text_of(*opportunity, "name"), "/app/opportunities/" + id, "商机，主线索是这一条"});
    if (*at + undo_kept_for > call.ctx.now() && usable(call, "lead.undo_conversion")) {
        card.action_title = "撤销转化";
        card.action_href = "/app/leads/" + call.path("id") + "/do/undo_conversion";
    }
    push(cards, card, allocator);
}

// ---- opportunities

void add_leads_of_opportunity(web::PageCall& call, json::Value const& opportunity, json::Value& cards,
                              json::Allocator& allocator) {
    if (!usable(call, "lead.show")) return;
    auto card = Card{"来源线索"};
    auto const add = [&](std::string const& id, bool is_main) {
        auto const lead = call.perform("lead.show", input_of({{"id", id}}));
        if (!lead) return;
        auto row = lead_row(call, *lead);
        if (is_main) {
            row.tag = "主线索";
            row.tone = "info";
        }
        card.rows.push_back(std::move(row));
    };
    if (auto const id = text_of(opportunity, "main_lead_id"); !id.empty()) add(id, true);
    if (auto const* others = json::find(opportunity, "secondary_lead_ids"); others && others->IsArray())
        for (auto const& id : others->GetArray())
            if (id.IsString()) add(std::string{json::view(id)}, false);
    if (!card.rows.empty()) push(cards, card, allocator);
}

// "2 天", "5 小时": how long an opportunity stayed.
std::string duration_of(std::chrono::seconds stayed) {
    auto const whole = std::chrono::duration_cast<hours>(stayed).count();
    if (whole < 1) return "不到 1 小时";
    return whole < 24 ? std::to_string(whole) + " 小时" : std::to_string(whole / 24) + " 天";
}

// The way through the stages, the latest first, with the time spent in each.
void add_stages(web::PageCall& call, json::Value const& opportunity, json::Value& cards, json::Allocator& allocator) {
    auto const found = call.perform("opportunity.history", input_of({{"id", call.path("id")}}));
    if (!found || (*found)["items"].Empty()) return;
    auto card = Card{"阶段历程"};
    auto stayed = std::string{};
    if (text_of(opportunity, "status") == "open")
        if (auto const since = parse_rfc3339(text_of(opportunity, "stage_entered_at")))
            stayed = duration_of(std::chrono::duration_cast<std::chrono::seconds>(call.ctx.now() - *since));
    auto const& items = (*found)["items"];
    for (auto n = items.Size(); n-- > 0;) {
        auto row = SideRow{text_of(items[n], "to_stage_name")};
        row.sub = short_time(items[n], "at", call.ctx.zone(), call.ctx.now()) + " · " + text_of(items[n], "user_name");
        if (auto const reason = text_of(items[n], "reason"); !reason.empty()) row.sub += " · " + reason;
        if (auto const who = text_of(items[n], "approved_by"); !who.empty()) row.sub += " · " + who + " 审批通过";
        row.figure = stayed;
        row.is_current = n + 1 == items.Size();
        stayed = duration_of(std::chrono::seconds{json::find_integer(items[n], "seconds").value_or(0)});
        card.rows.push_back(std::move(row));
    }
    push(cards, card, allocator);
}

}  // namespace

std::string customer_label(web::PageCall const& call, std::string_view field) {
    auto const* entry = call.operations.catalogue().find("customer.create");
    auto const* found = entry ? find_field(*entry, field) : nullptr;
    return found ? found->label : std::string{field};
}

json::Value side_cards(web::PageCall& call, Kind const& kind, json::Value const& record, json::Allocator& allocator) {
    auto cards = json::Value{rapidjson::kArrayType};
    if (kind.object == "customer" || kind.object == "lead") add_offer(call, std::string{kind.object}, cards, allocator);
    if (kind.object == "customer") {
        add_merges(call, cards, allocator);
        add_family(call, cards, allocator);
        add_leads_of_customer(call, cards, allocator);
    }
    if (kind.object == "lead") {
        add_conversion(call, record, cards, allocator);
        add_reason_of_owner(call, record, cards, allocator);
        add_score(call, record, cards, allocator);
    }
    if (kind.object == "opportunity") {
        add_stages(call, record, cards, allocator);
        add_leads_of_opportunity(call, record, cards, allocator);
    }
    return cards;
}

}  // namespace wescrm::pages::record
