#include <wescrm/http/router.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace wescrm::http {
namespace {

constexpr auto all_methods =
    std::array{Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_, Method::options};

struct Route {
    std::vector<std::string> names;  // of the parameters, in the order of the path
    Handler handler;
};

/// What stands at one path: a route per method.
struct Leaf {
    std::array<std::optional<Route>, all_methods.size()> routes;

    [[nodiscard]] bool is_used() const {
        return std::any_of(routes.begin(), routes.end(), [](auto const& route) { return route.has_value(); });
    }
    [[nodiscard]] Route const* find(Method method) const {
        auto const& route = routes[static_cast<std::size_t>(method)];
        if (route) return &*route;
        return method == Method::head ? find(Method::get) : nullptr;
    }
    [[nodiscard]] std::string allowed() const {
        auto list = std::string{};
        for (auto const method : all_methods) {
            if (!find(method)) continue;
            if (!list.empty()) list += ", ";
            list += name_of(method);
        }
        return list;
    }
};

/// Cuts the next segment off a path that begins with '/'.
std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    auto const end = std::min(path.find('/'), path.size());
    auto const segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    Leaf leaf;  // the path ends here
    Leaf rest;  // "{rest...}" takes what follows

    /// The leaf of a path, with the values of its parameters. Literals first; what they do not know, parameters may.
    Leaf const* find(std::string_view path, std::vector<std::string_view>& values) const {
        if (path.empty()) return leaf.is_used() ? &leaf : nullptr;
        auto remaining = path;
        auto const segment = next_segment(remaining);
        if (auto const literal = literals.find(segment); literal != literals.end()) {
            if (auto const* found = literal->second->find(remaining, values)) return found;
        }
        if (parameter && !segment.empty()) {
            values.push_back(segment);
            if (auto const* found = parameter->find(remaining, values)) return found;
            values.pop_back();
        }
        if (!rest.is_used()) return nullptr;
        values.push_back(path.substr(1));
        return &rest;
    }
};

Router::Router() : root_{std::make_unique<Node>()} {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view path, Handler handler) {
    auto* node = root_.get();
    auto* leaf = static_cast<Leaf*>(nullptr);
    auto names = std::vector<std::string>{};
    auto remaining = path;
    if (!remaining.starts_with('/')) throw std::logic_error{"route does not begin with '/': " + std::string{path}};
    while (!remaining.empty()) {
        auto const segment = next_segment(remaining);
        auto const is_parameter = segment.starts_with('{') && segment.ends_with('}');
        if (is_parameter && segment.ends_with("...}")) {
            if (!remaining.empty()) throw std::logic_error{"{rest...} is not last: " + std::string{path}};
            names.emplace_back(segment.substr(1, segment.size() - 5));
            leaf = &node->rest;
            break;
        }
        if (is_parameter) names.emplace_back(segment.substr(1, segment.size() - 2));
        auto& next = is_parameter ? node->parameter : node->literals[std::string{segment}];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    if (!leaf) leaf = &node->leaf;
    auto& route = leaf->routes[static_cast<std::size_t>(method)];
    if (route) throw std::logic_error{"route added twice: " + std::string{name_of(method)} + " " + std::string{path}};
    route.emplace(Route{std::move(names), std::move(handler)});
}

asio::awaitable<Response> Router::handle(Request& request) const {
    auto values = std::vector<std::string_view>{};
    auto const* leaf = request.path.starts_with('/') ? root_->find(request.path, values) : nullptr;
    if (!leaf) co_return problem(404, "not_found", "");
    auto const* route = leaf->find(request.method);
    if (!route) {
        auto refused = problem(405, "method_not_allowed", "");
        refused.headers.set("Allow", leaf->allowed());
        co_return refused;
    }
    for (auto i = std::size_t{0}; i < route->names.size(); ++i) {
        request.path_parameters.insert_or_assign(route->names[i], std::string{values[i]});
    }
    co_return co_await route->handler(request);
}

}  // namespace wescrm::http
