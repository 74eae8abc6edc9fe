#include "contact_duplicates.hpp"

#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/lookup.hpp>

namespace wescrm::sales {
namespace {

Result<Contact> add(operation::Context& ctx, Planned const& row, std::optional<std::string> reason) {
    auto input = CreateContact{};
    input.customer_id = CustomerId{row.id};
    input.name = *row.contact;
    input.mobile = row.contact_mobile;
    input.position = row.contact_position;
    input.duplicate_reason = std::move(reason);
    return operation::under_savepoint(ctx.sql(), [&] { return create_contact(ctx, input); });
}

}  // namespace

void add_contacts(operation::Context& ctx, std::vector<Planned>& rows) {
    for (auto& row : rows) {
        auto const is_known_customer = row.problems.empty() && row.id != 0 && row.action != "create";
        if (!is_known_customer || !row.contact || row.action == "error") continue;
        if (contact_by_keys(ctx, CustomerId{row.id}, *row.contact, row.contact_mobile)) continue;
        auto made = add(ctx, row, std::nullopt);
        if (!made && made.error().reason == "possible_duplicate") made = add(ctx, row, "导入");
        if (made) row.action = "update";
        row.note = made ? "新增联系人「" + *row.contact + "」" : "没有新增联系人：" + made.error().message;
    }
}

}  // namespace wescrm::sales
