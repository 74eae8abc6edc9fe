#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/web/page.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

// Signing in with WeCom: silently in its webview, by QR code on the desktop
// (https://developer.work.weixin.qq.com/document/path/91022, 98152). Both end at our return address with a code.
namespace wescrm::web {

struct SignInConfig {
    std::string public_url;
    std::string authorize_url = "https://open.weixin.qq.com/connect/oauth2/authorize";
    std::string qr_url = "https://login.work.weixin.qq.com/wwlogin/sso/login";
    minutes state_life{10};
    bool offers_registration = false;  ///< whoever has no company yet is shown the way
};

/// A company as the sign-in needs it.
struct SignInCompany {
    TenantId tenant;
    std::string corp_id;
    std::int64_t agent_id = 0;
};

/// What the sign-in page shows of a company.
struct SignInBrand {
    std::string name;
    std::string logo;  ///< an address of ours; "": the product's own
};

/// Who a code is: a member, or somebody from outside (user_id empty).
struct Redeemed {
    std::string user_id;
    bool is_used_up = false;  ///< the code is expired or was redeemed already
};

/// What the sign-in asks the rest of the server.
struct SignInPorts {
    std::function<std::optional<SignInCompany>(std::string_view corp_id)> find_company;
    std::function<std::vector<SignInCompany>()> companies;
    /// Name and logo, for whoever knows the corp id.
    std::function<Async<SignInBrand>(TenantId)> brand;
    std::function<Async<Redeemed>(TenantId, std::string code)> redeem;
};

/// GET /login, /login/{corp_id}, /login/{corp_id}/return and POST /logout.
class SignIn {
public:
    /// The references outlive this.
    SignIn(Pages const& pages, database::Database& db, Clock const& clock, SignInPorts ports, SignInConfig config);
    ~SignIn();
    /// This must outlive the router's last request.
    void mount(http::Router& router) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wescrm::web
