#include "fields/carry.hpp"

#include "fields/secrets.hpp"
#include "rules/field_values.hpp"

#include <algorithm>

namespace wescrm::sales {
namespace {

// Options may have other keys there; then their labels say which is meant.
json::Document in_words_of(Field const& from, Field const& to, json::Value const& value) {
    auto made = json::Document{};
    made.CopyFrom(value, made.GetAllocator());
    auto const reword = [&](json::Value& word) {
        if (!word.IsString()) return;
        auto const key = std::string{json::view(word)};
        if (std::ranges::find(to.options, key, &FieldOption::key) != to.options.end()) return;
        auto const option = std::ranges::find(from.options, key, &FieldOption::key);
        if (option != from.options.end()) word = json::make_string(option->label, made.GetAllocator());
    };
    if (made.IsArray())
        for (auto& word : made.GetArray()) reword(word);
    else
        reword(made);
    return made;
}

std::string const& key_in(Field const& field, FieldObject to) {
    auto const mapped = std::ranges::find(field.maps_to, to, &FieldMapping::object);
    return mapped == field.maps_to.end() ? field.key : mapped->field;
}

// The value of the field on which this one's options depend, among those that go along.
std::string parent_of(Field const& field, std::vector<CarriedValue> const& carried) {
    for (auto const& one : carried)
        if (field.depends_on && one.fits && one.field.key == *field.depends_on)
            if (auto const words = words_of(&one.value); !words.empty()) return words.front();
    return {};
}

bool may_hold(Field const& field) {
    return field.type != FieldType::auto_number && field.type != FieldType::divider && !field.read_only;
}

}  // namespace

std::vector<CarriedValue> carried_values(operation::Context& ctx, FieldObject from, CustomValues const& values,
                                         FieldObject to) {
    auto carried = std::vector<CarriedValue>{};
    auto const stored = json::parse(values.json);
    if (!stored || !stored->IsObject() || stored->ObjectEmpty()) return carried;
    auto const sources = Fields{ctx}.of(from);
    auto const targets = from == to ? sources : Fields{ctx}.of(to);
    for (auto const& source : sources) {
        auto const* value = json::find(*stored, source.key);
        auto const target = std::ranges::find(targets, key_in(source, to), &Field::key);
        if (!value || target == targets.end() || !may_hold(*target) || (from == to && target->unique)) continue;
        // What is sealed does not go where it would lie open.
        if (source.encrypted.value_or(false) && !target->encrypted.value_or(false)) continue;
        auto const plain = opened(ctx, word_of(from), source, *value);
        auto one = CarriedValue{*target, in_words_of(source, *target, plain)};
        auto typed = typed_value(*target, one.value, {parent_of(*target, carried), {}});
        one.fits = typed.has_value();
        if (typed) one.value = std::move(typed->value);
        carried.push_back(std::move(one));
    }
    return carried;
}

CustomValues values_from(std::vector<CarriedValue> const& carried, CustomValues const& given) {
    auto all = json::Document{rapidjson::kObjectType};
    auto& memory = all.GetAllocator();
    for (auto const& one : carried)
        if (one.fits) json::set(all, one.field.key, json::Value{one.value, memory}, memory);
    if (auto const typed = json::parse(given.json); typed && typed->IsObject())
        for (auto const& member : typed->GetObject())
            json::set(all, json::view(member.name), json::Value{member.value, memory}, memory);
    return {json::write(all)};
}

}  // namespace wescrm::sales
