#include "tag_plan.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace wescrm::scrm {
namespace {

using Kind = TagStep::Kind;
using wecom::ApiTag;
using wecom::ApiTagGroup;
using Sequence = std::vector<std::string>;

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
            case Kind::order_here:
            case Kind::keep_order:
                return 4;
            case Kind::rename_there:
            case Kind::rename_group_there:
                return 5;
            case Kind::make_there:
                return 6;
            case Kind::order_there:
                return 7;
            case Kind::remove_there:
            case Kind::remove_group_there:
                return 8;  // a group goes with its last tag, so new ones come first
            case Kind::refuse:
                return 9;
        }
        return 9;
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
        pairs_.clear();
        plan_tags_of_group();
        plan_order();
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
        pairs_.emplace(tag.id, there->id);
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
                pairs_.emplace(tag.id, there.id);
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

    // ---- the order of a group's tags

    /// The tags that both have, by WeCom's ids.
    [[nodiscard]] Sequence ours_in_order() const {
        auto sequence = Sequence{};
        for (auto const& tag : ours_->tags)
            if (auto const pair = pairs_.find(tag.id); pair != pairs_.end()) sequence.push_back(pair->second);
        return sequence;
    }
    [[nodiscard]] Sequence theirs_in_order() const {
        auto const shared = ours_in_order();
        auto sequence = Sequence{};
        for (auto const& tag : theirs_->tags)
            if (find_by(shared, tag.id, std::identity{})) sequence.push_back(tag.id);
        return sequence;
    }

    // New tags there come last here, new ones here last there: then a later run has nothing to move.
    void plan_order() {
        if (!theirs_) return number_new_tags(std::ssize(ours_->tags));
        auto const ours = ours_in_order();
        auto const theirs = theirs_in_order();
        auto const writer = ours == theirs ? writer_of_new() : writer_of_order(ours, theirs);
        if (writer == Writer::nobody) {
            if (ours != link_->order) add(Kind::keep_order).sequence = ours;
            return;
        }
        if (writer == Writer::there) {
            auto& step = add(Kind::order_here);
            for (auto const& tag : theirs_->tags) step.sequence.push_back(tag.id);
        } else {
            order_there(ours);
        }
    }

    // Where something new stands in front of what both have.
    [[nodiscard]] Writer writer_of_new() const {
        auto const is_new_here = [this](OwnTag const& tag) { return !pairs_.contains(tag.id); };
        auto const is_new_there = [this](ApiTag const& tag) {
            return std::ranges::none_of(pairs_, [&](auto const& pair) { return pair.second == tag.id; });
        };
        auto const come_last = [](auto const& tags, auto const& is_new) {
            auto const first = std::ranges::find_if(tags, is_new);
            return std::find_if_not(first, tags.end(), is_new) == tags.end();
        };
        if (makes_tags_there() && !come_last(ours_->tags, is_new_here)) return Writer::here;
        return comes_in(link_->flow) && !come_last(theirs_->tags, is_new_there) ? Writer::there : Writer::nobody;
    }
    [[nodiscard]] bool makes_tags_there() const {
        return std::ranges::any_of(steps_, [this](TagStep const& step) {
            return step.kind == Kind::make_there && step.group == link_->group;
        });
    }

    // Whoever has moved something since they were compared; if both have, what people see here stays.
    [[nodiscard]] Writer writer_of_order(Sequence const& ours, Sequence const& theirs) const {
        if (link_->flow == TagFlow::to_wecom) return Writer::here;
        if (link_->flow == TagFlow::from_wecom) return Writer::there;
        auto const is_as_before = [this](Sequence const& now) {
            auto before = link_->order;
            std::erase_if(before, [&](auto const& id) { return !find_by(now, id, std::identity{}); });
            auto known = now;
            std::erase_if(known, [&](auto const& id) { return !find_by(before, id, std::identity{}); });
            return known == before;
        };
        return is_as_before(ours) && !is_as_before(theirs) ? Writer::there : Writer::here;
    }

    void order_there(Sequence const& ours) {
        auto place = std::ssize(ours_->tags);
        number_new_tags(place);
        auto first = true;
        for (auto const& tag : ours_->tags) {
            auto const order = place--;
            auto const pair = pairs_.find(tag.id);
            auto const* there = pair == pairs_.end() ? nullptr : tag_there(pair->second);
            if (!there || there->order == order) continue;
            auto& step = add(Kind::order_there);
            step.tag = tag.id;
            step.corp_id = there->id;
            step.name = tag.name;
            step.order = order;
            step.before = std::exchange(first, false) ? "" : tag.name;
        }
        if (!steps_.empty() && steps_.back().kind == Kind::order_there) steps_.back().sequence = ours;
    }

    // By their places here, the first one the largest.
    void number_new_tags(std::ptrdiff_t place) {
        for (auto const& tag : ours_->tags) {
            auto const order = place--;
            for (auto& step : steps_)
                if (step.kind == Kind::make_there && step.tag == tag.id) step.order = order;
        }
    }

    TagWorld const& world_;
    std::map<std::int64_t, std::string> pairs_;  ///< tags that correspond in the present group
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
        case Kind::order_here:
            return "把 CRM 的标签按企业微信的顺序排列";
        case Kind::order_there:
            return before.empty() ? "把企业微信的标签按 CRM 的顺序排列" : std::string{};
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
        case Kind::keep_order:
        case Kind::forget_tag:
        case Kind::forget_group:
            return {};
    }
    return {};
}

std::vector<TagStep> plan_tags(TagWorld const& world) { return Planner{world}.plan(); }

}  // namespace wescrm::scrm
