#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/operation/context.hpp>

#include <string_view>

namespace wescrm::operation {

enum class Effect {
    reads,
    writes,
    confirms  ///< writes, and a person in a chat is asked first
};

/// The REST route, below /api/v1: {"POST", "/customers"}, {"GET", "/customers/{id}"}. Path parameters bind to input
/// fields of the same name, query parameters of a GET to the others, If-Match to `version`. Empty: not reachable by
/// REST.
struct Route {
    std::string_view method;
    std::string_view path;
    int success = 200;  ///< 201 for a creation (with Location), 204 for a deletion
};

/// Something a person can do: declared once, reachable by chat, card, page, REST and command line. `Input` and `Output`
/// are structs described with BOOST_DESCRIBE_STRUCT (see binding.hpp for the field types). Operations are constants
/// with static storage.
template <class InputType, class OutputType>
struct Operation {
    using Input = InputType;
    using Output = OutputType;
    std::string_view name;        ///< "customer.create"
    std::string_view title;       ///< "新建客户"
    std::string_view permission;  ///< "customer.create"; must not be empty. "self": every employee
    Effect effect;
    Result<Output> (*run)(Context&, Input const&);
    Route route;
};

}  // namespace wescrm::operation
