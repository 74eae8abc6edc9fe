#pragma once
#include <wescrm/base/time.hpp>
#include <wescrm/wecom/corp_tags.hpp>

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What has to be done so that groups of tags here and at WeCom are in step again. Pure: it looks at how both are now
// and how they were when they were compared last, so what one side has just taken over from the other is no change, and
// nothing goes round in circles.
namespace wescrm::scrm {

/// Who writes: whose names, new tags and deletions the other side takes over.
enum class TagFlow { none, to_wecom, from_wecom, both };
BOOST_DESCRIBE_ENUM(TagFlow, none, to_wecom, from_wecom, both)

struct OwnTag {
    std::int64_t id = 0;
    std::string name;
    bool disabled = false;
    std::int64_t uses = 0;
    std::optional<Instant> renamed_at;
};
struct OwnGroup {
    std::int64_t id = 0;
    std::string name;
    std::optional<Instant> renamed_at;
    std::vector<OwnTag> tags{};
};

struct GroupLink {
    std::int64_t group = 0;
    TagFlow flow = TagFlow::none;
    std::string corp_id;               ///< empty: not made there, or to be found by its name
    std::string name;                  ///< when they were compared last; empty: never
    std::vector<std::string> order{};  ///< WeCom's ids of the tags, as both had them then
};
struct TagLink {
    std::int64_t tag = 0;
    std::int64_t group = 0;
    std::string corp_id;
    std::string name;
    bool is_cut = false;  ///< deleted there, and left alone since
};

struct TagWorld {
    std::vector<OwnGroup> ours;
    std::vector<wecom::ApiTagGroup> theirs;
    std::vector<GroupLink> groups;
    std::vector<TagLink> links;
    std::map<std::string, Instant> changed_there;  ///< by WeCom's id: what events said
    Instant seen_at;                               ///< when WeCom was read: what no event told has happened by then
};

struct TagStep {
    enum class Kind {
        link_group,  ///< they belong together; nothing to do on either side
        link_tag,
        make_here,  ///< from here on: something is done in the CRM …
        rename_here,
        rename_group_here,
        order_here,  ///< the tags of the group like WeCom's
        keep_order,  ///< both have them alike
        remove_here,
        cut_tag,  ///< deleted there while it is used here
        cut_group,
        forget_tag,
        forget_group,
        make_there,  ///< … and at WeCom
        rename_there,
        rename_group_there,
        order_there,  ///< one tag: `order` is its place; the last one of a group has the `sequence`
        remove_there,
        remove_group_there,
        refuse  ///< cannot be; `note` says why
    };
    Kind kind;
    std::int64_t group = 0;
    std::int64_t tag = 0;
    std::string corp_id{};     ///< of the tag, or of the group for steps of groups
    std::string corp_group{};  ///< of make_there; empty: the group is made with it
    std::string name{};        ///< as it will be
    std::string before{};
    std::string note{};
    std::string group_name{};             ///< for people
    std::int64_t order = 0;               ///< of make_there and order_there
    std::vector<std::string> sequence{};  ///< WeCom's ids of the group's tags in their new order

    [[nodiscard]] bool is_there() const { return kind >= Kind::make_there && kind != Kind::refuse; }
    /// "在企业微信新建标签「重点」"; empty if nobody needs to know.
    [[nodiscard]] std::string words() const;
};

/// In an order in which they can be taken.
[[nodiscard]] std::vector<TagStep> plan_tags(TagWorld const& world);

}  // namespace wescrm::scrm
