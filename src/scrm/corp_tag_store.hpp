#pragma once
#include "rules/tag_plan.hpp"

#include <wescrm/operation/context.hpp>

// What corresponds to what, how the last run went, and what could not be done.
namespace wescrm::scrm {

/// Everything that a plan looks at, but for WeCom's side.
[[nodiscard]] TagWorld read_world(operation::Context& ctx);

void link_group(operation::Context& ctx, std::int64_t group, std::string const& corp_id, std::string const& name);
/// The order in which both sides have the tags.
void keep_order(operation::Context& ctx, std::int64_t group, std::vector<std::string> const& sequence);
/// Our tags of these of WeCom.
[[nodiscard]] std::vector<std::int64_t> tags_in_order(operation::Context& ctx, std::int64_t group,
                                                      std::vector<std::string> const& sequence);
/// The group is no longer kept in step, and `note` says why; its tags are forgotten.
void cut_group(operation::Context& ctx, std::int64_t group, std::string const& note);
void forget_group(operation::Context& ctx, std::int64_t group);
void link_tag(operation::Context& ctx, std::int64_t group, std::int64_t tag, std::string const& corp_id,
              std::string const& name);
void cut_tag(operation::Context& ctx, std::int64_t tag);
void forget_tag(operation::Context& ctx, std::int64_t tag);
/// A group goes there with its last tag: it is made again with the next one.
void forget_empty_group(operation::Context& ctx, std::int64_t group);

void note_problem(operation::Context& ctx, TagStep const& step, std::string const& problem);

/// JSON for corp_tag_run.
[[nodiscard]] std::string changes_json(std::vector<TagStep> const& steps);
[[nodiscard]] std::string there_json(std::vector<wecom::ApiTagGroup> const& groups);

}  // namespace wescrm::scrm
