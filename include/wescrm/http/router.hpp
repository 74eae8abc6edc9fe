#pragma once
#include <wescrm/http/message.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace wescrm::http {

/// Literal paths with whole-segment parameters: "/api/v1/customers/{id}/claim"; a last segment "{rest...}" takes
/// everything that follows. A literal segment wins over a parameter. Unknown path: 404; known path with another method:
/// 405 with Allow.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// Throws std::logic_error if the same method and path is added twice.
    void add(Method method, std::string_view path, Handler handler);
    [[nodiscard]] asio::awaitable<Response> handle(Request& request) const;

private:
    struct Node;
    std::unique_ptr<Node> root_;
};

}  // namespace wescrm::http
