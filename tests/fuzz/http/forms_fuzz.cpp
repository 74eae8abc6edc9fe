// Query strings, form bodies and multipart bodies: no crash, and what was read can be written and read again.
#include <wescrm/base/text.hpp>
#include <wescrm/http/message.hpp>
#include <wescrm/http/multipart.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_parameters(std::string_view bytes) {
    auto const read = wescrm::http::Parameters::parse(bytes);
    if (!read) return;
    for (auto const& [name, value] : *read) {
        require(wescrm::text::is_valid_utf8(name) && wescrm::text::is_valid_utf8(value));
        require(value.find('\0') == std::string::npos);
    }
    auto const again = wescrm::http::Parameters::parse(read->encoded());
    require(again && again->encoded() == read->encoded());
}

/// The first line is the content type, the rest the body.
void check_multipart(std::string_view bytes) {
    auto const end = bytes.find('\n');
    if (end == std::string_view::npos) return;
    auto const parts = wescrm::http::parse_multipart(bytes.substr(0, end), bytes.substr(end + 1));
    if (!parts) return;
    for (auto const& part : *parts) require(part.content.size() < bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view{reinterpret_cast<char const*>(data), size};
    check_parameters(bytes);
    check_multipart(bytes);
    return 0;
}
