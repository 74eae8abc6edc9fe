#include "tags.hpp"

#include "customers.hpp"
#include "followups.hpp"
#include "rows.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/sales/undo.hpp>

#include <algorithm>
#include <set>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

using TagId = StrongId<struct TagIdTag, std::int64_t>;
constexpr std::size_t longest_name = 30;
constexpr std::int64_t named_in_errors = 10;

struct Tag {
    TagId id;
    std::string name;
    std::int64_t customers = 0;  ///< those that the actor sees
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (id, name, customers, version, created_at, updated_at, created_by))

struct TagRow : Tag {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(TagRow, (Tag), (sort_key))

struct TagPage {
    std::vector<Tag> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(TagPage, (), (items, next_cursor))

struct ListTags {
    std::optional<std::string> q;
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListTags, (), (q, sort, limit, cursor))

struct CreateTag {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(CreateTag, (), (name))

struct OneTag {
    TagId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneTag, (), (id, version))

struct TagCustomer {
    CustomerId id;
    std::vector<std::string> add;
    std::vector<std::string> remove;
};
BOOST_DESCRIBE_STRUCT(TagCustomer, (), (id, add, remove))

struct TagState {
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(TagState, (), (tags))

std::vector<FieldRule> field_rules(CreateTag const*) {
    return {{"name", "标签名称", {.max_length = longest_name}, "重点跟进"}};
}
std::vector<FieldRule> field_rules(TagCustomer const*) {
    return {{"add", "加上的标签", {.max_length = longest_name, .max_items = 20}},
            {"remove", "去掉的标签", {.max_length = longest_name, .max_items = 20}}};
}

std::vector<TagRow> tags(operation::Context& ctx, std::string const& key, Filter const& filter) {
    auto const seen = ctx.scope().rows("customer", operation::Power::read, "c");
    auto params = filter.params();
    params.add(seen.params);
    return ctx.sql().records<TagRow>(
        "select t.id, t.name, (select count(*) from customer_tag g join customer c on c.tenant_id = g.tenant_id and "
        "c.id = g.customer_id where g.tenant_id = :tenant and g.tag_id = t.id and c.deleted_at is null and " +
            seen.sql + "), t.version, t.created_at, t.updated_at, k.user_id, " + key +
            " from tag t left join employee k on k.tenant_id = t.tenant_id and k.id = t.created_by where t.tenant_id = "
            ":tenant" +
            filter.sql(),
        params);
}

Result<TagPage> list_tags(operation::Context& ctx, ListTags const& input) {
    auto const paging = operation::Paging::from(
        input.sort, input.limit, input.cursor,
        {operation::SortField{"name", "t.name", "text"}, {"created_at", "t.created_at", "timestamptz"}}, "name",
        "t.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where_given(input.q, "strpos(lower(t.name), lower(:q)) > 0", "q");
    filter.page(*paging);
    return page_of<TagPage>(tags(ctx, paging->key_column(), filter), *paging);
}

std::optional<Tag> find_tag(operation::Context& ctx, TagId id) {
    auto filter = Filter{ctx.tenant()};
    filter.where("t.id = :id", "id", id);
    auto found = tags(ctx, "''", filter);
    if (found.empty()) return std::nullopt;
    return found.front();
}

void audit_tag(operation::Context& ctx, TagId id, std::string action, std::optional<Tag> const& before,
               std::optional<Tag> const& after) {
    auto const json_of = [](std::optional<Tag> const& tag) {
        return tag ? operation::write_output(*tag) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"tag", id.value(), std::move(action), changed.before, changed.after, ""});
}

Result<TagId> make_tag(operation::Context& ctx, std::string const& name, std::string const& field) {
    auto const plain = std::string{text::trim(name)};
    if (plain.empty()) return invalid_field(field, "标签名称不能为空");
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const made = ctx.sql().value<TagId>(
        "insert into tag (tenant_id, name, created_at, updated_at, created_by) values (:tenant, :name, :now, :now, "
        ":actor) on conflict (tenant_id, name) do nothing returning id",
        {bind("tenant", ctx.tenant()), bind("name", plain), bind("now", ctx.now()), bind("actor", actor)});
    if (!made) return Error{Errc::conflict, "duplicate", "已有标签「" + plain + "」"};
    operation::keep_words(ctx.sql(), ctx.tenant(), {{"tag", plain}});
    audit_tag(ctx, *made, "tag.create", std::nullopt, find_tag(ctx, *made));
    return *made;
}

Result<Tag> create_tag(operation::Context& ctx, CreateTag const& input) {
    auto const made = make_tag(ctx, input.name, "name");
    if (!made) return made.error();
    return find_tag(ctx, *made).value();
}

Result<Tag> show_tag(operation::Context& ctx, OneTag const& input) {
    auto const tag = find_tag(ctx, input.id);
    if (!tag) return Error{Errc::not_found, "tag", "没有这个标签"};
    return *tag;
}

Result<Nothing> delete_tag(operation::Context& ctx, OneTag const& input) {
    ctx.sql().execute("select 1 from tag where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    auto const tag = find_tag(ctx, input.id);
    if (!tag) return Error{Errc::not_found, "tag", "没有这个标签"};
    if (auto const fresh = insist_version(input.version, tag->version); !fresh) return fresh.error();
    auto const used =
        ctx.sql().value<std::int64_t>("select count(*) from customer_tag where tenant_id = :tenant and tag_id = :id",
                                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    if (used.value_or(0) > 0)
        return Error{Errc::conflict, "in_use",
                     "标签「" + tag->name + "」还用在 " + std::to_string(*used) + " 家客户上"};
    ctx.sql().execute("delete from tag where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    operation::forget_word(ctx.sql(), ctx.tenant(), {"tag", tag->name});
    audit_tag(ctx, input.id, "tag.delete", *tag, std::nullopt);
    return Nothing{};
}

// A name that nobody made yet becomes a tag if the actor may make tags.
Result<TagId> tag_named(operation::Context& ctx, std::string const& name) {
    auto const found = ctx.sql().value<TagId>("select id from tag where tenant_id = :tenant and name = :name",
                                              {bind("tenant", ctx.tenant()), bind("name", text::trim(name))});
    if (found) return *found;
    if (ctx.may("tag.manage")) return make_tag(ctx, name, "add");
    auto const known =
        ctx.sql().values<std::string>("select name from tag where tenant_id = :tenant order by name limit :most",
                                      {bind("tenant", ctx.tenant()), bind("most", named_in_errors)});
    return invalid_field("add", "没有标签「" + name + "」" +
                                    (known.empty() ? "，请联系管理员新建" : "，可用的有：" + text::join(known, "、")));
}

void write_tags(operation::Context& ctx, CustomerId id, std::vector<TagId> const& add,
                std::vector<std::string> const& remove) {
    ctx.sql().execute(
        "insert into customer_tag (tenant_id, customer_id, tag_id, created_at) select :tenant, :id, unnest("
        ":add::bigint[]), :now::timestamptz on conflict do nothing",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("add", add), bind("now", ctx.now())});
    ctx.sql().execute(
        "delete from customer_tag g using tag t where g.tenant_id = :tenant and g.customer_id = :id and t.tenant_id = "
        "g.tenant_id and t.id = g.tag_id and t.name = any(:remove::text[])",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("remove", remove)});
    ctx.sql().execute(
        "update customer set updated_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", id), bind("now", ctx.now())});
}

void audit_tags(operation::Context& ctx, CustomerId id, TagState const& before) {
    auto const changed =
        operation::difference(operation::write_output(before), operation::write_output(TagState{tags_of(ctx, id)}));
    ctx.audit({"customer", id.value(), "customer.tag", changed.before, changed.after, ""});
}

Result<CustomerDetail> tag_customer(operation::Context& ctx, TagCustomer const& input) {
    if (input.add.empty() && input.remove.empty()) return invalid_field("add", "请写明要加上或去掉的标签");
    auto const locked = lock_permitted(ctx, input.id, Need::write);
    if (!locked) return locked.error();
    if (locked->is_deleted) return Error{Errc::not_found, "customer", "这个客户在回收站里，请先恢复"};
    auto const before = TagState{tags_of(ctx, input.id)};
    auto add = std::vector<TagId>{};
    for (auto const& name : input.add) {
        auto const tag = tag_named(ctx, name);
        if (!tag) return tag.error();
        add.push_back(*tag);
    }
    for (auto const& name : input.remove)
        if (std::ranges::find(before.tags, name) == before.tags.end())
            return invalid_field("remove", "「" + locked->name + "」没有标签「" + name + "」");
    write_tags(ctx, input.id, add, input.remove);
    audit_tags(ctx, input.id, before);
    auto const after = Customers{ctx}.find(input.id).value();
    remember_for_undo(ctx, {0, "customer", input.id.value(), "tags", after.version, "修改标签 " + after.name,
                            json::write(operation::write_output(before))});
    return detail_of(ctx, input.id);
}

constexpr Operation<ListTags, TagPage> tag_list{"tag.list",    "标签列表", "customer.view",
                                                Effect::reads, list_tags,  {"GET", "/tags"}};
constexpr Operation<OneTag, Tag> tag_show{"tag.show",    "标签",   "customer.view",
                                          Effect::reads, show_tag, {"GET", "/tags/{id}"}};
constexpr Operation<CreateTag, Tag> tag_create{"tag.create",   "新建标签", "tag.manage",
                                               Effect::writes, create_tag, {"POST", "/tags", 201}};
constexpr Operation<OneTag, Nothing> tag_delete{"tag.delete",     "删除标签", "tag.manage",
                                                Effect::confirms, delete_tag, {"DELETE", "/tags/{id}", 204}};
constexpr Operation<TagCustomer, CustomerDetail> customer_tag{
    "customer.tag", "设置标签", "customer.edit", Effect::writes, tag_customer, {"POST", "/customers/{id}/tags"}};

}  // namespace

std::vector<std::string> tags_of(operation::Context& ctx, CustomerId customer) {
    return ctx.sql().values<std::string>(
        "select t.name from customer_tag g join tag t on t.tenant_id = g.tenant_id and t.id = g.tag_id where "
        "g.tenant_id = :tenant and g.customer_id = :id order by g.created_at, t.name",
        {bind("tenant", ctx.tenant()), bind("id", customer)});
}

Result<void> put_tags_back(operation::Context& ctx, CustomerId customer, json::Value const& before) {
    auto const locked = lock_permitted(ctx, customer, Need::write);
    if (!locked) return locked.error();
    auto wanted = std::set<std::string>{};
    if (auto const* names = json::find(before, "tags"); names && names->IsArray())
        for (auto const& name : names->GetArray()) wanted.emplace(json::view(name));
    auto const now = TagState{tags_of(ctx, customer)};
    auto remove = std::vector<std::string>{};
    for (auto const& name : now.tags)
        if (!wanted.contains(name)) remove.push_back(name);
    auto const add = ctx.sql().values<TagId>(
        "select id from tag where tenant_id = :tenant and name = any(:names::text[])",
        {bind("tenant", ctx.tenant()), bind("names", std::vector<std::string>(wanted.begin(), wanted.end()))});
    write_tags(ctx, customer, add, remove);
    audit_tags(ctx, customer, now);
    return {};
}

void add_tag_operations(operation::Catalogue& catalogue) {
    catalogue.add(tag_list);
    catalogue.add(tag_show);
    catalogue.add(tag_create);
    catalogue.add(tag_delete);
    catalogue.add(customer_tag);
}

}  // namespace wescrm::sales
