#pragma once
#include <wescrm/async/async.hpp>
#include <wescrm/web/page.hpp>

#include <functional>
#include <memory>
#include <string>

// The public page on which a company registers itself, and the setup link that lets its first administrator in until
// the company is linked with WeCom.
namespace wescrm::web {

/// What the form says.
struct RegistrationForm {
    std::string company;
    std::string person;
    std::string mobile;
    std::string corp_id;
    bool is_same_name_meant = false;
};

/// A company that was just made.
struct NewCompanySignIn {
    TenantId tenant;
    EmployeeId administrator;
    std::string setup_code;  ///< shown once
};

/// What registration asks the rest of the server.
struct RegistrationPorts {
    /// invalid_input with fields; conflict "known_corp", "known_person", "same_name".
    std::function<Async<NewCompanySignIn>(RegistrationForm)> add_company;
    std::function<std::optional<TenantId>(std::string_view code)> company_of_code;
    /// Uses a setup code up, inside the transaction.
    std::function<std::optional<EmployeeId>(database::Session&, TenantId, std::string_view code)> use_code;
};

/// GET and POST /register, GET and POST /setup/{code}.
class Registration {
public:
    /// The references outlive this. `per_minute`: attempts from one address.
    Registration(Pages const& pages, database::Database& db, Clock const& clock, RegistrationPorts ports,
                 bool is_enabled, int per_minute);
    ~Registration();
    /// This must outlive the router's last request.
    void mount(http::Router& router) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wescrm::web
