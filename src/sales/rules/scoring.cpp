#include "scoring.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

constexpr int highest = 100;

std::string text_of(ScoredLead const& lead, std::string_view fact) {
    auto const found = lead.texts.find(fact);
    return found == lead.texts.end() ? std::string{} : std::string{text::trim(found->second)};
}

std::int64_t number_of(ScoredLead const& lead, std::string_view fact) {
    auto const found = lead.numbers.find(fact);
    return found == lead.numbers.end() ? 0 : found->second;
}

bool is_known(ScoredLead const& lead, std::string_view fact) {
    if (fact == "wechat_or_email") return !text_of(lead, "wechat").empty() || !text_of(lead, "email").empty();
    auto const* known = find_score_fact(fact);
    return known && known->is_number ? number_of(lead, fact) > 0 : !text_of(lead, fact).empty();
}

}  // namespace

std::vector<ScoreFact> const& score_facts() {
    static auto const all = std::vector<ScoreFact>{{"source", "来源"},
                                                   {"channel", "渠道"},
                                                   {"level", "级别"},
                                                   {"province", "省份"},
                                                   {"city", "城市"},
                                                   {"intended", "意向产品"},
                                                   {"company", "公司"},
                                                   {"position", "职务"},
                                                   {"mobile", "手机"},
                                                   {"phone", "电话"},
                                                   {"wechat", "微信"},
                                                   {"email", "邮箱"},
                                                   {"wechat_or_email", "微信或邮箱"},
                                                   {"remark", "备注"},
                                                   {"next_contact_at", "下次联系时间"},
                                                   {"followups", "跟进次数", true}};
    return all;
}

ScoreFact const* find_score_fact(std::string_view name) {
    auto const found = std::ranges::find(score_facts(), name, &ScoreFact::name);
    return found == score_facts().end() ? nullptr : &*found;
}

bool matches(ScoringRule const& rule, ScoredLead const& lead) {
    if (rule.test == ScoreTest::known) return is_known(lead, rule.fact);
    if (rule.test == ScoreTest::at_least) return rule.least && number_of(lead, rule.fact) >= *rule.least;
    auto const text = text_of(lead, rule.fact);
    if (text.empty()) return false;
    return std::ranges::any_of(rule.words, [&](std::string const& word) {
        if (word.empty()) return false;
        return rule.test == ScoreTest::is ? text == word : text.find(word) != std::string::npos;
    });
}

Score score_of(std::vector<ScoringRule> const& rules, ScoredLead const& lead) {
    auto score = Score{};
    auto sum = 0;
    for (auto const& rule : rules) {
        if (!matches(rule, lead)) continue;
        sum += rule.points;
        score.reasons.push_back({rule.name, rule.points});
    }
    score.value = std::clamp(sum, 0, highest);
    return score;
}

}  // namespace wescrm::sales
