#pragma once
#include <wescrm/approval/approval.hpp>

// Passing an approval on, and reminding those who are asked.
namespace wescrm::approval {

struct PassApproval {
    ApprovalId id;
    UserId user_id;
    std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(PassApproval, (), (id, user_id, comment))

std::vector<operation::FieldRule> field_rules(PassApproval const*);

struct Config {
    minutes urge_every{240};  ///< an applicant reminds at most once in this time
};

/// 转交: another one decides instead of the actor; by an administrator instead of everybody who is asked. forbidden
/// "approver" for others; conflict "decided" once somebody has.
Result<Approval> transfer(operation::Context& ctx, PassApproval const& input, Subjects const& subjects);
/// 加签: another one may decide as well; the first decision counts.
Result<Approval> add_signer(operation::Context& ctx, PassApproval const& input, Subjects const& subjects);
/// 催办: by the applicant; those who are asked get the card again. rate_limited "urged" with the time of the next.
Result<Approval> urge(operation::Context& ctx, OneApproval const& input, Subjects const& subjects,
                      Config const& config);

}  // namespace wescrm::approval
