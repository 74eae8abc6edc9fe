#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/own_secrets.hpp>

#include <string_view>

// A company's own fields of one record on its way out.
namespace wescrm::operation {

[[nodiscard]] bool has_own_values(json::Value const& object);
/// Whether it has a value of which only a part may be shown.
[[nodiscard]] bool has_masked(json::Value const& object, OwnMarks const& marks);
void open_sealed(Context& ctx, std::string_view kind, json::Value& object, OwnMarks const& marks,
                 json::Allocator& allocator);
/// Before a record is claimed from its pool.
void drop_unpooled(json::Value& object, OwnMarks const& marks);

/// Of these contacts those that work at a customer of the actor's own too, by a link that shows their phones there.
[[nodiscard]] std::vector<std::int64_t> linked_to_own(Context& ctx, std::vector<std::int64_t> const& contacts);

}  // namespace wescrm::operation
