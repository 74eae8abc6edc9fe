#pragma once
#include "callbacks/deliverer.hpp"
#include "model/world.hpp"

#include <wescrm/http/router.hpp>

namespace wescrm::simulator {

struct ControlConfig {
    std::string admin;  ///< the server's admin listener for PUT /clock; empty: only our own clock moves
};

/// What the handlers under /sim/ work with. Lives as long as the router.
struct Control {
    World& world;
    Deliverer& deliverer;
    http::Client& client;
    ControlConfig config;
};

namespace control {

/// What employees do: write, press, choose from the menu.
void add_chat_routes(http::Router& router, Control& control);
/// Reading what happened: messages, deliveries, calls, statistics, live events.
void add_reading_routes(http::Router& router, Control& control);
/// Changing people and departments.
void add_org_routes(http::Router& router, Control& control);
/// Faults, limits, clock, reset, verification.
void add_machine_routes(http::Router& router, Control& control);
/// Group chats and webhooks.
void add_group_routes(http::Router& router, Control& control);
/// Tags for customers, as an administrator of WeCom changes them.
void add_corp_tag_routes(http::Router& router, Control& control);
/// The load driver.
void add_load_routes(http::Router& router, Control& control);

[[nodiscard]] http::Response refuse(int status, std::string_view message);
/// The body as JSON object; nullopt if it is none. An empty body is an empty object.
[[nodiscard]] std::optional<json::Document> read_body(http::Request const& request);
[[nodiscard]] std::string query(http::Request const& request, std::string_view name);
[[nodiscard]] std::int64_t query_number(http::Request const& request, std::string_view name, std::int64_t otherwise);

[[nodiscard]] std::string to_json(ChatMessage const& message);
[[nodiscard]] std::string to_json(Delivery const& delivery);
[[nodiscard]] std::string to_json(ApiCall const& call);
[[nodiscard]] std::string clock_json(Control const& control);

}  // namespace control
}  // namespace wescrm::simulator
