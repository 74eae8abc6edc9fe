#include "sentence.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace wescrm::language {
namespace {

using Part = std::pair<std::size_t, std::size_t>;

constexpr std::array<std::u32string_view, 16> leading{U"麻烦您", U"麻烦你", U"麻烦", U"帮我", U"帮忙", U"请",
                                                      U"能不能", U"可以",   U"那个", U"嗯",   U"就是", U"给我",
                                                      U"我要",   U"我想",   U"您好", U"你好"};
constexpr std::array<std::u32string_view, 14> trailing{U"谢谢", U"吗", U"呀",   U"哈",   U"吧",       U"一下", U"呢",
                                                       U"啊",   U"哦", U"谢了", U"看看", U"了解一下", U"好吗", U"嘛"};

constexpr std::u32string_view edge = U" \n\r,，。.！!？?;；、:：";

std::u32string strip(std::u32string text) {
    for (auto again = true; again;) {
        again = false;
        auto const first = text.find_first_not_of(edge);
        if (first == std::u32string::npos) return {};
        text = text.substr(first, text.find_last_not_of(edge) - first + 1);
        for (auto word : leading)
            if (text.size() > word.size() && text.starts_with(word)) {
                text.erase(0, word.size());
                again = true;
            }
        for (auto word : trailing)
            if (text.size() > word.size() && text.ends_with(word)) {
                text.resize(text.size() - word.size());
                again = true;
            }
    }
    return text;
}

std::string prepared(std::string_view utf8) {
    auto text = to_code_points(utf8);
    // A mention of the app; the blank behind it may be U+2005.
    for (auto position : {text.find(U'@'), text.rfind(U'@')}) {
        if (position == std::u32string::npos || position >= text.size()) continue;
        auto const end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(position), text.end(),
                                      [](char32_t c) { return c == U' ' || c == 0x2005 || c == 0x3000; });
        auto const name = std::u32string{text.begin() + static_cast<std::ptrdiff_t>(position), end};
        if (name.find(U"助手") == std::u32string::npos && name.find(U"CRM") == std::u32string::npos) continue;
        text.erase(text.begin() + static_cast<std::ptrdiff_t>(position), end);
    }
    return to_utf8(strip(std::move(text)));
}

struct Label {
    std::u32string_view word;
    std::string_view field;
    bool needs_mark;  ///< too common a word to count without ':' or a blank before it
};
constexpr auto labels = std::to_array<Label>({{U"手机号", "mobile", false},
                                              {U"手机", "mobile", false},
                                              {U"联系电话", "mobile", false},
                                              {U"电话", "mobile", false},
                                              {U"联系方式", "mobile", false},
                                              {U"联系人", "contact", false},
                                              {U"来源", "source", false},
                                              {U"来自", "source", false},
                                              {U"渠道", "source", true},
                                              {U"行业", "industry", false},
                                              {U"级别", "level", false},
                                              {U"等级", "level", true},
                                              {U"地址", "address", false},
                                              {U"简称", "short_name", false},
                                              {U"备注", "remark", false},
                                              {U"名称", "name", true},
                                              {U"客户名称", "name", false},
                                              {U"客户名", "name", false},
                                              {U"公司名称", "name", true},
                                              {U"公司", "company", true},
                                              {U"职位", "position", false},
                                              {U"职务", "position", false},
                                              {U"微信号", "wechat", false},
                                              {U"微信", "wechat", true},
                                              {U"邮箱", "email", false},
                                              {U"金额", "amount", false},
                                              {U"预算", "amount", true},
                                              {U"下次联系时间", "next_contact_at", false},
                                              {U"下次联系", "next_contact_at", false},
                                              {U"下次跟进", "next_contact_at", false},
                                              {U"回访时间", "next_contact_at", false},
                                              {U"内容", "content", true},
                                              {U"方式", "method", true},
                                              {U"姓名", "name", false}});

std::optional<std::pair<Label, std::size_t>> label_at(Characters const& text, std::size_t at) {
    auto best = std::optional<std::pair<Label, std::size_t>>{};
    for (auto const& label : labels) {
        if (!text.starts(at, label.word)) continue;
        auto end = at + label.word.size();
        auto const has_mark =
            text[end] == U':' || text[end] == U'：' || text[end] == U'=' || text[end] == U'是' || text[end] == U'为';
        auto const stands_apart = at == 0 || is_separator(text[at - 1]);
        auto const is_account = label.field == "wechat" && is_latin(text[end]);
        if (label.needs_mark && !has_mark && !is_account && !(stands_apart && is_blank(text[end]))) continue;
        if (has_mark) ++end;
        while (is_blank(text[end])) ++end;
        if (!best || label.word.size() > best->first.word.size()) best = {label, end};
    }
    return best;
}

}  // namespace

Sentence::Sentence(std::string_view utf8, Instant sent_at, Zone const& zone, Vocabulary const& vocabulary)
    : sent_at_{sent_at}, zone_{zone}, vocabulary_{vocabulary}, raw_{utf8}, text_{prepared(utf8)} {}

char const* KnownWord::slot() const noexcept {
    switch (kind) {
        case WordKind::level:
            return "level";
        case WordKind::source:
            return "source";
        case WordKind::industry:
            return "industry";
        case WordKind::tag:
            return "tag";
        case WordKind::product:
            break;
    }
    return "product";
}

std::vector<KnownWord> Sentence::known_words(std::size_t from) const {
    auto found = std::vector<KnownWord>{};
    for (auto at = from; at < text_.size();) {
        auto const words = vocabulary_.words_at(normal(), at);
        if (words.empty()) {
            ++at;
            continue;
        }
        auto const& word = *words.front();
        found.push_back({word.kind, word.text, at, at + word.compared.size()});
        at += word.compared.size();
    }
    return found;
}

std::optional<KnownWord> Sentence::known_word(std::size_t from, std::size_t to) const {
    static constexpr auto endings = std::to_array<std::u32string_view>({U"", U"来的", U"客户", U"行业", U"级", U"类"});
    for (auto const* word : vocabulary_.words_at(normal().substr(0, to), from)) {
        auto const rest = normal().substr(from + word->compared.size(), to - from - word->compared.size());
        if (std::ranges::find(endings, rest) != endings.end())
            return KnownWord{word->kind, word->text, from, from + word->compared.size()};
    }
    return std::nullopt;
}

std::string Sentence::original(std::size_t from, std::size_t to) const {
    return std::string{text::trim(text_.original(from, std::min(to, text_.size())))};
}

std::vector<Entity> Sentence::entities(Lean lean, std::size_t from) const {
    auto& found = found_[static_cast<std::size_t>(lean)];
    if (!found) found = find_entities(text_.original(0, text_.size()), reference(lean));
    auto later = std::vector<Entity>{};
    std::copy_if(found->begin(), found->end(), std::back_inserter(later),
                 [from](Entity const& entity) { return entity.offset >= from; });
    return later;
}

std::size_t Sentence::head(std::initializer_list<std::u32string_view> words) const {
    auto longest = std::size_t{0};
    for (auto word : words)
        if (text_.starts(0, word)) longest = std::max(longest, word.size());
    return longest;
}

bool Sentence::is_one_of(std::initializer_list<std::u32string_view> words) const {
    return std::find(words.begin(), words.end(), normal()) != words.end();
}

std::vector<Labelled> labelled_values(Characters const& text, std::size_t from) {
    auto found = std::vector<Labelled>{};
    for (auto at = from; at < text.size();) {
        auto const label = label_at(text, at);
        if (!label) {
            ++at;
            continue;
        }
        auto end = label->second;
        auto const takes_all = label->first.field == "remark" || label->first.field == "content";
        while (end < text.size() && text[end] != U'\n' && (takes_all || !is_separator(text[end])) &&
               !(end > label->second && label_at(text, end)))
            ++end;
        found.push_back(
            {std::string{label->first.field}, std::string{text::trim(text.original(label->second, end))}, at, end});
        at = end;
    }
    return found;
}

std::vector<Part> free_parts(Characters const& text, std::size_t from, std::vector<Part> taken) {
    std::sort(taken.begin(), taken.end());
    auto parts = std::vector<Part>{};
    auto const is_taken = [&](std::size_t at) {
        return std::any_of(taken.begin(), taken.end(),
                           [at](Part const& part) { return at >= part.first && at < part.second; });
    };
    for (auto at = from; at < text.size();) {
        if (is_separator(text[at]) || is_taken(at)) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && !is_separator(text[end]) && !is_taken(end)) ++end;
        parts.emplace_back(at, end);
        at = end;
    }
    return parts;
}

std::string without_fillers(std::string text) { return to_utf8(strip(to_code_points(text))); }

}  // namespace wescrm::language
