#include "access_kinds.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::operation {

std::vector<RecordKind> const& record_kinds() {
    static auto const kinds = std::vector<RecordKind>{
        {"customer", "客户", "customer", "{r}.owner_id", "", "{r}.high_sea_id", "", false, false, "负责人"},
        {"contact", "联系人", "contact", "{c}.owner_id", "", "{c}.high_sea_id", "{r}.customer_id", true, false,
         "负责人"},
        {"lead", "线索", "lead", "{r}.owner_id", "", "{r}.high_sea_id", "", false, false, "负责人"},
        {"followup",
         "跟进记录",
         "followup",
         "{r}.author_id",
         "",
         "",
         "{r}.customer_id",
         false,
         true,
         "作者",
         "case when {r}.target_type = 'lead' then {r}.target_id end",
         {"opportunity"},
         {"quote", "contract", "order", "payment"}},
        {"opportunity", "商机", "opportunity", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"task", "任务", "task", "{r}.assignee_id", "{r}.created_by", "",
         "case {r}.target_type when 'customer' then {r}.target_id when 'contact' then (select scope_t.customer_id from "
         "contact scope_t where scope_t.tenant_id = {r}.tenant_id and scope_t.id = {r}.target_id) when 'opportunity' "
         "then (select scope_t.customer_id from opportunity scope_t where scope_t.tenant_id = {r}.tenant_id and "
         "scope_t.id = {r}.target_id) end",
         false, false, "负责人"},
        {"quote", "报价单", "quote", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"invoice", "发票", "invoice", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"contract", "合同", "contract", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"order", "订单", "sales_order", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"payment_plan", "回款计划", "payment_plan", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"},
        {"payment", "回款", "payment", "{r}.owner_id", "", "", "{r}.customer_id", false, false, "负责人"}};
    return kinds;
}

RecordKind record_kind(std::string_view name) {
    auto const& known = record_kinds();
    auto const found = std::find_if(known.begin(), known.end(), [&](auto const& kind) { return kind.name == name; });
    if (found != known.end()) return *found;
    auto plain = RecordKind{};
    plain.name = plain.title = plain.table = std::string{name};
    return plain;
}

CommonKind const* common_kind(std::string_view name) {
    static constexpr auto kinds = std::to_array<CommonKind>({{"product", "product", "product.view"},
                                                             {"price_book", "price_book", "price_book.manage"},
                                                             {"invoice_title", "invoice_title", "", true}});
    auto const* const found =
        std::find_if(kinds.begin(), kinds.end(), [&](auto const& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : found;
}

std::string quoted(std::vector<std::string> const& words) { return "'" + text::join(words, "', '") + "'"; }

std::string on_row(std::string sql, std::string_view row, std::string_view customer) {
    return text::replace_all(text::replace_all(std::move(sql), "{r}", row), "{c}", customer);
}

}  // namespace wescrm::operation
