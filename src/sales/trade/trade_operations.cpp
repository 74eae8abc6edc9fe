#include "customer_money.hpp"
#include "moments.hpp"
#include "numbering_operations.hpp"
#include "offer_operations.hpp"
#include "order_flow.hpp"
#include "refunds.hpp"
#include "transfer_operations.hpp"

#include <wescrm/sales/contract.hpp>
#include <wescrm/sales/document_change.hpp>
#include <wescrm/sales/price_book.hpp>
#include <wescrm/sales/trade.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::Operation;

constexpr Operation<CreateProduct, Product> product_create{
    "product.create", "新建产品", "product.create", Effect::writes, create_product, {"POST", "/products", 201}};
constexpr Operation<OneProduct, Product> product_show{"product.show", "查看产品",   "product.view",
                                                      Effect::reads,  show_product, {"GET", "/products/{id}"}};
constexpr Operation<ListProducts, ProductPage> product_list{"product.list", "产品列表",    "product.view",
                                                            Effect::reads,  list_products, {"GET", "/products"}};
constexpr Operation<ChangeProduct, Product> product_change{
    "product.change", "修改产品", "product.edit", Effect::writes, change_product, {"PATCH", "/products/{id}"}};
constexpr Operation<OneProduct, Nothing> product_delete{"product.delete", "删除产品",
                                                        "product.delete", Effect::confirms,
                                                        delete_product,   {"DELETE", "/products/{id}", 204}};
constexpr Operation<AskCategories, ProductCategoryList> category_list{
    "product_category.list", "产品分类",      "product.view",
    Effect::reads,           list_categories, {"GET", "/product-categories"}};
constexpr Operation<CreateCategory, ProductCategory> category_create{
    "product_category.create",           "新建产品分类", "product.create", Effect::writes, create_category,
    {"POST", "/product-categories", 201}};
constexpr Operation<ChangeCategory, ProductCategory> category_change{"product_category.change",
                                                                     "修改产品分类",
                                                                     "product.edit",
                                                                     Effect::writes,
                                                                     change_category,
                                                                     {"PATCH", "/product-categories/{id}"}};
constexpr Operation<OneCategory, Nothing> category_delete{
    "product_category.delete", "删除产品分类",  "product.delete",
    Effect::confirms,          delete_category, {"DELETE", "/product-categories/{id}", 204}};

constexpr Operation<CreatePriceBook, PriceBook> book_create{"price_book.create", "新建价格表",
                                                            "price_book.manage", Effect::writes,
                                                            create_price_book,   {"POST", "/price-books", 201}};
constexpr Operation<OnePriceBook, PriceBook> book_show{
    "price_book.show", "查看价格表", "price_book.manage", Effect::reads, show_price_book, {"GET", "/price-books/{id}"}};
constexpr Operation<ListPriceBooks, PriceBookPage> book_list{
    "price_book.list", "价格表列表", "price_book.manage", Effect::reads, list_price_books, {"GET", "/price-books"}};
constexpr Operation<ChangePriceBook, PriceBook> book_change{"price_book.change", "修改价格表",
                                                            "price_book.manage", Effect::writes,
                                                            change_price_book,   {"PATCH", "/price-books/{id}"}};
constexpr Operation<OnePriceBook, Nothing> book_delete{"price_book.delete", "删除价格表",
                                                       "price_book.manage", Effect::confirms,
                                                       delete_price_book,   {"DELETE", "/price-books/{id}", 204}};
constexpr Operation<ListPrices, PricePage> book_prices{"price_book.prices", "价格表的价格",
                                                       "price_book.manage", Effect::reads,
                                                       list_prices,         {"GET", "/price-book-prices"}};
constexpr Operation<AskPrice, Price> product_price{"product.price", "查询价格", "product.view",
                                                   Effect::reads,   ask_price,  {"GET", "/product-price"}};

constexpr Operation<CreateContract, Contract> contract_create{
    "contract.create", "新建合同", "contract.create", Effect::writes, create_contract, {"POST", "/contracts", 201}};
constexpr Operation<OneContract, Contract> contract_show{"contract.show", "查看合同",    "contract.view",
                                                         Effect::reads,   show_contract, {"GET", "/contracts/{id}"}};
constexpr Operation<ListContracts, ContractPage> contract_list{"contract.list", "合同列表",     "contract.view",
                                                               Effect::reads,   list_contracts, {"GET", "/contracts"}};
constexpr Operation<ChangeContract, Contract> contract_change{
    "contract.change", "修改合同", "contract.edit", Effect::writes, change_contract, {"PATCH", "/contracts/{id}"}};
constexpr Operation<OneContract, Nothing> contract_delete{"contract.delete", "删除合同",
                                                          "contract.delete", Effect::confirms,
                                                          delete_contract,   {"DELETE", "/contracts/{id}", 204}};
constexpr Operation<OneContract, Contract> contract_submit{"contract.submit", "提交合同",
                                                           "contract.submit", Effect::writes,
                                                           submit_contract,   {"POST", "/contracts/{id}/submit"}};
constexpr Operation<EndContract, Contract> contract_terminate{
    "contract.terminate", "终止合同",         "contract.void",
    Effect::confirms,     terminate_contract, {"POST", "/contracts/{id}/terminate"}};
constexpr Operation<EndContract, Contract> contract_void{
    "contract.void", "作废合同", "contract.void", Effect::confirms, void_contract, {"POST", "/contracts/{id}/void"}};

constexpr Operation<CreateOrder, OrderDetail> order_create{"order.create", "新建订单",   "order.create",
                                                           Effect::writes, create_order, {"POST", "/orders", 201}};
constexpr Operation<OneOrder, OrderDetail> order_show{"order.show",  "查看订单", "order.view",
                                                      Effect::reads, show_order, {"GET", "/orders/{id}"}};
constexpr Operation<ListOrders, OrderPage> order_list{"order.list",  "订单列表",  "order.view",
                                                      Effect::reads, list_orders, {"GET", "/orders"}};
constexpr Operation<ChangeOrder, OrderDetail> order_change{"order.change", "修改订单",   "order.edit",
                                                           Effect::writes, change_order, {"PATCH", "/orders/{id}"}};
constexpr Operation<RequestOrderChange, OrderDetail> order_request_change{
    "order.request_change", "申请变更订单",       "order.edit",
    Effect::writes,         request_order_change, {"POST", "/orders/{id}/change"}};
constexpr Operation<OneOrder, DocumentChanges> order_changes{
    "order.changes", "订单的变更", "order.view", Effect::reads, list_order_changes, {"GET", "/orders/{id}/changes"}};
constexpr Operation<RequestContractChange, Contract> contract_request_change{
    "contract.request_change",         "申请变更合同", "contract.edit", Effect::writes, request_contract_change,
    {"POST", "/contracts/{id}/change"}};
constexpr Operation<OneContract, DocumentChanges> contract_changes{
    "contract.changes", "合同的变更",          "contract.view",
    Effect::reads,      list_contract_changes, {"GET", "/contracts/{id}/changes"}};
constexpr Operation<OneOrder, Nothing> order_delete{"order.delete",   "删除订单",   "order.delete",
                                                    Effect::confirms, delete_order, {"DELETE", "/orders/{id}", 204}};
constexpr Operation<OneOrder, OrderDetail> order_submit{"order.submit", "提交订单",   "order.submit",
                                                        Effect::writes, submit_order, {"POST", "/orders/{id}/submit"}};
constexpr Operation<OneOrder, OrderDetail> order_execute{
    "order.execute", "开始执行订单", "order.edit", Effect::writes, execute_order, {"POST", "/orders/{id}/execute"}};
constexpr Operation<OneOrder, OrderDetail> order_complete{
    "order.complete", "完成订单", "order.edit", Effect::writes, complete_order, {"POST", "/orders/{id}/complete"}};
constexpr Operation<VoidOrder, OrderDetail> order_void{"order.void",     "作废订单", "order.void",
                                                       Effect::confirms, void_order, {"POST", "/orders/{id}/void"}};

constexpr Operation<CreatePaymentPlan, PaymentPlan> plan_create{"payment_plan.create", "新建回款计划",
                                                                "payment_plan.create", Effect::writes,
                                                                create_payment_plan,   {"POST", "/payment-plans", 201}};
constexpr Operation<SplitIntoPlans, PlansOfOrder> plan_split{"payment_plan.split",  "分期生成回款计划",
                                                             "payment_plan.create", Effect::writes,
                                                             split_into_plans,      {"POST", "/payment-plans/split"}};
constexpr Operation<OnePaymentPlan, PaymentPlan> plan_show{"payment_plan.show", "查看回款计划",
                                                           "payment_plan.view", Effect::reads,
                                                           show_payment_plan,   {"GET", "/payment-plans/{id}"}};
constexpr Operation<ListPaymentPlans, PaymentPlanPage> plan_list{"payment_plan.list", "回款计划列表",
                                                                 "payment_plan.view", Effect::reads,
                                                                 list_payment_plans,  {"GET", "/payment-plans"}};
constexpr Operation<ChangePaymentPlan, PaymentPlan> plan_change{
    "payment_plan.change", "修改回款计划",      "payment_plan.edit",
    Effect::writes,        change_payment_plan, {"PATCH", "/payment-plans/{id}"}};
constexpr Operation<OnePaymentPlan, PaymentPlan> plan_void{"payment_plan.void", "作废回款计划",
                                                           "payment_plan.edit", Effect::confirms,
                                                           void_payment_plan,   {"POST", "/payment-plans/{id}/void"}};

constexpr Operation<CreatePayment, Payment> payment_create{
    "payment.create", "登记回款", "payment.create", Effect::writes, create_payment, {"POST", "/payments", 201}};
constexpr Operation<OnePayment, Payment> payment_show{"payment.show", "查看回款",   "payment.view",
                                                      Effect::reads,  show_payment, {"GET", "/payments/{id}"}};
constexpr Operation<ListPayments, PaymentPage> payment_list{"payment.list", "回款列表",    "payment.view",
                                                            Effect::reads,  list_payments, {"GET", "/payments"}};
constexpr Operation<ChangePayment, Payment> payment_change{
    "payment.change", "修改回款", "payment.edit", Effect::writes, change_payment, {"PATCH", "/payments/{id}"}};
constexpr Operation<OnePayment, Nothing> payment_delete{"payment.delete", "删除回款",
                                                        "payment.delete", Effect::confirms,
                                                        delete_payment,   {"DELETE", "/payments/{id}", 204}};
constexpr Operation<OnePayment, Payment> payment_submit{
    "payment.submit", "提交回款", "payment.submit", Effect::writes, submit_payment, {"POST", "/payments/{id}/submit"}};
constexpr Operation<VoidPayment, Payment> payment_void{"payment.void",   "作废回款",   "payment.void",
                                                       Effect::confirms, void_payment, {"POST", "/payments/{id}/void"}};

void add_products(operation::Catalogue& catalogue) {
    catalogue.add(product_create);
    catalogue.add(product_show);
    catalogue.add(product_list);
    catalogue.add(product_change);
    catalogue.add(product_delete);
    catalogue.add(category_list);
    catalogue.add(category_create);
    catalogue.add(category_change);
    catalogue.add(category_delete);
    catalogue.add(book_create);
    catalogue.add(book_show);
    catalogue.add(book_list);
    catalogue.add(book_prices);
    catalogue.add(book_change);
    catalogue.add(book_delete);
    catalogue.add(product_price);
}

void add_contracts(operation::Catalogue& catalogue) {
    catalogue.add(contract_create);
    catalogue.add(contract_show);
    catalogue.add(contract_list);
    catalogue.add(contract_change);
    catalogue.add(contract_delete);
    catalogue.add(contract_submit);
    catalogue.add(contract_terminate);
    catalogue.add(contract_void);
}

void add_orders(operation::Catalogue& catalogue) {
    catalogue.add(order_create);
    catalogue.add(order_show);
    catalogue.add(order_list);
    catalogue.add(order_change);
    catalogue.add(order_request_change);
    catalogue.add(order_changes);
    catalogue.add(contract_request_change);
    catalogue.add(contract_changes);
    catalogue.add(order_delete);
    catalogue.add(order_submit);
    catalogue.add(order_execute);
    catalogue.add(order_complete);
    catalogue.add(order_void);
}

void add_payments(operation::Catalogue& catalogue) {
    catalogue.add(plan_create);
    catalogue.add(plan_split);
    catalogue.add(plan_show);
    catalogue.add(plan_list);
    catalogue.add(plan_change);
    catalogue.add(plan_void);
    catalogue.add(payment_create);
    catalogue.add(payment_show);
    catalogue.add(payment_list);
    catalogue.add(payment_change);
    catalogue.add(payment_delete);
    catalogue.add(payment_submit);
    catalogue.add(payment_void);
    add_refund_operation(catalogue);
}

}  // namespace

void add_trade_operations(operation::Catalogue& catalogue) {
    add_products(catalogue);
    add_contracts(catalogue);
    add_orders(catalogue);
    add_payments(catalogue);
    add_offer_operations(catalogue);
    add_customer_money(catalogue);
    add_moments(catalogue);
    add_transfer_operations(catalogue);
    add_order_flow_operations(catalogue);
    add_numbering_operations(catalogue);
}

}  // namespace wescrm::sales
