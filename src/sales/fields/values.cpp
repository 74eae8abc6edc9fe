#include "fields/files.hpp"
#include "fields/secrets.hpp"
#include "fields/store.hpp"
#include "rules/field_values.hpp"
#include "rules/fields.hpp"
#include "rules/system_fields.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/database/counter.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>

// The values of records: checked, kept in the record and beside it, and filtered by.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::size_t number_digits = 6;

json::Document object_from(std::string const& text) {
    auto parsed = json::parse(text);
    if (parsed && parsed->IsObject()) return std::move(*parsed);
    return json::Document{rapidjson::kObjectType};
}

Error wrong_value(Field const& field, std::string message) {
    return invalid_field("custom." + field.key, std::move(message));
}

std::vector<std::string> texts_of(CustomChange const& change) {
    auto texts = std::vector<std::string>{};
    for (auto const& value : change.index)
        if (value.text) texts.push_back(*value.text);
    return texts;
}

// How many of the words stand in the table.
std::int64_t known_among(operation::Context& ctx, std::string const& query, std::vector<std::string> const& words) {
    return ctx.sql().value<std::int64_t>(query, {bind("tenant", ctx.tenant()), bind("words", words)}).value_or(0);
}

Result<void> check_reference(operation::Context& ctx, CustomChange const& change) {
    auto const words = texts_of(change);
    auto const all = static_cast<std::int64_t>(words.size());
    auto const& field = *change.field;
    auto const is_person = field.type == FieldType::employee || field.type == FieldType::employees;
    auto const is_department = field.type == FieldType::department || field.type == FieldType::departments;
    if (is_person && known_among(ctx,
                                 "select count(*) from employee where tenant_id = :tenant and status <> 'left' and "
                                 "user_id = any(:words::text[])",
                                 words) != all)
        return wrong_value(field, "没有这位员工");
    if (is_department &&
        known_among(ctx, "select count(*) from department where tenant_id = :tenant and id = any(:words::bigint[])",
                    words) != all)
        return wrong_value(field, "没有这个部门");
    if (field.type != FieldType::reference && field.type != FieldType::references) return {};
    auto const kind = word_of(field.reference_object.value_or(FieldObject::customer));
    if (field.reference_object == FieldObject::product) {
        if (known_among(ctx, "select count(*) from product where tenant_id = :tenant and id = any(:words::bigint[])",
                        words) != all)
            return wrong_value(field, "没有这个产品");
        return {};
    }
    auto const scope = ctx.scope();
    for (auto const& word : words)
        if (!scope.allows(kind, operation::Power::read, std::stoll(word)))
            return wrong_value(field, "没有这条记录，或您看不到它");
    return {};
}

Result<void> check_pattern(operation::Context& ctx, CustomChange const& change) {
    auto const& field = *change.field;
    if (!field.pattern) return {};
    for (auto const& word : texts_of(change)) {
        auto const fits =
            ctx.sql().value<bool>("select :word ~ :pattern", {bind("word", word), bind("pattern", *field.pattern)});
        if (!fits.value_or(false)) return wrong_value(field, field.pattern_message.value_or("格式不符合要求"));
    }
    return {};
}

Result<void> keep(operation::Context& ctx, CustomRecord const& record, CustomChange const& change) {
    auto const key =
        database::Params{bind("tenant", ctx.tenant()), bind("field", change.field->id), bind("record", record.id)};
    ctx.sql().execute("delete from field_value where tenant_id = :tenant and field_id = :field and record_id = :record",
                      key);
    auto position = std::int64_t{0};
    for (auto const& value : change.index) {
        auto params = key;
        params.add(bind("position", position));
        params.add(bind("text", value.text));
        params.add(bind("number", value.number));
        params.add(bind("at", value.at));
        params.add(bind("unique", change.unique));
        auto const taken = ctx.sql().execute(
            "insert into field_value (tenant_id, field_id, record_id, position, text_value, number_value, at_value, "
            "unique_value) values (:tenant, :field, :record, :position, :text, :number::numeric, :at, :unique) on "
            "conflict (tenant_id, field_id, unique_value) where unique_value is not null do nothing",
            params);
        if (taken == 0) return wrong_value(*change.field, "已有另一条记录使用这个值");
        ++position;
    }
    return {};
}

// What the system numbers itself.
void number(operation::Context& ctx, std::vector<Field> const& fields, json::Document& values,
            std::vector<CustomChange>& changes) {
    for (auto const& field : fields) {
        if (field.type != FieldType::auto_number) continue;
        auto digits = std::to_string(database::count_up(ctx.sql(), "field:" + std::to_string(field.id.value())));
        if (digits.size() < number_digits) digits.insert(0, number_digits - digits.size(), '0');
        auto const text = field.number_prefix.value_or("") + digits;
        json::set(values, field.key, text, values.GetAllocator());
        auto change = CustomChange{&field, {}, {{text, {}, {}}}, {}};
        if (field.unique) change.unique = unique_form(text);
        changes.push_back(std::move(change));
    }
}

bool asks_for_required(operation::Context& ctx) {
    // The system has nobody to ask, and the buttons of cards make nothing that one could be asked about.
    auto const channel = ctx.actor().channel;
    return channel == operation::Channel::api || channel == operation::Channel::page ||
           channel == operation::Channel::chat;
}

/// A system field that the company wants filled.
struct Needed {
    std::string key;
    std::string label;
    std::string filled;
};

// Not of those that the actor may not fill.
std::vector<Needed> needed_of(operation::Context& ctx, CustomRecord const& record, std::vector<Field> const& form) {
    auto needed = std::vector<Needed>{};
    auto object = FieldObject::customer;
    if (!boost::describe::enum_from_string(record.object.c_str(), object)) return needed;
    for (auto const& field : form) {
        if (!field.required || !is_system(field.key)) continue;
        auto const& rules = system_rules(object);
        auto const rule = std::ranges::find(rules, system_key(field.key), &SystemRule::key);
        if (rule == rules.end() || rule->filled.empty()) continue;
        auto const& rights = ctx.actor().fields;
        auto const right = rights.find(record.object + "." + rule->key);
        auto const may_fill = right == rights.end() || (!right->second.is_hidden && !right->second.is_fixed);
        if (may_fill) needed.push_back({rule->key, field.label, rule->filled});
    }
    return needed;
}

// The own fields of the record as they are kept, and which of the needed ones are empty.
std::pair<std::string, std::vector<std::string>> stored_of(operation::Context& ctx, CustomRecord const& record,
                                                           std::vector<Needed> const& needed) {
    auto empty = std::string{};
    for (auto const& one : needed)
        empty += ", case when coalesce(" + one.filled + ", '') = '' then '" + one.key + "' end";
    auto const found = ctx.sql().row<std::string, std::vector<std::string>>(
        "select r.custom::text, array_remove(array[null::text" + empty + "], null) from " + record.table +
            " r where r.tenant_id = :tenant and r.id = :id",
        {bind("tenant", ctx.tenant()), bind("id", record.id)});
    if (!found) return {"{}", {}};
    return {std::get<0>(*found), std::get<1>(*found)};
}

// All that is wrong at once.
Error with_missing(Result<CustomOutcome> const& outcome, std::vector<Needed> const& needed,
                   std::vector<std::string> const& missing) {
    auto error = outcome ? Error{Errc::invalid_input, "invalid", ""} : outcome.error();
    auto fields = std::vector<FieldError>{};
    for (auto const& one : needed)
        if (std::ranges::find(missing, one.key) != missing.end()) fields.push_back({one.key, "请填写" + one.label});
    if (error.message.empty()) error.message = "内容有误：" + fields.front().message;
    error.fields.insert(error.fields.begin(), fields.begin(), fields.end());
    return error;
}

struct Condition {
    std::string key;
    std::string op;
    std::string value;
};

std::optional<Condition> condition_from(std::string const& text) {
    static constexpr auto operators = std::to_array<std::string_view>({">=", "<=", "~", "="});
    auto best = std::string::npos;
    auto op = std::string_view{};
    for (auto const candidate : operators) {
        auto const at = text.find(candidate);
        if (at < best) {
            best = at;
            op = candidate;
        }
    }
    if (best == std::string::npos || best == 0) return std::nullopt;
    return Condition{text.substr(0, best), std::string{op}, text.substr(best + op.size())};
}

std::string column_of(FieldType type) {
    auto const storage = storage_of(type);
    return storage == Storage::number ? "v.number_value" : storage == Storage::instant ? "v.at_value" : "v.text_value";
}

std::string cast_of(FieldType type) {
    auto const storage = storage_of(type);
    return storage == Storage::number ? "::numeric" : storage == Storage::instant ? "::timestamptz" : "::text";
}

std::string bound(IndexedValue const& value) {
    return value.text ? *value.text : value.number ? *value.number : format_rfc3339(value.at.value());
}

Result<operation::Predicate> predicate_of(Field const& field, Condition const& condition, std::string_view id,
                                          std::string const& mark) {
    auto made = operation::Predicate{
        "exists (select 1 from field_value v where v.tenant_id = :tenant and v.field_id = :" + mark +
            "_field and v.record_id = " + std::string{id},
        {}};
    made.params.add(database::named(mark + "_field", field.id));
    if (condition.value.empty()) {
        made.sql = "not " + made.sql + ")";
        return made;
    }
    if (condition.op == "~") {
        made.sql += " and v.text_value ilike :" + mark + ")";
        made.params.add(database::named(mark, contains_pattern(condition.value)));
        return made;
    }
    auto values = std::vector<std::string>{};
    for (auto const& part : text::split(condition.value, '|')) {
        auto const value = filter_value(field, part);
        if (!value)
            return invalid_field("custom", "「" + field.label + "」不能与这个值比较：" + text::truncate(part, 30));
        values.push_back(bound(*value));
    }
    made.sql += " and " + column_of(field.type);
    if (condition.op == "=") {
        made.sql += " = any(:" + mark + cast_of(field.type) + "[]))";
        made.params.add(database::named(mark, values));
    } else {
        made.sql += " " + condition.op + " :" + mark + cast_of(field.type) + ")";
        made.params.add(database::named(mark, values.front()));
    }
    return made;
}

}  // namespace

Result<void> write_custom(operation::Context& ctx, CustomRecord const& record, CustomValues const& given,
                          CustomWrite how) {
    auto const is_create = how != CustomWrite::change;
    auto const asks = how != CustomWrite::derive && asks_for_required(ctx);
    if (!is_create && given.is_empty()) return {};
    auto const form = Fields{ctx}.form(record.object);
    auto const fields = own_fields(form);
    auto const needed = is_create && asks && record.is_asked_for ? needed_of(ctx, record, form) : std::vector<Needed>{};
    if (fields.empty() && given.is_empty() && needed.empty()) return {};
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", record.id)};
    auto const [custom, missing] = stored_of(ctx, record, needed);
    auto const stored = object_from(custom);
    auto wanted = object_from(given.json);
    drop_masked(ctx, record.object, fields, wanted, stored);
    auto outcome = check_custom({fields, wanted, stored, is_create, asks, ctx.now(), ctx.zone(), ctx.actor().user_id});
    if (!outcome || !missing.empty()) return with_missing(outcome, needed, missing);
    for (auto const& change : outcome->changes)
        if (auto const good = check_pattern(ctx, change); !good) return good.error();
    if (auto const sealed = seal_changes(ctx, record.object, *outcome); !sealed) return sealed.error();
    auto values = object_from(outcome->json);
    if (is_create) number(ctx, fields, values, outcome->changes);
    for (auto const& change : outcome->changes) {
        if (auto const good = check_reference(ctx, change); !good) return good.error();
        if (auto const placed = place_files(ctx, record, change); !placed) return placed.error();
        if (auto const kept = keep(ctx, record, change); !kept) return kept.error();
    }
    if (outcome->changes.empty()) return {};
    auto params = key;
    params.add(bind("custom", json::write(values)));
    ctx.sql().execute("update " + record.table + " set custom = :custom::jsonb where tenant_id = :tenant and id = :id",
                      params);
    return {};
}

Result<void> reindex_custom(operation::Context& ctx, CustomRecord const& record) {
    auto const key = database::Params{bind("tenant", ctx.tenant()), bind("id", record.id)};
    auto const stored =
        object_from(ctx.sql()
                        .value<std::string>(
                            "select custom::text from " + record.table + " where tenant_id = :tenant and id = :id", key)
                        .value_or("{}"));
    for (auto const& field : Fields{ctx}.of(record.object)) {
        auto change = CustomChange{&field, {}, {}, {}};
        if (auto const* value = json::find(stored, field.key); value && !field.encrypted.value_or(false)) {
            auto typed = typed_value(field, *value, {{}, words_of(value)});
            if (typed) change.index = std::move(typed->index);
        }
        if (field.unique && !change.index.empty())
            change.unique = unique_form(change.index.front().text.value_or(change.index.front().number.value_or("")));
        if (auto const kept = keep(ctx, record, change); !kept) return kept.error();
    }
    return {};
}

std::string shown_custom(std::string_view object, std::string_view alias) {
    auto const row = std::string{alias};
    return "shown_custom(" + row + ".tenant_id, '" + std::string{object} + "', " + row + ".custom)";
}

Result<void> add_custom_filters(operation::Context& ctx, Filter& filter, std::string_view object, std::string_view id,
                                std::vector<std::string> const& conditions) {
    if (conditions.empty()) return {};
    auto const fields = Fields{ctx}.of(std::string{object});
    auto n = 0;
    for (auto const& text : conditions) {
        auto const condition = condition_from(text);
        auto const field = condition ? std::ranges::find(fields, condition->key, &Field::key) : fields.end();
        if (field == fields.end() || storage_of(field->type) == Storage::unindexed)
            return invalid_field("custom", "没有可以筛选的字段：" + text::truncate(text, 60));
        auto const kept = is_phone(*field) ? operation::is_hidden(ctx.actor(), object, "custom." + field->key)
                                           : operation::is_withheld(ctx.actor(), object, "custom." + field->key);
        if (kept)
            return invalid_field("custom", "您的角色看不到「" + field->label +
                                               "」，不能按它筛选。请去掉这个条件，或请管理员在“角色权限”里放开");
        if (field->encrypted.value_or(false))
            return invalid_field("custom", "「" + field->label + "」是加密的字段，不能按它筛选");
        // By a part of it a number could be guessed digit by digit.
        auto const is_in_part = field->masked.value_or(false) || (is_phone(*field) && ctx.actor().hides_phones);
        if (is_in_part && !ctx.actor().is_administrator && condition->op != "=")
            return invalid_field(
                "custom", "「" + field->label + "」只能按完整的" + (is_phone(*field) ? "号码" : "内容") + "筛选");
        auto const made = predicate_of(*field, *condition, id, "custom_" + std::to_string(++n));
        if (!made) return made.error();
        filter.where(*made);
    }
    return {};
}

}  // namespace wescrm::sales
