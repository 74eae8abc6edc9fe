#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/trade_ids.hpp>

namespace wescrm::sales {

/// What can be sold. Seen by everybody with product.view. Documents copy name, unit, price and tax at the time, so a
/// change here changes none of them; what is off the shelf cannot be chosen any more.
struct Product {
    ProductId id;
    std::string code;
    std::string name;
    std::optional<ProductCategoryId> category_id;
    std::string category;  ///< names from the top: "软件/基础版"
    std::string unit;
    Money price_fen;            ///< price_e4, rounded
    std::int64_t price_e4 = 0;  ///< in ten-thousandths of a yuan
    std::optional<Money> cost_fen;
    std::optional<std::int64_t> cost_e4;
    double tax_percent = 0;
    std::string spec;
    std::string description;
    std::string status;  ///< on, off
    std::int64_t sort_order = 0;
    std::vector<RecordId> image_ids;  ///< its pictures, attachments; the first one stands for it in lists
    CustomValues custom{};            ///< the company's own fields
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Product, (),
                      (id, code, name, category_id, category, unit, price_fen, price_e4, cost_fen, cost_e4, tax_percent,
                       spec, description, status, sort_order, image_ids, custom, version, created_at, updated_at,
                       created_by))
constexpr std::string_view record_kind_of(Product const*) { return "product"; }

enum class ShelfStatus { on, off };
BOOST_DESCRIBE_ENUM(ShelfStatus, on, off)

struct CreateProduct {
    std::string name;
    std::optional<std::string> code;  ///< absent: by the numbering rule
    std::optional<ProductCategoryId> category_id;
    std::optional<std::string> category;  ///< names from the top; what is not there is made
    std::optional<std::string> unit;
    std::optional<Money> price_fen;        ///< or …
    std::optional<std::int64_t> price_e4;  ///< … exactly
    std::optional<Money> cost_fen;
    std::optional<std::int64_t> cost_e4;
    std::optional<double> tax_percent;
    std::optional<std::string> spec;
    std::optional<std::string> description;
    std::optional<ShelfStatus> status;
    std::optional<std::int64_t> sort_order;
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(CreateProduct, (),
                      (name, code, category_id, category, unit, price_fen, price_e4, cost_fen, cost_e4, tax_percent,
                       spec, description, status, sort_order, custom))

struct ChangeProduct {
    ProductId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<std::string> code;
    operation::Patch<ProductCategoryId> category_id;
    operation::Patch<std::string> category;
    operation::Patch<std::string> unit;
    std::optional<Money> price_fen;
    std::optional<std::int64_t> price_e4;
    operation::Patch<Money> cost_fen;
    operation::Patch<std::int64_t> cost_e4;
    std::optional<double> tax_percent;
    operation::Patch<std::string> spec;
    operation::Patch<std::string> description;
    std::optional<ShelfStatus> status;
    std::optional<std::int64_t> sort_order;
    std::optional<RecordId> first_image_id;  ///< of its pictures
    CustomValues custom{};
};
BOOST_DESCRIBE_STRUCT(ChangeProduct, (),
                      (id, version, name, code, category_id, category, unit, price_fen, price_e4, cost_fen, cost_e4,
                       tax_percent, spec, description, status, sort_order, first_image_id, custom))

struct OneProduct {
    ProductId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneProduct, (), (id, version))

struct ListProducts {
    std::optional<std::string> q;                  ///< part of code or name, pinyin or initials
    std::optional<ProductCategoryId> category_id;  ///< and below
    std::optional<ShelfStatus> status;
    std::vector<std::string> custom;  ///< "key=value", "key>=value", …
    std::optional<std::string> sort;  ///< code, name, price_fen, created_at, updated_at; default code
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListProducts, (), (q, category_id, status, custom, sort, limit, cursor))
struct ProductPage {
    std::vector<Product> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ProductPage, (), (items, next_cursor))

struct ProductCategory {
    ProductCategoryId id;
    std::optional<ProductCategoryId> parent_id;
    std::string name;
    std::string path;  ///< names from the top
    std::int64_t sort_order = 0;
    std::int64_t products = 0;  ///< directly in it
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(ProductCategory, (),
                      (id, parent_id, name, path, sort_order, products, version, created_at, updated_at, created_by))
struct ProductCategoryList {
    std::vector<ProductCategory> items;  ///< the whole tree, parents before children
};
BOOST_DESCRIBE_STRUCT(ProductCategoryList, (), (items))
struct AskCategories {};
BOOST_DESCRIBE_STRUCT(AskCategories, (), ())
struct CreateCategory {
    std::string name;
    std::optional<ProductCategoryId> parent_id;
    std::optional<std::int64_t> sort_order;
};
BOOST_DESCRIBE_STRUCT(CreateCategory, (), (name, parent_id, sort_order))
struct ChangeCategory {
    ProductCategoryId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    operation::Patch<ProductCategoryId> parent_id;
    std::optional<std::int64_t> sort_order;
};
BOOST_DESCRIBE_STRUCT(ChangeCategory, (), (id, version, name, parent_id, sort_order))
struct OneCategory {
    ProductCategoryId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneCategory, (), (id, version))

std::vector<operation::FieldRule> field_rules(CreateProduct const*);
std::vector<operation::FieldRule> field_rules(ChangeProduct const*);
std::vector<operation::FieldRule> field_rules(CreateCategory const*);
std::vector<operation::FieldRule> field_rules(ChangeCategory const*);

Result<Product> create_product(operation::Context& ctx, CreateProduct const& input);
Result<Product> show_product(operation::Context& ctx, OneProduct const& input);
Result<ProductPage> list_products(operation::Context& ctx, ListProducts const& input);
Result<Product> change_product(operation::Context& ctx, ChangeProduct const& input);
/// conflict "used" if a document or price book names it: take it off the shelf instead.
Result<Nothing> delete_product(operation::Context& ctx, OneProduct const& input);

Result<ProductCategoryList> list_categories(operation::Context& ctx, AskCategories const& input);
Result<ProductCategory> create_category(operation::Context& ctx, CreateCategory const& input);
/// invalid_input parent_id if the category would stand below itself.
Result<ProductCategory> change_category(operation::Context& ctx, ChangeCategory const& input);
/// conflict "used" while products or categories stand below it.
Result<Nothing> delete_category(operation::Context& ctx, OneCategory const& input);

}  // namespace wescrm::sales
