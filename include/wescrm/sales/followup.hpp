#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/contact.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

enum class TargetType { customer, contact, opportunity, lead, quote, contract, order, payment };
BOOST_DESCRIBE_ENUM(TargetType, customer, contact, opportunity, lead, quote, contract, order, payment)
/// Documents: what is said about one is for those who see it, and they have no recycle bin.
[[nodiscard]] constexpr bool is_document(TargetType type) noexcept { return type >= TargetType::quote; }
enum class Method { call, visit, wechat, email, meeting, other, wecom, sms };
BOOST_DESCRIBE_ENUM(Method, call, visit, wechat, email, meeting, other, wecom, sms)
/// "call" → 电话, for people.
[[nodiscard]] std::string_view label_of(Method method) noexcept;

struct Followup {
    FollowupId id;
    std::string target_type;
    RecordId target_id;
    std::optional<CustomerId> customer_id;
    std::optional<std::string> customer_name;
    std::string content;
    std::string method;
    UserId author_user_id;
    std::string author_name;
    Instant followed_at;
    std::optional<Instant> next_contact_at;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Followup, (),
                      (id, target_type, target_id, customer_id, customer_name, content, method, author_user_id,
                       author_name, followed_at, next_contact_at, version, created_at, updated_at, created_by))
constexpr std::string_view record_kind_of(Followup const*) { return "followup"; }

struct CreateFollowup {
    TargetType target_type = TargetType::customer;
    RecordId target_id;
    std::string content;
    std::optional<Method> method;
    std::optional<Instant> followed_at;      ///< absent: now; not in the future
    std::optional<Instant> next_contact_at;  ///< the author is reminded then
    std::optional<UserId> author_user_id{};  ///< absent: the actor; somebody else: permission followup.import
};
BOOST_DESCRIBE_STRUCT(CreateFollowup, (),
                      (target_type, target_id, content, method, followed_at, next_contact_at, author_user_id))

struct ChangeFollowup {
    FollowupId id;
    std::int64_t version = 0;
    std::optional<std::string> content;
    std::optional<Method> method;
    operation::Patch<Instant> next_contact_at;
};
BOOST_DESCRIBE_STRUCT(ChangeFollowup, (), (id, version, content, method, next_contact_at))

struct OneFollowup {
    FollowupId id;
    std::optional<std::int64_t> version;
};
BOOST_DESCRIBE_STRUCT(OneFollowup, (), (id, version))

struct ListFollowups {
    std::optional<TargetType> target_type;
    std::optional<RecordId> target_id;
    std::optional<CustomerId> customer_id;
    std::optional<std::string> q;
    std::optional<UserId> owner;  ///< the author
    std::optional<DepartmentId> department;
    std::optional<Date> from;  ///< of date_field, both inclusive
    std::optional<Date> to;
    std::optional<std::string> date_field;  ///< created_at (default), followed_at, next_contact_at
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListFollowups, (),
                      (target_type, target_id, customer_id, q, owner, department, from, to, date_field, sort, limit,
                       cursor))

struct FollowupPage {
    std::vector<Followup> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(FollowupPage, (), (items, next_cursor))

std::vector<operation::FieldRule> field_rules(CreateFollowup const*);
std::vector<operation::FieldRule> field_rules(ChangeFollowup const*);

/// Writes the follow-up, moves the customer's last_follow_at and next_contact_at, and sets the author's reminder.
Result<Followup> create_followup(operation::Context& ctx, CreateFollowup const& input);
Result<Followup> show_followup(operation::Context& ctx, OneFollowup const& input);
Result<FollowupPage> list_followups(operation::Context& ctx, ListFollowups const& input);
/// By its author within 24 hours: forbidden "followup_edit" for anybody else and later.
Result<Followup> change_followup(operation::Context& ctx, ChangeFollowup const& input);
/// By its author or who brought it in within 24 hours, else by who may delete customers; the customer's instants are
/// computed anew.
Result<Nothing> delete_followup(operation::Context& ctx, OneFollowup const& input);

}  // namespace wescrm::sales
