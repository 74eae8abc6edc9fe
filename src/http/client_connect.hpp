#pragma once
#include "client_message.hpp"
#include "transport.hpp"

#include <wescrm/http/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace wescrm::http {

/// A new connection to the URL's host, TLS verified, each step within its time. The error's message names the step.
Async<std::unique_ptr<Transport>> open_connection(Url const& url, ClientConfig const& config, asio::ssl::context& tls,
                                                  bool public_only);

}  // namespace wescrm::http
