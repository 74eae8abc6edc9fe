#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/catalogue.hpp>

#include <optional>
#include <string>

namespace wescrm::agenda {

/// Which reminders the actor gets, and when he is left alone.
struct ReminderWishes {
    bool task_reminders = true;
    bool contact_reminders = true;
    bool lead_reminders = true;
    bool morning_digest = true;
    std::optional<std::string> quiet_from;  ///< "22:00"; absent, as quiet_to: the company's
    std::optional<std::string> quiet_to;
    std::optional<std::string> digest_at;  ///< "08:30"; absent: the company's
    std::string company_quiet_from;
    std::string company_quiet_to;
    std::string company_digest_at;
    bool company_morning_digest = true;
    std::int64_t daily_budget = 0;  ///< single messages of a day; what is beyond comes with the next digest
    std::int64_t said_today = 0;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ReminderWishes, (),
                      (task_reminders, contact_reminders, lead_reminders, morning_digest, quiet_from, quiet_to,
                       digest_at, company_quiet_from, company_quiet_to, company_digest_at, company_morning_digest,
                       daily_budget, said_today, version))

struct AskWishes {};
BOOST_DESCRIBE_STRUCT(AskWishes, (), ())

struct ChangeWishes {
    std::int64_t version = 0;
    std::optional<bool> task_reminders;
    std::optional<bool> contact_reminders;
    std::optional<bool> lead_reminders;
    std::optional<bool> morning_digest;
    operation::Patch<std::string> quiet_from;  ///< both, or neither
    operation::Patch<std::string> quiet_to;
    operation::Patch<std::string> digest_at;
};
BOOST_DESCRIBE_STRUCT(ChangeWishes, (),
                      (version, task_reminders, contact_reminders, lead_reminders, morning_digest, quiet_from, quiet_to,
                       digest_at))

/// What the company says about reminders.
struct CompanyReminders {
    std::string digest_at;
    bool morning_digest = true;
    std::int64_t daily_budget = 0;
    std::int64_t version = 0;  ///< of the company
};
BOOST_DESCRIBE_STRUCT(CompanyReminders, (), (digest_at, morning_digest, daily_budget, version))

struct ChangeCompanyReminders {
    std::int64_t version = 0;
    std::optional<std::string> digest_at;
    std::optional<bool> morning_digest;
    std::optional<std::int64_t> daily_budget;
};
BOOST_DESCRIBE_STRUCT(ChangeCompanyReminders, (), (version, digest_at, morning_digest, daily_budget))

std::vector<operation::FieldRule> field_rules(ChangeWishes const*);
std::vector<operation::FieldRule> field_rules(ChangeCompanyReminders const*);

Result<ReminderWishes> show_wishes(operation::Context& ctx, AskWishes const& input);
/// invalid_input names a time that is none, or the missing one of the two quiet hours; stale.
Result<ReminderWishes> change_wishes(operation::Context& ctx, ChangeWishes const& input);
Result<CompanyReminders> show_company_reminders(operation::Context& ctx, AskWishes const& input);
Result<CompanyReminders> change_company_reminders(operation::Context& ctx, ChangeCompanyReminders const& input);

/// reminder_wishes.*, company_reminders.*.
void add_wish_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::agenda
