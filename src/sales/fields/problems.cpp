#include "fields/field_operations.hpp"
#include "fields/secrets.hpp"
#include "fields/store.hpp"
#include "rules/fields.hpp"
#include "rules/system_fields.hpp"

#include <wescrm/sales/field_problems.hpp>

#include <algorithm>
#include <charconv>

// What is wrong with a draft, before somebody publishes it.
namespace wescrm::sales {
namespace {

using operation::Effect;
using operation::Operation;

constexpr Operation<OneForm, FormProblems> form_problems{
    "field_form.problems", "表单草稿的问题",   "field.manage",
    Effect::reads,         list_form_problems, {"GET", "/field-forms/{object}/problems"}};

// "fields[2].options" → the third field and "options".
FormProblem problem_of(std::vector<FieldDefinition> const& fields, FieldError const& error) {
    auto const open = error.field.find('[');
    auto const close = error.field.find("].");
    auto at = std::size_t{0};
    if (open == std::string::npos || close == std::string::npos) return {"", error.field, error.message};
    std::from_chars(error.field.data() + open + 1, error.field.data() + close, at);
    return {at < fields.size() ? fields[at].key : "", error.field.substr(close + 2), error.message};
}

}  // namespace

Result<FormProblems> list_form_problems(operation::Context& ctx, OneForm const& input) {
    auto found = FormProblems{};
    auto const draft = Fields{ctx}.draft(input.object);
    if (!draft) return found;
    auto const& fields = draft->fields;
    if (auto const good = check_form(input.object, fields, "fields"); !good)
        for (auto const& error : good.error().fields) found.items.push_back(problem_of(fields, error));
    auto const there = Fields{ctx}.of(input.object);
    for (auto const& field : fields) {
        if (is_system(field.key)) continue;
        if (auto const good = insist_on_pattern(ctx, field, ""); !good)
            found.items.push_back({field.key, "pattern", good.error().fields.front().message});
        auto const old = std::ranges::find(there, field.key, &Field::key);
        if (auto const good = insist_on_secrecy(input.object, field, old == there.end() ? nullptr : &*old, ""); !good)
            found.items.push_back({field.key, good.error().fields.front().field, good.error().message});
        if (old != there.end() && !may_become(old->type, field.type))
            found.items.push_back({field.key, "type",
                                   "不能从" + std::string{label_of(old->type)} + "改为" +
                                       std::string{label_of(field.type)} + "，已填的内容会读不出来"});
    }
    return found;
}

void add_form_problems(operation::Catalogue& catalogue) { catalogue.add(form_problems); }

}  // namespace wescrm::sales
