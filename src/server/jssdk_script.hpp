#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/base/clock.hpp>
#include <wescrm/http/client.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace wescrm::server {

/// WeCom's own script for pages in its webview, fetched from where it lies when somebody first needs it and served by
/// us, so that our pages load nothing from elsewhere. Kept for a day; an old one serves while no new one can be had.
class JsSdkScript {
public:
    /// The references outlive this.
    JsSdkScript(http::Client& client, Clock const& clock, std::string url)
        : client_{client}, clock_{clock}, url_{std::move(url)} {}

    Async<std::string> get();

private:
    struct Kept {
        std::string text;
        Instant at;
    };
    [[nodiscard]] std::shared_ptr<Kept const> kept() const;
    Async<std::string> fetch();

    http::Client& client_;
    Clock const& clock_;
    std::string url_;
    mutable std::mutex mutex_;  // of the pointer
    std::shared_ptr<Kept const> kept_;
};

}  // namespace wescrm::server
