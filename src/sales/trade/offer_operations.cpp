#include "offer_operations.hpp"

#include <wescrm/sales/invoice.hpp>
#include <wescrm/sales/quote.hpp>

namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::size_t long_text = 2'000;
constexpr std::int64_t most_money = 100'000'000'000'000;  // fen: a trillion yuan

constexpr Operation<CreateQuote, QuoteDetail> quote_create{"quote.create", "新建报价单", "quote.create",
                                                           Effect::writes, create_quote, {"POST", "/quotes", 201}};
constexpr Operation<OneQuote, QuoteDetail> quote_show{"quote.show",  "查看报价单", "quote.view",
                                                      Effect::reads, show_quote,   {"GET", "/quotes/{id}"}};
constexpr Operation<ListQuotes, QuotePage> quote_list{"quote.list",  "报价单列表", "quote.view",
                                                      Effect::reads, list_quotes,  {"GET", "/quotes"}};
constexpr Operation<ChangeQuote, QuoteDetail> quote_change{"quote.change", "修改报价单", "quote.edit",
                                                           Effect::writes, change_quote, {"PATCH", "/quotes/{id}"}};
constexpr Operation<OneQuote, Nothing> quote_delete{"quote.delete",   "删除报价单", "quote.delete",
                                                    Effect::confirms, delete_quote, {"DELETE", "/quotes/{id}", 204}};
constexpr Operation<OneQuote, QuoteDetail> quote_submit{"quote.submit", "提交报价单", "quote.submit",
                                                        Effect::writes, submit_quote, {"POST", "/quotes/{id}/submit"}};
constexpr Operation<OneQuote, QuoteDetail> quote_revise{
    "quote.revise", "新建一版报价", "quote.create", Effect::writes, revise_quote, {"POST", "/quotes/{id}/revise"}};
constexpr Operation<AcceptQuote, QuoteDetail> quote_accept{
    "quote.accept", "报价转订单", "order.create", Effect::writes, accept_quote, {"POST", "/quotes/{id}/accept"}};
constexpr Operation<OneQuote, QuoteDetail> quote_accept_as_contract{
    "quote.accept_as_contract", "报价转合同",
    "contract.create",          Effect::writes,
    accept_quote_as_contract,   {"POST", "/quotes/{id}/accept-as-contract"}};
constexpr Operation<VoidQuote, QuoteDetail> quote_void{"quote.void",     "作废报价单", "quote.void",
                                                       Effect::confirms, void_quote,   {"POST", "/quotes/{id}/void"}};

constexpr Operation<CreateInvoiceTitle, InvoiceTitle> title_create{
    "invoice_title.create", "新建开票抬头",       "customer.edit",
    Effect::writes,         create_invoice_title, {"POST", "/invoice-titles", 201}};
constexpr Operation<ListInvoiceTitles, InvoiceTitleList> title_list{
    "invoice_title.list", "开票抬头", "customer.view", Effect::reads, list_invoice_titles, {"GET", "/invoice-titles"}};
constexpr Operation<OneInvoiceTitle, InvoiceTitle> title_show{"invoice_title.show", "查看开票抬头",
                                                              "customer.view",      Effect::reads,
                                                              show_invoice_title,   {"GET", "/invoice-titles/{id}"}};
constexpr Operation<ChangeInvoiceTitle, InvoiceTitle> title_change{
    "invoice_title.change", "修改开票抬头",       "customer.edit",
    Effect::writes,         change_invoice_title, {"PATCH", "/invoice-titles/{id}"}};
constexpr Operation<OneInvoiceTitle, Nothing> title_delete{
    "invoice_title.delete", "删除开票抬头",       "customer.edit",
    Effect::confirms,       delete_invoice_title, {"DELETE", "/invoice-titles/{id}", 204}};

constexpr Operation<CreateInvoice, Invoice> invoice_create{
    "invoice.create", "申请开票", "invoice.create", Effect::writes, create_invoice, {"POST", "/invoices", 201}};
constexpr Operation<OneInvoice, Invoice> invoice_show{"invoice.show", "查看发票",   "invoice.view",
                                                      Effect::reads,  show_invoice, {"GET", "/invoices/{id}"}};
constexpr Operation<ListInvoices, InvoicePage> invoice_list{"invoice.list", "发票列表",    "invoice.view",
                                                            Effect::reads,  list_invoices, {"GET", "/invoices"}};
constexpr Operation<ChangeInvoice, Invoice> invoice_change{
    "invoice.change", "修改发票", "invoice.edit", Effect::writes, change_invoice, {"PATCH", "/invoices/{id}"}};
constexpr Operation<OneInvoice, Nothing> invoice_delete{"invoice.delete", "删除发票",
                                                        "invoice.delete", Effect::confirms,
                                                        delete_invoice,   {"DELETE", "/invoices/{id}", 204}};
constexpr Operation<OneInvoice, Invoice> invoice_submit{"invoice.submit", "提交开票申请",
                                                        "invoice.submit", Effect::writes,
                                                        submit_invoice,   {"POST", "/invoices/{id}/submit"}};
constexpr Operation<IssueInvoice, Invoice> invoice_issue{
    "invoice.issue", "登记已开票", "invoice.edit", Effect::writes, issue_invoice, {"POST", "/invoices/{id}/issue"}};
constexpr Operation<VoidInvoice, Invoice> invoice_void{"invoice.void",   "作废发票",   "invoice.void",
                                                       Effect::confirms, void_invoice, {"POST", "/invoices/{id}/void"}};
constexpr Operation<VoidInvoice, Invoice> invoice_reverse{"invoice.reverse", "红冲发票",
                                                          "invoice.void",    Effect::confirms,
                                                          reverse_invoice,   {"POST", "/invoices/{id}/reverse"}};

}  // namespace

std::vector<FieldRule> field_rules(CreateQuote const*) {
    return {{"customer_id", "客户"},
            {"name", "报价名称", {.max_length = 100}},
            {"contact_id", "联系人"},
            {"opportunity_id", "商机"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            {"quoted_on", "报价日期"},
            {"valid_until", "有效期至"},
            {"terms", "付款条件", {.max_length = 500}},
            {"remark", "备注", {.max_length = long_text}},
            {"discount_percent", "整单优惠（%）"},
            {"lines", "产品明细", {.max_items = 200}}};
}
std::vector<FieldRule> field_rules(ChangeQuote const*) {
    auto rules = field_rules(static_cast<CreateQuote const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}
std::vector<FieldRule> field_rules(AcceptQuote const*) { return {{"with_contract", "同时生成合同草稿"}}; }
std::vector<FieldRule> field_rules(VoidQuote const*) { return {{"reason", "作废原因", {.max_length = 200}}}; }

std::vector<FieldRule> field_rules(CreateInvoiceTitle const*) {
    return {{"customer_id", "客户"},
            {"kind", "抬头类型"},
            {"name", "抬头名称", {.max_length = 100}},
            {"tax_no", "税号", {.max_length = 30}},
            {"bank", "开户行", {.max_length = 100}},
            {"account", "银行账号", {.max_length = 50}},
            {"address", "注册地址"},
            {"phone", "注册电话", {.max_length = 30}},
            {"is_default", "默认抬头"}};
}
std::vector<FieldRule> field_rules(ChangeInvoiceTitle const*) {
    auto rules = field_rules(static_cast<CreateInvoiceTitle const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}
std::vector<FieldRule> field_rules(CreateInvoice const*) {
    return {{"order_id", "订单"},
            {"amount_fen", "开票金额", {.min = 1, .max = most_money}},
            {"contract_id", "合同"},
            {"title_id", "开票抬头"},
            {"kind", "发票类型"},
            {"tax_percent", "税率（%）"},
            {"owner_user_id", "负责人", {.max_length = 64}},
            {"delivery", "交付方式", {.max_length = 200}, "电子邮件 caiwu@example.com"},
            {"remark", "备注", {.max_length = long_text}}};
}
std::vector<FieldRule> field_rules(ChangeInvoice const*) {
    auto rules = field_rules(static_cast<CreateInvoice const*>(nullptr));
    rules.push_back({"version", "版本", {.min = 1}});
    return rules;
}
std::vector<FieldRule> field_rules(IssueInvoice const*) {
    return {{"invoice_no", "发票号码", {.max_length = 30}},
            {"issued_on", "开票日期"},
            {"delivery", "交付方式", {.max_length = 200}}};
}
std::vector<FieldRule> field_rules(VoidInvoice const*) { return {{"reason", "原因", {.max_length = 200}}}; }

void add_offer_operations(operation::Catalogue& catalogue) {
    catalogue.add(quote_create);
    catalogue.add(quote_show);
    catalogue.add(quote_list);
    catalogue.add(quote_change);
    catalogue.add(quote_delete);
    catalogue.add(quote_submit);
    catalogue.add(quote_revise);
    catalogue.add(quote_accept);
    catalogue.add(quote_accept_as_contract);
    catalogue.add(quote_void);
    catalogue.add(title_create);
    catalogue.add(title_show);
    catalogue.add(title_change);
    catalogue.add(title_list);
    catalogue.add(title_delete);
    catalogue.add(invoice_create);
    catalogue.add(invoice_show);
    catalogue.add(invoice_list);
    catalogue.add(invoice_change);
    catalogue.add(invoice_delete);
    catalogue.add(invoice_submit);
    catalogue.add(invoice_issue);
    catalogue.add(invoice_void);
    catalogue.add(invoice_reverse);
}

}  // namespace wescrm::sales
