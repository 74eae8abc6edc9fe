#pragma once
#include <wescrm/approval/subject.hpp>
#include <wescrm/operation/binding.hpp>

namespace wescrm::approval {

using SubjectId = StrongId<struct ApprovalSubjectIdTag, std::int64_t>;

struct Decision {
    UserId user_id;
    std::string name;
    std::string decision;  ///< approved, rejected
    std::string comment;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Decision, (), (user_id, name, decision, comment, at))

struct Step {
    std::string mode;  ///< all, any, sequence
    std::vector<UserId> approver_user_ids;
    std::vector<std::string> approver_names;
    std::string status;  ///< pending, approved, rejected, cancelled
    std::string note;    ///< how the approvers were found
    std::vector<Decision> decisions;
};
BOOST_DESCRIBE_STRUCT(Step, (), (mode, approver_user_ids, approver_names, status, note, decisions))

/// Something that waits for consent, or waited. Seen by who asked for it, who was asked, and administrators.
struct ApprovalHead {
    ApprovalId id;
    std::string kind;  ///< order.submit
    std::string subject_type;
    std::string subject_title;  ///< 订单
    SubjectId subject_id;
    std::string subject_no;
    std::string subject_name;
    std::string customer_name;
    std::optional<Money> amount_fen;
    std::string cause;  ///< why consent is needed
    UserId applicant_user_id;
    std::string applicant_name;
    std::string status;  ///< pending, approved, rejected, withdrawn, terminated
    std::optional<Instant> ended_at;
    bool may_decide = false;    ///< whether it waits for the reader
    bool may_withdraw = false;  ///< whether the reader may take it back
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(ApprovalHead, (),
                      (id, kind, subject_type, subject_title, subject_id, subject_no, subject_name, customer_name,
                       amount_fen, cause, applicant_user_id, applicant_name, status, ended_at, may_decide, may_withdraw,
                       version, created_at, updated_at, created_by))
struct Approval : ApprovalHead {
    std::vector<Step> steps;
};
BOOST_DESCRIBE_STRUCT(Approval, (ApprovalHead), (steps))

struct OneApproval {
    ApprovalId id;
};
BOOST_DESCRIBE_STRUCT(OneApproval, (), (id))

struct DecideApproval {
    ApprovalId id;
    std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(DecideApproval, (), (id, comment))

enum class ApprovalStatus { pending, approved, rejected, withdrawn, terminated };
BOOST_DESCRIBE_ENUM(ApprovalStatus, pending, approved, rejected, withdrawn, terminated)
/// waiting: to be decided by me · decided: by me · submitted: by me.
enum class Part { waiting, decided, submitted };
BOOST_DESCRIBE_ENUM(Part, waiting, decided, submitted)

struct ListApprovals {
    std::optional<Part> part;
    std::optional<ApprovalStatus> status;
    std::optional<std::string> subject_type;
    std::optional<SubjectId> subject_id;
    std::optional<UserId> applicant;
    std::optional<std::string> q;  ///< of the subject's number, name or customer
    std::optional<Date> from;      ///< of created_at, both inclusive
    std::optional<Date> to;
    std::optional<std::string> sort;  ///< created_at, updated_at; default -created_at
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListApprovals, (),
                      (part, status, subject_type, subject_id, applicant, q, from, to, sort, limit, cursor))

struct ApprovalPage {
    std::vector<Approval> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ApprovalPage, (), (items, next_cursor))

enum class Mode { none, superior };
BOOST_DESCRIBE_ENUM(Mode, none, superior)

/// Whether an object needs consent before it is in force.
struct Setting {
    std::string object;  ///< order, quote, discount, payment, contract, invoice, export
    std::string title;
    std::string mode;              ///< none, superior
    Money above_fen;               ///< asked only above it
    std::int64_t above_count = 0;  ///< of an export: asked only above so many rows
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Setting, (), (object, title, mode, above_fen, above_count, version))
struct SettingList {
    std::vector<Setting> items;
};
BOOST_DESCRIBE_STRUCT(SettingList, (), (items))
struct AskSettings {};
BOOST_DESCRIBE_STRUCT(AskSettings, (), ())
struct ChangeSetting {
    std::string object;
    std::int64_t version = 0;
    std::optional<Mode> mode;
    std::optional<Money> above_fen;
    std::optional<std::int64_t> above_count;
};
BOOST_DESCRIBE_STRUCT(ChangeSetting, (), (object, version, mode, above_fen, above_count))

std::vector<operation::FieldRule> field_rules(DecideApproval const*);
std::vector<operation::FieldRule> field_rules(ChangeSetting const*);

Result<Approval> show_approval(operation::Context& ctx, OneApproval const& input, Subjects const& subjects);
Result<ApprovalPage> list_approvals(operation::Context& ctx, ListApprovals const& input, Subjects const& subjects);
/// Exactly one decision counts: conflict "decided" names who was first and when. forbidden "own" for the applicant,
/// "approver" for who was not asked.
Result<Approval> approve(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects);
/// The same; the comment must say why.
Result<Approval> reject(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects);
/// By the applicant, while nobody has decided.
Result<Approval> withdraw(operation::Context& ctx, DecideApproval const& input, Subjects const& subjects);
Result<SettingList> list_settings(operation::Context& ctx, AskSettings const& input);
Result<Setting> change_setting(operation::Context& ctx, ChangeSetting const& input);

}  // namespace wescrm::approval
