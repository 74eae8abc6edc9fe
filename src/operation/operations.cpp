#include <wescrm/operation/operations.hpp>
#include <wescrm/operation/told_errors.hpp>

namespace wescrm::operation {
namespace {

Error unknown(std::string const& name) { return Error{Errc::not_found, "operation", "没有这个操作：" + name}; }

}  // namespace

Async<json::Document> Operations::perform(std::string name, Caller caller, json::Document input,
                                          database::Pool pool) const {
    auto const* entry = catalogue_.find(name);
    if (!entry) co_return unknown(name);
    auto const scope = database::Scope::of(caller.tenant, caller.employee);
    auto job = [this, entry, &caller, &input](database::Session& sql) {
        return perform_as(sql, *entry, caller, input);
    };
    co_return co_await database_.run(pool, scope, job);
}

Result<json::Document> Operations::perform_blocking(std::string const& name, Caller const& caller,
                                                    json::Value const& input) const {
    auto const* entry = catalogue_.find(name);
    if (!entry) return unknown(name);
    return database_.run_blocking(database::Pool::worker, database::Scope::of(caller.tenant, caller.employee),
                                  [&](database::Session& sql) { return perform_as(sql, *entry, caller, input); });
}

Result<json::Document> Operations::perform_in(database::Session& sql, Entry const& entry, Actor actor,
                                              json::Value const& input) const {
    auto context = Context{sql, std::move(actor), clock_.now(), services_};
    auto output = entry.invoke(context, input);
    if (!output) return told(context, catalogue_, entry, input, output.error());
    return output;
}

Result<json::Document> Operations::perform_as(database::Session& sql, Entry const& entry, Caller const& caller,
                                              json::Value const& input) const {
    auto actor = load_actor(sql, caller.tenant, caller.employee, caller.channel);
    if (!actor) return actor.error();
    actor->request_id = caller.request_id;
    return perform_in(sql, entry, std::move(*actor), input);
}

}  // namespace wescrm::operation
