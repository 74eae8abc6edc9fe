#include "config.hpp"

#include <filesystem>

namespace wescrm::server {
namespace {

void read_http(ConfigReader& in, Config& config) {
    auto& http = config.http;
    in.text("http.listen", http.listen);
    in.text("http.public_url", config.public_url);
    in.text("http.admin_listen", config.admin.listen);
    in.text("http.tls_certificate", http.tls_certificate);
    in.text("http.tls_key", http.tls_key);
    if (http.tls_certificate.empty() != http.tls_key.empty())
        in.refuse("http.tls_key", "both http.tls_certificate and http.tls_key, or neither");
    in.texts("http.trusted_proxies", http.trusted_proxies);
    in.number("http.threads", http.threads, 1, 64);
    auto& limits = http.limits;
    in.number("http.connections", limits.connections);
    in.number("http.connections_per_address", limits.connections_per_address, 0);
    in.number("http.requests_per_connection", limits.requests_per_connection);
    in.number("http.header_bytes", limits.header_bytes, 1'024);
    in.number("http.header_fields", limits.header_fields, 8);
    in.number("http.request_line_bytes", limits.request_line_bytes, 256);
    in.number("http.body_limit", limits.body_bytes, 1'024);
    in.number("http.callback_body_limit", limits.callback_body_bytes, 1'024);
    in.number("http.in_flight", limits.in_flight);
    in.duration("http.tls_handshake_ms", limits.tls_handshake);
    in.duration("http.header_time_ms", limits.header_time);
    in.duration("http.body_time_ms", limits.body_time);
    in.duration("http.write_time_ms", limits.write_time);
    in.duration("http.idle_time_ms", limits.idle_time);
    in.duration("http.drain_delay_ms", config.drain_delay, 0);
    in.duration("http.stop_limit_ms", config.stop_limit);
}

void read_pool(ConfigReader& in, std::string const& name, database::PoolConfig& pool) {
    in.number("database." + name + ".connections", pool.connections, 1, 200);
    in.number("database." + name + ".queue", pool.queue);
    in.duration("database." + name + ".wait_ms", pool.wait);
    in.duration("database." + name + ".statement_ms", pool.statement);
}

void read_database(ConfigReader& in, database::Config& database) {
    in.secret("database.url", database.url);
    in.secret("database.direct_url", database.direct_url);
    in.secret("database.replica_url", database.replica_url);
    read_pool(in, "intake", database.intake);
    read_pool(in, "web", database.web);
    read_pool(in, "worker", database.worker);
    read_pool(in, "report", database.report);
    in.duration("database.lock_wait_ms", database.lock_wait);
    in.duration("database.idle_in_transaction_ms", database.idle_in_transaction);
    in.duration("database.connect_seconds", database.connect);
    in.number("database.kept_statements", database.kept_statements);
}

void read_wecom(ConfigReader& in, Config& config) {
    in.text("wecom.api_base", config.api_base);
    if (config.api_base.empty()) config.api_base = official_api_base;
    if (!config.api_base.starts_with("http://") && !config.api_base.starts_with("https://"))
        in.refuse("wecom.api_base", "scheme://host[:port] without /cgi-bin");
    while (config.api_base.ends_with('/')) config.api_base.pop_back();
    auto& client = config.wecom_client;
    in.duration("wecom.resolve_time_ms", client.resolve_time);
    in.duration("wecom.connect_time_ms", client.connect_time);
    in.duration("wecom.tls_time_ms", client.tls_time);
    in.duration("wecom.call_time_ms", client.call_time);
    in.duration("wecom.idle_time_ms", client.idle_time);
    in.number("wecom.connections", client.connections_per_host);
    in.number("wecom.answer_limit", client.answer_bytes);
    in.text("wecom.ca_file", client.ca_file);
}

void read_intake(ConfigReader& in, jobs::WorkersConfig& jobs) {
    auto& intake = jobs.intake;
    in.number("intake.group_rows", intake.group_rows, 1, 1'000);
    in.number("intake.group_bytes", intake.group_bytes, 1'024);
    in.number("intake.groups_in_flight", intake.groups_in_flight, 1, 64);
    in.number("intake.waiting", intake.waiting);
    in.duration("intake.database_time_ms", intake.database_time, 10, 3);
    in.number("intake.breaker_failures", intake.breaker_failures, 1, 1'000);
    in.duration("intake.probe_interval_ms", intake.probe_interval, 10);
    in.number("intake.drain_rows", intake.drain_rows, 1, 10'000);
    auto& spool = jobs.spool;
    in.number("spool.segment_bytes", spool.segment_bytes, 65'536, 4'000'000'000);
    in.number("spool.max_bytes", spool.max_bytes, 65'536, 1'000'000'000'000);
    in.number("spool.min_free_percent", spool.min_free_percent, 0, 90);
    in.number("spool.group_records", spool.group_records, 1, 10'000);
    in.duration("spool.wait_ms", spool.wait, 10, 3);
}

void read_queues(ConfigReader& in, jobs::WorkersConfig& jobs) {
    in.duration("queues.lease_seconds", jobs.buckets.lease, 2, 600);
    in.duration("queues.renew_every_ms", jobs.buckets.renew_every, 50);
    in.duration("queues.trust_ms", jobs.buckets.trust, 50);
    in.duration("queues.look_every_ms", jobs.buckets.look_every, 10);
    in.duration("queues.companies_every_ms", jobs.companies_every, 10);
    if (jobs.buckets.trust >= jobs.buckets.lease) in.refuse("queues.trust_ms", "less than queues.lease_seconds");
    auto& inbox = jobs.inbox;
    in.number("inbox.handlers", inbox.handlers, 1, 200);
    in.number("inbox.batch", inbox.batch, 1, 1'000);
    in.number("inbox.held", inbox.held, 1, 100'000);
    in.duration("inbox.poll_ms", inbox.poll, 10);
    in.duration("inbox.lane_patience_ms", inbox.lane_patience);
    in.duration("inbox.last_chance_after_ms", inbox.last_chance_after);
    auto& outbox = jobs.outbox;
    in.number("outbox.in_flight", outbox.in_flight, 1, 10'000);
    in.number("outbox.in_flight_per_company", outbox.in_flight_per_tenant, 1, 1'000);
    in.number("outbox.batch", outbox.batch, 1, 1'000);
    in.number("outbox.held", outbox.held, 1, 100'000);
    in.duration("outbox.poll_ms", outbox.poll, 10);
    in.duration("outbox.write_every_ms", outbox.write_every);
    in.number("outbox.write_rows", outbox.write_rows, 1, 1'000);
    in.duration("outbox.lane_patience_ms", outbox.lane_patience);
    in.duration("outbox.probe_every_seconds", outbox.probe_every);
    in.number("outbox.recipient_per_minute", outbox.rates.recipient_per_minute, 1, 30);
    in.number("outbox.recipient_per_hour", outbox.rates.recipient_per_hour, 1, 1'000);
    in.number("outbox.interface_per_minute", outbox.rates.interface_per_minute);
    in.number("outbox.node_per_minute", outbox.rates.node_per_minute);
    auto& timers = jobs.timers;
    in.duration("timers.poll_ms", timers.poll, 10);
    in.number("timers.batch", timers.batch, 1, 10'000);
    in.number("timers.late_per_second", timers.late_per_second);
    in.number("timers.attempts", timers.attempts, 1, 100);
    auto& kept = jobs.maintenance;
    in.number("maintenance.partitions_ahead", kept.partitions_ahead, 2, 60);
    in.number("maintenance.inbox_days", kept.inbox_days, 5, 365);
    in.number("maintenance.outbox_days", kept.outbox_days, 1, 365);
    in.number("maintenance.timer_days", kept.timer_days, 1, 365);
    in.number("maintenance.page", kept.page, 100, 100'000);
    in.duration("maintenance.every_ms", kept.every, 1'000);
    in.duration("maintenance.measure_every_ms", kept.measure_every, 100);
}

void read_exchange(ConfigReader& in, Config& config) {
    auto& exchange = config.exchange;
    auto& limits = exchange.limits;
    in.number("exchange.file_bytes", limits.file_bytes, 1'024, 200 * 1024 * 1024);
    in.number("exchange.unpacked_bytes", limits.unpacked_bytes, 1'024, 4'000'000'000);
    in.number("exchange.ratio", limits.ratio, 2, 10'000);
    in.number("exchange.shared_bytes", limits.shared_bytes, 1'024, 1'000'000'000);
    in.number("exchange.rows", limits.rows, 1, 1'000'000);
    in.number("exchange.columns", limits.columns, 1, 1'000);
    in.number("exchange.cell_bytes", limits.cell_bytes, 100, 1'000'000);
    in.number("exchange.import_chunk", exchange.import_chunk, 1, 10'000);
    in.number("exchange.import_single_chunk", exchange.import_single_chunk, 1, 5'000);
    in.number("exchange.export_rows", exchange.export_rows, 1, 1'000'000);
    in.number("exchange.export_chunk", exchange.export_chunk, 1, 20'000);
    auto const read_hours = [&in](char const* key, hours& value) {
        auto number = static_cast<std::int64_t>(value.count());
        in.integer(key, number, 1, 24 * 365);
        value = hours{number};
    };
    read_hours("exchange.undo_hours", exchange.undo_for);
    read_hours("exchange.imports_kept_hours", exchange.imports_kept);
    read_hours("exchange.exports_kept_hours", exchange.exports_kept);
    auto again = exchange.export_again.count();
    in.number("exchange.export_again_minutes", again, 1, 1'440);
    exchange.export_again = minutes{again};
    in.number("exchange.export_notice_rows", exchange.export_notice_rows, 0, 10'000'000);
    auto& http = config.http.limits;
    for (auto const* uploads : {"/app/imports/upload/", "/api/v1/imports"}) http.upload_prefixes.emplace_back(uploads);
    constexpr std::size_t form_bytes = 64 * 1024;  // around the file
    http.upload_body_bytes = std::max(http.body_bytes, limits.file_bytes + form_bytes);
}

void read_limits(ConfigReader& in, sales::Limits& limits) {
    auto& tags = limits.tags;
    in.number("tags.groups", tags.groups, 1, sales::TagLimits::highest_groups);
    in.number("tags.of_group", tags.tags_of_group, 1, sales::TagLimits::highest_tags_of_group);
    in.number("tags.rule_conditions", tags.rule_conditions, 1, sales::TagLimits::highest_rule_conditions);
    in.number("tags.rule_examples", tags.rule_examples, 0, 50);
    in.number("tags.rule_records", tags.rule_records, 1, 100'000);
    in.number("tags.replaced", tags.replaced, 1, 10'000);
    auto& match = limits.match;
    in.number("match.industry", match.industry, 0, 1'000);
    in.number("match.product", match.product, 0, 1'000);
    in.number("match.city", match.city, 0, 1'000);
    in.number("match.province", match.province, 0, 1'000);
    in.number("match.source", match.source, 0, 1'000);
    in.number("match.conversion", match.conversion, 0, 1'000);
    in.number("match.room", match.room, 0, 1'000);
    in.number("match.half_deals", match.half_deals, 1, 1'000);
    in.number("match.half_open", match.half_open, 1, 10'000);
    in.number("match.untried_leads", match.untried_leads, 1, 1'000);
    in.number("match.reasons", match.reasons, 1, 10);
    in.number("products.pictures", limits.product_pictures, 1, 200);
}

void read_business(ConfigReader& in, Config& config) {
    auto& sync = config.sync;
    in.number("sync.at_once", config.syncs_at_once, 1, 64);
    in.number("sync.concurrent_reads", sync.read.concurrent, 1, 64);
    in.number("sync.departments", sync.read.departments);
    in.number("sync.members", sync.read.members);
    in.number("sync.pages_per_department", sync.read.pages_per_department);
    auto every = static_cast<std::int64_t>(sync.pull_every.count());
    in.integer("sync.pull_every_hours", every, 1, 24);
    sync.pull_every = hours{every};
    in.number("sync.chunk", sync.chunk, 1, 10'000);
    in.number("sync.confirmations", sync.confirmations, 0, 10'000);
    in.number("sync.kept_changes", sync.kept_changes, 0, 100'000);
    in.number("sync.departures_by_event", config.contact_events.departures, 1, 10'000);
    in.number("rest.requests_per_minute", config.rest.requests_per_minute);
    in.number("rest.wrong_keys_per_minute", config.rest.wrong_keys_per_minute);
    in.number("rest.addresses", config.rest.addresses);
    auto idle = static_cast<std::int64_t>(config.session.idle.count());
    in.integer("session.idle_minutes", idle, 1, 24 * 60);
    config.session.idle = minutes{idle};
    auto absolute = static_cast<std::int64_t>(config.session.absolute.count());
    in.integer("session.absolute_hours", absolute, 1, 24 * 30);
    config.session.absolute = hours{absolute};
    auto& registration = config.registration;
    in.flag("registration.enabled", registration.is_enabled);
    in.number("registration.per_minute", registration.per_minute, 1, 1'000);
    in.integer("registration.trial_days", registration.trial_days, 0, 3'650);
    in.integer("registration.link_days", registration.link_days, 1, 90);
    in.number("link.tries_per_hour", config.link_tries_per_hour, 1, 1'000);
    in.number("company.logo_bytes", config.logo_bytes, 1'024, 4 * 1024 * 1024);
    auto urge = static_cast<std::int64_t>(config.approval.urge_every.count());
    in.integer("approval.urge_minutes", urge, 1, 7 * 24 * 60);
    config.approval.urge_every = minutes{urge};
    auto& high_sea = config.high_sea;
    auto run = static_cast<std::int64_t>(high_sea.run_at.count());
    in.integer("high_sea.run_hour", run, 0, 23);
    high_sea.run_at = hours{run};
    auto tell = static_cast<std::int64_t>(high_sea.tell_at.count());
    in.integer("high_sea.tell_hour", tell, 0, 23);
    high_sea.tell_at = hours{tell};
    in.number("high_sea.batch", high_sea.batch, 1, 10'000);
    in.number("high_sea.recommend_deals", high_sea.recommend.deals, 1, 10'000);
    in.number("high_sea.recommend_words", high_sea.recommend.words, 1, 50);
    in.number("high_sea.recommend_of_word", high_sea.recommend.of_word, 1, 5'000);
    in.number("high_sea.recommend_latest", high_sea.recommend.latest, 1, 5'000);
    read_limits(in, config.limits);
    in.number("files.fetches_at_once", config.media.fetches_at_once, 1, 64);
    in.number("files.waiting", config.media.waiting, 1, 100'000);
    in.number("files.fetch_bytes", config.media.fetch_bytes, 1'024, 64 * 1024 * 1024);
    in.number("files.upload_bytes", config.media.upload_bytes, 1'024, 64 * 1024 * 1024);
    in.number("reminders.digest_batch", config.reminders.digest_batch, 1, 10'000);
    in.number("reminders.digest_lines", config.reminders.digest_lines, 1, 20);
    read_exchange(in, config);
    config.exchange.records = config.limits;
    auto& chat = config.chat;
    in.text("chat.app_name", chat.app_name);
    in.number("chat.choices", chat.choices, 2, 10);
    in.number("chat.pools", chat.pools, 1, 100);
    in.number("chat.list_length", chat.list_length, 3, 20);
    in.number("chat.names_remembered", chat.names_remembered, 0, 1'000);
    in.number("chat.lines_at_once", chat.lines_at_once, 1, 50);
    in.number("chat.vocabularies", chat.vocabularies, 1, 100'000);
    in.number("chat.company_words", chat.company_words, 0, 100'000);
}

void read_process(ConfigReader& in, Config& config) {
    in.secret("security.master_key", config.master_key);
    auto level = std::string{"info"};
    auto format = std::string{"text"};
    in.text("log.level", level, {"debug", "info", "warning", "error"});
    in.text("log.format", format, {"text", "json"});
    config.log_level = level == "debug"     ? log::Level::debug
                       : level == "warning" ? log::Level::warning
                       : level == "error"   ? log::Level::error
                                            : log::Level::info;
    config.log_format = format == "json" ? log::Format::json : log::Format::text;
    in.flag("clock.controllable", config.is_clock_controllable);
    if (config.is_clock_controllable && config.api_base == official_api_base)
        in.refuse("clock.controllable", "false, because wecom.api_base is the official host");
    in.text("state.folder", config.state_folder);
    in.text("share.folder", config.share_folder);
    if (config.share_folder.empty()) config.share_folder = default_share_folder();
    in.text("share.vendor_folder", config.vendor_folder);
    if (config.vendor_folder.empty()) config.vendor_folder = WESCRM_VENDOR_FOLDER;
    if (config.state_folder.empty()) config.state_folder = "var";
}

}  // namespace

std::string default_share_folder() { return WESCRM_SHARE_FOLDER; }

Result<Config> read_config(std::string path, ConfigReader::Environment environment) {
    auto reader = ConfigReader::open(std::move(path), std::move(environment));
    if (!reader) return reader.error();
    auto config = Config{};
    config.admin.listen = "127.0.0.1:8081";
    read_http(*reader, config);
    read_database(*reader, config.database);
    read_wecom(*reader, config);
    read_intake(*reader, config.jobs);
    read_queues(*reader, config.jobs);
    read_business(*reader, config);
    read_process(*reader, config);
    if (auto problems = reader->problems()) return *problems;
    auto& limits = config.http.limits;
    for (auto const* uploads : {"/app/files", "/api/v1/attachments"}) limits.upload_prefixes.emplace_back(uploads);
    limits.upload_body_bytes = std::max(limits.upload_body_bytes, config.media.upload_bytes);
    config.admin.limits = config.http.limits;
    config.jobs.spool.folder = config.state_folder + "/spool";
    config.jobs.buckets.state_file = config.state_folder + "/node";
    config.effective = reader->effective();
    return config;
}

}  // namespace wescrm::server
