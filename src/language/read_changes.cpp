// 级别改成B, 下次联系周五, 金额改60万: new values of fields.
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

constexpr auto change_verbs =
    std::to_array<std::u32string_view>({U"更正为", U"更新为", U"变更为", U"修改为", U"调整为", U"改成", U"改为",
                                        U"换成", U"改到", U"改", U"调到", U"设为"});

struct Attribute {
    std::u32string_view word;
    char const* field;
    char const* object;  ///< the intent of the record that has such a field, where only one has
};
constexpr auto attributes = std::to_array<Attribute>({{U"级别", "level", ""},
                                                      {U"等级", "level", ""},
                                                      {U"行业", "industry", ""},
                                                      {U"来源", "source", ""},
                                                      {U"公司", "company", "lead"},
                                                      {U"地址", "address", ""},
                                                      {U"简称", "short_name", ""},
                                                      {U"名称", "name", ""},
                                                      {U"备注", "remark", ""},
                                                      {U"职位", "position", "contact"},
                                                      {U"职务", "position", "contact"},
                                                      {U"微信", "wechat", "contact"},
                                                      {U"邮箱", "email", ""},
                                                      {U"联系电话", "mobile", ""},
                                                      {U"手机号", "mobile", ""},
                                                      {U"电话", "mobile", ""},
                                                      {U"手机", "mobile", ""},
                                                      {U"金额", "amount_fen", "opportunity"},
                                                      {U"预算", "amount_fen", "opportunity"},
                                                      {U"赢率", "probability", "opportunity"},
                                                      {U"预计成交日期", "expected_close_date", "opportunity"},
                                                      {U"预计成交", "expected_close_date", "opportunity"},
                                                      {U"成交日期", "expected_close_date", "opportunity"}});

// The attribute that ends right before `at`; blanks and 的 may stand between.
std::optional<std::pair<Attribute, std::size_t>> attribute_before(Sentence const& s, std::size_t at) {
    while (at > 0 && is_separator(s.text()[at - 1])) --at;
    auto best = std::optional<std::pair<Attribute, std::size_t>>{};
    for (auto const& attribute : attributes)
        if (at >= attribute.word.size() &&
            s.normal().substr(at - attribute.word.size(), attribute.word.size()) == attribute.word &&
            (!best || attribute.word.size() > best->first.word.size()))
            best = std::pair{attribute, at - attribute.word.size()};
    return best;
}

bool is_probability(PercentValue const& percent) { return percent.value >= 0 && percent.value <= 100; }

struct ChangeKind {
    std::string intent;
    char const* slot;
};
ChangeKind kind_of_record(Sentence const& s, std::size_t name_end, Attribute const& attribute) {
    auto const names = s.normal().substr(0, name_end);
    auto const has = [names](std::u32string_view word) { return names.find(word) != std::u32string_view::npos; };
    auto const object = std::string_view{attribute.object};
    if (has(U"线索") || object == "lead") return {"lead.update", "lead"};
    if (has(U"商机") || object == "opportunity") return {"opportunity.update", "opportunity"};
    auto const name = to_code_points(name_between(s, 0, name_end));
    if (has(U"联系人") || object == "contact" || is_honorific(name)) return {"contact.update", "contact"};
    return {"customer.update", "customer"};
}

// 绿源改成重点: the word says of what.
Intent changed_to_known_word(Sentence const& s, Part const& verb) {
    auto const known = s.known_word(verb.second, s.normal().size());
    auto const is_field = known && (known->kind == WordKind::level || known->kind == WordKind::source ||
                                    known->kind == WordKind::industry);
    auto const name = is_field ? name_between(s, 0, verb.first) : std::string{};
    if (name.empty()) return std::nullopt;
    return Answer{"customer.update"}.with("customer", name).with_set(known->slot(), known->text).done();
}

Intent changed(Sentence const& s, Part const& verb) {
    auto const found = attribute_before(s, verb.first);
    if (!found) return changed_to_known_word(s, verb);
    if (found->second == 0 || verb.second >= s.normal().size()) return std::nullopt;
    auto const& [attribute, name_end] = *found;
    auto const kind = kind_of_record(s, name_end, attribute);
    auto answer = Answer{kind.intent};
    answer.with(kind.slot, name_between(s, 0, name_end));
    auto const field = std::string_view{attribute.field};
    if (field == "amount_fen") {
        auto const amount = amount_in(s, verb.second);
        if (!amount) return std::nullopt;
        return answer.with_set("amount_fen", amount->fen).with_flag("approx", amount->is_approximate).done();
    }
    if (field == "expected_close_date") {
        auto const date = date_in(s, Lean::future, verb.second);
        return date ? answer.with_set("expected_close_date", date->first.substr(0, 10)).done() : std::nullopt;
    }
    for (auto const& entity : s.entities(Lean::none, verb.second)) {
        auto const* percent = std::get_if<PercentValue>(&entity.value);
        auto const* phone = std::get_if<PhoneValue>(&entity.value);
        if (percent && field == "probability" && is_probability(*percent))
            return answer.with_set("probability", static_cast<std::int64_t>(percent->value)).done();
        if (phone && field == "mobile") return answer.with_set("mobile", phone->digits).done();
    }
    auto value = without_fillers(s.original(verb.second));
    if (field == "level" && value.size() >= 1 && value[0] >= 'a' && value[0] <= 'e')
        value = std::string(1, static_cast<char>(value[0] - 'a' + 'A'));
    if (field == "level" && (value.ends_with("类") || value.ends_with("级")))
        value.resize(value.size() - std::string_view{"级"}.size());
    return answer.with_set(attribute.field, value).done();
}

Intent next_contact(Sentence const& s) {
    auto const word =
        find_any(s, {U"下次联系改成", U"下次联系改到", U"下次联系时间改成", U"下次联系时间改到", U"下次联系时间",
                     U"下次联系", U"下次跟进时间", U"下次跟进", U"下次回访", U"下次拜访"});
    if (!word || word->first == 0) return std::nullopt;
    auto const date = date_in(s, Lean::future, word->second);
    if (!date || date->second.first > word->second + 3) return std::nullopt;
    auto const is_lead = s.has(U"线索");
    return Answer{is_lead ? "lead.update" : "customer.update"}
        .with(is_lead ? "lead" : "customer", name_between(s, 0, word->first))
        .with_set("next_contact_at", date->first)
        .done();
}

// 绿源下周三再联系: a name, a future moment and an action, nothing that happened.
Intent contact_again(Sentence const& s) {
    if (!ends_with_any(s, {U"再联系", U"复访", U"回访", U"再跟进", U"再约", U"联系", U"再聊", U"再谈", U"再拜访"}) ||
        has_any(s, {U"提醒"}))
        return std::nullopt;
    auto const date = date_in(s, Lean::future);
    if (!date || date->second.first < 2 || date->second.second + 4 < s.normal().size()) return std::nullopt;
    auto const name = name_between(s, 0, date->second.first);
    if (name.empty() || to_code_points(name).size() > 16 || has_any(s, {U"了"})) return std::nullopt;
    for (auto c : to_code_points(name))
        if (is_separator(c)) return std::nullopt;
    return Answer{"customer.update", 0.85}.with("customer", name).with_set("next_contact_at", date->first).done();
}

// 切割机产线加到70万, 砍到72万, 改60万
Intent changed_amount(Sentence const& s) {
    auto const verb = find_last(
        s, {U"加到", U"涨到", U"提到", U"砍到", U"降到", U"调到", U"减到", U"金额改", U"金额调整到", U"谈到"});
    auto const amount = verb ? amount_in(s, verb->second) : std::nullopt;
    if (!amount || verb->first == 0) return std::nullopt;
    auto const before = find_any(s, {U"从", U"金额", U"预算"});
    auto const end = before && before->first > 0 && before->first < verb->first ? before->first : verb->first;
    return Answer{"opportunity.update"}
        .with("opportunity", name_between(s, 0, end))
        .with_set("amount_fen", amount->fen)
        .done();
}

// 展台搭建赢率70%; 污水监测预计成交推到明年2月
Intent bare_attribute(Sentence const& s) {
    if (auto const word = find_any(s, {U"赢率", U"成功率", U"把握"}); word && word->first > 0)
        for (auto const& entity : s.entities(Lean::none, word->second))
            if (auto const* percent = std::get_if<PercentValue>(&entity.value); percent && is_probability(*percent))
                return Answer{"opportunity.update"}
                    .with("opportunity", name_between(s, 0, word->first))
                    .with_set("probability", static_cast<std::int64_t>(percent->value))
                    .done();
    auto const close =
        find_any(s, {U"预计成交推到", U"预计成交推迟到", U"预计成交延到", U"预计成交提前到", U"成交推到"});
    if (!close || close->first == 0) return std::nullopt;
    auto const date = date_in(s, Lean::future, close->second);
    return date ? Answer{"opportunity.update"}
                      .with("opportunity", name_between(s, 0, close->first))
                      .with_set("expected_close_date", date->first.substr(0, 10))
                      .done()
                : std::nullopt;
}

// 许总换手机了 13700000002; 肖工升职了 现在是副总; 许总设为主联系人
Intent contact_news(Sentence const& s) {
    if (auto const word =
            find_any(s, {U"换手机了", U"换手机号了", U"换电话了", U"换号了", U"换手机", U"换号码了", U"换号码"});
        word && word->first > 0)
        for (auto const& entity : s.entities(Lean::none, word->second))
            if (auto const* phone = std::get_if<PhoneValue>(&entity.value))
                return Answer{"contact.update"}
                    .with("contact", name_between(s, 0, word->first))
                    .with_set("mobile", phone->digits)
                    .done();
    auto const rise = find_any(s, {U"升职了", U"升职", U"升了", U"升任", U"升为", U"调任", U"现在是", U"职位是"});
    if (!rise || rise->first == 0 || rise->first > 6) return std::nullopt;
    auto const last = find_last(s, {U"现在是", U"现在任", U"升为", U"升任", U"调任", U"升了", U"职位是"});
    auto const position = last ? without_fillers(s.original(last->second)) : std::string{};
    if (position.empty()) return std::nullopt;
    return Answer{"contact.update"}
        .with("contact", name_between(s, 0, rise->first))
        .with_set("position", position)
        .done();
}

// 给线索郭总加备注 年后再联系
Intent remark(Sentence const& s) {
    auto const word = find_any(s, {U"加备注", U"加个备注", U"写备注", U"添加备注", U"备注:"});
    if (!word || word->first < 2 || word->second >= s.normal().size()) return std::nullopt;
    auto const is_lead = s.normal().substr(0, word->first).find(U"线索") != std::u32string_view::npos;
    auto const name = name_between(s, 0, word->first);
    return Answer{is_lead ? "lead.update" : "customer.update"}
        .with(is_lead ? "lead" : "customer", name)
        .with_set("remark", without_fillers(s.original(word->second)))
        .done();
}

}  // namespace

Intent read_update(Sentence const& s) {
    if (auto found = remark(s)) return found;
    if (auto found = next_contact(s)) return found;
    for (auto const verb : change_verbs) {
        auto const at = s.normal().find(verb);
        if (at == std::u32string_view::npos) continue;
        if (auto found = changed(s, {at, at + verb.size()})) return found;
    }
    if (auto found = changed_amount(s)) return found;
    if (auto found = bare_attribute(s)) return found;
    if (auto found = contact_news(s)) return found;
    return contact_again(s);
}

}  // namespace wescrm::language
