#pragma once
#include <wescrm/base/ids.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/database/session.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace wescrm::operation {

/// Lower goes first.
enum class Priority { waiting = 0, approval = 1, reminder = 2, bulk = 3 };

/// What must be said to one employee, decided inside the transaction that is its reason.
struct Notice {
    std::string effect_key;  ///< why it exists: "reply:812", "remind:77:2". The same decision twice is one message
    EmployeeId to;
    std::string kind;     ///< a file of templates/cards: "customer_card" → templates/cards/customer_card.json
    json::Document data;  ///< fills the template
    Priority priority = Priority::reminder;
    minutes expires_after{24 * 60};
    Instant not_before{};     ///< epoch: at once
    std::string source_kind;  ///< "task", "customer", …: cancel() finds it by this
    std::int64_t source_id = 0;
};

/// A change of a card that was pressed, by the event's response code (one use, 24 h).
struct CardUpdate {
    std::string effect_key;
    EmployeeId to;  ///< who pressed
    std::string response_code;
    std::string kind;  ///< template of the new card; or
    json::Document data;
    std::string replace_button_text;  ///< if not empty, only the buttons change to this text ("已完成")
    std::string source_kind;
    std::int64_t source_id = 0;
};

/// Turns a notice into the exact bytes that WeCom will get. Implemented by the server over wecom's card templates.
class MessageRenderer {
public:
    virtual ~MessageRenderer() = default;
    struct Rendered {
        std::string body;      ///< JSON as posted, rendered once and never again
        std::string endpoint;  ///< "message/send" or "message/update_template_card"
    };
    /// `effect_id` is unique per company and becomes the task_id of interactive cards.
    [[nodiscard]] virtual Rendered render(std::string_view kind, json::Value const& data, UserId const& to,
                                          std::int64_t agent_id, std::string_view effect_id,
                                          Priority priority) const = 0;
    [[nodiscard]] virtual Rendered render_update(CardUpdate const& update, UserId const& to,
                                                 std::int64_t agent_id) const = 0;
};

/// The tables of what must be sent, written inside the transaction of the change; the sender (module jobs) reads them.
class Outbox {
public:
    Outbox(database::Session& sql, TenantId tenant, MessageRenderer const& renderer, Instant now,
           std::function<void()> wake_sender)
        : sql_{sql}, tenant_{tenant}, renderer_{renderer}, now_{now}, wake_sender_{std::move(wake_sender)} {}

    /// Writes one message, unless its effect key exists already. An employee without a WeCom account gets none.
    void tell(Notice const& notice);
    void update_card(CardUpdate const& update);
    /// Withdraws what has not been sent yet about a thing that was completed, moved or deleted.
    void cancel(std::string_view source_kind, std::int64_t source_id);

private:
    database::Session& sql_;
    TenantId tenant_;
    MessageRenderer const& renderer_;
    Instant now_;
    std::function<void()> wake_sender_;
};

}  // namespace wescrm::operation
