#pragma once
#include <wescrm/sales/high_sea.hpp>

namespace wescrm::sales {

/// Several records that one person got from somebody else by one deed.
struct Gains {
    EmployeeId to;
    std::string from;        ///< who gave them, as people call him
    bool is_import = false;  ///< they were in his file
    std::int64_t count = 0;
    std::vector<std::string> names{};    ///< of the first few
    std::optional<std::int64_t> only{};  ///< the record, if it is one
    std::string reason{};
};
inline constexpr int named_gains = 5;

/// One message with number and link, however many they are. `deed` names what was done, so that it is told once.
void tell_gains(operation::Context& ctx, PoolObject object, Gains const& gains, std::string const& deed);

}  // namespace wescrm::sales
