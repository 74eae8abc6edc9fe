#include "field_words.hpp"
#include "own_rows.hpp"

#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/field_sight.hpp>

#include <algorithm>
#include <array>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::string_view phone_field = "mobile";

/// Filters that are not called like the field about which they ask.
struct Asking {
    std::string_view parameter;
    std::string_view field;
};
constexpr auto askings = std::to_array<Asking>({{"not_followed_days", "last_follow_at"},
                                                {"tag", "tags"},
                                                {"tags_match", "tags"},
                                                {"amount_from_fen", "amount_fen"},
                                                {"amount_to_fen", "amount_fen"}});
/// Members that tell another one.
constexpr auto telling = std::to_array<Asking>({{"outstanding_fen", "amount_fen"},
                                                {"weighted_fen", "amount_fen"},
                                                {"list_fen", "amount_fen"},
                                                {"lines", "amount_fen"}});
/// Parameters that name a field.
constexpr auto naming = std::to_array<std::string_view>({"sort", "date_field"});

}  // namespace

std::string field_asked(json::Value const& input, std::string_view parameter) {
    if (std::ranges::find(naming, parameter) != naming.end()) {
        auto const named = json::find_string(input, parameter).value_or("");
        return std::string{named.starts_with('-') ? named.substr(1) : named};
    }
    auto const known = std::ranges::find(askings, parameter, &Asking::parameter);
    return std::string{known == askings.end() ? parameter : known->field};
}

std::string is_own_row(RecordKind const& kind, std::string_view row, std::string_view customer,
                       std::string_view prefix) {
    auto const name = ":" + std::string{prefix};
    auto const object = kind.is_part_of_customer ? std::string{"customer"} : kind.name;
    auto const id = std::string{kind.is_part_of_customer ? customer : row} + ".id";
    return "(" + on_row(kind.owner, row, customer) + " = " + name +
           "me or exists (select 1 from team_member own_m where own_m.tenant_id = " + name +
           "tenant and own_m.object = '" + object + "' and own_m.object_id = " + id +
           " and own_m.employee_id = " + name +
           "me and own_m.power = 'write' and (own_m.expires_at is null or own_m.expires_at > " + name +
           "now::timestamptz)))";
}

FieldRight sight_of(Actor const& actor, std::string_view kind, std::string_view field) {
    auto sight = FieldRight{};
    if (auto const* right = right_of(actor, kind, field)) sight = *right;
    auto const told = std::ranges::find(telling, field, &Asking::parameter);
    auto const* other = told == telling.end() ? nullptr : right_of(actor, kind, told->field);
    if (!other) return sight;
    sight.is_hidden |= other->is_hidden;
    sight.only_in_lists = other->is_masked && sight.is_masked ? other->only_in_lists && sight.only_in_lists
                                                              : other->only_in_lists || sight.only_in_lists;
    sight.is_masked |= other->is_masked;
    return sight;
}

bool is_hidden(Actor const& actor, std::string_view kind, std::string_view field) {
    return sight_of(actor, kind, field).is_hidden;
}

bool is_masked_by_role(Actor const& actor, std::string_view kind, std::string_view field, bool in_list) {
    auto const sight = sight_of(actor, kind, field);
    return sight.is_masked && (in_list || !sight.only_in_lists);
}

bool is_withheld(Actor const& actor, std::string_view kind, std::string_view field) {
    auto const sight = sight_of(actor, kind, field);
    return sight.is_hidden || sight.is_masked;
}

bool is_told_masked(json::Value const& record, std::string_view field) {
    auto const* told = json::find(record, masked_member);
    return told && told->IsArray() && std::any_of(told->Begin(), told->End(), [field](auto const& name) {
               return name.IsString() && json::view(name) == field;
           });
}

FieldRight const* right_of(Actor const& actor, std::string_view kind, std::string_view field) {
    auto name = std::string{kind} + "." + std::string{field};
    if (name.ends_with("_e4")) name.replace(name.size() - 2, 2, "fen");
    auto const right = actor.fields.find(name);
    return right == actor.fields.end() ? nullptr : &right->second;
}

bool is_phone_field(std::string_view field) { return field.ends_with("mobile") || field.ends_with("phone"); }

PhoneSight phone_sight(Actor const& actor, std::string_view kind) {
    if (actor.is_system()) return PhoneSight::parts_of_all;
    auto const* right = right_of(actor, kind, phone_field);
    if (right && right->is_hidden) return PhoneSight::none;
    if (right && right->is_masked && !right->only_in_lists) return PhoneSight::whole;
    return actor.hides_phones ? PhoneSight::parts_own : PhoneSight::parts_of_all;
}

Predicate phone_matches(Actor const& actor, Instant now, std::string_view kind_name, std::string_view row,
                        std::string_view customer, std::string const& part, std::optional<std::string> const& whole) {
    auto const kind = record_kind(kind_name);
    auto const column = std::string{row} + "." + std::string{phone_field};
    auto const sight = phone_sight(actor, kind_name);
    auto found = Predicate{"false", {}};
    if (sight == PhoneSight::none) return found;
    if (whole) {
        found.sql = column + " = :phone_whole";
        found.params.add(bind("phone_whole", *whole));
    }
    if (sight == PhoneSight::whole) return found;
    found.sql += " or (" + column + " like :phone_part";
    found.params.add(bind("phone_part", part));
    if (sight == PhoneSight::parts_own) {
        found.sql += " and " + is_own_row(kind, row, customer, "phone_");
        found.params.add(
            {bind("phone_tenant", actor.tenant), bind("phone_me", actor.employee), bind("phone_now", now)});
    }
    found.sql = "(" + found.sql + "))";
    return found;
}

std::optional<Error> refuse_hidden(Actor const& actor, std::string_view permission, json::Value const& input) {
    if (actor.fields.empty() || !input.IsObject()) return std::nullopt;
    auto const kind = permission.substr(0, permission.find('.'));
    for (auto const& member : input.GetObject()) {
        auto const parameter = json::view(member.name);
        auto const field = field_asked(input, parameter);
        // A phone number that is masked can be found by the whole of it.
        auto const is_kept = is_phone_field(field) ? is_hidden(actor, kind, field) : is_withheld(actor, kind, field);
        if (member.value.IsNull() || !is_kept) continue;
        auto const message = hidden_field_words("这个字段", parameter == "sort");
        return Error{Errc::invalid_input, "hidden_field", message, {{std::string{parameter}, message}}};
    }
    return std::nullopt;
}

}  // namespace wescrm::operation
