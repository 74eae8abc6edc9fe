// HTTP bytes → head scanner, Beast, framing guard, target, body: what the server runs, without sockets. Beside crashes
// it looks for what request smuggling lives on: a result that depends on how the bytes were cut, or a request that says
// two things about its own length.
#include "request_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using wescrm::http::Limits;
using wescrm::http::RequestReader;

void require(bool condition) {
    if (!condition) std::abort();
}

Limits small_limits() {
    auto limits = Limits{};
    limits.header_bytes = 1024;
    limits.request_line_bytes = 256;
    limits.header_fields = 16;
    limits.body_bytes = 2048;
    limits.callback_body_bytes = 512;
    limits.upload_prefixes = {"/up"};
    limits.upload_body_bytes = 4096;
    return limits;
}

struct Outcome {
    std::vector<std::string> requests;  // as understood, in order
    bool is_refused = false;            // with which status may differ: the first of several reasons that was seen
    std::size_t used = 0;
    bool operator==(Outcome const&) const = default;
};

std::string describe(wescrm::http::Request const& request) {
    return std::string{name_of(request.method)} + " " + request.path + " " + request.query.encoded() + " " +
           request.body;
}

void check(wescrm::http::Request const& request, Limits const& limits) {
    require(request.path.starts_with('/'));
    require(request.path.find("/../") == std::string::npos && !request.path.ends_with("/.."));
    require(request.path.find('\0') == std::string::npos);
    require(request.body.size() <= limits.upload_body_bytes);
    require(request.headers.find("Host").value_or("x").size() > 0);
    auto const length = request.headers.find("Content-Length");
    auto const coding = request.headers.find("Transfer-Encoding");
    require(!(length && coding));
    if (length)
        require(std::to_string(request.body.size()) ==
                length->substr(std::min(length->find_first_not_of('0'), length->size() - 1)));
    if (!length && !coding) require(request.body.empty());
    for (auto const& [name, value] : request.headers) {
        require(!name.empty() && value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos);
    }
}

/// Reads requests as a connection does, `step` bytes more at a time (0: all at once).
Outcome read_all(std::string_view bytes, std::size_t step, Limits const& limits) {
    auto outcome = Outcome{};
    auto available = step == 0 ? bytes.size() : std::min(step, bytes.size());
    auto reader = RequestReader{limits};
    for (;;) {
        outcome.used += reader.put(bytes.substr(outcome.used, available - outcome.used));
        if (reader.state() == RequestReader::State::complete) {
            check(reader.request(), limits);
            outcome.requests.push_back(describe(reader.request()));
            reader = RequestReader{limits};
            if (outcome.used < available) continue;
        }
        if (reader.state() == RequestReader::State::refused) {
            require(reader.status() >= 400 && reader.status() < 600);
            outcome.is_refused = true;
            outcome.used = 0;  // how far it looked before it refused is its own affair
            return outcome;
        }
        if (available == bytes.size()) return outcome;
        available = std::min(available + step, bytes.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const limits = small_limits();
    auto const bytes = std::string_view{reinterpret_cast<char const*>(data), size};
    auto const at_once = read_all(bytes, 0, limits);
    require(at_once == read_all(bytes, 1, limits));
    require(at_once == read_all(bytes, 7, limits));
    return 0;
}
