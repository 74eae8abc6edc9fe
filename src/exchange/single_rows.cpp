#include "single.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/org/employee_words.hpp>
#include <wescrm/sales/duplicate_rule.hpp>

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

/// Rows of one file, one after another.
class Writing {
public:
    Writing(Context& ctx, Lists const& lists, Import const& import)
        : ctx_{ctx},
          lists_{lists},
          import_{import},
          kind_{single_kind(ctx, import_object(import.object))},
          settings_{settings_of(ctx, kind_.object)} {}

    SingleRow read(sales::BulkRow const& given) { return read_single(ctx_, lists_, kind_, given); }
    sales::BulkOutcome write(SingleRow row) {
        auto outcome = sales::BulkOutcome{row.number, "error", {}, {}, 0, {}, {}};
        if (row.problems.empty()) insist_on_required(row);
        if (row.problems.empty()) outcome.keys = keys_of(kind_, row);
        if (kind_.is_of_people) refuse_repeated(row, outcome);
        auto const known = row.problems.empty() ? known_record(ctx_, kind_, row) : std::nullopt;
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
    // With what follows from it: a row whose record cannot be submitted leaves no draft behind.
    Result<json::Document> make(SingleRow& row, sales::BulkOutcome& outcome) {
        if (!row.state.empty() && !row.submits)
            return Error{Errc::invalid_input, "state", "状态：提交的订单才有；请把“提交”填为 是，或留空状态"};
        if (!row.submits) return write_or_note(kind_.create, row.input, outcome);
        return operation::under_savepoint(ctx_.sql(), [&]() -> Result<json::Document> {
            auto const made = write_or_note(kind_.create, row.input, outcome);
            if (!made) return made.error();
            auto input = json::Document{rapidjson::kObjectType};
            address(input, id_in(*made), json::find_integer(*made, "version").value_or(0));
            auto done = invoke(kind_.submit, input);
            if (!done || row.state.empty()) return done;
            auto further = json::Document{rapidjson::kObjectType};
            name_record(further, id_in(*made));
            json::set(further, "to", row.state, further.GetAllocator());
            return invoke(kind_.move, further);
        });
    }
    void address(json::Document& input, std::int64_t id, std::int64_t version) {
        name_record(input, id);
        json::set(input, "version", json::Value{version}, input.GetAllocator());
    }
    // An account may be renamed; what is kept is the id.
    void name_record(json::Document& input, std::int64_t id) {
        if (!kind_.is_of_people) return json::set(input, "id", std::to_string(id), input.GetAllocator());
        auto const user = org::user_id_of(ctx_, EmployeeId{id});
        json::set(input, "user_id", user ? user->value() : std::string{}, input.GetAllocator());
    }
    // A second row about somebody would write over the first one.
    void refuse_repeated(SingleRow& row, sales::BulkOutcome const& outcome) {
        for (auto const& key : outcome.keys)
            for (auto const& [same, number] : Imports{ctx_}.claim_keys(import_.id, {{key, row.number}}))
                row.problems.push_back("与第 " + std::to_string(number) + " 行是同一位员工，请合并成一行");
    }
    std::string label_in(SingleCell const& cell) const {
        auto const set = settings_.find(cell.key);
        auto const is_renamed = set != settings_.end() && set->second.label != set->second.standard_label;
        return is_renamed ? set->second.label : label_of(lists_, kind_, cell);
    }
    // An update finds its record by a number or by the same fields.
    void insist_on_required(SingleRow& row) {
        if (!row.no.empty() && updates()) return;
        if (import_.mode == "update" && kind_.object == "product" && row.input.HasMember("code")) return;
        if (import_.mode == "update" && row.order && row.input.HasMember("period")) return;
        for (auto const& cell : kind_.cells)
            if (cell.is_required && is_missing(row.input, cell)) row.problems.push_back(label_in(cell) + "：不能为空");
    }
    bool is_missing(json::Value const& input, SingleCell const& cell) const {
        if (cell.line_key.empty()) return !json::find(input, input_name(cell, cell.key));
        auto const* lines = json::find(input, kind_.lines);
        return !lines || std::any_of(lines->Begin(), lines->End(), [&cell](auto const& line) {
            return !json::find(line, input_name(cell, cell.line_key));
        });
    }
    Result<void> decide(SingleRow& row, std::optional<sales::KnownRecord> const& known, sales::BulkOutcome& outcome) {
        if (known && (import_.mode == "skip" || (updates() && kind_.change.empty()))) {
            outcome.action = "skip";
            return {};
        }
        if (known && !updates())
            return Error{Errc::conflict, "duplicate", "已有" + kind_.title + "「" + known->name + "」"};
        if (known) return update(row, *known, outcome);
        if (!row.no.empty())
            return Error{Errc::not_found, "no", "没有编号为「" + text::truncate(row.no, 40) + "」的" + kind_.title};
        if (import_.mode == "update") return Error{Errc::not_found, "record", "没有找到要更新的" + kind_.title};
        auto const made = make(row, outcome);
        if (!made) return made.error();
        outcome.action = "create";
        keep(outcome, *made);
        return {};
    }
    Result<void> update(SingleRow& row, sales::KnownRecord const& known, sales::BulkOutcome& outcome) {
        for (auto const& cell : kind_.cells)
            if (cell.is_only_for_new) row.input.RemoveMember(input_name(cell, cell.key).c_str());
        auto now = show_whole(known.id);
        if (!now) return now.error();
        if (kind_.lines != "rows")
            row.input.RemoveMember("lines");
        else if (auto const done = add_price_rows(row.input, *now); !done)
            return done.error();
        auto before = replaced(row.input, *now);
        // Prices are only taken for a currency together with it.
        if (kind_.lines == "rows" && before.HasMember("currency"))
            json::set(before, "rows", json::Value{(*now)["rows"], before.GetAllocator()}, before.GetAllocator());
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
    // Of a price book the rows of the table are put among those that are there.
    static Result<void> add_price_rows(json::Document& input, json::Document& now) {
        auto rows = json::Document{rapidjson::kArrayType};
        auto& allocator = rows.GetAllocator();
        for (auto const& old : now["rows"].GetArray()) rows.PushBack(price_row(old, allocator), allocator);
        now.RemoveMember("rows");
        json::set(now, "rows", json::Value{rows, now.GetAllocator()}, now.GetAllocator());
        auto stays = rows.Size();
        auto const currency = json::find_string(input, "currency");
        auto const is_other_currency = currency && currency != json::find_string(now, "currency");
        for (auto const& typed : input["rows"].GetArray()) {
            auto row = price_row(typed, allocator);
            auto const same = std::find_if(rows.Begin(), rows.End(), [&row](auto const& other) {
                return other["product_id"] == row["product_id"] && other["min_quantity"] == row["min_quantity"];
            });
            if (same == rows.End()) {
                rows.PushBack(std::move(row), allocator);
                continue;
            }
            if (auto const floor = json::find_integer(*same, "floor_e4");
                floor && !is_other_currency && !json::find(row, "floor_e4"))
                json::set(row, "floor_e4", json::Value{*floor}, allocator);
            *same = std::move(row);
            --stays;
        }
        // What stays as it is would become as many of the other currency.
        if (is_other_currency && stays > 0)
            return invalid_field("currency", "与价格表现有的币种不同；换币种请列出它的全部产品价格");
        input.RemoveMember("rows");
        json::set(input, "rows", json::Value{rows, input.GetAllocator()}, input.GetAllocator());
        return {};
    }
    static json::Value price_row(json::Value const& from, json::Allocator& allocator) {
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "product_id", json::Value{from["product_id"], allocator}, allocator);
        auto const* quantity = json::find(from, "min_quantity");
        json::set(row, "min_quantity", json::Value{quantity ? quantity->GetDouble() : 0.0}, allocator);
        json::set(row, "price_e4", json::Value{from["price_e4"], allocator}, allocator);
        auto const floor = json::find_integer(from, "floor_e4");
        if (floor) json::set(row, "floor_e4", json::Value{*floor}, allocator);
        return row;
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
        name_record(input, id);
        return lists_->find(kind_.show)->invoke(seeing, input);
    }
    std::string_view shown_name(std::string_view member) const {
        auto const cell = std::ranges::find(kind_.cells, member, &SingleCell::key);
        return cell == kind_.cells.end() || cell->shown.empty() ? member : cell->shown;
    }
    // The members that the row would change, as they are.
    json::Document replaced(json::Value const& input, json::Value const& now) const {
        auto before = json::Document{rapidjson::kObjectType};
        auto& allocator = before.GetAllocator();
        for (auto const& member : input.GetObject()) {
            auto const* old = json::find(now, shown_name(json::view(member.name)));
            if (old ? *old == member.value : member.value.IsNull()) continue;
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
            auto const label = cell == kind_.cells.end() ? own_label(field) : label_in(*cell);
            sentences.push_back(label.empty() ? field.message : label + "：" + field.message);
        }
        if (!sentences.empty()) return text::join(sentences, "；");
        return error.message.empty() ? "没有写入" : error.message;
    }

    Context& ctx_;
    Lists const& lists_;
    Import const& import_;
    SingleKind const& kind_;
    Settings settings_;
};

// Its first row is the record; the others say that they are in it, or each its own problem.
void write_group(Context& ctx, Import const& import, Writing& writing, SingleGroup const& group, SingleRow whole,
                 std::vector<sales::BulkOutcome>& outcomes) {
    if (group.rows.size() > 1 || !whole.group.empty()) {
        auto const others = Imports{ctx}.claim_keys(import.id, {{"record:" + whole.group, whole.number}});
        if (!others.empty())
            whole.problems.push_back("与第 " + std::to_string(others.begin()->second) +
                                     " 行属于同一条记录，请把它们连在一起");
    }
    auto const first = whole.number;
    auto const is_group = group.rows.size() > 1;
    auto outcome = writing.write(std::move(whole));
    auto const failed = outcome.action == "error";
    auto const skipped = outcome.action == "skip";
    outcomes.push_back(std::move(outcome));
    if (!is_group) return;
    for (auto const& row : group.rows) {
        if (row.number == first) continue;
        auto part = sales::BulkOutcome{row.number, failed ? "error" : skipped ? "skip" : "line", {}, {}, 0, {}, {}};
        part.message = !row.problems.empty() ? text::join(row.problems, "；")
                       : failed              ? "同一条记录的第 " + std::to_string(first) + " 行没有写入"
                                             : "并入第 " + std::to_string(first) + " 行";
        outcomes.push_back(std::move(part));
    }
}

}  // namespace

std::vector<sales::BulkOutcome> write_single(Context& ctx, Lists const& lists, Import const& import,
                                             std::vector<sales::BulkRow> const& rows) {
    sales::enter_by_import(ctx);
    auto const& kind = single_kind(import_object(import.object));
    auto writing = Writing{ctx, lists, import};
    auto outcomes = std::vector<sales::BulkOutcome>{};
    outcomes.reserve(rows.size());
    for (auto at = rows.begin(); at != rows.end();) {
        auto group = SingleGroup{};
        group.rows.push_back(writing.read(*at));
        while (++at != rows.end() && !group.rows.front().group.empty()) {
            auto next = writing.read(*at);
            if (next.group != group.rows.front().group) break;
            group.rows.push_back(std::move(next));
        }
        write_group(ctx, import, writing, group, group.whole(lists, kind), outcomes);
    }
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
