#include "categories.hpp"

#include "documents.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

std::string const select =
    "select d.id, d.parent_id, d.name, g.path, d.sort_order, (select count(*) from product p where p.tenant_id = "
    "d.tenant_id and p.category_id = d.id), d.version, d.created_at, d.updated_at, k.user_id from product_category d "
    "join "
    "(" +
    category_paths +
    ") g on g.id = d.id left join employee k on k.tenant_id = d.tenant_id and k.id = d.created_by where d.tenant_id = "
    ":tenant";

std::optional<ProductCategory> find_category(operation::Context& ctx, ProductCategoryId id) {
    return ctx.sql().record<ProductCategory>(select + " and d.id = :id",
                                             {bind("tenant", ctx.tenant()), bind("id", id)});
}

std::optional<ProductCategoryId> named(operation::Context& ctx, std::optional<ProductCategoryId> const& parent,
                                       std::string const& name) {
    return ctx.sql().value<ProductCategoryId>(
        "select id from product_category where tenant_id = :tenant and parent_id is not distinct from :parent::bigint "
        "and "
        "name = :name",
        {bind("tenant", ctx.tenant()), bind("parent", parent), bind("name", name)});
}

ProductCategoryId insert(operation::Context& ctx, std::optional<ProductCategoryId> const& parent,
                         std::string const& name, std::int64_t sort) {
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<ProductCategoryId>(
                "insert into product_category (tenant_id, parent_id, name, sort_order, created_at, updated_at, "
                "created_by) values (:tenant, :parent, :name, :sort, :now, :now, :actor) on conflict "
                "(tenant_id, parent_id, name) do update set name = excluded.name returning id",
                {bind("tenant", ctx.tenant()), bind("parent", parent), bind("name", name), bind("sort", sort),
                 bind("now", ctx.now()), bind("actor", actor)})
            .value();
    auto after = json::Document{rapidjson::kObjectType};
    json::set(after, "name", name, after.GetAllocator());
    ctx.audit({"product_category", id.value(), "product_category.create", "", json::write(after), {}});
    return id;
}

Error no_category() { return {Errc::not_found, "product_category", "没有这个产品分类"}; }

Result<ProductCategory> lock_category(operation::Context& ctx, ProductCategoryId id,
                                      std::optional<std::int64_t> version) {
    // The whole tree, so that two moves at once make no cycle.
    ctx.sql().execute("select 1 from product_category where tenant_id = :tenant order by id for update",
                      {bind("tenant", ctx.tenant())});
    auto const found = find_category(ctx, id);
    if (!found) return no_category();
    if (auto const fresh = insist_version(version, found->version); !fresh) return fresh.error();
    return *found;
}

bool is_below(operation::Context& ctx, ProductCategoryId id, ProductCategoryId above) {
    return ctx.sql()
        .value<int>(
            "with recursive below (id) as (select :above::bigint union select b.id from below x join product_category "
            "b on "
            "b.tenant_id = :tenant and b.parent_id = x.id) select 1 from below where id = :id",
            {bind("tenant", ctx.tenant()), bind("above", above), bind("id", id)})
        .has_value();
}

}  // namespace

bool category_exists(operation::Context& ctx, ProductCategoryId id) {
    return ctx.sql()
        .value<int>("select 1 from product_category where tenant_id = :tenant and id = :id",
                    {bind("tenant", ctx.tenant()), bind("id", id)})
        .has_value();
}

ProductCategoryId category_by_path(operation::Context& ctx, std::string const& path) {
    auto at = std::optional<ProductCategoryId>{};
    for (auto const& part : text::split(path, '/')) {
        auto const name = std::string{text::trim(part)};
        if (name.empty()) continue;
        auto const there = named(ctx, at, name);
        at = there ? *there : insert(ctx, at, name, 0);
    }
    return at.value_or(ProductCategoryId{});
}

Result<ProductCategoryList> list_categories(operation::Context& ctx, AskCategories const&) {
    return ProductCategoryList{ctx.sql().records<ProductCategory>(select + " order by g.path, d.sort_order, d.id",
                                                                  {bind("tenant", ctx.tenant())})};
}

Result<ProductCategory> create_category(operation::Context& ctx, CreateCategory const& input) {
    if (input.name.find('/') != std::string::npos) return invalid_field("name", "不能含 /");
    if (input.parent_id && !category_exists(ctx, *input.parent_id))
        return invalid_field("parent_id", "没有这个产品分类");
    if (named(ctx, input.parent_id, input.name)) return invalid_field("name", "同一级已有同名分类");
    return find_category(ctx, insert(ctx, input.parent_id, input.name, input.sort_order.value_or(0))).value();
}

Result<ProductCategory> change_category(operation::Context& ctx, ChangeCategory const& input) {
    auto const before = lock_category(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const name = input.name.value_or(before->name);
    auto const parent = patched(input.parent_id, before->parent_id);
    if (name.find('/') != std::string::npos) return invalid_field("name", "不能含 /");
    if (parent && !category_exists(ctx, *parent)) return invalid_field("parent_id", "没有这个产品分类");
    if (parent && is_below(ctx, *parent, input.id)) return invalid_field("parent_id", "不能移到自己或自己的下级");
    if (auto const there = named(ctx, parent, name); there && *there != input.id)
        return invalid_field("name", "同一级已有同名分类");
    ctx.sql().execute(
        "update product_category set name = :name, parent_id = :parent, sort_order = :sort, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", name), bind("parent", parent),
         bind("sort", input.sort_order.value_or(before->sort_order)), bind("now", ctx.now())});
    auto const after = find_category(ctx, input.id).value();
    auto const changed = operation::difference(operation::write_output(*before), operation::write_output(after));
    ctx.audit({"product_category", input.id.value(), "product_category.change", changed.before, changed.after, {}});
    return after;
}

Result<Nothing> delete_category(operation::Context& ctx, OneCategory const& input) {
    auto const before = lock_category(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    auto const refused = ctx.sql().attempt(
        [&] { ctx.sql().execute("delete from product_category where tenant_id = :tenant and id = :id", params); });
    if (refused) return Error{Errc::conflict, "used", "分类「" + before->path + "」下还有产品或下级分类，不能删除"};
    auto const changed =
        operation::difference(operation::write_output(*before), json::Document{rapidjson::kObjectType});
    ctx.audit({"product_category", input.id.value(), "product_category.delete", changed.before, changed.after, {}});
    return Nothing{};
}

}  // namespace wescrm::sales
