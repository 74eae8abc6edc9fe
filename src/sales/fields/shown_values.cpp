#include "fields/store.hpp"
#include "rules/field_values.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/field_sight.hpp>

#include <algorithm>
#include <charconv>
#include <map>

// The values of one record as people read them: labels of options, names of people, amounts and instants in words.
namespace wescrm::sales {
namespace {

using database::bind;

using Names = std::map<std::string, std::string, std::less<>>;

std::string table_of(FieldObject object) {
    switch (object) {
        case FieldObject::customer:
        case FieldObject::contact:
        case FieldObject::opportunity:
            return word_of(object);
        default:
            return {};
    }
}

// Of those that the reader may see; others stay numbers.
Names record_names(operation::Context& ctx, FieldObject object, std::vector<std::string> const& ids) {
    auto names = Names{};
    auto const table = table_of(object);
    if (table.empty() || ids.empty()) return names;
    auto const scope = ctx.scope().rows(table, operation::Power::read, "r");
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(scope.params);
    for (auto& [id, name] : ctx.sql().rows<std::string, std::string>(
             "select r.id::text, r.name from " + table +
                 " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and " + scope.sql,
             params))
        names[id] = name;
    return names;
}

Names names_for(operation::Context& ctx, Field const& field, std::vector<std::string> const& words) {
    auto names = Names{};
    auto const ask = [&](std::string const& query) {
        for (auto& [id, name] :
             ctx.sql().rows<std::string, std::string>(query, {bind("tenant", ctx.tenant()), bind("words", words)}))
            names[id] = name;
    };
    if (field.type == FieldType::employee || field.type == FieldType::employees)
        ask("select user_id, name from employee where tenant_id = :tenant and user_id = any(:words::text[])");
    else if (field.type == FieldType::department || field.type == FieldType::departments)
        ask("select id::text, name from department where tenant_id = :tenant and id = any(:words::bigint[])");
    else if (field.type == FieldType::reference || field.type == FieldType::references)
        return record_names(ctx, field.reference_object.value_or(FieldObject::customer), words);
    else
        for (auto const& option : field.options) names[option.key] = option.label;
    return names;
}

std::string one_text(operation::Context& ctx, Field const& field, json::Value const& value) {
    if (field.type == FieldType::money && value.IsInt64()) return format_for_people(Money::from_fen(value.GetInt64()));
    if (value.IsBool()) return value.GetBool() ? "是" : "否";
    if (field.type == FieldType::location) return json::find_string(value, "address").value_or("");
    auto const words = words_of(&value);
    if (field.type == FieldType::datetime && !words.empty())
        if (auto const at = parse_rfc3339(words.front())) return format_for_people(*at, ctx.zone(), ctx.now());
    auto const names = names_for(ctx, field, words);
    auto shown = std::vector<std::string>{};
    for (auto const& word : words) {
        auto const known = names.find(word);
        shown.push_back(known == names.end() ? word : known->second);
    }
    auto const separator = field.type == FieldType::cascade || field.type == FieldType::region ? " / " : "、";
    auto text = text::join(shown, separator);
    if (field.type == FieldType::percent && !text.empty()) text += "%";
    return text;
}

bool is_phone(Field const& field) { return field.type == FieldType::mobile || field.type == FieldType::phone; }

}  // namespace

Result<FieldValues> show_values(operation::Context& ctx, ValuesOf const& input) {
    auto const kind = word_of(input.object);
    auto const table = table_of(input.object);
    if (table.empty() || !ctx.scope().allows(kind, operation::Power::read, input.id.value()))
        return Error{Errc::not_found, kind, "没有这条记录，或您看不到它"};
    auto const stored = json::parse(
        ctx.sql()
            .value<std::string>("select custom::text from " + table + " where tenant_id = :tenant and id = :id",
                                {bind("tenant", ctx.tenant()), bind("id", input.id)})
            .value_or("{}"));
    if (!stored) return stored.error();
    auto const& actor = ctx.actor();
    auto const sees_phones =
        actor.is_system() || !actor.hides_phones || !operation::own_records(ctx, kind, {input.id.value()}).empty();
    auto values = FieldValues{};
    for (auto const& field : Fields{ctx}.of(input.object)) {
        if (operation::is_hidden(actor, kind, "custom." + field.key)) continue;
        auto const* value = json::find(*stored, field.key);
        auto shown = FieldValue{field.key, field.label, field.type, {}, field.in_list.value_or(false)};
        if (value) shown.text = one_text(ctx, field, *value);
        if (is_phone(field) && !sees_phones) shown.text = operation::masked_phone(shown.text);
        values.items.push_back(std::move(shown));
    }
    return values;
}

}  // namespace wescrm::sales
