#include "files.hpp"
#include "notices.hpp"
#include "steps.hpp"

#include <wescrm/sales/custom_field.hpp>
#include <wescrm/sales/tag.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>

// Pages of the list are read as the person who asked would read them, and kept; the file is made of them at the end.
namespace wescrm::exchange {
namespace {

using database::bind;

constexpr std::int64_t listed_rows = 200;  // of the list operation
constexpr std::size_t written_at_once = 2'000;
constexpr std::size_t part_bytes = 4 * 1024 * 1024;

OwnWords words_of_own_fields(operation::Context& ctx, std::string const& object) {
    auto words = OwnWords{};
    auto kind = sales::FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return words;
    auto const fields = sales::list_fields(ctx, {kind});
    if (!fields) return words;
    for (auto const& field : fields->items) {
        auto& known = words["custom." + field.key];
        for (auto const& option : field.options) known.emplace(option.key, option.label);
        if (field.type == sales::FieldType::money) known.emplace("\x01money", "");
    }
    return words;
}

class ExportStep {
public:
    ExportStep(operation::Context& ctx, operation::Entry const& list, Config const& config, ExportId id,
               ExportWork const& work)
        : ctx_{ctx},
          list_{list},
          config_{config},
          id_{id},
          work_{work},
          columns_{columns_from(work.columns)},
          words_{words_of_own_fields(ctx, work.object)} {}

    /// Whether all rows are there.
    Result<bool> read() {
        auto cursor = work_.next_cursor;
        auto count = work_.row_count;
        auto const until = count + static_cast<std::int64_t>(config_.export_chunk);
        auto const most = static_cast<std::int64_t>(config_.export_rows);
        auto is_cut = false;
        do {
            auto page = read_page(cursor);
            if (!page) return page.error();
            add_tags((*page)["items"], page->GetAllocator());
            auto rows = rows_of((*page)["items"]);
            is_cut = count + std::ssize(rows) > most;
            if (is_cut) rows.resize(static_cast<std::size_t>(most - count));
            keep(count, rows);
            count += std::ssize(rows);
            cursor = json::find_string(*page, "next_cursor").value_or("");
            is_cut |= count == most && !cursor.empty();
        } while (!cursor.empty() && count < until && !is_cut);
        ctx_.sql().execute(
            "update export_job set next_cursor = :cursor, row_count = :count, is_cut = :cut, updated_at = :now where "
            "tenant_id = :tenant and id = :id",
            {bind("tenant", ctx_.tenant()), bind("id", id_), bind("cursor", cursor), bind("count", count),
             bind("cut", is_cut), bind("now", ctx_.now())});
        return cursor.empty() || is_cut;
    }

    void write() {
        auto sheet = tables::Sheet{title_of_object(work_.object), watermark(ctx_), {}};
        for (auto const& column : columns_) {
            auto written = tables::WrittenColumn{column.title};
            written.is_number = column.field.ends_with("_fen") || column.field.ends_with("_e4");
            sheet.columns.push_back(std::move(written));
        }
        auto const writer = work_.format == "csv" ? tables::csv_writer(sheet) : tables::xlsx_writer(sheet);
        auto position = std::int64_t{0};
        while (true) {
            auto const rows = ctx_.sql().values<tables::Row>(
                "select cells from export_row where tenant_id = :tenant and job_id = :job and position > :position "
                "order by position limit :limit",
                {bind("tenant", ctx_.tenant()), bind("job", id_), bind("position", position),
                 bind("limit", written_at_once)});
            for (auto const& row : rows) writer->add(row);
            if (rows.size() < written_at_once) break;
            position += std::ssize(rows);
        }
        store(writer->finish());
    }

private:
    Result<json::Document> read_page(std::string const& cursor) {
        auto input = json::parse(work_.filter).value();
        auto& allocator = input.GetAllocator();
        json::set(input, "limit", json::Value{listed_rows}, allocator);
        if (!cursor.empty()) json::set(input, "cursor", cursor, allocator);
        return list_.invoke(ctx_, input);
    }
    // Lists do not bring them along.
    void add_tags(json::Value& items, json::Allocator& allocator) {
        if (std::ranges::find(columns_, "tags", &ExportColumn::field) == columns_.end()) return;
        auto ids = std::vector<std::int64_t>{};
        for (auto const& item : items.GetArray())
            ids.push_back(std::stoll(json::find_string(item, "id").value_or("0")));
        auto const tags = sales::tag_names_of(ctx_, work_.object, ids);
        for (auto i = std::size_t{0}; i < ids.size(); ++i) {
            auto const found = tags.find(ids[i]);
            auto list = json::Value{rapidjson::kArrayType};
            if (found != tags.end())
                for (auto const& name : found->second) list.PushBack(json::make_string(name, allocator), allocator);
            json::set(items[static_cast<rapidjson::SizeType>(i)], "tags", std::move(list), allocator);
        }
    }
    std::vector<std::string> rows_of(json::Value const& items) {
        auto rows = std::vector<std::string>{};
        for (auto const& item : items.GetArray()) {
            auto row = tables::Row{};
            for (auto const& column : columns_) row.push_back(cell_of(item, column, words_, ctx_.zone()));
            rows.push_back(database::ValueOf<tables::Row>::to_text(row).value());
        }
        return rows;
    }
    void keep(std::int64_t before, std::vector<std::string> const& rows) {
        ctx_.sql().execute(
            "insert into export_row (tenant_id, job_id, position, cells) select :tenant, :job, :before::bigint + n.at, "
            "n.cells::text[] from unnest(:rows::text[]) with ordinality n(cells, at)",
            {bind("tenant", ctx_.tenant()), bind("job", id_), bind("before", before), bind("rows", rows)});
    }
    void store(std::string const& file) {
        for (auto at = std::size_t{0}, part = std::size_t{0}; at < file.size(); at += part_bytes, ++part)
            ctx_.sql().execute(
                "insert into export_part (tenant_id, job_id, part, content) values (:tenant, :job, :part, :content)",
                {bind("tenant", ctx_.tenant()), bind("job", id_), bind("part", part),
                 bind("content", database::Blob{file.substr(at, part_bytes)})});
        ctx_.sql().execute("delete from export_row where tenant_id = :tenant and job_id = :job",
                           {bind("tenant", ctx_.tenant()), bind("job", id_)});
        ctx_.sql().execute(
            "update export_job set state = 'done', size = :size, finished_at = :now, expires_at = :until, updated_at = "
            ":now, version = version + 1 where tenant_id = :tenant and id = :id",
            {bind("tenant", ctx_.tenant()), bind("id", id_), bind("size", file.size()), bind("now", ctx_.now()),
             bind("until", ctx_.now() + config_.exports_kept)});
    }

    operation::Context& ctx_;
    operation::Entry const& list_;
    Config const& config_;
    ExportId id_;
    ExportWork const& work_;
    std::vector<ExportColumn> columns_;
    OwnWords words_;
};

void fail(operation::Context& ctx, ExportId id, std::string const& problem) {
    ctx.sql().execute(
        "update export_job set state = 'failed', problem = :problem, finished_at = :now, updated_at = :now, version = "
        "version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("problem", problem), bind("now", ctx.now())});
    tell_export_ended(ctx, id);
}

// To whoever asked, at once or when his superior agrees.
Result<void> hand_out(operation::Context& ctx, Config const& config, ExportId id) {
    auto const job = ctx.sql().row<std::string, std::string, std::int64_t>(
        "select object, format, row_count from export_job where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id)});
    auto const& [object, format, count] = job.value();
    auto request = approval::Request{};
    request.kind = "export.create";
    request.subject_type = "export";
    request.subject_id = id.value();
    request.subject_no = title_of_object(object);
    request.subject_name = std::to_string(count) + " 条，" + format + " 文件";
    request.owner = ctx.actor().employee;
    request.triggers.push_back({"export", {}, "导出的条数超过公司规定", count});
    auto const waits = approval::request(ctx, request);
    if (!waits) return waits.error();
    if (*waits)
        ctx.sql().execute("update export_job set state = 'waiting' where tenant_id = :tenant and id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", id)});
    tell_export_ended(ctx, id);
    if (config.export_notice_rows > 0 && count > static_cast<std::int64_t>(config.export_notice_rows))
        tell_administrators(ctx, id);
    return {};
}

Result<void> settle(operation::Context& ctx, std::int64_t id, approval::Outcome outcome, std::string const& comment) {
    auto const is_agreed = outcome == approval::Outcome::approved;
    // From now on the file waits as long as others do since they were written.
    auto const found = ctx.sql().execute(
        "update export_job set state = case when :agreed::boolean then 'done' else 'refused' end, problem = :problem, "
        "expires_at = :now::timestamptz + (expires_at - finished_at), updated_at = :now, version = version + 1 where "
        "tenant_id = "
        ":tenant and id = :id and state = 'waiting'",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("agreed", is_agreed),
         bind("problem", is_agreed ? std::string{} : comment), bind("now", ctx.now())});
    if (found == 0) return Error{Errc::conflict, "export_state", "这次导出已经不在了，请申请人重新导出"};
    if (!is_agreed)
        ctx.sql().execute("delete from export_part where tenant_id = :tenant and job_id = :id",
                          {bind("tenant", ctx.tenant()), bind("id", id)});
    if (outcome != approval::Outcome::withdrawn) tell_export_ended(ctx, ExportId{id});
    return {};
}

}  // namespace

void add_approval_subjects(approval::Subjects& subjects) { subjects.add({"export", "导出", settle}); }

Result<void> export_step(operation::Context& system, Lists const& lists, Config const& config, ExportId id) {
    auto const work = system.sql().record<ExportWork>(
        "select object, format, state, filter::text, columns::text, next_cursor, row_count from export_job where "
        "tenant_id = :tenant and id = :id for update",
        {bind("tenant", system.tenant()), bind("id", id)});
    if (!work || work->state != "running") return {};
    auto actor = actor_of_job(system, "export_job", id.value());
    auto const* list = list_of(lists, work->object);
    if (!actor || !list) {
        fail(system, id, actor ? "这类记录不能导出" : actor.error().message);
        return {};
    }
    auto ctx = operation::Context{system.sql(), std::move(*actor), system.now(), system.services()};
    if (!ctx.may(work->object + ".export")) {
        fail(system, id, "发起人已没有导出的权限");
        return {};
    }
    auto step = ExportStep{ctx, *list, config, id, *work};
    auto const is_complete = step.read();
    if (!is_complete) {
        if (is_complete.error().code == Errc::unavailable || is_complete.error().code == Errc::timed_out)
            return is_complete.error();
        fail(system, id, is_complete.error().message);
        return {};
    }
    if (!*is_complete) {
        system.timers().schedule({"export_step", "export", id.value(), system.now()});
        return {};
    }
    step.write();
    return hand_out(ctx, config, id);
}

}  // namespace wescrm::exchange
