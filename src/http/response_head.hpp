#pragma once
#include <wescrm/http/message.hpp>

#include <string>
#include <string_view>

namespace wescrm::http {

/// What the connection knows about an answer beside its content.
struct AnswerFrame {
    bool is_http10 = false;
    bool keep_alive = true;
    std::string_view date;        ///< the value of the Date field
    std::string_view request_id;  ///< may be empty
};

/// Appends status line and fields to `out`. Sets the framing itself (whatever the handler put there is left out), adds
/// the standard fields, and writes no control character of any value. A status without a body (1xx, 204, 304) gets no
/// length.
void append_head(std::string& out, Response const& response, AnswerFrame const& frame);

[[nodiscard]] constexpr bool has_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

}  // namespace wescrm::http
