#pragma once
#include <wescrm/base/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::simulator {

using DepartmentNumber = std::int64_t;
using AgentNumber = std::int64_t;

struct Department {
    DepartmentNumber id = 0;
    DepartmentNumber parent_id = 0;  ///< 0: the root
    std::string name;
    std::int64_t order = 0;
    std::vector<std::string> leaders;
};

struct Member {
    std::string user_id;
    std::string name;
    std::vector<DepartmentNumber> departments;
    std::vector<bool> leads;  ///< beside `departments`
    DepartmentNumber main_department = 0;
    std::string position;
    std::string mobile;
    std::string email;
    std::string alias;
    std::string avatar_color;
    std::string direct_leader;
    int status = 1;  ///< 1 activated, 2 disabled, 4 not activated, 5 left
    bool is_licensed = true;
};

/// A secret and the callback keys that belong to it. `token` empty: no callback configured.
struct Credential {
    std::string secret;
    std::string token;
    std::string aes_key;
};

struct App {
    AgentNumber agent_id = 0;
    std::string name;
    std::string description;
    Credential credential;
    std::string home_url;
    std::string trusted_domain;  ///< host[:port] for OAuth; empty: any
    std::vector<std::string> visible_users;
    std::vector<DepartmentNumber> visible_departments;
    std::vector<std::string> sensitive_fields;  ///< of auth/getuserdetail, as the administrator allows them
    std::string menu;                           ///< JSON of menu/create; empty: none
    bool is_closed = false;
};

/// A tag for customers. `agent_id`: of the app that made it; 0: a person did, in WeCom's administration.
struct CorpTag {
    std::string id;
    std::string name;
    std::int64_t created = 0;
    std::int64_t order = 0;
    AgentNumber agent_id = 0;
};
struct CorpTagGroup {
    std::string id;
    std::string name;
    std::int64_t created = 0;
    std::int64_t order = 0;
    AgentNumber agent_id = 0;
    std::vector<CorpTag> tags;
};

/// A company as WeCom knows it. Member ids compare without case: keys are in lower case.
struct Corp {
    std::string corp_id;
    std::string name;
    Credential contacts;
    Credential external;
    std::map<AgentNumber, App> apps;
    std::map<DepartmentNumber, Department> departments;
    std::map<std::string, Member> members;
    std::map<std::string, std::string> external_contacts;  ///< external_userid → JSON of externalcontact/get
    std::vector<CorpTagGroup> tag_groups;
    std::vector<std::string> trusted_ips;  ///< empty: every address may call
    std::int64_t account_limit = 0;        ///< 0: the number of members, at least 1,000

    [[nodiscard]] Member* find_member(std::string_view user_id);
    [[nodiscard]] Department* find_department(DepartmentNumber id);
    /// With itself.
    [[nodiscard]] std::set<DepartmentNumber> descendants(DepartmentNumber id) const;
    [[nodiscard]] std::set<DepartmentNumber> visible_departments(App const& app) const;
    [[nodiscard]] bool is_visible(App const& app, Member const& member) const;
    /// Lower-case ids of those directly in one of `departments`.
    [[nodiscard]] std::vector<std::string> members_of(std::set<DepartmentNumber> const& departments) const;
    /// To be called after members or departments changed.
    void changed() { ++version_; }

private:
    struct VisibleCache {
        std::uint64_t version = 0;
        std::set<DepartmentNumber> departments;
        std::set<std::string> users;
    };
    VisibleCache const& visible(App const& app) const;

    std::uint64_t version_ = 1;
    mutable std::map<AgentNumber, VisibleCache> visible_;
    mutable std::map<DepartmentNumber, std::vector<DepartmentNumber>> children_;
    mutable std::map<DepartmentNumber, std::vector<std::string>> inhabitants_;
    mutable std::uint64_t index_version_ = 0;
    void index() const;
};

using Corps = std::map<std::string, Corp>;

/// invalid_input "org" naming the place if the text is no organisation file.
[[nodiscard]] Result<Corps> read_organisation(std::string_view json_text);
[[nodiscard]] Result<Member> read_member(json::Value const& value);
[[nodiscard]] Result<Department> read_department(json::Value const& value);

/// Fills a corp with made-up people: a tree of `departments` (the root included), `members` spread over it, one leader
/// each.
void generate(Corp& corp, std::int64_t members, std::int64_t departments);
/// A whole made-up corp with one app, for large-scale trials.
[[nodiscard]] Corp generated_corp(std::string corp_id, std::int64_t members, std::int64_t departments);

}  // namespace wescrm::simulator
