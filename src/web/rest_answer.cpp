#include "rest_answer.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::web {
namespace {

std::string_view key_field_below(operation::Catalogue const& catalogue, std::string_view collection) {
    for (auto const* entry : catalogue.entries()) {
        auto path = entry->route.path;
        if (entry->route.method != "GET" || !path.starts_with(std::string{collection} + "/{") || !path.ends_with('}'))
            continue;
        path.remove_prefix(collection.size() + 2);
        path.remove_suffix(1);
        if (path.find('/') == std::string_view::npos) return path;
    }
    return "id";
}

// "/customers" + id; the parameters of the collection's own path are those of the request.
std::string location_of(operation::Catalogue const& catalogue, operation::Entry const& entry,
                        http::Request const& request, json::Value const& output) {
    auto const key = json::find_string(output, key_field_below(catalogue, entry.route.path));
    if (!key) return {};
    auto path = std::string{entry.route.path};
    for (auto const& [name, value] : request.path_parameters) path = text::replace_all(path, "{" + name + "}", value);
    return std::string{rest_root} + path + "/" + *key;
}

}  // namespace

http::Response rest_answer(operation::Catalogue const& catalogue, operation::Entry const& entry,
                           http::Request const& request, json::Value const& output) {
    auto response = http::Response{};
    if (entry.route.success == 204)
        response.status = 204;
    else
        response = http::Response::json(entry.route.success, json::write(output));
    if (auto const version = json::find_integer(output, "version"))
        response.headers.set("ETag", "\"" + std::to_string(*version) + "\"");
    if (entry.route.success == 201)
        if (auto const location = location_of(catalogue, entry, request, output); !location.empty())
            response.headers.set("Location", location);
    return response;
}

}  // namespace wescrm::web
