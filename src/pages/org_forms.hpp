#pragma once
#include <wescrm/web/page.hpp>

#include <set>
#include <string>

// What the forms of the organisation share.
namespace wescrm::pages {

using Texts = std::set<std::string>;

/// {name: text} of those that are not "".
[[nodiscard]] json::Document input_of(std::initializer_list<std::pair<char const*, std::string>> members);
/// The form's version as a number.
void add_version(web::PageCall& call, json::Document& input);
/// The departments as options {id, label, chosen}, indented.
[[nodiscard]] Result<json::Value> department_options(web::PageCall& call, Texts const& chosen,
                                                     json::Allocator& allocator);
inline constexpr int people_suggested = 50;
/// The first active people, of those whom `words` fit if there are any, as suggestions {user_id, name}.
[[nodiscard]] Result<json::Value> people_options(web::PageCall& call, json::Allocator& allocator,
                                                 std::string const& words = {}, int most = people_suggested);
/// A userid for what was typed: a userid, or the name of exactly one active person; else what was typed.
[[nodiscard]] std::string user_of(web::PageCall& call, std::string const& typed);
/// The form's names that begin with `prefix`, without it: the boxes that were ticked.
[[nodiscard]] Texts ticked(web::PageCall const& call, std::string_view prefix);
/// `problem`, and `<field>_error` for each wrong field; the status that fits.
void show_error(web::View& view, Error const& error);
/// The list of people of a department, with a sentence ("saved", "deleted", …) that is shown once.
[[nodiscard]] web::View back_to_list(std::string const& department, std::string_view done);
[[nodiscard]] std::string sentence_for(std::string_view done);

}  // namespace wescrm::pages
