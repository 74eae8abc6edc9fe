#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/ids.hpp>
#include <wescrm/sales/sales_process.hpp>

#include <vector>

namespace wescrm::sales {

/// Whose opportunity, with whom.
struct ProcessPlace {
    EmployeeId owner;
    std::optional<CustomerId> customer;
    bool is_any_customer = false;  ///< nobody knows yet with whom
};
struct OpenProcess {
    ProcessId id;
    std::string name;
    std::string currency;
    std::string title;  ///< its name, with a currency that is not the home one
};
BOOST_DESCRIBE_STRUCT(OpenProcess, (), (id, name, currency, title))

/// Enabled processes that are for such opportunities: first that in which they start, which says most exactly that it
/// is for them; the default one is for all.
[[nodiscard]] std::vector<OpenProcess> open_processes(operation::Context& ctx, ProcessPlace const& place);
/// process.open
void add_open_processes(operation::Catalogue& catalogue);
/// The first of them.
[[nodiscard]] std::optional<ProcessId> start_process(operation::Context& ctx, ProcessPlace const& place);
/// invalid_input naming process_id, with those that are open.
[[nodiscard]] Result<void> check_open(operation::Context& ctx, ProcessId id, ProcessPlace const& place);

}  // namespace wescrm::sales
