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
    if (http.tls_certificate.empty() != http.tls_key.empty()) in.refuse("http.tls_key", "both http.tls_certificate and http.tls_key, or neither");
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

void read_rest(ConfigReader& in, Config& config) {
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
    read_rest(*reader, config);
    if (auto problems = reader->problems()) return *problems;
    config.admin.limits = config.http.limits;
    config.effective = reader->effective();
    return config;
}

}  // namespace wescrm::server
