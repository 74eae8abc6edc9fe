#include "field_words.hpp"
#include "own_guard.hpp"
#include "own_rows.hpp"
#include "pool_guard.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::size_t shortest_phone = 7;
constexpr std::size_t shown_at_front = 3;
constexpr std::size_t shown_at_end = 4;
constexpr std::size_t mobile_length = 11;
constexpr std::string_view covered = "***";

/// A record somewhere in an output.
struct Found {
    json::Value* object;
    std::string kind;
    std::int64_t id = 0;
    bool is_in_list = false;
    std::vector<FieldDescription> const* fields = nullptr;
};

std::int64_t id_of(json::Value const& object) {
    auto const text = json::find_string(object, "id").value_or("");
    auto id = std::int64_t{0};
    std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

void collect(json::Value& value, std::vector<FieldDescription> const& fields, std::string const& record,
             bool is_in_list, std::vector<Found>& found) {
    if (!value.IsObject()) return;
    if (!record.empty()) found.push_back({&value, record, id_of(value), is_in_list, &fields});
    for (auto const& field : fields) {
        auto const member = value.FindMember(field.name.c_str());
        if (member == value.MemberEnd()) continue;
        if (field.type == "object") collect(member->value, field.children, field.record, is_in_list, found);
        if (field.type != "array" || !member->value.IsArray()) continue;
        auto const& element = field.children.front();
        if (element.type != "object") continue;
        for (auto& item : member->value.GetArray())
            collect(item, element.children, element.record, is_in_list || field.name == "items", found);
    }
}

// Whether anything below is a record: most operations answer none, and their output is not walked.
bool has_records(std::string const& record, std::vector<FieldDescription> const& fields) {
    return !record.empty() || std::ranges::any_of(fields, [](FieldDescription const& field) {
        return has_records(field.record, field.children);
    });
}

// The normal form of a phone number: "13800138000", "0512-66001234". What kind a company's own field is, is not known
// here, so that its value tells.
bool looks_like_phone(json::Value const& value) {
    if (!value.IsString()) return false;
    auto const text = json::view(value);
    auto const digits =
        static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }));
    if (text.size() == mobile_length && digits == mobile_length) return text[0] == '1';
    auto const dash = text.find('-');
    return (text.starts_with('0') || text.starts_with("400-") || text.starts_with("800-")) && digits >= 10 &&
           digits <= mobile_length + 5 && dash != std::string_view::npos && dash >= 3 && dash <= 4 &&
           text.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool has_own_phone(json::Value const& object) {
    auto const custom = object.FindMember("custom");
    return custom != object.MemberEnd() && custom->value.IsObject() &&
           std::ranges::any_of(custom->value.GetObject(),
                               [](auto const& member) { return looks_like_phone(member.value); });
}

bool has_phone(json::Value const& object) {
    return has_own_phone(object) || std::ranges::any_of(object.GetObject(), [](auto const& member) {
               return is_phone_field(json::view(member.name)) && member.value.IsString();
           });
}

bool has_personal(json::Value const& object) {
    return std::ranges::any_of(object.GetObject(),
                               [](auto const& member) { return is_personal(json::view(member.name)); });
}

using Marks = std::map<std::string, OwnMarks, std::less<>>;

OwnMarks const& marks_of(Marks const& marks, std::string_view kind) {
    static auto const none = OwnMarks{};
    auto const known = marks.find(kind);
    return known == marks.end() ? none : known->second;
}

// Only of kinds of which a record with own values is on its way.
Marks marks_for(Context& ctx, std::vector<Found> const& found) {
    auto kinds = std::set<std::string>{};
    for (auto const& one : found)
        if (has_own_values(*one.object)) kinds.insert(one.kind);
    return own_marks(ctx.sql(), ctx.tenant(), {kinds.begin(), kinds.end()});
}

bool is_secret(Found const& record, Marks const& marks) {
    return has_masked(*record.object, marks_of(marks, record.kind));
}

using OwnByKind = std::map<std::string, std::set<std::int64_t>, std::less<>>;

OwnByKind own_of(Context& ctx, std::vector<Found> const& found, Marks const& marks) {
    auto ids = std::map<std::string, std::vector<std::int64_t>, std::less<>>{};
    auto people = std::vector<std::int64_t>{};  // without what else their record holds
    for (auto const& one : found) {
        if (has_phone(*one.object) || is_secret(one, marks)) ids[one.kind].push_back(one.id);
        if (one.kind == "contact" && has_phone(*one.object) && !one.object->HasMember("custom"))
            people.push_back(one.id);
    }
    auto own = OwnByKind{};
    for (auto const& [kind, all] : ids) {
        auto const mine = own_records(ctx, kind, all);
        own[kind] = {mine.begin(), mine.end()};
    }
    for (auto const id : linked_to_own(ctx, people)) own["contact"].insert(id);
    return own;
}

bool is_masked(Actor const& actor, Found const& record, std::string_view field, bool is_own) {
    if (!is_phone_field(field)) return false;
    if (actor.hides_phones && !is_own) return true;
    auto const* right = right_of(actor, record.kind, field);
    return right && right->is_masked && (!right->only_in_lists || record.is_in_list);
}

bool is_text(Found const& record, std::string_view field) {
    auto const known = std::ranges::find(*record.fields, field, &FieldDescription::name);
    return known != record.fields->end() && known->type == "string";
}

bool has_value(json::Value const& value) {
    return !value.IsNull() && !(value.IsString() && value.GetStringLength() == 0) &&
           !(value.IsArray() && value.Empty());
}

/// What becomes of a record's members.
struct Taken {
    std::vector<std::string> hidden;  ///< goes
    std::vector<std::string> masked;  ///< goes, and is told to be there
    std::vector<std::string> parts;   ///< stays in part
};

// A company's own fields of the record: "custom.budget" for the roles.
Taken guard_custom(Actor const& actor, Found const& record, bool is_own, OwnMarks const& marks,
                   json::Allocator& allocator) {
    auto taken = Taken{};
    auto const custom = record.object->FindMember("custom");
    if (custom == record.object->MemberEnd() || !custom->value.IsObject()) return taken;
    for (auto& member : custom->value.GetObject()) {
        auto const field = "custom." + std::string{json::view(member.name)};
        auto const* right = right_of(actor, record.kind, field);
        if (right && right->is_hidden)
            taken.hidden.emplace_back(json::view(member.name));
        else if (!is_own && !actor.is_administrator && member.value.IsString() &&
                 marks.masked.contains(json::view(member.name)))
            member.value = json::make_string(masked_text(json::view(member.value)), allocator);
        else if (looks_like_phone(member.value) &&
                 (is_masked_by_role(actor, record.kind, field, record.is_in_list) || (actor.hides_phones && !is_own)))
            member.value = json::make_string(masked_phone(json::view(member.value)), allocator);
        else if (is_masked_by_role(actor, record.kind, field, record.is_in_list) && has_value(member.value))
            taken.masked.emplace_back(json::view(member.name));
    }
    for (auto const* names : {&taken.hidden, &taken.masked})
        for (auto const& name : *names) custom->value.RemoveMember(name.c_str());
    return taken;
}

std::int64_t number_in(json::Value const& object, char const* name) {
    auto const text = json::find_string(object, name).value_or("");
    auto number = std::int64_t{0};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void drop(json::Value& object, std::vector<std::string> const& names) {
    for (auto const& name : names) object.RemoveMember(name.c_str());
}

// What lies in a high sea shows no way to its people, none of what its pool hides, and of the company's own fields
// those marked for it, before it is claimed.
void guard_pools(Context& ctx, std::vector<Found> const& found, Marks const& marks) {
    if (ctx.actor().is_administrator) return;
    auto pools = std::set<std::int64_t>{};
    auto contacts = std::vector<std::int64_t>{};
    for (auto const& one : found) {
        if (auto const pool = number_in(*one.object, "high_sea_id"); pool != 0) pools.insert(pool);
        if (one.kind == "contact" && (has_personal(*one.object) || has_own_values(*one.object)))
            contacts.push_back(one.id);
    }
    auto guard = PoolGuard{ctx};
    if (!pools.empty()) guard.learn(pools);
    auto const pooled = guard.pooled_contacts(contacts);
    if (pools.empty() && pooled.empty()) return;
    for (auto record = found.rbegin(); record != found.rend(); ++record) {
        auto const pool = number_in(*record->object, "high_sea_id");
        auto const is_pooled_contact = record->kind == "contact" && pooled.contains(record->id);
        auto hidden = std::vector<std::string>{};
        for (auto const& member : record->object->GetObject()) {
            auto const field = json::view(member.name);
            if (guard.hides(pool, field) || (is_personal(field) && is_pooled_contact)) hidden.emplace_back(field);
        }
        if (is_pooled_contact || guard.guards(pool)) drop_unpooled(*record->object, marks_of(marks, record->kind));
        drop(*record->object, hidden);
    }
}

void tell_masked(json::Value& object, Taken const& own, Taken const& usual, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const* names : {&usual.masked, &usual.parts})
        for (auto const& name : *names) list.PushBack(json::make_string(name, allocator), allocator);
    for (auto const& name : own.masked) list.PushBack(json::make_string("custom." + name, allocator), allocator);
    if (!list.Empty()) json::set(object, masked_member, std::move(list), allocator);
}

void guard(Actor const& actor, Found const& record, bool is_own, OwnMarks const& marks, json::Allocator& allocator) {
    auto taken = Taken{};
    for (auto& member : record.object->GetObject()) {
        auto const field = json::view(member.name);
        if (is_hidden(actor, record.kind, field)) {
            taken.hidden.emplace_back(field);
        } else if (is_phone_field(field)) {
            if (member.value.IsString() && is_masked(actor, record, field, is_own))
                member.value = json::make_string(masked_phone(json::view(member.value)), allocator);
        } else if (is_masked_by_role(actor, record.kind, field, record.is_in_list) && has_value(member.value)) {
            if (!is_text(record, field)) {
                taken.masked.emplace_back(field);
                continue;
            }
            member.value = json::make_string(masked_text(json::view(member.value)), allocator);
            taken.parts.emplace_back(field);
        }
    }
    for (auto const* names : {&taken.hidden, &taken.masked}) drop(*record.object, *names);
    auto const own = guard_custom(actor, record, is_own, marks, allocator);
    tell_masked(*record.object, own, taken, allocator);
}

}  // namespace

std::string masked_phone(std::string_view phone) {
    auto text = std::string{phone};
    if (text.size() < shortest_phone) return text;
    auto const hidden = text.size() - shown_at_front - shown_at_end;
    return text.replace(shown_at_front, hidden, std::string(hidden, '*'));
}

void guard_output(Context& ctx, json::Document& output, Shape const& shape) {
    auto const& actor = ctx.actor();
    if (actor.is_system() || !has_records(shape.record, shape.fields)) return;
    auto found = std::vector<Found>{};
    collect(output, shape.fields, shape.record, false, found);
    auto const marks = marks_for(ctx, found);
    for (auto const& one : found)
        open_sealed(ctx, one.kind, *one.object, marks_of(marks, one.kind), output.GetAllocator());
    guard_pools(ctx, found, marks);
    auto const masks =
        !actor.is_administrator && std::ranges::any_of(found, [&](Found const& one) { return is_secret(one, marks); });
    if (!actor.hides_phones && actor.fields.empty() && !masks) return;
    auto const own = actor.hides_phones || masks ? own_of(ctx, found, marks) : OwnByKind{};
    // Inner records first: taking a member out moves its neighbours.
    for (auto record = found.rbegin(); record != found.rend(); ++record) {
        auto const mine = own.find(record->kind);
        guard(actor, *record, mine != own.end() && mine->second.contains(record->id), marks_of(marks, record->kind),
              output.GetAllocator());
    }
}

std::optional<Error> refuse_fields(Actor const& actor, std::string_view permission, json::Value const& input) {
    if (actor.fields.empty() || !input.IsObject()) return std::nullopt;
    auto const kind = permission.substr(0, permission.find('.'));
    auto problems = std::vector<FieldError>{};
    for (auto const& member : input.GetObject()) {
        auto const field = json::view(member.name);
        auto const* right = right_of(actor, kind, field);
        if (right && (right->is_hidden || right->is_fixed))
            problems.push_back({std::string{field}, "您的角色不能填写或修改这一项"});
        else if (right && right->is_masked && member.value.IsString() &&
                 json::view(member.value).find(covered) != std::string_view::npos)
            problems.push_back({std::string{field}, "这一项您只看到一部分，请填写完整的内容，或不填写这一项"});
        if (field != "custom" || !member.value.IsObject()) continue;
        for (auto const& own : member.value.GetObject()) {
            auto const name = "custom." + std::string{json::view(own.name)};
            auto const* own_right = right_of(actor, kind, name);
            if (own_right && (own_right->is_hidden || own_right->is_fixed))
                problems.push_back({name, "您的角色不能填写或修改这一项"});
        }
    }
    if (problems.empty()) return std::nullopt;
    return Error{Errc::invalid_input, "field_permission", "有您不能修改的字段", std::move(problems)};
}

bool is_restrictable(std::string_view kind, std::string_view field) {
    static constexpr auto needed = std::to_array<std::string_view>(
        {"id", "no", "name", "version", "custom", "owner_user_id", "owner_name", "customer_id", "high_sea_id", "status",
         "created_at", "updated_at", "created_by", "target_type", "target_id", "title"});
    auto const is_known =
        kind == "product" || std::ranges::any_of(record_kinds(), [&](auto const& known) { return known.name == kind; });
    constexpr std::string_view own = "custom.";
    auto const is_own = field.starts_with(own);
    if (is_own) field.remove_prefix(own.size());
    auto const is_word = !field.empty() && field.size() <= 50 && std::ranges::all_of(field, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!is_own && field.ends_with("_e4")) return false;  // it goes by "…_fen"
    return is_known && is_word && (is_own || std::ranges::find(needed, field) == needed.end());
}

std::vector<std::int64_t> own_records(Context& ctx, std::string_view kind_name, std::vector<std::int64_t> const& ids) {
    if (common_kind(kind_name)) return {};  // nobody's
    auto const kind = record_kind(kind_name);
    auto const hangs = kind.customer.empty() ? std::string{"null::bigint"} : on_row(kind.customer, "r");
    return ctx.sql().values<std::int64_t>(
        "select r.id from " + kind.table + " r left join customer c on c.tenant_id = r.tenant_id and c.id = " + hangs +
            " where r.tenant_id = :tenant and r.id = any(:ids::bigint[]) and " + is_own_row(kind, "r", "c", ""),
        {bind("tenant", ctx.tenant()), bind("ids", ids), bind("me", ctx.actor().employee), bind("now", ctx.now())});
}

}  // namespace wescrm::operation
