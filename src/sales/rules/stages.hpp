#pragma once
#include <wescrm/base/unit_price.hpp>
#include <wescrm/sales/sales_process.hpp>

#include <map>
#include <set>

// What makes a good sales process, and which way an opportunity may go in it. Pure functions.
namespace wescrm::sales {

/// The stages as they are stored: open ones first, then the ends, of which missing ones are added; end stages get their
/// probability. invalid_input names stages[n].field.
[[nodiscard]] Result<std::vector<StageInput>> complete_stages(std::vector<StageInput> stages);

/// What a process says about moves.
struct MoveRules {
    std::string roll_back;
    bool can_skip = true;
};
/// What is known of the opportunity.
struct MoveFacts {
    std::set<std::string> filled;  ///< names of fields that have a value, or that nobody can give one
    std::int64_t followups = 0;    ///< written since it came into its stage
    bool has_reason = false;
    std::set<std::string> done_tasks{};  ///< titles
    std::int64_t attachments = 0;
    std::map<std::string, std::string> labels{};  ///< the company's words for fields, of its own all that there are
    std::string approval{};  ///< of the latest one asked for in this stage: approved, pending, rejected, …; "": none
};

/// Whatever must hold before it goes on from stages[from] past `last` - 1, in words with the way out; empty: it may.
[[nodiscard]] std::vector<std::string> missing_to_leave(std::vector<Stage> const& stages, std::size_t from,
                                                        std::size_t last, MoveFacts const& facts,
                                                        bool counts_approval = true);
/// May it be won from stages[from]? conflict "exit_conditions".
[[nodiscard]] Result<void> check_win(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from,
                                     MoveFacts const& facts);
/// May it go from stages[from] to stages[to], both open? conflict "same_stage", "roll_back", "exit_conditions" (naming
/// what is missing); invalid_input names reason.
[[nodiscard]] Result<void> check_move(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from,
                                      std::size_t to, MoveFacts const& facts);

/// Whether going on from stages[from] to stages[to], or past the last open one, takes somebody's consent.
[[nodiscard]] bool takes_consent(MoveRules const& rules, std::vector<Stage> const& stages, std::size_t from,
                                 std::size_t to);

/// "商机金额" for amount_fen; the name itself for what is not known.
[[nodiscard]] std::string field_label(std::string const& name);
/// Names of fields of every company that may stand in required_fields.
[[nodiscard]] std::vector<std::string> system_needable();
/// Names that may stand in required_fields, besides "custom.…".
[[nodiscard]] bool is_required_name(std::string const& name);

/// The subtotal of a line: price × quantity less the discount, rounded half up.
[[nodiscard]] Money line_subtotal(UnitPrice price, std::int64_t quantity_milli, std::int64_t discount_bp);

}  // namespace wescrm::sales
