#pragma once
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/base/money.hpp>
#include <wescrm/base/time.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// How C++ values travel to and from PostgreSQL: as text, which is what SOCI's backend sends anyway. The type of a
// parameter is what PostgreSQL infers from its place; where it cannot (`any(:ids)`, an untyped expression), the SQL
// says `:ids::bigint[]`.
namespace wescrm::database {

/// Raw bytes of a bytea column or parameter (a plain std::string is text).
struct Blob {
    Bytes bytes;
    friend bool operator==(Blob const&, Blob const&) = default;
};

using Text = std::optional<std::string>;  ///< a value in PostgreSQL's text form; null if empty

template <class T>
struct ValueOf;  // to_text(T) → Text and from_text(std::string_view) → T

template <class T>
requires std::integral<T> &&(!std::same_as<T, bool>)struct ValueOf<T> {
    static Text to_text(T value) { return std::to_string(value); }
    static T from_text(std::string_view text) { return static_cast<T>(std::stoll(std::string{text})); }
};
template <>
struct ValueOf<bool> {
    static Text to_text(bool value) { return value ? "true" : "false"; }
    static bool from_text(std::string_view text) { return text == "t" || text == "true" || text == "1"; }
};
template <>
struct ValueOf<double> {
    static Text to_text(double value);
    static double from_text(std::string_view text) { return std::stod(std::string{text}); }
};
template <>
struct ValueOf<std::nullopt_t> {
    static Text to_text(std::nullopt_t) { return std::nullopt; }
};
template <>
struct ValueOf<std::string> {
    static Text to_text(std::string value) { return value; }
    static std::string from_text(std::string_view text) { return std::string{text}; }
};
template <>
struct ValueOf<std::string_view> {
    static Text to_text(std::string_view value) { return std::string{value}; }
};
template <>
struct ValueOf<char const*> {
    static Text to_text(char const* value) { return std::string{value}; }
};
template <class Tag, class Rep>
struct ValueOf<StrongId<Tag, Rep>> {
    static Text to_text(StrongId<Tag, Rep> const& id) { return ValueOf<Rep>::to_text(id.value()); }
    static StrongId<Tag, Rep> from_text(std::string_view text) {
        return StrongId<Tag, Rep>{ValueOf<Rep>::from_text(text)};
    }
};
template <>
struct ValueOf<Money> {
    static Text to_text(Money amount) { return std::to_string(amount.fen()); }
    static Money from_text(std::string_view text) { return Money::from_fen(std::stoll(std::string{text})); }
};
template <>
struct ValueOf<Instant> {  // timestamptz, exact to the microsecond
    static Text to_text(Instant at) { return format_rfc3339(at); }
    static Instant from_text(std::string_view text);
};
template <>
struct ValueOf<Date> {
    static Text to_text(Date day) { return format_date(day); }
    static Date from_text(std::string_view text);
};
template <>
struct ValueOf<Blob> {
    static Text to_text(Blob const& blob) { return "\\x" + to_hex(blob.bytes); }
    static Blob from_text(std::string_view text);
};
template <class T>
struct ValueOf<std::optional<T>> {
    static Text to_text(std::optional<T> const& value) { return value ? ValueOf<T>::to_text(*value) : std::nullopt; }
};
/// One-dimensional arrays, e.g. bigint[] or text[]; an element may be an optional (null).
[[nodiscard]] std::string array_to_text(std::vector<Text> const& elements);
[[nodiscard]] std::vector<Text> array_from_text(std::string_view text);
template <class T>
struct ValueOf<std::vector<T>> {
    static Text to_text(std::vector<T> const& values) {
        auto elements = std::vector<Text>{};
        elements.reserve(values.size());
        for (auto const& value : values) elements.push_back(ValueOf<T>::to_text(value));
        return array_to_text(elements);
    }
    static std::vector<T> from_text(std::string_view text) {
        auto values = std::vector<T>{};
        for (auto const& element : array_from_text(text)) values.push_back(ValueOf<T>::from_text(element.value()));
        return values;
    }
};

/// A column that is null where the caller's type has no place for it: a mistake in our SQL.
struct UnexpectedNull : std::logic_error {
    using std::logic_error::logic_error;
};

template <class T>
T column_as(Text const& text) {
    if (!text) throw UnexpectedNull{"a null column was read without std::optional"};
    return ValueOf<T>::from_text(*text);
}
template <class T>
requires requires {
    typename T::value_type;
} && std::same_as<T, std::optional<typename T::value_type>> T column_as(Text const& text) {
    if (!text) return std::nullopt;
    return ValueOf<typename T::value_type>::from_text(*text);
}

/// A named parameter: `bind("tenant", id)` for `:tenant`. A name may stand several times in the SQL.
struct Param {
    std::string name;
    Text value;
    /// The statement is planned for this value instead of for any: a list of ids that may stand for most of a table.
    bool shapes_plan = false;
};

template <std::size_t N, class T>
Param bind(char const (&name)[N], T&& value) {  // NOLINT: forwarding, so that std::bind never fits better
    return {std::string{name, N - 1}, ValueOf<std::decay_t<T>>::to_text(value)};
}
/// For a name that is made while a query is built.
template <class T>
Param named(std::string name, T const& value) {
    return {std::move(name), ValueOf<std::decay_t<T>>::to_text(value)};
}

/// The parameters of one statement; grows while a query is built from parts.
class Params {
public:
    Params() = default;
    Params(std::initializer_list<Param> params) : params_{params} {}  // NOLINT: `sql.execute("…", {bind(…)})`
    void add(Param param) { params_.push_back(std::move(param)); }
    void add(Params const& other) { params_.insert(params_.end(), other.params_.begin(), other.params_.end()); }
    [[nodiscard]] std::size_t size() const noexcept { return params_.size(); }
    [[nodiscard]] auto begin() const { return params_.begin(); }
    [[nodiscard]] auto end() const { return params_.end(); }

private:
    std::vector<Param> params_;
};

}  // namespace wescrm::database
