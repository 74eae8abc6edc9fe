#include "order_money.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

namespace wescrm::sales {
namespace {

constexpr auto largest_quantity = 100'000'000.0;
constexpr auto nothing = Money{};

std::optional<std::int64_t> exact(double typed, double scale) {
    auto const scaled = typed * scale;
    auto const rounded = std::round(scaled);
    // A decimal of so many places is off by far less than this when it came through binary.
    if (std::abs(scaled - rounded) > 1e-6 * std::max(1.0, std::abs(scaled) * 1e-6)) return std::nullopt;
    return static_cast<std::int64_t>(rounded);
}

struct Step {
    std::string_view kind, from, to;
};
constexpr std::array steps{Step{"order", "draft", "in_review"},
                           Step{"order", "draft", "in_force"},
                           Step{"order", "rejected", "in_review"},
                           Step{"order", "rejected", "in_force"},
                           Step{"order", "in_review", "in_force"},
                           Step{"order", "in_review", "rejected"},
                           Step{"order", "in_review", "draft"},
                           Step{"order", "in_force", "executing"},
                           Step{"order", "in_force", "completed"},
                           Step{"order", "executing", "completed"},
                           Step{"order", "draft", "void"},
                           Step{"order", "rejected", "void"},
                           Step{"order", "in_force", "void"},
                           Step{"order", "executing", "void"},
                           Step{"order", "completed", "void"},
                           Step{"contract", "draft", "in_review"},
                           Step{"contract", "draft", "in_force"},
                           Step{"contract", "rejected", "in_review"},
                           Step{"contract", "rejected", "in_force"},
                           Step{"contract", "in_review", "in_force"},
                           Step{"contract", "in_review", "rejected"},
                           Step{"contract", "in_review", "draft"},
                           Step{"contract", "in_force", "expired"},
                           Step{"contract", "in_force", "terminated"},
                           Step{"contract", "draft", "void"},
                           Step{"contract", "rejected", "void"},
                           Step{"contract", "in_force", "void"},
                           Step{"contract", "expired", "void"},
                           Step{"payment", "draft", "in_review"},
                           Step{"payment", "draft", "approved"},
                           Step{"payment", "rejected", "in_review"},
                           Step{"payment", "rejected", "approved"},
                           Step{"payment", "in_review", "approved"},
                           Step{"payment", "in_review", "rejected"},
                           Step{"payment", "in_review", "draft"},
                           Step{"payment", "draft", "void"},
                           Step{"payment", "rejected", "void"},
                           Step{"payment", "approved", "void"},
                           Step{"quote", "draft", "in_review"},
                           Step{"quote", "draft", "in_force"},
                           Step{"quote", "rejected", "in_review"},
                           Step{"quote", "rejected", "in_force"},
                           Step{"quote", "in_review", "in_force"},
                           Step{"quote", "in_review", "rejected"},
                           Step{"quote", "in_review", "draft"},
                           Step{"quote", "in_force", "accepted"},
                           Step{"quote", "in_force", "expired"},
                           Step{"quote", "draft", "void"},
                           Step{"quote", "rejected", "void"},
                           Step{"quote", "in_force", "void"},
                           Step{"quote", "expired", "void"},
                           Step{"invoice", "draft", "in_review"},
                           Step{"invoice", "draft", "waiting"},
                           Step{"invoice", "rejected", "in_review"},
                           Step{"invoice", "rejected", "waiting"},
                           Step{"invoice", "in_review", "waiting"},
                           Step{"invoice", "in_review", "rejected"},
                           Step{"invoice", "in_review", "draft"},
                           Step{"invoice", "waiting", "issued"},
                           Step{"invoice", "draft", "void"},
                           Step{"invoice", "rejected", "void"},
                           Step{"invoice", "waiting", "void"},
                           Step{"invoice", "issued", "void"},
                           Step{"invoice", "issued", "red"}};

}  // namespace

std::optional<std::int64_t> exact_quantity(double typed) {
    if (!(typed > 0) || typed > largest_quantity) return std::nullopt;
    return exact(typed, static_cast<double>(quantity_one));
}

std::optional<std::int64_t> exact_percent(double typed) {
    if (!(typed >= 0) || typed > 100) return std::nullopt;
    return exact(typed, 100);
}

std::string quantity_text(std::int64_t quantity) {
    auto rest = std::to_string(quantity % quantity_one);
    rest.insert(0, 4 - rest.size(), '0');
    return std::to_string(quantity / quantity_one) + "." + rest;
}

Money subtotal_of(UnitPrice price, std::int64_t quantity, std::int64_t discount_bp) {
    return price.times(quantity * (whole_bp - discount_bp), quantity_one * whole_bp);
}

UnitPrice net_price(UnitPrice price, std::int64_t discount_bp) {
    return price.scaled(whole_bp - discount_bp, whole_bp);
}

bool is_affordable(UnitPrice price, std::int64_t quantity) {
    constexpr auto most_fen = 1e14;  // of a line: a trillion yuan
    return static_cast<double>(price.e4()) / 100 * (static_cast<double>(quantity) / quantity_one) <= most_fen;
}

WholeSum whole_sum(Money lines, std::int64_t discount_bp) {
    auto const amount = lines.scaled(whole_bp - discount_bp, whole_bp);
    return {lines, lines - amount, amount};
}

std::optional<Fit> fit_lines(Money lines, std::int64_t discount_bp, Money amount) {
    auto fit = Fit{discount_bp, {}};
    auto const costs = [&] { return whole_sum(lines + fit.extra, fit.discount_bp).amount; };
    if (costs() > amount) {
        fit.discount_bp = whole_bp - Money::from_fen(whole_bp).scaled(amount.fen(), lines.fen()).fen();
        while (costs() > amount) ++fit.discount_bp;
    }
    if (costs() == amount) return fit;
    if (fit.discount_bp == whole_bp) return std::nullopt;
    fit.extra = (amount - costs()).scaled(whole_bp, whole_bp - fit.discount_bp);
    auto const fen = Money::from_fen(1);
    while (costs() < amount) fit.extra = fit.extra + fen;
    while (costs() > amount) fit.extra = fit.extra - fen;
    return fit;
}

std::vector<Money> equal_amounts(Money total, int count) {
    auto const each = Money::from_fen(total.fen() / count);
    auto amounts = std::vector<Money>(static_cast<std::size_t>(count), each);
    amounts.back() = total - Money::from_fen(each.fen() * (count - 1));
    return amounts;
}

bool may_become(std::string_view kind, std::string_view from, std::string_view to) {
    return std::ranges::any_of(
        steps, [&](Step const& step) { return step.kind == kind && step.from == from && step.to == to; });
}

std::string_view status_label(std::string_view status) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> labels{{{"draft", "草稿"},
                                                                                    {"in_review", "审核中"},
                                                                                    {"in_force", "已生效"},
                                                                                    {"executing", "执行中"},
                                                                                    {"completed", "已完成"},
                                                                                    {"rejected", "已驳回"},
                                                                                    {"void", "已作废"},
                                                                                    {"approved", "已通过"},
                                                                                    {"expired", "已到期"},
                                                                                    {"terminated", "已终止"},
                                                                                    {"accepted", "已接受"},
                                                                                    {"waiting", "待开票"},
                                                                                    {"issued", "已开票"},
                                                                                    {"red", "已红冲"}}};
    for (auto const& [name, label] : labels)
        if (name == status) return label;
    return status;
}

std::vector<Allocation> allocate(std::vector<PlanFigures> plans, std::vector<PaymentFigures> payments) {
    std::ranges::sort(plans, {}, [](PlanFigures const& p) {
        return std::tuple{std::chrono::sys_days{p.due_on}, p.period};
    });
    std::ranges::sort(payments, {}, [](PaymentFigures const& p) {
        return std::tuple{std::chrono::sys_days{p.paid_on}, p.id};
    });
    auto refunded = std::map<std::int64_t, Money>{};
    for (auto const& payment : payments)
        if (payment.refund_of) refunded[*payment.refund_of] = refunded[*payment.refund_of] + payment.amount;
    auto open = std::map<std::int64_t, Money>{};
    for (auto const& plan : plans) open[plan.id] = plan.amount;
    auto given = std::map<std::pair<std::int64_t, std::int64_t>, Money>{};
    auto const give = [&](std::int64_t payment, std::int64_t plan, Money rest) {
        auto const part = std::min(rest, open[plan]);
        if (part <= nothing) return nothing;
        open[plan] = open[plan] - part;
        given[{payment, plan}] = given[{payment, plan}] + part;
        return part;
    };
    for (auto const& payment : payments) {
        if (payment.refund_of) continue;
        auto rest = payment.amount + refunded[payment.id];
        if (payment.plan && open.contains(*payment.plan)) rest = rest - give(payment.id, *payment.plan, rest);
        for (auto const& plan : plans) rest = rest - give(payment.id, plan.id, rest);
    }
    auto result = std::vector<Allocation>{};
    for (auto const& [key, amount] : given) result.push_back({key.first, key.second, amount});
    return result;
}

std::string_view plan_status(Money amount, Money received, Date due_on, Date today, bool is_live) {
    if (received >= amount) return "done";
    if (is_live && std::chrono::sys_days{due_on} < std::chrono::sys_days{today}) return "overdue";
    if (received > nothing) return "partial";
    return is_live ? "waiting" : "pending";
}

}  // namespace wescrm::sales
