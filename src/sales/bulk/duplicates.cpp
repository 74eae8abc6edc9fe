#include "duplicates.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;

std::string word(DuplicateKind kind) { return boost::describe::enum_to_string(kind, ""); }

}  // namespace

BulkDuplicates::BulkDuplicates(operation::Context& ctx, BulkObject object, std::vector<Planned>& rows)
    : ctx_{ctx},
      object_{object == BulkObject::lead ? DuplicateObject::lead : DuplicateObject::customer},
      rules_{duplicate_rules(ctx, object_)} {
    auto objects = std::set<std::string>{};
    for (auto const& rule : rules_.rules) {
        if (!rule.enabled || rule.actions.import_ == DuplicateAction::allow) continue;
        for (auto const& group : rule.groups)
            for (auto const kind : group.conditions) kinds_.insert(word(kind));
        for (auto const with : rule.compare) objects.insert(with == DuplicateWith::lead ? "lead" : "customer");
    }
    objects_.assign(objects.begin(), objects.end());
    if (kinds_.empty()) return;
    find_keys(rows);
    find_hits();
}

// Rows that are judged again say what they said before.
void BulkDuplicates::find_keys(std::vector<Planned>& rows) {
    if (std::ranges::none_of(rows, [](Planned const& row) { return !row.made.empty(); })) work_out_keys(rows);
    for (auto const& row : rows)
        if (!row.made.empty()) keys_.emplace(row.number, row.made);
}

// PostgreSQL makes them, as it does of the records themselves.
void BulkDuplicates::work_out_keys(std::vector<Planned>& rows) const {
    auto const is_lead = object_ == DuplicateObject::lead;
    auto numbers = Numbers{};
    auto names = Texts{};
    auto cores = Texts{};
    auto mobiles = OptionalTexts{};
    auto phones = Texts{};
    auto codes = Texts{};
    auto emails = Texts{};
    auto wechats = Texts{};
    auto people = Texts{};
    auto by_number = std::map<std::int64_t, Planned*>{};
    for (auto& row : rows) {
        by_number.emplace(row.number, &row);
        auto const name = row.text(is_lead ? "company" : "name");
        numbers.push_back(row.number);
        names.push_back(name);
        cores.push_back(name.empty() ? "" : name_core(name));
        mobiles.push_back(row.mobile);
        phones.push_back(row.text("phone"));
        codes.push_back(row.text("credit_code"));
        emails.push_back(row.text("email"));
        wechats.push_back(row.text("wechat"));
        people.push_back(is_lead ? row.text("name") : "");
    }
    for (
        auto& [number, kind, value] : ctx_.sql().rows<std::int64_t, std::string, std::string>(
            "select n.number, k.kind, k.value from unnest(:numbers::bigint[], :names::text[], :cores::text[], "
            ":mobiles::text[], :phones::text[], :codes::text[], :emails::text[], :wechats::text[], :people::text[]) "
            "n(number, name, core, mobile, phone, code, email, wechat, person), lateral duplicate_keys(n.name, n.core, "
            "n.mobile, n.phone, n.code, n.email, n.wechat, case when n.person <> '' then lead_person(n.core, n.person) "
            "end) k where k.kind = any(:kinds::text[])",
            {bind("numbers", numbers), bind("names", names), bind("cores", cores), bind("mobiles", mobiles),
             bind("phones", phones), bind("codes", codes), bind("emails", emails), bind("wechats", wechats),
             bind("people", people), bind("kinds", Texts{kinds_.begin(), kinds_.end()})}))
        by_number.at(number)->made.emplace_back(kind, value);
}

void BulkDuplicates::find_hits() {
    auto numbers = Numbers{};
    auto kinds = Texts{};
    auto values = Texts{};
    for (auto const& [number, keys] : keys_)
        for (auto const& [kind, value] : keys) {
            numbers.push_back(number);
            kinds.push_back(kind);
            values.push_back(value);
        }
    for (
        auto const& [number, object, id, common, in_pool] :
        ctx_.sql().rows<std::int64_t, std::string, std::int64_t, Texts, bool>(
            "select n.number, o.object, o.object_id, array_agg(distinct n.kind), coalesce(bool_or(c.owner_id is null), "
            "false) from unnest(:numbers::bigint[], :kinds::text[], :values::text[]) n(number, kind, value) cross join "
            "unnest(:objects::text[]) w(object) join duplicate_key o on o.tenant_id = :tenant and o.object = w.object "
            "and o.kind = n.kind and o.value = n.value left join customer c on o.object = 'customer' and c.tenant_id = "
            ":tenant and c.id = o.object_id group by n.number, o.object, o.object_id",
            {bind("tenant", ctx_.tenant()), bind("numbers", numbers), bind("kinds", kinds), bind("values", values),
             bind("objects", objects_)})) {
        auto hit = DuplicateHit{object == "lead" ? DuplicateWith::lead
                                : in_pool        ? DuplicateWith::pool
                                                 : DuplicateWith::customer,
                                id,
                                {}};
        for (auto const& kind : common)
            if (auto const known = duplicate_kind(kind)) hit.kinds.insert(*known);
        hits_[number].push_back(std::move(hit));
    }
}

// A kind that alone is enough to block another row of the file.
bool BulkDuplicates::blocks_alone(std::string_view kind) const {
    auto const own = object_ == DuplicateObject::lead ? DuplicateWith::lead : DuplicateWith::customer;
    auto const known = duplicate_kind(kind);
    auto hit = DuplicateHit{own, 0, {}};
    if (known) hit.kinds.insert(*known);
    return sales::judge(rules_.rules, DuplicateEntry::import_, {hit}).action == DuplicateAction::block;
}

BulkDuplicates::Judged BulkDuplicates::against_earlier(Planned const& row) {
    auto const own = object_ == DuplicateObject::lead ? DuplicateWith::lead : DuplicateWith::customer;
    auto common = std::map<std::int64_t, DuplicateKinds>{};
    for (auto const& key : keys_[row.number])
        for (auto const number : earlier_[key])
            if (auto const kind = duplicate_kind(key.first)) common[number].insert(*kind);
    auto hits = std::vector<DuplicateHit>{};
    for (auto& [number, kinds] : common) hits.push_back({own, number, std::move(kinds)});
    auto const verdict = sales::judge(rules_.rules, DuplicateEntry::import_, hits);
    if (verdict.action == DuplicateAction::allow) return {};
    auto const number = std::to_string(verdict.hits.front().id);
    return {verdict.action,
            verdict.action == DuplicateAction::block ? "与第 " + number + " 行重复" : "与第 " + number + " 行疑似重复"};
}

BulkDuplicates::Judged BulkDuplicates::judge(Planned& row, std::optional<DuplicateKinds> const& fresh) {
    auto hits = hits_[row.number];
    std::erase_if(hits, [&](DuplicateHit const& hit) { return hit.id == row.id; });
    auto const verdict = sales::judge(rules_.rules, DuplicateEntry::import_, hits, fresh);
    auto judged = Judged{verdict.action, {}};
    if (verdict.action != DuplicateAction::allow) {
        auto const error = refusal_of(ctx_, object_, verdict, {rules_.shows_name, rules_.shows_owner});
        judged.message = error.fields.empty() ? error.message : error.fields.front().message;
        if (verdict.action == DuplicateAction::warn) judged.message = "疑似重复：" + judged.message;
    }
    if (auto const earlier = against_earlier(row); earlier.action > judged.action) judged = earlier;
    if (judged.action == DuplicateAction::block) return judged;
    for (auto const& key : keys_[row.number]) {
        earlier_[key].push_back(row.number);
        if (blocks_alone(key.first)) row.blocks.push_back(key);
    }
    return judged;
}

}  // namespace wescrm::sales
