#include "figures.hpp"
#include "org_forms.hpp"
#include "pages.hpp"
#include "record/kind.hpp"
#include "record/values.hpp"
#include "showing.hpp"

#include <wescrm/operation/report_range.hpp>

#include <algorithm>
#include <array>

// 报表: the sales brief and what became of leads, each figure with the time before and the records behind it.
namespace wescrm::pages {
namespace {

constexpr std::string_view reports_path = "/app/reports";
constexpr std::string_view rest_records = "/api/v1/reports/records";
constexpr std::int64_t fen_of_ten_thousand = 1'000'000;
constexpr int counted_rows_shown = 30;

struct Span {
    std::string_view name;
    std::string_view title;
    std::string_view before;  ///< what it is compared with
    int months;               ///< how far back that is; 0: `days`
    int days;
};
constexpr auto spans = std::to_array<Span>({{"today", "今天", "较昨天", 0, 1},
                                            {"week", "本周", "较上周同期", 0, 7},
                                            {"month", "本月", "较上月同期", 1, 0},
                                            {"quarter", "本季度", "较上季度同期", 3, 0},
                                            {"year", "本年", "较去年同期", 12, 0}});

Span const& span_asked(web::PageCall const& call) {
    auto const named = std::ranges::find(spans, call.value("period"), &Span::name);
    return named == spans.end() ? spans[2] : *named;
}

bool is_amount(std::string_view key) { return key.ends_with("amount"); }

std::string_view measure_of(std::string_view key) {
    if (key.starts_with("lead.")) return "条";
    if (key.starts_with("contact.")) return "人";
    if (key.starts_with("follow.count") || key == "visit.count") return "次";
    return key.starts_with("opp.") || key.starts_with("order.") ? "个" : "家";
}

// Above ten thousand yuan in 万元 with two decimals, cut and not rounded up.
std::string amount_in_words(std::int64_t fen) {
    auto const size = fen < 0 ? -fen : fen;
    auto const sign = std::string{fen < 0 ? "−" : ""};
    if (size == 0) return "0";
    if (size < fen_of_ten_thousand) return sign + record::yuan(size);
    return sign + with_thousands(size / fen_of_ten_thousand) + "." +
           std::to_string(100 + size % fen_of_ten_thousand * 100 / fen_of_ten_thousand).substr(1);
}

// "↑18.2%" with whether that is good; a difference of nothing is told in words.
void add_change(json::Value& tile, std::int64_t now, std::int64_t before, json::Allocator& allocator) {
    auto text = std::string{"—"};
    if (before > 0 && now == before) text = "持平";
    if (before > 0 && now != before) {
        auto const difference = now > before ? now - before : before - now;
        auto const share = (difference * 2000 / before + 1) / 2;
        text = (now > before ? "↑" : "↓") + std::to_string(share / 10) + "." + std::to_string(share % 10) + "%";
    }
    json::set(tile, "change", text, allocator);
    json::set(tile, "better", json::Value{before > 0 && now > before}, allocator);
    json::set(tile, "worse", json::Value{before > 0 && now < before}, allocator);
}

// The figure's records on a page instead of REST.
std::string detail_page(json::Value const& figure) {
    auto detail = text_of(figure, "detail");
    if (detail.starts_with(rest_records))
        detail.replace(0, rest_records.size(), std::string{reports_path} + "/records");
    return detail;
}

std::int64_t value_of(json::Value const& report, std::string_view key) {
    for (auto const& figure : report["figures"].GetArray())
        if (json::find_string(figure, "key") == key) return json::find_integer(figure, "value").value_or(0);
    return 0;
}

Result<json::Document> ask(web::PageCall& call, std::string_view operation, std::string const& period) {
    return call.perform(operation, input_of({{"scope", call.value("scope")}, {"period", period}}));
}

// As much of the time before as has gone by of this one.
Result<json::Document> ask_before(web::PageCall& call, Span const& span, json::Value const& now) {
    auto const from = parse_date(text_of(now["period"], "from")).value_or(call.ctx.today());
    auto const back = [&span](Date day) {
        return span.months > 0 ? add_months(day, -span.months) : add_days(day, -span.days);
    };
    return ask(call, "report.sales_brief", format_date(back(from)) + ".." + format_date(back(call.ctx.today())));
}

json::Value tiles_of(json::Value const& now, json::Value const& before, json::Allocator& allocator) {
    auto tiles = json::Value{rapidjson::kArrayType};
    for (auto const& figure : now["figures"].GetArray()) {
        auto const key = text_of(figure, "key");
        auto const value = json::find_integer(figure, "value").value_or(0);
        auto const is_large = value >= fen_of_ten_thousand || -value >= fen_of_ten_thousand;
        auto tile = json::Value{rapidjson::kObjectType};
        json::set(tile, "tile_title", text_of(figure, "title"), allocator);
        json::set(tile, "tile_value", is_amount(key) ? amount_in_words(value) : with_thousands(value), allocator);
        json::set(tile, "tile_unit", !is_amount(key) ? measure_of(key) : is_large ? "万元" : "元", allocator);
        json::set(tile, "tile_href", detail_page(figure), allocator);
        json::set(tile, "tile_definition", text_of(figure, "definition"), allocator);
        add_change(tile, value, value_of(before, key), allocator);
        tiles.PushBack(std::move(tile), allocator);
    }
    return tiles;
}

json::Value steps_of(json::Value const& conversion, json::Allocator& allocator) {
    auto steps = json::Value{rapidjson::kArrayType};
    auto const all =
        conversion["figures"].Empty() ? 0 : json::find_integer(conversion["figures"][0], "value").value_or(0);
    for (auto const& figure : conversion["figures"].GetArray()) {
        auto const value = json::find_integer(figure, "value").value_or(0);
        auto step = json::Value{rapidjson::kObjectType};
        json::set(step, "step_title", text_of(figure, "title"), allocator);
        json::set(step, "step_value", with_thousands(value), allocator);
        json::set(step, "step_share", share_text(value, all), allocator);
        json::set(step, "step_mille", json::Value{all > 0 ? per_mille(value, all) : std::int64_t{0}}, allocator);
        json::set(step, "step_href", detail_page(figure), allocator);
        steps.PushBack(std::move(step), allocator);
    }
    return steps;
}

// Whose figures the visitor may choose; the first is what he gets without a choice.
json::Value scopes_of(web::PageCall& call, json::Allocator& allocator) {
    auto const range = operation::report_range(call.ctx);
    auto scopes = json::Value{rapidjson::kArrayType};
    auto const add = [&](std::string_view value, std::string_view title) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "o_value", value, allocator);
        json::set(option, "o_title", title, allocator);
        json::set(option, "o_chosen", json::Value{call.value("scope") == value}, allocator);
        scopes.PushBack(std::move(option), allocator);
    };
    if (!range.headed.empty()) add("", "我负责的部门");
    add(range.headed.empty() ? "" : "self", "我自己");
    if (!range.subordinates.empty()) add("subordinates", "我的下属");
    if (range.is_company) add("company", "全公司");
    return scopes;
}

json::Value periods_of(web::PageCall const& call, Span const& chosen, json::Allocator& allocator) {
    auto periods = json::Value{rapidjson::kArrayType};
    for (auto const& span : spans) {
        auto period = json::Value{rapidjson::kObjectType};
        json::set(period, "p_title", span.title, allocator);
        json::set(period, "p_href", std::string{reports_path} + query_with(call.request.query, "period", span.name),
                  allocator);
        json::set(period, "p_current", json::Value{span.name == chosen.name}, allocator);
        periods.PushBack(std::move(period), allocator);
    }
    return periods;
}

Result<web::View> show_reports(web::PageCall& call) {
    auto const& span = span_asked(call);
    auto const now = ask(call, "report.sales_brief", std::string{span.name});
    if (!now) return now.error();
    auto const before = ask_before(call, span, *now);
    if (!before) return before.error();
    auto const conversion = ask(call, "report.lead_conversion", std::string{span.name});
    if (!conversion) return conversion.error();
    auto view = web::View{};
    view.page = "reports";
    view.title = "报表";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "scope_name", text_of((*now)["scope"], "name"), allocator);
    json::set(view.data, "period", span.name, allocator);
    json::set(view.data, "period_title", span.title, allocator);
    json::set(view.data, "before", span.before, allocator);
    json::set(view.data, "tiles", tiles_of(*now, *before, allocator), allocator);
    json::set(view.data, "conversion", steps_of(*conversion, allocator), allocator);
    json::set(view.data, "periods", periods_of(call, span, allocator), allocator);
    json::set(view.data, "scopes", scopes_of(call, allocator), allocator);
    return view;
}

// "2026-11-01 至 2026-11-30".
std::string period_in_words(std::string const& period) {
    if (auto const dots = period.find(".."); dots != std::string::npos)
        return period.substr(0, dots) + " 至 " + period.substr(dots + 2);
    auto const named = std::ranges::find(spans, period, &Span::name);
    return std::string{named == spans.end() ? spans[2].title : named->title};
}

void add_counted_words(web::PageCall const& call, json::Value& row, json::Allocator& allocator) {
    auto const at = text_of(row, "at");
    json::set(row, "at_text",
              at.find('T') == std::string::npos ? at : short_time(row, "at", call.ctx.zone(), call.ctx.now()),
              allocator);
    if (auto const amount = json::find_integer(row, "amount_fen"))
        json::set(row, "amount", record::yuan(*amount), allocator);
    auto const* kind = record::find_kind(text_of(row, "object"));
    json::set(row, "href", kind ? std::string{kind->path} + "/" + text_of(row, "id") : "", allocator);
    if (text_of(row, "name").empty()) json::set(row, "name", kind ? kind->title : "跟进", allocator);
}

// What the figure is called and counts. Reports name all of theirs; of a day long gone that costs nothing.
void add_metric_words(web::PageCall& call, json::Value& data, json::Allocator& allocator) {
    auto const asked = "metric=" + call.value("metric") + "&";
    for (auto const* report : {"report.sales_brief", "report.lead_conversion"}) {
        auto const told = ask(call, report, "1970-01-01..1970-01-01");
        if (!told) return;
        for (auto const& figure : (*told)["figures"].GetArray()) {
            if (text_of(figure, "detail").find(asked) == std::string::npos) continue;
            json::set(data, "metric_title", text_of(figure, "title"), allocator);
            json::set(data, "definition", text_of(figure, "definition"), allocator);
            return json::set(data, "scope_name", text_of((*told)["scope"], "name"), allocator);
        }
    }
}

Result<web::View> show_counted(web::PageCall& call) {
    auto input = input_of({{"metric", call.value("metric")},
                           {"scope", call.value("scope")},
                           {"period", call.value("period")},
                           {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{counted_rows_shown}, input.GetAllocator());
    auto const found = call.perform("report.records", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "report_records";
    view.title = "报表明细";
    view.data = copy_of(*found);
    auto& allocator = view.data.GetAllocator();
    auto has_amounts = false;
    for (auto& row : view.data["items"].GetArray()) {
        has_amounts = has_amounts || json::find_integer(row, "amount_fen");
        add_counted_words(call, row, allocator);
    }
    add_metric_words(call, view.data, allocator);
    json::set(view.data, "has_amounts", json::Value{has_amounts}, allocator);
    json::set(view.data, "period_text", period_in_words(call.value("period")), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

}  // namespace

void add_reports(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, std::string{reports_path}, "report.view", show_reports});
    pages.add(web::PageRoute{http::Method::get, std::string{reports_path} + "/records", "report.view", show_counted});
    pages.add(web::NavigationItem{std::string{reports_path}, "报表", "trend", "report.view", ""});
}

}  // namespace wescrm::pages
