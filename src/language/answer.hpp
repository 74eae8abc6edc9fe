#pragma once
#include "sentence.hpp"
#include "words.hpp"

#include <wescrm/language/understanding.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the readers of single intents share: filling slots from a sentence.
namespace wescrm::language {

using Part = std::pair<std::size_t, std::size_t>;  ///< from and behind, in code points
using Intent = std::optional<Understanding>;

/// Collects an intent with its slots. An empty value leaves the slot out.
class Answer {
public:
    explicit Answer(std::string intent, double confidence = 0.95);
    Answer& with(char const* slot, std::string const& value);
    Answer& with(char const* slot, std::int64_t value);
    Answer& with(char const* slot, std::optional<std::int64_t> value);
    Answer& with_flag(char const* slot, bool value);
    Answer& with_set_flag(char const* field);  ///< to true
    Answer& with_set(char const* field, std::string const& value);
    Answer& with_set(char const* field, std::int64_t value);
    [[nodiscard]] Intent done() { return std::move(understood_); }

private:
    Understanding understood_;
};

/// The values of labels and phones that a creation may carry; what is left over are free words.
struct Filled {
    std::vector<std::pair<std::string, std::string>> slots;
    std::vector<Part> taken;

    void add(std::string name, std::string value, Part part);
    [[nodiscard]] bool has(std::string_view name) const;
};
[[nodiscard]] Filled fill(Sentence const& s, std::size_t from);
/// 下周三再联系 at the end of a report or creation becomes next_contact_at.
struct Plan {
    std::string moment;
    Part clause;
};
[[nodiscard]] std::optional<Plan> plan_in(Sentence const& s, std::size_t from);
void take_plan(Sentence const& s, std::size_t from, Filled& filled);

[[nodiscard]] bool is_moment(EntityValue const& value);     ///< a date or a moment
[[nodiscard]] bool has_date(EntityValue const& value);      ///< or a period that stands for a date
[[nodiscard]] std::string period_of(Entity const& entity);  ///< "FROM..TO", both inclusive; empty if it is none
[[nodiscard]] std::string period_in(Sentence const& s, Lean lean);
[[nodiscard]] Part part_of(Entity const& entity);

/// The first amount; what was said of it.
struct FoundAmount {
    std::int64_t fen = 0;
    bool is_approximate = false;
    Part part;
};
[[nodiscard]] std::optional<FoundAmount> amount_in(Sentence const& s, std::size_t from = 0);
/// The first date or moment behind `from` as slot text, and where it stands.
[[nodiscard]] std::optional<std::pair<std::string, Part>> date_in(Sentence const& s, Lean lean, std::size_t from = 0);

/// Where the first (last) of the words stands: {from, behind}.
[[nodiscard]] std::optional<Part> find_any(Sentence const& s, std::initializer_list<std::u32string_view> words,
                                           std::size_t from = 0);
[[nodiscard]] std::optional<Part> find_last(Sentence const& s, std::initializer_list<std::u32string_view> words);
[[nodiscard]] bool has_any(Sentence const& s, std::initializer_list<std::u32string_view> words);
[[nodiscard]] bool ends_with_any(Sentence const& s, std::initializer_list<std::u32string_view> words);

/// A record's name as typed between two positions, without object words, particles and politeness around it.
[[nodiscard]] std::string name_between(Sentence const& s, std::size_t from, std::size_t to);
[[nodiscard]] std::string clean_name(std::string name);
/// A task's title as typed; unlike in names, 给 belongs to it.
[[nodiscard]] std::string task_between(Sentence const& s, std::size_t from, std::size_t to);
/// A person: 同事孙浩 is 孙浩, 我 is me.
[[nodiscard]] std::string person_between(Sentence const& s, std::size_t from, std::size_t to);
/// What is left of the sentence without times, without the parts taken and without these words: 孙浩 in
/// 孙浩这个季度新增的客户.
[[nodiscard]] std::string residue(Sentence const& s, std::initializer_list<std::u32string_view> words,
                                  Lean lean = Lean::past, std::vector<Part> taken = {});
/// self, subordinates, company, department:…, employee:… of the words that are left of a question.
[[nodiscard]] std::string scope_of(Sentence const& s, std::string const& rest);
/// "A" … "E" of A类, B级.
[[nodiscard]] std::string level_in(Sentence const& s, std::size_t from, Part* part = nullptr);
[[nodiscard]] bool is_honorific(std::u32string_view name);
/// SO20261122007 and its like.
[[nodiscard]] std::optional<Part> number_in(Sentence const& s, std::size_t from = 0);

}  // namespace wescrm::language
