#include "fields/store.hpp"

#include "fields/files.hpp"
#include "fields/purge.hpp"
#include "fields/secrets.hpp"
#include "rules/fields.hpp"
#include "rules/system_fields.hpp"

#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/field_labels.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace wescrm::sales {
namespace {

using database::bind;

struct FieldRow {
    FieldId id;
    std::string object;
    std::int64_t position = 0;
    std::string definition;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(FieldRow, (), (id, object, position, definition, version, created_at, updated_at, created_by))

constexpr std::string_view select_fields =
    "select f.id, f.object, f.position, f.definition::text, f.version, f.created_at, f.updated_at, k.user_id from "
    "field f left join employee k on k.tenant_id = f.tenant_id and k.id = f.created_by where f.tenant_id = :tenant and "
    "f.deleted_at is null";

FieldDefinition definition_from(std::string const& text) {
    auto const parsed = json::parse(text);
    return operation::read_input<FieldDefinition>(parsed.value()).value();
}

Field field_from(FieldRow const& row) {
    auto field = Field{};
    static_cast<FieldDefinition&>(field) = definition_from(row.definition);
    field.id = row.id;
    boost::describe::enum_from_string(row.object.c_str(), field.object);
    field.position = row.position;
    field.version = row.version;
    field.created_at = row.created_at;
    field.updated_at = row.updated_at;
    field.created_by = row.created_by;
    return field;
}

std::vector<Field> fields_from(std::vector<FieldRow> const& rows) {
    auto fields = std::vector<Field>{};
    for (auto const& row : rows) fields.push_back(field_from(row));
    return fields;
}

std::string json_of(FieldDefinition const& field) { return json::write(operation::write_output(field)); }

std::optional<EmployeeId> acting(operation::Context& ctx) {
    return ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
}

struct Old {
    FieldId id;
    std::string key;
    std::string definition;
    bool is_gone = false;
    std::optional<Instant> deleted_at;
};
BOOST_DESCRIBE_STRUCT(Old, (), (id, key, definition, is_gone, deleted_at))

std::vector<Old> all_of(operation::Context& ctx, std::string const& object) {
    return ctx.sql().records<Old>(
        "select id, key, definition::text, deleted_at is not null, deleted_at from field where tenant_id = :tenant and "
        "object = :object",
        {bind("tenant", ctx.tenant()), bind("object", object)});
}

// An option that somebody has is not lost: it stays, disabled.
void keep_used_options(operation::Context& ctx, Old const& old, FieldDefinition& field) {
    auto const before = definition_from(old.definition);
    auto missing = std::vector<std::string>{};
    for (auto const& option : before.options)
        if (std::ranges::find(field.options, option.key, &FieldOption::key) == field.options.end())
            missing.push_back(option.key);
    if (missing.empty()) return;
    auto const used = ctx.sql().values<std::string>(
        "select distinct text_value from field_value where tenant_id = :tenant and field_id = :id and text_value = "
        "any(:missing::text[])",
        {bind("tenant", ctx.tenant()), bind("id", old.id), bind("missing", missing)});
    for (auto const& option : before.options) {
        if (std::ranges::find(used, option.key) == used.end()) continue;
        field.options.push_back(option);
        field.options.back().disabled = true;
    }
}

// When a field becomes unique, what is there must be; when it is no longer, nothing forbids anything.
Result<void> bring_uniqueness(operation::Context& ctx, FieldId id, FieldDefinition const& field,
                              std::string const& at) {
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", id)};
    if (!field.unique) {
        ctx.sql().execute(
            "update field_value set unique_value = null where tenant_id = :tenant and field_id = :id and unique_value "
            "is not null",
            key);
        return {};
    }
    auto values = std::map<std::string, std::int64_t>{};
    auto records = std::vector<std::int64_t>{};
    auto forms = std::vector<std::string>{};
    for (auto const& [record, value] : ctx.sql().rows<std::int64_t, std::string>(
             "select record_id, coalesce(text_value, number_value::text) from field_value where tenant_id = :tenant "
             "and field_id = :id and coalesce(text_value, number_value::text) is not null",
             key)) {
        auto form = unique_form(value);
        if (!values.emplace(form, record).second) return invalid_field(at + "unique", "已有重复的值：" + value);
        records.push_back(record);
        forms.push_back(std::move(form));
    }
    ctx.sql().execute(
        "update field_value v set unique_value = n.form from unnest(:records::bigint[], :forms::text[]) n(record, "
        "form) where v.tenant_id = :tenant and v.field_id = :id and v.record_id = n.record",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("records", records), bind("forms", forms)});
    return {};
}

Result<void> change(operation::Context& ctx, FieldObject object, Old const& old, FieldDefinition const& field,
                    std::int64_t position, std::string const& at) {
    auto const before = definition_from(old.definition);
    auto const is_lost = old.is_gone && *old.deleted_at + deleted_field_kept_for < ctx.now();
    if (auto const good = insist_on_secrecy(object, field, is_lost ? nullptr : &before, at); !good) return good.error();
    if (old.is_gone) cancel_purge(ctx, old.id);
    if (is_lost)
        forget_values(ctx, object, old.id, old.key);
    else if (!may_become(before.type, field.type))
        return invalid_field(at + "type", "不能改成另一类字段；请新建一个字段");
    if (before.unique != field.unique)
        if (auto const done = bring_uniqueness(ctx, old.id, field, at); !done) return done.error();
    ctx.sql().execute(
        "update field set type = :type, position = :position, definition = :definition::jsonb, is_unique = :unique, "
        "version = version + 1, updated_at = :now, deleted_at = null where tenant_id = :tenant and id = :id and "
        "(definition <> :definition::jsonb or position <> :position or deleted_at is not null)",
        {bind("tenant", ctx.tenant()), bind("id", old.id),
         bind("type", boost::describe::enum_to_string(field.type, "")), bind("position", position),
         bind("definition", json_of(field)), bind("unique", field.unique), bind("now", ctx.now())});
    return {};
}

void insert(operation::Context& ctx, std::string const& object, FieldDefinition const& field, std::int64_t position) {
    ctx.sql().execute(
        "insert into field (tenant_id, object, key, type, position, definition, is_unique, created_at, updated_at, "
        "created_by) values (:tenant, :object, :key, :type, :position, :definition::jsonb, :unique, :now, :now, "
        ":actor)",
        {bind("tenant", ctx.tenant()), bind("object", object), bind("key", field.key),
         bind("type", boost::describe::enum_to_string(field.type, "")), bind("position", position),
         bind("definition", json_of(field)), bind("unique", field.unique), bind("now", ctx.now()),
         bind("actor", acting(ctx))});
}

}  // namespace

Result<void> insist_on_pattern(operation::Context& ctx, FieldDefinition const& field, std::string const& at) {
    if (!field.pattern) return {};
    auto const refused =
        ctx.sql().attempt([&] { ctx.sql().value<bool>("select '' ~ :pattern", {bind("pattern", *field.pattern)}); });
    if (refused) return invalid_field(at + "pattern", "不是有效的正则表达式");
    return {};
}

std::string word_of(FieldObject object) { return boost::describe::enum_to_string(object, ""); }

std::string write_definitions(std::vector<FieldDefinition> const& fields) {
    auto all = json::Document{rapidjson::kArrayType};
    for (auto const& field : fields)
        all.PushBack(json::Value{operation::write_output(field), all.GetAllocator()}, all.GetAllocator());
    return json::write(all);
}

std::string table_of(FieldObject object) { return object == FieldObject::order ? "sales_order" : word_of(object); }

std::vector<FieldDefinition> read_definitions(std::string const& text) {
    auto fields = std::vector<FieldDefinition>{};
    auto const parsed = json::parse(text).value();
    for (auto const& one : parsed.GetArray()) fields.push_back(operation::read_input<FieldDefinition>(one).value());
    return fields;
}

std::vector<Field> Fields::form(std::string const& object) {
    return fields_from(
        sql_.records<FieldRow>(std::string{select_fields} + " and f.object = :object order by f.position, f.id",
                               {bind("tenant", ctx_.tenant()), bind("object", object)}));
}

std::vector<Field> Fields::of(std::string const& object) { return own_fields(form(object)); }

std::vector<Field> Fields::of(FieldObject object) { return of(word_of(object)); }

std::optional<Field> Fields::find(FieldId id) {
    auto const row = sql_.record<FieldRow>(std::string{select_fields} + " and f.id = :id",
                                           {bind("tenant", ctx_.tenant()), bind("id", id)});
    return row ? std::optional{field_from(*row)} : std::nullopt;
}

std::int64_t Fields::version(FieldObject object) {
    return sql_
        .value<std::int64_t>("select max(version) from field_form where tenant_id = :tenant and object = :object",
                             {bind("tenant", ctx_.tenant()), bind("object", word_of(object))})
        .value_or(0);
}

std::optional<FieldDraft> Fields::draft(FieldObject object) {
    auto const row = sql_.row<std::string, std::int64_t, Instant, std::optional<UserId>>(
        "select d.definition::text, d.base_version, d.saved_at, e.user_id from field_draft d left join employee e on "
        "e.tenant_id = d.tenant_id and e.id = d.saved_by where d.tenant_id = :tenant and d.object = :object",
        {bind("tenant", ctx_.tenant()), bind("object", word_of(object))});
    if (!row) return std::nullopt;
    auto const& [definition, base, at, by] = *row;
    return FieldDraft{read_definitions(definition), base, at, by};
}

void Fields::keep_draft(FieldObject object, std::vector<FieldDefinition> const& fields, std::int64_t base_version) {
    sql_.execute(
        "insert into field_draft (tenant_id, object, base_version, definition, saved_at, saved_by) values (:tenant, "
        ":object, :base, :definition::jsonb, :now, :actor) on conflict (tenant_id, object) do update set definition = "
        "excluded.definition, saved_at = excluded.saved_at, saved_by = excluded.saved_by",
        {bind("tenant", ctx_.tenant()), bind("object", word_of(object)), bind("base", base_version),
         bind("definition", write_definitions(fields)), bind("now", ctx_.now()), bind("actor", acting(ctx_))});
}

void Fields::drop_draft(FieldObject object) {
    sql_.execute("delete from field_draft where tenant_id = :tenant and object = :object",
                 {bind("tenant", ctx_.tenant()), bind("object", word_of(object))});
}

std::vector<SystemField> Fields::system(FieldObject object, std::vector<Field> const& form) {
    auto fields = system_fields(object, form);
    auto const hangs = object == FieldObject::order || object == FieldObject::invoice;
    if (!hangs || !operation::is_switched_off(ctx_.actor(), "contract")) return fields;
    auto field = SystemField{};
    field.object = object;
    field.key = "contract_id";
    field.hidden = field.not_in_detail = true;
    fields.push_back(std::move(field));
    return fields;
}

void Fields::lock(FieldObject object) {
    sql_.row<std::string>("select pg_advisory_xact_lock(hashtextextended('field:' || :tenant || :object, 0))::text",
                          {bind("tenant", ctx_.tenant()), bind("object", word_of(object))});
}

Result<void> apply_form(operation::Context& ctx, FieldObject object, std::vector<FieldDefinition> wanted,
                        std::string const& prefix, std::string const& note) {
    auto const word = word_of(object);
    auto const there = all_of(ctx, word);
    auto const old_of = [&](std::string const& key) { return std::ranges::find(there, key, &Old::key); };
    for (auto& field : wanted)
        if (auto const old = old_of(field.key); old != there.end()) keep_used_options(ctx, *old, field);
    for (auto& field : wanted) settle_system(object, field);
    if (auto const good = check_form(object, wanted, prefix); !good) return good.error();
    auto position = std::int64_t{0};
    for (auto const& field : wanted) {
        auto const at = prefix.empty() ? prefix : prefix + "[" + std::to_string(position) + "].";
        ++position;
        if (auto const good = insist_on_pattern(ctx, field, at); !good) return good.error();
        auto const has_files =
            field.type == FieldType::image || field.type == FieldType::file || field.type == FieldType::signature;
        if (has_files && !may_have_files(word)) return invalid_field(at + "type", "这类记录不能带图片和附件");
        auto const old = old_of(field.key);
        if (old == there.end()) {
            if (auto const good = insist_on_secrecy(object, field, nullptr, at); !good) return good.error();
            insert(ctx, word, field, position);
        } else if (auto const done = change(ctx, object, *old, field, position, at); !done) {
            return done.error();
        }
    }
    for (auto const& old : there) {
        auto const stays = std::ranges::find(wanted, old.key, &FieldDefinition::key) != wanted.end();
        if (stays || old.is_gone) continue;
        ctx.sql().execute(
            "update field set deleted_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
            {bind("tenant", ctx.tenant()), bind("id", old.id), bind("now", ctx.now())});
        if (!is_system(old.key)) plan_purge(ctx, old.id);
    }
    ctx.sql().execute(
        "insert into field_form (tenant_id, object, version, definition, note, published_at, published_by) select "
        ":tenant, :object, coalesce(max(version), 0) + 1, :definition::jsonb, :note, :now::timestamptz, :actor::bigint "
        "from field_form where tenant_id = :tenant and object = :object",
        {bind("tenant", ctx.tenant()), bind("object", word), bind("definition", write_definitions(wanted)),
         bind("note", note), bind("now", ctx.now()), bind("actor", acting(ctx))});
    operation::raise_words_version(ctx.sql(), ctx.tenant());  // sentences name the fields
    return {};
}

std::vector<LabelledField> fields_by_label(database::Session& sql, TenantId tenant) {
    auto fields = std::vector<LabelledField>{};
    for (auto& [object, key, type, label] : sql.rows<std::string, std::string, std::string, std::string>(
             "select object, key, type, definition ->> 'label' from field where tenant_id = :tenant and object in "
             "('customer', 'contact', 'lead', 'opportunity') and deleted_at is null and key not like 'system.%' and "
             "type not in ('divider', "
             "'auto_number') and not coalesce((definition ->> 'read_only')::boolean, false) order by "
             "object desc, position",
             {bind("tenant", tenant)}))
        fields.push_back({std::move(object), std::move(key), std::move(type), std::move(label)});
    return fields;
}

}  // namespace wescrm::sales
