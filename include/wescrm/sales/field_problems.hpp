#pragma once
#include <wescrm/sales/custom_field.hpp>

namespace wescrm::sales {

struct FormProblem {
    std::string key;     ///< of the field
    std::string member;  ///< of its definition
    std::string message;
};
BOOST_DESCRIBE_STRUCT(FormProblem, (), (key, member, message))
struct FormProblems {
    std::vector<FormProblem> items;
};
BOOST_DESCRIBE_STRUCT(FormProblems, (), (items))

/// What stands in the way of publishing the draft; nothing if there is none.
Result<FormProblems> list_form_problems(operation::Context& ctx, OneForm const& input);

}  // namespace wescrm::sales
