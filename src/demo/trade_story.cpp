#include "trade_story.hpp"

#include <algorithm>

namespace wescrm::demo {
namespace {

constexpr int days_told = 360;
constexpr std::int64_t whole_bp = 10'000;

// Steps through all residues, so that neighbours differ: a fixed walk, not chance.
std::size_t trade_story_mixed(std::size_t n, std::size_t salt) {
    auto x = n * 2'654'435'761U + salt * 40'503U;
    x ^= x >> 13U;
    return x * 1'274'126'177U >> 7U;
}

std::vector<SoldLine> lines_of(std::size_t n) {
    auto lines = std::vector<SoldLine>{};
    auto const count = 1 + trade_story_mixed(n, 1) % 3;
    for (std::size_t at = 0; at < count; ++at) {
        auto line = SoldLine{};
        line.ware = (trade_story_mixed(n, 2) + at * 5) % wares().size();
        line.quantity = 1 + static_cast<std::int64_t>(trade_story_mixed(n, 3 + at) % 12);
        line.discount_bp = static_cast<std::int64_t>(trade_story_mixed(n, 9 + at) % 4) * 500;
        line.subtotal = Money::from_fen(wares()[line.ware].price_fen)
                            .scaled(line.quantity * (whole_bp - line.discount_bp), whole_bp);
        lines.push_back(line);
    }
    return lines;
}

bool is_before(Date one, Date other) { return std::chrono::sys_days{one} < std::chrono::sys_days{other}; }

// Most pay on time, some late, some in part or a part ahead of time, and a few not at all.
void pay(Instalment& plan, std::size_t habit, Date ordered_on, Date today) {
    auto const part = Money::from_fen(std::max<std::int64_t>(1, plan.amount.fen() / 2));
    auto const lately = add_days(today, -static_cast<int>(habit % 5));
    if (habit % 4 == 2 && is_before(today, plan.due_on) && is_before(plan.due_on, add_days(today, 40)) &&
        !is_before(lately, ordered_on)) {
        plan.paid_on = lately;
        plan.received = part;
        plan.status = "partial";
        return;
    }
    auto const late = static_cast<int>(habit % 5) * 4 - 4;
    auto const paid_on = add_days(plan.due_on, late);
    if (is_before(today, paid_on) || habit % 11 == 0) {
        plan.status = is_before(plan.due_on, today) ? "overdue" : "waiting";
        return;
    }
    plan.paid_on = paid_on;
    auto const is_part = habit % 9 == 0;
    plan.received = is_part ? part : plan.amount;
    plan.status = !is_part ? "done" : is_before(plan.due_on, today) ? "overdue" : "partial";
}

std::string_view trade_story_status(std::size_t n, int age, bool is_paid) {
    if (n % 29 == 7) return "void";
    if (age < 20 && n % 2 == 0) return "draft";
    if (is_paid && age > 60) return "completed";
    return age > 25 ? "executing" : "in_force";
}

}  // namespace

std::vector<Ware> const& wares() {
    static auto const all = std::vector<Ware>{{"GW-100", "边缘网关 GW100", "硬件/网关", "台", 368'000, 1'300},
                                              {"GW-200", "边缘网关 GW200 Pro", "硬件/网关", "台", 598'000, 1'300},
                                              {"SN-01", "温湿度传感器", "硬件/传感器", "个", 26'800, 1'300},
                                              {"SN-02", "振动传感器", "硬件/传感器", "个", 89'000, 1'300},
                                              {"SN-03", "智能电表", "硬件/传感器", "个", 46'500, 1'300},
                                              {"HM-10", "10 寸工业触摸屏", "硬件/终端", "台", 246'000, 1'300},
                                              {"SW-BASE", "设备管理平台 基础版", "软件/平台", "套/年", 1'980'000, 600},
                                              {"SW-PRO", "设备管理平台 专业版", "软件/平台", "套/年", 4'800'000, 600},
                                              {"SW-API", "数据接口包", "软件/增值", "年", 660'000, 600},
                                              {"SW-AI", "预测性维护模块", "软件/增值", "年", 2'680'000, 600},
                                              {"SV-INST", "现场安装调试", "服务/实施", "人天", 180'000, 600},
                                              {"SV-TRAIN", "操作培训", "服务/实施", "场", 300'000, 600},
                                              {"SV-CARE", "年度维保", "服务/维保", "年", 880'000, 600}};
    return all;
}

Sale sale(std::size_t n, Date today) {
    constexpr std::string_view methods[] = {"银行转账", "银行转账", "承兑汇票", "对公网银"};
    auto told = Sale{};
    auto const age = static_cast<int>(trade_story_mixed(n, 20) % days_told);
    told.ordered_on = add_days(today, -age);
    told.lines = lines_of(n);
    for (auto const& line : told.lines) told.amount = told.amount + line.subtotal;
    told.method = methods[trade_story_mixed(n, 21) % 4];
    told.has_contract = told.amount >= Money::from_fen(3'000'000);
    if (n % 29 == 7 || (age < 20 && n % 2 == 0)) {
        told.status = trade_story_status(n, age, false);
        return told;
    }
    auto const periods = told.amount >= Money::from_fen(2'000'000) ? 3 : 1 + static_cast<int>(n % 2);
    auto rest = told.amount;
    for (auto at = 0; at < periods; ++at) {
        auto plan = Instalment{};
        plan.due_on = add_days(told.ordered_on, 15 + 45 * at);
        plan.amount = at + 1 == periods ? rest : Money::from_fen(told.amount.fen() / periods);
        rest = rest - plan.amount;
        // Whoever owes for one period does not pay the next.
        auto const is_owing = !told.plans.empty() && told.plans.back().status != "done";
        pay(plan, is_owing ? 0 : 1 + trade_story_mixed(n, 30 + static_cast<std::size_t>(at)) % 98, told.ordered_on,
            today);
        told.received = told.received + plan.received;
        told.plans.push_back(plan);
    }
    told.status = trade_story_status(n, age, told.received == told.amount);
    return told;
}

}  // namespace wescrm::demo
