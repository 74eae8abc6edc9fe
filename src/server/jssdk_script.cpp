#include "jssdk_script.hpp"

#include <wescrm/base/log.hpp>

namespace wescrm::server {
namespace {

constexpr auto kept_for = hours{24};

bool is_script(http::ClientResponse const& answer) {
    auto const type = answer.headers.find("Content-Type").value_or("");
    return answer.status == 200 && !answer.body.empty() && type.find("javascript") != std::string_view::npos;
}

}  // namespace

std::shared_ptr<JsSdkScript::Kept const> JsSdkScript::kept() const {
    auto const lock = std::lock_guard{mutex_};
    return kept_;
}

Async<std::string> JsSdkScript::fetch() {
    auto request = http::ClientRequest{};
    request.url = url_;
    auto answer = co_await client_.send(std::move(request));
    if (!answer) co_return answer.error();
    if (!is_script(*answer)) co_return Error{Errc::unavailable, "no_script"};
    co_return std::move(answer->body);
}

Async<std::string> JsSdkScript::get() {
    auto const before = kept();
    if (before && clock_.now() < before->at + kept_for) co_return before->text;
    auto fetched = co_await fetch();
    if (!fetched) {
        log::warning("jssdk_script_failed", {{"reason", fetched.error().reason}});
        if (before) co_return before->text;
        co_return Error{Errc::unavailable, "jssdk_script", "暂时取不到企业微信的脚本，请稍后再试"};
    }
    auto fresh = Kept{std::move(*fetched), clock_.now()};
    auto const now = std::make_shared<Kept const>(std::move(fresh));
    auto const lock = std::lock_guard{mutex_};
    kept_ = now;
    co_return now->text;
}

}  // namespace wescrm::server
