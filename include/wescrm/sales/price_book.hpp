#pragma once
#include <wescrm/sales/product.hpp>

namespace wescrm::sales {

struct PriceBookRow {
    ProductId product_id;
    std::string product_code;
    std::string product_name;
    double min_quantity = 0;    ///< the price from so many on
    Money price_fen;            ///< price_e4, rounded
    std::int64_t price_e4 = 0;  ///< in ten-thousandths of a yuan
    std::optional<Money> floor_fen;
    std::optional<std::int64_t> floor_e4;  ///< below it somebody must agree
    std::string currency;                  ///< the book's
};
BOOST_DESCRIBE_STRUCT(PriceBookRow, (),
                      (product_id, product_code, product_name, min_quantity, price_fen, price_e4, floor_fen, floor_e4,
                       currency))

/// Other prices than the list's, for a while, for some customers, or for sellers of some departments, or for all.
struct PriceBookHead {
    PriceBookId id;
    std::string name;
    std::string currency;  ///< of all its prices: "CNY"
    bool enabled = true;
    std::optional<Date> valid_from;  ///< both inclusive
    std::optional<Date> valid_to;
    std::vector<CustomerId> customer_ids;
    std::vector<DepartmentId> department_ids;
    std::string remark;
    std::int64_t products = 0;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(PriceBookHead, (),
                      (id, name, currency, enabled, valid_from, valid_to, customer_ids, department_ids, remark,
                       products, version, created_at, updated_at, created_by))
struct PriceBook : PriceBookHead {
    std::vector<PriceBookRow> rows;
    std::vector<std::string> customers;    ///< customer_ids in words
    std::vector<std::string> departments;  ///< department_ids in words
};
BOOST_DESCRIBE_STRUCT(PriceBook, (PriceBookHead), (rows, customers, departments))

struct PriceRowInput {
    ProductId product_id;
    std::optional<double> min_quantity;
    std::optional<Money> price_fen;        ///< or …
    std::optional<std::int64_t> price_e4;  ///< … exactly
    std::optional<Money> floor_fen;
    std::optional<std::int64_t> floor_e4;
};
BOOST_DESCRIBE_STRUCT(PriceRowInput, (), (product_id, min_quantity, price_fen, price_e4, floor_fen, floor_e4))

struct CreatePriceBook {
    std::string name;
    std::optional<std::string> currency;  ///< default CNY
    std::optional<bool> enabled;
    std::optional<Date> valid_from;
    std::optional<Date> valid_to;
    std::vector<CustomerId> customer_ids;
    std::vector<DepartmentId> department_ids;
    std::optional<std::string> remark;
    std::vector<PriceRowInput> rows;
};
BOOST_DESCRIBE_STRUCT(CreatePriceBook, (),
                      (name, currency, enabled, valid_from, valid_to, customer_ids, department_ids, remark, rows))

struct ChangePriceBook {
    PriceBookId id;
    std::int64_t version = 0;
    std::optional<std::string> name;
    std::optional<std::string> currency;
    std::optional<bool> enabled;
    operation::Patch<Date> valid_from;
    operation::Patch<Date> valid_to;
    std::optional<std::vector<CustomerId>> customer_ids;
    std::optional<std::vector<DepartmentId>> department_ids;
    operation::Patch<std::string> remark;
    std::optional<std::vector<PriceRowInput>> rows;  ///< exactly these
};
BOOST_DESCRIBE_STRUCT(ChangePriceBook, (),
                      (id, version, name, currency, enabled, valid_from, valid_to, customer_ids, department_ids, remark,
                       rows))

struct OnePriceBook {
    PriceBookId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OnePriceBook, (), (id, version))

struct ListPriceBooks {
    std::optional<std::string> q;
    std::optional<bool> enabled;
    std::optional<std::string> sort;  ///< name, created_at, updated_at; default name
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPriceBooks, (), (q, enabled, sort, limit, cursor))
struct PriceBookPage {
    std::vector<PriceBookHead> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PriceBookPage, (), (items, next_cursor))

/// The prices of all books one by one, each with what its book says: what tables are made of.
struct PriceBookPrice {
    PriceBookId id;  ///< the book's
    std::string name;
    std::string product_code;
    std::string product_name;
    double min_quantity = 0;
    std::int64_t price_e4 = 0;
    std::optional<std::int64_t> floor_e4;
    std::string currency;
    std::optional<Date> valid_from;
    std::optional<Date> valid_to;
    std::vector<std::string> customers;    ///< by name
    std::vector<std::string> departments;  ///< by path
    bool enabled = true;
    std::string remark;
};
BOOST_DESCRIBE_STRUCT(PriceBookPrice, (),
                      (id, name, product_code, product_name, min_quantity, price_e4, floor_e4, currency, valid_from,
                       valid_to, customers, departments, enabled, remark))
struct ListPrices {
    std::optional<PriceBookId> book_id;
    std::optional<ProductId> product_id;
    std::optional<std::string> q;  ///< part of the book's name
    std::optional<bool> enabled;
    std::optional<std::string> sort;  ///< book
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListPrices, (), (book_id, product_id, q, enabled, sort, limit, cursor))
struct PricePage {
    std::vector<PriceBookPrice> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PricePage, (), (items, next_cursor))

/// What a product costs a customer: by the most specific valid price book, else the list price.
struct AskPrice {
    ProductId product_id;
    std::optional<CustomerId> customer_id;
    std::optional<double> quantity;         ///< default 1
    std::optional<Date> on;                 ///< default today
    std::optional<std::string> currency{};  ///< default: the customer's
};
BOOST_DESCRIBE_STRUCT(AskPrice, (), (product_id, customer_id, quantity, on, currency))
struct Price {
    ProductId product_id;
    std::string product_name;
    std::string unit;
    std::string currency;
    Money price_fen;
    std::int64_t price_e4 = 0;
    std::optional<Money> floor_fen;
    std::optional<std::int64_t> floor_e4;
    std::optional<PriceBookId> price_book_id;  ///< absent: the list price
    std::optional<std::string> price_book_name;
};
BOOST_DESCRIBE_STRUCT(Price, (),
                      (product_id, product_name, unit, currency, price_fen, price_e4, floor_fen, floor_e4,
                       price_book_id, price_book_name))

std::vector<operation::FieldRule> field_rules(CreatePriceBook const*);
std::vector<operation::FieldRule> field_rules(ChangePriceBook const*);
std::vector<operation::FieldRule> field_rules(PriceRowInput const*);
std::vector<operation::FieldRule> field_rules(PriceBookPrice const*);

Result<PriceBook> create_price_book(operation::Context& ctx, CreatePriceBook const& input);
Result<PriceBook> show_price_book(operation::Context& ctx, OnePriceBook const& input);
Result<PricePage> list_prices(operation::Context& ctx, ListPrices const& input);
Result<PriceBookPage> list_price_books(operation::Context& ctx, ListPriceBooks const& input);
Result<PriceBook> change_price_book(operation::Context& ctx, ChangePriceBook const& input);
Result<Nothing> delete_price_book(operation::Context& ctx, OnePriceBook const& input);
Result<Price> ask_price(operation::Context& ctx, AskPrice const& input);

}  // namespace wescrm::sales
