#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace wescrm::jobs {

struct Config {
    std::string state_folder = "var";  ///< spool, cache, node identity

    std::size_t intake_batch = 64;    ///< callbacks stored by one insert
    std::size_t intake_in_flight = 2;  ///< inserts under way
    std::chrono::milliseconds answer_limit{4'500};  ///< a callback is answered by then, whatever happens
    std::int64_t spool_max_bytes = std::int64_t{1} << 30;
    int spool_min_free_percent = 5;

    std::size_t inbox_in_flight = 6;   ///< handlers at the same time; more than worker connections is of no use
    std::size_t inbox_claim = 50;      ///< rows taken by one poll
    std::chrono::seconds lease{60};    ///< of a claimed row
    int event_attempts = 12;
    int bug_attempts = 5;

    std::size_t outbox_in_flight = 64;        ///< calls of message/send at the same time
    std::size_t outbox_in_flight_tenant = 8;  ///< and of one company
    std::size_t outbox_claim = 100;
    std::size_t per_minute = 25;  ///< messages of one app to one person; WeCom silently drops the 31st
    std::size_t per_hour = 900;   ///< WeCom's limit is 1,000
    int send_attempts = 8;

    std::size_t timers_per_second = 50;
    std::chrono::milliseconds poll{1'000};  ///< when nobody wakes us
    int keep_inbox_days = 8;
    int keep_outbox_days = 14;
};

}  // namespace wescrm::jobs
