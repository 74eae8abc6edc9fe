#include <wescrm/base/crypto.hpp>
#include <wescrm/web/jssdk.hpp>

namespace wescrm::web {
namespace {

constexpr std::size_t nonce_bytes = 8;
constexpr std::size_t longest_url = 2'000;

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

// "https://crm.example.com" and what follows a '/' or '?'; not "https://crm.example.com.evil".
bool is_ours(std::string_view url, std::string_view public_url) {
    if (url.size() > longest_url || !url.starts_with(public_url)) return false;
    auto const rest = url.substr(public_url.size());
    return rest.empty() || rest.front() == '/' || rest.front() == '?';
}

}  // namespace

std::string jssdk_signature(std::string_view ticket, std::string_view nonce, std::int64_t timestamp,
                            std::string_view url) {
    return to_hex(sha1("jsapi_ticket=" + std::string{ticket} + "&noncestr=" + std::string{nonce} +
                       "&timestamp=" + std::to_string(timestamp) + "&url=" + std::string{without_fragment(url)}));
}

Async<TenantId> JsSdk::visitor_of(http::Request const& request) const {
    auto const cookie = pages_.cookie_of(request);
    auto const tenant = cookie ? company_of_session(*cookie) : std::nullopt;
    if (!tenant) co_return Error{Errc::unauthenticated, "session", "请先登录"};
    auto look = [&](database::Session& sql) -> Result<bool> {
        return find_session(sql, *cookie, pages_.config().session, clock_.now()).has_value();
    };
    auto const is_signed_in = co_await db_.run(database::Pool::web, database::Scope::of(*tenant), look);
    if (!is_signed_in) co_return is_signed_in.error();
    if (!*is_signed_in) co_return Error{Errc::unauthenticated, "session", "请先登录"};
    co_return *tenant;
}

asio::awaitable<http::Response> JsSdk::script(http::Request const& request) const {
    auto const visitor = co_await visitor_of(request);
    if (!visitor) co_return http::problem(visitor.error());
    auto text = co_await ports_.script();
    if (!text) co_return http::problem(text.error());
    auto response = http::Response::text(200, std::move(*text));
    response.headers.set("Content-Type", "text/javascript; charset=utf-8");
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Cache-Control", "private, max-age=3600");
    co_return response;
}

asio::awaitable<http::Response> JsSdk::sign(http::Request const& request) const {
    auto const tenant = co_await visitor_of(request);
    if (!tenant) co_return http::problem(tenant.error());
    auto const url = std::string{request.query.find("url").value_or("")};
    auto const kind = request.query.find("kind").value_or("config");
    if (kind != "config" && kind != "agent") co_return http::problem(invalid_field("kind", "应为 config 或 agent"));
    if (!is_ours(url, pages_.config().public_url)) co_return http::problem(invalid_field("url", "不是本系统的页面"));
    auto const signer = co_await ports_.signer(*tenant, kind == "agent");
    if (!signer) co_return http::problem(signer.error());
    auto const nonce = to_hex(random_bytes(nonce_bytes));
    auto const timestamp = std::chrono::duration_cast<seconds>(clock_.now().time_since_epoch()).count();
    auto body = json::Document{rapidjson::kObjectType};
    auto& allocator = body.GetAllocator();
    json::set(body, "corpId", signer->corp_id, allocator);
    json::set(body, "agentId", std::to_string(signer->agent_id), allocator);
    json::set(body, "timestamp", json::Value{static_cast<std::int64_t>(timestamp)}, allocator);
    json::set(body, "nonceStr", nonce, allocator);
    json::set(body, "signature", jssdk_signature(signer->ticket, nonce, timestamp, url), allocator);
    auto response = http::Response::json(200, json::write(body));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

void JsSdk::mount(http::Router& router) const {
    router.add(http::Method::get, "/app/jssdk/sign", [this](http::Request& request) { return sign(request); });
    router.add(http::Method::get, "/app/jssdk/script.js", [this](http::Request& request) { return script(request); });
}

}  // namespace wescrm::web
