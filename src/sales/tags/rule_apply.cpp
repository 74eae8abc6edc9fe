#include "../grace.hpp"
#include "tag_rules.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/audit.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/tag.hpp>

#include <algorithm>
#include <map>

// Brings the automatic tags of records in step with the rules.
namespace wescrm::sales {
namespace {

using database::bind;
using database::named;
using Ids = std::vector<std::int64_t>;

constexpr auto until_free = std::chrono::seconds{5};  ///< for records that somebody is changing

struct StoredRule {
    TagId tag;
    std::string name;
    TagGroupId group;
    bool is_single = false;
    std::string conditions;
};
BOOST_DESCRIBE_STRUCT(StoredRule, (), (tag, name, group, is_single, conditions))

std::vector<StoredRule> rules_for(operation::Context& ctx, TaggedObject object) {
    return ctx.sql().records<StoredRule>(
        "select t.id, t.name, g.id, g.is_single, r.conditions::text from tag_rule r join tag t on t.tenant_id = "
        "r.tenant_id and t.id = r.tag_id join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where "
        "r.tenant_id = :tenant and r.object = :object and not t.disabled and :object = any(g.objects) order by "
        "g.position, g.name, t.position, t.name",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object))});
}

/// The rules of one kind of records as they are applied, one after the other.
class Rules {
public:
    Rules(operation::Context& ctx, TaggedObject object)
        : ctx_{ctx}, object_{object}, rules_{rules_for(ctx, object)}, facts_{tag_facts(ctx, object)} {
        // Of a rule that asks for a field that was deleted nobody knows what it wants: its tag stays where it is.
        std::erase_if(rules_, [this](StoredRule const& rule) {
            return !is_complete(facts_, tag_conditions_from(rule.conditions));
        });
    }

    [[nodiscard]] std::vector<StoredRule> const& all() const { return rules_; }
    [[nodiscard]] std::string words(StoredRule const& rule) const {
        return words_of(facts_, tag_conditions_from(rule.conditions));
    }
    /// Whether the record at `x` has the tag by its rule: of a group of which a record has one, the first that
    /// matches, and none where somebody has chosen one.
    [[nodiscard]] operation::Predicate holds(std::size_t place) const {
        auto const& rule = rules_[place];
        auto const prefix = "rule_" + std::to_string(place);
        auto holds = matching(ctx_, facts_, tag_conditions_from(rule.conditions), prefix);
        holds.sql = "(" + ruled(object_) + " and " + holds.sql;
        if (rule.is_single) {
            auto later = std::vector<TagId>{};
            for (auto i = place + 1; i < rules_.size(); ++i)
                if (rules_[i].group == rule.group) later.push_back(rules_[i].tag);
            holds.sql += " and not exists (select 1 from " + name_of(object_) +
                         "_tag o join tag k on k.tenant_id = o.tenant_id and k.id = o.tag_id where o.tenant_id = "
                         "x.tenant_id and o." +
                         name_of(object_) + "_id = x.id and k.group_id = :" + prefix +
                         "_group and o.tag_id <> :" + prefix + "_tag and not o.tag_id = any(:" + prefix +
                         "_later::bigint[]))";
            holds.params.add({named(prefix + "_group", rule.group), named(prefix + "_later", later)});
        }
        holds.sql += ")";
        holds.params.add(named(prefix + "_tag", rule.tag));
        return holds;
    }
    [[nodiscard]] std::string tag_of(std::size_t place) const { return ":rule_" + std::to_string(place) + "_tag"; }

private:
    operation::Context& ctx_;
    TaggedObject object_;
    std::vector<StoredRule> rules_;
    TagFacts facts_;
};

// What follows from tags is nothing that rules look at.
void ask_for_quiet(operation::Context& ctx) { ctx.sql().execute("select set_config('app.tag_rules', 'quiet', true)"); }

/// What the rules have done to a record: "加上「重点客户」（生效的订单数至少 3）".
using Doings = std::map<std::int64_t, std::vector<std::string>>;

void apply(operation::Context& ctx, TaggedObject object, Rules const& rules, std::size_t place, Ids const& ids,
           Doings& doings) {
    auto const& rule = rules.all()[place];
    auto const table = name_of(object);
    auto const holds = rules.holds(place);
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("ids", ids)};
    params.add(holds.params);
    for (auto const id : ctx.sql().values<std::int64_t>(
             "delete from " + table + "_tag r using " + table +
                 " x where r.tenant_id = :tenant and r.tag_id = " + rules.tag_of(place) + " and r." + table +
                 "_id = any(:ids::bigint[]) and x.tenant_id = :tenant and x.id = r." + table + "_id and " +
                 ruled(object) + " and not " + holds.sql + " returning r." + table + "_id",
             params))
        doings[id].push_back("去掉「" + rule.name + "」（不再符合：" + rules.words(rule) + "）");
    params.add(bind("at", ctx.now()));
    for (auto const id : ctx.sql().values<std::int64_t>(
             "insert into " + table + "_tag (tenant_id, " + table + "_id, tag_id, created_at) select :tenant, x.id, " +
                 rules.tag_of(place) + ", :at::timestamptz from " + table +
                 " x where x.tenant_id = :tenant and x.id = any(:ids::bigint[]) and " + holds.sql +
                 " on conflict do nothing returning " + table + "_id",
             params))
        doings[id].push_back("加上「" + rule.name + "」（" + rules.words(rule) + "）");
}

std::string state_of(std::vector<std::string> const& names) {
    auto state = json::Document{rapidjson::kObjectType};
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& name : names) list.PushBack(json::make_string(name, state.GetAllocator()), state.GetAllocator());
    json::set(state, "tags", std::move(list), state.GetAllocator());
    return json::write(state);
}

void audit(operation::Context& ctx, TaggedObject object, Doings const& doings,
           std::map<std::int64_t, std::vector<std::string>> const& before) {
    auto ids = Ids{};
    for (auto const& [id, done] : doings) ids.push_back(id);
    auto after = tag_names_of(ctx, name_of(object), ids);
    auto by_reason = std::map<std::string, operation::AuditEntries>{};
    for (auto const& [id, done] : doings) {
        auto const was = before.find(id);
        auto& entries = by_reason["自动标签：" + text::join(done, "；")];
        entries.ids.push_back(id);
        entries.before.push_back(state_of(was == before.end() ? std::vector<std::string>{} : was->second));
        entries.after.push_back(state_of(after[id]));
    }
    for (auto const& [reason, entries] : by_reason)
        operation::append_audits(ctx.sql(), ctx.actor(), ctx.now(),
                                 {name_of(object), 0, name_of(object) + ".tag", {}, {}, reason}, entries);
}

void apply_all(operation::Context& ctx, TaggedObject object, Ids const& ids) {
    auto const rules = Rules{ctx, object};
    if (ids.empty() || rules.all().empty()) return;
    auto const before = tag_names_of(ctx, name_of(object), ids);
    auto doings = Doings{};
    for (auto place = std::size_t{0}; place < rules.all().size(); ++place)
        apply(ctx, object, rules, place, ids, doings);
    if (doings.empty()) return;
    audit(ctx, object, doings, before);
    auto changed = Ids{};
    for (auto const& [id, done] : doings) changed.push_back(id);
    // Rules of pools may spare records with a tag.
    if (object == TaggedObject::customer) recompute_due(ctx, PoolObject::customer, changed);
    if (object == TaggedObject::lead) recompute_due(ctx, PoolObject::lead, changed);
}

void schedule(operation::Context& ctx, std::string kind, TaggedObject object, std::int64_t ref, Instant at) {
    auto timer = operation::Timer{std::move(kind), name_of(object), ref, at};
    timer.grace = work_grace;
    ctx.timers().schedule(timer);
}

bool is_waiting(operation::Context& ctx, TaggedObject object) {
    return ctx.sql()
        .value<int>("select 1 from tag_check where tenant_id = :tenant and object = :object limit 1",
                    {bind("tenant", ctx.tenant()), bind("object", name_of(object))})
        .has_value();
}

}  // namespace

std::string ruled(TaggedObject object) {
    return object == TaggedObject::lead ? "(x.deleted_at is null and x.status <> 'converted')"
                                        : "(x.deleted_at is null)";
}

// Nobody waits for anybody: who changes a record now or has brought it here keeps it, and it is looked at later.
void work_tag_checks(operation::Context& ctx, TaggedObject object, std::size_t batch) {
    ask_for_quiet(ctx);
    auto const table = name_of(object);
    auto const asked = ctx.sql().values<std::int64_t>(
        "select record_id from tag_check where tenant_id = :tenant and object = :object order by record_id limit "
        ":limit for update skip locked",
        {bind("tenant", ctx.tenant()), bind("object", table), bind("limit", batch)});
    auto const held = ctx.sql().values<std::int64_t>(
        "select x.id from " + table +
            " x where x.tenant_id = :tenant and x.id = any(:ids::bigint[]) order by x.id for update skip locked",
        {bind("tenant", ctx.tenant()), bind("ids", asked)});
    ctx.sql().execute(
        "delete from tag_check c where c.tenant_id = :tenant and c.object = :object and c.record_id = "
        "any(:asked::bigint[]) and (c.record_id = any(:held::bigint[]) or not exists (select 1 from " +
            table + " x where x.tenant_id = :tenant and x.id = c.record_id))",
        {bind("tenant", ctx.tenant()), bind("object", table), bind("asked", asked), bind("held", held)});
    apply_all(ctx, object, held);
    if (is_waiting(ctx, object))
        schedule(ctx, "tag_rules", object, 0, ctx.now() + (held.empty() ? until_free : std::chrono::seconds{0}));
}

void find_tag_checks(operation::Context& ctx, TaggedObject object, std::int64_t after, std::size_t batch) {
    auto const rules = Rules{ctx, object};
    if (rules.all().empty()) return;
    auto const table = name_of(object);
    auto const ids = ctx.sql().values<std::int64_t>(
        "select x.id from " + table + " x where x.tenant_id = :tenant and x.id > :after and " + ruled(object) +
            " order by x.id limit :limit",
        {bind("tenant", ctx.tenant()), bind("after", after), bind("limit", batch)});
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("object", table), bind("ids", ids)};
    auto parts = std::vector<std::string>{};
    for (auto place = std::size_t{0}; place < rules.all().size(); ++place) {
        auto const holds = rules.holds(place);
        params.add(holds.params);
        parts.push_back(holds.sql + " <> exists (select 1 from " + table + "_tag r where r.tenant_id = :tenant and r." +
                        table + "_id = x.id and r.tag_id = " + rules.tag_of(place) + ")");
    }
    auto const found = ctx.sql().execute(
        "insert into tag_check (tenant_id, object, record_id) select :tenant, "
        ":object, x.id from " +
            table + " x where x.tenant_id = :tenant and x.id = any(:ids::bigint[]) and (" + text::join(parts, " or ") +
            ") on conflict do nothing",
        params);
    if (found > 0) schedule(ctx, "tag_rules", object, 0, ctx.now());
    if (ids.size() == batch) schedule(ctx, "tag_rules_all", object, ids.back(), ctx.now());
}

void schedule_tag_rules(operation::Context& ctx, TaggedObject object) {
    ctx.sql().execute(
        "update timer set state = 2 where tenant_id = :tenant and state = 0 and kind = 'tag_rules_all' and ref_kind = "
        ":object",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object))});
    schedule(ctx, "tag_rules_all", object, 0, ctx.now());
}

void schedule_all_tag_rules(operation::Context& ctx) {
    for (auto const& object : ctx.sql().values<std::string>(
             "select distinct object from tag_rule where tenant_id = :tenant", {bind("tenant", ctx.tenant())}))
        schedule_tag_rules(ctx, tagged_object(object));
}

}  // namespace wescrm::sales
