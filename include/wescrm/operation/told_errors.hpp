#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>

namespace wescrm::operation {

/// An operation's error as people are told it, in the words of the company: a stale version with who wrote last
/// (last_writer.hpp), a filter or order by a field that a role hides with the field's title and the way out.
[[nodiscard]] Error told(Context& ctx, Catalogue const& catalogue, Entry const& entry, json::Value const& input,
                         Error error);

}  // namespace wescrm::operation
