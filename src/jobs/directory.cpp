#include <boost/describe/class.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <wescrm/base/json.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/jobs/directory.hpp>

namespace wescrm::jobs {

using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;

struct Directory::Row {
    TenantId tenant;
    std::string corp_id;
    bool is_active = true;
    std::string kind;
    std::int64_t app_id = 0;
    std::int64_t agent_id = 0;
    Blob secret;
    Blob token;
    Blob aes_key;
    std::optional<Blob> old_token;
    std::optional<Blob> old_aes_key;
    BOOST_DESCRIBE_CLASS(Row, (), (tenant, corp_id, is_active, kind, app_id, agent_id, secret, token, aes_key, old_token, old_aes_key), (), ())
};

namespace {

std::string address(std::string_view corp_id, std::string_view kind, std::int64_t agent_id) {
    return std::string{corp_id} + "/" + std::string{kind} + "/" + std::to_string(kind == "app" ? agent_id : 0);
}

constexpr std::string_view select_rows =
    "select t.id, t.corp_id, t.status = 'active', a.kind, a.id, a.agent_id, a.secret_sealed, a.token_sealed, a.aes_key_sealed, "
    "case when a.old_until > now() then a.old_token_sealed end, case when a.old_until > now() then a.old_aes_key_sealed end "
    "from wecom_app a join tenant t on t.id = a.tenant_id order by t.id, a.kind, a.agent_id";

}  // namespace

std::string seal_context(TenantId tenant, std::string_view kind, std::int64_t agent_id, std::string_view column) {
    return "wecom_app:" + std::to_string(tenant.value()) + ":" + std::string{kind} + ":" + std::to_string(agent_id) + ":" + std::string{column};
}

Directory::Directory(database::Database& db, Sealer const& sealer, std::string snapshot_file)
    : db_{db}, sealer_{sealer}, snapshot_file_{std::move(snapshot_file)} {}

std::shared_ptr<Endpoint const> Directory::endpoint_from(Row const& row) const {
    auto const unseal = [&](Blob const& sealed, std::string_view column) {
        return sealer_.open(sealed.bytes, seal_context(row.tenant, row.kind, row.agent_id, column));
    };
    auto const secret = unseal(row.secret, "secret");
    auto const token = unseal(row.token, "token");
    auto const key = unseal(row.aes_key, "aes_key");
    if (!secret || !token || !key) {
        log::error("credentials_do_not_open", {{"tenant", row.tenant.value()}, {"kind", row.kind}, {"hint", "another master key?"}});
        return nullptr;
    }
    auto endpoint = Endpoint{row.tenant, row.corp_id, row.is_active, row.kind, row.app_id, row.agent_id, {}, {}};
    endpoint.account = {row.tenant, row.app_id, row.corp_id, *secret};
    if (auto keys = wecom::Keys::from(*token, *key)) endpoint.keys.push_back(std::move(*keys));
    if (row.old_token && row.old_aes_key) {
        auto const old_token = unseal(*row.old_token, "token");
        auto const old_key = unseal(*row.old_aes_key, "aes_key");
        if (old_token && old_key)
            if (auto keys = wecom::Keys::from(*old_token, *old_key)) endpoint.keys.push_back(std::move(*keys));
    }
    return std::make_shared<Endpoint const>(std::move(endpoint));
}

Result<std::optional<Directory::Endpoints>> Directory::read(Session& sql) {
    auto version = sql.value<std::string>(
        "select concat_ws('/', (select count(*) from tenant), (select max(updated_at) from tenant), (select count(*) from wecom_app), "
        "(select max(updated_at) from wecom_app), (select count(*) from wecom_app where old_until > now()))");
    if (is_loaded_ && version && *version == version_) return std::optional<Endpoints>{};
    auto const rows = sql.records<Row>(select_rows);
    auto endpoints = Endpoints{};
    for (auto const& row : rows)
        if (auto endpoint = endpoint_from(row)) endpoints.push_back(std::move(endpoint));
    version_ = version.value_or("");
    save_snapshot(rows);
    return std::optional{std::move(endpoints)};
}

void Directory::replace(Endpoints endpoints) {
    auto by_address = std::map<std::string, std::shared_ptr<Endpoint const>, std::less<>>{};
    for (auto const& endpoint : endpoints) by_address.emplace(address(endpoint->corp_id, endpoint->kind, endpoint->agent_id), endpoint);
    auto const lock = std::lock_guard{mutex_};
    by_address_ = std::move(by_address);
    all_ = std::move(endpoints);
    is_loaded_ = true;
}

asio::awaitable<void> Directory::refresh() {
    auto job = [this](Session& sql) { return read(sql); };
    auto found = co_await db_.run(Pool::worker, Scope::of_queues(), std::move(job));
    if (found && *found) replace(std::move(**found));
}

Result<int> Directory::refresh_blocking() {
    auto found = db_.run_blocking(Pool::worker, Scope::of_queues(), [this](Session& sql) { return read(sql); });
    if (!found) return found.error();
    if (*found) replace(std::move(**found));
    return 0;
}

// Rows stay sealed column by column; the file is sealed once more as a whole, so that it cannot be altered.
void Directory::save_snapshot(std::vector<Row> const& rows) const {
    auto document = json::Document{rapidjson::kArrayType};
    auto& allocator = document.GetAllocator();
    auto const hex = [&](Blob const& blob) { return json::make_string(to_hex(blob.bytes), allocator); };
    for (auto const& row : rows) {
        auto entry = json::Value{rapidjson::kArrayType};
        entry.PushBack(json::Value{row.tenant.value()}, allocator).PushBack(json::make_string(row.corp_id, allocator), allocator);
        entry.PushBack(json::Value{row.is_active}, allocator).PushBack(json::make_string(row.kind, allocator), allocator);
        entry.PushBack(json::Value{row.app_id}, allocator).PushBack(json::Value{row.agent_id}, allocator);
        entry.PushBack(hex(row.secret), allocator).PushBack(hex(row.token), allocator).PushBack(hex(row.aes_key), allocator);
        document.PushBack(std::move(entry), allocator);
    }
    auto ignored = std::error_code{};
    std::filesystem::create_directories(std::filesystem::path{snapshot_file_}.parent_path(), ignored);
    auto const draft = snapshot_file_ + ".new";
    {
        auto stream = std::ofstream{draft, std::ios::binary | std::ios::trunc};
        stream << sealer_.seal(json::write(document), "directory");
        if (!stream) return log::warning("snapshot_not_written", {{"file", snapshot_file_}});
    }
    std::filesystem::rename(draft, snapshot_file_, ignored);
}

void Directory::load_snapshot() {
    auto stream = std::ifstream{snapshot_file_, std::ios::binary};
    if (!stream) return;
    auto const plain = sealer_.open(std::string{std::istreambuf_iterator<char>{stream}, {}}, "directory");
    auto limits = json::Limits{};
    limits.values = 1'000'000;
    auto const document = plain ? json::parse(*plain, limits) : Result<json::Document>{Errc::invalid_input};
    if (!document || !document->IsArray()) return log::warning("snapshot_unreadable", {{"file", snapshot_file_}});
    auto endpoints = Endpoints{};
    for (auto const& entry : document->GetArray()) {
        auto row = Row{};
        row.tenant = TenantId{entry[0].GetInt64()};
        row.corp_id = json::view(entry[1]);
        row.is_active = entry[2].GetBool();
        row.kind = json::view(entry[3]);
        row.app_id = entry[4].GetInt64();
        row.agent_id = entry[5].GetInt64();
        row.secret.bytes = from_hex(json::view(entry[6])).value_or("");
        row.token.bytes = from_hex(json::view(entry[7])).value_or("");
        row.aes_key.bytes = from_hex(json::view(entry[8])).value_or("");
        if (auto endpoint = endpoint_from(row)) endpoints.push_back(std::move(endpoint));
    }
    replace(std::move(endpoints));
}

std::shared_ptr<Endpoint const> Directory::find(std::string_view corp_id, std::string_view kind, std::int64_t agent_id) const {
    auto const lock = std::lock_guard{mutex_};
    auto const found = by_address_.find(address(corp_id, kind, agent_id));
    return found == by_address_.end() ? nullptr : found->second;
}

std::shared_ptr<Endpoint const> Directory::account_of(TenantId tenant, std::string_view kind) const {
    auto const lock = std::lock_guard{mutex_};
    for (auto const& endpoint : all_)
        if (endpoint->tenant == tenant && endpoint->kind == kind) return endpoint;
    return nullptr;
}

std::shared_ptr<Endpoint const> Directory::by_app(TenantId tenant, std::int64_t app_id) const {
    auto const lock = std::lock_guard{mutex_};
    for (auto const& endpoint : all_)
        if (endpoint->tenant == tenant && endpoint->app_id == app_id) return endpoint;
    return nullptr;
}

std::vector<TenantId> Directory::active_tenants() const {
    auto const lock = std::lock_guard{mutex_};
    auto tenants = std::vector<TenantId>{};
    for (auto const& endpoint : all_)
        if (endpoint->is_active && (tenants.empty() || tenants.back() != endpoint->tenant)) tenants.push_back(endpoint->tenant);
    return tenants;
}

}  // namespace wescrm::jobs
