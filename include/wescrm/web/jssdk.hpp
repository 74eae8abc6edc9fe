#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/web/page.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

// Signatures with which our pages may use WeCom's JavaScript interface
// (https://developer.work.weixin.qq.com/document/path/90506).
namespace wescrm::web {

/// SHA-1 in lower-case hex over ticket, nonce, time and the page's address without its fragment.
[[nodiscard]] std::string jssdk_signature(std::string_view ticket, std::string_view nonce, std::int64_t timestamp,
                                          std::string_view url);

/// What signing asks the rest of the server.
struct JsSdkPorts {
    struct Signer {
        std::string corp_id;
        std::int64_t agent_id = 0;
        std::string ticket;
    };
    /// The ticket of the company (`is_agent` false) or of its app.
    std::function<Async<Signer>(TenantId, bool is_agent)> signer;
    /// WeCom's own script.
    std::function<Async<std::string>()> script{};
};

/// GET /app/jssdk/sign?url=…&kind=config|agent for whoever is signed in: {corpId, agentId, timestamp, nonceStr,
/// signature}. Signs addresses of ours only.
/// GET /app/jssdk/script.js for the same: WeCom's script from our own address, so that pages load nothing from
/// elsewhere.
class JsSdk {
public:
    /// The references outlive this.
    JsSdk(Pages const& pages, database::Database& db, Clock const& clock, JsSdkPorts ports)
        : pages_{pages}, db_{db}, clock_{clock}, ports_{std::move(ports)} {}
    /// This must outlive the router's last request.
    void mount(http::Router& router) const;

private:
    asio::awaitable<http::Response> sign(http::Request const& request) const;
    asio::awaitable<http::Response> script(http::Request const& request) const;
    /// The company of whoever is signed in.
    Async<TenantId> visitor_of(http::Request const& request) const;

    Pages const& pages_;
    database::Database& db_;
    Clock const& clock_;
    JsSdkPorts ports_;
};

}  // namespace wescrm::web
