#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>

#include <boost/describe/enum.hpp>

// What a company takes for the same customer, lead or contact, and what happens then (查重规则). A record that is made,
// changed, brought back or converted meets those with equal keys; the strictest rule that holds decides: conflict
// "duplicate" (blocked), conflict "possible_duplicate" (written with a duplicate_reason), or nothing.
namespace wescrm::sales {

enum class DuplicateObject { customer, lead, contact };
BOOST_DESCRIBE_ENUM(DuplicateObject, customer, lead, contact)

/// What two records have in common. `person`: a lead's company and name; the last two: contacts of one customer.
enum class DuplicateKind {
    name,
    name_core,
    credit_code,
    mobile,
    phone,
    email,
    wechat,
    person,
    customer_mobile,
    customer_name
};
BOOST_DESCRIBE_ENUM(DuplicateKind, name, name_core, credit_code, mobile, phone, email, wechat, person, customer_mobile,
                    customer_name)

/// Which records are compared: customers that somebody owns, customers in a pool, leads, contacts.
enum class DuplicateWith { customer, pool, lead, contact };
BOOST_DESCRIBE_ENUM(DuplicateWith, customer, pool, lead, contact)

/// The laxer, the smaller.
enum class DuplicateAction { allow, warn, block };
BOOST_DESCRIBE_ENUM(DuplicateAction, allow, warn, block)

/// By which way a record comes.
enum class DuplicateEntry { manual, chat, import_, api, conversion, claim };

struct DuplicateActions {
    DuplicateAction manual = DuplicateAction::block;
    DuplicateAction chat = DuplicateAction::block;
    DuplicateAction import_ = DuplicateAction::block;
    DuplicateAction api = DuplicateAction::block;
    DuplicateAction conversion = DuplicateAction::block;
    DuplicateAction claim = DuplicateAction::allow;
};
BOOST_DESCRIBE_STRUCT(DuplicateActions, (), (manual, chat, import_, api, conversion, claim))

/// Holds if all conditions do.
struct DuplicateGroup {
    std::vector<DuplicateKind> conditions;
};
BOOST_DESCRIBE_STRUCT(DuplicateGroup, (), (conditions))

/// Holds if one of its groups does.
struct DuplicateRule {
    std::string name;
    bool enabled = true;
    std::vector<DuplicateGroup> groups;
    std::vector<DuplicateWith> compare;
    DuplicateActions actions;
};
BOOST_DESCRIBE_STRUCT(DuplicateRule, (), (name, enabled, groups, compare, actions))

struct DuplicateRules {
    DuplicateObject object = DuplicateObject::customer;
    std::vector<DuplicateRule> rules;
    bool shows_name = false;   ///< the whole name to who does not see the record
    bool shows_owner = true;   ///< who owns it
    bool is_default = true;    ///< nobody has changed them yet
    std::int64_t version = 0;  ///< 0 as long as nobody has
    std::optional<Instant> updated_at;
    std::optional<UserId> updated_by;
};
BOOST_DESCRIBE_STRUCT(DuplicateRules, (),
                      (object, rules, shows_name, shows_owner, is_default, version, updated_at, updated_by))

std::vector<operation::FieldRule> field_rules(DuplicateRule const*);

/// The rules of the company, or those that every company begins with.
[[nodiscard]] DuplicateRules duplicate_rules(operation::Context& ctx, DuplicateObject object);
/// What is made in this transaction from now on comes from a file: the action `import_` applies.
void enter_by_import(operation::Context& ctx);

}  // namespace wescrm::sales
