#pragma once
#include <wescrm/wecom/client.hpp>

#include <string>
#include <vector>

// Corp tags for customers: https://developer.work.weixin.qq.com/document/path/92117. An app changes only tags that it
// has made itself, and its own changes raise no event.
namespace wescrm::wecom {

inline constexpr std::size_t longest_corp_tag = 30;  ///< code points, of a group's name too

struct ApiTag {
    std::string id;
    std::string name;
    std::int64_t order = 0;  ///< larger ones come first
};
struct ApiTagGroup {
    std::string id;
    std::string name;
    std::vector<ApiTag> tags;  ///< as people see them
};
struct NewCorpTag {
    std::string name;
    std::int64_t order = 0;
};
/// Tags for the group with the id; with none, for the group of that name, which is made if there is none.
struct NewCorpTags {
    std::string group_id;
    std::string group_name;
    std::vector<NewCorpTag> tags;
};

/// All groups with their tags.
asio::awaitable<ApiResult<std::vector<ApiTagGroup>>> corp_tags(Client& client, Account account);
/// The group with the new tags only. 40126: the company has 10,000 already.
asio::awaitable<ApiResult<ApiTagGroup>> add_corp_tags(Client& client, Account account, NewCorpTags tags);
/// `id`: of a tag or a group. 40071: the name is taken.
asio::awaitable<Answer> rename_corp_tag(Client& client, Account account, std::string id, std::string name);
/// Its place among those of its group.
asio::awaitable<Answer> order_corp_tag(Client& client, Account account, std::string id, std::int64_t order);
/// A group goes with its last tag.
asio::awaitable<Answer> delete_corp_tag(Client& client, Account account, std::string tag_id);
asio::awaitable<Answer> delete_corp_tag_group(Client& client, Account account, std::string group_id);

}  // namespace wescrm::wecom
