#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/base/ids.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/http/client.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// WeCom's API: https://developer.work.weixin.qq.com/document/path/90664 and the pages named at each call.
namespace wescrm::wecom {

/// One secret of a company: its app, or the contacts-sync assistant. One secret, one token.
struct Account {
    TenantId tenant;
    std::int64_t app_id = 0;  ///< our id of the credential
    std::string corp_id;
    std::string secret;
};

struct Token {
    std::string value;
    std::int64_t generation = 0;  ///< grows with every refresh
    Instant expires;
};

/// What a return code means to the caller; decided by number only
/// (https://developer.work.weixin.qq.com/document/path/90313).
enum class ErrorClass {
    none,
    busy,           ///< repeat in 1, 3, 9 seconds
    token,          ///< the token is no longer good: refresh once
    rate,           ///< 45009: pause this API for this company
    concurrency,    ///< 45033
    configuration,  ///< an administrator must act
    recipient,      ///< this person cannot be reached
    payload,        ///< our mistake
    not_sent,       ///< no byte of the request left
    unknown         ///< it may or may not have been processed
};
[[nodiscard]] ErrorClass classify(int errcode) noexcept;
[[nodiscard]] std::string_view name_of(ErrorClass klass) noexcept;
/// For administrators, in Chinese: what it means and what to click. The number for codes without an own text.
[[nodiscard]] std::string explain(int errcode);

/// An answer of the API, or why there is none.
struct Answer {
    ErrorClass failure = ErrorClass::none;
    int errcode = 0;
    std::string message;  ///< WeCom's errmsg, for logs
    json::Document body;

    [[nodiscard]] bool is_ok() const noexcept { return failure == ErrorClass::none; }
};

/// Where tokens are kept, shared by all processes. Implemented over the database (module jobs) and in memory for tests.
class TokenStore {
public:
    virtual ~TokenStore() = default;
    using Fetch = std::function<asio::awaitable<Answer>()>;  ///< calls gettoken
    /// A token that is good by its age. One caller of all processes fetches, the others wait for it. `failed`: the
    /// generation that WeCom refused; a newer one is given without a fetch. The Answer's failure if there is no token
    /// to be had.
    virtual asio::awaitable<std::pair<std::optional<Token>, Answer>> token(Account const& account,
                                                                           std::optional<std::int64_t> failed,
                                                                           Fetch fetch) = 0;
};

struct ApiDepartment {
    std::int64_t id = 0;
    std::int64_t parent = 0;  ///< 0: the root
    std::string name;
    std::int64_t order = 0;
    std::vector<std::string> leaders;  ///< userids
};
struct ApiMembership {
    std::int64_t department = 0;
    bool is_leader = false;
    std::int64_t order = 0;
};
struct ApiMember {
    UserId user;
    std::string name;
    std::string position;
    std::string mobile;
    int status = 1;  ///< 1 active 2 disabled 4 not activated 5 left
    std::int64_t main_department = 0;
    std::vector<ApiMembership> departments;
    std::string direct_leader;
};
/// A department without its name: all that a contacts-sync secret may read.
struct ApiDepartmentId {
    std::int64_t id = 0;
    std::int64_t parent = 0;
    std::int64_t order = 0;
};
/// A member in one of his departments.
struct ApiMemberId {
    UserId user;
    std::int64_t department = 0;
};
struct ApiMemberIds {
    std::vector<ApiMemberId> members;
    std::string next_cursor;  ///< empty: that was the last page
};
struct ApiMedia {
    std::string content;
    std::string content_type;
    std::string file_name;  ///< empty if WeCom names none
};
/// Visible range of an app.
struct ApiRange {
    std::vector<std::string> users;
    std::vector<std::int64_t> departments;
    std::vector<std::int64_t> tags;
};

template <class T>
struct ApiResult {
    T value{};
    Answer answer;
    [[nodiscard]] bool is_ok() const noexcept { return answer.is_ok(); }
};

/// Calls with a token attached; a refused token is refreshed once. Nothing else is repeated here.
class Client {
public:
    /// Called after each call: API name, errcode (−2: no answer), seconds.
    using Observer = std::function<void(std::string_view api, int errcode, double seconds)>;

    Client(http::Client& http, TokenStore& tokens, std::string api_base, Observer observer = {});

    /// Whether the secret works, without keeping a token: gettoken, path/91039.
    asio::awaitable<Answer> check_secret(Account account) { return fetch_token(std::move(account)); }
    /// "message/send", "message/update_template_card", …: any API that takes a JSON body.
    asio::awaitable<Answer> post(Account account, std::string api, std::string body);
    /// `query`: "id=1&fetch_child=0".
    asio::awaitable<Answer> get(Account account, std::string api, std::string query = {});

    asio::awaitable<Answer> send(Account account, std::string message);        ///< path/90236; Message::to_send
    asio::awaitable<Answer> update_card(Account account, std::string update);  ///< path/94888; Message::to_update
    asio::awaitable<Answer> recall(Account account, std::string message_id);   ///< path/94867; within 24 hours

    asio::awaitable<ApiResult<std::vector<ApiDepartment>>> departments(Account account);       ///< path/90208
    asio::awaitable<ApiResult<std::vector<ApiDepartmentId>>> department_ids(Account account);  ///< path/95350
    asio::awaitable<ApiResult<ApiDepartment>> department(Account account, std::int64_t id);    ///< path/95351
    /// path/90201, not recursive.
    asio::awaitable<ApiResult<std::vector<ApiMember>>> members(Account account, std::int64_t department);
    /// path/96067, contacts-sync secret only. `cursor`: empty for the first page; `limit`: 1 to 10,000.
    asio::awaitable<ApiResult<ApiMemberIds>> member_ids(Account account, std::string cursor, int limit = 10'000);
    asio::awaitable<ApiResult<ApiMember>> member(Account account, UserId user);          ///< path/90196
    asio::awaitable<ApiResult<ApiRange>> range(Account account, std::int64_t agent_id);  ///< agent/get, path/90227

    asio::awaitable<Answer> create_menu(Account account, std::int64_t agent_id, std::string body);  ///< path/90231
    asio::awaitable<Answer> menu(Account account, std::int64_t agent_id);         ///< path/90232; its body is the menu
    asio::awaitable<Answer> delete_menu(Account account, std::int64_t agent_id);  ///< path/90233

    /// media_id, good for three days. `kind`: image, voice, video, file. path/90253
    asio::awaitable<ApiResult<std::string>> upload(Account account, std::string kind, std::string file_name,
                                                   std::string content);
    asio::awaitable<ApiResult<ApiMedia>> download(Account account, std::string media_id);  ///< path/90254

    asio::awaitable<ApiResult<std::string>> jsapi_ticket(Account account);  ///< of the company, path/90506
    asio::awaitable<ApiResult<std::string>> app_ticket(Account account);    ///< of the app (agent_config), path/90506

private:
    struct Exchange;

    asio::awaitable<Answer> fetch_token(Account account);
    asio::awaitable<Exchange> with_token(Account account, std::string api, std::string query,
                                         http::ClientRequest request);
    asio::awaitable<Exchange> once(std::string api, http::ClientRequest request);
    asio::awaitable<ApiResult<std::string>> ticket(Account account, std::string api, std::string query);

    http::Client& http_;
    TokenStore& tokens_;
    std::string api_base_;
    Observer observer_;
};

}  // namespace wescrm::wecom
