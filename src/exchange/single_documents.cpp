#include "single.hpp"

#include <wescrm/base/currency.hpp>

// What hangs on an order, and what was said: columns of their tables.
namespace wescrm::exchange {
namespace {

using enum CellKind;

constexpr std::string_view no_hint = "只用于更新已有记录；新建时由系统编号";
constexpr std::string_view submit_hint = "是 或 否；提交后不能随这次导入撤销";

SingleCell order_cell() {
    return {"order_id", order, true, true, {"订单编号", "订单号", "订单", "关联订单"}, "订单编号，须是您能看到的订单"};
}
SingleCell owner_cell() {
    return {"owner_user_id", employee, false, true, {"销售", "业务员", "负责人姓名", "跟进人"}, owner_hint};
}
SingleCell submit_cell() { return {submit_key, boolean, false, true, {"是否提交"}, submit_hint, {}, "提交"}; }

}  // namespace

SingleCell currency_cell(std::string_view hint) {
    auto cell = SingleCell{"currency", word, false, false, {"货币", "币别"}, hint};
    for (auto const& one : currencies()) cell.words.emplace_back(one.code, one.code);
    for (auto const& one : currencies()) cell.words.emplace_back(one.name, one.code);
    return cell;
}

SingleKind payment_plan_kind() {
    return {"payment_plan",
            "回款计划",
            "payment_plan.create",
            "payment_plan.change",
            "payment_plan.show",
            "payment_plan.void",
            {order_cell(),
             {"period", integer, false, true, {"期次", "第几期", "回款期次"}, "用来更新已有计划；留空为下一期"},
             {"due_on", date, true, false, {"计划日期", "应收日期", "到期日"}, day_hint},
             {"amount_fen", money, true, false, {"金额", "应收金额", "计划回款金额"}, yuan_hint},
             {"method", text, false, false, {"方式", "付款方式"}},
             {"remind_days", integer, false, false, {"提醒天数"}, "0 到 365"},
             {"remark", text, false, false, {"说明"}}}};
}

SingleKind payment_kind() {
    return {"payment",
            "回款",
            "payment.create",
            "payment.change",
            "payment.show",
            "payment.delete",
            {order_cell(),
             {"amount_fen", money, true, false, {"金额", "实收金额", "到账金额"}, yuan_hint},
             {"paid_on", date, false, false, {"日期", "到账日期", "收款日期", "回款时间"}, "日期；留空为今天"},
             {"plan_id", plan, false, false, {"期次", "期数", "第几期"}, "第几期，例如 2；留空为最早未收齐的一期"},
             {"method", text, false, false, {"付款方式", "方式"}},
             {"payer", text, false, false, {"付款人", "付款单位"}},
             {"bank_account", text, false, false, {"收款账号", "账户"}},
             {"remark", text, false, false, {"说明"}},
             owner_cell(),
             submit_cell(),
             {"no", text, false, false, {"编号", "回款单号"}, no_hint, {}, "回款编号"}},
            "payment.submit"};
}

SingleKind invoice_kind() {
    return {"invoice",
            "发票",
            "invoice.create",
            "invoice.change",
            "invoice.show",
            "invoice.delete",
            {order_cell(),
             {"amount_fen", money, true, false, {"金额", "发票金额"}, yuan_hint},
             {"title_id", title, false, false, {"抬头", "发票抬头", "购方名称"}, "客户已有的抬头名称；留空为默认抬头"},
             {"kind",
              word,
              false,
              false,
              {"类型", "票种", "发票种类"},
              {},
              {{"普票", "normal"}, {"专票", "special"}, {"电子发票", "electronic"}}},
             {"tax_percent", number, false, false, {"税率"}, "百分数，例如 13"},
             {"remark", text, false, false, {"说明"}},
             owner_cell(),
             submit_cell(),
             {"no", text, false, false, {"编号", "申请编号"}, no_hint, {}, "发票编号"}},
            "invoice.submit"};
}

SingleKind of_contracts(SingleKind kind) {
    for (auto& cell : kind.cells)
        if (cell.kind == order)
            cell = {"contract_id",
                    contract,
                    true,
                    true,
                    {"合同编号", "合同号", "合同", "关联合同"},
                    "合同编号，须是您能看到的合同"};
    return kind;
}

SingleKind followup_kind() {
    return {
        "followup",
        "跟进记录",
        "followup.create",
        {},
        "followup.show",
        "followup.delete",
        {{"target_type",
          word,
          false,
          true,
          {"对象类型", "类型"},
          "留空为客户",
          {{"客户", "customer"},
           {"线索", "lead"},
           {"商机", "opportunity"},
           {"联系人", "contact"},
           {"报价单", "quote"},
           {"合同", "contract"},
           {"订单", "order"},
           {"回款", "payment"}}},
         {"target_id",
          target,
          true,
          true,
          {"客户名称", "客户编号", "客户", "对象", "公司", "公司名称"},
          "编号或名称，须是您能看到的记录"},
         {"content", text, true, true, {"内容", "跟进情况", "沟通内容", "记录"}},
         {"method",
          word,
          false,
          true,
          {"方式", "沟通方式"},
          {},
          {{"电话", "call"},
           {"拜访", "visit"},
           {"微信", "wechat"},
           {"企微会话", "wecom"},
           {"邮件", "email"},
           {"短信", "sms"},
           {"会议", "meeting"},
           {"其他", "other"}}},
         {"followed_at",
          instant,
          false,
          true,
          {"时间", "跟进日期", "日期", "沟通时间"},
          "例如 2026-11-27 08:30，不能晚于现在；留空为导入的时间，重复导入时认不出"},
         {"next_contact_at", instant, false, true, {"下次联系", "下次跟进时间"}, "将来的日期和时间，到时提醒跟进人"},
         {"author_user_id",
          employee,
          false,
          true,
          {"作者", "记录人", "业务员", "销售"},
          "员工姓名或账号；留空为导入人"}}};
}

SingleKind price_book_kind() {
    return {"price_book",
            "价格表",
            "price_book.create",
            "price_book.change",
            "price_book.show",
            "price_book.delete",
            {{"name", text, true, false, {"价格表", "名称"}, "同一价格表的各行连在一起；已有同名的即为更新"},
             {"product_id",
              product,
              true,
              false,
              {"产品名称", "产品编码", "商品"},
              "产品编码或名称",
              {},
              "产品",
              "product_id"},
             {"min_quantity", number, false, false, {"起始数量", "数量"}, "留空为 0", {}, "起订量", "min_quantity"},
             {"price_fen", unit_price, true, false, {"单价", "售价"}, yuan_hint, {}, "价格", "price_fen"},
             {"floor_fen", unit_price, false, false, {"最低价"}, yuan_hint, {}, "底价", "floor_fen"},
             currency_cell("留空为人民币"),
             {"valid_from", date, false, false, {"开始日期"}, day_hint},
             {"valid_to", date, false, false, {"结束日期"}, day_hint},
             {"customer_ids",
              customers,
              false,
              false,
              {"只用于这些客户", "客户"},
              "客户名称或编号，多个用「、」分开；更新时替换原有的"},
             {"department_ids",
              departments,
              false,
              false,
              {"只用于这些部门的销售", "部门"},
              "部门名称，多个用「、」分开；更新时替换原有的"},
             {"enabled", boolean, false, false, {"是否启用"}, "是 或 否"},
             {"remark", text, false, false, {"说明"}}},
            {},
            "name",
            "rows",
            "product_id"};
}

SingleKind tag_kind() {
    return {"tag",
            "标签",
            "tag.create",
            {},
            "tag.show",
            "tag.delete",
            {{"name", text, true, false, {"标签", "名称"}},
             {"group", text, false, false, {"分组", "分组名称"}, "已有分组的名称；留空放入默认分组"}}};
}

}  // namespace wescrm::exchange
