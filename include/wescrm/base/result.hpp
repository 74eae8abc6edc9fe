#pragma once
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <utility>
#include <vector>

namespace wescrm {

/// What a caller can branch on. The edges translate SQLSTATE, WeCom errcode and socket errors into one of these.
enum class Errc {
    invalid_input = 1,
    unauthenticated,
    forbidden,
    not_found,
    conflict,
    stale,  ///< somebody changed it meanwhile
    rate_limited,
    timed_out,
    unavailable
};

/// What is wrong with one field of an input, e.g. {"contacts[0].mobile", "手机号应为 11 位"}.
struct FieldError {
    std::string field;
    std::string message;
};

struct Error {
    // Implicit, so that `return Errc::not_found;` reads as it should.
    Error(Errc code_ = Errc::unavailable, std::string reason_ = {}, std::string message_ = {},  // NOLINT
          std::vector<FieldError> fields_ = {})
        : code{code_}, reason{std::move(reason_)}, message{std::move(message_)}, fields{std::move(fields_)} {}

    Errc code;
    std::string reason;   ///< stable word for machines, e.g. "holding_cap"; part of the REST interface
    std::string message;  ///< for the person who asked; never SQL, keys or the text of another system
    std::vector<FieldError> fields;
};

/// An error about one field of the input.
[[nodiscard]] Error invalid_field(std::string field, std::string message);

/// The word for an error code, e.g. "not_found", for logs and metrics.
[[nodiscard]] char const* name_of(Errc code) noexcept;

/// Called by Result::value() when there is none: a mistake in our code, so an exception.
[[noreturn]] void throw_exception_from_error(Error const& error, boost::source_location const& where);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace wescrm
