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

// What people call a record.
std::string name_column(FieldObject object) {
    switch (object) {
        case FieldObject::quote:
        case FieldObject::order:
        case FieldObject::contract:
        case FieldObject::payment:
        case FieldObject::invoice:
            return "no";
        default:
            return "name";
    }
}

// Products have no owner: whoever may see products sees all of them.
operation::Predicate readable(operation::Context& ctx, FieldObject object) {
    if (object == FieldObject::product) return {ctx.may("product.view") ? "true" : "false", {}};
    return ctx.scope().named().rows(word_of(object), operation::Power::read, "r");
}

// Of those that the reader may see; others stay numbers.
Names record_names(operation::Context& ctx, FieldObject object, std::vector<std::string> const& ids) {
    auto names = Names{};
    if (ids.empty()) return names;
    auto const scope = readable(ctx, object);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(scope.params);
    for (auto& [id, name] : ctx.sql().rows<std::string, std::string>(
             "select r.id::text, r." + name_column(object) + " from " + table_of(object) +
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

std::string one_text(operation::Context& ctx, Field const& field, json::Value const& value, Names const& names) {
    if (field.type == FieldType::money && value.IsInt64()) return format_for_people(Money::from_fen(value.GetInt64()));
    if (value.IsBool()) return value.GetBool() ? "是" : "否";
    if (field.type == FieldType::location) return json::find_string(value, "address").value_or("");
    auto const words = words_of(&value);
    if (field.type == FieldType::datetime && !words.empty())
        if (auto const at = parse_rfc3339(words.front())) return format_for_people(*at, ctx.zone(), ctx.now());
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

bool is_file(Field const& field) {
    return field.type == FieldType::image || field.type == FieldType::file || field.type == FieldType::signature;
}

/// The records with their own fields as they are kept.
using Stored = std::vector<std::pair<RecordId, json::Document>>;

Stored stored_of(operation::Context& ctx, FieldObject object, std::vector<RecordId> const& ids) {
    auto const scope = readable(ctx, object);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(scope.params);
    auto stored = Stored{};
    for (auto const& [id, custom] : ctx.sql().rows<RecordId, std::string>(
             "select r.id, r.custom::text from " + table_of(object) +
                 " r where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and " + scope.sql + " order by r.id",
             params)) {
        auto read = json::parse(custom);
        stored.emplace_back(id, read ? std::move(*read) : json::Document{rapidjson::kObjectType});
    }
    return stored;
}

// What the words in a field of all the records mean.
Names names_in(operation::Context& ctx, Field const& field, Stored const& stored) {
    auto words = std::vector<std::string>{};
    for (auto const& [id, custom] : stored)
        for (auto& word : words_of(json::find(custom, field.key))) words.push_back(std::move(word));
    if (words.empty()) return {};
    if (!is_file(field)) return names_for(ctx, field, words);
    auto names = Names{};
    for (auto& [id, name] : ctx.sql().rows<std::string, std::string>(
             "select id::text, case kind when 'image' then 'i' else 'f' end || file_name from attachment where "
             "tenant_id = :tenant and id = any(:words::bigint[]) and state = 'stored'",
             {bind("tenant", ctx.tenant()), bind("words", words)}))
        names[id] = name;
    return names;
}

void add_files(FieldValue& shown, json::Value const& value, Names const& names) {
    auto texts = std::vector<std::string>{};
    for (auto const& word : words_of(&value)) {
        auto const known = names.find(word);
        if (known == names.end()) continue;
        shown.files.push_back({RecordId{std::stoll(word)}, known->second.substr(1), known->second.front() == 'i'});
        texts.push_back(shown.files.back().name);
    }
    shown.text = text::join(texts, "、");
}

bool sees_phones(operation::Context& ctx, std::string const& kind, RecordId id) {
    auto const& actor = ctx.actor();
    return actor.is_system() || !actor.hides_phones || !operation::own_records(ctx, kind, {id.value()}).empty();
}

FieldTable table_of_values(operation::Context& ctx, FieldObject object, Stored const& stored) {
    auto const kind = word_of(object);
    auto table = FieldTable{};
    for (auto const& [id, custom] : stored) table.items.push_back({id, {}});
    for (auto const& field : Fields{ctx}.of(object)) {
        if (operation::is_hidden(ctx.actor(), kind, "custom." + field.key)) continue;
        auto const names = names_in(ctx, field, stored);
        for (std::size_t n = 0; n < stored.size(); ++n) {
            auto shown = FieldValue{
                field.key, field.label, field.type, {}, field.in_list.value_or(false), field.in_card.value_or(false),
                {}};
            auto const& [id, custom] = stored[n];
            if (auto const* value = json::find(custom, field.key)) {
                if (is_file(field))
                    add_files(shown, *value, names);
                else
                    shown.text = one_text(ctx, field, *value, names);
            }
            if (is_phone(field) && !shown.text.empty() && !sees_phones(ctx, kind, id))
                shown.text = operation::masked_phone(shown.text);
            table.items[n].values.push_back(std::move(shown));
        }
    }
    return table;
}

}  // namespace

Result<FieldValues> show_values(operation::Context& ctx, ValuesOf const& input) {
    auto table = table_of_values(ctx, input.object, stored_of(ctx, input.object, {input.id}));
    if (table.items.empty()) return Error{Errc::not_found, word_of(input.object), "没有这条记录，或您看不到它"};
    return FieldValues{std::move(table.items.front().values)};
}

Result<FieldTable> list_values(operation::Context& ctx, ValuesOfMany const& input) {
    return table_of_values(ctx, input.object, stored_of(ctx, input.object, input.ids));
}

}  // namespace wescrm::sales
