#include "process_parts.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::pages {

std::vector<std::string> words_in(std::string typed) {
    for (auto const* separator : {"，", ",", "；", ";", "、"}) typed = text::replace_all(typed, separator, "\n");
    auto words = std::vector<std::string>{};
    for (auto const& part : text::split(typed, '\n'))
        if (auto const word = text::trim(part); !word.empty()) words.emplace_back(word);
    return words;
}

json::Value list_of(std::vector<std::string> const& texts, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& one : texts) list.PushBack(json::make_string(one, allocator), allocator);
    return list;
}

std::vector<std::string> all_of(web::PageCall const& call, std::string_view name) {
    auto values = std::vector<std::string>{};
    for (auto const& [known, value] : call.form)
        if (known == name) values.push_back(value);
    return values;
}

std::string number_text(json::Value const& object, std::string_view member) {
    auto const number = json::find_integer(object, member);
    return number ? std::to_string(*number) : std::string{};
}

}  // namespace wescrm::pages
