#include "print.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"
#include "values.hpp"

#include <wescrm/base/capital_amount.hpp>
#include <wescrm/base/currency.hpp>

#include <algorithm>

namespace wescrm::pages::record {
namespace {

// What the customer is handed is said to be no more than it is.
std::string_view standing_of(std::string_view status) {
    if (status == "draft" || status == "rejected") return "草稿，未生效";
    if (status == "in_review") return "审核中，未生效";
    if (status == "expired") return "已过有效期";
    if (status == "void") return "已作废";
    return {};
}

void add_company(web::PageCall& call, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto const company = call.perform("company.show", json::Document{rapidjson::kObjectType});
    if (!company) return;
    json::set(view.data, "company_name", text_of(*company, "name"), allocator);
    // Pages load nothing from other hosts, so only a logo that we serve is shown.
    auto const logo = text_of(*company, "logo_url");
    json::set(view.data, "company_logo", logo.starts_with("/") ? logo : std::string{}, allocator);
}

// "13%", "" for nothing.
std::string percent_of(web::PageCall const& call, json::Value const& line, std::string_view member) {
    auto const* value = json::find(line, member);
    if (!value || !value->IsNumber() || value->GetDouble() == 0) return {};
    auto memory = json::Document{};
    auto const cell = cell_of(call, {member, "", Show::percent}, line, memory.GetAllocator());
    return json::find_string(cell, "cell_text").value_or("");
}

json::Value line_of(web::PageCall const& call, json::Value const& line, json::Allocator& allocator) {
    auto shown = json::Value{rapidjson::kObjectType};
    auto const cell = [&](std::string_view name, Column const& column) {
        auto made = cell_of(call, column, line, allocator);
        json::set(shown, name, json::find_string(made, "cell_text").value_or(""), allocator);
    };
    cell("pl_position", {"position", "", Show::number});
    cell("pl_code", {"product_code", ""});
    cell("pl_name", {"product_name", ""});
    cell("pl_unit", {"unit", ""});
    cell("pl_quantity", {"quantity", "", Show::number});
    cell("pl_price", {"price_fen", "", Show::unit_price});
    cell("pl_subtotal", {"subtotal_fen", "", Show::money});
    json::set(shown, "pl_discount", percent_of(call, line, "discount_percent"), allocator);
    json::set(shown, "pl_tax", percent_of(call, line, "tax_percent"), allocator);
    return shown;
}

bool has_any(web::PageCall const& call, json::Value const& lines, std::string_view member) {
    return std::any_of(lines.Begin(), lines.End(),
                       [&](auto const& line) { return !percent_of(call, line, member).empty(); });
}

void add_lines(web::PageCall const& call, json::Value const& record, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto shown = json::Value{rapidjson::kArrayType};
    auto sum = std::int64_t{0};
    auto const* lines = json::find(record, "lines");
    if (!lines || !lines->IsArray()) return;
    for (auto const& line : lines->GetArray()) {
        sum += json::find_integer(line, "subtotal_fen").value_or(0);
        auto row = line_of(call, line, allocator);
        json::set(row, "pl_with_discount", json::Value{has_any(call, *lines, "discount_percent")}, allocator);
        json::set(row, "pl_with_tax", json::Value{has_any(call, *lines, "tax_percent")}, allocator);
        shown.PushBack(std::move(row), allocator);
    }
    json::set(view.data, "with_discount", json::Value{has_any(call, *lines, "discount_percent")}, allocator);
    json::set(view.data, "with_tax", json::Value{has_any(call, *lines, "tax_percent")}, allocator);
    json::set(view.data, "lines", std::move(shown), allocator);
    auto const whole = percent_of(call, record, "discount_percent");
    json::set(view.data, "whole_discount", whole, allocator);
    json::set(view.data, "lines_sum", whole.empty() ? std::string{} : yuan(sum), allocator);
    auto const currency = text_of(record, "currency");
    json::set(view.data, "money_unit", is_foreign(currency) ? currency : std::string{"元"}, allocator);
}

Result<web::View> show_printed(web::PageCall& call, Kind const& kind) {
    auto const record = call.perform(operation_of(kind, "show"), input_of({{"id", call.path("id")}}));
    if (!record) return record.error();
    auto view = web::View{};
    view.page = "record/print";
    view.is_fragment = true;  // a sheet of paper has no navigation
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "paper_title", kind.title, allocator);
    json::set(view.data, "back", std::string{kind.path} + "/" + call.path("id"), allocator);
    for (std::string_view member : {"no", "name", "customer_name", "contact_name", "owner_name", "terms",
                                    "payment_terms", "remark", "quoted_on", "valid_until", "ordered_on", "delivery_on"})
        json::set(view.data, member, text_of(*record, member), allocator);
    auto const revision = json::find_integer(*record, "revision").value_or(1);
    json::set(view.data, "revision", revision > 1 ? "第 " + std::to_string(revision) + " 版" : std::string{},
              allocator);
    json::set(view.data, "standing", standing_of(text_of(*record, "status")), allocator);
    add_company(call, view);
    add_lines(call, *record, view);
    if (auto const amount = json::find_integer(*record, "amount_fen")) {
        auto const currency = text_of(*record, "currency");
        auto const is_ours = !is_foreign(currency);
        json::set(view.data, "amount", (is_ours ? "¥ " : currency + " ") + yuan(*amount), allocator);
        json::set(view.data, "capitals", is_ours ? capital_amount(Money::from_fen(*amount)) : std::string{}, allocator);
    }
    return view;
}

}  // namespace

void add_print(web::Pages& pages, Kind const& kind) {
    pages.add(web::PageRoute{http::Method::get, std::string{kind.path} + "/{id}/print", view_permission_of(kind),
                             [&kind](web::PageCall& call) { return show_printed(call, kind_for(call, kind)); }});
}

}  // namespace wescrm::pages::record
