#include "idempotency.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/json.hpp>

#include <algorithm>

namespace wescrm::web {
namespace {

using database::bind;
using database::Blob;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
constexpr auto kept_headers = {"ETag", "Location"};

std::string headers_text(http::Response const& response) {
    auto document = json::Document{rapidjson::kObjectType};
    for (auto const* name : kept_headers)
        if (auto const value = response.headers.find(name)) json::set(document, name, *value, document.GetAllocator());
    return json::write(document);
}

http::Response replayed(int status, std::string body, std::string const& headers) {
    auto response = http::Response::json(status, std::move(body));
    if (auto const document = json::parse(headers))
        for (auto const& member : document->GetObject())
            response.headers.set(json::view(member.name), json::view(member.value));
    response.headers.set("Idempotency-Replayed", "true");
    return response;
}

}  // namespace

Result<std::optional<Idempotency>> Idempotency::of(http::Request const& request) {
    auto const key = request.headers.find("Idempotency-Key");
    if (!key || request.method != http::Method::post) return std::optional<Idempotency>{};
    if (key->empty() || key->size() > 128 || key->find_first_not_of(alphabet) != std::string_view::npos)
        return Error{Errc::invalid_input, "idempotency_key", "Idempotency-Key 应为 1 到 128 个字母、数字、_ 或 -"};
    auto hash = sha256(std::string{http::name_of(request.method)} + "\n" + request.raw_target + "\n" + request.body);
    return std::optional{Idempotency{std::string{*key}, std::move(hash)}};
}

Result<std::optional<http::Response>> Idempotency::begin(database::Session& sql, operation::Actor const& actor,
                                                         Instant now, hours window) const {
    auto const who = database::Params{bind("tenant", actor.tenant), bind("employee", actor.employee)};
    auto params = who;
    params.add(bind("cutoff", now - window));
    sql.execute(
        "delete from idempotency_key where tenant_id = :tenant and employee_id = :employee and created_at <= :cutoff",
        params);
    params = who;
    params.add({bind("key", key_), bind("hash", Blob{hash_}), bind("now", now)});
    auto written = std::int64_t{0};
    auto const refused = sql.attempt([&] {
        written = sql.execute(
            "insert into idempotency_key (tenant_id, employee_id, key, request_hash, status, answer, created_at) "
            "values (:tenant, "
            ":employee, :key, :hash, 0, '', :now) on conflict (tenant_id, employee_id, key) do nothing",
            params);
    });
    // Another transaction holds the row: SQLSTATE 55P03 lock_not_available.
    if (refused && refused->sqlstate != "55P03") throw *refused;
    if (refused) return Error{Errc::conflict, "idempotency_running", "同一请求正在处理，请稍后再试"};
    if (written > 0) return std::optional<http::Response>{};
    params = who;
    params.add(bind("key", key_));
    auto const row = sql.row<Blob, int, std::string, std::string>(
        "select request_hash, status, answer, headers from idempotency_key where tenant_id = :tenant and employee_id = "
        ":employee and key = :key",
        params);
    if (!row) return Error{Errc::conflict, "idempotency_running", "同一请求正在处理，请稍后再试"};
    auto const& [hash, status, answer, headers] = *row;
    if (hash.bytes != hash_)
        return Error{Errc::invalid_input, "idempotency_key_reused", "该 Idempotency-Key 已用于另一个请求"};
    return std::optional{replayed(status, answer, headers)};
}

void Idempotency::finish(database::Session& sql, operation::Actor const& actor, http::Response const& response) const {
    sql.execute(
        "update idempotency_key set status = :status, answer = :answer, headers = :headers where tenant_id = :tenant "
        "and employee_id = "
        ":employee and key = :key",
        {bind("status", response.status), bind("answer", response.body), bind("headers", headers_text(response)),
         bind("tenant", actor.tenant), bind("employee", actor.employee), bind("key", key_)});
}

}  // namespace wescrm::web
