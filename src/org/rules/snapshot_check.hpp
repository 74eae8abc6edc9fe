#pragma once
#include <wescrm/org/contact_source.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::org::rules {

/// WeCom compares userids without case.
[[nodiscard]] std::string key_of(UserId const& user);

/// Sorts parents before children. What is wrong, in Chinese: nothing there (unless the app's range is of single
/// people), one id twice, an unknown parent (unless the app's range names the department itself, or a tag), a loop.
[[nodiscard]] std::optional<std::string> order_departments(std::vector<wecom::ApiDepartment>& departments,
                                                           wecom::ApiRange const& range);

/// Whether two readings of one person say the same.
[[nodiscard]] bool is_same(wecom::ApiMember const& a, wecom::ApiMember const& b);

/// The same range gives the same digest.
[[nodiscard]] std::string digest_of(wecom::ApiRange range);

}  // namespace wescrm::org::rules
