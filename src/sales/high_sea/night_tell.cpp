#include "night.hpp"

// One message for each person about everything that a night decided for him.
namespace wescrm::sales {
namespace {

using database::bind;

constexpr std::size_t named_records = 10;

struct Line {
    std::string name;
    std::string detail;
};

/// What one person hears about the records of one owner.
struct Digest {
    std::string effect_key;
    EmployeeId to;
    std::string card;
    std::string detail_field;  ///< due_text, high_sea
    PoolObject object = PoolObject::customer;
    std::string owner_name;
    bool is_copy = false;
    std::vector<Line> lines;
};

void send(operation::Context& ctx, Digest const& digest, Instant at) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    json::set(data, "kind_title", title_of(digest.object), allocator);
    json::set(data, "owner_name", digest.owner_name, allocator);
    data.AddMember("is_copy", digest.is_copy, allocator);
    data.AddMember("count", static_cast<std::int64_t>(digest.lines.size()), allocator);
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& line : digest.lines) {
        if (items.Size() == named_records) break;
        auto item = json::Value{rapidjson::kObjectType};
        item.AddMember("name", json::make_string(line.name, allocator), allocator);
        item.AddMember(json::make_string(digest.detail_field, allocator), json::make_string(line.detail, allocator),
                       allocator);
        items.PushBack(item, allocator);
    }
    if (digest.lines.size() > named_records)
        json::set(data, "more", std::to_string(digest.lines.size() - named_records), allocator);
    data.AddMember("items", items, allocator);
    auto notice = operation::Notice{};
    notice.effect_key = digest.effect_key;
    notice.to = digest.to;
    notice.kind = digest.card;
    notice.data = std::move(data);
    notice.not_before = at;
    notice.expires_after = minutes{24 * 60};
    notice.source_kind = "high_sea_run";
    ctx.outbox().tell(notice);
}

using Digests = std::map<std::string, Digest>;

Digest& digest_in(Digests& digests, std::string const& key) {
    auto& digest = digests[key];
    digest.effect_key = key;
    return digest;
}

// From some step on, at least at the last, the superior hears of it as well.
void collect_warnings(operation::Context& ctx, PoolObject object, Instant started, Digests& digests) {
    auto const kind = std::string{name_of(object)};
    for (auto const& [key, owner, owner_name, superior, name, due, is_last] :
         ctx.sql().rows<std::string, EmployeeId, std::string, std::optional<EmployeeId>, std::string, Instant, bool>(
             "select w.effect_key, e.id, e.name, s.id, r.name, w.due_at, w.step <= coalesce((select "
             "coalesce(u.superior_step, (select min(x) from unnest(u.warn_days) x)) from high_sea_rule u where "
             "u.tenant_id = :tenant and u.id = r.recycle_rule_id), 1) "
             "from recycle_warning w join " +
                 kind +
                 " r on r.tenant_id = w.tenant_id and r.id = w.object_id join employee e on e.tenant_id = "
                 "w.tenant_id and e.id = w.owner_id left join employee s on s.tenant_id = e.tenant_id and s.id = "
                 "e.superior_id and s.status = 'active' where w.tenant_id = :tenant and w.object = :object and "
                 "w.warned_at >= :started and w.delivered_at is null order by w.due_at, r.name",
             {bind("tenant", ctx.tenant()), bind("object", kind), bind("started", started)})) {
        auto const line = Line{name, format_for_people(due, ctx.zone(), ctx.now(), false)};
        auto const to = EmployeeId{std::stoll(key.substr(key.rfind(':') + 1))};
        auto& own = digest_in(digests, key);
        own.to = to;
        own.owner_name = owner_name;
        own.is_copy = to != owner;
        own.object = object;
        own.lines.push_back(line);
        if (!is_last || !superior || *superior == to) continue;
        auto& copy = digest_in(digests, "recycle_copy:" + kind + ":" + format_date(ctx.today()) + ":" +
                                            std::to_string(superior->value()) + ":" + std::to_string(owner.value()));
        copy.to = *superior;
        copy.owner_name = owner_name;
        copy.is_copy = true;
        copy.object = object;
        copy.lines.push_back(line);
    }
    for (auto& [key, digest] : digests)
        if (digest.card.empty()) {
            digest.card = "recycle_warning";
            digest.detail_field = "due_text";
        }
}

void collect_recycled(operation::Context& ctx, PoolObject object, Instant started, Digests& digests) {
    auto const kind = std::string{name_of(object)};
    for (auto const& [owner, owner_name, is_active, superior, name, pool] :
         ctx.sql().rows<EmployeeId, std::string, bool, std::optional<EmployeeId>, std::string, std::string>(
             "select e.id, e.name, e.status = 'active', s.id, r.name, h.name from ownership_event v join " + kind +
                 " r on r.tenant_id = v.tenant_id and r.id = v.object_id join employee e on e.tenant_id = v.tenant_id "
                 "and e.id = v.from_id left join employee s on s.tenant_id = e.tenant_id and s.id = e.superior_id and "
                 "s.status = 'active' join high_sea h on h.tenant_id = v.tenant_id and h.id = v.high_sea_id where "
                 "v.tenant_id = :tenant and v.object = :object and v.kind = 'recycle' and v.at >= :started order by "
                 "e.id, r.name",
             {bind("tenant", ctx.tenant()), bind("object", kind), bind("started", started)})) {
        auto const add = [&, &owner_id = owner, &whose = owner_name, &record = name, &high_sea = pool](EmployeeId to,
                                                                                                       bool is_copy) {
            auto& digest = digest_in(digests, "recycled:" + kind + ":" + format_date(ctx.today()) + ":" +
                                                  std::to_string(to.value()) + ":" + std::to_string(owner_id.value()));
            digest.to = to;
            digest.card = "recycled";
            digest.detail_field = "high_sea";
            digest.object = object;
            digest.owner_name = whose;
            digest.is_copy = is_copy;
            digest.lines.push_back({record, high_sea});
        };
        if (is_active) add(owner, false);
        if (superior) add(*superior, true);
    }
}

// What waits in a pool for too long, on the day when it becomes too long. Of a pool without an admin of its own the
// administrators of the company hear.
void collect_unassigned(operation::Context& ctx, PoolObject object, Date day, Digests& digests) {
    auto const kind = std::string{name_of(object)};
    for (
        auto const& [admin, pool, pool_name, name, entered] :
        ctx.sql().rows<EmployeeId, HighSeaId, std::string, std::string, Instant>(
            "with seated as materialized (" + std::string{administering} +
                "), keeper as materialized (select high_sea_id, id from seated union select p.id, e.id from "
                "high_sea p join role_member m on m.tenant_id = p.tenant_id join role a on a.tenant_id = m.tenant_id "
                "and "
                "a.id = m.role_id and a.is_administrator join employee e on e.tenant_id = m.tenant_id and e.id = "
                "m.employee_id and e.status = 'active' where p.tenant_id = :tenant and not exists (select 1 from "
                "seated x "
                "where x.high_sea_id = p.id)) "
                "select e.id, h.id, h.name, r.name, r.pool_entered_at from high_sea h join keeper e on e.high_sea_id = "
                "h.id join " +
                kind + " r on r.tenant_id = h.tenant_id and r.high_sea_id = h.id and r.deleted_at is null" +
                std::string{object == PoolObject::lead ? " and r.status = 'unassigned'" : ""} +
                " where h.tenant_id = "
                ":tenant and h.object = :object and h.enabled and h.assign_days is not null and r.pool_entered_at >= "
                "(:start::timestamptz - h.assign_days * interval '1 day') and r.pool_entered_at < (:start::timestamptz "
                "- (h.assign_days - 1) * interval '1 day') order by e.id, r.pool_entered_at",
            {bind("tenant", ctx.tenant()), bind("object", kind), bind("start", ctx.zone().start_of(day))})) {
        auto& digest = digest_in(digests, "unassigned:" + std::to_string(pool.value()) + ":" + format_date(day) + ":" +
                                              std::to_string(admin.value()));
        digest.to = admin;
        digest.card = "unassigned";
        digest.detail_field = "entered";
        digest.object = object;
        digest.owner_name = pool_name;
        digest.lines.push_back({name, format_for_people(entered, ctx.zone(), ctx.now(), false)});
    }
}

}  // namespace

void tell_night(operation::Context& ctx, Date day, Instant started, hours tell_at) {
    auto const at = std::max(ctx.now(), ctx.zone().start_of(day) + tell_at);
    for (auto const object : {PoolObject::customer, PoolObject::lead}) {
        auto digests = Digests{};
        collect_warnings(ctx, object, started, digests);
        collect_recycled(ctx, object, started, digests);
        collect_unassigned(ctx, object, day, digests);
        for (auto const& [key, digest] : digests) send(ctx, digest, at);
    }
}

}  // namespace wescrm::sales
