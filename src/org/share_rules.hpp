#pragma once
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/context.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/operation/rule_conditions.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wescrm::org {

using ShareRuleId = StrongId<struct ShareRuleIdTag, std::int64_t>;

enum class ShareSource { employee, department };
BOOST_DESCRIBE_ENUM(ShareSource, employee, department)
enum class ShareTarget { employee, department, role, group };
BOOST_DESCRIBE_ENUM(ShareTarget, employee, department, role, group)
enum class ShareRight { read, write };
BOOST_DESCRIBE_ENUM(ShareRight, read, write)

/// Gives the records of some owners to other people. Rules only widen. A person is named by his user id.
struct ShareRule {
    ShareRuleId id;
    std::vector<std::string> objects;
    ShareSource source_type = ShareSource::department;
    std::string source_id;
    ShareTarget target_type = ShareTarget::department;
    std::string target_id;
    ShareRight right = ShareRight::read;
    bool include_sub_departments = true;
    bool enabled = true;
    std::optional<Instant> valid_from;
    std::optional<Instant> valid_to;
    std::vector<operation::RuleCondition> conditions;  ///< all must hold; none: every record of the source
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(ShareRule, (),
                      (id, objects, source_type, source_id, target_type, target_id, right, include_sub_departments,
                       enabled, valid_from, valid_to, conditions, version, created_at, updated_at, created_by))

struct ShareRow : ShareRule {
    std::string sort_key;
};

/// The SQL of share rules, and what must be said about them.
class ShareRules {
public:
    explicit ShareRules(operation::Context& ctx) : ctx_{ctx} {}

    [[nodiscard]] std::vector<ShareRow> page(operation::Paging const& paging);
    [[nodiscard]] std::optional<ShareRule> find(ShareRuleId id);
    [[nodiscard]] std::optional<ShareRule> lock(ShareRuleId id);
    /// A new one, or the new content of one. invalid_input with every field that is wrong.
    [[nodiscard]] Result<ShareRuleId> write(std::optional<ShareRuleId> id, ShareRule const& wanted);
    void erase(ShareRuleId id);
    /// Tells a single person who is the target.
    void tell(ShareRule const& rule, std::string const& change);

private:
    /// Ids in our tables, in place of what stands outside.
    struct Ends {
        std::optional<EmployeeId> source_employee;
        std::optional<DepartmentId> source_department;
        std::optional<EmployeeId> target_employee;
        std::optional<DepartmentId> target_department;
        std::optional<std::int64_t> target_role;
        std::optional<std::int64_t> target_group;
    };
    [[nodiscard]] Result<Ends> resolve(ShareRule const& wanted);
    void resolve_target(ShareRule const& wanted, Ends& ends, std::vector<FieldError>& problems);
    static void check_conditions(ShareRule const& wanted, std::vector<FieldError>& problems);
    [[nodiscard]] std::optional<EmployeeId> employee(std::string const& given);
    [[nodiscard]] std::optional<DepartmentId> department(std::string const& given);
    [[nodiscard]] std::vector<ShareRow> rows(std::string const& key, std::string const& rest, database::Params params);

    operation::Context& ctx_;
};

void add_share_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::org
