#include "single.hpp"

#include <wescrm/operation/permissions.hpp>

#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <map>

namespace wescrm::exchange {
namespace {

using enum CellKind;

constexpr std::string_view customer_hint = "客户名称或编号，须是您能看到的客户";
constexpr std::string_view tags_hint = "标签名称，多个用「、」分开；更新时替换原有的标签";

SingleCell customer_cell() {
    return {"customer_id", customer, true, true, {"客户名称", "客户编号", "公司", "公司名称", "企业名称"},
            customer_hint};
}

SingleCell only_for_new(SingleCell cell) {
    cell.is_only_for_new = true;
    return cell;
}

SingleKind contacts() {
    return {
        "contact",
        "联系人",
        "contact.create",
        "contact.change",
        "contact.show",
        "contact.delete",
        {{"name", text, true, false, {"姓名", "联系人", "联系人姓名", "名称"}},
         customer_cell(),
         {"mobile", phone, false, false, {"手机", "手机号", "电话", "联系电话", "手机号码"}, "手机 11 位，座机带区号"},
         {"position", text, false, false, {"职位", "岗位"}},
         {"phone", phone, false, false, {"座机", "固话"}, "带区号，例如 0512-66001234"},
         {"email", text, false, false, {"电子邮箱", "邮件", "Email"}},
         {"wechat", text, false, false, {"微信号"}},
         {"department", text, false, false, {"所在部门"}},
         {"birthday", date, false, false, {"出生日期"}, day_hint},
         {"is_primary", boolean, false, false, {"首要联系人", "主要联系人"}, "是 或 否"},
         {"tags", words, false, false, {"联系人标签"}, tags_hint},
         {"remark", text, false, false, {"说明"}},
         {"decision_role",
          word,
          false,
          false,
          {"角色"},
          {},
          {{"决策人", "decider"}, {"影响者", "influencer"}, {"使用者", "user"}, {"反对者", "opponent"}}},
         {"attitude", word, false, false, {}, {}, {{"支持", "supportive"}, {"中立", "neutral"}, {"反对", "opposed"}}}}};
}

SingleKind products() {
    return {"product",
            "产品",
            "product.create",
            "product.change",
            "product.show",
            "product.delete",
            {{"name", text, true, false, {"产品", "名称", "品名", "商品名称"}},
             {"code", text, false, false, {"编码", "产品编号", "货号", "SKU"}, "用来更新已有产品；留空由系统编号"},
             {"category", text, false, false, {"分类", "产品分类", "类别"}, "多级用 / 分开，没有的会新建"},
             {"unit", text, false, false, {"单位", "计量单位"}},
             {"price_fen", unit_price, true, false, {"单价", "价格", "标准价", "售价"}, yuan_hint},
             {"cost_fen", unit_price, false, false, {"成本", "成本价"}, yuan_hint},
             {"tax_percent", number, false, false, {"税率"}, "百分数，例如 13"},
             {"spec", text, false, false, {"规格", "规格型号"}},
             {"description", text, false, false, {"描述", "产品描述", "说明"}},
             {"status", word, false, false, {"上下架", "是否上架"}, {}, {{"上架", "on"}, {"下架", "off"}}}}};
}

SingleKind opportunities() {
    return {"opportunity",
            "商机",
            "opportunity.create",
            "opportunity.change",
            "opportunity.show",
            "opportunity.delete",
            {{"name", text, true, false, {"商机", "名称"}},
             customer_cell(),
             {"amount_fen", money, false, false, {"金额", "预计金额"}, yuan_hint},
             {"process_id", process, false, true, {"流程"}, "留空为默认流程"},
             {"stage_id", stage, false, true, {"销售阶段", "当前阶段"}, "留空为第一个阶段"},
             {"probability", integer, false, false, {"成交概率", "概率"}, "0 到 100"},
             {"expected_close_date", date, false, false, {"预计成交", "预计成交时间"}, day_hint},
             {"source", text, false, false, {"商机来源"}},
             {"competitor", text, false, false, {"竞品"}},
             {"tags", words, false, false, {"商机标签"}, tags_hint},
             {"remark", text, false, false, {"说明"}},
             {"owner_user_id", employee, false, true, {"跟进人", "销售", "负责人姓名"}, owner_hint},
             {"no", text, false, false, {"编号", "商机编号"}, "只用于更新已有记录；新建时由系统编号", {}, "商机编号"}}};
}

SingleKind orders() {
    return {"order",
            "订单",
            "order.create",
            "order.change",
            "order.show",
            "order.delete",
            {{group_key,
              text,
              false,
              true,
              {"原订单号", "外部订单号", "分组"},
              "同一订单的几行填相同的标识并连在一起；留空则一行一个订单",
              {},
              "订单标识"},
             customer_cell(),
             {"name", text, false, false, {"订单主题", "名称"}},
             only_for_new(currency_cell("留空为合同或客户价格表的币种，否则人民币")),
             {"amount_fen", money, false, false, {"金额", "总金额"}, "单位：元；填写产品时可以不填"},
             {"product_id",
              product,
              false,
              true,
              {"产品名称", "产品编码", "商品"},
              "产品编码或名称；一行一个产品",
              {},
              "产品",
              "product_id"},
             {"quantity", number, false, true, {"件数"}, {}, {}, "数量", "quantity"},
             {"price", unit_price, false, true, {"成交单价"}, "单位：元；留空为产品的价格", {}, "单价", "price_fen"},
             {"line_discount",
              number,
              false,
              true,
              {"折扣"},
              "百分数，例如 5 表示优惠 5%",
              {},
              "单品优惠（%）",
              "discount_percent"},
             {"ordered_on", date, false, false, {"下单时间", "订单日期", "签单日期"}, day_hint},
             {"delivery_on", date, false, false, {"交货时间", "发货日期"}, day_hint},
             {"ends_on", date, false, false, {"到期时间"}, day_hint},
             {"payment_terms", text, false, false, {"付款方式"}},
             {"remark", text, false, false, {"说明"}},
             {"owner_user_id", employee, false, true, {"销售", "业务员", "负责人姓名"}, owner_hint},
             {submit_key, boolean, false, true, {"是否提交"}, "是 或 否；提交后不能随这次导入撤销", {}, "提交"},
             {state_key,
              text,
              false,
              true,
              {"订单状态", "执行状态"},
              "提交生效后所处的状态，例如 执行中 或企业自己的状态；留空为已生效",
              {},
              "状态"},
             {"no", text, false, false, {"编号", "订单号"}, "只用于更新已有记录；新建时由系统编号", {}, "订单编号"}},
            "order.submit",
            group_key,
            "lines",
            "product_id",
            "order.move"};
}

}  // namespace

SingleKind const& single_kind(ImportObject object) {
    static auto const kinds = std::map<ImportObject, SingleKind>{{ImportObject::contact, contacts()},
                                                                 {ImportObject::product, products()},
                                                                 {ImportObject::opportunity, opportunities()},
                                                                 {ImportObject::order, orders()},
                                                                 {ImportObject::payment_plan, payment_plan_kind()},
                                                                 {ImportObject::payment, payment_kind()},
                                                                 {ImportObject::invoice, invoice_kind()},
                                                                 {ImportObject::followup, followup_kind()},
                                                                 {ImportObject::price_book, price_book_kind()},
                                                                 {ImportObject::tag, tag_kind()},
                                                                 {ImportObject::employee, employee_kind()}};
    return kinds.at(object);
}

SingleKind const& single_kind(operation::Context& ctx, ImportObject object) {
    static auto const kinds =
        std::map<ImportObject, SingleKind>{{ImportObject::payment_plan, of_contracts(payment_plan_kind())},
                                           {ImportObject::payment, of_contracts(payment_kind())},
                                           {ImportObject::invoice, of_contracts(invoice_kind())}};
    auto const found = kinds.find(object);
    auto const is_changed = found != kinds.end() && operation::is_switched_off(ctx.actor(), "order");
    return is_changed ? found->second : single_kind(object);
}

std::vector<std::pair<std::string_view, std::string_view>> offered_words(operation::Context& ctx,
                                                                         SingleCell const& cell) {
    auto words = cell.words;
    std::erase_if(words, [&](auto const& word) { return operation::is_switched_off(ctx.actor(), word.second); });
    return words;
}

std::string input_name(SingleCell const& cell, std::string_view key) {
    auto name = std::string{key};
    if (cell.kind == CellKind::unit_price && name.ends_with("_fen")) name.replace(name.size() - 3, 3, "e4");
    return name;
}

Settings settings_of(operation::Context& ctx, std::string const& object) {
    auto settings = Settings{};
    auto kind = sales::FieldObject::customer;
    if (!boost::describe::enum_from_string(object.c_str(), kind)) return settings;
    auto const listed = sales::list_fields(ctx, {kind});
    if (!listed) return settings;
    for (auto const& field : listed->system) settings.emplace(field.key, field);
    return settings;
}

std::string label_of(Lists const& lists, SingleKind const& kind, SingleCell const& cell) {
    if (!cell.label.empty()) return std::string{cell.label};
    auto const& input = lists->find(kind.describing())->input;
    auto const field = std::ranges::find(input, cell.key, &operation::FieldDescription::name);
    return field == input.end() || field->label.empty() ? std::string{cell.key} : field->label;
}

}  // namespace wescrm::exchange
