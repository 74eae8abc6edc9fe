#include "integration/sales/trade_given.hpp"

#include <gmock/gmock.h>

namespace wescrm::sales {
namespace {

struct GivenAProduct : wescrm::testing::TradeTest {
    Product gateway = product("工业网关", 10'000).value();

    OrderLineInput line(double quantity, std::optional<std::int64_t> fen = {}, double discount = 0) {
        auto made = OrderLineInput{};
        made.product_id = gateway.id;
        made.quantity = quantity;
        if (fen) made.price_fen = Money::from_fen(*fen);
        made.discount_percent = discount;
        return made;
    }
    Result<OrderDetail> order_of(std::vector<OrderLineInput> lines) {
        auto input = CreateOrder{};
        input.customer_id = customer;
        input.lines = std::move(lines);
        return by("li", create_order, input);
    }
    PriceBook book(std::string const& name, std::int64_t fen, std::vector<CustomerId> customers = {},
                   std::optional<std::int64_t> floor = {}) {
        auto input = CreatePriceBook{};
        input.name = name;
        input.customer_ids = std::move(customers);
        auto row = PriceRowInput{};
        row.product_id = gateway.id;
        row.price_fen = Money::from_fen(fen);
        if (floor) row.floor_fen = Money::from_fen(*floor);
        input.rows = {row};
        return by("admin", create_price_book, input).value();
    }
    Money price() {
        auto asked = AskPrice{};
        asked.product_id = gateway.id;
        asked.customer_id = customer;
        return by("li", ask_price, asked).value().price_fen;
    }
};

TEST_F(GivenAProduct, WhenItIsRenamedOrDeletedThenTheCompanysWordsFollow) {
    auto const words = [&] {
        return in_tenant([](database::Session& sql) {
            return sql.values<std::string>("select word from company_word where kind = 'product' order by word");
        });
    };
    auto const version = [&] {
        return count("company_words where version > 0") == 0 ? std::int64_t{0} : in_tenant([](database::Session& sql) {
            return sql.value<std::int64_t>("select max(version) from company_words").value();
        });
    };
    EXPECT_THAT(words(), ::testing::UnorderedElementsAre(gateway.name, gateway.code));
    auto const before = version();
    auto change = ChangeProduct{};
    change.id = gateway.id;
    change.version = gateway.version;
    change.name = "工业网关二代";
    auto const changed = by("admin", change_product, change);
    ASSERT_TRUE(changed);
    EXPECT_THAT(words(), ::testing::UnorderedElementsAre("工业网关二代", gateway.code));
    EXPECT_GT(version(), before) << "every node reads them again";
    auto const namesake = product("工业网关二代", 1).value();
    ASSERT_TRUE(by("admin", delete_product, OneProduct{gateway.id, changed->version}));
    EXPECT_THAT(words(), ::testing::UnorderedElementsAre("工业网关二代", namesake.code)) << "another one has the name";
}

TEST_F(GivenAProduct, WhenItChangesThenOldOrdersKeepWhatItWas) {
    auto const order = order_of({line(2)}).value();
    auto change = ChangeProduct{};
    change.id = gateway.id;
    change.version = gateway.version;
    change.name = "工业网关二代";
    change.price_fen = Money::from_fen(99'900);
    ASSERT_TRUE(by("admin", change_product, change));
    auto const shown = now(order.id);
    ASSERT_EQ(shown.lines.size(), 1U);
    EXPECT_EQ(shown.lines[0].product_name, "工业网关");
    EXPECT_EQ(shown.lines[0].unit, "台");
    EXPECT_EQ(shown.amount_fen, Money::from_fen(20'000));
    EXPECT_EQ(order_of({line(1)})->amount_fen, Money::from_fen(99'900));
}

TEST_F(GivenAProduct, WhenOffTheShelfThenItCannotBeChosenButStaysOnOldOrders) {
    auto const order = order_of({line(1)}).value();
    auto change = ChangeProduct{};
    change.id = gateway.id;
    change.version = gateway.version;
    change.status = ShelfStatus::off;
    ASSERT_TRUE(by("admin", change_product, change));
    auto const refused = order_of({line(1)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "lines[0].product_id");
    auto edit = ChangeOrder{};
    edit.id = order.id;
    edit.version = order.version;
    edit.lines = std::vector{line(3)};
    auto const edited = by("li", change_order, edit);
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(edited->amount_fen, Money::from_fen(30'000));
}

TEST_F(GivenAProduct, WhenQuantitiesAndDiscountsAreDecimalsThenTheSumOfTheLinesIsTheAmount) {
    // 2.5 × 333.33 × 87.5 % = 729.159375 → 729.16; 0.0001 × 333.33 = 0.033333 → 0.03
    auto const order = order_of({line(2.5, 33'333, 12.5), line(0.0001, 33'333)}).value();
    EXPECT_EQ(order.lines[0].subtotal_fen, Money::from_fen(72'916));
    EXPECT_EQ(order.lines[1].subtotal_fen, Money::from_fen(3));
    EXPECT_EQ(order.amount_fen, Money::from_fen(72'919));
    EXPECT_EQ(order.lines[0].quantity, 2.5);
    EXPECT_EQ(order_of({line(0.00001)}).error().fields.front().field, "lines[0].quantity");
    EXPECT_EQ(order_of({line(-1)}).error().fields.front().field, "lines[0].quantity");
    EXPECT_EQ(order_of({line(1, {}, 101)}).error().fields.front().field, "lines[0].discount_percent");
}

TEST_F(GivenAProduct, WhenAPriceHasFourDecimalsThenOnlyTheAmountOfTheLineIsRounded) {
    auto exact = line(1'000);
    exact.price_e4 = 345;  // 0.0345 yuan
    auto const order = order_of({exact}).value();
    EXPECT_EQ(order.lines[0].price_e4, 345);
    EXPECT_EQ(order.lines[0].price_fen, Money::from_fen(3));
    EXPECT_EQ(order.lines[0].subtotal_fen, Money::from_fen(3'450));
    EXPECT_EQ(order.amount_fen, Money::from_fen(3'450));

    exact.price_fen = Money::from_fen(3);
    EXPECT_TRUE(order_of({exact})) << "both say the same";
    exact.price_fen = Money::from_fen(4);
    EXPECT_EQ(order_of({exact}).error().fields.front().field, "lines[0].price_fen");
}

TEST_F(GivenAProduct, WhenItsPriceIsChangedThenItIsTakenInFenOrExactly) {
    auto change = ChangeProduct{};
    change.id = gateway.id;
    change.version = gateway.version;
    change.price_e4 = 1'234'567;
    change.cost_e4 = {true, 654'321};
    auto const changed = by("admin", change_product, change).value();
    EXPECT_EQ(changed.price_fen, Money::from_fen(12'346));
    EXPECT_EQ(changed.cost_fen, Money::from_fen(6'543));
    EXPECT_EQ(order_of({line(3)})->amount_fen, Money::from_fen(37'037));  // 3 × 123.4567 = 370.3701

    auto again = ChangeProduct{};
    again.id = gateway.id;
    again.version = changed.version;
    again.price_fen = Money::from_fen(5'000);
    again.cost_fen = {true, std::nullopt};
    auto const back = by("admin", change_product, again).value();
    EXPECT_EQ(back.price_e4, 500'000);
    EXPECT_FALSE(back.cost_e4);
}

TEST_F(GivenAProduct, WhenTheTypedAmountIsNotTheSumThenItIsRefused) {
    auto input = CreateOrder{};
    input.customer_id = customer;
    input.lines = {line(2)};
    input.amount_fen = Money::from_fen(19'999);
    auto const refused = by("li", create_order, input);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.front().field, "amount_fen");
}

TEST_F(GivenAProduct, WhenPriceBooksAreValidThenTheMostSpecificGivesThePrice) {
    EXPECT_EQ(price(), Money::from_fen(10'000));
    auto general = book("通用", 9'000);
    EXPECT_EQ(price(), Money::from_fen(9'000));
    auto const own = book("宏达专属", 8'000, {customer});
    EXPECT_EQ(price(), Money::from_fen(8'000));
    auto change = ChangePriceBook{};
    change.id = own.id;
    change.version = own.version;
    change.valid_to = {true, add_days(parse_date("2026-11-25").value(), -1)};
    ASSERT_TRUE(by("admin", change_price_book, change));
    EXPECT_EQ(price(), Money::from_fen(9'000));
    auto off = ChangePriceBook{};
    off.id = general.id;
    off.version = general.version;
    off.enabled = false;
    ASSERT_TRUE(by("admin", change_price_book, off));
    EXPECT_EQ(price(), Money::from_fen(10'000));
}

TEST_F(GivenAProduct, WhenALineIsBelowTheFloorThenSomebodyMustAgree) {
    book("通用", 9'000, {}, 8'500);
    ask_superior("discount");
    auto const fair = order_of({line(1)}).value();
    EXPECT_EQ(by("li", submit_order, {fair.id, {}})->status, "in_force");
    auto const cheap = order_of({line(1, {}, 10)}).value();
    EXPECT_TRUE(cheap.lines[0].below_floor);
    EXPECT_EQ(by("li", submit_order, {cheap.id, {}})->status, "in_review");
}

TEST_F(GivenAProduct, WhenASellerLooksThenHeDoesNotSeeWhatItCosts) {
    auto input = CreateProduct{};
    input.name = "云平台";
    input.price_fen = Money::from_fen(100);
    input.cost_fen = Money::from_fen(70);
    auto const made = by("admin", create_product, input).value();
    EXPECT_EQ(by("admin", show_product, {made.id, {}})->cost_fen, Money::from_fen(70));
    EXPECT_FALSE(by("li", show_product, {made.id, {}})->cost_fen);
    for (auto const& item : by("li", list_products, {})->items) EXPECT_FALSE(item.cost_fen);
}

TEST_F(GivenAProduct, WhenUsedThenItCannotBeDeletedAndItsCodeIsItsOwn) {
    EXPECT_EQ(gateway.code, "CP0001");
    auto twin = CreateProduct{};
    twin.name = "另一个";
    twin.price_fen = Money::from_fen(1);
    twin.code = "CP0001";
    EXPECT_EQ(by("admin", create_product, twin).error().reason, "duplicate");
    ASSERT_TRUE(order_of({line(1)}));
    EXPECT_EQ(by("admin", delete_product, {gateway.id, {}}).error().reason, "used");
}

TEST_F(GivenAProduct, WhenCategoriesAreNamedByPathThenTheTreeIsThere) {
    auto input = CreateProduct{};
    input.name = "云平台";
    input.price_fen = Money::from_fen(100);
    input.category = "软件/平台";
    auto const made = by("admin", create_product, input).value();
    EXPECT_EQ(made.category, "软件/平台");
    auto const tree = by("admin", list_categories, {}).value();
    ASSERT_EQ(tree.items.size(), 2U);
    EXPECT_EQ(tree.items[0].path, "软件");
    auto cycle = ChangeCategory{};
    cycle.id = tree.items[0].id;
    cycle.version = tree.items[0].version;
    cycle.parent_id = {true, tree.items[1].id};
    EXPECT_EQ(by("admin", change_category, cycle).error().fields.front().field, "parent_id");
    EXPECT_EQ(by("admin", delete_category, {tree.items[0].id, {}}).error().reason, "used");
    auto below = ListProducts{};
    below.category_id = tree.items[0].id;
    EXPECT_EQ(by("li", list_products, below)->items.size(), 1U);
}

}  // namespace
}  // namespace wescrm::sales
