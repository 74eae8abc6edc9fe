#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/http/message.hpp>

#include <string>
#include <string_view>

// How pages write instants: the rules of the design (near days by name, the year only when it is another one).
namespace wescrm::pages {

/// "今天 16:28", "昨天 09:01", "明天 10:00", "11-25 16:28", "2027-03-31 08:00".
[[nodiscard]] std::string short_time(Instant at, Zone const& zone, Instant now);
/// The text of an RFC 3339 member in that form; "" if it is absent.
[[nodiscard]] std::string short_time(json::Value const& object, std::string_view member, Zone const& zone, Instant now);
/// Adds `<member>_text` to every element of an array of objects.
void add_time_texts(json::Value& rows, std::string_view member, Zone const& zone, Instant now,
                    json::Allocator& allocator);

/// A program by what it calls itself: "企业微信 · iPhone"; what is not known stays as it was sent.
[[nodiscard]] std::string client_word(std::string const& agent);

/// A member that is a text, "" if it is absent or something else.
[[nodiscard]] std::string text_of(json::Value const& object, std::string_view member);

/// A member that is a whole number, in digits; "" if there is none.
[[nodiscard]] std::string number_of(json::Value const& object, std::string_view member);

/// A copy that owns its memory.
[[nodiscard]] json::Document copy_of(json::Value const& value);
/// The parameters of a query with one of them replaced, as "?a=1&b=2": links to the next page keep the filters.
[[nodiscard]] std::string query_with(http::Parameters const& query, std::string_view name, std::string_view value);

}  // namespace wescrm::pages
