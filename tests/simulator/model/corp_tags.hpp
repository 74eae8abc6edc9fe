#pragma once
#include "model/world.hpp"

#include <utility>

// Tags for customers: what the API and WeCom's administration have in common.
namespace wescrm::simulator {

inline constexpr std::size_t longest_tag_name = 30;  ///< code points

[[nodiscard]] bool is_tag_name(std::string_view name);
[[nodiscard]] std::int64_t count_tags(Corp const& corp);
[[nodiscard]] CorpTagGroup* find_tag_group(Corp& corp, std::string_view id);
[[nodiscard]] CorpTagGroup* find_tag_group_named(Corp& corp, std::string_view name);
/// The tag and its group; null if there is none.
[[nodiscard]] std::pair<CorpTagGroup*, CorpTag*> find_tag(Corp& corp, std::string_view id);
[[nodiscard]] CorpTag* find_tag_named(CorpTagGroup& group, std::string_view name);
CorpTagGroup& make_tag_group(World const& world, Corp& corp, std::string name, AgentNumber by);
CorpTag& make_tag(World const& world, CorpTagGroup& group, std::string name, AgentNumber by, std::int64_t order = 0);
/// Those with a larger order first.
[[nodiscard]] std::vector<CorpTag> in_order(std::vector<CorpTag> tags);
/// A group goes with its last tag.
void remove_tag(Corp& corp, std::string_view id);
void remove_tag_group(Corp& corp, std::string_view id);

}  // namespace wescrm::simulator
