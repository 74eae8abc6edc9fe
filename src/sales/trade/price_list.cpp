#include "price_list.hpp"

#include "documents.hpp"

#include <wescrm/sales/price_book.hpp>

// Prices one by one, in words that can be typed again: what leaves as a table comes back as one.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct PriceRow : PriceBookPrice {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(PriceRow, (PriceBookPrice), (sort_key))

std::string columns(operation::Predicate const& seen) {
    return "d.id, d.name, p.code, p.name, r.min_quantity::float8, r.price_e4, r.floor_e4, d.currency, d.valid_from, "
           "d.valid_to, " +
           customers_in_words(seen) + ", " + departments_in_words() + ", d.enabled, d.remark";
}

}  // namespace

std::string customers_in_words(operation::Predicate const& seen) {
    return "array(select case when c.name !~ '[、，,；;]' and " + seen.sql +
           " then c.name else c.no end from customer c where c.tenant_id = d.tenant_id and c.id = "
           "any(d.customer_ids) order by c.no)";
}

std::string departments_in_words() {
    return "array(select (select string_agg(a.name, '/' order by u.at) from unnest(g.path) with ordinality u(id, at) "
           "join department a on a.tenant_id = g.tenant_id and a.id = u.id) from department g where g.tenant_id = "
           "d.tenant_id and g.id = any(d.department_ids) order by g.id)";
}

std::vector<operation::FieldRule> field_rules(PriceBookPrice const*) {
    return {{"name", "价格表名称"},     {"product_code", "产品编码"}, {"product_name", "产品名称"},
            {"min_quantity", "起订量"}, {"price_e4", "价格（元）"},   {"floor_e4", "底价（元）"},
            {"customers", "适用客户"},  {"departments", "适用部门"},  {"valid_from", "生效日期"},
            {"valid_to", "失效日期"}};
}

Result<PricePage> list_prices(operation::Context& ctx, ListPrices const& input) {
    // The rows of a book stand together, whatever it is called.
    constexpr std::string_view key =
        "lpad(d.id::text, 20, '0') || ' ' || p.code || ' ' || lpad(r.min_quantity::text, 20, '0')";
    auto const paging = operation::Paging::from(input.sort == "name" ? std::nullopt : input.sort, input.limit,
                                                input.cursor, {SortField{"book", key, "text"}}, "book", "r.book_id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    if (input.q) filter.where("d.name like :q", "q", contains_pattern(*input.q));
    filter.where_given(input.enabled, "d.enabled = :enabled", "enabled");
    filter.where_given(input.book_id, "d.id = :book", "book");
    filter.where_given(input.product_id, "r.product_id = :product", "product");
    filter.page(*paging);
    auto const scope = ctx.scope();
    auto const seen = scope.rows("customer", operation::Power::read, "c");
    auto params = filter.params();
    params.add(seen.params);
    return page_of<PricePage>(
        ctx.sql().records<PriceRow>(
            "select " + columns(seen) + ", " + paging->key_column() +
                " from price_book_row r join price_book d on d.tenant_id = r.tenant_id and d.id = r.book_id join "
                "product p on p.tenant_id = r.tenant_id and p.id = r.product_id where r.tenant_id = :tenant" +
                filter.sql(),
            params),
        *paging);
}

}  // namespace wescrm::sales
