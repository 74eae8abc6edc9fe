#include "recycling.hpp"

#include <algorithm>

namespace wescrm::sales {
namespace {

using std::chrono::sys_days;

bool contains(std::vector<std::string> const& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_exempt(EntryRule const& rule, EntryFacts const& facts) {
    auto const& exempt = rule.exempt;
    return facts.is_protected || (facts.is_closed && contains(exempt, "closed")) ||
           (facts.has_open_opportunity && contains(exempt, "open_opportunity")) ||
           (facts.has_unpaid_plan && contains(exempt, "unpaid_plan")) ||
           (facts.has_running_contract && contains(exempt, "running_contract")) ||
           (facts.is_in_approval && contains(exempt, "in_approval")) ||
           (!facts.level.empty() && contains(exempt, "level:" + facts.level));
}

bool concerns(EntryRule const& rule, EntryFacts const& facts) {
    if (!rule.level.empty() && rule.level != facts.level) return false;
    if (!rule.origins.empty() && !contains(rule.origins, facts.acquired_kind)) return false;
    return !is_exempt(rule, facts);
}

Date later(Date day, std::optional<Date> const& other) { return other ? std::max(day, *other) : day; }

}  // namespace

std::optional<Date> counted_follow(EntryRule const& rule, EntryFacts const& facts) {
    if (rule.counted == CountedFollowUps{}) return facts.last_follow;
    auto const found = facts.counted.find(rule.counted);
    return found == facts.counted.end() ? std::nullopt : std::optional{found->second};
}

Date days_after(Date day, int count, bool only_working, IsWorkingDay const& is_working) {
    if (!only_working) return add_days(day, count);
    for (auto left = count; left > 0;) {
        day = add_days(day, 1);
        if (is_working(day)) --left;
    }
    return day;
}

std::optional<Date> due_by(EntryRule const& rule, EntryFacts const& facts, IsWorkingDay const& is_working) {
    if (!concerns(rule, facts)) return std::nullopt;
    auto const after = [&](Date day, int count) {
        return days_after(day, count, rule.counts_working_days, is_working);
    };
    switch (rule.kind) {
        case EntryKind::no_follow: {
            auto due = after(facts.acquired, rule.days);
            if (auto const last = counted_follow(rule, facts))
                due = std::max(due, after(*last, rule.renewal_days.value_or(rule.days)));
            if (rule.max_days) due = std::min(due, after(facts.acquired, *rule.max_days));
            return due;
        }
        case EntryKind::follow_count:
            return after(later(facts.acquired, counted_follow(rule, facts)), rule.days);
        case EntryKind::no_deal:
            return after(later(facts.acquired, facts.last_deal), rule.days);
        case EntryKind::no_opportunity:
            return after(later(facts.acquired, facts.last_opportunity), rule.days);
        case EntryKind::first_follow:
            if (facts.last_follow) return std::nullopt;
            return after(facts.acquired, rule.days);
        case EntryKind::contract_end:
            if (!facts.contract_end) return std::nullopt;
            return after(later(facts.acquired, facts.contract_end), rule.days);
    }
    return std::nullopt;
}

std::optional<EntryDue> due_of(std::vector<EntryRule> const& rules, EntryFacts const& facts,
                               IsWorkingDay const& is_working) {
    auto earliest = std::optional<EntryDue>{};
    for (auto const& rule : rules) {
        auto const due = due_by(rule, facts, is_working);
        if (due && (!earliest || *due < earliest->day)) earliest = EntryDue{*due, &rule};
    }
    if (earliest) earliest->day = later(add_days(earliest->day, facts.extra_days), facts.floor);
    return earliest;
}

int shortest_step(std::vector<int> const& warn_days) {
    auto const shortest = std::min_element(warn_days.begin(), warn_days.end());
    return shortest == warn_days.end() ? 1 : std::max(1, *shortest);
}

NightDecision decide(Date due, std::vector<int> const& warn_days, std::vector<Warning> const& warnings, Date run,
                     IsWorkingDay const& is_working) {
    auto const shortest = shortest_step(warn_days);
    if (run > due) {
        auto const first =
            std::find_if(warnings.begin(), warnings.end(), [](auto const& one) { return one.delivered; });
        if (first == warnings.end()) return {NightAction::postpone, shortest, add_days(run, shortest)};
        auto const may_go = std::any_of(warnings.begin(), warnings.end(), [&](auto const& one) {
            return one.delivered && add_days(*one.delivered, shortest) <= run;
        });
        return {may_go && is_working(run) ? NightAction::recycle : NightAction::nothing, 0, {}};
    }
    auto step = std::optional<int>{};
    for (auto const days : warn_days.empty() ? std::vector{1} : warn_days)
        if (add_days(due, -days) <= run && (!step || days < *step)) step = days;
    auto const is_new =
        step && std::none_of(warnings.begin(), warnings.end(), [&](auto const& one) { return one.step <= *step; });
    return is_new ? NightDecision{NightAction::warn, *step, {}} : NightDecision{};
}

std::optional<Date> foreseen(Date due, std::vector<int> const& warn_days, std::vector<Warning> warnings, Date first,
                             Date last, IsWorkingDay const& is_working) {
    for (auto run = first; run <= last; run = add_days(run, 1)) {
        auto const what = decide(due, warn_days, warnings, run, is_working);
        if (what.action == NightAction::recycle) return run;
        if (what.action == NightAction::postpone) {
            due = what.due;
            warnings.clear();
        }
        if (what.action == NightAction::warn || what.action == NightAction::postpone)
            warnings.push_back({what.step, run});
    }
    return std::nullopt;
}

}  // namespace wescrm::sales
