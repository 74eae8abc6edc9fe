#include "fields/secrets.hpp"
#include "fields/store.hpp"
#include "rules/field_values.hpp"
#include "rules/system_fields.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/own_secrets.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

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

/// What of the records is shown to the actor in part only, or not before they are claimed.
class Sight {
public:
    Sight(operation::Context& ctx, std::string kind, Stored const& stored, bool is_list)
        : ctx_{ctx}, kind_{std::move(kind)}, is_list_{is_list} {
        for (auto const& [id, custom] : stored) ids_.push_back(id.value());
        pooled_ = operation::pooled_records(ctx, kind_, ids_);
    }
    [[nodiscard]] bool is_pooled(RecordId id) const { return pooled_.contains(id.value()); }
    /// By the roles of the reader: not even one's own is shown whole.
    [[nodiscard]] bool is_masked(Field const& field) const {
        return operation::is_masked_by_role(ctx_.actor(), kind_, "custom." + field.key, is_list_);
    }
    [[nodiscard]] bool shows_part(Field const& field, RecordId id) {
        auto const& actor = ctx_.actor();
        if (actor.is_system() || actor.is_administrator) return false;
        auto const is_guarded = field.masked.value_or(false) || (is_phone(field) && actor.hides_phones);
        return is_guarded && !own().contains(id.value());
    }

private:
    std::set<std::int64_t> const& own() {
        if (!own_) {
            auto const mine = operation::own_records(ctx_, kind_, ids_);
            own_.emplace(mine.begin(), mine.end());
        }
        return *own_;
    }

    operation::Context& ctx_;
    std::string kind_;
    bool is_list_;
    std::vector<std::int64_t> ids_;
    std::set<std::int64_t> pooled_;
    std::optional<std::set<std::int64_t>> own_;
};

FieldValue shown_as(Field const& field) {
    auto shown = FieldValue{
        field.key, field.label, field.type, {}, field.in_list.value_or(false), field.in_card.value_or(false), {}};
    shown.in_detail = !field.not_in_detail.value_or(false);
    shown.on_phones = !field.not_on_phones.value_or(false);
    return shown;
}

void cover(FieldValue& shown, Field const& field, bool whole) {
    shown.text = is_phone(field) ? operation::masked_phone(shown.text)
                 : whole         ? "***"
                                 : operation::masked_text(shown.text);
    shown.files.clear();
    shown.is_masked = true;
}

FieldTable table_of_values(operation::Context& ctx, FieldObject object, Stored const& stored,
                           std::vector<Field> const& fields, bool is_list) {
    auto const kind = word_of(object);
    auto sight = Sight{ctx, kind, stored, is_list};
    auto table = FieldTable{};
    for (auto const& [id, custom] : stored) table.items.push_back({id, {}});
    for (auto const& field : fields) {
        if (operation::is_hidden(ctx.actor(), kind, "custom." + field.key)) continue;
        auto const names = names_in(ctx, field, stored);
        for (std::size_t n = 0; n < stored.size(); ++n) {
            auto const& [id, custom] = stored[n];
            if (sight.is_pooled(id) && !field.in_pool.value_or(false)) continue;
            auto shown = shown_as(field);
            if (auto const* value = json::find(custom, field.key)) {
                if (is_file(field))
                    add_files(shown, *value, names);
                else
                    shown.text = one_text(ctx, field, opened(ctx, kind, field, *value), names);
            }
            auto const masked = sight.is_masked(field);
            auto const has_value = !shown.text.empty() || !shown.files.empty();
            if (has_value && (masked || sight.shows_part(field, id))) cover(shown, field, masked);
            table.items[n].values.push_back(std::move(shown));
        }
    }
    return table;
}

}  // namespace

Result<FieldValues> show_values(operation::Context& ctx, ValuesOf const& input) {
    auto form = Fields{ctx}.form(word_of(input.object));
    auto system = Fields{ctx}.system(input.object, form);
    auto table = table_of_values(ctx, input.object, stored_of(ctx, input.object, {input.id}),
                                 own_fields(std::move(form)), false);
    if (table.items.empty()) return Error{Errc::not_found, word_of(input.object), "没有这条记录，或您看不到它"};
    return FieldValues{std::move(table.items.front().values), std::move(system)};
}

Result<FieldTable> list_values(operation::Context& ctx, ValuesOfMany const& input) {
    return table_of_values(ctx, input.object, stored_of(ctx, input.object, input.ids), Fields{ctx}.of(input.object),
                           true);
}

}  // namespace wescrm::sales
