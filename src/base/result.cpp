#include <stdexcept>

#include <wescrm/base/result.hpp>

namespace wescrm {

Error invalid_field(std::string field, std::string message) {
    auto shown = message;
    auto fields = std::vector<FieldError>{};
    fields.push_back({std::move(field), std::move(message)});
    return Error{Errc::invalid_input, "invalid_field", std::move(shown), std::move(fields)};
}

char const* name_of(Errc code) noexcept {
    switch (code) {
        case Errc::invalid_input: return "invalid_input";
        case Errc::unauthenticated: return "unauthenticated";
        case Errc::forbidden: return "forbidden";
        case Errc::not_found: return "not_found";
        case Errc::conflict: return "conflict";
        case Errc::stale: return "stale";
        case Errc::rate_limited: return "rate_limited";
        case Errc::timed_out: return "timed_out";
        case Errc::unavailable: return "unavailable";
    }
    return "unknown";
}

void throw_exception_from_error(Error const& error, boost::source_location const& where) {
    throw std::logic_error{std::string{"no value at "} + where.file_name() + ":" + std::to_string(where.line()) + ": " +
                           name_of(error.code) + " " + error.reason};
}

}  // namespace wescrm
