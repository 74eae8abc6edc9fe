#include "contact_duplicates.hpp"

#include "duplicates.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;

bool within_customer(DuplicateKind kind) {
    return kind == DuplicateKind::customer_mobile || kind == DuplicateKind::customer_name;
}

// A new customer has no other people, so only what is compared across customers can hold.
std::vector<DuplicateRule> rules_across(DuplicateRules const& rules) {
    auto across = std::vector<DuplicateRule>{};
    for (auto rule : rules.rules) {
        if (!rule.enabled || rule.actions.import_ == DuplicateAction::allow) continue;
        std::erase_if(rule.groups, [](DuplicateGroup const& group) {
            return std::ranges::any_of(group.conditions, within_customer);
        });
        if (!rule.groups.empty()) across.push_back(std::move(rule));
    }
    return across;
}

using Keys = std::map<std::int64_t, std::vector<Key>>;

Keys keys_of(operation::Context& ctx, std::vector<Planned*> const& people) {
    auto numbers = Numbers{};
    auto names = Texts{};
    auto mobiles = OptionalTexts{};
    for (auto const* row : people) {
        numbers.push_back(row->number);
        names.push_back(*row->contact);
        mobiles.push_back(row->phone_of_contact());
    }
    auto keys = Keys{};
    for (auto& [number, kind, value] : ctx.sql().rows<std::int64_t, std::string, std::string>(
             "select n.number, k.kind, k.value from unnest(:numbers::bigint[], :names::text[], :mobiles::text[]) "
             "n(number, name, mobile), lateral duplicate_keys(n.name, null, n.mobile, null, null, null, null, null) k",
             {bind("numbers", numbers), bind("names", names), bind("mobiles", mobiles)}))
        keys[number].emplace_back(kind, value);
    return keys;
}

std::map<std::int64_t, std::vector<DuplicateHit>> hits_of(operation::Context& ctx, Keys const& keys) {
    auto numbers = Numbers{};
    auto kinds = Texts{};
    auto values = Texts{};
    for (auto const& [number, all] : keys)
        for (auto const& [kind, value] : all) {
            numbers.push_back(number);
            kinds.push_back(kind);
            values.push_back(value);
        }
    auto hits = std::map<std::int64_t, std::vector<DuplicateHit>>{};
    for (auto const& [number, id, common] : ctx.sql().rows<std::int64_t, std::int64_t, Texts>(
             "select n.number, o.object_id, array_agg(distinct n.kind) from unnest(:numbers::bigint[], :kinds::text[], "
             ":values::text[]) n(number, kind, value) join duplicate_key o on o.tenant_id = :tenant and o.object = "
             "'contact' and o.kind = n.kind and o.value = n.value group by n.number, o.object_id",
             {bind("tenant", ctx.tenant()), bind("numbers", numbers), bind("kinds", kinds), bind("values", values)})) {
        auto hit = DuplicateHit{DuplicateWith::contact, id, {}};
        for (auto const& kind : common)
            if (auto const known = duplicate_kind(kind)) hit.kinds.insert(*known);
        hits[number].push_back(std::move(hit));
    }
    return hits;
}

/// People of earlier rows, by what they can have in common with later ones.
class Earlier {
public:
    std::vector<DuplicateHit> meet(std::int64_t number, std::vector<Key> const& keys) {
        auto common = std::map<std::int64_t, DuplicateKinds>{};
        for (auto const& key : keys)
            if (auto const kind = duplicate_kind(key.first))
                for (auto const other : seen_[key]) common[other].insert(*kind);
        for (auto const& key : keys) seen_[key].push_back(number);
        auto hits = std::vector<DuplicateHit>{};
        for (auto& [other, kinds] : common) hits.push_back({DuplicateWith::contact, other, std::move(kinds)});
        return hits;
    }

private:
    std::map<Key, std::vector<std::int64_t>> seen_;
};

void take_verdict(Planned& row, DuplicateAction action, std::string const& message) {
    if (action == DuplicateAction::block) return void(row.problems.push_back("联系人：" + message));
    if (action == DuplicateAction::warn && row.note.empty()) row.note = "联系人疑似重复：" + message;
}

}  // namespace

void judge_contacts(operation::Context& ctx, std::vector<Planned>& rows) {
    auto people = std::vector<Planned*>{};
    for (auto& row : rows)
        if (row.creates() && row.contact) people.push_back(&row);
    if (people.empty()) return;
    auto const rules = duplicate_rules(ctx, DuplicateObject::contact);
    auto const across = rules_across(rules);
    if (across.empty()) return;
    auto keys = keys_of(ctx, people);
    auto hits = hits_of(ctx, keys);
    auto earlier = Earlier{};
    for (auto* row : people) {
        auto const verdict = judge(across, DuplicateEntry::import_, hits[row->number]);
        if (verdict.action != DuplicateAction::allow) {
            auto const error =
                refusal_of(ctx, DuplicateObject::contact, verdict, {rules.shows_name, rules.shows_owner});
            take_verdict(*row, verdict.action, error.fields.empty() ? error.message : error.fields.front().message);
        }
        auto const repeated = judge(across, DuplicateEntry::import_, earlier.meet(row->number, keys[row->number]));
        if (repeated.action != DuplicateAction::allow && row->problems.empty())
            take_verdict(*row, repeated.action, "与第 " + std::to_string(repeated.hits.front().id) + " 行相同");
    }
}

}  // namespace wescrm::sales
