#include "files.hpp"
#include "steps.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/custom_field.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace wescrm::exchange {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Paging;

enum class Format { xlsx, csv };
BOOST_DESCRIBE_ENUM(Format, xlsx, csv)

struct CreateExport {
    std::string object;
    std::optional<Format> format;                      ///< default xlsx
    std::optional<json::Document> filter;              ///< parameters of the object's list
    std::optional<std::vector<ExportColumn>> columns;  ///< default: everything that the list shows
};
BOOST_DESCRIBE_STRUCT(CreateExport, (), (object, format, filter, columns))

struct OneExport {
    ExportId id;
};
BOOST_DESCRIBE_STRUCT(OneExport, (), (id))

struct ListExports {
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListExports, (), (limit, cursor))

struct ExportRow : Export {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ExportRow, (Export), (sort_key))

struct ExportPage {
    std::vector<Export> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ExportPage, (), (items, next_cursor))

std::vector<FieldRule> field_rules(CreateExport const*) {
    return {{"object", "对象", {.max_length = 30}},
            {"format", "文件格式"},
            {"filter", "筛选条件"},
            {"columns", "列", {.max_items = 300}}};
}

std::string const export_columns =
    "x.id, x.object, x.format, x.state, x.row_count, x.size, x.is_cut, x.problem, x.version, x.created_at, "
    "x.updated_at, k.user_id, x.finished_at, x.expires_at, x.downloaded_at, "
    "x.state = 'done' and coalesce(x.expires_at > :now, true) and coalesce(x.downloaded_at > :fresh, true)";
// A file is for whoever asked for it, whatever others may see.
std::string const mine =
    " from export_job x left join employee k on k.tenant_id = x.tenant_id and k.id = x.created_by where x.tenant_id = "
    ":tenant and x.employee_id = :me";

// A file leaves the house once. What begins soon after counts as the same time: browsers inside WeCom ask twice, and
// some downloads break off.
database::Params own(Context& ctx, Config const& config) {
    return {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("now", ctx.now()),
            bind("fresh", ctx.now() - config.export_again)};
}

Result<Export> show(Context& ctx, OneExport const& input, Config const& config) {
    auto params = own(ctx, config);
    params.add(bind("id", input.id));
    auto const found = ctx.sql().record<Export>("select " + export_columns + mine + " and x.id = :id", params);
    if (!found) return Error{Errc::not_found, "export", "没有这次导出"};
    return *found;
}

// A unit price is told in fen and exactly; a table gives it once, in yuan with all its decimals.
constexpr std::string_view exact_price = "_e4";
operation::FieldDescription named_as(operation::FieldDescription field, std::string_view end) {
    field.name.replace(field.name.rfind('_') + 1, std::string::npos, end);
    return field;
}

// Headings: what a field is called where it is typed, else what every record has.
std::string heading_of(Lists const& lists, std::string const& object, operation::FieldDescription const& field) {
    static auto const common = std::map<std::string, std::string, std::less<>>{{"no", "编号"},
                                                                               {"status", "状态"},
                                                                               {"state_name", "企业的状态"},
                                                                               {"customer_name", "客户名称"},
                                                                               {"contact_name", "联系人"},
                                                                               {"owner_name", "负责人姓名"},
                                                                               {"stage_name", "阶段名称"},
                                                                               {"process_name", "流程名称"},
                                                                               {"amount_fen", "金额（元）"},
                                                                               {"received_fen", "已回款（元）"},
                                                                               {"outstanding_fen", "未回款（元）"},
                                                                               {"planned_fen", "已计划回款（元）"},
                                                                               {"invoiced_fen", "已开票（元）"},
                                                                               {"last_follow_at", "最后跟进时间"},
                                                                               {"created_at", "创建时间"},
                                                                               {"updated_at", "更新时间"},
                                                                               {"created_by", "创建人"}};
    if (!field.label.empty()) return field.label;
    if (field.name.ends_with(exact_price)) return heading_of(lists, object, named_as(field, "fen")) + "（元）";
    if (auto const known = common.find(field.name); known != common.end()) return known->second;
    auto const* create = lists->find(object + ".create");
    if (!create) return field.name;
    auto const typed = std::ranges::find(create->input, field.name, &operation::FieldDescription::name);
    return typed == create->input.end() || typed->label.empty() ? field.name : typed->label;
}

bool has_exact_twin(std::vector<operation::FieldDescription> const& fields, operation::FieldDescription const& field) {
    return field.name.ends_with("_fen") &&
           std::ranges::find(fields, named_as(field, "e4").name, &operation::FieldDescription::name) != fields.end();
}

// What the records of the list consist of, without what belongs to the machine and pictures.
std::vector<ExportColumn> all_columns(Lists const& lists, std::string const& object, operation::Entry const& list) {
    auto columns = std::vector<ExportColumn>{};
    auto const items = std::ranges::find(list.output, "items", &operation::FieldDescription::name);
    if (items == list.output.end() || items->children.empty()) return columns;
    auto const& fields = items->children.front().children;
    for (auto const& field : fields)
        if (field.type != "object" && field.type != "any" && field.name != "version" && field.name != "image_ids" &&
            !has_exact_twin(fields, field))
            columns.push_back({field.name, heading_of(lists, object, field), {}});
    // Lists filter by tags but do not bring them along.
    if (std::ranges::find(list.input, "tags", &operation::FieldDescription::name) != list.input.end())
        columns.push_back({"tags", "标签", {}});
    return columns;
}

std::string json_of(std::vector<ExportColumn> const& columns) {
    auto all = json::Document{rapidjson::kArrayType};
    for (auto const& column : columns)
        all.PushBack(json::Value{operation::write_output(column), all.GetAllocator()}, all.GetAllocator());
    return json::write(all);
}

// "custom.*" stands for all of the company's own fields.
void name_own_fields(Context& ctx, std::string const& object, std::vector<ExportColumn>& columns) {
    auto const all = std::ranges::find(columns, "custom.*", &ExportColumn::field);
    if (all == columns.end()) return;
    columns.erase(all);
    auto kind = sales::FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return;
    auto const fields = sales::list_fields(ctx, {kind});
    if (!fields) return;
    for (auto const& field : fields->items)
        if (field.type != sales::FieldType::divider) columns.push_back({"custom." + field.key, field.label, {}});
}

// The company's word for a field stands above it.
void name_system_fields(Context& ctx, std::string const& object, std::vector<ExportColumn>& columns) {
    auto kind = sales::FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return;
    auto const fields = sales::list_fields(ctx, {kind});
    if (!fields) return;
    for (auto const& field : fields->system) {
        auto column = std::ranges::find(columns, field.key, &ExportColumn::field);
        if (column == columns.end() && field.key.ends_with("_fen"))
            column = std::ranges::find(columns, field.key.substr(0, field.key.size() - 3) + "e4", &ExportColumn::field);
        if (column == columns.end() || field.label == field.standard_label) continue;
        column->title = field.type == sales::FieldType::money ? field.label + "（元）" : field.label;
    }
}

// The company's own fields that leave the house in no file.
std::set<std::string> not_exported(Context& ctx, std::string const& object) {
    auto kept = std::set<std::string>{};
    auto kind = sales::FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return kept;
    auto const fields = sales::list_fields(ctx, {kind});
    if (!fields) return kept;
    for (auto const& field : fields->items)
        if (field.not_exported.value_or(false)) kept.insert("custom." + field.key);
    return kept;
}

// A column that the person may not see is not even headed.
void leave_out_hidden(Context& ctx, std::string const& object, std::vector<ExportColumn>& columns) {
    auto const kept = not_exported(ctx, object);
    std::erase_if(columns, [&](ExportColumn const& column) {
        return kept.contains(column.field) || operation::is_hidden(ctx.actor(), object, column.field);
    });
}

// Where contracts bear the money, what belongs to an order names its contract as well.
void leave_out_orders(Context& ctx, std::vector<ExportColumn>& columns) {
    if (!operation::is_switched_off(ctx.actor(), "order")) return;
    std::erase_if(columns, [](ExportColumn const& column) { return column.field.starts_with("order_"); });
}

Result<Export> create(Context& ctx, CreateExport const& input, Lists const& lists, Config const& config) {
    auto const* list = list_of(lists, input.object);
    if (!list) return invalid_field("object", "这类记录不能导出");
    if (!ctx.may(input.object + ".export")) return operation::no_permission(ctx.actor(), input.object + ".export");
    auto filter = json::Document{rapidjson::kObjectType};
    if (input.filter) filter.CopyFrom(*input.filter, filter.GetAllocator());
    if (!filter.IsObject()) return invalid_field("filter", "应为对象");
    filter.RemoveMember("cursor");
    filter.RemoveMember("limit");
    // Whatever the list refuses is refused here, not in the background.
    auto probe = json::Document{};
    probe.CopyFrom(filter, probe.GetAllocator());
    json::set(probe, "limit", json::Value{1}, probe.GetAllocator());
    if (auto const answered = list->invoke(ctx, probe); !answered) return answered.error();
    auto columns = input.columns.value_or(all_columns(lists, input.object, *list));
    if (!input.columns) leave_out_orders(ctx, columns);
    if (!input.columns) name_system_fields(ctx, input.object, columns);
    name_own_fields(ctx, input.object, columns);
    leave_out_hidden(ctx, input.object, columns);
    if (columns.empty()) return invalid_field("columns", "至少选择一列");
    auto const format = input.format.value_or(Format::xlsx) == Format::csv ? "csv" : "xlsx";
    auto const id =
        ctx.sql()
            .value<ExportId>(
                "insert into export_job (tenant_id, object, format, state, filter, columns, employee_id, channel, "
                "created_at, updated_at, created_by) values (:tenant, :object, :format, 'running', :filter::jsonb, "
                ":columns::jsonb, :me, :channel, :now, :now, :me) returning id",
                {bind("tenant", ctx.tenant()), bind("object", input.object), bind("format", format),
                 bind("filter", json::write(filter)), bind("columns", json_of(columns)),
                 bind("me", ctx.actor().employee), bind("channel", name_of(ctx.actor().channel)),
                 bind("now", ctx.now())})
            .value();
    ctx.timers().schedule({"export_step", "export", id.value(), ctx.now()});
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "object", input.object, after.GetAllocator());
    json::set(after, "filter", json::Value{filter, after.GetAllocator()}, after.GetAllocator());
    ctx.audit({"export", id.value(), "export.create", {}, json::write(after), {}});
    return show(ctx, {id}, config);
}

Result<ExportPage> list(Context& ctx, ListExports const& input, Config const& config) {
    auto const paging = Paging::from("-created_at", input.limit, input.cursor,
                                     {{"created_at", "x.created_at", "timestamptz"}}, "-created_at", "x.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto params = own(ctx, config);
    params.add(after.params);
    auto rows = ctx.sql().records<ExportRow>(
        "select " + export_columns + ", " + paging->key_column() + mine + after.sql + paging->order(), params);
    auto page = ExportPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

Error why_not(Context& ctx, Export const& job) {
    if (job.state == "waiting") return {Errc::conflict, "export_state", "这次导出在等审批，通过后才能下载"};
    if (job.state == "refused") return {Errc::conflict, "export_state", "这次导出没有通过审批"};
    if (job.state != "done") return {Errc::conflict, "export_state", "文件还没有准备好"};
    if (job.expires_at && *job.expires_at <= ctx.now()) return {Errc::not_found, "export", "文件已过期，请重新导出"};
    return {Errc::not_found, "export", "文件已经下载过，请重新导出"};
}

Result<File> content(Context& ctx, OneExport const& input, Config const& config) {
    auto const job = show(ctx, input, config);
    if (!job) return job.error();
    if (!job->is_available) return why_not(ctx, *job);
    ctx.sql().execute(
        "update export_job set downloaded_at = :now where tenant_id = :tenant and id = :id and downloaded_at is null",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("now", ctx.now())});
    auto bytes = std::string{};
    for (auto& part : ctx.sql().values<database::Blob>(
             "select content from export_part where tenant_id = :tenant and job_id = :job order by part",
             {bind("tenant", ctx.tenant()), bind("job", input.id)}))
        bytes += part.bytes;
    ctx.audit({"export",
               input.id.value(),
               "export.download",
               {},
               R"({"row_count":)" + std::to_string(job->row_count) + "}",
               {}});
    return File{export_file_name(*job, ctx.zone()), to_base64(bytes)};
}

Result<Export> needs_lists(Context&, CreateExport const&) { return Error{Errc::unavailable, "configuration"}; }

Result<Export> show_needs(Context&, OneExport const&) { return Error{Errc::unavailable, "configuration"}; }
Result<ExportPage> list_needs(Context&, ListExports const&) { return Error{Errc::unavailable, "configuration"}; }
Result<File> content_needs(Context&, OneExport const&) { return Error{Errc::unavailable, "configuration"}; }

// Which object it is about decides the permission (<object>.export), so the operation asks for it itself.
constexpr Operation<CreateExport, Export> export_create{"export.create", "导出列表",  "self",
                                                        Effect::writes,  needs_lists, {"POST", "/exports", 201}};
constexpr Operation<OneExport, Export> export_show{"export.show", "查看导出", "self",
                                                   Effect::reads, show_needs, {"GET", "/exports/{id}"}};
constexpr Operation<ListExports, ExportPage> export_list{"export.list", "导出记录", "self",
                                                         Effect::reads, list_needs, {"GET", "/exports"}};
constexpr Operation<OneExport, File> export_content{
    "export.content", "下载导出的文件", "self", Effect::reads, content_needs, {"GET", "/exports/{id}/content"}};

}  // namespace

void add_export_operations(operation::Catalogue& catalogue, Lists const& lists, Config const& config) {
    catalogue.add(export_create, [lists, config](Context& ctx, CreateExport const& input) {
        return create(ctx, input, lists, config);
    });
    catalogue.add(export_show, [config](Context& ctx, OneExport const& input) { return show(ctx, input, config); });
    catalogue.add(export_list, [config](Context& ctx, ListExports const& input) { return list(ctx, input, config); });
    catalogue.add(export_content,
                  [config](Context& ctx, OneExport const& input) { return content(ctx, input, config); });
}

}  // namespace wescrm::exchange
