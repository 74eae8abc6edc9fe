#include "model/world.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <cmath>

namespace wescrm::simulator {
namespace {

constexpr auto kept_messages = std::size_t{200'000};
constexpr auto kept_calls = std::size_t{20'000};
constexpr auto kept_deliveries = std::size_t{100'000};
constexpr auto kept_changes = std::size_t{50'000};
constexpr auto kept_latencies = std::size_t{1'000'000};

/// "#17" of the load driver within an answer; empty if there is none.
std::string serial_in(std::string_view content) {
    auto const at = content.find("#L");
    if (at == std::string_view::npos) return {};
    auto end = at + 2;
    while (end < content.size() && content[end] >= '0' && content[end] <= '9') ++end;
    return end == at + 2 ? std::string{} : std::string{content.substr(at, end - at)};
}

}  // namespace

World::World()
    : messages{kept_messages},
      calls{kept_calls},
      deliveries{kept_deliveries},
      group_messages{kept_calls},
      next_msg_id{static_cast<std::uint64_t>(now().time_since_epoch().count())} {}

Corp* World::find_corp(std::string_view corp_id) {
    auto const at = corps.find(std::string{corp_id});
    return at == corps.end() ? nullptr : &at->second;
}

App* World::find_app(std::string_view corp_id, AgentNumber agent_id) {
    auto* corp = find_corp(corp_id);
    if (corp == nullptr) return nullptr;
    auto const at = corp->apps.find(agent_id);
    return at == corp->apps.end() ? nullptr : &at->second;
}

void World::touch(ChatMessage& message) {
    message.changed = ++changes;
    log_change({changes, true, message.id});
}

void World::touch(Delivery& delivery) {
    delivery.changed = ++changes;
    log_change({changes, false, delivery.id});
}

void World::log_change(Change change) {
    change_log.push_back(change);
    if (change_log.size() > kept_changes) change_log.pop_front();
    news.raise();
}

void World::answered(std::string const& corp_id, AgentNumber agent_id, std::string const& user_id,
                     std::string_view content) {
    auto const serial = serial_in(content);
    auto const at = pending.find(member_key(corp_id, agent_id, user_id));
    if (at == pending.end() || at->second.empty()) {
        if (!serial.empty()) ++replies_by_serial[serial];
        return;
    }
    // A list names records of earlier messages, serials and all: a serial that nobody waits for does not say which message
    // is answered.
    auto& open = at->second;
    auto const same = serial.empty() ? open.end() : std::ranges::find(open, serial, &Pending::serial);
    auto const found = same != open.end() ? same : open.begin();
    if (!found->serial.empty()) ++replies_by_serial[found->serial];
    auto const took = std::chrono::steady_clock::now() - found->sent;
    answer_latency.add(std::chrono::duration<double, std::milli>{took}.count());
    open.erase(found);
    if (open.empty()) pending.erase(at);
}

void World::reset() {
    messages.clear();
    calls.clear();
    deliveries.clear();
    faults.clear();
    limits = {};
    to_member.clear();
    sent_today.clear();
    duplicates.clear();
    used_tasks.clear();
    response_codes.clear();
    oauth_codes.clear();
    user_tickets.clear();
    media.clear();
    sent.clear();
    groups.clear();
    webhooks.clear();
    group_uses.clear();
    group_messages.clear();
    pending.clear();
    frequencies.clear();
    change_log.clear();
    tickets_in_hour.clear();
    wrong_secrets.clear();
    banned.clear();
    answer_latency = {};
    callback_latency = {};
    dropped_messages = 0;
    replies_by_serial.clear();
    ++changes;
    ++resets;
    news.raise();
}

void Latencies::add(double milliseconds) {
    if (values.size() < kept_latencies) values.push_back(milliseconds);
}

double Latencies::percentile(double share) const {
    if (values.empty()) return 0;
    auto sorted = values;
    auto const rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    auto const at = std::clamp<std::size_t>(rank, 1, sorted.size()) - 1;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(at));
    return sorted[at];
}

std::string member_key(std::string_view corp_id, AgentNumber agent_id, std::string_view user_id) {
    return std::string{corp_id} + "/" + std::to_string(agent_id) + "/" + text::to_lower(user_id);
}

std::string random_word(std::size_t length) {
    constexpr auto letters = std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"};
    auto word = random_bytes(length);
    for (auto& byte : word) byte = letters[static_cast<unsigned char>(byte) % letters.size()];
    return word;
}

std::int64_t unix_seconds(Instant at) { return std::chrono::floor<seconds>(at).time_since_epoch().count(); }

}  // namespace wescrm::simulator
