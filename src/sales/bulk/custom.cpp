#include "bulk.hpp"
#include "fields/secrets.hpp"
#include "rules/typed_text.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/database/counter.hpp>

#include <algorithm>

// A company's own fields of many records at once; the rules are those of single records (rules/fields.hpp).
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::size_t number_digits = 6;

std::string label_of_key(std::vector<Field> const& fields, std::string const& name) {
    constexpr std::string_view prefix = "custom.";
    auto const key = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    auto const field = std::ranges::find(fields, key, &Field::key);
    return field == fields.end() ? name : field->label;
}

bool can_fill(BulkSpec const& spec, std::string_view key) {
    return key == "mobile" || key == "next_contact_at" || (key == "contact" && spec.name == "customer") ||
           std::ranges::find(spec.texts, key) != spec.texts.end();
}

bool is_empty(Planned const& row, std::string_view key) {
    if (key == "mobile") return !row.mobile;
    if (key == "contact") return !row.contact;
    if (key == "next_contact_at") return !row.next_contact_at;
    return row.text(key).empty();
}

struct UniqueRows {
    Numbers fields;
    Texts values;
    std::vector<std::pair<Planned*, CustomChange const*>> from;
};

}  // namespace

void BulkCustom::take(Planned& row, std::string const& key, std::string const& typed) const {
    auto const field = std::ranges::find(fields_, key, &Field::key);
    if (field == fields_.end() || !is_fillable(*field)) return;
    auto value = value_of_text(*field, typed, ctx_.zone(), row.custom.GetAllocator());
    if (!value) return row.problems.push_back(field->label + "：不是有效的值「" + text::truncate(typed, 30) + "」");
    json::set(row.custom, key, std::move(*value), row.custom.GetAllocator());
}

SystemField const* BulkCustom::system(std::string_view key) const {
    auto const found = std::ranges::find(system_, key, &SystemField::key);
    return found == system_.end() ? nullptr : &*found;
}

void BulkCustom::check_needed(std::vector<Planned>& rows) const {
    for (auto const& field : system_) {
        if (!field.required || field.is_key || !can_fill(spec_, field.key)) continue;
        for (auto& row : rows)
            if (row.creates() && is_empty(row, field.key)) row.problems.push_back(field.label + "：不能为空");
    }
}

void BulkCustom::check(std::vector<Planned>& rows) const {
    check_needed(rows);
    if (fields_.empty()) return;
    name_people(rows);
    for (auto& row : rows) {
        if (!row.is_good()) continue;
        if (row.updates() && row.custom.ObjectEmpty()) continue;
        auto stored = json::Document{rapidjson::kObjectType};
        if (row.updates())
            if (auto const before = json::parse(row.before))
                if (auto const* own = json::find(*before, "custom"); own && own->IsObject())
                    stored.CopyFrom(*own, stored.GetAllocator());
        drop_masked(ctx_, object_, fields_, row.custom, stored);
        auto outcome = check_custom(
            {fields_, row.custom, stored, row.creates(), true, ctx_.now(), ctx_.zone(), ctx_.actor().user_id});
        if (outcome) {
            row.kept = std::move(*outcome);
            continue;
        }
        for (auto const& problem : outcome.error().fields)
            row.problems.push_back(label_of_key(fields_, problem.field) + "：" + problem.message);
    }
    check_patterns(rows);
    for (auto& row : rows) {
        if (!row.is_good() || !row.kept) continue;
        if (auto const sealed = seal_changes(ctx_, object_, *row.kept); !sealed)
            row.problems.push_back(sealed.error().message);
    }
    check_unique(rows);
}

void BulkCustom::check_patterns(std::vector<Planned>& rows) const {
    auto words = Texts{};
    auto patterns = Texts{};
    auto from = std::vector<std::pair<Planned*, Field const*>>{};
    for (auto& row : rows) {
        if (!row.is_good() || !row.kept) continue;
        for (auto const& change : row.kept->changes) {
            if (!change.field->pattern) continue;
            for (auto const& value : change.index) {
                if (!value.text) continue;
                words.push_back(*value.text);
                patterns.push_back(*change.field->pattern);
                from.emplace_back(&row, change.field);
            }
        }
    }
    if (words.empty()) return;
    for (auto const at : ctx_.sql().values<std::int64_t>("select n.at from unnest(:words::text[], :patterns::text[]) "
                                                         "with ordinality n(word, pattern, at) where not "
                                                         "n.word ~ n.pattern",
                                                         {bind("words", words), bind("patterns", patterns)})) {
        auto const& [row, field] = from.at(static_cast<std::size_t>(at - 1));
        row->problems.push_back(field->label + "：" + field->pattern_message.value_or("格式不符合要求"));
    }
}

// People are typed by name or user id; user ids are kept.
void BulkCustom::name_people(std::vector<Planned>& rows) const {
    auto people = std::vector<Field const*>{};
    for (auto const& field : fields_)
        if (field.type == FieldType::employee || field.type == FieldType::employees) people.push_back(&field);
    if (people.empty()) return;
    auto ids = std::map<std::string, std::vector<std::string>>{};
    for (auto const& [user, name] : ctx_.sql().rows<std::string, std::string>(
             "select user_id, name from employee where tenant_id = :tenant and status <> 'left'",
             {bind("tenant", ctx_.tenant())})) {
        ids[user].insert(ids[user].begin(), user);
        if (name != user) ids[name].push_back(user);
    }
    auto const resolve = [&ids](Planned& row, Field const& field, json::Value& value) {
        auto const known = ids.find(std::string{json::view(value)});
        if (known == ids.end() || (known->second.size() > 1 && known->second.front() != known->first))
            return row.problems.push_back(field.label + "：" +
                                          (known == ids.end() ? "没有这位员工" : "有多位同名员工，请填写账号"));
        value = json::make_string(known->second.front(), row.custom.GetAllocator());
    };
    for (auto& row : rows)
        for (auto const* field : people) {
            auto const member = row.custom.FindMember(field->key.c_str());
            if (member == row.custom.MemberEnd()) continue;
            if (member->value.IsArray()) {
                for (auto& entry : member->value.GetArray()) resolve(row, *field, entry);
            } else {
                resolve(row, *field, member->value);
            }
        }
}

void BulkCustom::check_unique(std::vector<Planned>& rows) const {
    auto all = UniqueRows{};
    auto first = std::map<std::pair<std::int64_t, std::string>, Planned*>{};
    for (auto& row : rows) {
        if (!row.is_good() || !row.kept) continue;
        for (auto const& change : row.kept->changes) {
            if (!change.unique) continue;
            auto const [known, is_new] = first.emplace(std::pair{change.field->id.value(), *change.unique}, &row);
            if (!is_new) {
                row.problems.push_back(change.field->label + "：与第 " + std::to_string(known->second->number) +
                                       " 行重复");
                continue;
            }
            all.fields.push_back(change.field->id.value());
            all.values.push_back(*change.unique);
            all.from.emplace_back(&row, &change);
        }
    }
    if (all.fields.empty()) return;
    for (auto const& [at, holder] : ctx_.sql().rows<std::int64_t, std::int64_t>(
             "select n.at, v.record_id from unnest(:fields::bigint[], :values::text[]) with ordinality n(field, value, "
             "at) join field_value v on v.tenant_id = :tenant and v.field_id = n.field and v.unique_value = n.value",
             {bind("tenant", ctx_.tenant()), bind("fields", all.fields), bind("values", all.values)})) {
        auto const& [row, change] = all.from.at(static_cast<std::size_t>(at - 1));
        if (holder != row->id) row->problems.push_back(change->field->label + "：已有另一条记录使用这个值");
    }
}

namespace {

/// Values beside the records, as arrays.
struct KeptValues {
    Numbers ids;
    Texts objects;
    Numbers field, record, position;
    OptionalTexts text, number, at, unique;

    void add(std::int64_t id, CustomChange const& change) {
        auto place = std::int64_t{0};
        for (auto const& value : change.index) {
            field.push_back(change.field->id.value());
            record.push_back(id);
            position.push_back(place++);
            text.push_back(value.text);
            number.push_back(value.number);
            at.push_back(value.at ? std::optional{format_rfc3339(*value.at)} : std::nullopt);
            unique.push_back(change.unique);
        }
    }
};

void store(operation::Context& ctx, BulkSpec const& spec, KeptValues const& kept) {
    ctx.sql().execute(
        "update " + spec.name +
            " r set custom = n.custom::jsonb from unnest(:ids::bigint[], :objects::text[]) n(id, custom) where "
            "r.tenant_id = :tenant and r.id = n.id",
        {bind("tenant", ctx.tenant()), bind("ids", kept.ids), bind("objects", kept.objects)});
    ctx.sql().execute(
        "delete from field_value v using (select distinct * from unnest(:fields::bigint[], :records::bigint[]) "
        "n(field, record)) n where v.tenant_id = :tenant and v.field_id = n.field and v.record_id = n.record",
        {bind("tenant", ctx.tenant()), bind("fields", kept.field), bind("records", kept.record)});
    ctx.sql().execute(
        "insert into field_value (tenant_id, field_id, record_id, position, text_value, number_value, at_value, "
        "unique_value) select :tenant, n.* from unnest(:fields::bigint[], :records::bigint[], :positions::smallint[], "
        ":texts::text[], :numbers::numeric[], :ats::timestamptz[], :uniques::text[]) n",
        {bind("tenant", ctx.tenant()), bind("fields", kept.field), bind("records", kept.record),
         bind("positions", kept.position), bind("texts", kept.text), bind("numbers", kept.number), bind("ats", kept.at),
         bind("uniques", kept.unique)});
}

}  // namespace

void BulkCustom::number(std::vector<Planned>& rows) const {
    auto const count = std::ranges::count_if(rows, &Planned::creates);
    for (auto const& own : fields_) {
        if (own.type != FieldType::auto_number || count == 0) continue;
        auto next = database::count_up(ctx_.sql(), "field:" + std::to_string(own.id.value()), count) - count;
        for (auto& row : rows) {
            if (!row.creates() || !row.kept) continue;
            auto digits = std::to_string(++next);
            if (digits.size() < number_digits) digits.insert(0, number_digits - digits.size(), '0');
            auto const text = own.number_prefix.value_or("") + digits;
            auto values = json::parse(row.kept->json).value();
            json::set(values, own.key, text, values.GetAllocator());
            row.kept->json = json::write(values);
            auto const unique = own.unique ? std::optional{unique_form(text)} : std::nullopt;
            row.kept->changes.push_back({&own, {}, {{text, {}, {}}}, unique});
        }
    }
}

void BulkCustom::write(std::vector<Planned>& rows) const {
    if (fields_.empty()) return;
    number(rows);
    auto kept = KeptValues{};
    for (auto const& row : rows) {
        if (!row.is_good() || !row.kept || row.kept->changes.empty()) continue;
        kept.ids.push_back(row.id);
        kept.objects.push_back(row.kept->json);
        for (auto const& change : row.kept->changes) kept.add(row.id, change);
    }
    if (!kept.ids.empty()) store(ctx_, spec_, kept);
}

}  // namespace wescrm::sales
