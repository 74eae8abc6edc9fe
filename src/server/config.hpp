#pragma once
#include "config_reader.hpp"
#include "media_fetches.hpp"

#include <wescrm/agenda/reminders.hpp>
#include <wescrm/approval/passing.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/bot/config.hpp>
#include <wescrm/database/database.hpp>
#include <wescrm/exchange/config.hpp>
#include <wescrm/http/client.hpp>
#include <wescrm/http/server.hpp>
#include <wescrm/jobs/workers.hpp>
#include <wescrm/org/events.hpp>
#include <wescrm/org/registration.hpp>
#include <wescrm/org/sync.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>
#include <wescrm/web/rest.hpp>
#include <wescrm/web/session.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace wescrm::server {

/// Everything that config/wescrm.json says, with its defaults beside the fields of the modules' own Config structs.
struct Config {
    http::ServerConfig http;
    std::string public_url = "http://127.0.0.1:8080";
    http::ServerConfig admin;
    std::chrono::milliseconds drain_delay{2'000};
    std::chrono::milliseconds stop_limit{20'000};

    database::Config database;

    std::string api_base;
    http::ClientConfig wecom_client;

    jobs::WorkersConfig jobs;  ///< spool.folder and buckets.state_file lie in the state folder
    org::SyncConfig sync;
    std::size_t syncs_at_once = 2;
    org::EventLimits contact_events;
    web::RestConfig rest;
    bot::Config chat;
    sales::HighSeaConfig high_sea;
    sales::Limits limits;
    agenda::ReminderConfig reminders;
    MediaConfig media;
    approval::Config approval;
    exchange::Config exchange;
    web::SessionConfig session;
    org::RegistrationConfig registration;
    int link_tries_per_hour = 20;  ///< of a secret, of one company
    std::size_t logo_bytes = 512 * 1024;

    std::string master_key;  ///< base64; empty: kept in the state folder
    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::text;
    bool is_clock_controllable = false;

    std::string state_folder;   ///< spool, cache, master key
    std::string share_folder;   ///< where config/ and templates/ of the product lie
    std::string vendor_folder;  ///< the front-end parts of others, as the build fetched them

    [[nodiscard]] std::string cache_folder() const { return state_folder + "/cache"; }
    [[nodiscard]] std::string migrations_folder() const { return share_folder + "/config/migrations"; }
    [[nodiscard]] std::string presets_folder() const { return share_folder + "/config/presets"; }
    [[nodiscard]] std::string cards_folder() const { return share_folder + "/templates/cards"; }
    [[nodiscard]] std::string pages_folder() const { return share_folder + "/templates/pages"; }
    [[nodiscard]] std::string static_folder() const { return share_folder + "/templates/static"; }
    [[nodiscard]] std::string menu_file() const { return share_folder + "/config/menu.json"; }

    std::vector<ConfigReader::Effective> effective;  ///< for `wescrm config`
};

inline constexpr std::string_view official_api_base = "https://qyapi.weixin.qq.com";

/// invalid_input "configuration" with everything that is wrong in one message.
[[nodiscard]] Result<Config> read_config(std::string path, ConfigReader::Environment environment);

/// Where the product's config/ and templates/ lie: the source tree of this build, or the folder of an installation.
[[nodiscard]] std::string default_share_folder();

}  // namespace wescrm::server
