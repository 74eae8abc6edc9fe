#include "../figures.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"
#include "pool_pages.hpp"
#include "pool_words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

// 公海: what lies in a pool and may be claimed; its administrators hand it out and see its figures.
namespace wescrm::pages {
namespace {

constexpr int pool_rows_shown = 25;
constexpr std::size_t most_chosen = 100;

Result<json::Document> pools_of(web::PageCall& call) {
    auto input = input_of({});
    json::set(input, "enabled", json::Value{true}, input.GetAllocator());
    json::set(input, "limit", json::Value{100}, input.GetAllocator());
    return call.perform("high_sea.list", input);
}

// The wanted pool, or the first one.
json::Value const* chosen_pool(json::Value const& pools, std::string const& wanted) {
    json::Value const* chosen = nullptr;
    for (auto const& pool : pools.GetArray())
        if (!chosen || json::find_string(pool, "id") == wanted) chosen = &pool;
    return chosen;
}

void add_pools(json::Value const& pools, std::string const& chosen, json::Value& data, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& pool : pools.GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(pool, "id").value_or("");
        json::set(option, "o_value", id, allocator);
        json::set(option, "o_title", json::find_string(pool, "name").value_or(""), allocator);
        json::set(option, "o_chosen", json::Value{id == chosen}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(data, "pools", std::move(options), allocator);
}

// The other pools of the same kind, to which records can be moved.
void add_pool_targets(json::Value const& pools, json::Value const& from, json::Value& data,
                      json::Allocator& allocator) {
    auto targets = json::Value{rapidjson::kArrayType};
    for (auto const& pool : pools.GetArray()) {
        if (json::find_string(pool, "object") != json::find_string(from, "object")) continue;
        if (json::find_string(pool, "id") == json::find_string(from, "id")) continue;
        auto target = json::Value{rapidjson::kObjectType};
        json::set(target, "to_id", json::find_string(pool, "id").value_or(""), allocator);
        json::set(target, "to_name", json::find_string(pool, "name").value_or(""), allocator);
        targets.PushBack(std::move(target), allocator);
    }
    json::set(data, "targets", std::move(targets), allocator);
}

// "61 分：同行业成交 6 家"; "" of a record that nothing recommends.
std::string match_text(json::Value const& row) {
    auto const reason = json::find_string(row, "match_reason").value_or("");
    if (reason.empty()) return {};
    return std::to_string(json::find_integer(row, "score").value_or(0)) + " 分：" + reason;
}

void add_pool_rows(web::PageCall& call, json::Value const& items, bool may_claim, json::Value& data,
                   json::Allocator& allocator) {
    auto rows = json::Value{};
    rows.CopyFrom(items, allocator);
    for (auto const* member : {"entered_at", "last_follow_at"})
        add_time_texts(rows, member, call.ctx.zone(), call.ctx.now(), allocator);
    for (auto& row : rows.GetArray()) {
        json::set(row, "entry_word", pool::entry_word(json::find_string(row, "entry").value_or("")), allocator);
        auto const entries = json::find_integer(row, "entries").value_or(0);
        json::set(row, "entries_text", entries > 0 ? std::to_string(entries) : "—", allocator);
        json::set(row, "row_claim", json::Value{may_claim}, allocator);
        json::set(row, "row_href",
                  (json::find_string(row, "object") == "lead" ? "/app/leads/" : "/app/customers/") +
                      json::find_string(row, "id").value_or(""),
                  allocator);
        json::set(row, "row_match", match_text(row), allocator);
        json::set(row, "row_id", json::find_string(row, "id").value_or(""), allocator);
        json::set(row, "row_name", json::find_string(row, "name").value_or(""), allocator);
    }
    json::set(data, "items", std::move(rows), allocator);
}

Result<json::Document> records_of(web::PageCall& call, std::string const& id) {
    auto input = input_of({{"id", id},
                           {"q", call.value("q")},
                           {"level", call.value("level")},
                           {"source", call.value("source")},
                           {"entry", call.value("entry")},
                           {"industry", call.value("industry")},
                           {"from", call.value("from")},
                           {"to", call.value("to")},
                           {"sort", call.value("sort")},
                           {"cursor", call.value("cursor")}});
    if (!call.value("ended").empty()) json::set(input, "is_ended", json::Value{true}, input.GetAllocator());
    json::set(input, "limit", json::Value{pool_rows_shown}, input.GetAllocator());
    return call.perform("high_sea.records", input);
}

bool is_recommended(web::PageCall& call) { return call.value("part") == "recommended"; }

Result<json::Document> recommended_of(web::PageCall& call, std::string const& id) {
    return call.perform("high_sea.recommended", input_of({{"id", id}}));
}

void add_parts(std::string const& id, bool is_recommended, json::Value& data, json::Allocator& allocator) {
    auto tabs = json::Value{rapidjson::kArrayType};
    for (auto const recommends : {false, true}) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_title", recommends ? "推荐给我" : "全部", allocator);
        json::set(tab, "tab_href", "/app/high-seas?pool=" + id + (recommends ? "&part=recommended" : ""), allocator);
        json::set(tab, "tab_current", json::Value{recommends == is_recommended}, allocator);
        tabs.PushBack(std::move(tab), allocator);
    }
    json::set(data, "tabs", std::move(tabs), allocator);
    json::set(data, "recommends", json::Value{is_recommended}, allocator);
}

void add_entries(std::string const& chosen, json::Value& data, json::Allocator& allocator) {
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const* entry : {"recycle", "return", "recall", "create", "import", "move"}) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "e_value", entry, allocator);
        json::set(option, "e_title", pool::entry_word(entry), allocator);
        json::set(option, "e_chosen", json::Value{chosen == entry}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    json::set(data, "entry_kinds", std::move(options), allocator);
}

// Not "level" itself: a row without one would show the filter's.
void add_pool_filters(web::PageCall& call, std::string_view object, json::Value& data, json::Allocator& allocator) {
    auto const is_set = [&call](std::string_view name) { return !call.value(name).empty(); };
    constexpr auto always = std::to_array<std::string_view>({"q", "level", "source", "industry", "entry"});
    constexpr auto below = std::to_array<std::string_view>({"from", "to", "ended"});
    for (auto const name : always) json::set(data, "filter_" + std::string{name}, call.value(name), allocator);
    for (auto const name : below) json::set(data, "filter_" + std::string{name}, call.value(name), allocator);
    json::set(data, "filter_lead", json::Value{object == "lead"}, allocator);
    auto const is_open = std::ranges::any_of(below, is_set);
    json::set(data, "more_open", json::Value{is_open}, allocator);
    json::set(data, "filtered", json::Value{is_open || std::ranges::any_of(always, is_set)}, allocator);
    add_entries(call.value("entry"), data, allocator);
}

// Pools that were switched off, for those who may switch them on again.
void add_disabled(web::PageCall& call, json::Value& data, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    auto input = input_of({});
    json::set(input, "enabled", json::Value{false}, input.GetAllocator());
    json::set(input, "limit", json::Value{100}, input.GetAllocator());
    if (auto const found = call.perform("high_sea.list", input))
        for (auto const& pool : (*found)["items"].GetArray()) {
            auto line = json::Value{rapidjson::kObjectType};
            json::set(line, "off_id", json::find_string(pool, "id").value_or(""), allocator);
            json::set(line, "off_name", json::find_string(pool, "name").value_or(""), allocator);
            list.PushBack(std::move(line), allocator);
        }
    json::set(data, "disabled_pools", std::move(list), allocator);
}

// Requests for more time that wait for the reader, "" if none does.
std::string waiting_extensions(web::PageCall& call) {
    constexpr int most_counted = 99;
    auto input = input_of({});
    json::set(input, "waiting", json::Value{true}, input.GetAllocator());
    json::set(input, "limit", json::Value{most_counted}, input.GetAllocator());
    auto const found = call.perform("recycle_extension.list", input);
    auto const number = found ? (*found)["items"].Size() : 0;
    return number == 0 ? std::string{} : std::to_string(number);
}

Result<web::View> show_pool(web::PageCall& call) {
    auto const pools = pools_of(call);
    if (!pools) return pools.error();
    auto view = web::View{};
    view.page = "pool/pool";
    view.title = "公海";
    auto& allocator = view.data.GetAllocator();
    for (auto const* list : {"pools", "items", "targets"})
        json::set(view.data, list, json::Value{rapidjson::kArrayType}, allocator);
    auto const may_manage = call.ctx.may("high_sea.manage");
    json::set(view.data, "may_manage", json::Value{may_manage}, allocator);
    if (may_manage) add_disabled(call, view.data, allocator);
    if (call.value("done") == "deleted") view.toast = "已删除公海";
    auto const* chosen = chosen_pool((*pools)["items"], call.value("pool"));
    if (!chosen) return view;
    auto const id = json::find_string(*chosen, "id").value_or("");
    auto const recommends = is_recommended(call);
    auto const found = recommends ? recommended_of(call, id) : records_of(call, id);
    if (!found) return found.error();
    auto shown = json::Value{};
    shown.CopyFrom(*chosen, allocator);
    auto const object = json::find_string(*chosen, "object").value_or("");
    auto const may_claim = call.ctx.may(object + ".claim");
    json::set(shown, "pool_id", id, allocator);
    json::set(shown, "measure", object == "lead" ? "条" : "家", allocator);
    json::set(shown, "may_claim", json::Value{may_claim}, allocator);
    auto const is_admin = json::find_bool(*chosen, "is_admin").value_or(false);
    json::set(shown, "may_assign", json::Value{is_admin || call.ctx.actor().is_administrator}, allocator);
    json::set(shown, "may_see_figures", json::Value{is_admin || call.ctx.may("high_sea.manage")}, allocator);
    json::set(view.data, "pool", std::move(shown), allocator);
    add_pools((*pools)["items"], id, view.data, allocator);
    add_parts(id, recommends, view.data, allocator);
    json::set(view.data, "lacks_deals",
              json::Value{recommends && !json::find_bool(*found, "has_deals").value_or(false)}, allocator);
    add_pool_targets((*pools)["items"], *chosen, view.data, allocator);
    add_pool_rows(call, (*found)["items"], may_claim, view.data, allocator);
    add_pool_filters(call, object, view.data, allocator);
    json::set(view.data, "waiting_extensions", waiting_extensions(call), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

void add_ids(web::PageCall& call, json::Document& input) {
    auto ids = json::Value{rapidjson::kArrayType};
    for (auto const& [name, value] : call.form)
        if (name == "id" && ids.Size() < most_chosen)
            ids.PushBack(json::make_string(value, input.GetAllocator()), input.GetAllocator());
    json::set(input, "ids", std::move(ids), input.GetAllocator());
}

// Each record by itself: what was refused is named with its reason and when it may be tried again.
Result<web::View> act_pool(web::PageCall& call, std::string_view operation, std::string_view done_word) {
    auto input = input_of({{"id", call.path("pool")}});
    add_ids(call, input);
    if (operation == "high_sea.assign") {
        auto const user = record::person_from(call, "user_id", call.value("user_id"));
        if (!user) return user.error();
        json::set(input, "user_id", *user, input.GetAllocator());
    }
    if (operation == "high_sea.move") json::set(input, "to_high_sea_id", call.value("to"), input.GetAllocator());
    auto const outcome = call.perform(operation, input);
    if (!outcome) return outcome.error();
    auto view = web::View{};
    view.page = "record/result";
    view.title = "公海";
    auto& allocator = view.data.GetAllocator();
    auto done = json::find_integer(*outcome, "done").value_or(0);
    auto waiting = std::int64_t{0};
    auto decided = std::string{};
    auto refusals = json::Value{rapidjson::kArrayType};
    for (auto const& item : (*outcome)["items"].GetArray()) {
        if (json::find_string(item, "decided_at")) {
            ++waiting;
            decided = short_time(item, "decided_at", call.ctx.zone(), call.ctx.now());
        }
        if (json::find_bool(item, "is_done").value_or(false)) continue;
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "refused_name", call.value("name:" + json::find_string(item, "id").value_or("")), allocator);
        json::set(line, "refused_because", json::find_string(item, "message").value_or(""), allocator);
        refusals.PushBack(std::move(line), allocator);
    }
    done -= waiting;
    auto const pool = call.perform("high_sea.show", input_of({{"id", call.path("pool")}}));
    auto const measure = std::string{pool && json::find_string(*pool, "object") == std::string{"lead"} ? "条" : "家"};
    auto text =
        done > 0 || waiting == 0 ? std::string{done_word} + " " + std::to_string(done) + " " + measure : std::string{};
    if (waiting > 0)
        text += (text.empty() ? "" : "，") + std::string{"已申请 "} + std::to_string(waiting) + " " + measure + "，" +
                decided + " 公布结果";
    json::set(view.data, "done_text", text, allocator);
    json::set(view.data, "measure", measure, allocator);
    json::set(view.data, "refused_count", refusals.Empty() ? "" : std::to_string(refusals.Size()), allocator);
    json::set(view.data, "refusals", std::move(refusals), allocator);
    json::set(view.data, "back", "/app/high-seas?pool=" + call.path("pool"), allocator);
    return view;
}

// "3.5 天", "6 小时"; "—" as long as nothing left the pool.
std::string stay_text(json::Value const& figures) {
    constexpr double hours_of_day = 24;
    auto const* value = json::find(figures, "median_stay_hours");
    if (!value || !value->IsNumber()) return "—";
    auto const hours = value->GetDouble();
    auto text = std::array<char, 32>{};
    if (hours < hours_of_day)
        std::snprintf(text.data(), text.size(), "%.0f 小时", hours);
    else
        std::snprintf(text.data(), text.size(), "%.1f 天", hours / hours_of_day);
    return text.data();
}

Result<web::View> statistics(web::PageCall& call) {
    auto const pool = call.perform("high_sea.show", input_of({{"id", call.path("pool")}}));
    if (!pool) return pool.error();
    auto const found =
        call.perform("high_sea.statistics",
                     input_of({{"id", call.path("pool")}, {"from", call.value("from")}, {"to", call.value("to")}}));
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "pool/statistics";
    view.title = "公海统计";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "name", json::find_string(*pool, "name").value_or(""), allocator);
    json::set(view.data, "pool_id", call.path("pool"), allocator);
    auto const count = [&](json::Value const& of, std::string_view name) {
        return json::find_integer(of, name).value_or(0);
    };
    auto held = std::int64_t{0};
    auto untouched = std::int64_t{0};
    for (auto const& person : view.data["people"].GetArray()) {
        held += count(person, "held");
        untouched += count(person, "untouched");
    }
    auto const gained = count(view.data, "claimed") + count(view.data, "assigned");
    json::set(view.data, "conversion_rate_text", share_text(count(view.data, "converted"), gained), allocator);
    json::set(view.data, "hoarding_index_text", share_text(untouched, held), allocator);
    json::set(view.data, "median_stay_text", stay_text(view.data), allocator);
    return view;
}

}  // namespace

void add_pool(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/app/high-seas", "high_sea.view", show_pool});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/claim", "high_sea.view",
                             [](web::PageCall& call) { return act_pool(call, "high_sea.claim", "已领取"); }});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/assign", "high_sea.view",
                             [](web::PageCall& call) { return act_pool(call, "high_sea.assign", "已分配"); }});
    pages.add(web::PageRoute{Method::post, "/app/high-seas/{pool}/move", "high_sea.view",
                             [](web::PageCall& call) { return act_pool(call, "high_sea.move", "已移走"); }});
    pages.add(web::PageRoute{Method::get, "/app/high-seas/{pool}/statistics", "high_sea.view", statistics});
    pool::add_extensions(pages);
    pool::add_calendar(pages);
    pages.add(web::NavigationItem{"/app/high-seas", "公海", "pool", "high_sea.view", ""});
}

}  // namespace wescrm::pages
