#include "answer.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::language {

Answer::Answer(std::string intent, double confidence) {
    understood_.intent = std::move(intent);
    understood_.confidence = confidence;
    understood_.slots.SetObject();
}

Answer& Answer::with(char const* slot, std::string const& value) {
    if (!value.empty()) json::set(understood_.slots, slot, value, understood_.slots.GetAllocator());
    return *this;
}

Answer& Answer::with(char const* slot, std::int64_t value) {
    json::set(understood_.slots, slot, json::Value{value}, understood_.slots.GetAllocator());
    return *this;
}

Answer& Answer::with(char const* slot, std::optional<std::int64_t> value) { return value ? with(slot, *value) : *this; }

Answer& Answer::with_flag(char const* slot, bool value) {
    if (value) json::set(understood_.slots, slot, json::Value{true}, understood_.slots.GetAllocator());
    return *this;
}

Answer& Answer::with_set_flag(char const* field) {
    auto& allocator = understood_.slots.GetAllocator();
    auto object = json::Value{rapidjson::kObjectType};
    json::set(object, field, json::Value{true}, allocator);
    json::set(understood_.slots, "set", std::move(object), allocator);
    return *this;
}

Answer& Answer::with_set(char const* field, std::string const& value) {
    auto& allocator = understood_.slots.GetAllocator();
    auto object = json::Value{rapidjson::kObjectType};
    json::set(object, field, value, allocator);
    json::set(understood_.slots, "set", std::move(object), allocator);
    return *this;
}

Answer& Answer::with_set(char const* field, std::int64_t value) {
    auto& allocator = understood_.slots.GetAllocator();
    auto object = json::Value{rapidjson::kObjectType};
    json::set(object, field, json::Value{value}, allocator);
    json::set(understood_.slots, "set", std::move(object), allocator);
    return *this;
}

void Filled::add(std::string name, std::string value, Part part) {
    slots.emplace_back(std::move(name), std::move(value));
    taken.push_back(part);
}

bool Filled::has(std::string_view name) const {
    return std::any_of(slots.begin(), slots.end(), [&](auto const& slot) { return slot.first == name; });
}

bool is_moment(EntityValue const& value) {
    return std::holds_alternative<DateValue>(value) || std::holds_alternative<MomentValue>(value);
}
bool has_date(EntityValue const& value) { return is_moment(value) || std::holds_alternative<RangeValue>(value); }
Part part_of(Entity const& entity) { return {entity.offset, entity.offset + entity.length}; }

std::string period_of(Entity const& entity) {
    auto const* range = entity.period ? &*entity.period : std::get_if<RangeValue>(&entity.value);
    if (range)
        return format_date(range->start.date) + ".." + format_date(add_days(range->end.date, range->is_dates ? -1 : 0));
    if (auto const* day = std::get_if<DateValue>(&entity.value))
        return format_date(day->date) + ".." + format_date(day->date);
    return {};
}

std::string period_in(Sentence const& s, Lean lean) {
    for (auto const& entity : s.entities(lean))
        if (auto period = period_of(entity); !period.empty()) return period;
    return {};
}

namespace {

// A label's words as the value of its slot: a phone's digits, a moment.
std::string slot_value(Sentence const& s, Labelled const& label) {
    auto const is_date = label.field == "next_contact_at";
    if (!is_date && label.field != "mobile") return label.value;
    for (auto const& entity : find_entities(label.value, s.reference(is_date ? Lean::future : Lean::none))) {
        if (is_date && has_date(entity.value)) return format_moment(entity.value);
        if (auto const* phone = std::get_if<PhoneValue>(&entity.value); phone && !is_date) return phone->digits;
    }
    return label.value;
}

bool is_inside(Part const& part, std::vector<Part> const& others) {
    return std::any_of(others.begin(), others.end(),
                       [&](Part const& other) { return part.first >= other.first && part.first < other.second; });
}

}  // namespace

Filled fill(Sentence const& s, std::size_t from) {
    auto filled = Filled{};
    for (auto const& label : labelled_values(s.text(), from))
        filled.add(label.field, slot_value(s, label), {label.from, label.to});
    for (auto const& entity : s.entities(Lean::future, from)) {
        if (is_inside(part_of(entity), filled.taken)) continue;
        if (auto const* phone = std::get_if<PhoneValue>(&entity.value); phone && !filled.has("mobile"))
            filled.add("mobile", phone->digits, part_of(entity));
        if (auto const* email = std::get_if<EmailValue>(&entity.value); email && !filled.has("email"))
            filled.add("email", email->address, part_of(entity));
    }
    return filled;
}

std::optional<Plan> plan_in(Sentence const& s, std::size_t from) {
    static constexpr std::array<std::u32string_view, 22> actions{
        U"再联系", U"联系", U"回访",   U"复访",   U"跟进", U"拜访", U"过去", U"再谈", U"签合同", U"见面", U"沟通",
        U"再约",   U"问",   U"打电话", U"给报价", U"再看", U"上门", U"签",   U"演示", U"给答复", U"再聊", U"见"};
    auto found = std::optional<Plan>{};
    auto const today = s.reference(Lean::none).zone.date(s.reference(Lean::none).sent_at);
    for (auto const& entity : s.entities(Lean::future, from)) {
        if (!is_moment(entity.value)) continue;
        auto const moment = format_moment(entity.value);
        auto const rest = s.normal().substr(std::min(part_of(entity).second, s.normal().size()));
        auto const is_action = std::any_of(actions.begin(), actions.end(), [&](auto word) {
            return rest.substr(0, word.size() + 2).find(word) != std::u32string_view::npos;
        });
        if (moment.substr(0, 10) > format_date(today) && (is_action || rest.size() < 8))
            found = Plan{moment, {entity.offset, s.normal().size()}};
    }
    return found;
}

void take_plan(Sentence const& s, std::size_t from, Filled& filled) {
    if (filled.has("next_contact_at")) return;
    if (auto const plan = plan_in(s, from)) filled.add("next_contact_at", plan->moment, plan->clause);
}

std::optional<FoundAmount> amount_in(Sentence const& s, std::size_t from) {
    auto const entities = s.entities(Lean::none, from);
    for (auto const& entity : entities)
        if (auto const* money = std::get_if<MoneyValue>(&entity.value))
            return FoundAmount{money->fen, money->is_approximate, part_of(entity)};
    // A bare number in digits of its own, where nothing else can be meant: 商机 绿源 5000.
    for (auto const& entity : entities) {
        auto const* number = std::get_if<NumberValue>(&entity.value);
        auto const [begin, end] = part_of(entity);
        auto const stands_apart = (begin == 0 || is_separator(s.text()[begin - 1])) &&
                                  (end == s.text().size() || is_separator(s.text()[end]));
        if (number && stands_apart && number->value >= 1 && number->value < 1e12)
            return FoundAmount{static_cast<std::int64_t>(number->value * 100 + 0.5), false, part_of(entity)};
    }
    return std::nullopt;
}

std::optional<std::pair<std::string, Part>> date_in(Sentence const& s, Lean lean, std::size_t from) {
    for (auto const& entity : s.entities(lean, from))
        if (has_date(entity.value)) return std::pair{format_moment(entity.value), part_of(entity)};
    return std::nullopt;
}

std::optional<Part> find_any(Sentence const& s, std::initializer_list<std::u32string_view> words, std::size_t from) {
    auto found = std::optional<Part>{};
    for (auto word : words) {
        auto const at = s.normal().find(word, from);
        if (at == std::u32string_view::npos) continue;
        if (!found || at < found->first || (at == found->first && at + word.size() > found->second))
            found = Part{at, at + word.size()};
    }
    return found;
}

std::optional<Part> find_last(Sentence const& s, std::initializer_list<std::u32string_view> words) {
    auto found = std::optional<Part>{};
    for (auto word : words) {
        auto const at = s.normal().rfind(word);
        if (at == std::u32string_view::npos) continue;
        if (!found || at + word.size() > found->second || (at + word.size() == found->second && at < found->first))
            found = Part{at, at + word.size()};
    }
    return found;
}

bool has_any(Sentence const& s, std::initializer_list<std::u32string_view> words) {
    return find_any(s, words).has_value();
}

bool ends_with_any(Sentence const& s, std::initializer_list<std::u32string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto word) { return s.normal().ends_with(word); });
}

std::string clean_name(std::string name) {
    static constexpr auto heads = std::to_array<std::string_view>(
        {"把",   "将",     "给",   "让",   "查一下", "查下", "查询", "查看",     "查",   "看一下",
         "看下", "看看",   "看",   "找",   "客户",   "线索", "商机", "订单",     "合同", "任务",
         "待办", "联系人", "产品", "我的", "我们",   "那个", "这个", "公海里的", "公海", "那条",
         "这条", "申请",   "审批", "同事", "员工",   "的",   "下",   "一下",     "标签"});
    static constexpr auto tails = std::to_array<std::string_view>(
        {"那个合同", "合同", "订单", "的订单", "的合同",   "的",     "那条线索", "这条线索",
         "那条",     "这条", "那单", "那个",   "这个",     "客户的", "这个客户", "那个客户",
         "的线索",   "线索", "商机", "的商机", "也",       "我",     "都",       "的申请",
         "的任务",   "这项", "任务", "待办",   "那个订单", "这单",   "，"});
    static constexpr std::size_t shortest = 6;  // two characters stay
    name = without_fillers(std::move(name));
    for (auto again = true; again;) {
        again = false;
        for (auto head : heads)
            if (name.starts_with(head) && name.size() >= head.size() + shortest)
                name = without_fillers(name.substr(head.size())), again = true;
        for (auto tail : tails)
            if (name.ends_with(tail) && name.size() >= tail.size() + shortest)
                name = without_fillers(name.substr(0, name.size() - tail.size())), again = true;
    }
    for (auto const& [open, close] :
         {std::pair{"「", "」"}, std::pair{"“", "”"}, std::pair{"【", "】"}, std::pair{"\"", "\""}})
        if (name.size() > 6 && name.starts_with(open) && name.ends_with(close))
            return name.substr(std::string_view{open}.size(),
                               name.size() - std::string_view{open}.size() - std::string_view{close}.size());
    return name;
}

std::string name_between(Sentence const& s, std::size_t from, std::size_t to) {
    return from < to ? clean_name(s.original(from, to)) : std::string{};
}

std::string task_between(Sentence const& s, std::size_t from, std::size_t to) {
    auto name = from < to ? without_fillers(s.original(from, to)) : std::string{};
    for (std::string_view head : {"那个", "这个", "任务", "待办"})
        if (name.starts_with(head) && name.size() > head.size()) name = without_fillers(name.substr(head.size()));
    for (std::string_view tail : {"这项", "任务", "待办", "的"})
        if (name.ends_with(tail) && name.size() > tail.size())
            name = without_fillers(name.substr(0, name.size() - tail.size()));
    return name;
}

std::string person_between(Sentence const& s, std::size_t from, std::size_t to) {
    auto name = from < to ? without_fillers(s.original(from, to)) : std::string{};
    if (name == "我" || name == "自己" || name == "本人" || name == "我自己") return "me";
    return clean_name(std::move(name));
}

std::string residue(Sentence const& s, std::initializer_list<std::u32string_view> words, Lean lean,
                    std::vector<Part> taken) {
    auto rest = std::u32string{};
    for (auto const& entity : s.entities(lean))
        if (has_date(entity.value) || std::holds_alternative<DurationValue>(entity.value))
            taken.push_back(part_of(entity));
    auto longest = std::vector<std::u32string_view>(words);
    std::erase_if(longest, [](auto word) { return word.empty(); });
    std::sort(longest.begin(), longest.end(), [](auto a, auto b) { return a.size() > b.size(); });
    for (std::size_t at = 0; at < s.text().size();) {
        auto const covering = std::find_if(taken.begin(), taken.end(),
                                           [at](Part const& part) { return at >= part.first && at < part.second; });
        if (covering != taken.end()) {
            at = covering->second;
            continue;
        }
        auto const word = std::find_if(longest.begin(), longest.end(),
                                       [&](auto candidate) { return s.text().starts(at, candidate); });
        if (word != longest.end()) {
            at += word->size();
            continue;
        }
        if (!is_separator(s.text()[at])) rest += s.text()[at];
        ++at;
    }
    return to_utf8(rest);
}

std::string scope_of(Sentence const& s, std::string const& rest) {
    auto const word = to_code_points(rest);
    auto const is_name = word.size() >= 2 && word.size() <= 8;
    if (has_any(s, {U"下属", U"团队", U"手下"})) return "subordinates";
    if (has_any(s, {U"全公司", U"公司整体", U"整个公司"})) return "company";
    auto const is_department = is_name && (is_one_of(word.back(), U"部区组") || rest.ends_with("中心") ||
                                           rest.ends_with("分公司") || rest.ends_with("事业群"));
    if (is_department) return "department:" + rest;
    if (is_name && word.size() <= 4) return "employee:" + rest;
    return has_any(s, {U"我的", U"我"}) ? "self" : "";
}

std::string level_in(Sentence const& s, std::size_t from, Part* part) {
    for (auto at = from; at + 1 < s.text().size(); ++at) {
        if (s.text()[at] < U'a' || s.text()[at] > U'e' || (s.text()[at + 1] != U'类' && s.text()[at + 1] != U'级') ||
            (at > 0 && is_latin(s.text()[at - 1])))
            continue;
        if (part) *part = {at, at + 2};
        return std::string(1, static_cast<char>('A' + (s.text()[at] - U'a')));
    }
    return {};
}

bool is_honorific(std::u32string_view name) {
    static constexpr std::array<std::u32string_view, 17> titles{U"总",   U"经理", U"主任", U"老师", U"工",   U"处",
                                                                U"局",   U"院长", U"哥",   U"姐",   U"先生", U"女士",
                                                                U"小姐", U"老板", U"厂长", U"校长", U"董"};
    return name.size() <= 4 && name.size() >= 2 && std::any_of(titles.begin(), titles.end(), [&](auto title) {
               return name.ends_with(title) && name.size() > title.size();
           });
}

std::optional<Part> number_in(Sentence const& s, std::size_t from) {
    auto const& text = s.text();
    for (auto at = from; at < text.size(); ++at) {
        if (!is_latin(text[at]) || (at > 0 && (is_latin(text[at - 1]) || is_digit(text[at - 1])))) continue;
        auto end = at;
        while (is_latin(text[end])) ++end;
        auto const letters = end - at;
        while (is_digit(text[end]) || (text[end] == U'-' && is_digit(text[end + 1]))) ++end;
        if (letters <= 4 && end - at - letters >= 6) return Part{at, end};
    }
    return std::nullopt;
}

}  // namespace wescrm::language
