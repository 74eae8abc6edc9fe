#include <wescrm/web/public_files.hpp>

#include <charconv>

namespace wescrm::web {
namespace {

using database::bind;
using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;

constexpr std::string_view kept_for_good = "public, max-age=31536000, immutable";

http::Response nothing() { return http::Response::text(404, "not found"); }

// The digest stands in the address, so a logo may be kept: another one has another address.
asio::awaitable<http::Response> logo(database::Database& db, http::Request const& request) {
    auto const& text = request.path_parameters.at("company");
    auto const& digest = request.path_parameters.at("digest");
    auto number = std::int64_t{0};
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number <= 0) co_return nothing();
    auto job = [tenant = TenantId{number}, &digest](Session& sql) -> Result<http::Response> {
        auto const found = sql.row<std::string, Blob>(
            "select content_type, content from company_file where tenant_id = :tenant and kind = 'logo' and digest = "
            ":digest",
            {bind("tenant", tenant), bind("digest", digest)});
        if (!found) return nothing();
        auto response = http::Response::text(200, std::get<1>(*found).bytes);
        response.headers.set("Content-Type", std::get<0>(*found));
        response.headers.set("Cache-Control", kept_for_good);
        response.headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
        return response;
    };
    auto response = co_await db.run(Pool::web, Scope::of(TenantId{number}), job);
    if (!response) co_return http::Response::text(503, "try again");
    response->headers.set("X-Content-Type-Options", "nosniff");
    co_return std::move(*response);
}

asio::awaitable<http::Response> domain_file(database::Database& db, http::Request const& request) {
    auto const& name = request.path_parameters.at("file");
    if (!name.starts_with("WW_verify_") || !name.ends_with(".txt")) co_return nothing();
    auto job = [&name](Session& sql) -> Result<std::optional<std::string>> {
        return sql.value<std::string>(
            "select domain_file_content from tenant where domain_file = :name order by created_at limit 1",
            {bind("name", name)});
    };
    auto const found = co_await db.run(Pool::web, Scope::of_nobody(), job);
    if (!found) co_return http::Response::text(503, "try again");
    co_return *found ? http::Response::text(200, **found) : nothing();
}

}  // namespace

void add_public_files(http::Router& router, database::Database& db) {
    router.add(http::Method::get, "/logo/{company}/{digest}",
               [&db](http::Request& request) { return logo(db, request); });
    router.add(http::Method::get, "/{file}", [&db](http::Request& request) { return domain_file(db, request); });
}

}  // namespace wescrm::web
