#pragma once
#include "pools.hpp"

#include <string>
#include <vector>

namespace wescrm::sales {

/// The card of everybody who was asked for more time shows `word`; what is not sent yet never is.
void close_extension_cards(operation::Context& ctx, std::int64_t extension, std::string const& word);
/// Records that change their owner: what the former one asked for is void.
void withdraw_extensions(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& records);

}  // namespace wescrm::sales
