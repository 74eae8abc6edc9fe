// The outer document of a callback, before any signature is known: no crash, and what is found in it was written there.
#include "fuzz/wecom/require.hpp"

#include <wescrm/wecom/crypto.hpp>

#include <cstdint>

using wescrm::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const body = std::string_view{reinterpret_cast<char const*>(data), size};
    auto const found = wescrm::wecom::encrypted_in(body);
    if (!found) {
        require(found.error().code == wescrm::Errc::invalid_input && found.error().reason == "malformed");
        return 0;
    }
    wescrm::fuzz::require_text(*found);
    require(found->size() <= body.size());
    // Written as WeCom writes it, it is found again (a text with "]]>" could not be).
    if (found->find("]]>") != std::string::npos || found->find('\r') != std::string::npos) return 0;
    auto const again = wescrm::wecom::encrypted_in("<xml><Encrypt><![CDATA[" + *found + "]]></Encrypt></xml>");
    require(again && *again == *found);
    return 0;
}
