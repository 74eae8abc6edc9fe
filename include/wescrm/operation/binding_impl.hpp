#pragma once
// The templates behind binding.hpp. What does not depend on a type is in src/operation/binding.cpp.
#include <wescrm/operation/binding.hpp>

namespace wescrm::operation::detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {
    using Inner = T;
};
template <class T>
struct IsPatch : std::false_type {};
template <class T>
struct IsPatch<Patch<T>> : std::true_type {
    using Inner = T;
};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {
    using Inner = T;
};
template <class T>
struct IsId : std::false_type {};
template <class Tag, class Rep>
struct IsId<StrongId<Tag, Rep>> : std::true_type {
    using Inner = Rep;
};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

/// The JSON name of a C++ member or enumerator: a trailing '_' is dropped.
[[nodiscard]] std::string_view outside_name(std::string_view name) noexcept;

/// Where we are in the input, which rule holds there, and what was wrong so far.
struct Reading {
    std::string path;
    FieldRule rule;
    std::vector<FieldError>* problems;

    void complain(std::string message) const { problems->push_back({path, std::move(message)}); }
    [[nodiscard]] Reading at(std::string_view name, FieldRule const& inner) const;
    [[nodiscard]] Reading at(std::size_t index) const;
};

void read_text(json::Value const& in, std::string& out, Reading const& at);
void read_integer(json::Value const& in, std::int64_t& out, Reading const& at);
void read_number(json::Value const& in, double& out, Reading const& at);
void read_bool(json::Value const& in, bool& out, Reading const& at);
void read_id(json::Value const& in, std::int64_t& out, Reading const& at);
void read_instant(json::Value const& in, Instant& out, Reading const& at);
void read_date(json::Value const& in, Date& out, Reading const& at);
void complain_about_enum(std::vector<std::string> const& allowed, Reading const& at);
[[nodiscard]] bool is_object_or_complain(json::Value const& in, Reading const& at);
void refuse_unknown(json::Value const& in, std::vector<std::string_view> const& known, Reading const& at);
[[nodiscard]] FieldRule rule_for(std::vector<FieldRule> const& rules, std::string_view name);
[[nodiscard]] Error invalid(std::vector<FieldError> problems);

template <class T>
std::vector<FieldRule> rules_of() {
    if constexpr (requires { field_rules(static_cast<T const*>(nullptr)); })
        return field_rules(static_cast<T const*>(nullptr));
    else
        return {};
}

template <class E>
std::vector<std::string> enum_names() {
    auto names = std::vector<std::string>{};
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&names](auto const& entry) { names.emplace_back(outside_name(entry.name)); });
    return names;
}

template <class T>
void read_struct(json::Value const& in, T& out, Reading const& at);

template <class E>
void read_enum(json::Value const& in, E& out, Reading const& at) {
    auto is_found = false;
    if (in.IsString())
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto const& entry) {
            if (outside_name(entry.name) == json::view(in)) {
                out = entry.value;
                is_found = true;
            }
        });
    if (!is_found) complain_about_enum(enum_names<E>(), at);
}

template <class T>
void read_value(json::Value const& in, T& out, Reading const& at) {
    if constexpr (IsOptional<T>::value) {
        if (in.IsNull()) return;
        read_value(in, out.emplace(), at);
    } else if constexpr (IsPatch<T>::value) {
        out.is_present = true;
        if (!in.IsNull()) read_value(in, out.value.emplace(), at);
    } else if constexpr (IsVector<T>::value) {
        if (!in.IsArray()) return at.complain("应为列表");
        if (in.Size() > at.rule.limits.max_items)
            return at.complain("最多 " + std::to_string(at.rule.limits.max_items) + " 项");
        for (rapidjson::SizeType i = 0; i < in.Size(); ++i) read_value(in[i], out.emplace_back(), at.at(i));
    } else if constexpr (IsId<T>::value) {
        auto raw = typename IsId<T>::Inner{};
        if constexpr (std::is_same_v<typename IsId<T>::Inner, std::string>)
            read_text(in, raw, at);
        else
            read_id(in, raw, at);
        out = T{std::move(raw)};
    } else if constexpr (std::is_same_v<T, std::string>) {
        read_text(in, out, at);
    } else if constexpr (std::is_same_v<T, bool>) {
        read_bool(in, out, at);
    } else if constexpr (std::is_integral_v<T>) {
        auto raw = std::int64_t{0};
        read_integer(in, raw, at);
        out = static_cast<T>(raw);
    } else if constexpr (std::is_same_v<T, double>) {
        read_number(in, out, at);
    } else if constexpr (std::is_same_v<T, Money>) {
        auto fen = std::int64_t{0};
        read_integer(in, fen, at);
        out = Money::from_fen(fen);
    } else if constexpr (std::is_same_v<T, Instant>) {
        read_instant(in, out, at);
    } else if constexpr (std::is_same_v<T, Date>) {
        read_date(in, out, at);
    } else if constexpr (std::is_same_v<T, json::Document>) {
        out.CopyFrom(in, out.GetAllocator());
    } else if constexpr (std::is_enum_v<T>) {
        read_enum(in, out, at);
    } else {
        read_struct(in, out, at);
    }
}

template <class T>
inline constexpr bool may_be_absent = IsOptional<T>::value || IsPatch<T>::value || IsVector<T>::value ||
                                      std::is_same_v<T, bool> || std::is_same_v<T, json::Document>;

template <class T>
void read_struct(json::Value const& in, T& out, Reading const& at) {
    if (!is_object_or_complain(in, at)) return;
    auto const rules = rules_of<T>();
    auto known = std::vector<std::string_view>{};
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        auto const name = outside_name(member.name);
        known.push_back(name);
        auto& field = out.*member.pointer;
        using Field = std::decay_t<decltype(field)>;
        auto const inner = at.at(name, rule_for(rules, name));
        auto const* value = json::find(in, name);
        if (value && !(value->IsNull() && !IsPatch<Field>::value && may_be_absent<Field>))
            read_value(*value, field, inner);
        else if (!may_be_absent<Field>)
            inner.complain("必填");
    });
    refuse_unknown(in, known, at);
}

template <class T>
json::Value write_value(T const& value, json::Allocator& allocator) {
    if constexpr (IsOptional<T>::value) {
        return value ? write_value(*value, allocator) : json::Value{rapidjson::kNullType};
    } else if constexpr (IsPatch<T>::value) {
        return write_value(value.value, allocator);
    } else if constexpr (IsVector<T>::value) {
        auto array = json::Value{rapidjson::kArrayType};
        for (auto const& element : value) array.PushBack(write_value(element, allocator), allocator);
        return array;
    } else if constexpr (IsId<T>::value) {
        if constexpr (std::is_same_v<typename IsId<T>::Inner, std::string>)
            return json::make_string(value.value(), allocator);
        else
            return json::make_string(std::to_string(value.value()), allocator);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return json::make_string(value, allocator);
    } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
        return json::Value{value};
    } else if constexpr (std::is_integral_v<T>) {
        return json::Value{static_cast<std::int64_t>(value)};
    } else if constexpr (std::is_same_v<T, Money>) {
        return json::Value{value.fen()};
    } else if constexpr (std::is_same_v<T, Instant>) {
        return json::make_string(format_rfc3339(value), allocator);
    } else if constexpr (std::is_same_v<T, Date>) {
        return json::make_string(format_date(value), allocator);
    } else if constexpr (std::is_same_v<T, json::Document>) {
        return json::Value{value, allocator};
    } else if constexpr (std::is_enum_v<T>) {
        auto text = std::string_view{};
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto const& entry) {
            if (entry.value == value) text = outside_name(entry.name);
        });
        return json::make_string(text, allocator);
    } else {
        auto object = json::Value{rapidjson::kObjectType};
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            object.AddMember(json::make_string(outside_name(member.name), allocator),
                             write_value(value.*member.pointer, allocator), allocator);
        });
        return object;
    }
}

template <class T>
void describe_into(FieldDescription& field) {
    if constexpr (IsOptional<T>::value || IsPatch<T>::value) {
        if constexpr (IsOptional<T>::value)
            describe_into<typename IsOptional<T>::Inner>(field);
        else
            describe_into<typename IsPatch<T>::Inner>(field);
        field.is_nullable = true;
    } else if constexpr (IsVector<T>::value) {
        field.type = "array";
        describe_into<typename IsVector<T>::Inner>(field.children.emplace_back());
    } else if constexpr (IsId<T>::value) {
        field.type = std::is_same_v<typename IsId<T>::Inner, std::string> ? "string" : "id";
    } else if constexpr (std::is_same_v<T, std::string>) {
        field.type = "string";
    } else if constexpr (std::is_same_v<T, bool>) {
        field.type = "boolean";
    } else if constexpr (std::is_integral_v<T>) {
        field.type = "integer";
    } else if constexpr (std::is_same_v<T, double>) {
        field.type = "number";
    } else if constexpr (std::is_same_v<T, Money>) {
        field.type = "money";
    } else if constexpr (std::is_same_v<T, Instant>) {
        field.type = "date-time";
    } else if constexpr (std::is_same_v<T, Date>) {
        field.type = "date";
    } else if constexpr (std::is_same_v<T, json::Document>) {
        field.type = "any";
    } else if constexpr (std::is_enum_v<T>) {
        field.type = "enum";
        field.values = enum_names<T>();
    } else {
        field.type = "object";
        field.children = describe<T>();
        field.record = record_of<T>();
    }
}

}  // namespace wescrm::operation::detail

namespace wescrm::operation {

template <class T>
std::string record_of() {
    if constexpr (requires { record_kind_of(static_cast<T const*>(nullptr)); })
        return std::string{record_kind_of(static_cast<T const*>(nullptr))};
    else
        return {};
}

template <class T>
std::vector<FieldDescription> describe() {
    auto const rules = detail::rules_of<T>();
    auto fields = std::vector<FieldDescription>{};
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
        using Field = std::decay_t<decltype(std::declval<T&>().*member.pointer)>;
        auto& field = fields.emplace_back();
        field.name = detail::outside_name(member.name);
        auto const rule = detail::rule_for(rules, field.name);
        field.label = rule.label;
        field.hint = rule.hint;
        field.limits = rule.limits;
        field.is_required = !detail::may_be_absent<Field>;
        detail::describe_into<Field>(field);
    });
    return fields;
}

template <class T>
Result<T> read_input(json::Value const& input) {
    auto problems = std::vector<FieldError>{};
    auto bound = T{};
    detail::read_struct(input, bound, detail::Reading{{}, {}, &problems});
    if (!problems.empty()) return detail::invalid(std::move(problems));
    return bound;
}

template <class T>
json::Document write_output(T const& output) {
    auto document = json::Document{};
    auto value = detail::write_value(output, document.GetAllocator());
    static_cast<json::Value&>(document) = std::move(value);
    return document;
}

}  // namespace wescrm::operation
