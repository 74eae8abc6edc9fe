#pragma once
#include "metrics.hpp"

#include <wescrm/jobs/metrics.hpp>

namespace wescrm::server {

/// Shows the counters of the queues under their public names.
void show_queue_figures(Metrics& metrics, jobs::Metrics const& queues);

}  // namespace wescrm::server
