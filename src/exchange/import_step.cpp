#include "kinds.hpp"
#include "notices.hpp"
#include "single.hpp"
#include "steps.hpp"

// One piece of an import: rows are checked, written or taken back in a transaction of their own, together with how far
// the job has come. Whoever dies in between repeats one piece.
namespace wescrm::exchange {
namespace {

std::vector<sales::BulkRow> rows_for(Import const& import, std::vector<StoredRow> const& stored) {
    auto rows = std::vector<sales::BulkRow>{};
    rows.reserve(stored.size());
    for (auto const& one : stored) {
        auto row = sales::BulkRow{one.number, {}};
        auto const count = std::min(one.cells.size(), import.mapping.size());
        for (auto i = std::size_t{0}; i < count; ++i)
            if (import.mapping[i] != no_field && !one.cells[i].empty())
                row.values.emplace(import.mapping[i], one.cells[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

void take_outcome(StoredRow& row, sales::BulkOutcome const& outcome) {
    row.action = outcome.action;
    row.message = outcome.message;
    row.record_id = outcome.id;
    row.version = outcome.version;
    row.before = outcome.before;
}

// Rows of other pieces that are the same: what the check of one piece cannot see.
void find_repeated(Imports& imports, Import const& import, std::vector<sales::BulkOutcome>& outcomes) {
    auto keys = std::vector<std::pair<std::string, std::int64_t>>{};
    for (auto const& outcome : outcomes)
        for (auto const& key : outcome.keys) keys.emplace_back(key, outcome.number);
    auto const others = imports.claim_keys(import.id, keys);
    for (auto& outcome : outcomes)
        for (auto const& key : outcome.keys) {
            auto const other = others.find(key);
            if (other == others.end()) continue;
            outcome.action = import.mode == "skip" ? "skip" : "error";
            outcome.message = "与第 " + std::to_string(other->second) + " 行重复";
        }
}

std::vector<sales::BulkWritten> written_in(std::vector<StoredRow> const& rows) {
    auto written = std::vector<sales::BulkWritten>{};
    for (auto const& row : rows)
        if ((row.action == "create" || row.action == "update") && row.record_id)
            written.push_back({row.number, row.action, *row.record_id, row.version.value_or(0), row.before});
    return written;
}

void undo(operation::Context& ctx, Lists const& lists, Import const& import, std::vector<StoredRow>& rows) {
    auto const outcomes = undo_rows(ctx, lists, import, written_in(rows));
    auto at = outcomes.begin();
    for (auto& row : rows) {
        if (at == outcomes.end() || at->number != row.number) continue;
        row.message = at->message;
        if (at->action == "undo") row.action = "undo";
        ++at;
    }
}

void work(operation::Context& ctx, Lists const& lists, Import const& import, sales::Limits const& limits,
          std::vector<StoredRow>& rows) {
    if (import.state == "undoing") return undo(ctx, lists, import, rows);
    auto imports = Imports{ctx};
    auto const input = rows_for(import, rows);
    auto outcomes = import.state == "running" ? write_rows(ctx, lists, import, input, limits)
                                              : check_rows(ctx, lists, import, input, limits);
    if (import.state == "checking") find_repeated(imports, import, outcomes);
    for (auto i = std::size_t{0}; i < rows.size(); ++i) take_outcome(rows[i], outcomes[i]);
}

struct Piece {
    std::vector<StoredRow> rows;
    bool is_more = false;
};

// A record of many rows is not cut in two; one of more rows than a piece has is read further.
Piece piece_of(Imports& imports, Import const& import, std::size_t chunk) {
    constexpr std::size_t most_pieces = 10;
    auto piece = Piece{imports.rows_after(import.id, import.position, chunk), false};
    piece.is_more = piece.rows.size() == chunk;
    if (!piece.is_more || import.state == "undoing") return piece;
    auto stay = whole_groups(import, piece.rows);
    if (stay == 0) {
        piece.rows = imports.rows_after(import.id, import.position, chunk * most_pieces);
        stay = whole_groups(import, piece.rows);
        if (stay == 0) stay = piece.rows.size();
        piece.is_more = stay < piece.rows.size() || piece.rows.size() == chunk * most_pieces;
    }
    piece.rows.resize(stay);
    return piece;
}

std::string_view state_after(std::string const& state) {
    return state == "checking" ? "checked" : state == "running" ? "done" : "undone";
}

// What was written before stays.
void fail(operation::Context& system, ImportId id, std::string const& problem) {
    Imports{system}.fail(id, problem);
    tell_import_ended(system, id);
    tell_import_receivers(system, id);
}

}  // namespace

Result<void> import_step(operation::Context& system, Lists const& lists, Config const& config, ImportId id) {
    auto imports_of_all = Imports{system};
    auto const import = imports_of_all.find(id, true);
    if (!import) return {};
    if (import->state != "checking" && import->state != "running" && import->state != "undoing") return {};
    auto actor = actor_of_job(system, "import_job", id.value());
    if (!actor) {
        fail(system, id, actor.error().message);
        return {};
    }
    auto ctx = operation::Context{system.sql(), std::move(*actor), system.now(), system.services()};
    if (!ctx.may(import->object + ".import")) {
        fail(system, id, "发起人已没有导入的权限");
        return {};
    }
    auto imports = Imports{ctx};
    auto const chunk = is_in_sets(import_object(import->object)) ? config.import_chunk : config.import_single_chunk;
    auto [rows, is_more] = piece_of(imports, *import, chunk);
    if (!rows.empty()) {
        work(ctx, lists, *import, config.records, rows);
        imports.keep_outcomes(id, rows, rows.back().position);
    }
    if (is_more) {
        schedule_import_step(system, id);
        return {};
    }
    imports.count_again(id);
    imports.drop_keys(id);
    imports.enter(id, state_after(import->state));
    if (import->state != "checking") tell_import_ended(system, id);
    if (import->state == "running") tell_import_receivers(system, id);
    return {};
}

}  // namespace wescrm::exchange
