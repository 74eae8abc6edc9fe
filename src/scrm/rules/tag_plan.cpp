#include "tag_plan.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <set>

namespace wescrm::scrm {
namespace {

using Kind = TagStep::Kind;
using wecom::ApiTag;
using wecom::ApiTagGroup;

bool goes_out(TagFlow flow) { return flow == TagFlow::to_wecom || flow == TagFlow::both; }
bool comes_in(TagFlow flow) { return flow == TagFlow::from_wecom || flow == TagFlow::both; }

template <class Range, class Key, class Member>
auto* find_by(Range& range, Key const& key, Member member) {
    auto const at = std::ranges::find(range, key, member);
    return at == range.end() ? nullptr : &*at;
}

/// A name on both sides and when they were compared last.
struct Name {
    std::string ours, theirs, last;
    std::optional<Instant> ours_at, theirs_at;
};
enum class Writer { nobody, here, there };

// Of two new names the later one stays; of one that no event has told WeCom can be the later one.
Writer writer_of(TagFlow flow, Name const& name, Instant seen_at) {
    if (name.ours == name.theirs) return Writer::nobody;
    if (flow == TagFlow::to_wecom) return Writer::here;
    if (flow == TagFlow::from_wecom) return Writer::there;
    if (name.theirs == name.last) return Writer::here;
    if (name.ours == name.last) return Writer::there;
    return name.ours_at && *name.ours_at > name.theirs_at.value_or(seen_at) ? Writer::here : Writer::there;
}

class Planner {
public:
    explicit Planner(TagWorld const& world) : world_{world} {
        for (auto const& link : world.groups)
            if (!link.corp_id.empty()) taken_.insert(link.corp_id);
    }

    std::vector<TagStep> plan() {
        for (auto const& link : world_.groups)
            if (link.flow != TagFlow::none) plan_group(link);
        std::ranges::stable_sort(steps_, std::ranges::less{}, [](TagStep const& step) { return order_of(step.kind); });
        return std::move(steps_);
    }

private:
    // Names become free before others take them.
    static int order_of(Kind kind) {
        switch (kind) {
            case Kind::remove_here:
            case Kind::cut_tag:
            case Kind::cut_group:
            case Kind::forget_tag:
            case Kind::forget_group:
                return 0;
            case Kind::link_group:
            case Kind::link_tag:
                return 1;
            case Kind::rename_here:
            case Kind::rename_group_here:
                return 2;
            case Kind::make_here:
                return 3;
            case Kind::rename_there:
            case Kind::rename_group_there:
                return 4;
            case Kind::make_there:
                return 5;
            case Kind::remove_there:
            case Kind::remove_group_there:
                return 6;  // a group goes with its last tag, so new ones come first
            case Kind::refuse:
                return 7;
        }
        return 7;
    }

    TagStep& add(Kind kind) {
        auto step = TagStep{kind, link_->group};
        step.group_name = ours_ ? ours_->name : link_->name;
        return steps_.emplace_back(std::move(step));
    }
    [[nodiscard]] std::optional<Instant> told(std::string const& corp_id) const {
        auto const at = world_.changed_there.find(corp_id);
        return at == world_.changed_there.end() ? std::nullopt : std::optional{at->second};
    }

    void plan_group(GroupLink const& link) {
        link_ = &link;
        ours_ = find_by(world_.ours, link.group, &OwnGroup::id);
        theirs_ = link.corp_id.empty() ? nullptr : find_by(world_.theirs, link.corp_id, &ApiTagGroup::id);
        if (!ours_) return plan_deleted_group();
        if (!link.corp_id.empty() && !theirs_) {
            add(Kind::cut_group).name = ours_->name;
            return;
        }
        if (!theirs_) find_theirs();
        if (!theirs_ && link.flow == TagFlow::from_wecom) {
            add(Kind::refuse).note = "企业微信里没有叫「" + ours_->name + "」的标签组，请选择对应的标签组";
            return;
        }
        if (theirs_ && !link.corp_id.empty()) plan_group_name();
        plan_tags_of_group();
    }

    // The one of the same name that belongs to no other group.
    void find_theirs() {
        for (auto const& group : world_.theirs)
            if (!theirs_ && group.name == ours_->name && taken_.insert(group.id).second) theirs_ = &group;
        if (!theirs_) return;
        auto& step = add(Kind::link_group);
        step.corp_id = theirs_->id;
        step.name = theirs_->name;
    }

    void plan_deleted_group() {
        if (theirs_ && goes_out(link_->flow)) {
            auto& step = add(Kind::remove_group_there);
            step.corp_id = theirs_->id;
            step.name = theirs_->name;
            return;
        }
        add(Kind::forget_group);
    }

    void plan_group_name() {
        auto const name = Name{ours_->name, theirs_->name, link_->name, ours_->renamed_at, told(theirs_->id)};
        auto const writer = writer_of(link_->flow, name, world_.seen_at);
        if (writer == Writer::nobody && name.last == name.ours) return;
        auto& step = add(writer == Writer::here    ? Kind::rename_group_there
                         : writer == Writer::there ? Kind::rename_group_here
                                                   : Kind::link_group);
        step.corp_id = theirs_->id;
        step.name = writer == Writer::here ? ours_->name : theirs_->name;
        step.before = writer == Writer::here ? theirs_->name : ours_->name;
    }

    void plan_tags_of_group() {
        auto linked = std::set<std::int64_t>{};
        auto known = std::set<std::string>{};
        for (auto const& link : world_.links) {
            if (link.group != link_->group) continue;
            if (is_made_again(link)) {
                add(Kind::forget_tag).tag = link.tag;
                continue;
            }
            if (!link.corp_id.empty()) known.insert(link.corp_id);
            if (auto const* tag = find_by(ours_->tags, link.tag, &OwnTag::id)) {
                linked.insert(link.tag);
                if (!link.is_cut) plan_linked(*tag, link);
            } else {
                plan_deleted(link);
            }
        }
        for (auto const& tag : ours_->tags)
            if (!linked.contains(tag.id)) plan_unlinked(tag, known);
        if (!theirs_ || !comes_in(link_->flow)) return;
        for (auto const& tag : theirs_->tags) {
            if (known.contains(tag.id)) continue;
            auto& step = add(Kind::make_here);
            step.corp_id = tag.id;
            step.name = tag.name;
        }
    }

    [[nodiscard]] ApiTag const* tag_there(std::string const& corp_id) const {
        return theirs_ && !corp_id.empty() ? find_by(theirs_->tags, corp_id, &ApiTag::id) : nullptr;
    }

    // Deleted here, and a new one has its name: that takes its place.
    [[nodiscard]] bool is_made_again(TagLink const& link) const {
        if (find_by(ours_->tags, link.tag, &OwnTag::id)) return false;
        auto const* there = tag_there(link.corp_id);
        auto const* tag = there ? find_by(ours_->tags, there->name, &OwnTag::name) : nullptr;
        return tag && !find_by(world_.links, tag->id, &TagLink::tag);
    }

    // Deleted here, or moved to another group, which WeCom cannot do.
    void plan_deleted(TagLink const& link) {
        auto const goes = tag_there(link.corp_id) && goes_out(link_->flow);
        auto& step = add(goes ? Kind::remove_there : Kind::forget_tag);
        step.tag = link.tag;
        step.corp_id = link.corp_id;
        step.name = link.name;
    }

    void plan_linked(OwnTag const& tag, TagLink const& link) {
        auto const* there = tag_there(link.corp_id);
        if (!there) {
            auto& step = add(comes_in(link_->flow) && tag.uses == 0 ? Kind::remove_here : Kind::cut_tag);
            step.tag = tag.id;
            step.name = tag.name;
            return;
        }
        auto const name = Name{tag.name, there->name, link.name, tag.renamed_at, told(there->id)};
        auto const writer = writer_of(link_->flow, name, world_.seen_at);
        if (writer == Writer::nobody && name.last == name.ours) return;
        auto& step = add(writer == Writer::here    ? Kind::rename_there
                         : writer == Writer::there ? Kind::rename_here
                                                   : Kind::link_tag);
        step.tag = tag.id;
        step.corp_id = there->id;
        step.name = writer == Writer::here ? tag.name : there->name;
        step.before = writer == Writer::here ? there->name : tag.name;
    }

    void plan_unlinked(OwnTag const& tag, std::set<std::string>& known) {
        if (theirs_)
            for (auto const& there : theirs_->tags) {
                if (there.name != tag.name || !known.insert(there.id).second) continue;
                auto& step = add(Kind::link_tag);
                step.tag = tag.id;
                step.corp_id = there.id;
                step.name = tag.name;
                return;
            }
        if (!goes_out(link_->flow) || tag.disabled) return;
        auto const fits = text::length(tag.name) <= wecom::longest_corp_tag;
        auto& step = add(fits ? Kind::make_there : Kind::refuse);
        step.tag = tag.id;
        step.name = tag.name;
        step.corp_group = theirs_ ? theirs_->id : "";
        if (!fits) step.note = "企业微信的标签名称最多 30 个字，请改短";
    }

    TagWorld const& world_;
    std::set<std::string> taken_;
    std::vector<TagStep> steps_;
    GroupLink const* link_ = nullptr;
    OwnGroup const* ours_ = nullptr;
    ApiTagGroup const* theirs_ = nullptr;
};

}  // namespace

std::string TagStep::words() const {
    auto const called = "标签「" + name + "」";
    auto const renamed = "「" + before + "」改名为「" + name + "」";
    switch (kind) {
        case Kind::make_here:
            return "在 CRM 新建" + called;
        case Kind::rename_here:
            return "把 CRM 的标签" + renamed;
        case Kind::rename_group_here:
            return "把 CRM 的分组" + renamed;
        case Kind::remove_here:
            return "删除 CRM 的" + called + "，它在企业微信已删除";
        case Kind::cut_tag:
            return called + "在企业微信已删除：CRM 里保留，不再同步";
        case Kind::cut_group:
            return "标签组在企业微信已删除：CRM 里保留，停止同步";
        case Kind::make_there:
            return "在企业微信新建" + called;
        case Kind::rename_there:
            return "把企业微信的标签" + renamed;
        case Kind::rename_group_there:
            return "把企业微信的标签组" + renamed;
        case Kind::remove_there:
            return "删除企业微信的" + called;
        case Kind::remove_group_there:
            return "删除企业微信的标签组「" + name + "」";
        case Kind::refuse:
            return note;
        case Kind::link_group:
        case Kind::link_tag:
            return before.empty() ? "与企业微信的「" + name + "」对应" : std::string{};
        case Kind::forget_tag:
        case Kind::forget_group:
            return {};
    }
    return {};
}

std::vector<TagStep> plan_tags(TagWorld const& world) { return Planner{world}.plan(); }

}  // namespace wescrm::scrm
