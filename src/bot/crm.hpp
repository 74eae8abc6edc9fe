#pragma once
#include "data.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/result.hpp>
#include <wescrm/base/time.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::bot {

/// Runs an operation of the catalogue by name for the person who chats. A refused one has written nothing.
using Invoke = std::function<Result<json::Document>(std::string_view operation, json::Value const& input)>;
/// Whether the person has the permission that an operation needs; the error that invoking it would give.
using Permitted = std::function<Result<void>(std::string_view operation)>;

struct Contact {
    std::string id;
    std::string customer_id;
    std::string customer;  ///< name, of a search
    std::int64_t version = 0;
    std::string name;
    std::string position;
    std::string mobile;
    std::string remark;
    bool is_primary = false;
};
struct Followup {
    std::string id;
    std::int64_t version = 0;
    std::string content;
    std::string method;  ///< visit, call, wechat, email, meeting, other
    std::string author;
    std::string customer;  ///< name
    std::optional<Instant> followed_at;
    std::optional<Instant> next_contact_at;
};
struct Task {
    std::string id;
    std::int64_t version = 0;
    std::string title;
    std::string status;
    std::string target_type;
    std::string target_id;
    std::string target_name;
    std::optional<Instant> due_at;
    std::optional<Instant> remind_at;
};
struct Customer {
    std::string id;
    std::int64_t version = 0;
    std::string no;
    std::string name;
    std::string short_name;
    std::string level;
    std::string industry;
    std::string source;
    std::string mobile;
    std::string address;
    std::string remark;
    std::string owner;  ///< name; empty: nobody's
    std::string owner_user_id;
    std::optional<Instant> next_contact_at;
    std::optional<Instant> last_follow_at;
    std::int64_t search_rank = 0;  ///< of a search: 1 exact … 6 pinyin or the end of a phone
    std::vector<Contact> contacts;
    std::vector<Followup> followups;  ///< the last few
    std::vector<std::string> tags;
};
/// A field of the company's own, and what a record has in it.
struct OwnField {
    std::string key;
    std::string label;
    std::string type;
    bool is_required = false;
    std::vector<std::string> options;  ///< labels, of a choice
};
struct OwnValue {
    std::string label;
    std::string text;
    bool is_on_card = false;
};
struct OwnValues {
    std::vector<OwnValue> items;
    Data labels;  ///< of the fields that every company has: those that this one calls otherwise
};
struct CustomerPage {
    std::vector<Customer> items;
    std::string next_cursor;  ///< empty: the last page
};
/// A customer that exists already; without id if the person does not see it.
struct Duplicate {
    std::string id;
    std::string name;
    std::string owner;
    std::string matched;  ///< name, mobile
    bool is_in_high_sea = false;
    std::optional<Instant> last_follow_at;
};
struct Duplicates {
    std::vector<Duplicate> items;
    std::vector<Customer> similar;
};
/// A customer that the person wanted to contact.
struct PlannedContact {
    std::string customer_id;
    std::string customer_name;
    std::optional<Instant> at;
};
/// What is overdue and what is due today, oldest first.
struct Agenda {
    std::vector<Task> tasks;
    std::vector<PlannedContact> contacts;
};
struct Undone {
    std::string label;  ///< "新建客户 宏达科技"
    std::string object_id;
    bool is_gone = false;  ///< the record was new and does not exist any more
};

/// The operations that the chat uses, typed: the one place that knows their names and JSON members.
class Crm {
public:
    explicit Crm(Invoke invoke, Permitted permitted = {})
        : invoke_{std::move(invoke)}, permitted_{std::move(permitted)} {}

    /// To be asked before a question whose answer would lead to a refusal.
    [[nodiscard]] Result<void> permitted(std::string_view operation) const {
        return permitted_ ? permitted_(operation) : Result<void>{};
    }

    [[nodiscard]] Result<Customer> create_customer(Data const& fields) const;
    [[nodiscard]] Result<std::vector<Customer>> search_customers(std::string_view words, std::size_t limit) const;
    /// Names that nearly read or sound like the words.
    [[nodiscard]] Result<std::vector<Customer>> near_customers(std::string_view words, std::size_t limit) const;
    [[nodiscard]] Result<Customer> show_customer(std::string_view id) const;
    [[nodiscard]] Result<CustomerPage> list_customers(Data const& query) const;
    /// `fields`: the new values; the record must still have `version`.
    [[nodiscard]] Result<Customer> change_customer(std::string_view id, std::int64_t version, Data const& fields) const;
    /// Into the recycle bin.
    [[nodiscard]] Result<void> delete_customer(std::string_view id) const;
    [[nodiscard]] Result<Duplicates> check_duplicate(std::string_view name, std::string_view mobile) const;
    /// `operation`: "customer.transfer", "customer.assign", "customer.share", "customer.tag", "customer.merge" with the
    /// customer's id and what it needs.
    [[nodiscard]] Result<Customer> change_ownership(std::string_view operation, std::string_view id,
                                                    Data const& more) const;
    [[nodiscard]] Result<Contact> show_contact(std::string_view id) const;
    [[nodiscard]] Result<Contact> change_contact(Contact const& before, Data const& fields) const;
    /// At one customer, or with "" at all that the person sees.
    [[nodiscard]] Result<std::vector<Contact>> find_contacts(std::string_view words, std::string_view customer_id,
                                                             std::size_t limit) const;
    [[nodiscard]] Result<Followup> create_followup(Data const& fields) const;
    [[nodiscard]] Result<std::vector<Followup>> list_followups(Data const& query) const;
    [[nodiscard]] Result<Contact> create_contact(Data const& fields) const;
    [[nodiscard]] Result<Task> create_task(Data const& fields) const;
    [[nodiscard]] Result<Task> show_task(std::string_view id) const;
    [[nodiscard]] Result<Task> complete_task(std::string_view id) const;
    [[nodiscard]] Result<Task> cancel_task(std::string_view id) const;
    [[nodiscard]] Result<Task> change_task(Task const& before, Data const& fields) const;
    [[nodiscard]] Result<Task> snooze_task(std::string_view id) const;
    [[nodiscard]] Result<Agenda> today() const;
    [[nodiscard]] Result<std::vector<Task>> list_tasks(Data const& query) const;

    /// The company's own fields of a kind of records, and what a record has in them; empty ones are left out.
    [[nodiscard]] std::vector<OwnField> own_fields(std::string_view object) const;
    [[nodiscard]] OwnValues own_values(std::string_view object, std::string_view id) const;
    /// The fields that every company has, as this one calls them.
    [[nodiscard]] std::vector<OwnField> system_fields(std::string_view object) const;

    /// Takes back the person's last write in the chat. not_found: there is none; stale: somebody changed the record
    /// since.
    [[nodiscard]] Result<Undone> undo() const;

    /// For those who type what the members above do not.
    [[nodiscard]] Result<json::Document> invoke(std::string_view operation, Data const& input) const;

private:
    [[nodiscard]] Result<std::vector<Customer>> found_customers(std::string_view operation, std::string_view words,
                                                                std::size_t limit) const;

    Invoke invoke_;
    Permitted permitted_;
};

}  // namespace wescrm::bot
