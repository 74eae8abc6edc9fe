#include "own_values.hpp"
#include "readers.hpp"

namespace wescrm::language {

Intent read_contact_create(Sentence const& s) {
    auto const word = find_any(s, {U"新增联系人", U"添加联系人", U"加联系人", U"新建联系人", U"加个联系人", U"录联系人",
                                   U"建联系人", U"添加一个联系人", U"加一个联系人", U"增加联系人"});
    auto const head = word ? 0 : s.head({U"联系人 ", U"联系人:"});
    if (!word && head == 0) return std::nullopt;
    auto const from = word ? word->second : head;
    auto filled = fill_with_own(s, from, "contact");
    auto customer = word ? name_between(s, 0, word->first) : std::string{};
    for (auto const& part : free_parts(s.text(), from, filled.taken)) {
        auto const words = without_fillers(s.original(part.first, part.second));
        if (words.empty()) continue;
        auto const is_person_first = is_honorific(s.normal().substr(part.first, part.second - part.first)) || !word;
        if (customer.empty() && !(is_person_first && !filled.has("name")))
            customer = words;
        else if (!filled.has("name"))
            filled.add("name", words, part);
        else if (!filled.has("position"))
            filled.add("position", words, part);
        else if (!filled.has("remark"))
            filled.add("remark", words, part);
    }
    auto answer = Answer{"contact.create"};
    answer.with("customer", customer);
    for (auto const& [name, value] : filled.slots) answer.with(name.c_str(), value);
    return answer.with_flag("is_primary", s.has(U"主联系人")).done();
}

// 许总电话, 高燕的微信是多少, 北辰的联系人
Intent read_contact(Sentence const& s) {
    for (std::u32string_view ending : {U"的联系人", U"有哪些联系人", U"联系人列表", U"联系人有哪些"})
        if (s.normal().ends_with(ending) && s.normal().size() > ending.size())
            return Answer{"contact.find"}
                .with("customer", name_between(s, 0, s.normal().size() - ending.size()))
                .done();
    if (auto const word = find_any(s, {U"设为主联系人", U"是主联系人", U"设成主联系人"}); word && word->first > 0)
        return Answer{"contact.update"}
            .with("contact", name_between(s, 0, word->first))
            .with_set_flag("is_primary")
            .done();
    auto const word =
        find_last(s, {U"电话号码", U"手机号码", U"联系方式", U"电话", U"手机号", U"手机", U"微信号", U"微信", U"邮箱"});
    if (!word || word->first == 0) return std::nullopt;
    auto const rest = s.normal().substr(word->second);
    if (!(rest.empty() || rest == U"多少" || rest == U"是多少" || rest == U"是什么" || rest == U"是几号" ||
          rest == U"号是多少" || rest == U"有吗"))
        return std::nullopt;
    auto const name = to_code_points(name_between(s, 0, word->first));
    auto const is_person = is_honorific(name) || name.size() <= 3;
    if (!is_person || name.size() < 2) return std::nullopt;
    // 小陈 is how colleagues speak of each other.
    if (name.size() == 2 && name.front() == U'小') return Answer{"org.employee"}.with("employee", to_utf8(name)).done();
    return Answer{"contact.find"}.with("contact", to_utf8(name)).done();
}

}  // namespace wescrm::language
