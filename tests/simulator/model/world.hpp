#pragma once
#include "model/faults.hpp"
#include "model/groups.hpp"
#include "model/journal.hpp"
#include "model/organisation.hpp"

#include <wescrm/base/clock.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace wescrm::simulator {

/// What the platform allows. 0 lifts a limit.
struct Limits {
    std::int64_t token_seconds = 7200;
    std::int64_t per_member_minute = 30;  ///< app messages to one member; the surplus is dropped silently
    std::int64_t per_member_hour = 1000;
    std::int64_t per_account_day = 200;        ///< times the account limit = person-times a day of one app
    std::int64_t calls_per_minute = 10'000;    ///< per corp and API, message/send excepted; then 45009 for a minute
    std::int64_t calls_per_hour = 150'000;     ///< the same; then 45009 for an hour
    std::int64_t address_per_minute = 20'000;  ///< per calling address and API
    std::int64_t address_per_hour = 600'000;
    std::int64_t wrong_secrets = 10;           ///< in a row, then gettoken answers 45009 for an hour
    std::int64_t tickets_per_hour = 100;       ///< of one app
    std::int64_t corp_tickets_per_hour = 400;  ///< of one corp, all its apps together
    std::int64_t groups_per_day = 1'000;       ///< made by the apps of one corp
    std::int64_t group_changes_per_hour = 1'000;
    std::int64_t group_people_per_minute = 20'000;  ///< person-times of one corp
    std::int64_t group_people_per_hour = 300'000;
    std::int64_t group_member_minute = 200;  ///< to one member from one app; the surplus is dropped silently
    std::int64_t group_member_day = 10'000;
    std::int64_t webhook_per_minute = 20;
    std::int64_t corp_tags = 10'000;  ///< of one corp
};

/// Which secret a token was got with.
enum class Grant { app, contacts, external };

struct Token {
    std::string corp_id;
    Grant grant = Grant::app;
    AgentNumber agent_id = 0;
    Instant expires;
};

/// One line of a chat between a member and an app.
struct ChatMessage {
    std::uint64_t id = 0;
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string user_id;
    bool from_app = true;
    std::string kind;  ///< text, markdown, template_card, …; from a member also image, event
    Instant at;
    std::shared_ptr<std::string const> content;  ///< JSON of the member named like the kind; shared by all receivers
    std::string msgid;
    std::string card_type;
    std::string task_id;
    std::string replaced_button;  ///< update with button.replace_name
    std::int64_t updates = 0;     ///< how often the card was changed for this member
    bool is_recalled = false;
    bool was_cut = false;        ///< longer than WeCom shows
    std::uint64_t changed = 0;   ///< number of the last change of any message, for those who follow along
    std::uint64_t delivery = 0;  ///< of what the member did; 0 for messages of the app
    std::string pressed;         ///< key under way or answered
};

struct ApiCall {
    std::uint64_t id = 0;
    Instant at;
    std::string method;
    std::string api;  ///< without /cgi-bin/
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string detail;  ///< the message kind and such
    int status = 200;
    int errcode = 0;
    double milliseconds = 0;
    std::string fault;
};

struct Attempt {
    int status = 0;  ///< 0: no answer
    double milliseconds = 0;
    std::string problem;
};

struct Delivery {
    std::uint64_t id = 0;
    Instant at;
    std::string corp_id;
    std::string target;  ///< "app/1000002", "contacts", "external"
    std::string user_id;
    std::string kind;    ///< text, enter_agent, template_card_event, change_contact …
    std::string detail;  ///< shortened content
    std::string serial;  ///< of the load driver; empty otherwise
    std::string xml;
    int copies = 1;
    std::vector<Attempt> attempts;
    std::string state = "waiting";  ///< waiting, running, accepted, failed, dropped
    std::uint64_t changed = 0;
};

struct ResponseCode {
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string msgid;
    Instant expires;
    bool is_used = false;
};

struct OauthCode {
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string user_id;
    std::string external_user_id;  ///< the visitor is no member but a customer; user_id is empty then
    std::string scope;
    Instant expires;
    bool is_used = false;
};

/// Opens the sensitive fields of one member who consented.
struct UserTicket {
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string user_id;
    Instant expires;
};

/// Calls of one API in the running minute and hour.
struct Frequency {
    Instant minute;
    Instant hour;
    std::int64_t in_minute = 0;
    std::int64_t in_hour = 0;
    Instant blocked_until;
};

struct Media {
    std::string corp_id;
    std::string type;
    std::string file_name;
    std::string content_type;
    std::string content;
    Instant expires;
};

struct SentMessage {
    std::string corp_id;
    AgentNumber agent_id = 0;
    Instant at;
    std::string card_type;
    std::vector<std::uint64_t> entries;
};

/// Milliseconds, kept whole for exact percentiles.
struct Latencies {
    std::vector<double> values;
    void add(double milliseconds);
    /// `share` 0 … 1; 0 if empty.
    [[nodiscard]] double percentile(double share) const;
};

/// A callback that waits for the app's answer in the chat.
struct Pending {
    std::chrono::steady_clock::time_point sent;
    std::string serial;
};

/// What changed, for those who follow along.
struct Change {
    std::uint64_t number = 0;
    bool is_message = true;  ///< else a delivery
    std::uint64_t id = 0;
};

/// Everything the simulator knows. Owned and touched by one thread.
struct World {
    World();

    Corps corps;
    Limits limits;
    Faults faults;
    ControllableClock clock;
    microseconds advanced{0};  ///< how far the clock is ahead of the machine's

    std::map<std::string, Token> tokens;
    std::map<std::string, std::string> current_tokens;  ///< by corp, grant and agent
    std::map<std::string, std::pair<std::string, Instant>> tickets;
    std::map<std::string, int> wrong_secrets;  ///< by address
    std::map<std::string, Instant> banned;
    std::unordered_map<std::string, Frequency> frequencies;  ///< by corp and API, and by address and API
    std::map<std::string, std::deque<Instant>> tickets_in_hour;
    std::unordered_map<std::string, std::deque<Instant>> to_member;
    std::map<std::string, std::pair<Date, std::int64_t>> sent_today;
    std::unordered_map<std::string, Instant> duplicates;  ///< until when the same content counts as a repeat
    std::size_t prune_duplicates_at = 10'000;
    std::unordered_set<std::string> used_tasks;
    std::unordered_map<std::string, ResponseCode> response_codes;
    std::map<std::string, OauthCode> oauth_codes;
    std::map<std::string, UserTicket> user_tickets;
    std::map<std::string, Media> media;
    std::unordered_map<std::string, SentMessage> sent;
    std::map<std::string, Group> groups;                              ///< by corp and chatid
    std::map<std::string, Webhook> webhooks;                          ///< by key
    std::unordered_map<std::string, std::deque<Instant>> group_uses;  ///< for the limits: by what is counted

    Journal<ChatMessage> messages;
    Journal<ApiCall> calls;
    Journal<Delivery> deliveries;
    Journal<GroupMessage> group_messages;
    std::uint64_t changes = 0;      ///< counts changes of messages and deliveries
    std::deque<Change> change_log;  ///< the last changes in order
    std::uint64_t resets = 0;       ///< how often everything was forgotten
    Signal news;                    ///< raised at every change
    std::string base_url;           ///< of our own listener
    std::uint64_t next_msg_id;      ///< begins at the microsecond of the start: no id of an earlier run comes again

    std::unordered_map<std::string, std::deque<Pending>> pending;  ///< by corp, agent and member
    Latencies answer_latency;                                      ///< callback sent → answer arrived in the chat
    Latencies callback_latency;                                    ///< callback sent → 200
    std::int64_t dropped_messages = 0;
    std::map<std::string, std::int64_t> replies_by_serial;

    [[nodiscard]] Instant now() const { return clock.now(); }
    [[nodiscard]] Corp* find_corp(std::string_view corp_id);
    [[nodiscard]] App* find_app(std::string_view corp_id, AgentNumber agent_id);
    void touch(ChatMessage& message);
    void touch(Delivery& delivery);
    void log_change(Change change);
    /// The app has answered that member: closes the oldest open callback.
    void answered(std::string const& corp_id, AgentNumber agent_id, std::string const& user_id,
                  std::string_view content);
    /// Forgets what happened; the organisation, the clock and valid tokens stay.
    void reset();
};

[[nodiscard]] std::string member_key(std::string_view corp_id, AgentNumber agent_id, std::string_view user_id);
/// Letters and digits from the system's generator.
[[nodiscard]] std::string random_word(std::size_t length);
[[nodiscard]] std::int64_t unix_seconds(Instant at);

}  // namespace wescrm::simulator
