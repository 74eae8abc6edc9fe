#pragma once
#include <wescrm/http/router.hpp>
#include <wescrm/operation/operations.hpp>

#include <memory>
#include <string>

namespace wescrm::web {

struct RestConfig {
    int requests_per_minute = 600;   ///< per key; beyond: 429
    int wrong_keys_per_minute = 20;  ///< per address; beyond, unknown keys from there are not looked up any more: 429
    hours idempotency_window{24};    ///< how long a repeated request gets the stored answer
    std::size_t addresses = 10'000;  ///< whose wrong keys are remembered
};

/// The REST interface: every operation with a route, below /api/v1, and its description under /api/v1/openapi.json.
/// Errors are problem+json. The effect of a request, its audit and its idempotency row are one transaction.
class Rest {
public:
    /// `operations` outlives this; its catalogue is complete.
    explicit Rest(operation::Operations const& operations, RestConfig config = {});
    ~Rest();

    /// Adds the routes. This must outlive the router's last request. May be called once per router.
    void mount(http::Router& router) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The OpenAPI 3.1 description of all operations with a route; the same bytes for the same catalogue.
[[nodiscard]] std::string openapi(operation::Catalogue const& catalogue);

}  // namespace wescrm::web
