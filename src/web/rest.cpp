#include "failures.hpp"
#include "idempotency.hpp"
#include "rates.hpp"
#include "rest_answer.hpp"
#include "rest_input.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/api_keys.hpp>
#include <wescrm/web/rest.hpp>
#include <wescrm/web/session.hpp>

#include <exception>

namespace wescrm::web {
namespace {

using operation::Entry;

constexpr std::size_t most_keys = 100'000;

/// A request whose key has been read, but not yet looked up.
struct Call {
    Entry const& entry;
    http::Request const& request;
    std::string key;
    TenantId tenant;
    RestInput input;
};

std::string key_of(http::Request const& request) {
    auto const header = request.headers.find("Authorization");
    if (!header || header->size() < 7 || text::to_lower(header->substr(0, 7)) != "bearer ") return {};
    return std::string{text::trim(header->substr(7))};
}

http::Response unauthenticated(std::string_view detail) {
    auto response = http::problem(401, "api_key", detail);
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
}

http::Response too_many() {
    auto response = http::problem(429, "rate_limited", "请求过于频繁，请稍后再试");
    response.headers.set("Retry-After", "5");
    return response;
}

void add_current(http::Response& problem, json::Value const& current) {
    auto document = json::parse(problem.body).value();
    json::set(document, "current", json::Value{current, document.GetAllocator()}, document.GetAllocator());
    problem.body = json::write(document);
    if (auto const version = json::find_integer(current, "version"))
        problem.headers.set("ETag", "\"" + std::to_string(*version) + "\"");
}

std::optional<http::Method> method_from(std::string_view name) {
    for (auto const method :
         {http::Method::get, http::Method::post, http::Method::put, http::Method::patch, http::Method::delete_})
        if (http::name_of(method) == name) return method;
    return std::nullopt;
}

// What such an operation answers is nowhere stored in the clear: a new key's text, the keys of a callback, a full phone
// number. So its answer cannot be repeated; the operation runs again.
bool is_secret(Entry const& entry) {
    return entry.name == "api_key.create" || entry.name == "link.keys" || entry.name.ends_with(".reveal");
}

// A field that the caller does not see is for him a parameter that does not exist.
bool asks_for_hidden(Entry const& entry, Error const& error) {
    return error.reason == "hidden_field" && entry.route.method == "GET";
}

}  // namespace

class Rest::Impl {
public:
    Impl(operation::Operations const& operations, RestConfig const& config)
        : operations_{operations},
          config_{config},
          keys_{config.requests_per_minute, most_keys},
          wrong_{config.wrong_keys_per_minute, config.addresses} {}

    asio::awaitable<http::Response> answer(Entry const& entry, http::Request const& request) {
        try {
            co_return co_await answer_checked(entry, request);
        } catch (std::exception const& e) {
            log::error("rest_failed", {{"operation", entry.name}, {"request", request.id}, {"what", e.what()}});
        }
        co_return http::problem(500, "internal", "");
    }
    [[nodiscard]] operation::Catalogue const& catalogue() const { return operations_.catalogue(); }

private:
    asio::awaitable<http::Response> answer_checked(Entry const& entry, http::Request const& request) {
        auto key = key_of(request);
        if (key.empty()) co_return unauthenticated("请在 Authorization 中给出 Bearer 密钥");
        auto const now = operations_.clock().now();
        auto const known_as = sha256(key);
        auto const is_known = keys_.knows(known_as);
        if (is_known ? !keys_.take(known_as, now) : !wrong_.has(request.remote_address, now)) co_return too_many();
        auto const tenant = operation::company_of_key(key);
        auto result = Result<http::Response>{Error{Errc::unauthenticated, "api_key", "API 密钥无效或已撤销"}};
        if (tenant) {
            auto const call = Call{entry, request, std::move(key), *tenant, rest_input(entry, request)};
            result = co_await run(call);
            if (result.has_error() && result.error().code == Errc::stale) result = co_await stale(call, result.error());
        }
        if (result.has_error() && result.error().code == Errc::unauthenticated) {
            wrong_.take(request.remote_address, now);
            co_return unauthenticated(result.error().message);
        }
        if (!is_known) keys_.take(known_as, now);
        if (!result) {
            log_failure("operation", entry.name, request, result.error());
            co_return http::problem(result.error());
        }
        co_return std::move(*result);
    }

    // Reports have a pool of their own, which may be a replica, so that the key is looked up before.
    Async<http::Response> run(Call const& call) {
        auto& database = operations_.database();
        auto const scope = database::Scope::of(call.tenant);
        auto const is_report = call.entry.route.path.starts_with("/reports");
        if (!is_report) {
            auto job = [this, &call](database::Session& sql) { return perform(call, sql, std::nullopt); };
            co_return co_await database.run(database::Pool::web, scope, job);
        }
        auto find = [this, &call](database::Session& sql) {
            return operation::employee_of_key(sql, call.tenant, call.key, operations_.clock().now());
        };
        auto const employee = co_await database.run(database::Pool::web, scope, find);
        if (!employee) co_return employee.error();
        auto job = [this, &call, &employee](database::Session& sql) { return perform(call, sql, *employee); };
        co_return co_await database.run(database::Pool::report, scope, job);
    }

    // On a database thread, inside the transaction.
    Result<http::Response> perform(Call const& call, database::Session& sql, std::optional<EmployeeId> employee) {
        auto const now = operations_.clock().now();
        if (!employee) {
            auto const found = operation::employee_of_key(sql, call.tenant, call.key, now);
            if (!found) return found.error();
            employee = *found;
        }
        if (auto const* refused = std::get_if<http::Response>(&call.input)) return *refused;
        auto actor = operation::load_actor(sql, call.tenant, *employee, operation::Channel::api);
        if (!actor) return actor.error();
        actor->request_id = call.request.id;
        auto client = client_of(call.request);
        actor->client = std::move(client.address);
        actor->agent = std::move(client.agent);
        return perform_once(call, sql, *actor, now);
    }

    Result<http::Response> perform_once(Call const& call, database::Session& sql, operation::Actor const& actor,
                                        Instant now) {
        auto const& input = std::get<json::Document>(call.input);
        auto repeated = Idempotency::of(call.request);
        if (!repeated) return repeated.error();
        if (is_secret(call.entry)) repeated->reset();
        if (*repeated) {
            auto stored = (*repeated)->begin(sql, actor, now, config_.idempotency_window);
            if (!stored) return stored.error();
            if (*stored) return std::move(**stored);
        }
        auto const output = operations_.perform_in(sql, call.entry, actor, input);
        if (!output && asks_for_hidden(call.entry, output.error()))
            return http::problem(400, output.error().reason, output.error().message);
        if (!output) return output.error();
        auto response = rest_answer(catalogue(), call.entry, call.request, *output);
        if (*repeated) (*repeated)->finish(sql, actor, response);
        return response;
    }

    // The error with the record as it is now, so that the caller can show both. In a transaction of its own: that of
    // the error was rolled back.
    Async<http::Response> stale(Call const& call, Error error) {
        auto response = http::problem(error);
        auto const* show = entry_to_show(call.entry.route.path);
        if (!show) co_return response;
        auto job = [this, &call, show](database::Session& sql) { return read_current(call, *show, sql); };
        auto const current =
            co_await operations_.database().run(database::Pool::web, database::Scope::of(call.tenant), std::move(job));
        if (current) add_current(response, *current);
        co_return response;
    }

    [[nodiscard]] Entry const* entry_to_show(std::string_view path) const {
        for (auto const* entry : catalogue().entries()) {
            if (entry->route.method == "GET" && entry->route.path == path) return entry;
        }
        return nullptr;
    }

    Result<json::Document> read_current(Call const& call, Entry const& show, database::Session& sql) {
        auto const input = rest_input(show, call.request);
        if (!std::holds_alternative<json::Document>(input)) return Error{Errc::not_found};
        auto const employee = operation::employee_of_key(sql, call.tenant, call.key, operations_.clock().now());
        if (!employee) return employee.error();
        auto actor = operation::load_actor(sql, call.tenant, *employee, operation::Channel::api);
        if (!actor) return actor.error();
        return operations_.perform_in(sql, show, std::move(*actor), std::get<json::Document>(input));
    }

    operation::Operations const& operations_;
    RestConfig config_;
    Rates keys_;
    Rates wrong_;
};

Rest::Rest(operation::Operations const& operations, RestConfig config)
    : impl_{std::make_unique<Impl>(operations, config)} {}
Rest::~Rest() = default;

void Rest::mount(http::Router& router) const {
    auto* impl = impl_.get();
    for (auto const* entry : impl->catalogue().entries()) {
        if (entry->route.path.empty()) continue;
        auto const method = method_from(entry->route.method);
        if (!method) throw std::logic_error{"operation with an unknown method: " + std::string{entry->name}};
        router.add(*method, std::string{rest_root} + std::string{entry->route.path},
                   [impl, entry](http::Request& request) { return impl->answer(*entry, request); });
    }
    auto const description = std::make_shared<std::string const>(openapi(impl->catalogue()));
    router.add(http::Method::get, std::string{rest_root} + "/openapi.json",
               [description](http::Request&) -> asio::awaitable<http::Response> {
                   co_return http::Response::json(200, *description);
               });
}

}  // namespace wescrm::web
