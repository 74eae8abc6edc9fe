#include "../figures.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <array>

// 查重规则: what the company takes for the same, written like sentences; one page per kind of record.
namespace wescrm::pages {
namespace {

constexpr std::string_view duplicate_rules_path = "/admin/duplicates";
constexpr auto managing = "duplicate.manage";
constexpr int most_duplicate_rules = 20;
constexpr int most_groups = 10;

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

/// What the page offers for one kind of record.
struct DuplicateRuleOffer {
    std::string_view object;
    std::string_view title;
    Pairs kinds;
    Pairs compare;
};

std::vector<DuplicateRuleOffer> const& offers() {
    static auto const business = Pairs{{"customer", "有负责人的客户"}, {"pool", "公海客户"}, {"lead", "线索"}};
    static auto const all = std::vector<DuplicateRuleOffer>{{"customer",
                                                             "客户",
                                                             {{"name_core", "名称"},
                                                              {"name", "全称"},
                                                              {"credit_code", "信用代码"},
                                                              {"mobile", "手机"},
                                                              {"phone", "任一电话"}},
                                                             business},
                                                            {"lead",
                                                             "线索",
                                                             {{"name_core", "公司名称"},
                                                              {"name", "公司全称"},
                                                              {"person", "公司和联系人"},
                                                              {"mobile", "手机"},
                                                              {"phone", "任一电话"},
                                                              {"email", "邮箱"},
                                                              {"wechat", "微信"}},
                                                             business},
                                                            {"contact",
                                                             "联系人",
                                                             {{"customer_mobile", "同一客户下的手机"},
                                                              {"customer_name", "同一客户下的姓名"},
                                                              {"name", "姓名"},
                                                              {"mobile", "手机"},
                                                              {"phone", "任一电话"},
                                                              {"email", "邮箱"},
                                                              {"wechat", "微信"}},
                                                             {{"contact", "联系人"}}}};
    return all;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> entries{{{"manual", "页面录入"},
                                                                                {"chat", "对话录入"},
                                                                                {"import", "导入"},
                                                                                {"api", "接口"},
                                                                                {"conversion", "线索转化"},
                                                                                {"claim", "公海领取"}}};

record::Words actions_for(std::string_view entry) {
    if (entry == "claim") return {{"allow", "放行"}, {"warn", "提醒"}, {"block", "拦截"}};
    return {{"block", "拦截"}, {"warn", "提醒"}, {"allow", "放行"}};
}

DuplicateRuleOffer const& offer_of(std::string_view object) {
    for (auto const& offer : offers())
        if (offer.object == object) return offer;
    return offers().front();
}

bool has_word(json::Value const* list, std::string_view word) {
    if (!list || !list->IsArray()) return false;
    for (auto const& one : list->GetArray())
        if (json::view(one) == word) return true;
    return false;
}

std::string at_rule(int rule, std::string const& member) { return "rule." + std::to_string(rule) + "." + member; }
std::string at_group(int rule, int group, std::string_view kind) {
    return at_rule(rule, "g" + std::to_string(group) + "." + std::string{kind});
}

// ---- shown

json::Value duplicate_rule_group_row(DuplicateRuleOffer const& offer, int rule, int group,
                                     json::Value const* conditions, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    json::set(row, "g_word", group == 0 ? "当" : "或", allocator);
    json::set(row, "g_label", "第 " + std::to_string(group + 1) + " 组条件", allocator);
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& [kind, title] : offer.kinds) {
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "k_name", at_group(rule, group, kind), allocator);
        json::set(box, "k_title", title, allocator);
        json::set(box, "k_on", json::Value{has_word(conditions, kind)}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    json::set(row, "g_kinds", std::move(boxes), allocator);
    return row;
}

json::Value compare_boxes(DuplicateRuleOffer const& offer, int rule, json::Value const* compare,
                          json::Allocator& allocator) {
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& [with, title] : offer.compare) {
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "w_name", at_rule(rule, "with." + std::string{with}), allocator);
        json::set(box, "w_title", title, allocator);
        json::set(box, "w_on", json::Value{has_word(compare, with) || offer.compare.size() == 1}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    return boxes;
}

json::Value entry_choices(DuplicateRuleOffer const& offer, int rule, json::Value const* actions,
                          json::Allocator& allocator) {
    auto choices = json::Value{rapidjson::kArrayType};
    for (auto const& [entry, title] : entries) {
        if (entry == "claim" && offer.object == "contact") continue;
        auto chosen = actions ? text_of(*actions, entry) : std::string{};
        if (chosen.empty()) chosen = entry == "claim" ? "allow" : "block";
        auto choice = json::Value{rapidjson::kObjectType};
        json::set(choice, "e_name", at_rule(rule, "do." + std::string{entry}), allocator);
        json::set(choice, "e_title", title, allocator);
        json::set(choice, "e_actions", record::choices_of(actions_for(entry), chosen, allocator), allocator);
        choices.PushBack(std::move(choice), allocator);
    }
    return choices;
}

json::Value rule_row(DuplicateRuleOffer const& offer, int number, json::Value const& rule, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const is_new = rule.ObjectEmpty();
    json::set(row, "r_at", at_rule(number, ""), allocator);
    json::set(row, "r_number", std::to_string(number + 1), allocator);
    json::set(row, "r_new", json::Value{is_new}, allocator);
    json::set(row, "r_name", text_of(rule, "name"), allocator);
    json::set(row, "r_on", json::Value{json::find_bool(rule, "enabled").value_or(true)}, allocator);
    auto groups = json::Value{rapidjson::kArrayType};
    auto count = 0;
    if (auto const* stored = json::find(rule, "groups"); stored && stored->IsArray())
        for (auto const& group : stored->GetArray())
            groups.PushBack(
                duplicate_rule_group_row(offer, number, count++, json::find(group, "conditions"), allocator),
                allocator);
    if (count < most_groups)
        groups.PushBack(duplicate_rule_group_row(offer, number, count, nullptr, allocator), allocator);
    json::set(row, "r_groups", std::move(groups), allocator);
    json::set(row, "r_compare", compare_boxes(offer, number, json::find(rule, "compare"), allocator), allocator);
    json::set(row, "r_entries", entry_choices(offer, number, json::find(rule, "actions"), allocator), allocator);
    return row;
}

json::Value tabs(DuplicateRuleOffer const& current, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& offer : offers()) {
        auto tab = json::Value{rapidjson::kObjectType};
        json::set(tab, "tab_href", std::string{duplicate_rules_path} + "?object=" + std::string{offer.object},
                  allocator);
        json::set(tab, "tab_title", offer.title, allocator);
        json::set(tab, "tab_current", json::Value{offer.object == current.object}, allocator);
        list.PushBack(std::move(tab), allocator);
    }
    return list;
}

/// `rules`: DuplicateRules, as stored or as typed.
web::View duplicate_rule_view(DuplicateRuleOffer const& offer, json::Value const& rules) {
    auto view = web::View{};
    view.page = "setup/duplicate_rules";
    view.title = "查重规则";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "tabs", tabs(offer, allocator), allocator);
    json::set(view.data, "object", offer.object, allocator);
    json::set(view.data, "object_title", offer.title, allocator);
    json::set(view.data, "version", std::to_string(json::find_integer(rules, "version").value_or(0)), allocator);
    json::set(view.data, "is_default", json::Value{json::find_bool(rules, "is_default").value_or(false)}, allocator);
    json::set(view.data, "shows_name", json::Value{json::find_bool(rules, "shows_name").value_or(false)}, allocator);
    json::set(view.data, "shows_owner", json::Value{json::find_bool(rules, "shows_owner").value_or(true)}, allocator);
    auto rows = json::Value{rapidjson::kArrayType};
    auto count = 0;
    if (auto const* list = json::find(rules, "rules"); list && list->IsArray())
        for (auto const& rule : list->GetArray()) rows.PushBack(rule_row(offer, count++, rule, allocator), allocator);
    auto const empty = json::Value{rapidjson::kObjectType};
    if (count < most_duplicate_rules) rows.PushBack(rule_row(offer, count++, empty, allocator), allocator);
    json::set(view.data, "rows", std::move(rows), allocator);
    json::set(view.data, "row_count", std::to_string(count), allocator);
    json::set(view.data, "tried", json::Value{rapidjson::kArrayType}, view.data.GetAllocator());
    return view;
}

Result<web::View> show_duplicate_rules(web::PageCall& call) {
    auto const& offer = offer_of(call.value("object"));
    auto const found = call.perform("duplicate_rule.show", input_of({{"object", std::string{offer.object}}}));
    if (!found) return found.error();
    auto view = duplicate_rule_view(offer, *found);
    if (call.value("done") == "saved") view.toast = "已保存，立即生效";
    if (call.value("done") == "reset") view.toast = "已恢复为默认规则";
    return view;
}

// ---- typed

json::Value groups_typed(web::PageCall const& call, DuplicateRuleOffer const& offer, int rule,
                         json::Allocator& allocator) {
    auto groups = json::Value{rapidjson::kArrayType};
    for (auto group = 0; group < most_groups; ++group) {
        auto conditions = json::Value{rapidjson::kArrayType};
        for (auto const& [kind, title] : offer.kinds)
            if (!call.value(at_group(rule, group, kind)).empty())
                conditions.PushBack(json::make_string(kind, allocator), allocator);
        if (conditions.Empty()) continue;
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "conditions", std::move(conditions), allocator);
        groups.PushBack(std::move(one), allocator);
    }
    return groups;
}

json::Value rule_typed(web::PageCall const& call, DuplicateRuleOffer const& offer, int number,
                       json::Allocator& allocator) {
    auto rule = json::Value{rapidjson::kObjectType};
    json::set(rule, "name", text::trim(call.value(at_rule(number, "name"))), allocator);
    json::set(rule, "enabled", json::Value{!call.value(at_rule(number, "on")).empty()}, allocator);
    json::set(rule, "groups", groups_typed(call, offer, number, allocator), allocator);
    auto compare = json::Value{rapidjson::kArrayType};
    for (auto const& [with, title] : offer.compare)
        if (!call.value(at_rule(number, "with." + std::string{with})).empty())
            compare.PushBack(json::make_string(with, allocator), allocator);
    json::set(rule, "compare", std::move(compare), allocator);
    auto actions = json::Value{rapidjson::kObjectType};
    for (auto const& [entry, title] : entries) {
        auto const chosen = call.value(at_rule(number, "do." + std::string{entry}));
        json::set(actions, entry, chosen.empty() ? "allow" : chosen, allocator);
    }
    json::set(rule, "actions", std::move(actions), allocator);
    return rule;
}

// Rules without a name and without conditions are the empty one at the end, or were emptied to be deleted.
json::Document rules_typed(web::PageCall const& call, DuplicateRuleOffer const& offer) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto rules = json::Value{rapidjson::kArrayType};
    for (auto number = 0; number < most_duplicate_rules + 1; ++number) {
        if (!call.value(at_rule(number, "gone")).empty()) continue;
        auto rule = rule_typed(call, offer, number, allocator);
        if (text_of(rule, "name").empty() && rule["groups"].Empty()) continue;
        rules.PushBack(std::move(rule), allocator);
    }
    json::set(input, "object", offer.object, allocator);
    json::set(input, "rules", std::move(rules), allocator);
    return input;
}

json::Document settings_typed(web::PageCall& call, DuplicateRuleOffer const& offer) {
    auto input = rules_typed(call, offer);
    auto& allocator = input.GetAllocator();
    json::set(input, "shows_name", json::Value{!call.value("shows_name").empty()}, allocator);
    json::set(input, "shows_owner", json::Value{!call.value("shows_owner").empty()}, allocator);
    add_version(call, input);
    return input;
}

void add_problem(web::View& view, Error const& problem) {
    auto& allocator = view.data.GetAllocator();
    view.status = problem.code == Errc::invalid_input ? 422 : 409;
    json::set(view.data, "problem", problem.message, allocator);
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : problem.fields)
        if (field.message != problem.message || problem.fields.size() > 1)
            list.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "problems", std::move(list), allocator);
}

Result<web::View> save_duplicate_rules(web::PageCall& call) {
    auto const& offer = offer_of(call.path("object"));
    auto const input = settings_typed(call, offer);
    auto const done = call.perform("duplicate_rule.change", input);
    if (done)
        return web::View::to(std::string{duplicate_rules_path} + "?object=" + std::string{offer.object} +
                             "&done=saved");
    if (done.error().code == Errc::unavailable) return done.error();
    auto view = duplicate_rule_view(offer, input);
    add_problem(view, done.error());
    return view;
}

Result<web::View> preview_duplicate_rule(web::PageCall& call) {
    auto const& offer = offer_of(call.path("object"));
    auto const settings = settings_typed(call, offer);
    auto const counted = call.perform("duplicate_rule.preview", rules_typed(call, offer));
    if (!counted && counted.error().code == Errc::unavailable) return counted.error();
    auto view = duplicate_rule_view(offer, settings);
    if (!counted) {
        add_problem(view, counted.error());
        return view;
    }
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& item : (*counted)["items"].GetArray()) {
        auto line = json::Value{rapidjson::kObjectType};
        auto const pairs = json::find_integer(item, "pairs").value_or(0);
        json::set(line, "t_name", text_of(item, "name"), allocator);
        json::set(line, "t_pairs",
                  with_thousands(pairs) + (json::find_bool(item, "is_more").value_or(false) ? " 对以上" : " 对"),
                  allocator);
        list.PushBack(std::move(line), allocator);
    }
    view.data["tried"] = std::move(list);
    return view;
}

Result<web::View> reset(web::PageCall& call) {
    auto const& offer = offer_of(call.path("object"));
    auto input = input_of({{"object", std::string{offer.object}}});
    add_version(call, input);
    auto const done = call.perform("duplicate_rule.reset", input);
    if (!done) return done.error();
    return web::View::to(std::string{duplicate_rules_path} + "?object=" + std::string{offer.object} + "&done=reset");
}

}  // namespace

void add_duplicate_rules(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{duplicate_rules_path};
    pages.add(web::PageRoute{Method::get, path, managing, show_duplicate_rules});
    pages.add(web::PageRoute{Method::post, path + "/{object}", managing, save_duplicate_rules});
    pages.add(web::PageRoute{Method::post, path + "/{object}/preview", managing, preview_duplicate_rule});
    pages.add(web::PageRoute{Method::post, path + "/{object}/reset", managing, reset});
    pages.add(web::NavigationItem{path, "查重规则", "shield", managing, "管理"});
}

}  // namespace wescrm::pages
