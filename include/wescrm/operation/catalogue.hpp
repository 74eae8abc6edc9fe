#pragma once
#include <wescrm/base/json.hpp>
#include <wescrm/operation/binding.hpp>
#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/operation.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::operation {

using Invoke = std::function<Result<json::Document>(Context&, json::Value const& input)>;

/// An operation with its types erased: JSON in, JSON out.
struct Entry {
    std::string_view name;
    std::string_view title;
    std::string_view permission;
    Effect effect = Effect::reads;
    Route route;
    std::vector<FieldDescription> input;
    std::vector<FieldDescription> output;
    std::string output_record;  ///< kind of the record that the output is; "" if it is none
    /// Checks the permission, binds the input (field-level errors), runs, writes the output.
    Invoke invoke;
};

/// All operations of the product, by name. Built once at start by each module's `add_operations(Catalogue&)`.
class Catalogue {
public:
    /// Throws std::logic_error for a second operation of the same name or route, or one without a permission.
    template <class Input, class Output>
    void add(Operation<Input, Output> const& op) {
        add(op, op.run);
    }
    /// The same for an operation that needs more than its context: `run`, which knows it, stands in for the operation's
    /// own function.
    template <class Input, class Output, class Run>
    void add(Operation<Input, Output> const& op, Run run) {
        add({op.name, op.title, op.permission, op.effect, op.route}, describe<Input>(), describe<Output>(),
            record_of<Output>(), [&op, run = std::move(run)](Context& ctx, json::Value const& input) {
                return invoke_bound(op, run, ctx, input);
            });
    }
    [[nodiscard]] Entry const* find(std::string_view name) const;
    [[nodiscard]] std::vector<Entry const*> entries() const;  ///< by name

private:
    struct Head {
        std::string_view name;
        std::string_view title;
        std::string_view permission;
        Effect effect;
        Route route;
    };
    void add(Head const& head, std::vector<FieldDescription> input, std::vector<FieldDescription> output,
             std::string record, Invoke invoke);

    template <class Input, class Output, class Run>
    static Result<json::Document> invoke_bound(Operation<Input, Output> const& op, Run const& run, Context& ctx,
                                               json::Value const& input) {
        if (auto refused = refuse(ctx, op.permission, op.effect, input)) return *refused;
        auto bound = read_input<Input>(input);
        if (!bound) return bound.error();
        Result<Output> output = run_within(op, run, ctx, *bound);
        if (!output) return output.error();
        insist_on_audit(ctx, op.name, op.effect);
        auto document = write_output(*output);
        static auto const shape = Shape{record_of<Output>(), describe<Output>()};
        guard_output(ctx, document, shape);
        return document;
    }
    template <class Input, class Output, class Run>
    static Result<Output> run_within(Operation<Input, Output> const& op, Run const& run, Context& ctx,
                                     Input const& input) {
        if (op.effect == Effect::reads) return run(ctx, input);
        auto const writing = Writing{ctx};
        return run(ctx, input);
    }
    static void insist_on_audit(Context const& ctx, std::string_view name, Effect effect);
    static std::optional<Error> refuse(Context const& ctx, std::string_view permission, Effect effect,
                                       json::Value const& input);

    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace wescrm::operation
