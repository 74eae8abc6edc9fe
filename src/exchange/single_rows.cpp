#include "single.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/sales/duplicate_rule.hpp>
#include <wescrm/sales/lookup.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::exchange {
namespace {

using operation::Context;

std::int64_t id_in(json::Value const& record) {
    auto const text = json::find_string(record, "id").value_or("");
    auto id = std::int64_t{0};
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

std::string text_in(json::Value const& object, char const* member) {
    return json::find_string(object, member).value_or("");
}

/// Rows of one file, one after another.
class Writing {
public:
    Writing(Context& ctx, Lists const& lists, Import const& import)
        : ctx_{ctx}, lists_{lists}, import_{import}, kind_{single_kind(import_object(import.object))} {}

    sales::BulkOutcome write(sales::BulkRow const& given) {
        auto row = read_single(ctx_, lists_, kind_, given);
        auto outcome = sales::BulkOutcome{row.number, "error", {}, {}, 0, {}, {}};
        if (row.problems.empty()) insist_on_required(row);
        if (row.problems.empty()) outcome.keys = keys_of(row);
        auto const known = row.problems.empty() ? known_record(row) : std::nullopt;
        auto const done = row.problems.empty() ? decide(row, known, outcome) : Result<void>{};
        if (!done) row.problems.push_back(sentence_of(done.error()));
        if (!row.problems.empty()) {
            outcome.action = "error";
            outcome.message = text::join(row.problems, "；");
        }
        return outcome;
    }
    sales::BulkOutcome undo(sales::BulkWritten const& written) {
        auto outcome = sales::BulkOutcome{written.number, "undo", {}, written.id, written.version, {}, {}};
        auto input = json::Document{rapidjson::kObjectType};
        if (written.action == "update") input = json::parse(written.before).value();
        address(input, written.id, written.version);
        if (written.action == "update" && kind_.object == "contact")
            json::set(input, "duplicate_reason", "撤销导入", input.GetAllocator());
        auto const& operation = written.action == "update" ? kind_.change : kind_.remove;
        auto const done = invoke(operation, input);
        if (done) return outcome;
        outcome.action = "error";
        outcome.message = done.error().code == Errc::stale ? "导入后又被修改过，没有撤销" : sentence_of(done.error());
        return outcome;
    }

private:
    bool updates() const { return import_.mode == "update" || import_.mode == "create_or_update"; }

    Result<json::Document> invoke(std::string const& operation, json::Value const& input) {
        return operation::under_savepoint(ctx_.sql(), [&] { return lists_->find(operation)->invoke(ctx_, input); });
    }
    // A rule of duplicates that only warns: nobody can be asked, so the row is written and says what it may repeat.
    Result<json::Document> write_or_note(std::string const& operation, json::Document& input,
                                         sales::BulkOutcome& outcome) {
        auto done = invoke(operation, input);
        if (done || done.error().reason != "possible_duplicate") return done;
        outcome.message = "疑似重复：" + sentence_of(done.error());
        json::set(input, "duplicate_reason", "导入", input.GetAllocator());
        return invoke(operation, input);
    }
    static void address(json::Document& input, std::int64_t id, std::int64_t version) {
        json::set(input, "id", std::to_string(id), input.GetAllocator());
        json::set(input, "version", json::Value{version}, input.GetAllocator());
    }
    // An update finds its record by a number or by the same fields.
    void insist_on_required(SingleRow& row) {
        if (!row.no.empty() && updates()) return;
        if (import_.mode == "update" && kind_.object == "product" && row.input.HasMember("code")) return;
        for (auto const& cell : kind_.cells)
            if (cell.is_required && !row.input.HasMember(std::string{cell.key}))
                row.problems.push_back(label_of(lists_, kind_, cell) + "：不能为空");
    }
    std::optional<sales::KnownRecord> known_record(SingleRow const& row) {
        auto const name = text_in(row.input, "name");
        if (kind_.object == "product") {
            auto const code = text_in(row.input, "code");
            return code.empty() ? std::nullopt : sales::product_by_code(ctx_, code);
        }
        if (kind_.object == "order") return row.no.empty() ? std::nullopt : sales::order_by_no(ctx_, row.no);
        if (kind_.object == "opportunity") return sales::opportunity_by_keys(ctx_, row.customer, name, row.no);
        return sales::contact_by_keys(ctx_, *row.customer, name, sales::normal_phone(text_in(row.input, "mobile")));
    }
    // What two rows of one file must not have in common.
    std::vector<std::string> keys_of(SingleRow const& row) const {
        if (!row.no.empty()) return {"no:" + row.no};
        auto const name = text_in(row.input, "name");
        if (kind_.object == "product") {
            auto const code = text_in(row.input, "code");
            return code.empty() ? std::vector<std::string>{} : std::vector<std::string>{"code:" + code};
        }
        if (kind_.object == "order") return {};
        auto const customer = std::to_string(row.customer->value());
        auto const phone = sales::normal_phone(text_in(row.input, "mobile"));
        if (kind_.object == "contact" && phone) return {"mobile:" + customer + ":" + *phone};
        return {"name:" + customer + ":" + name};
    }
    Result<void> decide(SingleRow& row, std::optional<sales::KnownRecord> const& known, sales::BulkOutcome& outcome) {
        if (known && import_.mode == "skip") {
            outcome.action = "skip";
            return {};
        }
        if (known && !updates())
            return Error{Errc::conflict, "duplicate", "已有" + kind_.title + "「" + known->name + "」"};
        if (known) return update(row, *known, outcome);
        if (!row.no.empty())
            return Error{Errc::not_found, "no", "没有编号为「" + text::truncate(row.no, 40) + "」的" + kind_.title};
        if (import_.mode == "update") return Error{Errc::not_found, "record", "没有找到要更新的" + kind_.title};
        auto const made = write_or_note(kind_.create, row.input, outcome);
        if (!made) return made.error();
        outcome.action = "create";
        keep(outcome, *made);
        return {};
    }
    Result<void> update(SingleRow& row, sales::KnownRecord const& known, sales::BulkOutcome& outcome) {
        for (auto const& cell : kind_.cells)
            if (cell.is_only_for_new) row.input.RemoveMember(std::string{cell.key}.c_str());
        row.input.RemoveMember("lines");
        auto const now = show_whole(known.id);
        if (!now) return now.error();
        auto before = replaced(row.input, *now);
        if (before.ObjectEmpty()) {
            outcome.action = "skip";
            outcome.id = known.id;
            return {};
        }
        address(row.input, known.id, known.version);
        auto const changed = write_or_note(kind_.change, row.input, outcome);
        if (!changed) return changed.error();
        outcome.action = "update";
        outcome.before = json::write(before);
        keep(outcome, *changed);
        return {};
    }
    static void keep(sales::BulkOutcome& outcome, json::Value const& record) {
        outcome.id = id_in(record);
        outcome.version = json::find_integer(record, "version").value_or(0);
    }
    // As it stands in the database: what the reader's role masks must not come back by undoing.
    Result<json::Document> show_whole(std::int64_t id) {
        auto all_seeing = ctx_.actor();
        all_seeing.fields.clear();
        all_seeing.hides_phones = false;
        auto seeing = Context{ctx_.sql(), std::move(all_seeing), ctx_.now(), ctx_.services()};
        auto input = json::Document{rapidjson::kObjectType};
        json::set(input, "id", std::to_string(id), input.GetAllocator());
        return lists_->find(kind_.show)->invoke(seeing, input);
    }
    // The members that the row would change, as they are.
    static json::Document replaced(json::Value const& input, json::Value const& now) {
        auto before = json::Document{rapidjson::kObjectType};
        auto& allocator = before.GetAllocator();
        for (auto const& member : input.GetObject()) {
            auto const* old = json::find(now, json::view(member.name));
            if (old && *old == member.value) continue;
            if (json::view(member.name) == "custom") {
                auto own = replaced(member.value, old && old->IsObject() ? *old : now["custom"]);
                if (!own.ObjectEmpty()) json::set(before, "custom", json::Value{own, allocator}, allocator);
                continue;
            }
            json::set(before, json::view(member.name), old ? json::Value{*old, allocator} : json::Value{}, allocator);
        }
        return before;
    }
    // Of a field of the company's own, unless the message names it already.
    std::string own_label(FieldError const& problem) const {
        if (!problem.field.starts_with("custom.")) return {};
        for (auto const& own : sales::own_fields_to_fill(ctx_, kind_.object))
            if (own.key == problem.field && problem.message.find(own.label) == std::string::npos) return own.label;
        return {};
    }
    std::string sentence_of(Error const& error) const {
        auto sentences = std::vector<std::string>{};
        for (auto const& field : error.fields) {
            auto const cell = std::ranges::find(kind_.cells, field.field, &SingleCell::key);
            auto const label = cell == kind_.cells.end() ? own_label(field) : label_of(lists_, kind_, *cell);
            sentences.push_back(label.empty() ? field.message : label + "：" + field.message);
        }
        if (!sentences.empty()) return text::join(sentences, "；");
        return error.message.empty() ? "没有写入" : error.message;
    }

    Context& ctx_;
    Lists const& lists_;
    Import const& import_;
    SingleKind const& kind_;
};

}  // namespace

std::vector<sales::BulkOutcome> write_single(Context& ctx, Lists const& lists, Import const& import,
                                             std::vector<sales::BulkRow> const& rows) {
    sales::enter_by_import(ctx);
    auto writing = Writing{ctx, lists, import};
    auto outcomes = std::vector<sales::BulkOutcome>{};
    outcomes.reserve(rows.size());
    for (auto const& row : rows) outcomes.push_back(writing.write(row));
    return outcomes;
}

std::vector<sales::BulkOutcome> undo_single(Context& ctx, Lists const& lists, Import const& import,
                                            std::vector<sales::BulkWritten> const& written) {
    auto writing = Writing{ctx, lists, import};
    auto outcomes = std::vector<sales::BulkOutcome>{};
    outcomes.reserve(written.size());
    for (auto const& row : written) outcomes.push_back(writing.undo(row));
    return outcomes;
}

}  // namespace wescrm::exchange
