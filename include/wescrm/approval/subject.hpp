#pragma once
#include <wescrm/operation/context.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::approval {

using ApprovalId = StrongId<struct ApprovalIdTag, std::int64_t>;

/// How an approval ended.
enum class Outcome { approved, rejected, withdrawn };

/// One kind of thing that may need somebody's consent. The module whose records they are registers one.
struct Subject {
    std::string kind;   ///< of records: "order"
    std::string title;  ///< 订单
    /// Brings the record into the state that follows, inside the transaction of the decision. An error undoes the
    /// decision and is told to whoever made it.
    std::function<Result<void>(operation::Context&, std::int64_t id, Outcome, std::string const& comment)> settle;
};

/// The subjects of all modules; complete before the first transaction.
class Subjects {
public:
    void add(Subject subject) { subjects_.push_back(std::move(subject)); }
    [[nodiscard]] std::vector<Subject> const& all() const noexcept { return subjects_; }
    [[nodiscard]] Subject const* find(std::string_view kind) const {
        auto const found = std::ranges::find(subjects_, kind, &Subject::kind);
        return found == subjects_.end() ? nullptr : &*found;
    }

private:
    std::vector<Subject> subjects_;
};
using SharedSubjects = std::shared_ptr<Subjects const>;

/// A setting of the company that may ask for consent: of "order" from an amount on, of "discount" always, of "export"
/// from a number of rows on.
struct Trigger {
    std::string object;
    Money amount;
    std::string cause;                    ///< in words, for the card: "有明细低于底价"
    std::optional<std::int64_t> count{};  ///< compared instead of the amount
};

/// What is to be agreed to.
struct Request {
    std::string kind;  ///< "order.submit"
    std::string subject_type;
    std::int64_t subject_id = 0;
    std::string subject_no;
    std::string subject_name;
    std::string customer_name;
    std::optional<Money> amount;
    EmployeeId owner;  ///< whose superior is asked
    std::vector<Trigger> triggers;
};

/// Asks whom the company's settings want asked, tells them by a card, and answers the approval; nullopt if nobody has
/// to agree (no setting applies, or there is nobody besides the applicant who could). conflict "pending" if one waits
/// already.
[[nodiscard]] Result<std::optional<ApprovalId>> request(operation::Context& ctx, Request const& request);

/// Whether request() would ask somebody.
[[nodiscard]] bool is_needed(operation::Context& ctx, std::vector<Trigger> const& triggers);

}  // namespace wescrm::approval
