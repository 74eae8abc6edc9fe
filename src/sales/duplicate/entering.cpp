#include "entering.hpp"

#include "rule_store.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <charconv>

namespace wescrm::sales {
namespace {

using database::bind;

struct Met {
    bool is_import = false;
    std::vector<DuplicateRule> rules;
    DuplicateSight sight;
    std::vector<DuplicateHit> hits;
};

std::int64_t number_in(json::Value const& object, char const* member) {
    auto const text = json::find_string(object, member).value_or("");
    auto number = std::int64_t{0};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

DuplicateHit hit_of(json::Value const& match) {
    auto hit = DuplicateHit{};
    auto const object = json::find_string(match, "object").value_or("");
    hit.with = object == "lead"                                    ? DuplicateWith::lead
               : object == "contact"                               ? DuplicateWith::contact
               : json::find_bool(match, "in_pool").value_or(false) ? DuplicateWith::pool
                                                                   : DuplicateWith::customer;
    hit.id = number_in(match, "id");
    for (auto const& name : match["kinds"].GetArray())
        if (auto const kind = duplicate_kind(json::view(name))) hit.kinds.insert(*kind);
    if (!json::find_bool(match, "same_customer").value_or(false)) return hit;
    if (hit.kinds.contains(DuplicateKind::mobile)) hit.kinds.insert(DuplicateKind::customer_mobile);
    if (hit.kinds.contains(DuplicateKind::name)) hit.kinds.insert(DuplicateKind::customer_name);
    return hit;
}

Met meet(operation::Context& ctx, DuplicateObject object, std::int64_t id) {
    auto const row =
        ctx.sql()
            .row<std::string, std::optional<std::string>, bool, bool, std::string>(
                "select entry, rules, shows_name, shows_owner, matches from enter_duplicates(:tenant, :object, :id)",
                {bind("tenant", ctx.tenant()), bind("object", boost::describe::enum_to_string(object, "")),
                 bind("id", id)})
            .value();
    auto const& [entry, rules, shows_name, shows_owner, matches] = row;
    auto met = Met{};
    met.is_import = entry == "import";
    met.sight = {shows_name, shows_owner};
    auto const found = json::parse(matches).value();
    if (found.Empty()) return met;
    met.rules = rules ? duplicate_rules_from(*rules) : first_duplicate_rules(object);
    for (auto const& match : found.GetArray()) met.hits.push_back(hit_of(match));
    return met;
}

}  // namespace

std::optional<DuplicateKind> duplicate_kind(std::string_view name) {
    auto kind = DuplicateKind{};
    if (!boost::describe::enum_from_string(std::string{name}.c_str(), kind)) return std::nullopt;
    return kind;
}

DuplicateEntry entry_of(operation::Actor const& actor) {
    using operation::Channel;
    if (actor.channel == Channel::chat) return DuplicateEntry::chat;
    if (actor.channel == Channel::page) return DuplicateEntry::manual;
    return DuplicateEntry::api;
}

void enter_by_import(operation::Context& ctx) {
    ctx.sql().execute("select set_config('wescrm.entry', 'import', true)");
}

void enter_alone(operation::Context& ctx) {
    ctx.sql().execute("select enter_in_sets(:tenant)", {bind("tenant", ctx.tenant())});
}

Result<std::string> enter_record(operation::Context& ctx, DuplicateObject object, std::int64_t id,
                                 Entering const& how) {
    auto met = meet(ctx, object, id);
    if (how.but) std::erase_if(met.hits, [&](DuplicateHit const& hit) { return hit.id == *how.but; });
    auto const entry = how.entry ? *how.entry : met.is_import ? DuplicateEntry::import_ : entry_of(ctx.actor());
    auto const verdict = judge(met.rules, entry, met.hits, how.fresh);
    if (verdict.action == DuplicateAction::allow) return std::string{};
    if (verdict.action == DuplicateAction::block) return refusal_of(ctx, object, verdict, met.sight);
    auto const reason = std::string{text::trim(how.reason.value_or(""))};
    if (how.is_taking_back) return std::string{};
    if (reason.empty()) return refusal_of(ctx, object, verdict, met.sight);
    return "确认不是重复：" + reason;
}

DuplicateKinds changed_kinds(Customer const& before, Customer const& after) {
    auto kinds = DuplicateKinds{};
    if (before.name != after.name) kinds.insert({DuplicateKind::name, DuplicateKind::name_core});
    if (before.mobile != after.mobile) kinds.insert({DuplicateKind::mobile, DuplicateKind::phone});
    if (before.phone != after.phone) kinds.insert(DuplicateKind::phone);
    if (before.credit_code != after.credit_code) kinds.insert(DuplicateKind::credit_code);
    return kinds;
}

DuplicateKinds changed_kinds(Lead const& before, Lead const& after) {
    auto kinds = DuplicateKinds{};
    if (before.company != after.company)
        kinds.insert({DuplicateKind::name, DuplicateKind::name_core, DuplicateKind::person});
    if (before.name != after.name) kinds.insert(DuplicateKind::person);
    if (before.mobile != after.mobile) kinds.insert({DuplicateKind::mobile, DuplicateKind::phone});
    if (before.phone != after.phone) kinds.insert(DuplicateKind::phone);
    if (before.email != after.email) kinds.insert(DuplicateKind::email);
    if (before.wechat != after.wechat) kinds.insert(DuplicateKind::wechat);
    return kinds;
}

DuplicateKinds changed_kinds(Contact const& before, Contact const& after) {
    auto kinds = DuplicateKinds{};
    if (before.name != after.name) kinds.insert({DuplicateKind::name, DuplicateKind::customer_name});
    if (before.mobile != after.mobile)
        kinds.insert({DuplicateKind::mobile, DuplicateKind::phone, DuplicateKind::customer_mobile});
    if (before.phone != after.phone) kinds.insert(DuplicateKind::phone);
    if (before.email != after.email) kinds.insert(DuplicateKind::email);
    if (before.wechat != after.wechat) kinds.insert(DuplicateKind::wechat);
    return kinds;
}

Result<std::string> enter_changed(operation::Context& ctx, DuplicateObject object, std::int64_t id, Entering how) {
    if (how.fresh->empty()) return std::string{};
    return enter_record(ctx, object, id, how);
}

}  // namespace wescrm::sales
