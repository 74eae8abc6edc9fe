#pragma once
#include <wescrm/operation/context.hpp>

#include <string>

namespace wescrm::approval {

/// Nobody needs to agree any more: what was to be agreed to is over. Nothing happens if nobody is asked.
void terminate(operation::Context& ctx, std::string const& subject_type, std::int64_t subject_id,
               std::string const& why);

/// As the object of a Trigger: consent is asked whatever the company's settings say.
inline constexpr auto always = "";

}  // namespace wescrm::approval
