#include "../customers.hpp"
#include "../followups.hpp"
#include "known_tags.hpp"
#include "tag_target.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/high_sea.hpp>
#include <wescrm/sales/undo.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <set>

// Putting tags on records and taking them off.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using Names = std::vector<std::string>;

constexpr std::int64_t named_in_errors = 10;

struct TagRecord {
    RecordId id;
    Names add;
    Names remove;
    std::optional<Names> tags;  ///< instead: exactly these, as far as he sees tags
};
BOOST_DESCRIBE_STRUCT(TagRecord, (), (id, add, remove, tags))

struct TagsOfRecord {
    RecordId id;
    std::string name;  ///< of the record
    Names tags;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(TagsOfRecord, (), (id, name, tags, version))

struct TagState {
    Names tags;
};
BOOST_DESCRIBE_STRUCT(TagState, (), (tags))

std::vector<FieldRule> field_rules(TagRecord const*) {
    return {{"add", "加上的标签", {.max_length = longest_tag_name, .max_items = most_tags_at_once}},
            {"remove", "去掉的标签", {.max_length = longest_tag_name, .max_items = most_tags_at_once}},
            rule_of_tags()};
}

std::string table_of(TaggedObject object) { return name_of(object) + "_tag"; }
std::string column_of(TaggedObject object) { return name_of(object) + "_id"; }

database::Params of_record(operation::Context& ctx, TaggedRecord const& record) {
    return {bind("tenant", ctx.tenant()), bind("id", record.id)};
}

// `which`: " and …" about the tag t and its group g.
Names names_on(operation::Context& ctx, TaggedRecord const& record, std::string_view which) {
    auto params = of_record(ctx, record);
    if (which.find(":me") != which.npos) params.add(bind("me", ctx.actor().employee));
    return ctx.sql().values<std::string>(
        "select t.name from " + table_of(record.object) +
            " r join tag t on t.tenant_id = r.tenant_id and t.id = r.tag_id join tag_group g on g.tenant_id = "
            "t.tenant_id and g.id = t.group_id where r.tenant_id = :tenant and r." +
            column_of(record.object) + " = :id" + std::string{which} +
            " order by g.position, g.name, t.position, t.name",
        params);
}

Error no_such_tag(operation::Context& ctx, TaggedObject object, std::string const& name, std::string const& field) {
    auto const known = ctx.sql().values<std::string>(
        "select t.name from tag t join tag_group g on g.tenant_id = t.tenant_id and g.id = t.group_id where "
        "t.tenant_id = :tenant and not t.disabled and :object = any(g.objects)" +
            std::string{sees_group} + " order by g.position, t.position, t.name limit :most",
        {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("me", ctx.actor().employee),
         bind("most", named_in_errors)});
    return invalid_field(field, "没有标签「" + name + "」" +
                                    (known.empty() ? "，请联系管理员新建" : "，可用的有：" + text::join(known, "、")));
}

// Names that nobody made yet become tags if the actor may make the company's.
Result<std::vector<KnownTag>> chosen_tags(operation::Context& ctx, TaggedObject object, Names const& names,
                                          std::string const& field, TagLimits const& limits) {
    auto chosen = tags_named(ctx, names);
    for (auto const& name : names) {
        if (std::ranges::find(chosen, name, &KnownTag::name) != chosen.end()) continue;
        if (!ctx.may("tag.manage")) return no_such_tag(ctx, object, name, field);
        auto const made = make_tag(ctx, default_group(ctx), name, "", field, limits);
        if (!made) return made.error();
        chosen.push_back(lock_tag(ctx, *made).value());
    }
    return chosen;
}

Error automatic(KnownTag const& tag, std::string const& field) {
    return invalid_field(field, "「" + tag.name + "」是自动标签，由规则给出和收回；要改变它，请管理员修改它的规则");
}

Error only_one(KnownTag const& tag, std::string const& field) {
    return invalid_field(field, "「" + tag.group_name + "」是单选分组，只能选一个标签");
}

Result<void> insist_on_fitting(TaggedObject object, std::vector<KnownTag> const& tags, std::string const& field) {
    auto single = std::set<TagGroupId>{};
    for (auto const& tag : tags) {
        if (tag.disabled) return invalid_field(field, "标签「" + tag.name + "」已停用");
        if (tag.is_automatic_for(object)) return automatic(tag, field);
        if (!tag.is_for(object))
            return invalid_field(field, "标签「" + tag.name + "」属于「" + tag.group_name + "」，不能用于" +
                                            std::string{title_of(object)});
        if (tag.is_single && !single.insert(tag.group).second) return only_one(tag, field);
    }
    return {};
}

// What a rule gives stays as it is, whatever somebody chooses.
Names without_automatic(operation::Context& ctx, TaggedObject object, Names names) {
    for (auto const& tag : tags_named(ctx, names))
        if (tag.is_automatic_for(object)) std::erase(names, tag.name);
    return names;
}

// Of a group of which a record has one tag, the new one takes the place of the old.
void write_tags(operation::Context& ctx, TaggedRecord const& record, std::vector<KnownTag> const& add,
                Names const& remove) {
    auto ids = std::vector<TagId>{};
    auto single = std::vector<TagGroupId>{};
    for (auto const& tag : add) {
        ids.push_back(tag.id);
        if (tag.is_single) single.push_back(tag.group);
    }
    auto const table = table_of(record.object);
    auto const column = column_of(record.object);
    auto params = of_record(ctx, record);
    params.add({bind("add", ids), bind("single", single), bind("remove", remove), bind("me", ctx.actor().employee)});
    ctx.sql().execute("delete from " + table + " r using tag t where r.tenant_id = :tenant and r." + column +
                          " = :id and t.tenant_id = r.tenant_id and t.id = r.tag_id and not r.tag_id = "
                          "any(:add::bigint[]) and (t.group_id = any(:single::bigint[]) or (t.name = "
                          "any(:remove::text[]) and (t.owner_id is null or t.owner_id = :me)))",
                      params);
    auto put = of_record(ctx, record);
    put.add({bind("add", ids), bind("now", ctx.now())});
    ctx.sql().execute("insert into " + table + " (tenant_id, " + column +
                          ", tag_id, created_at) select :tenant, :id, unnest(:add::bigint[]), :now::timestamptz on "
                          "conflict do nothing",
                      put);
}

// Rules may spare records with a tag.
void renew_due(operation::Context& ctx, TaggedRecord const& record) {
    if (record.object == TaggedObject::customer) recompute_due(ctx, PoolObject::customer, {record.id});
    if (record.object == TaggedObject::lead) recompute_due(ctx, PoolObject::lead, {record.id});
}

/// What is put on and taken off; `kept`: what was asked for and is there already.
struct TagChange {
    Names add;
    Names remove;
    Names kept;
};

Names without(Names names, Names const& others) {
    std::erase_if(names, [&](auto const& name) { return std::ranges::find(others, name) != others.end(); });
    return names;
}

TagChange change_to(Names const& wanted, Names const& before) {
    auto const add = without(wanted, before);
    return {add, without(before, wanted), without(wanted, add)};
}

Result<void> change_tags(operation::Context& ctx, TaggedRecord const& record, TagChange const& change,
                         std::string const& field, TagLimits const& limits) {
    auto const tags = chosen_tags(ctx, record.object, change.add, field, limits);
    if (!tags) return tags.error();
    if (auto const fits = insist_on_fitting(record.object, *tags, field); !fits) return fits.error();
    for (auto const& kept : tags_named(ctx, change.kept))
        if (kept.is_single && std::ranges::find(*tags, kept.group, &KnownTag::group) != tags->end())
            return only_one(kept, field);
    auto const before = company_tags_of(ctx, record);
    write_tags(ctx, record, *tags, change.remove);
    audit_tags(ctx, record, before);
    renew_due(ctx, record);
    return {};
}

void step_version(operation::Context& ctx, TaggedRecord const& record) {
    auto params = of_record(ctx, record);
    params.add(bind("now", ctx.now()));
    ctx.sql().execute("update " + name_of(record.object) +
                          " set updated_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
                      params);
}

Result<TagsOfRecord> tag_record(operation::Context& ctx, TaggedObject object, TagLimits const& limits,
                                TagRecord const& input) {
    if (input.add.empty() && input.remove.empty() && !input.tags)
        return invalid_field("add", "请写明要加上或去掉的标签");
    auto const record = TaggedRecord{object, input.id.value()};
    auto const locked = lock_tag_target(ctx, record);
    if (!locked) return locked.error();
    auto const before = tags_of(ctx, record);
    auto const asked = plain_names(input.add);
    auto const add = without(asked, before);
    auto change = TagChange{add, plain_names(input.remove), without(asked, add)};
    for (auto const& name : change.remove)
        if (std::ranges::find(before, name) == before.end())
            return invalid_field("remove", "「" + locked->name + "」没有标签「" + name + "」");
    for (auto const& tag : tags_named(ctx, change.remove))
        if (tag.is_automatic_for(object)) return automatic(tag, "remove");
    if (input.tags) {
        change = change_to(plain_names(*input.tags), before);
        change.remove = without_automatic(ctx, object, change.remove);
    }
    if (auto const done = change_tags(ctx, record, change, input.tags ? "tags" : "add", limits); !done)
        return done.error();
    step_version(ctx, record);
    auto const version = locked->version + 1;
    remember_for_undo(ctx, {0, name_of(object), record.id, "tags", version, "修改标签 " + locked->name,
                            json::write(operation::write_output(TagState{before}))});
    return TagsOfRecord{input.id, locked->name, tags_of(ctx, record), version};
}

auto tag(TaggedObject object, TagLimits const& limits) {
    return [object, limits](operation::Context& ctx, TagRecord const& input) {
        return tag_record(ctx, object, limits, input);
    };
}

constexpr Operation<TagRecord, TagsOfRecord> lead_tag{"lead.tag",     "设置标签", "lead.edit",
                                                      Effect::writes, nullptr,    {"POST", "/leads/{id}/tags"}};
constexpr Operation<TagRecord, TagsOfRecord> contact_tag{"contact.tag",  "设置标签", "customer.edit",
                                                         Effect::writes, nullptr,    {"POST", "/contacts/{id}/tags"}};
constexpr Operation<TagRecord, TagsOfRecord> opportunity_tag{
    "opportunity.tag", "设置标签", "opportunity.edit", Effect::writes, nullptr, {"POST", "/opportunities/{id}/tags"}};

/// As it was before other records had tags: it answers the customer.
struct TagCustomer {
    CustomerId id;
    Names add;
    Names remove;
    std::optional<Names> tags;
};
BOOST_DESCRIBE_STRUCT(TagCustomer, (), (id, add, remove, tags))
std::vector<FieldRule> field_rules(TagCustomer const*) { return field_rules(static_cast<TagRecord const*>(nullptr)); }

Result<CustomerDetail> tag_customer(operation::Context& ctx, TagLimits const& limits, TagCustomer const& input) {
    auto const done = tag_record(ctx, TaggedObject::customer, limits,
                                 {RecordId{input.id.value()}, input.add, input.remove, input.tags});
    if (!done) return done.error();
    return detail_of(ctx, input.id);
}

constexpr Operation<TagCustomer, CustomerDetail> customer_tag{
    "customer.tag", "设置标签", "customer.edit", Effect::writes, nullptr, {"POST", "/customers/{id}/tags"}};

}  // namespace

Names company_tags_of(operation::Context& ctx, TaggedRecord const& record) {
    return names_on(ctx, record, " and g.owner_id is null");
}

void audit_tags(operation::Context& ctx, TaggedRecord const& record, Names const& before) {
    auto const after = company_tags_of(ctx, record);
    if (after == before) return ctx.nothing_to_audit();
    auto const changed =
        operation::difference(operation::write_output(TagState{before}), operation::write_output(TagState{after}));
    auto const object = name_of(record.object);
    ctx.audit({object, record.id, object + ".tag", changed.before, changed.after, ""});
}

std::vector<TagId> copy_tags(operation::Context& ctx, TaggedRecord const& from, TaggedRecord const& to) {
    auto const before = company_tags_of(ctx, to);
    auto const table = table_of(to.object);
    auto const column = column_of(to.object);
    auto const put = ctx.sql().values<TagId>(
        "insert into " + table + " (tenant_id, " + column +
            ", tag_id, created_at) select r.tenant_id, :to::bigint, r.tag_id, r.created_at from " +
            table_of(from.object) +
            " r join tag t on t.tenant_id = r.tenant_id and t.id = r.tag_id join tag_group g on g.tenant_id = "
            "t.tenant_id and g.id = t.group_id where r.tenant_id = :tenant and r." +
            column_of(from.object) +
            " = :from and :object = any(g.objects) and not exists (select 1 from tag_rule k where k.tenant_id = "
            "t.tenant_id and k.tag_id = t.id and k.object = :object) and not (g.is_single and exists (select 1 from " +
            table +
            " o join tag k on k.tenant_id = o.tenant_id and k.id = o.tag_id where o.tenant_id = :tenant and o." +
            column + " = :to and k.group_id = g.id)) on conflict do nothing returning tag_id",
        {bind("tenant", ctx.tenant()), bind("from", from.id), bind("to", to.id), bind("object", name_of(to.object))});
    if (put.empty()) return put;
    audit_tags(ctx, to, before);
    renew_due(ctx, to);
    return put;
}

std::string name_of(TaggedObject object) { return boost::describe::enum_to_string(object, ""); }

std::string_view title_of(TaggedObject object) {
    switch (object) {
        case TaggedObject::customer:
            return "客户";
        case TaggedObject::lead:
            return "线索";
        case TaggedObject::contact:
            return "联系人";
        case TaggedObject::opportunity:
            return "商机";
    }
    return {};
}

Names tags_of(operation::Context& ctx, TaggedRecord const& record) { return names_on(ctx, record, sees_group); }

Result<void> put_tags(operation::Context& ctx, TaggedRecord const& record, Names const& names,
                      TagLimits const& limits) {
    auto change = change_to(plain_names(names), tags_of(ctx, record));
    change.remove = without_automatic(ctx, record.object, change.remove);
    if (change.add.empty() && change.remove.empty()) return {};
    return change_tags(ctx, record, change, "tags", limits);
}

Result<void> put_tags(operation::Context& ctx, TaggedRecord const& record, std::optional<Names> const& names,
                      TagLimits const& limits) {
    return names ? put_tags(ctx, record, *names, limits) : Result<void>{};
}

// What ended meanwhile stays away.
Result<void> put_tags_back(operation::Context& ctx, TaggedRecord const& record, json::Value const& before) {
    auto const locked = lock_tag_target(ctx, record);
    if (!locked) return locked.error();
    auto wanted = Names{};
    if (auto const* names = json::find(before, "tags"); names && names->IsArray())
        for (auto const& name : names->GetArray()) wanted.emplace_back(json::view(name));
    auto const now = tags_of(ctx, record);
    auto const stood = company_tags_of(ctx, record);
    auto const add = without_automatic(ctx, record.object, without(wanted, now));
    write_tags(ctx, record, tags_named(ctx, add), without_automatic(ctx, record.object, without(now, wanted)));
    audit_tags(ctx, record, stood);
    step_version(ctx, record);
    renew_due(ctx, record);
    return {};
}

operation::FieldRule rule_of_tags() {
    return {"tags", "标签", {.max_length = longest_tag_name, .max_items = most_tags_at_once}};
}

void add_tagging_operations(operation::Catalogue& catalogue, TagLimits const& limits) {
    catalogue.add(customer_tag, [limits](operation::Context& ctx, TagCustomer const& input) {
        return tag_customer(ctx, limits, input);
    });
    catalogue.add(lead_tag, tag(TaggedObject::lead, limits));
    catalogue.add(contact_tag, tag(TaggedObject::contact, limits));
    catalogue.add(opportunity_tag, tag(TaggedObject::opportunity, limits));
}

}  // namespace wescrm::sales
