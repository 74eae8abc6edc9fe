#include "failures.hpp"

#include <wescrm/base/log.hpp>

namespace wescrm::web {

void log_failure(std::string_view what, std::string_view where, http::Request const& request, Error const& error) {
    if (error.code != Errc::unavailable && error.code != Errc::timed_out) return;
    log::warning("not_answered", {{what, where}, {"request", request.id}, {"reason", error.reason}});
}

}  // namespace wescrm::web
