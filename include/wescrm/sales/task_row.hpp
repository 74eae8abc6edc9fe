#pragma once
#include <wescrm/operation/context.hpp>

#include <cstdint>
#include <optional>
#include <string>

// How tasks are kept: what people do with them is in the module agenda, which uses this.
namespace wescrm::sales {

struct NewTask {
    std::string title;
    std::optional<Instant> due;
    std::optional<Instant> remind;
    EmployeeId assignee;
    std::optional<std::string> target_type;  ///< "opportunity"
    std::optional<std::int64_t> target_id;
};
/// The open task with the timer of its reminder. Whoever calls it has checked everything, and audits.
[[nodiscard]] std::int64_t insert_task(operation::Context& ctx, NewTask const& task);

/// Tells somebody of a task that is his from now on; `data`, for the card, has its id and title.
struct AssignedTask {
    std::int64_t id = 0;
    std::int64_t version = 1;
    std::optional<Instant> due;
    EmployeeId to;
};
void tell_assigned(operation::Context& ctx, AssignedTask const& task, json::Document data);

}  // namespace wescrm::sales
