#include "kinds.hpp"

#include "single.hpp"

#include <wescrm/sales/lookup.hpp>

#include <algorithm>

namespace wescrm::exchange {
namespace {

bool may_fill(operation::Context& ctx, std::string const& kind, std::string const& field) {
    auto const& fields = ctx.actor().fields;
    auto const right = fields.find(kind + "." + field);
    return right == fields.end() || (!right->second.is_hidden && !right->second.is_fixed);
}

std::string hint_of(operation::Context& ctx, Lists const& lists, SingleKind const& kind, SingleCell const& cell) {
    if (!cell.hint.empty()) return std::string{cell.hint};
    auto const& input = lists->find(kind.describing())->input;
    auto const field = std::ranges::find(input, cell.key, &operation::FieldDescription::name);
    return field == input.end() || field->hint.empty() || ctx.actor().is_system() ? std::string{}
                                                                                  : "例如 " + field->hint;
}

std::vector<sales::BulkField> single_fields(operation::Context& ctx, Lists const& lists, SingleKind const& kind) {
    auto fields = std::vector<sales::BulkField>{};
    auto const settings = settings_of(ctx, kind.object);
    for (auto const& cell : kind.cells) {
        auto const key = std::string{cell.key};
        auto const set = settings.find(key);
        if (!may_fill(ctx, kind.object, key) || (set != settings.end() && set->second.hidden)) continue;
        auto field = sales::BulkField{
            key, label_of(lists, kind, cell), cell.is_required, hint_of(ctx, lists, kind, cell), {}, cell.aliases};
        for (auto const& [title, value] : offered_words(ctx, cell)) field.options.emplace_back(title);
        if (cell.kind == CellKind::boolean) field.options = {"是", "否"};
        if (set != settings.end()) sales::take_setting(field, set->second);
        fields.push_back(std::move(field));
    }
    for (auto& own : sales::own_fields_to_fill(ctx, kind.object))
        if (may_fill(ctx, kind.object, own.key)) fields.push_back(std::move(own));
    return fields;
}

}  // namespace

bool is_in_sets(ImportObject object) { return object == ImportObject::customer || object == ImportObject::lead; }

bool can_create(ImportObject object) { return is_in_sets(object) || !single_kind(object).create.empty(); }

std::string title_of(ImportObject object) {
    if (object == ImportObject::customer) return "客户";
    if (object == ImportObject::lead) return "线索";
    return single_kind(object).title;
}

std::vector<sales::BulkField> fields_of(operation::Context& ctx, Lists const& lists, ImportObject object) {
    if (is_in_sets(object)) return sales::bulk_fields(ctx, bulk_object(object));
    return single_fields(ctx, lists, single_kind(ctx, object));
}

Result<void> insist_can_find(ImportObject object, std::vector<std::string> const& mapping) {
    auto const has = [&mapping](std::string_view key) { return std::ranges::find(mapping, key) != mapping.end(); };
    if (!is_in_sets(object) && single_kind(object).change.empty())
        return invalid_field("mode", title_of(object) + "只能新建，不能更新");
    if (object == ImportObject::employee) {
        if (has("user_id") || has("employee_no") || has("name")) return {};
        return invalid_field("mapping", "需要有一列是账号、工号或姓名，用来找到员工");
    }
    if (object == ImportObject::payment_plan) {
        if ((has("order_id") || has("contract_id")) && has("period")) return {};
        return invalid_field("mapping", "更新需要有订单（或合同）和期数两列，用来找到回款计划");
    }
    if (has("no") || has("name") || has("mobile") || has("code")) return {};
    return invalid_field("mapping", "更新需要有一列是编号、编码、名称或电话，用来找到记录");
}

std::vector<sales::BulkOutcome> check_rows(operation::Context& ctx, Lists const& lists, Import const& import,
                                           std::vector<sales::BulkRow> const& rows, sales::Limits const& limits) {
    if (is_in_sets(import_object(import.object))) return sales::check_bulk(ctx, bulk_options(import, limits), rows);
    // Done in earnest and taken back: nothing tells better what writing would do.
    ctx.sql().script("savepoint import_check");
    auto outcomes = write_single(ctx, lists, import, rows);
    ctx.sql().script("rollback to savepoint import_check; release savepoint import_check");
    for (auto& outcome : outcomes) {
        if (outcome.action == "create") outcome.id.reset();
        outcome.version = 0;
        outcome.before.clear();
    }
    return outcomes;
}

std::vector<sales::BulkOutcome> write_rows(operation::Context& ctx, Lists const& lists, Import const& import,
                                           std::vector<sales::BulkRow> const& rows, sales::Limits const& limits) {
    if (is_in_sets(import_object(import.object))) return sales::write_bulk(ctx, bulk_options(import, limits), rows);
    return write_single(ctx, lists, import, rows);
}

std::vector<sales::BulkOutcome> undo_rows(operation::Context& ctx, Lists const& lists, Import const& import,
                                          std::vector<sales::BulkWritten> const& written) {
    if (!is_in_sets(import_object(import.object))) return undo_single(ctx, lists, import, written);
    auto options = bulk_options(import, {});  // nothing is made
    options.reason = "撤销导入 " + import.file_name;
    return sales::undo_bulk(ctx, options, written);
}

}  // namespace wescrm::exchange
