#pragma once
#include <cstdint>
#include <string>

namespace wescrm::org {

/// One line of what a run did or would do.
struct Change {
    std::string kind;    ///< add, change, move, missing, kept, deactivate, hold, error
    std::string object;  ///< employee, department
    std::string key;     ///< userid, or WeCom's department id
    std::string name;
    std::string detail;    ///< for people, in Chinese
    std::string before{};  ///< what differs, as it is here
    std::string after{};   ///< and in WeCom
};

}  // namespace wescrm::org
