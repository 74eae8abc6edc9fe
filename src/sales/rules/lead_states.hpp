#pragma once
#include <wescrm/base/result.hpp>

#include <string>
#include <string_view>

// The states of a lead. Pure.
namespace wescrm::sales {

enum class LeadEvent { gain, follow, enter_pool, invalidate, reopen, convert, make_void, restore };

/// The state after the event; conflict "status" names both in Chinese if it cannot happen.
[[nodiscard]] Result<std::string> after(std::string_view status, LeadEvent event);
/// "following" → 跟进中.
[[nodiscard]] std::string_view label_of_lead(std::string_view status) noexcept;

}  // namespace wescrm::sales
