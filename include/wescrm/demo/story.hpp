#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/demo/demo.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the demo company knows of its customers: pure, the same every time, told backwards from a day.
namespace wescrm::demo {

struct Person {
    std::string name;
    std::string position;
    std::string mobile;
};

struct Note {
    std::string_view content;
    std::string_view method;  ///< call, visit, wechat, email, meeting
    Instant at;
};

struct Account {
    std::string no;
    std::string name;
    std::string short_name;
    std::string level;
    std::string industry;
    std::string source;
    std::string mobile;
    std::string address;
    Instant created_at;
    std::vector<Person> people;  ///< the first is the main contact
    std::vector<Note> notes;     ///< oldest first; none lies after the given instant
    std::optional<Instant> next_contact_at;
    std::optional<std::string_view> task;  ///< what its owner has to do
    Instant task_at;
};

/// The n-th customer, counted from 0. No two have the same name, phone or number, and none is called as the examples
/// of the chat are, so that these can be tried.
[[nodiscard]] Account account(std::size_t n, Size size, Instant now, Zone const& zone);

}  // namespace wescrm::demo
