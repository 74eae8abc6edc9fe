#include "lines.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::sales {
namespace {

using database::bind;

struct ProductNow {
    ProductId id;
    std::string code;
    std::string name;
    std::string unit;
    std::int64_t price_e4 = 0;
    std::int64_t tax_bp = 0;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(ProductNow, (), (id, code, name, unit, price_e4, tax_bp, status))

std::string field(std::size_t at, std::string_view name) {
    return "lines[" + std::to_string(at) + "]." + std::string{name};
}

Result<StoredLine> of_product(operation::Context& ctx, Pricing const& pricing, StoredLine line,
                              std::optional<UnitPrice> const& typed, std::size_t at,
                              std::vector<StoredLine> const& before) {
    auto const known = std::ranges::find(before, line.product, &StoredLine::product);
    if (known != before.end()) {
        auto const quantity = line.quantity;
        line = *known;
        line.quantity = quantity;
        line.discount_bp = 0;
        return line;
    }
    auto const now = ctx.sql().record<ProductNow>(
        "select id, code, name, unit, price_e4, tax_bp, status from product where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", *line.product)});
    if (!now) return invalid_field(field(at, "product_id"), "没有这个产品");
    if (now->status == "off")
        return invalid_field(field(at, "product_id"), "产品「" + now->name + "」已下架，不能选用");
    auto price = find_price(ctx, now->id, UnitPrice::from_e4(now->price_e4), pricing, line.quantity);
    if (!price && typed) price = FoundPrice{*typed, {}, {}, {}};
    if (!price)
        return invalid_field(field(at, "price_fen"), "产品「" + now->name + "」没有 " + pricing.currency +
                                                         " 的价格，请填写单价，或在价格表中添加");
    line.code = now->code;
    line.name = now->name;
    line.unit = now->unit;
    line.tax_bp = now->tax_bp;
    line.list = price->price;
    line.floor = price->floor;
    line.price = price->price;
    return line;
}

Result<StoredLine> of_words(OrderLineInput const& wanted, std::optional<UnitPrice> const& price, StoredLine line,
                            std::size_t at) {
    if (!wanted.product_name) return invalid_field(field(at, "product_id"), "请选择产品，或填写名称和单价");
    if (!price) return invalid_field(field(at, "price_fen"), "没有选择产品时，单价必填");
    line.name = *wanted.product_name;
    line.unit = wanted.unit.value_or("");
    line.list = *price;
    return line;
}

Result<StoredLine> price_line(operation::Context& ctx, Pricing const& pricing, OrderLineInput const& wanted,
                              std::size_t at, std::vector<StoredLine> const& before) {
    auto line = StoredLine{};
    line.product = wanted.product_id;
    auto const quantity = exact_quantity(wanted.quantity.value_or(1));
    if (!quantity) return invalid_field(field(at, "quantity"), "应大于 0，最多 4 位小数，不超过 1 亿");
    line.quantity = *quantity;
    auto const price = given_price(wanted.price_fen, wanted.price_e4, field(at, "price_fen"));
    if (!price) return price.error();
    auto known = line.product ? of_product(ctx, pricing, std::move(line), *price, at, before)
                              : of_words(wanted, *price, std::move(line), at);
    if (!known) return known.error();
    if (*price) known->price = **price;
    if (!is_affordable(known->price, known->quantity)) return invalid_field(field(at, "price_fen"), "金额过大");
    auto const discount = exact_percent(wanted.discount_percent.value_or(0));
    if (!discount) return invalid_field(field(at, "discount_percent"), "应在 0 到 100 之间，最多 2 位小数");
    known->discount_bp = *discount;
    known->subtotal = subtotal_of(known->price, known->quantity, known->discount_bp);
    return known;
}

}  // namespace

std::optional<FoundPrice> find_price(operation::Context& ctx, ProductId product, UnitPrice list, Pricing const& pricing,
                                     std::int64_t quantity) {
    auto const row = ctx.sql().row<std::int64_t, std::optional<std::int64_t>, PriceBookId, std::string>(
        "select r.price_e4, r.floor_e4, b.id, b.name from price_book b join price_book_row r on r.tenant_id = "
        "b.tenant_id and r.book_id = b.id where b.tenant_id = :tenant and r.product_id = :product and b.enabled and "
        "b.currency = :currency and "
        "coalesce(b.valid_from <= :day::date, true) and coalesce(b.valid_to >= :day::date, true) and r.min_quantity <= "
        ":quantity::numeric and ((b.customer_ids = '{}' and b.department_ids = '{}') or :customer = "
        "any(b.customer_ids) or "
        "exists (select 1 from employee e join department t on t.tenant_id = e.tenant_id and t.id = "
        "e.main_department_id "
        "where e.tenant_id = :tenant and e.id = :owner and t.path && b.department_ids)) order by case when :customer = "
        "any(b.customer_ids) then 0 when b.department_ids <> '{}' then 1 else 2 end, b.valid_from desc nulls last, "
        "b.id "
        "desc, r.min_quantity desc limit 1",
        {bind("tenant", ctx.tenant()), bind("product", product), bind("day", pricing.day),
         bind("quantity", quantity_text(quantity)), bind("customer", pricing.customer), bind("owner", pricing.owner),
         bind("currency", pricing.currency)});
    if (!row && is_foreign(pricing.currency)) return std::nullopt;
    if (!row) return FoundPrice{list, std::nullopt, std::nullopt, std::nullopt};
    auto const& [price, floor, book, name] = *row;
    return FoundPrice{UnitPrice::from_e4(price), unit_price(floor), book, name};
}

Result<std::vector<StoredLine>> price_lines(operation::Context& ctx, Pricing const& pricing,
                                            std::vector<OrderLineInput> const& wanted,
                                            std::vector<StoredLine> const& before) {
    auto lines = std::vector<StoredLine>{};
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        auto line = price_line(ctx, pricing, wanted[at], at, before);
        if (!line) return line.error();
        lines.push_back(std::move(*line));
    }
    return lines;
}

Money sum_of(std::vector<StoredLine> const& lines) {
    auto sum = Money{};
    for (auto const& line : lines) sum = sum + line.subtotal;
    return sum;
}

Result<std::int64_t> whole_discount(double typed) {
    auto const discount = exact_percent(typed);
    if (!discount) return invalid_field("discount_percent", "应在 0 到 100 之间，最多 2 位小数");
    return *discount;
}

Result<Money> amount_of(std::vector<StoredLine> const& lines, std::int64_t discount_bp,
                        std::optional<Money> const& typed, std::string const& currency) {
    if (lines.empty()) {
        if (discount_bp > 0) return invalid_field("discount_percent", "没有产品明细时，请直接填写折后金额");
        if (!typed) return invalid_field("amount_fen", "请填写金额，或添加产品明细");
        if (*typed < Money{}) return invalid_field("amount_fen", "不能小于 0");
        return *typed;
    }
    auto const sum = whole_sum(sum_of(lines), discount_bp).amount;
    if (typed && *typed != sum)
        return invalid_field("amount_fen", std::string{discount_bp > 0 ? "应等于明细合计折后 " : "应等于明细合计 "} +
                                               format_for_people(sum, currency) + "；有明细时可以不填");
    return sum;
}

std::vector<StoredLine> stored_lines(operation::Context& ctx, LineTable const& table, std::int64_t parent) {
    auto lines = std::vector<StoredLine>{};
    for (auto& [product, code, name, unit, list, floor, tax, price, quantity, discount, subtotal] :
         ctx.sql()
             .rows<std::optional<ProductId>, std::string, std::string, std::string, std::int64_t,
                   std::optional<std::int64_t>, std::int64_t, std::int64_t, std::int64_t, std::int64_t, Money>(
                 "select product_id, product_code, product_name, unit, list_e4, floor_e4, tax_bp, price_e4, "
                 "(quantity * "
                 "10000)::bigint, discount_bp, subtotal_fen from " +
                     std::string{table.table} + " where tenant_id = :tenant and " + std::string{table.parent} +
                     " = :id order by position",
                 {bind("tenant", ctx.tenant()), bind("id", parent)}))
        lines.push_back({product, std::move(code), std::move(name), std::move(unit), UnitPrice::from_e4(list),
                         unit_price(floor), tax, UnitPrice::from_e4(price), quantity, discount, subtotal});
    return lines;
}

std::vector<OrderLine> shown_lines(std::vector<StoredLine> const& lines, double discount_percent,
                                   std::string const& currency) {
    auto const whole = exact_percent(discount_percent).value_or(0);
    auto shown = std::vector<OrderLine>{};
    for (auto const& line : lines)
        shown.push_back({std::ssize(shown) + 1, line.product, line.code, line.name, line.unit, line.list.rounded(),
                         line.list.e4(), static_cast<double>(line.tax_bp) / 100, line.price.rounded(), line.price.e4(),
                         static_cast<double>(line.quantity) / static_cast<double>(quantity_one),
                         static_cast<double>(line.discount_bp) / 100, line.subtotal, line.is_below_floor(whole),
                         currency});
    return shown;
}

void write_lines(operation::Context& ctx, LineTable const& table, std::int64_t parent,
                 std::vector<StoredLine> const& lines) {
    ctx.sql().execute("delete from " + std::string{table.table} + " where tenant_id = :tenant and " +
                          std::string{table.parent} + " = :id",
                      {bind("tenant", ctx.tenant()), bind("id", parent)});
    auto position = std::int64_t{0};
    for (auto const& line : lines)
        ctx.sql().execute(
            "insert into " + std::string{table.table} + " (tenant_id, " + std::string{table.parent} +
                ", position, product_id, product_code, product_name, unit, list_e4, floor_e4, tax_bp, price_e4, "
                "quantity, discount_bp, subtotal_fen) values (:tenant, :id, :position, :product, :code, :name, :unit, "
                ":list, :floor, :tax, :price, :quantity::numeric, :discount, :subtotal)",
            {bind("tenant", ctx.tenant()), bind("id", parent), bind("position", ++position),
             bind("product", line.product), bind("code", line.code), bind("name", line.name), bind("unit", line.unit),
             bind("list", line.list.e4()), bind("floor", e4_of(line.floor)), bind("tax", line.tax_bp),
             bind("price", line.price.e4()), bind("quantity", quantity_text(line.quantity)),
             bind("discount", line.discount_bp), bind("subtotal", line.subtotal)});
}

std::vector<approval::Trigger> triggers_of(approval::Trigger const& amount, std::vector<StoredLine> const& lines,
                                           double discount_percent) {
    auto const whole = exact_percent(discount_percent).value_or(0);
    auto below = std::vector<std::string>{};
    for (auto const& line : lines)
        if (line.is_below_floor(whole)) below.push_back("「" + line.name + "」");
    auto triggers = std::vector{amount};
    if (!below.empty())
        triggers.push_back({"discount", amount.amount + Money::from_fen(1), text::join(below, "") + "低于底价"});
    return triggers;
}

}  // namespace wescrm::sales
