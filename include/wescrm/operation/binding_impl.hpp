#pragma once
// The templates behind binding.hpp. What does not depend on a type is in src/operation/binding.cpp.
#include <wescrm/operation/binding.hpp>

#include <array>
#include <span>

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
[[nodiscard]] constexpr std::string_view outside_name(std::string_view name) noexcept {
    if (name.ends_with('_')) name.remove_suffix(1);
    return name;
}

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
[[nodiscard]] bool is_object_or_complain(json::Value const& in, Reading const& at);
[[nodiscard]] Error invalid(std::vector<FieldError> problems);

/// A member of a described struct with its types erased: the work on a struct is done once for all of them, and each
/// member costs the compiler an entry of a table.
struct Member {
    std::string_view name;  ///< as the outside has it
    bool may_be_absent = false;
    bool takes_null = false;              ///< a Patch
    void* (*of)(void* object) = nullptr;  ///< its address
    void (*read)(json::Value const& in, void* field, Reading const& at) = nullptr;
    json::Value (*write)(void const* field, json::Allocator& allocator) = nullptr;
    void (*describe)(FieldDescription& field) = nullptr;
};
using Table = std::span<Member const>;
void read_members(json::Value const& in, void* object, Table members, std::vector<FieldRule> const& rules,
                  Reading const& at);
[[nodiscard]] json::Value write_members(void const* object, Table members, json::Allocator& allocator);
[[nodiscard]] std::vector<FieldDescription> describe_members(Table members, std::vector<FieldRule> const& rules);

struct Enumerator {
    std::string_view name;  ///< as the outside has it
    std::int64_t value = 0;
};
using Enumerators = std::span<Enumerator const>;
/// Its number, or a complaint that names those that are allowed.
[[nodiscard]] std::optional<std::int64_t> read_enumerator(json::Value const& in, Enumerators known, Reading const& at);
[[nodiscard]] json::Value write_enumerator(std::int64_t value, Enumerators known, json::Allocator& allocator);
[[nodiscard]] std::vector<std::string> names_of(Enumerators known);

template <class T>
std::vector<FieldRule> rules_of() {
    if constexpr (requires { field_rules(static_cast<T const*>(nullptr)); })
        return field_rules(static_cast<T const*>(nullptr));
    else
        return {};
}

template <class E, template <class...> class List, class... Entry>
constexpr auto enumerators_in(List<Entry...>) {
    return std::array<Enumerator, sizeof...(Entry)>{
        Enumerator{outside_name(Entry::name), static_cast<std::int64_t>(Entry::value)}...};
}
template <class E>
inline constexpr auto enumerators = enumerators_in<E>(boost::describe::describe_enumerators<E>{});

template <class T>
[[nodiscard]] Table table_of();

template <class T>
void read_struct(json::Value const& in, T& out, Reading const& at) {
    read_members(in, &out, table_of<T>(), rules_of<T>(), at);
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
        if (auto const found = read_enumerator(in, enumerators<T>, at)) out = static_cast<T>(*found);
    } else {
        read_struct(in, out, at);
    }
}

template <class T>
inline constexpr bool may_be_absent = IsOptional<T>::value || IsPatch<T>::value || IsVector<T>::value ||
                                      std::is_same_v<T, bool> || std::is_same_v<T, json::Document>;

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
        return write_enumerator(static_cast<std::int64_t>(value), enumerators<T>, allocator);
    } else {
        return write_members(&value, table_of<T>(), allocator);
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
        field.values = names_of(enumerators<T>);
    } else {
        field.type = "object";
        field.children = describe<T>();
        field.record = record_of<T>();
    }
}

template <class T, class Entry>
constexpr Member member_of() {
    using Field = std::remove_cvref_t<decltype(std::declval<T&>().*Entry::pointer)>;
    return {
        outside_name(Entry::name),
        may_be_absent<Field>,
        IsPatch<Field>::value,
        [](void* object) -> void* { return &(static_cast<T*>(object)->*Entry::pointer); },
        [](json::Value const& in, void* field, Reading const& at) { read_value(in, *static_cast<Field*>(field), at); },
        [](void const* field, json::Allocator& allocator) {
            return write_value(*static_cast<Field const*>(field), allocator);
        },
        describe_into<Field>};
}
template <class T, template <class...> class List, class... Entry>
constexpr auto members_in(List<Entry...>) {
    return std::array<Member, sizeof...(Entry)>{member_of<T, Entry>()...};
}
template <class T>
Table table_of() {
    static constexpr auto table = members_in<T>(Members<T>{});
    return table;
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
    return detail::describe_members(detail::table_of<T>(), detail::rules_of<T>());
}

template <class T>
Result<T> read_input(json::Value const& input) {
    auto problems = std::vector<FieldError>{};
    auto bound = T{};
    detail::read_value(input, bound, detail::Reading{{}, {}, &problems});
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
