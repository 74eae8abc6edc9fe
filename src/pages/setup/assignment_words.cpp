#include "assignment_words.hpp"

#include "../org_forms.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <array>

namespace wescrm::pages::assignment {
namespace {

std::string title_in(record::Words const& words, std::string const& value) {
    for (auto const& word : words)
        if (word.value == value) return std::string{word.title};
    return {};
}

std::string hours_of(json::Value const& rule) {
    auto const from = text_of(rule, "time_from");
    auto const to = text_of(rule, "time_to");
    if (from.empty() && to.empty()) return {};
    return (from.empty() ? "00:00" : from) + "–" + (to.empty() ? "24:00" : to);
}

}  // namespace

record::Words modes() {
    return {{"round_robin", "轮流"},
            {"weighted", "按权重"},
            {"least_open", "给未完成线索最少的人"},
            {"match", "推荐最合适的人"}};
}
record::Words days() { return {{"any", "每天"}, {"working", "工作日"}, {"free", "休息日"}}; }

std::string words_of(json::Value const& item, std::string_view member) {
    auto words = std::vector<std::string>{};
    if (auto const* list = json::find(item, member); list && list->IsArray())
        for (auto const& word : list->GetArray()) words.emplace_back(json::view(word));
    return text::join(words, "、");
}

std::string Names::of(std::string const& user) {
    auto const known = known_.find(user);
    if (known != known_.end()) return known->second;
    auto const found = call_.perform("employee.get", input_of({{"user_id", user}}));
    return known_.emplace(user, found ? text_of(*found, "name") : user).first->second;
}

std::string conditions_of(json::Value const& rule) {
    constexpr auto lists = std::array<std::pair<std::string_view, std::string_view>, 6>{{{"sources", "来源"},
                                                                                         {"channels", "渠道"},
                                                                                         {"provinces", "省份"},
                                                                                         {"cities", "城市"},
                                                                                         {"intended", "意向产品含"},
                                                                                         {"tags", "标签"}}};
    auto parts = std::vector<std::string>{};
    for (auto const& [member, title] : lists)
        if (auto const words = words_of(rule, member); !words.empty())
            parts.push_back(std::string{title} + "：" + words);
    auto const on = text_of(rule, "days");
    auto when = on == "any" ? std::string{} : title_in(days(), on);
    if (auto const hours = hours_of(rule); !hours.empty()) when += (when.empty() ? "" : " ") + hours;
    if (!when.empty()) parts.push_back(std::move(when));
    return parts.empty() ? "全部线索" : text::join(parts, " · ");
}

std::string people_of(Names& names, json::Value const& rule) {
    auto const mode = text_of(rule, "mode");
    auto people = std::vector<std::string>{};
    for (auto const& member : rule["members"].GetArray()) {
        auto one = names.of(text_of(member, "user_id"));
        if (mode == "weighted") one += " " + number_of(member, "weight");
        if (!json::find_bool(member, "on_duty").value_or(true)) one += "（停）";
        people.push_back(std::move(one));
    }
    return title_in(modes(), mode) + "：" + (people.empty() ? "还没有人" : text::join(people, "、"));
}

}  // namespace wescrm::pages::assignment
