// A decrypted message, XML or JSON, to its typed value: no crash, every text fit for the database, a kind that is a
// plain word, and the same message gives the same value.
#include "fuzz/wecom/require.hpp"

#include <wescrm/wecom/callback.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace {

using wescrm::fuzz::require;
using wescrm::fuzz::require_text;
using namespace wescrm::wecom;

bool is_plain(std::string_view kind) {
    return !kind.empty() && std::all_of(kind.begin(), kind.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

struct CheckContent {
    void operator()(Text const& text) const { require_text(text.content); }
    void operator()(Location const& place) const {
        require(std::isfinite(place.latitude) && std::isfinite(place.longitude));
        require_text(place.label);
    }
    void operator()(MenuPress const& press) const {
        require_text(press.key);
        require_text(press.scan_result);
        for (auto const& md5 : press.picture_md5s) require_text(md5);
    }
    void operator()(CardPress const& press) const {
        require_text(press.key);
        require_text(press.task_id);
        require_text(press.response_code);
        for (auto const& selection : press.selections)
            for (auto const& option : selection.options) require_text(option);
    }
    void operator()(MemberChange const& change) const {
        require_text(change.user.value());
        require_text(change.name.value_or(""));
        require(change.leads.size() <= change.departments.size());
        require(!change.new_user || !change.new_user->is_empty());
    }
    void operator()(ApprovalChange const& change) const {
        require_text(change.number);
        for (auto const& user : change.approvers) require(!user.is_empty());
    }
    void operator()(ExternalContactChange const& change) const { require_text(change.external_user); }
    void operator()(ExternalChatChange const& change) const {
        for (auto const& member : change.members) require_text(member);
    }
    void operator()(MixedMessage const& message) const { require_text(message.text); }
    template <class Other>
    void operator()(Other const&) const {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const message = std::string_view{reinterpret_cast<char const*>(data), size};
    auto const callback = parse_callback(message);
    if (!callback) return 0;
    for (auto const* text : {&callback->corp_id, &callback->from, &callback->message_id, &callback->lane})
        require_text(*text);
    require(is_plain(callback->kind) && callback->kind.size() < 200);
    require(callback->created >= wescrm::Instant{});
    std::visit(CheckContent{}, callback->content);
    auto const again = parse_callback(message);
    require(again && again->kind == callback->kind && again->lane == callback->lane &&
            again->content.index() == callback->content.index());
    return 0;
}
