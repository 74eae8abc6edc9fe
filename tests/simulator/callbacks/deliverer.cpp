#include "callbacks/deliverer.hpp"

#include "protocol/crypt.hpp"
#include "protocol/json_out.hpp"
#include "protocol/xml.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator {
namespace {

http::ClientConfig client_config(DelivererConfig const& config) {
    auto client = http::ClientConfig{};
    client.connections_per_host = config.in_flight;
    client.call_time = config.answer_time;
    client.connect_time = config.answer_time;
    client.answer_bytes = 1024 * 1024;
    return client;
}

/// The signed query of a push or a verification.
http::Parameters signed_query(Crypt const& crypt, std::string const& timestamp, std::string const& encrypted) {
    auto const nonce = std::to_string(std::hash<std::string>{}(random_word(16)) % 10'000'000'000ULL);
    auto query = http::Parameters{};
    query.add("msg_signature", crypt.signature(timestamp, nonce, encrypted));
    query.add("timestamp", timestamp);
    query.add("nonce", nonce);
    return query;
}

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>{std::chrono::steady_clock::now() - begin}.count();
}

/// Whether a pushed callback makes the member wait for an answer in the chat.
bool expects_answer(Delivery const& delivery) {
    return delivery.kind == "text" || delivery.kind == "image" || delivery.kind == "click" ||
           delivery.kind == "template_card_event";
}

}  // namespace

Deliverer::Deliverer(World& world, asio::any_io_executor executor, DelivererConfig config)
    : world_{world}, executor_{executor}, config_{std::move(config)}, client_{executor, client_config(config_)} {}

std::optional<Deliverer::Keys> Deliverer::keys_of(std::string const& corp_id, std::string const& target) {
    auto* corp = world_.find_corp(corp_id);
    if (corp == nullptr) return std::nullopt;
    auto keys = Keys{};
    if (target == "contacts") keys.credential = corp->contacts;
    if (target == "external") keys.credential = corp->external;
    for (auto const& [id, app] : corp->apps) {
        if (target != "app/" + std::to_string(id)) continue;
        keys = {app.credential, std::to_string(id)};
    }
    if (keys.credential.token.empty()) return std::nullopt;
    return keys;
}

std::string Deliverer::url_of(std::string const& corp_id, std::string const& target) const {
    return config_.server + "/wecom/" + corp_id + "/" + target;
}

std::optional<std::uint64_t> Deliverer::push(Delivery delivery) {
    if (!keys_of(delivery.corp_id, delivery.target)) return std::nullopt;
    if (auto const* fault = world_.faults.strike_delivery("duplicate_delivery", delivery.target)) {
        delivery.copies = static_cast<int>(fault->copies);
    }
    auto const is_dropped = world_.faults.strike_delivery("drop_delivery", delivery.target) != nullptr;
    auto lane = delivery.corp_id + "/" + delivery.target + "/" + text::to_lower(delivery.user_id);
    // One at a time is held back per member: the next push of that member overtakes it.
    auto const* reorder =
        is_dropped || held_.contains(lane) ? nullptr : world_.faults.strike_delivery("reorder", delivery.target);
    auto const hold = reorder == nullptr          ? std::chrono::milliseconds{0}
                      : reorder->milliseconds > 0 ? std::chrono::milliseconds{reorder->milliseconds}
                                                  : config_.reorder_hold;
    delivery.at = world_.now();
    if (is_dropped) delivery.state = "dropped";
    auto& kept = world_.deliveries.add(std::move(delivery));
    world_.touch(kept);
    auto const id = kept.id;
    if (is_dropped) return id;
    ++open_;
    if (hold > std::chrono::milliseconds{0}) {
        held_[lane] = id;
        async::spawn(executor_, release_later(std::move(lane), id, hold), "simulator_reorder");
        return id;
    }
    auto const overtaken = held_.find(lane);
    auto const behind = overtaken == held_.end() ? std::uint64_t{0} : overtaken->second;
    if (behind != 0) held_.erase(overtaken);
    enqueue(lane, id);
    if (behind != 0) enqueue(std::move(lane), behind);
    return id;
}

void Deliverer::enqueue(std::string lane, std::uint64_t id) {
    lanes_[lane].push_back(id);
    start_lane(std::move(lane));
}

/// Nobody came to overtake it: it goes out late.
asio::awaitable<void> Deliverer::release_later(std::string lane, std::uint64_t id, std::chrono::milliseconds hold) {
    co_await async::sleep_for(hold);
    auto const at = held_.find(lane);
    if (at == held_.end() || at->second != id) co_return;
    held_.erase(at);
    enqueue(std::move(lane), id);
}

void Deliverer::start_lane(std::string lane) {
    if (running_.contains(lane)) return;
    if (running_.size() >= config_.in_flight) {
        if (std::ranges::find(waiting_, lane) == waiting_.end()) waiting_.push_back(std::move(lane));
        return;
    }
    running_.insert(lane);
    async::spawn(executor_, run_lane(std::move(lane)), "simulator_lane");
}

asio::awaitable<void> Deliverer::run_lane(std::string lane) {
    while (!lanes_[lane].empty()) {
        auto const id = lanes_[lane].front();
        lanes_[lane].pop_front();
        co_await deliver(id);
        --open_;
    }
    lanes_.erase(lane);
    running_.erase(lane);
    start_waiting_lanes();
}

void Deliverer::start_waiting_lanes() {
    while (!waiting_.empty() && running_.size() < config_.in_flight) {
        auto lane = std::move(waiting_.front());
        waiting_.pop_front();
        if (lanes_.contains(lane)) start_lane(std::move(lane));
    }
}

asio::awaitable<void> Deliverer::deliver(std::uint64_t id) {
    auto const* delivery = world_.deliveries.find(id);
    if (delivery == nullptr) co_return;
    if (auto const* fault = world_.faults.strike_delivery("delay_delivery", delivery->target)) {
        co_await async::sleep_for(std::chrono::milliseconds{fault->milliseconds});
    }
    if (delivery = world_.deliveries.find(id); delivery == nullptr) co_return;
    auto const copies = delivery->copies;
    auto accepted = false;
    for (auto copy = 0; copy < copies; ++copy) accepted = co_await deliver_copy(id) || accepted;
    auto* done = world_.deliveries.find(id);
    if (done == nullptr) co_return;
    done->state = accepted ? "accepted" : "failed";
    world_.touch(*done);
}

asio::awaitable<bool> Deliverer::deliver_copy(std::uint64_t id) {
    for (auto repeat = 0; repeat <= config_.repeats; ++repeat) {
        if (repeat > 0) co_await async::sleep_for(config_.retry_pause);
        auto const accepted = co_await attempt(id);
        if (accepted) co_return true;
    }
    co_return false;
}

asio::awaitable<bool> Deliverer::attempt(std::uint64_t id) {
    auto* delivery = world_.deliveries.find(id);
    if (delivery == nullptr) co_return true;
    auto const keys = keys_of(delivery->corp_id, delivery->target);
    auto const crypt =
        keys ? Crypt::make(keys->credential.token, keys->credential.aes_key, delivery->corp_id) : std::nullopt;
    if (!crypt) co_return false;
    delivery->state = "running";
    auto const encrypted = crypt->encrypt(delivery->xml);
    auto const query = signed_query(*crypt, std::to_string(unix_seconds(world_.now())), encrypted);
    auto request = http::ClientRequest{};
    request.method = http::Method::post;
    request.url = url_of(delivery->corp_id, delivery->target) + "?" + query.encoded();
    request.headers.set("Content-Type", "text/xml; charset=utf-8");
    request.body = envelope(delivery->corp_id, keys->agent_id, encrypted);
    request.time_limit = config_.answer_time;
    auto const begin = std::chrono::steady_clock::now();
    if (delivery->attempts.empty() && expects_answer(*delivery)) {
        auto const agent = keys->agent_id.empty() ? 0 : std::stoll(keys->agent_id);
        world_.pending[member_key(delivery->corp_id, agent, delivery->user_id)].push_back({begin, delivery->serial});
    }
    auto const response = co_await client_.send(std::move(request));
    auto result = Attempt{0, milliseconds_since(begin), ""};
    if (response) result.status = response->status;
    if (!response) result.problem = response.error().reason.empty() ? "no answer" : response.error().message;
    delivery = world_.deliveries.find(id);
    if (delivery == nullptr) co_return true;
    if (result.status == 200) world_.callback_latency.add(result.milliseconds);
    auto const accepted = result.status == 200;
    delivery->attempts.push_back(std::move(result));
    if (accepted && response->body.find("<Encrypt>") != std::string::npos)
        accept_reply(*delivery, *keys, response->body);
    world_.touch(*delivery);
    co_return accepted;
}

/// A passive reply: an encrypted text that the member sees at once.
void Deliverer::accept_reply(Delivery& delivery, Keys const& keys, std::string const& body) {
    auto const crypt = Crypt::make(keys.credential.token, keys.credential.aes_key, delivery.corp_id);
    auto const encrypted = element_text(body, "Encrypt");
    auto const signature = crypt->signature(element_text(body, "TimeStamp"), element_text(body, "Nonce"), encrypted);
    auto const plain = crypt->decrypt(encrypted);
    if (!plain || signature != element_text(body, "MsgSignature")) {
        delivery.attempts.back().problem = "passive reply: signature or encryption is wrong";
        return;
    }
    if (element_text(*plain, "MsgType") != "text") return;
    auto out = JsonOut{};
    out.object().text("content", element_text(*plain, "Content")).end();
    auto message = ChatMessage{};
    message.corp_id = delivery.corp_id;
    message.agent_id = keys.agent_id.empty() ? 0 : std::stoll(keys.agent_id);
    message.user_id = delivery.user_id;
    message.kind = "text";
    message.at = world_.now();
    message.content = std::make_shared<std::string const>(out.take());
    auto& kept = world_.messages.add(std::move(message));
    world_.touch(kept);
    world_.answered(kept.corp_id, kept.agent_id, kept.user_id, *kept.content);
}

asio::awaitable<std::string> Deliverer::verify(std::string corp_id, std::string target) {
    auto const keys = keys_of(corp_id, target);
    auto const crypt = keys ? Crypt::make(keys->credential.token, keys->credential.aes_key, corp_id) : std::nullopt;
    if (!crypt) co_return "没有配置回调";
    auto const plain = std::to_string(std::hash<std::string>{}(random_word(16)));
    auto const echo = crypt->encrypt(plain);
    auto query = signed_query(*crypt, std::to_string(unix_seconds(world_.now())), echo);
    query.add("echostr", echo);
    auto request = http::ClientRequest{};
    request.url = url_of(corp_id, target) + "?" + query.encoded();
    request.time_limit = config_.verification_time;
    auto const response = co_await client_.send(std::move(request));
    if (!response) co_return "没有回应：" + response.error().message;
    if (response->status != 200) co_return "状态码 " + std::to_string(response->status);
    if (response->body != plain) co_return "返回的明文不一致";
    co_return "";
}

}  // namespace wescrm::simulator
