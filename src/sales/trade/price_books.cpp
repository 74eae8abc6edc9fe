#include "lines.hpp"
#include "price_list.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/price_book.hpp>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::SortField;

struct BookRow : PriceBookHead {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(BookRow, (PriceBookHead), (sort_key))

std::string const price_book_columns =
    "d.id, d.name, d.currency, d.enabled, d.valid_from, d.valid_to, d.customer_ids, d.department_ids, d.remark, "
    "(select "
    "count(distinct "
    "r.product_id) from price_book_row r where r.tenant_id = d.tenant_id and r.book_id = d.id), d.version, "
    "d.created_at, "
    "d.updated_at, k.user_id";
std::string const price_book_joins =
    " from price_book d left join employee k on k.tenant_id = d.tenant_id and k.id = d.created_by where d.tenant_id = "
    ":tenant";

std::optional<PriceBook> find_book(operation::Context& ctx, PriceBookId id) {
    auto const params = database::Params{bind("tenant", ctx.tenant()), bind("id", id)};
    auto const head =
        ctx.sql().record<PriceBookHead>("select " + price_book_columns + price_book_joins + " and d.id = :id", params);
    if (!head) return std::nullopt;
    auto book = PriceBook{};
    static_cast<PriceBookHead&>(book) = *head;
    book.rows = ctx.sql().records<PriceBookRow>(
        "select r.product_id, p.code, p.name, r.min_quantity::float8, (r.price_e4 + 50) / 100, r.price_e4, (r.floor_e4 "
        "+ 50) / 100, "
        "r.floor_e4, b.currency from price_book_row r join price_book b on b.tenant_id = r.tenant_id and b.id = "
        "r.book_id "
        "join "
        "product p on p.tenant_id = r.tenant_id and p.id = r.product_id where r.tenant_id = :tenant and r.book_id = "
        ":id "
        "order by p.code, r.min_quantity",
        params);
    auto const scope = ctx.scope();
    auto const seen = scope.rows("customer", operation::Power::read, "c");
    auto named = params;
    named.add(seen.params);
    auto const words = ctx.sql().row<std::vector<std::string>, std::vector<std::string>>(
        "select " + customers_in_words(seen) + ", " + departments_in_words() +
            " from price_book d where d.tenant_id = :tenant and d.id = :id",
        named);
    std::tie(book.customers, book.departments) = words.value();
    return book;
}

struct NewRow {
    ProductId product;
    std::int64_t from = 0;
    UnitPrice price;
    std::optional<UnitPrice> floor;
};

Result<std::vector<NewRow>> checked_rows(operation::Context& ctx, std::vector<PriceRowInput> const& wanted) {
    auto rows = std::vector<NewRow>{};
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        auto const& row = wanted[at];
        auto const field = "rows[" + std::to_string(at) + "].";
        auto const from =
            row.min_quantity.value_or(0) == 0 ? std::optional<std::int64_t>{0} : exact_quantity(*row.min_quantity);
        if (!from) return invalid_field(field + "min_quantity", "应不小于 0，最多 4 位小数");
        auto const price = given_price(row.price_fen, row.price_e4, field + "price_fen");
        if (!price) return price.error();
        if (!*price) return invalid_field(field + "price_fen", "必填");
        auto const floor = given_price(row.floor_fen, row.floor_e4, field + "floor_fen");
        if (!floor) return floor.error();
        if (*floor && **floor > **price) return invalid_field(field + "floor_fen", "底价不能高于价格");
        if (!ctx.sql().value<int>("select 1 from product where tenant_id = :tenant and id = :id",
                                  {bind("tenant", ctx.tenant()), bind("id", row.product_id)}))
            return invalid_field(field + "product_id", "没有这个产品");
        auto const is_twice = std::ranges::any_of(
            rows, [&](NewRow const& other) { return other.product == row.product_id && other.from == *from; });
        if (is_twice) return invalid_field(field + "product_id", "同一产品的同一起订量出现了两次");
        rows.push_back({row.product_id, *from, **price, *floor});
    }
    return rows;
}

void write_rows(operation::Context& ctx, PriceBookId id, std::vector<NewRow> const& rows) {
    ctx.sql().execute("delete from price_book_row where tenant_id = :tenant and book_id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    for (auto const& row : rows)
        ctx.sql().execute(
            "insert into price_book_row (tenant_id, book_id, product_id, min_quantity, price_e4, floor_e4) values "
            "(:tenant, :id, :product, :from::numeric, :price, :floor)",
            {bind("tenant", ctx.tenant()), bind("id", id), bind("product", row.product),
             bind("from", quantity_text(row.from)), bind("price", row.price.e4()), bind("floor", e4_of(row.floor))});
}

// For whom the book is: people and departments of this company.
Result<void> check_scope(operation::Context& ctx, std::vector<CustomerId> const& customers,
                         std::vector<DepartmentId> const& departments) {
    for (auto const id : customers)
        if (auto const known = customer_for(ctx, id); !known)
            return invalid_field("customer_ids", "没有这个客户，或您看不到它");
    for (auto const id : departments)
        if (!ctx.sql().value<int>(
                "select 1 from department where tenant_id = :tenant and id = :id and removed_at is null",
                {bind("tenant", ctx.tenant()), bind("id", id)}))
            return invalid_field("department_ids", "没有这个部门");
    return {};
}

std::optional<Error> refuse(operation::Context& ctx, PriceBookId self, std::string const& name,
                            std::optional<Date> const& from, std::optional<Date> const& to) {
    if (from && to && std::chrono::sys_days{*to} < std::chrono::sys_days{*from})
        return invalid_field("valid_to", "不能早于开始日期");
    if (ctx.sql().value<int>("select 1 from price_book where tenant_id = :tenant and name = :name and id <> :self",
                             {bind("tenant", ctx.tenant()), bind("name", name), bind("self", self)}))
        return invalid_field("name", "已有同名价格表");
    return std::nullopt;
}

// The figures stay when the currency changes: whoever means it says both.
Result<void> insist_currency(ChangePriceBook const& input, PriceBook const& before) {
    if (auto const good = check_currency(input.currency); !good) return good.error();
    if (!input.currency || *input.currency == before.currency || input.rows || before.rows.empty()) return {};
    return invalid_field("currency", "价格表里已有 " + before.currency + " 的价格；换币种请同时填写全部产品价格");
}

void audit(operation::Context& ctx, PriceBookId id, std::string action, std::optional<PriceBook> const& before,
           std::optional<PriceBook> const& after) {
    auto const json_of = [](std::optional<PriceBook> const& book) {
        auto document = book ? operation::write_output(*book) : json::Document{rapidjson::kObjectType};
        for (auto const* derived : {"customers", "departments"}) document.RemoveMember(derived);
        return document;
    };
    auto const changed = operation::difference(json_of(before), json_of(after));
    ctx.audit({"price_book", id.value(), std::move(action), changed.before, changed.after, {}});
}

Result<PriceBook> lock_book(operation::Context& ctx, PriceBookId id, std::optional<std::int64_t> version) {
    ctx.sql().execute("select 1 from price_book where tenant_id = :tenant and id = :id for update",
                      {bind("tenant", ctx.tenant()), bind("id", id)});
    auto const found = find_book(ctx, id);
    if (!found) return Error{Errc::not_found, "price_book", "没有这个价格表"};
    if (auto const fresh = insist_version(version, found->version); !fresh) return fresh.error();
    return *found;
}

}  // namespace

Result<PriceBook> create_price_book(operation::Context& ctx, CreatePriceBook const& input) {
    if (auto refused = refuse(ctx, {}, input.name, input.valid_from, input.valid_to)) return *refused;
    if (auto const good = check_currency(input.currency); !good) return good.error();
    if (auto const right = check_scope(ctx, input.customer_ids, input.department_ids); !right) return right.error();
    auto const rows = checked_rows(ctx, input.rows);
    if (!rows) return rows.error();
    auto const actor = ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee};
    auto const id =
        ctx.sql()
            .value<PriceBookId>(
                "insert into price_book (tenant_id, name, currency, enabled, valid_from, valid_to, customer_ids, "
                "department_ids, remark, created_at, updated_at, created_by) values (:tenant, :name, :currency, "
                ":enabled, "
                ":from, :to, :customers::bigint[], :departments::bigint[], :remark, :now, :now, :actor) "
                "returning id",
                {bind("tenant", ctx.tenant()), bind("name", input.name),
                 bind("currency", input.currency.value_or(std::string{home_currency})),
                 bind("enabled", input.enabled.value_or(true)), bind("from", input.valid_from),
                 bind("to", input.valid_to), bind("customers", input.customer_ids),
                 bind("departments", input.department_ids), bind("remark", input.remark.value_or("")),
                 bind("now", ctx.now()), bind("actor", actor)})
            .value();
    write_rows(ctx, id, *rows);
    auto const made = find_book(ctx, id);
    audit(ctx, id, "price_book.create", std::nullopt, made);
    return *made;
}

Result<PriceBook> show_price_book(operation::Context& ctx, OnePriceBook const& input) {
    auto const found = find_book(ctx, input.id);
    if (!found) return Error{Errc::not_found, "price_book", "没有这个价格表"};
    return *found;
}

Result<PriceBookPage> list_price_books(operation::Context& ctx, ListPriceBooks const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"name", "d.name", "text"},
                                                 {"created_at", "d.created_at", "timestamptz"},
                                                 {"updated_at", "d.updated_at", "timestamptz"}},
                                                "name", "d.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    if (input.q) filter.where("d.name like :q", "q", contains_pattern(*input.q));
    filter.where_given(input.enabled, "d.enabled = :enabled", "enabled");
    filter.page(*paging);
    return page_of<PriceBookPage>(ctx.sql().records<BookRow>("select " + price_book_columns + ", " +
                                                                 paging->key_column() + price_book_joins + filter.sql(),
                                                             filter.params()),
                                  *paging);
}

Result<PriceBook> change_price_book(operation::Context& ctx, ChangePriceBook const& input) {
    auto const before = lock_book(ctx, input.id, input.version);
    if (!before) return before.error();
    auto const from = patched(input.valid_from, before->valid_from);
    auto const to = patched(input.valid_to, before->valid_to);
    auto const name = input.name.value_or(before->name);
    if (auto refused = refuse(ctx, input.id, name, from, to)) return *refused;
    if (auto const good = insist_currency(input, *before); !good) return good.error();
    auto const added = check_scope(ctx, input.customer_ids.value_or(std::vector<CustomerId>{}),
                                   input.department_ids.value_or(std::vector<DepartmentId>{}));
    if (!added) return added.error();
    auto const rows = checked_rows(ctx, input.rows.value_or(std::vector<PriceRowInput>{}));
    if (!rows) return rows.error();
    ctx.sql().execute(
        "update price_book set name = :name, currency = :currency, enabled = :enabled, valid_from = :from, valid_to = "
        ":to, customer_ids = "
        ":customers::bigint[], department_ids = :departments::bigint[], remark = :remark, version = version + 1, "
        "updated_at "
        "= :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", input.id), bind("name", name),
         bind("currency", input.currency.value_or(before->currency)),
         bind("enabled", input.enabled.value_or(before->enabled)), bind("from", from), bind("to", to),
         bind("customers", input.customer_ids.value_or(before->customer_ids)),
         bind("departments", input.department_ids.value_or(before->department_ids)),
         bind("remark", patched(input.remark, before->remark)), bind("now", ctx.now())});
    if (input.rows) write_rows(ctx, input.id, *rows);
    auto const after = find_book(ctx, input.id);
    audit(ctx, input.id, "price_book.change", *before, after);
    return *after;
}

Result<Nothing> delete_price_book(operation::Context& ctx, OnePriceBook const& input) {
    auto const before = lock_book(ctx, input.id, input.version);
    if (!before) return before.error();
    write_rows(ctx, input.id, {});
    ctx.sql().execute("delete from price_book where tenant_id = :tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", input.id)});
    audit(ctx, input.id, "price_book.delete", *before, std::nullopt);
    return Nothing{};
}

Result<Price> ask_price(operation::Context& ctx, AskPrice const& input) {
    auto const product = show_product(ctx, {input.product_id, {}});
    if (!product) return invalid_field("product_id", "没有这个产品");
    if (input.customer_id)
        if (auto const known = customer_for(ctx, *input.customer_id); !known) return known.error();
    auto const quantity = exact_quantity(input.quantity.value_or(1));
    if (!quantity) return invalid_field("quantity", "应大于 0，最多 4 位小数");
    auto const customer = input.customer_id.value_or(CustomerId{});
    auto const day = input.on.value_or(ctx.today());
    auto const currency = currency_for(ctx, input.currency, {customer, {}, {}, day});
    if (!currency) return currency.error();
    auto const pricing = Pricing{customer, ctx.actor().employee, day, *currency};
    auto const found = find_price(ctx, input.product_id, UnitPrice::from_e4(product->price_e4), pricing, *quantity);
    if (!found) return Error{Errc::not_found, "price", "产品「" + product->name + "」没有 " + *currency + " 的价格"};
    return Price{input.product_id,  product->name,         product->unit,       *currency,   found->price.rounded(),
                 found->price.e4(), rounded(found->floor), e4_of(found->floor), found->book, found->book_name};
}

}  // namespace wescrm::sales
