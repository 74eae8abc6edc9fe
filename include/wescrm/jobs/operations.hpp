#pragma once
#include <wescrm/operation/catalogue.hpp>

namespace wescrm::jobs {

/// connection.health, queue.retry: what an administrator of one company sees of its queues.
void add_operations(operation::Catalogue& catalogue);

}  // namespace wescrm::jobs
