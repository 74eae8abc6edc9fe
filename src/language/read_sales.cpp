// Opportunities, orders, payments and products.
#include "own_values.hpp"
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

// 商机 绿源 污水监测 12万 年底前签: free words by place, with amount and date taken out.
struct Deal {
    std::vector<std::string> names;
    std::optional<FoundAmount> amount;
    std::string date;
    Filled own{};  ///< the company's own fields
};

bool is_decoration(std::string const& words) {
    static constexpr std::array<std::string_view, 22> fillers{
        "预计", "签",     "成交", "预算", "金额",   "签约", "今天签",   "签约日", "合同额", "左右", "签订",
        "前签", "前成交", "到账", "收款", "有效期", "到",   "有效期到", "收",     "总价",   "大概", "签单"};
    return std::find(fillers.begin(), fillers.end(), words) != fillers.end();
}

// 双十二大促系统: a date inside a longer word belongs to the name.
bool is_in_name(Sentence const& s, Part const& part) {
    auto const before = part.first == 0 ? U' ' : s.text()[part.first - 1];
    static constexpr std::u32string_view lead_in = U"计月年前到日于在约签后收款的";
    auto const behind = s.text()[part.second];
    auto const opens = is_separator(before) || is_one_of(before, lead_in);
    auto const closes = behind == U'\0' || is_separator(behind) || is_one_of(behind, U"签成收到前付交");
    return !opens || !closes;
}

Deal read_deal(Sentence const& s, std::size_t from, Lean lean) {
    auto deal = Deal{};
    take_own_fields(s, from, "opportunity", deal.own);
    auto taken = deal.own.taken;
    auto const is_own = [&deal](Part const& part) { return overlaps(part, deal.own.taken); };
    deal.amount = amount_in(s, from);
    while (deal.amount && is_own(deal.amount->part)) deal.amount = amount_in(s, deal.amount->part.second);
    if (deal.amount) taken.push_back(deal.amount->part);
    for (auto const& entity : s.entities(lean, from)) {
        if (!has_date(entity.value) || is_in_name(s, part_of(entity)) || is_own(part_of(entity))) continue;
        deal.date = format_moment(entity.value).substr(0, 10);
        taken.push_back(part_of(entity));
        break;
    }
    for (auto const& part : free_parts(s.text(), from, taken)) {
        auto words = without_fillers(s.original(part.first, part.second));
        for (std::string_view lead : {"预计", "金额", "预算", "签约日"})
            if (words.starts_with(lead) && words.size() > lead.size()) words.erase(0, lead.size());
        if (!words.empty() && !is_decoration(words) && words != "=") deal.names.push_back(std::move(words));
    }
    return deal;
}

// Which of two words is the customer cannot be known without the records; a word that names a system or project is the
// deal.
bool sounds_like_deal(std::string const& name) {
    static constexpr std::array<std::string_view, 14> ends{"系统", "项目", "改造", "建设", "升级", "平台", "上线",
                                                           "商城", "方案", "产线", "搭建", "采购", "服务", "工程"};
    return std::any_of(ends.begin(), ends.end(), [&](auto end) { return name.ends_with(end); });
}

}  // namespace

Intent read_opportunity_create(Sentence const& s) {
    auto customer = std::string{};
    auto from = s.head({U"新建商机", U"新增商机", U"添加商机", U"加商机", U"建商机", U"录商机", U"新商机", U"创建商机",
                        U"录入商机", U"商机 ", U"商机:", U"加个商机", U"建个商机", U"商机"});
    if (from == 0) {
        auto const verb = find_any(
            s, {U"建商机", U"加商机", U"新建商机", U"建个商机", U"加个商机", U"新增商机", U"录商机", U"录个商机"});
        if (!verb) return std::nullopt;
        customer = name_between(s, s.head({U"给", U"为", U"帮"}), verb->first);
        from = verb->second;
    }
    if (from >= s.normal().size() ||
        has_any(s, {U"改成", U"改为", U"改到", U"金额改", U"列表", U"哪些", U"推进", U"赢单", U"输单"}))
        return std::nullopt;
    auto const deal = read_deal(s, from, Lean::future);
    if (deal.names.empty()) return std::nullopt;
    auto name = deal.names.front();
    if (customer.empty() && deal.names.size() > 1) {
        auto const is_swapped = sounds_like_deal(deal.names[0]) && !sounds_like_deal(deal.names[1]);
        customer = deal.names[is_swapped ? 1 : 0];
        name = deal.names[is_swapped ? 0 : 1];
    }
    auto answer = Answer{"opportunity.create"};
    answer.with("name", name).with("customer", customer).with("expected_close_date", deal.date);
    if (deal.amount) answer.with("amount_fen", deal.amount->fen).with_flag("approx", deal.amount->is_approximate);
    for (auto const& [field, value] : deal.own.slots) answer.with(field.c_str(), value);
    return answer.done();
}

namespace {

Intent ended(Sentence const& s) {
    if (auto const word =
            find_any(s, {U"赢单", U"签下来了", U"赢了", U"拿下了", U"签了", U"成单了", U"中标了", U"签下了"});
        word && word->first > 1 && !has_any(s, {U"的商机", U"列表", U"没签"})) {
        auto answer = Answer{"opportunity.win"};
        answer.with("opportunity", name_between(s, 0, word->first));
        if (auto const amount = amount_in(s, word->second)) answer.with("amount_fen", amount->fen);
        if (auto const date = date_in(s, Lean::past, word->second)) answer.with("signed_on", date->first.substr(0, 10));
        return answer.done();
    }
    if (s.normal().ends_with(U"成交") && s.normal().size() > 3 &&
        !has_any(s, {U"预计", U"未成交", U"要成交", U"没成交", U"已成交", U"可能", U"什么时候"}) &&
        !date_in(s, Lean::future))
        return Answer{"opportunity.win"}.with("opportunity", name_between(s, 0, s.normal().size() - 2)).done();
    auto const lost = find_any(
        s, {U"输单", U"丢单", U"丢了", U"没戏了", U"没成", U"黄了", U"输了", U"被抢了", U"没戏", U"丢标", U"没中标"});
    if (!lost || lost->first < 2 ||
        has_any(s, {U"哪个阶段", U"的商机", U"列表", U"最多", U"合同丢", U"发票", U"手机", U"资料", U"文件"}))
        return std::nullopt;
    return Answer{"opportunity.lose"}
        .with("opportunity", name_between(s, 0, lost->first))
        .with("reason", lost->second < s.normal().size() ? without_fillers(s.original(lost->second)) : std::string{})
        .done();
}

Intent advance(Sentence const& s) {
    auto const verb = find_any(
        s, {U"推进到", U"推到", U"进入", U"进到", U"到下一阶段", U"推进到了", U"进展到", U"阶段改成", U"阶段改为"});
    if (!verb || verb->first < 2 || has_any(s, {U"预计成交"})) return std::nullopt;
    auto answer = Answer{"opportunity.advance"};
    answer.with("opportunity", name_between(s, 0, verb->first));
    auto stage = verb->second < s.normal().size() ? without_fillers(s.original(verb->second)) : std::string{};
    if (stage.ends_with("阶段") && stage.size() > 6) stage.resize(stage.size() - std::string_view{"阶段"}.size());
    return answer.with("stage", stage == "下一" ? std::string{} : stage).done();
}

Intent list_sales(Sentence const& s) {
    auto const is_list =
        ends_with_any(s, {U"商机", U"商机有哪些", U"商机列表", U"单子有哪些", U"的单子", U"哪些单子", U"哪些商机"}) ||
        (s.has(U"预计成交") && !has_any(s, {U"推", U"改"}));
    if (!is_list) return std::nullopt;
    auto answer = Answer{"opportunity.list"};
    answer.with("period", period_in(s, Lean::none));
    for (auto const& entity : s.entities(Lean::none))
        if (auto const* range = std::get_if<MoneyRangeValue>(&entity.value))
            answer.with("amount_min_fen", range->min_fen).with("amount_max_fen", range->max_fen);
    answer.with("status", std::string{s.has(U"赢单") ? "won" : s.has(U"输单") || s.has(U"丢单") ? "lost" : ""});
    auto taken = std::u32string{};
    for (auto const& entity : s.entities(Lean::none))
        if (std::holds_alternative<MoneyRangeValue>(entity.value))
            taken = s.normal().substr(entity.offset, entity.length);
    auto const rest =
        residue(s, {U"商机", U"有哪些", U"列表", U"单子", U"的", U"我",   U"要",   U"预计", U"成交", U"赢单",
                    U"输单", U"哪些",   U"新增", U"看",   U"查", U"团队", U"下属", U"以上", U"以下", taken},
                Lean::none);
    return answer.with("scope", scope_of(s, rest)).done();
}

Intent find_sales(Sentence const& s) {
    auto const head = s.head({U"查商机", U"看商机", U"商机详情", U"查看商机"});
    if (head > 0 && head < s.normal().size())
        return Answer{"opportunity.find"}.with("opportunity", name_between(s, head, s.normal().size())).done();
    for (std::u32string_view ending : {U"到哪了", U"什么进度", U"进度怎么样", U"进展如何", U"进展怎么样", U"到哪一步了",
                                       U"到哪步了", U"什么阶段", U"多少钱", U"到什么阶段了", U"进度"})
        if (s.normal().ends_with(ending) && s.normal().size() > ending.size() + 1)
            return Answer{"opportunity.find"}
                .with("opportunity", name_between(s, 0, s.normal().size() - ending.size()))
                .done();
    return std::nullopt;
}

}  // namespace

Intent read_opportunity(Sentence const& s) {
    if (auto const word = find_any(s, {U"重新打开", U"恢复跟进", U"重启", U"激活", U"重新激活"})) {
        auto const name =
            word->first > 1 ? name_between(s, 0, word->first) : name_between(s, word->second, s.normal().size());
        if (!name.empty()) return Answer{"opportunity.reopen"}.with("opportunity", name).done();
    }
    if (auto found = ended(s)) return found;
    if (auto found = advance(s)) return found;
    if (auto found = list_sales(s)) return found;
    return find_sales(s);
}

Intent read_order(Sentence const& s) {
    auto const number = number_in(s);
    auto const name_of = [&](std::size_t from, std::size_t to) {
        return number ? s.original(number->first, number->second) : name_between(s, from, to);
    };
    if (auto const word = find_any(s, {U"提交审批", U"提审", U"送审", U"提交审核"}); word && word->first > 1)
        return Answer{"order.submit"}.with("order", name_of(0, word->first)).done();
    auto const head = s.head({U"录订单", U"新建订单", U"新增订单", U"录入订单", U"建订单", U"下单", U"录合同",
                              U"新建合同", U"录入合同", U"添加订单", U"新订单", U"登记订单", U"加订单"});
    auto const inside = head == 0 ? find_any(s, {U"下单"}) : std::nullopt;
    if (head > 0 || (inside && inside->first > 1)) {
        auto const deal = read_deal(s, head > 0 ? head : inside->second, Lean::past);
        auto answer = Answer{"order.create"};
        auto const customer = head > 0 ? (deal.names.empty() ? std::string{} : clean_name(deal.names.front()))
                                       : name_between(s, 0, inside->first);
        auto const expires = has_any(s, {U"有效期", U"到期", U"截止"});
        answer.with("customer", customer)
            .with("opportunity", head > 0 && deal.names.size() > 1 ? deal.names[1] : std::string{});
        answer.with(expires ? "expires_on" : "signed_on", deal.date);
        if (auto const price = find_any(s, {U"单价"}))
            if (auto const each = amount_in(s, price->second)) return answer.with("price_fen", each->fen).done();
        return deal.amount ? answer.with("amount_fen", deal.amount->fen).done() : answer.done();
    }
    auto const query = s.head({U"订单", U"查订单", U"查合同", U"合同", U"看订单", U"订单 ", U"查看订单"});
    if (query > 0 && query < s.normal().size() &&
        !ends_with_any(s, {U"列表", U"榜", U"趋势", U"走势", U"统计的", U"范围"}))
        return Answer{"order.find"}.with("order", name_of(query, s.normal().size())).done();
    if (auto const word = find_any(s, {U"那个订单", U"那单批了", U"的订单批了", U"那个合同"}); word && word->first > 1)
        return Answer{"order.find"}.with("order", name_of(0, word->first)).done();
    if (!ends_with_any(s, {U"订单", U"的合同", U"订单列表", U"订单有哪些"}) || s.is_one_of({U"订单"}))
        return std::nullopt;
    auto answer = Answer{"order.list"};
    answer.with("period", period_in(s, Lean::past));
    if (has_any(s, {U"没收完款", U"没收完", U"未收完"})) answer.with("payment_status", std::string{"partial"});
    auto const rest =
        residue(s, {U"订单", U"合同", U"列表", U"有哪些", U"的", U"我", U"没收完款", U"查", U"看", U"团队", U"下属"});
    auto const scope = scope_of(s, rest);
    if (scope.starts_with("employee:") && period_in(s, Lean::past).empty()) return answer.with("customer", rest).done();
    return answer.with("scope", scope).done();
}

namespace {

std::string method_of(Sentence const& s) {
    for (std::u32string_view word : {U"银行转账", U"支付宝", U"微信支付", U"对公转账", U"转账", U"现金", U"支票",
                                     U"承兑", U"电汇", U"对公", U"微信"})
        if (s.has(word)) return to_utf8(word);
    return {};
}

Intent payment(Sentence const& s) {
    auto const head = s.head(
        {U"登记回款", U"录回款", U"新建回款", U"回款", U"录入回款", U"收款", U"登记收款", U"加回款", U"新增回款"});
    auto const inside = head == 0 ? find_any(s, {U"到账", U"回款", U"收款", U"打款", U"付款", U"回了"}) : std::nullopt;
    if ((head == 0 && (!inside || inside->first < 2)) || s.has(U"目标")) return std::nullopt;
    auto const amount = amount_in(s, head > 0 ? head : inside->second);
    if (!amount) return std::nullopt;
    auto answer = Answer{"payment.create"};
    auto const number = number_in(s);
    auto const date = date_in(s, Lean::past, amount->part.second);
    auto const method = method_of(s);
    auto end = head > 0 ? amount->part.first : inside->first;
    if (auto const label = find_any(s, {U"金额"}, head); label && label->first < end) end = label->first;
    if (number)
        answer.with("order", s.original(number->first, number->second));
    else
        answer.with("customer", name_between(s, head, end));
    answer.with("amount_fen", amount->fen).with("method", method);
    return date ? answer.with("paid_on", date->first.substr(0, 10)).done() : answer.done();
}

// 绿源尾款5.9万 12月底收; 渝味火锅二期款 4万 12月15号; 计划回款 绿源 3万 下月10号
Intent plan(Sentence const& s) {
    auto const word =
        find_any(s, {U"计划回款", U"回款计划", U"尾款", U"首付款", U"首付", U"首款", U"一期款", U"二期款", U"三期款",
                     U"四期款", U"定金", U"余款", U"质保金", U"预付款", U"期款", U"分两期", U"分三期"});
    auto const amount = word ? amount_in(s) : std::nullopt;
    if (!amount || has_any(s, {U"到账了", U"已到账"})) return std::nullopt;
    auto answer = Answer{"payment_plan.create"};
    auto const is_head = word->first == 0;
    auto const number = number_in(s);
    auto const name = is_head ? name_between(s, word->second, amount->part.first) : name_between(s, 0, word->first);
    answer.with(number ? "order" : "customer", number ? s.original(number->first, number->second) : name)
        .with("amount_fen", amount->fen);
    auto const date = date_in(s, Lean::future, amount->part.second);
    return date ? answer.with("due_on", date->first.substr(0, 10)).done() : answer.done();
}

}  // namespace

Intent read_payment(Sentence const& s) {
    if (auto found = plan(s)) return found;
    if (auto found = payment(s)) return found;
    auto const asks = ends_with_any(s, {U"回款", U"回款列表", U"回款记录", U"回了多少钱", U"待回款"}) ||
                      has_any(s, {U"没收回来", U"没回的款", U"哪些款", U"回了多少", U"未回款"});
    if (!asks || s.is_one_of({U"回款"})) return std::nullopt;
    auto const period = period_in(s, Lean::past);
    auto const rest =
        residue(s, {U"回款", U"列表", U"记录", U"回了多少钱", U"回了多少", U"待", U"的", U"我", U"还有", U"哪些款",
                    U"没收回来", U"哪些", U"查", U"看", U"未", U"没回的款", U"有", U"团队", U"下属"});
    auto const scope = scope_of(s, rest);
    auto answer = Answer{"payment.list"};
    answer.with("period", period);
    if (scope.starts_with("employee:") && period.empty()) return answer.with("customer", rest).done();
    return answer.with("scope", scope).done();
}

// 传感器多少钱, 传感器: by what the company sells, whatever else might be called so.
Intent read_known_product(Sentence const& s) {
    for (std::u32string_view ending : {U"", U"多少钱", U"怎么卖", U"有货吗"})
        if (s.normal().ends_with(ending))
            if (auto const known = s.known_word(0, s.normal().size() - ending.size());
                known && known->kind == WordKind::product)
                return Answer{"product.find"}.with("product", known->text).done();
    return std::nullopt;
}

Intent read_product(Sentence const& s) {
    if (s.is_one_of({U"产品列表", U"产品", U"产品有哪些", U"有哪些产品"})) return Answer{"product.find"}.done();
    auto const head = s.head({U"查产品", U"产品 ", U"看产品", U"查看产品"});
    if (head > 0 && head < s.normal().size())
        return Answer{"product.find"}.with("product", name_between(s, head, s.normal().size())).done();
    for (std::u32string_view ending : {U"的价格", U"价格", U"的单价", U"单价", U"报价多少", U"什么价"})
        if (s.normal().ends_with(ending) && s.normal().size() > ending.size() + 1 && !has_any(s, {U"商机"}))
            return Answer{"product.find"}.with("product", name_between(s, 0, s.normal().size() - ending.size())).done();
    return std::nullopt;
}

}  // namespace wescrm::language
