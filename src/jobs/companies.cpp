#include <filesystem>
#include <fstream>
#include <iterator>

#include <wescrm/base/json.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/companies.hpp>

namespace wescrm::jobs {

using database::bind;
using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;

struct Companies::Row {
    TenantId tenant;
    std::string corp_id;
    bool is_disabled = false;
    std::string zone;
    std::int64_t app = 0;  // 0: the company has none yet
    std::string kind;
    std::int64_t agent = 0;
    Bytes secret;
    Bytes token;
    Bytes aes_key;
    Bytes old_token;
    Bytes old_aes_key;
    std::int64_t old_until_us = 0;
};

struct Companies::Directory {
    std::map<std::string, std::shared_ptr<Company const>, std::less<>> by_corp;
    std::map<TenantId, std::shared_ptr<Company const>> by_tenant;
};

namespace {

constexpr std::string_view snapshot_context = "companies-snapshot-1";

std::optional<CallbackChannel> channel_from(std::string_view kind) {
    if (kind == "app") return CallbackChannel::app;
    if (kind == "contacts") return CallbackChannel::contacts;
    if (kind == "external") return CallbackChannel::external;
    return std::nullopt;
}

std::filesystem::path snapshot_in(std::string const& folder) { return std::filesystem::path{folder} / "companies.sealed"; }

}  // namespace

std::string_view name_of(CallbackChannel channel) noexcept {
    switch (channel) {
        case CallbackChannel::contacts: return "contacts";
        case CallbackChannel::external: return "external";
        case CallbackChannel::app: break;
    }
    return "app";
}

std::string app_context(TenantId tenant, std::string_view kind, std::int64_t agent_id, std::string_view column) {
    return "wecom_app:" + std::to_string(tenant.value()) + ":" + std::string{kind} + ":" + std::to_string(agent_id) + ":" + std::string{column};
}

std::vector<wecom::Keys> CallbackApp::keys_at(Instant now) const {
    auto valid = keys;
    if (now < old_until) valid.insert(valid.end(), old_keys.begin(), old_keys.end());
    return valid;
}

CallbackApp const* Company::app(CallbackChannel channel, std::int64_t agent_id) const {
    for (auto const& app : apps)
        if (app.channel == channel && (channel != CallbackChannel::app || app.agent_id == agent_id)) return &app;
    return nullptr;
}

std::shared_ptr<Company const> Companies::find(std::string_view corp_id) const {
    auto const directory = directory_.load();
    if (!directory) return nullptr;
    auto const found = directory->by_corp.find(corp_id);
    return found == directory->by_corp.end() ? nullptr : found->second;
}

std::shared_ptr<Company const> Companies::find(TenantId tenant) const {
    auto const directory = directory_.load();
    if (!directory) return nullptr;
    auto const found = directory->by_tenant.find(tenant);
    return found == directory->by_tenant.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Company const>> Companies::all() const {
    auto companies = std::vector<std::shared_ptr<Company const>>{};
    if (auto const directory = directory_.load())
        for (auto const& [corp_id, company] : directory->by_corp) companies.push_back(company);
    return companies;
}

Result<wecom::Account> Companies::account(TenantId tenant, std::int64_t app_id) const {
    if (auto const company = find(tenant))
        for (auto const& app : company->apps)
            if (app.id == app_id) return wecom::Account{tenant, app.id, company->corp_id, app.secret};
    return Error{Errc::not_found, "app", "没有这个应用的凭证"};
}

Result<wecom::Account> Companies::account(TenantId tenant, CallbackChannel kind) const {
    CallbackApp const* best = nullptr;
    auto const company = find(tenant);
    if (company)
        for (auto const& app : company->apps)
            if (app.channel == kind && (!best || app.agent_id < best->agent_id)) best = &app;
    if (!best) return Error{Errc::not_found, "app", "没有这个应用的凭证"};
    return wecom::Account{tenant, best->id, company->corp_id, best->secret};
}

// The sum of the row versions changes with every change, whatever the order of commits.
Result<Companies::Read> Companies::read(Session& sql, std::string const& known_version) const {
    auto found = Read{};
    found.version = sql.value<std::string>(
                           "select (select count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) from tenant) || '/' || "
                           "(select count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) from wecom_app)")
                        .value_or("");
    found.is_new = found.version != known_version;
    if (!found.is_new) return found;
    for (auto& [tenant, corp, disabled, zone, app, kind, agent, secret, token, key, old_token, old_key, until] :
         sql.rows<TenantId, std::string, bool, std::string, std::int64_t, std::string, std::int64_t, Blob, Blob, Blob, Blob, Blob,
                  std::int64_t>(
             "select t.id, coalesce(t.corp_id, ''), t.status = 'disabled', t.time_zone, coalesce(a.id, 0), coalesce(a.kind, ''), coalesce(a.agent_id, 0), "
             "coalesce(a.secret_sealed, ''), coalesce(a.token_sealed, ''), coalesce(a.aes_key_sealed, ''), coalesce(a.old_token_sealed, ''), "
             "coalesce(a.old_aes_key_sealed, ''), coalesce((extract(epoch from a.old_until) * 1000000)::bigint, 0) "
             "from tenant t left join wecom_app a on a.tenant_id = t.id order by t.id, a.id"))
        found.rows.push_back({tenant, std::move(corp), disabled, std::move(zone), app, std::move(kind), agent, std::move(secret.bytes), std::move(token.bytes),
                              std::move(key.bytes), std::move(old_token.bytes), std::move(old_key.bytes), until});
    return found;
}

void Companies::take(Read read, bool is_from_database) {
    auto companies = std::map<TenantId, Company>{};
    auto const keys_of = [this](Row const& row, Bytes const& token, Bytes const& key, std::string const& prefix) {
        auto keys = std::vector<wecom::Keys>{};
        if (token.empty() || key.empty()) return keys;
        auto const opened_token = sealer_.open(token, app_context(row.tenant, row.kind, row.agent, prefix + "token_sealed"));
        auto const opened_key = sealer_.open(key, app_context(row.tenant, row.kind, row.agent, prefix + "aes_key_sealed"));
        if (opened_token && opened_key) {
            auto made = wecom::Keys::from(*opened_token, *opened_key);
            if (made) keys.push_back(std::move(*made));
        }
        if (keys.empty()) log::error("callback_keys_unusable", {{"tenant", row.tenant.value()}, {"kind", row.kind}});
        return keys;
    };
    for (auto const& row : read.rows) {
        auto& company = companies[row.tenant];
        company.tenant = row.tenant;
        company.corp_id = row.corp_id;
        company.is_disabled = row.is_disabled;
        if (auto const zone = Zone::named(row.zone)) company.zone = *zone;
        auto const channel = channel_from(row.kind);
        if (row.app == 0 || !channel) continue;
        auto const secret = sealer_.open(row.secret, app_context(row.tenant, row.kind, row.agent, "secret_sealed"));
        company.apps.push_back({row.app, *channel, row.agent, keys_of(row, row.token, row.aes_key, ""),
                                keys_of(row, row.old_token, row.old_aes_key, "old_"), Instant{microseconds{row.old_until_us}},
                                secret.value_or("")});
    }
    auto directory = std::make_shared<Directory>();
    for (auto& [tenant, company] : companies) {
        auto const shared = std::make_shared<Company const>(std::move(company));
        if (!shared->corp_id.empty()) directory->by_corp.emplace(shared->corp_id, shared);  // else not linked yet
        directory->by_tenant.emplace(tenant, shared);
    }
    directory_ = std::move(directory);
    if (!is_from_database) return;
    version_ = std::move(read.version);
    is_complete_ = true;
    write_snapshot(read.rows);
}

Async<void> Companies::refresh() {
    auto job = [this, known = version_](Session& sql) { return read(sql, known); };
    auto found = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (!found) co_return found.error();
    // Not by comparing versions: meanwhile load() may have read another one, and there are no rows to take its place.
    if (found->is_new) take(std::move(*found), true);
    co_return Result<void>{};
}

Result<void> Companies::load() {
    auto found = db_.run_blocking(Pool::worker, Scope::of_queues(), [this](Session& sql) { return read(sql, {}); });
    if (!found) return found.error();
    take(std::move(*found), true);
    return {};
}

// Every row as one JSON array; the secrets inside are sealed already, the whole is sealed again against tampering.
void Companies::write_snapshot(std::vector<Row> const& rows) const {
    if (cache_folder_.empty()) return;
    auto document = json::Document{rapidjson::kArrayType};
    auto& allocator = document.GetAllocator();
    for (auto const& row : rows) {
        auto item = json::Value{rapidjson::kObjectType};
        auto const number = [&](char const* name, std::int64_t value) { json::set(item, name, json::Value{value}, allocator); };
        number("tenant", row.tenant.value());
        json::set(item, "corp_id", row.corp_id, allocator);
        json::set(item, "disabled", json::Value{row.is_disabled}, allocator);
        json::set(item, "zone", row.zone, allocator);
        number("app", row.app);
        json::set(item, "kind", row.kind, allocator);
        number("agent", row.agent);
        json::set(item, "secret", to_base64(row.secret), allocator);
        json::set(item, "token", to_base64(row.token), allocator);
        json::set(item, "aes_key", to_base64(row.aes_key), allocator);
        json::set(item, "old_token", to_base64(row.old_token), allocator);
        json::set(item, "old_aes_key", to_base64(row.old_aes_key), allocator);
        number("old_until", row.old_until_us);
        document.PushBack(item, allocator);
    }
    auto failure = std::error_code{};
    std::filesystem::create_directories(cache_folder_, failure);
    auto const target = snapshot_in(cache_folder_);
    auto const draft = target.string() + ".new";
    {
        auto stream = std::ofstream{draft, std::ios::binary | std::ios::trunc};
        stream << sealer_.seal(json::write(document), snapshot_context);
        if (!stream) return log::warning("companies_snapshot_failed");
    }
    std::filesystem::rename(draft, target, failure);
    if (failure) log::warning("companies_snapshot_failed", {{"error", failure.message()}});
}

bool Companies::load_snapshot() {
    if (cache_folder_.empty()) return false;
    auto stream = std::ifstream{snapshot_in(cache_folder_), std::ios::binary};
    auto const sealed = std::string{std::istreambuf_iterator<char>{stream}, {}};
    auto const plain = sealer_.open(sealed, snapshot_context);
    if (!plain) return false;
    auto limits = json::Limits{};
    limits.values = 10'000'000;
    auto const document = json::parse(*plain, limits);
    if (!document || !document->IsArray()) return false;
    auto found = Read{};
    for (auto const& item : document->GetArray()) {
        auto const text = [&item](char const* name) { return json::find_string(item, name).value_or(""); };
        auto const number = [&item](char const* name) { return json::find_integer(item, name).value_or(0); };
        auto const bytes = [&text](char const* name) { return from_base64(text(name)).value_or(""); };
        found.rows.push_back({TenantId{number("tenant")}, text("corp_id"), json::find_bool(item, "disabled").value_or(false), text("zone"),
                              number("app"), text("kind"), number("agent"), bytes("secret"), bytes("token"), bytes("aes_key"), bytes("old_token"),
                              bytes("old_aes_key"), number("old_until")});
    }
    take(std::move(found), false);
    return true;
}

}  // namespace wescrm::jobs
