#include "rule_preview.hpp"

#include "../rules/duplicates.hpp"

#include <wescrm/base/text.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::int64_t most_counted = 10'000;

/// Pairs of one rule, as SQL over the keys: one select per group and kind of record compared.
class Pairs {
public:
    Pairs(DuplicateObject object, DuplicateRule const& rule) : object_{object}, rule_{rule} {}

    [[nodiscard]] std::string sql() const {
        auto selects = std::vector<std::string>{};
        for (auto const& group : rule_.groups)
            for (auto const* other : {"customer", "lead", "contact"})
                if (is_compared(other)) selects.push_back(select(group, other));
        return "select count(*) from (select * from (" + text::join(selects, " union ") + ") p limit " +
               std::to_string(most_counted + 1) + ") counted";
    }

private:
    [[nodiscard]] bool compares(DuplicateWith with) const {
        return std::ranges::find(rule_.compare, with) != rule_.compare.end();
    }
    [[nodiscard]] bool is_compared(std::string_view other) const {
        if (other == "lead") return compares(DuplicateWith::lead);
        if (other == "contact") return compares(DuplicateWith::contact);
        return compares(DuplicateWith::customer) || compares(DuplicateWith::pool);
    }
    // Only customers that are owned, or only those in pools.
    [[nodiscard]] std::string of_place(std::string_view other) const {
        auto const owned = compares(DuplicateWith::customer);
        if (other != "customer" || owned == compares(DuplicateWith::pool)) return {};
        return " join customer c on c.tenant_id = :tenant and c.id = b0.object_id and c.owner_id is " +
               std::string{owned ? "not null" : "null"};
    }
    static bool is_of_one_customer(DuplicateKind kind) {
        return kind == DuplicateKind::customer_mobile || kind == DuplicateKind::customer_name;
    }
    static std::string stored_kind(DuplicateKind kind) {
        if (kind == DuplicateKind::customer_mobile) return "mobile";
        if (kind == DuplicateKind::customer_name) return "name";
        return boost::describe::enum_to_string(kind, "");
    }
    [[nodiscard]] std::string select(DuplicateGroup const& group, std::string_view other) const {
        auto const mine = std::string{boost::describe::enum_to_string(object_, "")};
        auto const is_same_kind = mine == other;
        auto from = std::string{};
        for (auto i = std::size_t{0}; i < group.conditions.size(); ++i) {
            auto const n = std::to_string(i);
            auto const kind = "'" + stored_kind(group.conditions[i]) + "'";
            auto const a = "a" + n;
            auto const b = "b" + n;
            from += i == 0 ? " from duplicate_key a0"
                           : " join duplicate_key " + a + " on " + a + ".tenant_id = :tenant and " + a + ".object = '" +
                                 mine + "' and " + a + ".kind = " + kind + " and " + a + ".object_id = a0.object_id";
            from += " join duplicate_key " + b + " on " + b + ".tenant_id = :tenant and " + b + ".object = '" +
                    std::string{other} + "' and " + b + ".kind = " + kind + " and " + b + ".value = " + a + ".value";
            if (i > 0) from += " and " + b + ".object_id = b0.object_id";
        }
        from += of_place(other);
        if (std::ranges::any_of(group.conditions, is_of_one_customer))
            from +=
                " join contact ta on ta.tenant_id = :tenant and ta.id = a0.object_id join contact tb on tb.tenant_id = "
                ":tenant and tb.id = b0.object_id and tb.customer_id = ta.customer_id";
        auto const first_kind = "'" + stored_kind(group.conditions.front()) + "'";
        auto const order = is_same_kind ? " and a0.object_id < b0.object_id" : "";
        return "select a0.object_id as x, b0.object_id as y" + from +
               " where a0.tenant_id = :tenant and a0.object = '" + mine + "' and a0.kind = " + first_kind + order;
    }

    DuplicateObject object_;
    DuplicateRule const& rule_;
};

}  // namespace

Result<DuplicatePreview> preview_duplicates(operation::Context& ctx, PreviewDuplicates const& input) {
    if (auto problems = problems_of(input.object, input.rules); !problems.empty()) {
        auto const message = problems.front().message;
        return Error{Errc::invalid_input, "invalid", message, std::move(problems)};
    }
    auto preview = DuplicatePreview{};
    for (auto const& rule : input.rules) {
        auto const counted =
            ctx.sql().value<std::int64_t>(Pairs{input.object, rule}.sql(), {bind("tenant", ctx.tenant())}).value_or(0);
        preview.items.push_back({rule.name, std::min(counted, most_counted), counted > most_counted});
    }
    return preview;
}

}  // namespace wescrm::sales
