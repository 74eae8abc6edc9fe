#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

// Longer ones first: each is tried once from the longest.
constexpr std::array<std::string_view, 16> legal_suffixes{
    "有限责任公司", "股份有限公司", "集团有限公司", "控股有限公司", "科技有限公司", "有限公司", "股份公司", "集团公司",
    "分公司",       "总公司",       "合伙企业",     "有限合伙",     "事务所",       "公司",     "集团",     "股份"};

// Places that stand before (or in brackets inside) a company's name without telling it from another.
constexpr std::array<std::string_view, 44> places{
    "中国", "北京", "上海", "天津", "重庆", "广东", "广州", "深圳", "东莞", "佛山", "江苏",
    "南京", "苏州", "无锡", "常州", "浙江", "杭州", "宁波", "温州", "山东", "济南", "青岛",
    "四川", "成都", "湖北", "武汉", "湖南", "长沙", "河南", "郑州", "福建", "厦门", "福州",
    "安徽", "合肥", "陕西", "西安", "辽宁", "沈阳", "大连", "河北", "江西", "云南", "贵州"};

bool is_kept(std::string_view character) {
    if (character.size() > 1) {
        // CJK punctuation and full-width forms that NFKC leaves.
        static constexpr std::array<std::string_view, 18> marks{"（", "）", "《", "》", "「", "」", "【", "】", "“",
                                                                "”",  "‘",  "’",  "。", "、", "·",  "—",  "…",  "　"};
        return std::find(marks.begin(), marks.end(), character) == marks.end();
    }
    auto const c = static_cast<unsigned char>(character.front());
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

std::size_t character_size(unsigned char first) { return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

std::string letters_only(std::string_view name) {
    auto const lower = text::to_lower(text::normalised(name));
    auto kept = std::string{};
    for (std::size_t at = 0; at < lower.size();) {
        auto const size = std::min(character_size(static_cast<unsigned char>(lower[at])), lower.size() - at);
        auto const character = std::string_view{lower}.substr(at, size);
        if (is_kept(character)) kept += character;
        at += size;
    }
    return kept;
}

// A core of one character would make strangers the same.
bool may_drop(std::string_view rest) { return text::length(rest) >= 2; }

std::string without_place_in_brackets(std::string name) {
    for (auto const& [open, close] : {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}}) {
        auto const from = name.find(open);
        auto const to = from == std::string::npos ? from : name.find(close, from);
        if (to == std::string::npos) continue;
        auto inside = name.substr(from + open.size(), to - from - open.size());
        for (std::string_view ending : {"市", "省"})
            if (inside.ends_with(ending)) inside.resize(inside.size() - ending.size());
        if (std::find(places.begin(), places.end(), inside) != places.end()) name.erase(from, to + close.size() - from);
    }
    return name;
}

}  // namespace

std::string name_core(std::string_view name) {
    auto core = letters_only(without_place_in_brackets(std::string{text::trim(name)}));
    for (auto place : places) {
        auto const with = [&](std::string_view ending) { return std::string{place} + std::string{ending}; };
        for (auto const& prefix : {with("市"), with("省"), with("")})
            if (core.starts_with(prefix) && may_drop(std::string_view{core}.substr(prefix.size()))) {
                core.erase(0, prefix.size());
                break;
            }
    }
    for (auto suffix : legal_suffixes) {
        auto const ending = suffix == "科技有限公司" ? std::string_view{"有限公司"} : suffix;
        if (core.ends_with(ending) && may_drop(std::string_view{core}.substr(0, core.size() - ending.size()))) {
            core.resize(core.size() - ending.size());
            break;
        }
    }
    return core;
}

std::string search_keys(std::string_view name, std::string_view short_name, std::string_view number) {
    auto const pinyin = text::pinyin_of(name);
    auto keys = std::string{name};
    for (auto part : {short_name, number, std::string_view{pinyin.full}, std::string_view{pinyin.initials}})
        if (!part.empty()) keys += " " + std::string{part};
    return text::to_lower(text::normalised(keys));
}

namespace {

std::vector<std::string> characters(std::string_view text) {
    auto found = std::vector<std::string>{};
    for (std::size_t at = 0; at < text.size();) {
        auto const size = std::min(character_size(static_cast<unsigned char>(text[at])), text.size() - at);
        found.emplace_back(text.substr(at, size));
        at += size;
    }
    return found;
}

}  // namespace

std::vector<std::string> character_pairs(std::string_view plain) {
    auto const letters = characters(plain);
    if (letters.size() == 1) return letters;
    auto pairs = std::vector<std::string>{};
    for (std::size_t i = 1; i < letters.size(); ++i) pairs.push_back(letters[i - 1] + letters[i]);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

std::vector<std::string> search_words(std::string_view name, std::string_view short_name,
                                      std::vector<std::string> const& phones) {
    auto words = std::vector<std::string>{};
    auto const add = [&words](std::vector<std::string> more) { words.insert(words.end(), more.begin(), more.end()); };
    auto const core = name_core(name);
    for (auto const& part : {letters_only(name), letters_only(short_name), core}) {
        if (part.empty()) continue;
        add(character_pairs(part));
        words.push_back(characters(part).back());
        auto const pinyin = text::pinyin_of(part);
        add({"=" + part, "~" + pinyin.full, "~" + pinyin.initials});
    }
    for (auto const& phone : phones) {
        words.push_back("#" + phone);
        if (phone.size() >= 4) words.push_back("#" + phone.substr(phone.size() - 4));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

TypedWords typed_words(std::string_view typed) {
    auto words = TypedWords{letters_only(typed), {}, {}, false, false};
    words.pairs = character_pairs(words.plain);
    words.sound = text::pinyin_of(words.plain).full;
    auto const all = [&words](auto holds) {
        return !words.plain.empty() && std::all_of(words.plain.begin(), words.plain.end(), holds);
    };
    words.is_digits = all([](char c) { return c >= '0' && c <= '9'; });
    words.is_latin = all([](char c) { return c >= 'a' && c <= 'z'; });
    // 绿 is typed lv and stored as lu; no other syllable has a v.
    if (words.is_latin) words.sound = text::replace_all(words.sound, "v", "u");
    return words;
}

std::string surname_in(std::string_view person) {
    static constexpr std::array<std::string_view, 20> addresses{
        "总经理", "经理", "主任", "老师", "院长", "厂长", "部长", "科长", "校长", "先生",
        "女士",   "小姐", "总监", "总",   "工",   "处",   "局",   "哥",   "姐",   "董"};
    auto const name = text::trim(person);
    for (auto const address : addresses) {
        if (!name.ends_with(address)) continue;
        auto const surname = name.substr(0, name.size() - address.size());
        if (auto const length = text::length(surname); length == 1 || length == 2) return std::string{surname};
    }
    return {};
}

std::optional<std::string> normal_phone(std::string_view typed) {
    auto const plain = text::normalised(typed);
    auto digits = std::string{};
    auto extension = std::string{};
    auto in_extension = false;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        auto const c = plain[at];
        if (c >= '0' && c <= '9')
            (in_extension ? extension : digits) += c;
        else if (plain.substr(at).starts_with("转") || c == '#')
            in_extension = true;
        else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '+' && static_cast<unsigned char>(c) < 0x80)
            return std::nullopt;
    }
    if (digits.starts_with("0086")) digits.erase(0, 4);
    if (digits.size() == 13 && digits.starts_with("86")) digits.erase(0, 2);
    if (digits.size() == 11 && digits[0] == '1' && digits[1] >= '3')
        return extension.empty() ? std::optional{digits} : std::nullopt;
    auto const with_extension = [&](std::string base) { return extension.empty() ? base : base + "-" + extension; };
    if (digits.size() == 10 && (digits.starts_with("400") || digits.starts_with("800"))) return with_extension(digits);
    if (digits.starts_with("0")) {
        auto const area = digits[1] == '1' || digits[1] == '2' ? std::size_t{3} : std::size_t{4};
        auto const local = digits.size() > area ? digits.size() - area : 0;
        if (local == 7 || local == 8) return with_extension(digits.substr(0, area) + "-" + digits.substr(area));
    }
    if ((digits.size() == 7 || digits.size() == 8) && digits[0] != '0' && digits[0] != '1')
        return with_extension(digits);
    return std::nullopt;
}

std::string masked_name(std::string_view name) {
    auto const letters = characters(name);
    if (letters.size() < 2) return "*";
    return letters.front() + "***" + (letters.size() > 2 ? letters.back() : std::string{});
}

std::string masked_phone(std::string_view phone) {
    if (phone.size() < 7) return std::string(phone.size(), '*');
    return std::string{phone.substr(0, 3)} + std::string(phone.size() - 7, '*') +
           std::string{phone.substr(phone.size() - 4)};
}

}  // namespace wescrm::sales
