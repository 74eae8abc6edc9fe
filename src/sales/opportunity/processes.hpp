#pragma once
#include <wescrm/sales/sales_process.hpp>

namespace wescrm::sales {

/// The SQL of sales processes and their stages.
class Processes {
public:
    explicit Processes(operation::Context& ctx) : ctx_{ctx}, sql_{ctx.sql()} {}

    [[nodiscard]] std::optional<Process> find(ProcessId id);
    /// The same, locked until the transaction ends.
    [[nodiscard]] std::optional<Process> lock(ProcessId id);
    [[nodiscard]] std::vector<Stage> stages(ProcessId id);
    [[nodiscard]] std::optional<Stage> stage(StageId id);
    [[nodiscard]] ProcessDetail detail(ProcessId id);
    [[nodiscard]] ProcessDetail in_list(ProcessId id);  ///< without counting its opportunities
    [[nodiscard]] std::int64_t opportunities_in(StageId stage);

    [[nodiscard]] ProcessId insert(CreateProcess const& input);
    void update(ChangeProcess const& input);
    /// Brings the stages of the process in this order; those without an id are new.
    void put_stages(ProcessId id, std::vector<StageInput> const& stages);
    void remove_stage(StageId id);
    void only_default(ProcessId id);
    /// Keeps the process as it is now under its version.
    void keep_version(ProcessId id);

private:
    operation::Context& ctx_;
    database::Session& sql_;
};

}  // namespace wescrm::sales
