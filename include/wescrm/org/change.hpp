#pragma once
#include <cstdint>
#include <string>

namespace wescrm::org {

/// One line of what a run did or would do.
struct Change {
    std::string kind;    ///< add, change, move, missing, deactivate, hold
    std::string object;  ///< employee, department
    std::string key;     ///< userid, or WeCom's department id
    std::string name;
    std::string detail;  ///< for people, in Chinese
};

}  // namespace wescrm::org
