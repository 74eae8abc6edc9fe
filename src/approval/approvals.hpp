#pragma once
#include <wescrm/approval/approval.hpp>

namespace wescrm::approval {

/// Who is asked, and in which words it is said how they were found. Empty: nobody besides the applicant could be.
struct Approvers {
    std::vector<EmployeeId> people;
    std::string note;
};
/// The nearest active superior of `whose` who is not the applicant; else the administrators without him.
[[nodiscard]] Approvers approvers_for(operation::Context& ctx, EmployeeId whose, EmployeeId applicant);

/// What a decision needs to know of an approval that is locked until the transaction ends.
struct Locked {
    std::string subject_type;
    std::int64_t subject_id = 0;
    std::string subject_no;
    EmployeeId applicant;
    EmployeeId owner;
    std::string status;
};
[[nodiscard]] std::optional<Locked> lock(operation::Context& ctx, ApprovalId id);

/// Asks more people of the pending step; who was asked already is not asked again.
void ask(operation::Context& ctx, ApprovalId id, std::vector<EmployeeId> const& people);
void send_card(operation::Context& ctx, ApprovalId id, EmployeeId to);
/// Nothing more can be pressed: cards that were sent show `word`, those that were not are withdrawn.
void close_cards(operation::Context& ctx, ApprovalId id, std::string const& word);
/// Those of one person, who is not asked any more.
void close_cards_of(operation::Context& ctx, ApprovalId id, EmployeeId holder, std::string const& word);
/// The card once more, as a reminder.
void send_again(operation::Context& ctx, ApprovalId id, EmployeeId to);
[[nodiscard]] bool is_asked(operation::Context& ctx, ApprovalId id, EmployeeId who);
[[nodiscard]] Error no_approval();
/// How it ended, for whoever comes second: "已由 王芳 于 14:03 同意".
[[nodiscard]] Error how_it_ended(operation::Context& ctx, ApprovalId id, Locked const& locked);
void tell_applicant(operation::Context& ctx, Approval const& approval, std::string const& comment);

[[nodiscard]] std::optional<Approval> find(operation::Context& ctx, ApprovalId id, Subjects const& subjects);
[[nodiscard]] std::string title_of(std::string_view subject_type);

}  // namespace wescrm::approval
