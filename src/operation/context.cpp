#include <wescrm/operation/context.hpp>

namespace wescrm::operation {
namespace {

std::function<void()> wake(std::function<void(TenantId)> const& whom, TenantId tenant) {
    if (!whom) return [] {};
    return [whom, tenant] { whom(tenant); };
}

}  // namespace

Context::Context(database::Session& sql, Actor actor, Instant now, Services const& services)
    : sql_{sql},
      actor_{std::move(actor)},
      now_{now},
      reader_terms_{services.reader_terms},
      services_{services},
      outbox_{sql, actor_.tenant, *services.renderer, now, wake(services.wake_sender, actor_.tenant)},
      timers_{sql, actor_.tenant, actor_.zone, wake(services.wake_timers, actor_.tenant)} {}

}  // namespace wescrm::operation
