#include "files.hpp"
#include "steps.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/permissions.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <set>

namespace wescrm::exchange {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Paging;

constexpr std::size_t longest_content = 40'000'000;  // base64 of exchange.file_bytes; that limit is the narrower one
constexpr std::string_view no_such = "import";

struct CreateImport {
    ImportObject object = ImportObject::customer;
    std::string file_name;
    std::string content;  ///< base64
};
BOOST_DESCRIBE_STRUCT(CreateImport, (), (object, file_name, content))

struct OneImport {
    ImportId id;
};
BOOST_DESCRIBE_STRUCT(OneImport, (), (id))

struct ChangeImport {
    ImportId id;
    std::int64_t version = 0;
    std::optional<std::vector<std::string>> mapping;  ///< of each column the key of a field, or "-"
    std::optional<sales::BulkMode> mode;
    operation::Patch<sales::HighSeaId> high_sea_id;
    operation::Patch<sales::HighSeaId> overflow_id;
    std::optional<bool> assign_by_rules;  ///< new leads without an owner go where the assignment rules say
};
BOOST_DESCRIBE_STRUCT(ChangeImport, (), (id, version, mapping, mode, high_sea_id, overflow_id, assign_by_rules))

struct ListImports {
    std::optional<ImportObject> object;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListImports, (), (object, limit, cursor))

struct ImportRow : Import {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ImportRow, (Import), (sort_key))

struct ImportPage {
    std::vector<Import> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ImportPage, (), (items, next_cursor))

struct ImportDetail : Import {
    std::vector<std::vector<std::string>> samples;  ///< the first rows
    std::optional<ImportId> earlier_id;             ///< the same file was imported before
    std::optional<Instant> earlier_at;
    bool can_undo = false;
};
BOOST_DESCRIBE_STRUCT(ImportDetail, (Import), (samples, earlier_id, earlier_at, can_undo))

struct ListRows {
    ImportId id;
    std::optional<std::string> action;  ///< create, update, skip, error, undo; noted: written with a remark
    std::optional<std::int64_t> after;  ///< position of the last row of the page before
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(ListRows, (), (id, action, after, limit))

struct ShownRow {
    std::int64_t position = 0;
    std::int64_t number = 0;
    std::vector<std::string> cells;
    std::string action;
    std::string message;
    std::optional<sales::RecordId> record_id;
};
BOOST_DESCRIBE_STRUCT(ShownRow, (), (position, number, cells, action, message, record_id))

struct RowPage {
    std::vector<ShownRow> items;
    std::optional<std::int64_t> next_after;
};
BOOST_DESCRIBE_STRUCT(RowPage, (), (items, next_after))

struct OneObject {
    ImportObject object = ImportObject::customer;
};
BOOST_DESCRIBE_STRUCT(OneObject, (), (object))

struct ShownField {
    std::string key;
    std::string label;
    bool required = false;
    std::string hint;
    std::vector<std::string> options;
};
BOOST_DESCRIBE_STRUCT(ShownField, (), (key, label, required, hint, options))

struct ShownFields {
    std::vector<ShownField> items;
};
BOOST_DESCRIBE_STRUCT(ShownFields, (), (items))

std::vector<FieldRule> field_rules(CreateImport const*) {
    return {{"object", "对象"},
            {"file_name", "文件名", {.max_length = 255}},
            {"content", "文件内容", {.max_length = longest_content}}};
}
std::vector<FieldRule> field_rules(ChangeImport const*) {
    return {{"mapping", "列的对应", {.max_items = 500}},
            {"mode", "导入方式"},
            {"high_sea_id", "公海"},
            {"overflow_id", "超出上限的放入"},
            {"assign_by_rules", "按规则分配"},
            {"version", "版本", {.min = 1}}};
}

std::string word_of(ImportObject object) { return boost::describe::enum_to_string(object, ""); }

Result<void> insist_may_import(Context& ctx, ImportObject object) {
    auto const permission = word_of(object) + ".import";
    if (!ctx.may(permission)) return operation::no_permission(ctx.actor(), permission);
    return {};
}

void audit(Context& ctx, Import const& import, std::string action, std::string after = {}) {
    ctx.audit({"import", import.id.value(), std::move(action), {}, std::move(after), import.file_name});
}

bool is_at_work(Import const& import) {
    return import.state == "checking" || import.state == "running" || import.state == "undoing";
}

ImportDetail detail_of(Context& ctx, Import import) {
    constexpr std::size_t samples = 5;
    auto imports = Imports{ctx};
    auto detail = ImportDetail{};
    static_cast<Import&>(detail) = std::move(import);
    for (auto& row : imports.rows_after(detail.id, 0, samples)) detail.samples.push_back(std::move(row.cells));
    if (auto const earlier = imports.earlier(detail.id)) {
        detail.earlier_id = earlier->id;
        detail.earlier_at = earlier->created_at;
    }
    detail.can_undo = detail.state == "done" && detail.undo_until && ctx.now() < *detail.undo_until &&
                      detail.created_count + detail.updated_count > 0;
    return detail;
}

Result<ImportDetail> show(Context& ctx, OneImport const& input) {
    auto import = Imports{ctx}.find(input.id);
    if (!import) return import.error();
    return detail_of(ctx, std::move(*import));
}

Result<ImportDetail> create(Context& ctx, CreateImport const& input, Lists const& lists, Config const& config) {
    if (auto const may = insist_may_import(ctx, input.object); !may) return may.error();
    auto const content = from_base64(input.content);
    if (!content) return invalid_field("content", "不是有效的 base64");
    auto const id = take_upload(ctx, lists, input.object, input.file_name, *content, config.limits);
    if (!id) return id.error();
    auto import = Imports{ctx}.find(*id).value();
    audit(ctx, import, "import.create", R"({"row_count":)" + std::to_string(import.row_count) + "}");
    return detail_of(ctx, std::move(import));
}

Result<ImportPage> list(Context& ctx, ListImports const& input) {
    auto const paging = Paging::from("-created_at", input.limit, input.cursor,
                                     {{"created_at", "j.created_at", "timestamptz"}}, "-created_at", "j.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("all", ctx.actor().is_administrator),
                         bind("me", ctx.actor().employee), bind("object", input.object ? word_of(*input.object) : "")};
    params.add(after.params);
    auto rows = ctx.sql().records<ImportRow>(
        "select " + import_columns + ", " + paging->key_column() +
            " from import_job j join employee e on e.tenant_id = j.tenant_id and e.id = j.employee_id left join "
            "employee k on k.tenant_id = j.tenant_id and k.id = j.created_by where j.tenant_id = :tenant and (:all or "
            "j.employee_id = :me) and (:object = '' or j.object = :object)" +
            after.sql + paging->order(),
        params);
    auto page = ImportPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

Result<void> check_mapping(Context& ctx, Lists const& lists, Import const& import) {
    auto const fields = fields_of(ctx, lists, import_object(import.object));
    if (import.mapping.size() != import.headers.size())
        return invalid_field("mapping", "应为 " + std::to_string(import.headers.size()) + " 列");
    auto seen = std::set<std::string>{};
    for (auto i = std::size_t{0}; i < import.mapping.size(); ++i) {
        auto const& key = import.mapping[i];
        if (key == no_field) continue;
        auto const at = "mapping[" + std::to_string(i) + "]";
        auto const field = std::ranges::find(fields, key, &sales::BulkField::key);
        if (field == fields.end()) return invalid_field(at, "没有这个字段，或您不能填写它");
        if (!seen.insert(key).second) return invalid_field(at, "「" + field->label + "」已对应另一列");
    }
    return {};
}

// Before rows are looked at: what every row would be refused for.
Result<void> check_whole(Context& ctx, Lists const& lists, Import const& import) {
    if (auto const good = check_mapping(ctx, lists, import); !good) return good.error();
    auto const fields = fields_of(ctx, lists, import_object(import.object));
    auto const has = [&import](std::string const& key) {
        return std::ranges::find(import.mapping, key) != import.mapping.end();
    };
    if (import.mode == "update") return insist_can_find(import_object(import.object), import.mapping);
    for (auto const& field : fields)
        if (field.is_required && !has(field.key))
            return invalid_field("mapping", "「" + field.label + "」是必填项，请选择对应的列");
    return {};
}

Result<void> insist_on_pool(Context& ctx, ImportObject object, std::string const& field, sales::HighSeaId pool) {
    if (!is_in_sets(object)) return invalid_field(field, title_of(object) + "没有公海");
    return sales::insist_on_bulk_pool(ctx, bulk_object(object), pool);
}

// A pool that is chosen ends what the company does otherwise.
Result<void> settle_rules(ChangeImport const& input, Import& import) {
    import.assign_by_rules = input.assign_by_rules.value_or(import.assign_by_rules && !import.high_sea_id);
    if (!import.assign_by_rules) return {};
    if (import_object(import.object) != ImportObject::lead)
        return invalid_field("assign_by_rules", "只有线索可以按规则分配");
    if (import.high_sea_id) return invalid_field("assign_by_rules", "放入线索池和按规则分配只能选一项");
    return {};
}

Result<ImportDetail> change(Context& ctx, ChangeImport const& input, Lists const& lists) {
    auto imports = Imports{ctx};
    auto import = imports.find(input.id, true);
    if (!import) return import.error();
    if (import->state != "mapping" && import->state != "checked")
        return Error{Errc::conflict, "import_state", "这次导入已经开始，不能再修改"};
    if (input.version != import->version) return Error{Errc::stale, "version", "这次导入刚被修改过，请刷新"};
    if (input.mapping) import->mapping = *input.mapping;
    if (input.mode) import->mode = boost::describe::enum_to_string(*input.mode, "");
    if (import->mode != "update" && !can_create(import_object(import->object)))
        return invalid_field("mode", "员工来自企业微信，这里只能更新已有员工的资料，请选择“只更新”");
    if (input.high_sea_id.is_present) import->high_sea_id = input.high_sea_id.value;
    if (input.overflow_id.is_present) import->overflow_id = input.overflow_id.value;
    if (auto const good = settle_rules(input, *import); !good) return good.error();
    if (auto const good = check_mapping(ctx, lists, *import); !good) return good.error();
    for (auto const& [field, pool] :
         {std::pair{"high_sea_id", import->high_sea_id}, {"overflow_id", import->overflow_id}})
        if (pool)
            if (auto const good = insist_on_pool(ctx, import_object(import->object), field, *pool); !good)
                return good.error();
    imports.keep_options(*import);
    audit(ctx, *import, "import.change");
    return show(ctx, {input.id});
}

Result<ImportDetail> begin(Context& ctx, Lists const& lists, ImportId id, std::string const& state,
                           std::string const& action) {
    auto imports = Imports{ctx};
    auto const import = imports.find(id, true);
    if (!import) return import.error();
    if (auto const may = insist_may_import(ctx, import_object(import->object)); !may) return may.error();
    if (is_at_work(*import)) return Error{Errc::conflict, "import_state", "正在处理，请稍候"};
    if (import->state != "mapping" && import->state != "checked")
        return Error{Errc::conflict, "import_state", "这次导入已经执行过"};
    if (auto const good = check_whole(ctx, lists, *import); !good) return good.error();
    imports.drop_keys(id);
    imports.enter(id, state);
    schedule_import_step(ctx, id);
    audit(ctx, *import, action);
    return show(ctx, {id});
}

Result<ImportDetail> check(Context& ctx, OneImport const& input, Lists const& lists) {
    return begin(ctx, lists, input.id, "checking", "import.check");
}

Result<ImportDetail> run(Context& ctx, OneImport const& input, Lists const& lists, Config const& config) {
    auto const found = Imports{ctx}.find(input.id);
    if (found && found->state == "mapping")
        return Error{Errc::conflict, "import_state", "请先检查全部数据，再开始导入"};
    auto const begun = begin(ctx, lists, input.id, "running", "import.run");
    if (!begun) return begun.error();
    remember_headings(ctx, *begun);
    ctx.sql().execute("update import_job set undo_until = :until where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id), bind("until", ctx.now() + config.undo_for)});
    return show(ctx, input);
}

Result<ImportDetail> undo(Context& ctx, OneImport const& input) {
    auto imports = Imports{ctx};
    auto import = imports.find(input.id, true);
    if (!import) return import.error();
    if (auto const may = insist_may_import(ctx, import_object(import->object)); !may) return may.error();
    if (import->state != "done") return Error{Errc::conflict, "import_state", "只能撤销已完成的导入"};
    if (!import->undo_until || ctx.now() >= *import->undo_until)
        return Error{Errc::conflict, "undo_over", "已过可以撤销的时间"};
    imports.enter(input.id, "undoing");
    schedule_import_step(ctx, input.id);
    audit(ctx, *import, "import.undo");
    return show(ctx, input);
}

Result<RowPage> list_rows(Context& ctx, ListRows const& input) {
    constexpr std::int64_t most = 200;
    auto const limit = input.limit.value_or(50);
    if (limit < 1 || limit > most) return invalid_field("limit", "应在 1 到 200 之间");
    if (auto const seen = Imports{ctx}.find(input.id); !seen) return seen.error();
    auto page = RowPage{};
    page.items = ctx.sql().records<ShownRow>(
        "select position, number, cells, action, message, record_id from import_row where tenant_id = :tenant and "
        "job_id = :job and (:action = '' or action = :action or (:action = 'noted' and message <> '' and action in "
        "('create', 'update'))) and position > :after order by position limit :limit",
        {bind("tenant", ctx.tenant()), bind("job", input.id), bind("action", input.action.value_or("")),
         bind("after", input.after.value_or(0)), bind("limit", limit + 1)});
    if (std::ssize(page.items) > limit) {
        page.items.pop_back();
        page.next_after = page.items.back().position;
    }
    return page;
}

Result<File> result(Context& ctx, OneImport const& input) {
    auto const import = Imports{ctx}.find(input.id);
    if (!import) return import.error();
    if (import->user_id != ctx.actor().user_id)
        return Error{Errc::not_found, std::string{no_such}, "没有这次导入，或不是您发起的"};
    return failed_rows(ctx, *import);
}

Result<File> show_template(Context& ctx, OneObject const& input, Lists const& lists) {
    if (auto const may = insist_may_import(ctx, input.object); !may) return may.error();
    return template_for(ctx, lists, input.object);
}

Result<ShownFields> show_fields(Context& ctx, OneObject const& input, Lists const& lists) {
    if (auto const may = insist_may_import(ctx, input.object); !may) return may.error();
    auto shown = ShownFields{};
    for (auto& field : fields_of(ctx, lists, input.object))
        shown.items.push_back({field.key, field.label, field.is_required, field.hint, field.options});
    return shown;
}

// What needs the lists or the configuration is handed in when the catalogue is built.
template <class Output, class Input>
Result<Output> needs_more(Context&, Input const&) {
    return Error{Errc::unavailable, "configuration"};
}

// Which object it is about decides the permission (<object>.import), so the operations ask for it themselves.
constexpr Operation<CreateImport, ImportDetail> import_create{
    "import.create", "上传导入文件", "self", Effect::writes, needs_more<ImportDetail>, {"POST", "/imports", 201}};
constexpr Operation<ListImports, ImportPage> import_list{"import.list", "导入记录", "self",
                                                         Effect::reads, list,       {"GET", "/imports"}};
constexpr Operation<OneImport, ImportDetail> import_show{"import.show", "查看导入", "self",
                                                         Effect::reads, show,       {"GET", "/imports/{id}"}};
constexpr Operation<ChangeImport, ImportDetail> import_change{
    "import.change", "设置导入", "self", Effect::writes, needs_more<ImportDetail>, {"PATCH", "/imports/{id}"}};
constexpr Operation<OneImport, ImportDetail> import_check{
    "import.check", "检查导入", "self", Effect::writes, needs_more<ImportDetail>, {"POST", "/imports/{id}/check"}};
constexpr Operation<OneImport, ImportDetail> import_run{
    "import.run", "开始导入", "self", Effect::confirms, needs_more<ImportDetail>, {"POST", "/imports/{id}/run"}};
constexpr Operation<OneImport, ImportDetail> import_undo{"import.undo",    "撤销导入", "self",
                                                         Effect::confirms, undo,       {"POST", "/imports/{id}/undo"}};
constexpr Operation<ListRows, RowPage> import_rows{"import.rows", "导入的行", "self",
                                                   Effect::reads, list_rows,  {"GET", "/imports/{id}/rows"}};
constexpr Operation<OneImport, File> import_result{"import.result", "下载失败的行", "self",
                                                   Effect::reads,   result,         {"GET", "/imports/{id}/result"}};
constexpr Operation<OneObject, File> import_template{
    "import.template", "下载导入模板", "self", Effect::reads, needs_more<File>, {"GET", "/import-templates/{object}"}};
constexpr Operation<OneObject, ShownFields> import_fields{
    "import.fields", "可导入的字段",          "self",
    Effect::reads,   needs_more<ShownFields>, {"GET", "/import-fields/{object}"}};

}  // namespace

void add_import_operations(operation::Catalogue& catalogue, Lists const& lists, Config const& config) {
    catalogue.add(import_create, [lists, config](Context& ctx, CreateImport const& input) {
        return create(ctx, input, lists, config);
    });
    catalogue.add(import_list);
    catalogue.add(import_show);
    catalogue.add(import_change,
                  [lists](Context& ctx, ChangeImport const& input) { return change(ctx, input, lists); });
    catalogue.add(import_check, [lists](Context& ctx, OneImport const& input) { return check(ctx, input, lists); });
    catalogue.add(import_run,
                  [lists, config](Context& ctx, OneImport const& input) { return run(ctx, input, lists, config); });
    catalogue.add(import_undo);
    catalogue.add(import_rows);
    catalogue.add(import_result);
    catalogue.add(import_template,
                  [lists](Context& ctx, OneObject const& input) { return show_template(ctx, input, lists); });
    catalogue.add(import_fields,
                  [lists](Context& ctx, OneObject const& input) { return show_fields(ctx, input, lists); });
}

}  // namespace wescrm::exchange
