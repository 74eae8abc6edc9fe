#include "arrival.hpp"

#include <algorithm>
#include <set>

#include <wescrm/operation/queue_keys.hpp>

namespace wescrm::jobs {
namespace {

using database::bind;
using database::Blob;

constexpr std::string_view insert_sql =
    "insert into inbox (tenant_id, msg_day, dedupe_key, channel, agent_id, bucket, lane, kind, received_at, body, state, run_at, attempts, "
    "claim, lease_until, claimed_by, last_error, done_at) "
    "select tenant_id, msg_day, substr(:keys::bytea, key_at, key_size), channel, agent_id, bucket, lane, kind, received_at, "
    "substr(:bodies::bytea, body_at, body_size), state, received_at, "
    "case when state = 1 then 1 else 0 end, case when state = 1 then 1 else 0 end, "
    "case when state = 1 then now() + interval '60 seconds' end, case when state = 1 then :node::bigint end, nullif(note, ''), "
    "case when state = 5 then received_at end "
    "from unnest(:tenants::bigint[], :days::date[], :key_starts::integer[], :key_sizes::integer[], :channels::smallint[], "
    ":agents::bigint[], :buckets::smallint[], :lanes::bigint[], :kinds::text[], :received::timestamptz[], :body_starts::integer[], "
    ":body_sizes::integer[], :states::smallint[], :notes::text[]) as t (tenant_id, msg_day, key_at, key_size, channel, agent_id, "
    "bucket, lane, kind, received_at, body_at, body_size, state, note) "
    "on conflict do nothing returning tenant_id, dedupe_key, id";

// Bytes of all rows one after the other: an array of them would be quoted and read twice, byte by byte, which cost
// PostgreSQL a fifth of what it does for a row.
struct Strung {
    Blob all;
    std::vector<int> starts;  ///< from 1
    std::vector<int> sizes;

    void add(Bytes const& bytes) {
        starts.push_back(static_cast<int>(all.bytes.size()) + 1);
        sizes.push_back(static_cast<int>(bytes.size()));
        all.bytes += bytes;
    }
};

struct Columns {
    std::vector<TenantId> tenants;
    std::vector<Date> days;
    Strung keys;
    std::vector<int> channels;
    std::vector<std::int64_t> agents;
    std::vector<int> buckets;
    std::vector<std::int64_t> lanes;
    std::vector<std::string> kinds;
    std::vector<Instant> received;
    Strung bodies;
    std::vector<int> states;
    std::vector<std::string> notes;

    void add(Arrival const& row) {
        tenants.push_back(row.tenant);
        days.push_back(row.msg_day);
        keys.add(row.dedupe_key);
        channels.push_back(static_cast<int>(row.channel));
        agents.push_back(row.agent_id);
        buckets.push_back(operation::bucket_of(row.tenant));
        lanes.push_back(row.lane);
        kinds.push_back(row.kind);
        received.push_back(row.received_at);
        bodies.add(row.sealed);
        states.push_back(static_cast<int>(row.state));
        notes.push_back(row.note);
    }
};

// Fields one after the other, each with its length; a reader that runs out of bytes fails.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_{bytes} {}
    Bytes bytes() {
        auto const size = static_cast<std::size_t>(number(4));
        if (size > rest_.size()) is_good_ = false;
        if (!is_good_) return {};
        auto value = Bytes{rest_.substr(0, size)};
        rest_.remove_prefix(size);
        return value;
    }
    std::int64_t number(std::size_t width = 8) {
        if (rest_.size() < width) is_good_ = false;
        if (!is_good_) return 0;
        auto value = std::uint64_t{0};
        for (auto i = width; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(width);
        return static_cast<std::int64_t>(value);
    }
    [[nodiscard]] bool is_done() const { return is_good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool is_good_ = true;
};

void put(Bytes& out, std::int64_t value, std::size_t width = 8) {
    for (std::size_t i = 0; i < width; ++i) out += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
}
void put(Bytes& out, std::string_view value) {
    put(out, static_cast<std::int64_t>(value.size()), 4);
    out += value;
}

}  // namespace

std::string body_context(TenantId tenant, Bytes const& dedupe_key) {
    return "inbox:" + std::to_string(tenant.value()) + ":" + dedupe_key;
}

std::vector<StoredRow> insert_arrivals(database::Session& sql, std::vector<Arrival const*> rows, std::int64_t node) {
    std::sort(rows.begin(), rows.end(),
              [](auto const* a, auto const* b) { return std::tie(a->tenant, a->dedupe_key) < std::tie(b->tenant, b->dedupe_key); });
    auto columns = Columns{};
    for (auto const* row : rows) columns.add(*row);
    auto stored = std::vector<StoredRow>{};
    for (auto& [tenant, key, id] : sql.rows<TenantId, Blob, std::int64_t>(
             insert_sql,
             {bind("tenants", columns.tenants), bind("days", columns.days), bind("keys", columns.keys.all),
              bind("key_starts", columns.keys.starts), bind("key_sizes", columns.keys.sizes), bind("channels", columns.channels),
              bind("agents", columns.agents), bind("buckets", columns.buckets), bind("lanes", columns.lanes),
              bind("kinds", columns.kinds), bind("received", columns.received), bind("bodies", columns.bodies.all),
              bind("body_starts", columns.bodies.starts), bind("body_sizes", columns.bodies.sizes),
              bind("states", columns.states), bind("notes", columns.notes), bind("node", node)}))
        stored.push_back({tenant, std::move(key.bytes), id});
    return stored;
}

std::vector<Arrival const*> of_existing_companies(database::Session& sql, std::vector<Arrival> const& arrivals) {
    auto named = std::set<TenantId>{};
    for (auto const& arrival : arrivals) named.insert(arrival.tenant);
    auto const existing = sql.values<TenantId>("select id from tenant where id = any(:ids::bigint[]) for key share",
                                               {bind("ids", std::vector<TenantId>{named.begin(), named.end()})});
    auto const known = std::set<TenantId>{existing.begin(), existing.end()};
    auto kept = std::vector<Arrival const*>{};
    for (auto const& arrival : arrivals)
        if (known.contains(arrival.tenant)) kept.push_back(&arrival);
    return kept;
}

Bytes encode(Arrival const& arrival) {
    auto record = Bytes{};
    put(record, arrival.tenant.value());
    put(record, std::chrono::sys_days{arrival.msg_day}.time_since_epoch().count());
    put(record, std::string_view{arrival.dedupe_key});
    put(record, static_cast<std::int64_t>(arrival.channel), 2);
    put(record, arrival.agent_id);
    put(record, arrival.lane);
    put(record, std::string_view{arrival.kind});
    put(record, arrival.received_at.time_since_epoch().count());
    put(record, std::string_view{arrival.sealed});
    put(record, static_cast<std::int64_t>(arrival.state == InboxState::ignored ? InboxState::ignored : InboxState::ready), 2);
    put(record, std::string_view{arrival.note});
    return record;
}

std::optional<Arrival> decode_arrival(std::string_view record) {
    auto reader = Reader{record};
    auto arrival = Arrival{};
    arrival.tenant = TenantId{reader.number()};
    arrival.msg_day = Date{std::chrono::sys_days{days{reader.number()}}};
    arrival.dedupe_key = reader.bytes();
    arrival.channel = static_cast<CallbackChannel>(reader.number(2));
    arrival.agent_id = reader.number();
    arrival.lane = reader.number();
    arrival.kind = reader.bytes();
    arrival.received_at = Instant{microseconds{reader.number()}};
    arrival.sealed = reader.bytes();
    arrival.state = static_cast<InboxState>(reader.number(2));
    arrival.note = reader.bytes();
    if (!reader.is_done()) static_cast<void>(reader.bytes());  // records of earlier releases end with the MsgId
    if (!reader.is_done()) return std::nullopt;
    return arrival;
}

}  // namespace wescrm::jobs
