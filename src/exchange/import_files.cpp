#include "files.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/sales_rules.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <set>

namespace wescrm::exchange {

using database::bind;

namespace {

constexpr std::size_t rows_at_once = 2'000;
constexpr std::size_t page_rows = 5'000;
constexpr std::size_t longest_header = 100;
constexpr double wide = 24;

// "客户名称 *（必填）" → "客户名称".
std::string plain_heading(std::string_view heading) {
    auto text = std::string{text::trim(heading)};
    for (auto const* bracket : {"（", "("})
        if (auto const at = text.find(bracket); at != std::string::npos && at > 0) text.resize(at);
    text = text::replace_all(text, "*", "");
    return text::to_lower(text::normalised(text::trim(text)));
}

/// Rows on their way into the database.
class Storing {
public:
    Storing(operation::Context& ctx, Import& made, std::string const& print,
            std::vector<sales::BulkField> const& fields)
        : ctx_{ctx}, imports_{ctx}, made_{made}, print_{print}, fields_{fields} {}

    void take(std::int64_t number, tables::Row row) {
        if (!id_) return begin(row);
        for (auto& cell : row) cell = std::string{text::trim(cell)};
        waiting_.emplace_back(number, std::move(row));
        if (waiting_.size() == rows_at_once) flush();
    }
    Result<ImportId> finish() {
        if (!id_) return invalid_field("content", "文件里没有表头");
        flush();
        if (count_ == 0) return invalid_field("content", "文件里只有表头，没有数据");
        imports_.set_row_count(*id_, count_);
        return *id_;
    }

private:
    void begin(tables::Row const& row) {
        for (auto const& cell : row)
            made_.headers.push_back(text::truncate(text::one_line(text::trim(cell)), longest_header));
        made_.mapping = proposed_mapping(made_.headers, fields_, known_headings(ctx_, made_.object, made_.headers));
        id_ = imports_.insert(made_, print_);
    }
    void flush() {
        if (waiting_.empty()) return;
        imports_.add_rows(*id_, count_ + 1, waiting_);
        count_ += std::ssize(waiting_);
        waiting_.clear();
    }

    operation::Context& ctx_;
    Imports imports_;
    Import& made_;
    std::string const& print_;
    std::vector<sales::BulkField> const& fields_;
    std::optional<ImportId> id_;
    std::vector<std::pair<std::int64_t, tables::Row>> waiting_;
    std::int64_t count_ = 0;
};

}  // namespace

std::string watermark(operation::Context& ctx) {
    auto const local = ctx.zone().local(ctx.now());
    auto const minute = std::chrono::duration_cast<minutes>(local.time_of_day).count();
    auto const two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return ctx.actor().name + " " + format_date(local.date) + " " + two(minute / 60) + ":" + two(minute % 60);
}

std::map<std::string, std::string> known_headings(operation::Context& ctx, std::string const& object,
                                                  std::vector<std::string> const& headers) {
    auto plain = std::vector<std::string>{};
    for (auto const& header : headers) plain.push_back(plain_heading(header));
    auto known = std::map<std::string, std::string>{};
    for (auto& [heading, field] : ctx.sql().rows<std::string, std::string>(
             "select heading, field from import_heading where tenant_id = :tenant and object = :object and heading = "
             "any(:headings::text[])",
             {bind("tenant", ctx.tenant()), bind("object", object), bind("headings", plain)}))
        known.emplace(std::move(heading), std::move(field));
    return known;
}

void remember_headings(operation::Context& ctx, Import const& import) {
    auto mapped = std::map<std::string, std::string>{};
    for (auto i = std::size_t{0}; i < import.headers.size() && i < import.mapping.size(); ++i)
        if (auto heading = plain_heading(import.headers[i]); !heading.empty())
            mapped.emplace(std::move(heading), import.mapping[i]);
    auto headings = std::vector<std::string>{};
    auto fields = std::vector<std::string>{};
    for (auto const& [heading, field] : mapped) {
        headings.push_back(heading);
        fields.push_back(field);
    }
    ctx.sql().execute(
        "insert into import_heading (tenant_id, object, heading, field, employee_id, updated_at) select :tenant, "
        ":object, n.heading, n.field, :me, :now from unnest(:headings::text[], :fields::text[]) n(heading, field) on "
        "conflict (tenant_id, object, heading) do update set field = excluded.field, employee_id = "
        "excluded.employee_id, updated_at = excluded.updated_at where import_heading.field <> excluded.field",
        {bind("tenant", ctx.tenant()), bind("object", import.object), bind("headings", headings),
         bind("fields", fields), bind("me", ctx.actor().employee), bind("now", ctx.now())});
}

std::vector<std::string> proposed_mapping(std::vector<std::string> const& headers,
                                          std::vector<sales::BulkField> const& fields,
                                          std::map<std::string, std::string> const& known) {
    auto mapping = std::vector<std::string>(headers.size(), std::string{no_field});
    auto taken = std::set<std::string>{};
    auto settled = std::set<std::size_t>{};  // what people decided before counts first, also that a column is left out
    for (auto i = std::size_t{0}; i < headers.size(); ++i) {
        auto const before = known.find(plain_heading(headers[i]));
        if (before == known.end()) continue;
        auto const is_field = std::ranges::find(fields, before->second, &sales::BulkField::key) != fields.end();
        if (before->second == no_field || (is_field && !taken.contains(before->second))) settled.insert(i);
        if (is_field && taken.insert(before->second).second) mapping[i] = before->second;
    }
    auto const take = [&](std::size_t column, auto const& fits) {
        if (mapping[column] != no_field || settled.contains(column)) return;
        auto const found =
            std::ranges::find_if(fields, [&](auto const& field) { return !taken.contains(field.key) && fits(field); });
        if (found != fields.end()) taken.insert(mapping[column] = found->key);
    };
    for (auto i = std::size_t{0}; i < headers.size(); ++i) {
        auto const heading = plain_heading(headers[i]);
        take(i, [&](auto const& field) { return plain_heading(field.label) == heading || field.key == heading; });
    }
    for (auto i = std::size_t{0}; i < headers.size(); ++i) {
        auto const heading = plain_heading(headers[i]);
        take(i, [&](auto const& field) {
            return std::ranges::any_of(field.aliases,
                                       [&](auto const& alias) { return plain_heading(alias) == heading; });
        });
    }
    return mapping;
}

Result<ImportId> take_upload(operation::Context& ctx, Lists const& lists, ImportObject object,
                             std::string const& file_name, std::string_view content, tables::Limits const& limits) {
    auto made = Import{};
    made.object = boost::describe::enum_to_string(object, "");
    made.file_name = text::truncate(text::one_line(file_name), longest_header);
    made.mode = can_create(object) ? "create" : "update";
    made.assign_by_rules = object == ImportObject::lead && sales::sales_rules(ctx).assign_leads;
    auto const print = to_hex(sha256(content));
    auto const fields = fields_of(ctx, lists, object);
    auto storing = Storing{ctx, made, print, fields};
    auto const read = tables::read(content, limits, [&storing](std::int64_t number, tables::Row row) {
        storing.take(number, std::move(row));
        return true;
    });
    if (!read) return read.error();
    return storing.finish();
}

File template_for(operation::Context& ctx, Lists const& lists, ImportObject object) {
    auto sheet = tables::Sheet{title_of(object), {}, {}};
    for (auto const& field : fields_of(ctx, lists, object)) {
        auto column = tables::WrittenColumn{field.label + (field.is_required ? " *" : "")};
        column.width =
            field.is_required ? wide : std::max(12.0, 2.2 * static_cast<double>(text::length(field.label)) + 4);
        column.is_required = field.is_required;
        column.note = (field.is_required ? "必填。" : "") + field.hint;
        if (!field.options.empty() && field.hint.empty()) column.note += "可选：" + text::join(field.options, "、");
        column.options = field.hint.find("多项") == std::string::npos ? field.options : std::vector<std::string>{};
        sheet.columns.push_back(std::move(column));
    }
    auto const name = title_of(object) + "导入模板.xlsx";
    return {name, to_base64(tables::xlsx_writer(std::move(sheet))->finish())};
}

File failed_rows(operation::Context& ctx, Import const& import) {
    auto imports = Imports{ctx};
    auto sheet = tables::Sheet{"失败的行", watermark(ctx), {}};
    for (auto const& header : import.headers) sheet.columns.push_back({header});
    sheet.columns.push_back({"失败原因", wide * 2});
    auto const writer = tables::xlsx_writer(std::move(sheet));
    auto position = std::int64_t{0};
    while (true) {
        auto rows = imports.rows_after(import.id, position, page_rows);
        for (auto& row : rows) {
            if (row.action != "error") continue;
            row.cells.resize(import.headers.size());
            row.cells.push_back(row.message);
            writer->add(row.cells);
        }
        if (rows.size() < page_rows) break;
        position = rows.back().position;
    }
    auto const stem = import.file_name.substr(0, import.file_name.rfind('.'));
    return {stem + "-失败的行.xlsx", to_base64(writer->finish())};
}

}  // namespace wescrm::exchange
