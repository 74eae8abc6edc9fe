#include "model/corp_tags.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <functional>

namespace wescrm::simulator {
namespace {

std::string new_id() { return "et" + random_word(30); }

template <class Range, class Member>
auto* find_by(Range& range, std::string_view key, Member member) {
    auto const at = std::ranges::find(range, key, member);
    return at == range.end() ? nullptr : &*at;
}

}  // namespace

bool is_tag_name(std::string_view name) { return !name.empty() && text::length(name) <= longest_tag_name; }

std::int64_t count_tags(Corp const& corp) {
    auto count = std::int64_t{0};
    for (auto const& group : corp.tag_groups) count += std::ssize(group.tags);
    return count;
}

CorpTagGroup* find_tag_group(Corp& corp, std::string_view id) {
    return find_by(corp.tag_groups, id, &CorpTagGroup::id);
}

CorpTagGroup* find_tag_group_named(Corp& corp, std::string_view name) {
    return find_by(corp.tag_groups, name, &CorpTagGroup::name);
}

std::pair<CorpTagGroup*, CorpTag*> find_tag(Corp& corp, std::string_view id) {
    for (auto& group : corp.tag_groups)
        if (auto* tag = find_by(group.tags, id, &CorpTag::id)) return {&group, tag};
    return {nullptr, nullptr};
}

CorpTag* find_tag_named(CorpTagGroup& group, std::string_view name) {
    return find_by(group.tags, name, &CorpTag::name);
}

CorpTagGroup& make_tag_group(World const& world, Corp& corp, std::string name, AgentNumber by) {
    return corp.tag_groups.emplace_back(CorpTagGroup{new_id(), std::move(name), unix_seconds(world.now()), 0, by, {}});
}

CorpTag& make_tag(World const& world, CorpTagGroup& group, std::string name, AgentNumber by, std::int64_t order) {
    return group.tags.emplace_back(CorpTag{new_id(), std::move(name), unix_seconds(world.now()), order, by});
}

std::vector<CorpTag> in_order(std::vector<CorpTag> tags) {
    std::ranges::stable_sort(tags, std::ranges::greater{}, &CorpTag::order);
    return tags;
}

void remove_tag(Corp& corp, std::string_view id) {
    for (auto& group : corp.tag_groups) std::erase_if(group.tags, [id](CorpTag const& tag) { return tag.id == id; });
    std::erase_if(corp.tag_groups, [](CorpTagGroup const& group) { return group.tags.empty(); });
}

void remove_tag_group(Corp& corp, std::string_view id) {
    std::erase_if(corp.tag_groups, [id](CorpTagGroup const& group) { return group.id == id; });
}

}  // namespace wescrm::simulator
