#include "categories.hpp"
#include "documents.hpp"
#include "fields/store.hpp"
#include "numbers.hpp"
#include "product_words.hpp"
#include "unit_prices.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>
#include <wescrm/sales/product.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct ProductRow : Product {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(ProductRow, (Product), (sort_key))

std::string const product_columns =
    "d.id, d.code, d.name, d.category_id, coalesce(g.path, ''), d.unit, (d.price_e4 + 50) / 100, d.price_e4, "
    "(d.cost_e4 + 50) / 100, d.cost_e4, d.tax_bp::float8 / "
    "100, "
    "d.spec, d.description, d.status, d.sort_order, array(select a.id from attachment a where a.tenant_id = "
    "d.tenant_id "
    "and a.target_type = 'product' and a.target_id = d.id and a.state = 'stored' order by a.id <> "
    "coalesce(d.first_image_id, 0), a.created_at, a.id), " +
    shown_custom("product", "d") + ", d.version, d.created_at, d.updated_at, k.user_id";
std::string const joins = " from product d left join (" + category_paths +
                          ") g on g.id = d.category_id left join employee k on k.tenant_id = d.tenant_id and k.id = "
                          "d.created_by where d.tenant_id = :tenant";

// What a product costs the company is for those who look after the products.
void keep_cost(operation::Context& ctx, Product& product) {
    if (ctx.may("product.edit")) return;
    product.cost_fen.reset();
    product.cost_e4.reset();
}

Error no_product() { return {Errc::not_found, "product", "没有这个产品"}; }

std::optional<Product> find_product(operation::Context& ctx, ProductId id) {
    return ctx.sql().record<Product>("select " + product_columns + joins + " and d.id = :id",
                                     {bind("tenant", ctx.tenant()), bind("id", id)});
}

void audit(operation::Context& ctx, ProductId id, std::string action, std::optional<Product> const& before,
           std::optional<Product> const& after) {
    auto const json_of = [](std::optional<Product> const& product) {
        return product ? operation::write_output(*product) : json::Document{rapidjson::kObjectType};
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"product", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<std::int64_t> tax_of(std::optional<double> const& typed, double old) {
    auto const tax = exact_percent(typed.value_or(old));
    if (!tax) return invalid_field("tax_percent", "应在 0 到 100 之间，最多 2 位小数");
    return *tax;
}

std::optional<Error> refuse_code(operation::Context& ctx, std::string const& code, ProductId self) {
    auto const taken = ctx.sql().value<std::string>(
        "select name from product where tenant_id = :tenant and code = :code and id <> :self",
        {bind("tenant", ctx.tenant()), bind("code", code), bind("self", self)});
    if (!taken) return std::nullopt;
    return Error{Errc::conflict,
                 "duplicate",
                 "编码 " + code + " 已用于产品「" + *taken + "」",
                 {{"code", "编码已被产品「" + *taken + "」使用"}}};
}

Result<std::optional<ProductCategoryId>> category_of(operation::Context& ctx,
                                                     std::optional<ProductCategoryId> const& id,
                                                     std::optional<std::string> const& path) {
    if (id) {
        if (!category_exists(ctx, *id)) return invalid_field("category_id", "没有这个产品分类");
        return std::optional{*id};
    }
    if (!path || text::trim(*path).empty()) return std::optional<ProductCategoryId>{};
    return std::optional{category_by_path(ctx, *path)};
}

// Emptied by a null of either, kept if neither is there.
Result<std::optional<std::int64_t>> changed_cost(ChangeProduct const& input, Product const& before) {
    if (!input.cost_fen.is_present && !input.cost_e4.is_present) return before.cost_e4;
    auto const given = given_price(input.cost_fen.value, input.cost_e4.value, "cost_fen");
    if (!given) return given.error();
    return e4_of(*given);
}

Result<Product> lock_product(operation::Context& ctx, ProductId id, std::optional<std::int64_t> version) {
    ctx.sql().execute("select 1 from product where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto const found = find_product(ctx, id);
    if (!found) return no_product();
    if (auto const fresh = insist_version(version, found->version); !fresh) return fresh.error();
    return *found;
}

}  // namespace

Result<Product> create_product(operation::Context& ctx, CreateProduct const& input) {
    auto const price = given_price(input.price_fen, input.price_e4, "price_fen");
    if (!price) return price.error();
    if (!*price) return invalid_field("price_fen", "必填");
    auto const cost = given_price(input.cost_fen, input.cost_e4, "cost_fen");
    if (!cost) return cost.error();
    auto const tax = tax_of(input.tax_percent, 0);
    if (!tax) return tax.error();
    auto const code = input.code.value_or(next_number(ctx, "product"));
    if (auto taken = refuse_code(ctx, code, {})) return *taken;
    auto const category = category_of(ctx, input.category_id, input.category);
    if (!category) return category.error();
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<ProductId>(
                "insert into product (tenant_id, code, name, category_id, unit, price_e4, cost_e4, tax_bp, "
                "spec, description, status, sort_order, search_keys, created_at, updated_at, created_by) values "
                "(:tenant, :code, :name, :category, :unit, :price, :cost, :tax, :spec, :description, :status, "
                ":sort, :keys, :now, :now, :actor) returning id",
                {bind("tenant", ctx.tenant()), bind("code", code), bind("name", input.name),
                 bind("category", *category), bind("unit", input.unit.value_or("")), bind("price", (*price)->e4()),
                 bind("cost", e4_of(*cost)), bind("tax", *tax), bind("spec", input.spec.value_or("")),
                 bind("description", input.description.value_or("")),
                 bind("status", word_of(input.status.value_or(ShelfStatus::on))),
                 bind("sort", input.sort_order.value_or(0)), bind("keys", search_keys(input.name, "", code)),
                 bind("now", ctx.now()), bind("actor", actor)})
            .value();
    auto const kept = write_custom(ctx, {"product", "product", id.value()}, input.custom, CustomWrite::create);
    if (!kept) return kept.error();
    auto const made = find_product(ctx, id);
    follow_product_words(ctx, std::nullopt, made);
    audit(ctx, id, "product.create", std::nullopt, made);
    return *made;
}

Result<Product> show_product(operation::Context& ctx, OneProduct const& input) {
    auto found = find_product(ctx, input.id);
    if (!found) return no_product();
    keep_cost(ctx, *found);
    return *found;
}

Result<ProductPage> list_products(operation::Context& ctx, ListProducts const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"code", "d.code", "text"},
                                                 {"name", "d.name", "text"},
                                                 {"price_fen", "d.price_e4", "bigint"},
                                                 {"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"}},
                                                "code", "d.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    if (input.q)
        filter.where("d.search_keys like :q", "q", contains_pattern(text::to_lower(text::normalised(*input.q))));
    if (input.status) filter.where("d.status = :status", "status", word_of(*input.status));
    if (input.category_id)
        filter.where(
            "d.category_id = any(array(with recursive below (id) as (select :category::bigint union select b.id from "
            "below "
            "x join product_category b on b.tenant_id = :tenant and b.parent_id = x.id) select id from below))",
            "category", *input.category_id);
    if (auto const good = add_custom_filters(ctx, filter, "product", "d.id", input.custom); !good) return good.error();
    filter.page(*paging);
    auto page = page_of<ProductPage>(
        ctx.sql().records<ProductRow>("select " + product_columns + ", " + paging->key_column() + joins + filter.sql(),
                                      filter.params()),
        *paging);
    for (auto& product : page.items) keep_cost(ctx, product);
    return page;
}

Result<Product> change_product(operation::Context& ctx, ChangeProduct const& input) {
    auto const before = lock_product(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const price = given_price(input.price_fen, input.price_e4, "price_fen");
    if (!price) return price.error();
    auto const cost = changed_cost(input, *before);
    if (!cost) return cost.error();
    auto const tax = tax_of(input.tax_percent, before->tax_percent);
    if (!tax) return tax.error();
    auto const code = input.code.value_or(before->code);
    if (auto taken = refuse_code(ctx, code, input.id)) return *taken;
    auto category = Result<std::optional<ProductCategoryId>>{before->category_id};
    if (input.category_id.is_present || input.category.is_present)
        category = category_of(ctx, input.category_id.value, input.category.value);
    if (!category) return category.error();
    if (input.first_image_id && std::ranges::find(before->image_ids, *input.first_image_id) == before->image_ids.end())
        return invalid_field("first_image_id", "这个产品没有这张图片");
    auto const name = input.name.value_or(before->name);
    ctx.sql().execute(
        "update product set code = :code, name = :name, category_id = :category, unit = :unit, price_e4 = :price, "
        "cost_e4 = :cost, tax_bp = :tax, spec = :spec, description = :description, status = :status, sort_order = "
        ":sort, "
        "first_image_id = coalesce(:first_image, first_image_id), search_keys = :keys, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("code", code), bind("name", name),
         bind("category", *category), bind("unit", patched(input.unit, before->unit)),
         bind("price", *price ? (*price)->e4() : before->price_e4), bind("cost", *cost), bind("tax", *tax),
         bind("spec", patched(input.spec, before->spec)),
         bind("description", patched(input.description, before->description)),
         bind("status", input.status ? word_of(*input.status) : before->status),
         bind("first_image", input.first_image_id), bind("sort", input.sort_order.value_or(before->sort_order)),
         bind("keys", search_keys(name, "", code)), bind("now", ctx.now())});
    auto const kept = write_custom(ctx, {"product", "product", input.id.value()}, input.custom, CustomWrite::change);
    if (!kept) return kept.error();
    auto const after = find_product(ctx, input.id);
    follow_product_words(ctx, *before, after);
    audit(ctx, input.id, "product.change", *before, after);
    return *after;
}

Result<Nothing> delete_product(operation::Context& ctx, OneProduct const& input) {
    auto const before = lock_product(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", input.id)};
    auto const refused = ctx.sql().attempt(
        [&] { ctx.sql().execute("delete from product where tenant_id = :tenant and id = :id", params); });
    if (refused) return Error{Errc::conflict, "used", "产品「" + before->name + "」已被单据或价格表使用，请改为下架"};
    follow_product_words(ctx, *before, std::nullopt);
    audit(ctx, input.id, "product.delete", *before, std::nullopt);
    return Nothing{};
}

}  // namespace wescrm::sales
