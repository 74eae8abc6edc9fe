#include "offers.hpp"

#include "../decided_once.hpp"
#include "../rules/lead_states.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/sales_rules.hpp>

// What was assigned may be declined with a reason for as long as the company says: it goes back to where it came from.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;

constexpr std::string_view offer_source = "assignment_offer";
using OfferId = StrongId<struct OfferIdTag, std::int64_t>;

struct ShownOffer {
    OfferId id;
    std::string object;
    RecordId object_id;
    std::string name;  ///< of the record
    UserId user_id;    ///< to whom
    std::optional<UserId> assigner_user_id;
    std::string assigner_name;  ///< "系统"
    std::string given_reason;
    std::string status;  ///< pending, accepted, declined, void
    std::string reason;  ///< why it was declined
    Instant decline_until;
    std::optional<Instant> decided_at;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(ShownOffer, (),
                      (id, object, object_id, name, user_id, assigner_user_id, assigner_name, given_reason, status,
                       reason, decline_until, decided_at, version, created_at, updated_at))
struct ShownOffers {
    std::vector<ShownOffer> items;
};
BOOST_DESCRIBE_STRUCT(ShownOffers, (), (items))
struct OneOffer {
    OfferId id;
};
BOOST_DESCRIBE_STRUCT(OneOffer, (), (id))
struct DeclineOffer {
    OfferId id;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(DeclineOffer, (), (id, reason))
struct ListOffers {
    std::optional<PoolObject> object;
    std::optional<RecordId> object_id;
};
BOOST_DESCRIBE_STRUCT(ListOffers, (), (object, object_id))
std::vector<FieldRule> field_rules(DeclineOffer const*) {
    return {{"reason", "原因", {.max_length = 200}, "不在我的区域"}};
}
std::vector<FieldRule> field_rules(ListOffers const*) { return {{"object", "对象类型"}, {"object_id", "对象"}}; }

constexpr std::string_view select_offers =
    "select x.id, x.object, x.object_id, coalesce(c.name, l.name, ''), e.user_id, a.user_id, coalesce(a.name, '系统'), "
    "x.given_reason, x.status, x.reason, x.decline_until, x.decided_at, x.version, x.created_at, x.updated_at from "
    "assignment_offer x join employee e on e.tenant_id = x.tenant_id and e.id = x.employee_id left join employee a on "
    "a.tenant_id = x.tenant_id and a.id = x.assigner_id left join customer c on x.object = 'customer' and c.tenant_id "
    "= x.tenant_id and c.id = x.object_id left join lead l on x.object = 'lead' and l.tenant_id = x.tenant_id and l.id "
    "= x.object_id where x.tenant_id = :tenant and x.employee_id = :me";

std::optional<ShownOffer> find(operation::Context& ctx, OfferId id) {
    return ctx.sql().record<ShownOffer>(
        std::string{select_offers} + " and x.id = :id",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("id", id)});
}

Error no_offer() { return {Errc::not_found, "assignment_offer", "没有这次分配，或不是分配给您的"}; }

PoolObject object_from(std::string const& word) { return word == "lead" ? PoolObject::lead : PoolObject::customer; }

// The offer with its record locked first, as everything that moves records does.
Result<ShownOffer> open_offer(operation::Context& ctx, OfferId id) {
    auto const found = find(ctx, id);
    if (!found) return no_offer();
    (void)PoolRecords{ctx, object_from(found->object)}.lock(found->object_id.value());
    (void)ctx.sql().value<int>("select 1 from assignment_offer where tenant_id = :tenant and id = :id for update",
                               {bind("tenant", ctx.tenant()), bind("id", id)});
    auto offer = find(ctx, id).value();
    if (offer.status == "pending") return offer;
    if (offer.status == "void") return Error{Errc::conflict, "decided", "这次分配之后又有变动，不需要再答复"};
    return Error{Errc::conflict, "decided",
                 std::string{offer.status == "accepted" ? "您已接受「" : "您已退还「"} + offer.name + "」"};
}

ShownOffer settle_offer(operation::Context& ctx, ShownOffer const& offer, std::string const& status,
                        std::string const& reason) {
    ctx.sql().execute(
        "update assignment_offer set status = :status, reason = :reason, decided_at = :now, version = version + 1, "
        "updated_at = :now where tenant_id = :tenant and id = :id",
        {bind("tenant", ctx.tenant()), bind("id", offer.id), bind("status", status), bind("reason", reason),
         bind("now", ctx.now())});
    close_request_cards(ctx, {offer_source, offer.id.value()}, status == "accepted" ? "已接受" : "已退还");
    return find(ctx, offer.id).value();
}

Result<ShownOffer> accept(operation::Context& ctx, OneOffer const& input) {
    auto const offer = open_offer(ctx, input.id);
    if (!offer) return offer.error();
    auto accepted = settle_offer(ctx, *offer, "accepted", "");
    ctx.audit({offer->object, offer->object_id.value(), offer->object + ".accept", "{}", "{}", ""});
    return accepted;
}

// ---- declining

/// Where a declined record goes.
struct Place {
    EmployeeId owner;
    std::optional<HighSea> pool;
    std::string name;
};

Result<Place> place_for(operation::Context& ctx, PoolObject object, OfferId id) {
    auto const [from, pool] = ctx.sql()
                                  .row<std::optional<EmployeeId>, std::optional<HighSeaId>>(
                                      "select e.id, x.high_sea_id from assignment_offer x left join employee e on "
                                      "e.tenant_id = x.tenant_id and e.id = x.from_id and e.status = 'active' where "
                                      "x.tenant_id = :tenant and x.id = :id",
                                      {bind("tenant", ctx.tenant()), bind("id", id)})
                                  .value();
    if (from) {
        auto const name =
            ctx.sql().value<std::string>("select name from employee where tenant_id = :tenant and id = :id",
                                         {bind("tenant", ctx.tenant()), bind("id", *from)});
        return Place{*from, std::nullopt, "给 " + name.value_or("")};
    }
    auto pools = Pools{ctx};
    auto found = pool ? pools.find(*pool) : std::nullopt;
    auto const enabled = pools.enabled(object);
    if ((!found || !found->enabled) && !enabled.empty()) found = pools.find(enabled.back());
    if (!found) return Error{Errc::conflict, "no_pool", "没有启用的公海可以退回，请联系管理员"};
    auto name = "到「" + found->name + "」";
    return Place{{}, std::move(found), std::move(name)};
}

void tell_declined(operation::Context& ctx, PoolObject object, PoolRecord const& record, OfferId id,
                   std::string const& reason, std::string const& place) {
    for (auto const to : ctx.sql().values<EmployeeId>(
             "select distinct e.id from assignment_offer x join employee e on e.tenant_id = x.tenant_id and e.id in "
             "(x.assigner_id, x.from_id) and e.status = 'active' where x.tenant_id = :tenant and x.id = :id and e.id "
             "<> :me",
             {bind("tenant", ctx.tenant()), bind("id", id), bind("me", ctx.actor().employee)})) {
        auto data = json::Document{rapidjson::kObjectType};
        auto& allocator = data.GetAllocator();
        json::set(data, "kind_title", title_of(object), allocator);
        json::set(data, "name", record.name, allocator);
        json::set(data, "actor_name", ctx.actor().name, allocator);
        json::set(data, "reason", reason, allocator);
        json::set(data, "place", place, allocator);
        auto notice = operation::Notice{};
        notice.effect_key = "declined:" + std::to_string(id.value()) + ":" + std::to_string(to.value());
        notice.to = to;
        notice.kind = "assignment_declined";
        notice.data = std::move(data);
        notice.source_kind = name_of(object);
        notice.source_id = record.id;
        ctx.outbox().tell(notice);
    }
}

Result<void> give_back(operation::Context& ctx, PoolObject object, PoolRecord const& record, Place const& place,
                       std::string const& reason, std::vector<PoolFollower> const& followers) {
    auto records = PoolRecords{ctx, object};
    if (place.pool) {
        records.take({record.id}, {place.pool->id, "return", "return", reason}, followers);
        return {};
    }
    records.give(record, {place.owner, "transfer", reason, {}});
    ctx.audit({std::string{name_of(object)}, record.id, std::string{name_of(object)} + ".decline", "{}", "{}", reason});
    return {};
}

Result<ShownOffer> decline(operation::Context& ctx, DeclineOffer const& input,
                           std::vector<PoolFollower> const& followers) {
    auto const offer = open_offer(ctx, input.id);
    if (!offer) return offer.error();
    if (text::trim(input.reason).empty()) return invalid_field("reason", "请填写不接受的原因");
    if (ctx.now() >= offer->decline_until)
        return Error{Errc::conflict, "too_late",
                     "只能在 " + format_for_people(offer->decline_until, ctx.zone(), ctx.now()) +
                         " 之前不接受；现在可以退回公海或转移"};
    auto const object = object_from(offer->object);
    auto const record = PoolRecords{ctx, object}.lock(offer->object_id.value());
    if (!record || record->is_deleted || record->owner != ctx.actor().employee) return no_offer();
    if (object == PoolObject::lead)
        if (auto const can = after(record->status, LeadEvent::enter_pool); !can) return can.error();
    auto const place = place_for(ctx, object, input.id);
    if (!place) return place.error();
    auto const reason = "不接受分配：" + input.reason;
    auto declined = settle_offer(ctx, *offer, "declined", input.reason);
    if (auto const done = give_back(ctx, object, *record, *place, reason, followers); !done) return done.error();
    tell_declined(ctx, object, *record, input.id, input.reason, place->name);
    return declined;
}

Result<ShownOffer> show(operation::Context& ctx, OneOffer const& input) {
    auto offer = find(ctx, input.id);
    if (!offer) return no_offer();
    return std::move(*offer);
}

// What waits for the actor.
Result<ShownOffers> list(operation::Context& ctx, ListOffers const& input) {
    constexpr std::string_view open =
        " and x.status = 'pending' and x.decline_until > :now and (:object = '' or x.object = :object) and "
        "(:record::bigint "
        "= 0 or x.object_id = :record) order by x.created_at desc, x.id limit 100";
    return ShownOffers{ctx.sql().records<ShownOffer>(
        std::string{select_offers} + std::string{open},
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("now", ctx.now()),
         bind("object", input.object ? std::string{name_of(*input.object)} : std::string{}),
         bind("record", input.object_id ? input.object_id->value() : std::int64_t{0})})};
}

constexpr Operation<ListOffers, ShownOffers> offer_list{
    "assignment_offer.list", "待确认的分配", "self", Effect::reads, list, {"GET", "/assignment-offers"}};
constexpr Operation<OneOffer, ShownOffer> offer_show{
    "assignment_offer.show", "查看分配", "self", Effect::reads, show, {"GET", "/assignment-offers/{id}"}};
constexpr Operation<OneOffer, ShownOffer> offer_accept{
    "assignment_offer.accept", "接受分配", "self", Effect::writes, accept, {"POST", "/assignment-offers/{id}/accept"}};
constexpr Operation<DeclineOffer, ShownOffer> offer_decline{"assignment_offer.decline",
                                                            "不接受分配",
                                                            "self",
                                                            Effect::writes,
                                                            nullptr,
                                                            {"POST", "/assignment-offers/{id}/decline"}};

// Who had it before; of one that was just made, whoever made it for him, and nobody if a rule did.
std::optional<EmployeeId> former_of(operation::Context& ctx, PoolObject object, PoolRecord const& before,
                                    EmployeeId to) {
    if (!before.high_sea.is_empty()) return std::nullopt;
    if (!before.owner.is_empty() && before.owner != to) return before.owner;
    auto const by_rule =
        object == PoolObject::lead &&
        ctx.sql().value<int>("select 1 from lead where tenant_id = :tenant and id = :id and assign_rule_id is not null",
                             {bind("tenant", ctx.tenant()), bind("id", before.id)});
    if (by_rule || ctx.actor().is_system()) return std::nullopt;
    return ctx.actor().employee;
}

}  // namespace

std::optional<Offer> offer_record(operation::Context& ctx, PoolObject object, PoolRecord const& before, EmployeeId to,
                                  std::string_view reason) {
    auto const hours_to_decline = sales_rules(ctx).decline_hours;
    if (hours_to_decline <= 0 || to == ctx.actor().employee) return std::nullopt;
    void_offers(ctx, object, {before.id});
    auto const until = ctx.now() + hours{hours_to_decline};
    auto const pool = before.high_sea.is_empty() ? std::nullopt : std::optional{before.high_sea};
    auto const id =
        ctx.sql()
            .value<std::int64_t>(
                "insert into assignment_offer (tenant_id, object, object_id, employee_id, assigner_id, from_id, "
                "high_sea_id, given_reason, decline_until, created_at, updated_at) values (:tenant, :object, :id, :to, "
                ":me::bigint, :from::bigint, :pool::bigint, :reason, :until, :now, :now) returning id",
                {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("id", before.id), bind("to", to),
                 bind("me", ctx.actor().is_system() ? std::nullopt : std::optional{ctx.actor().employee}),
                 bind("from", former_of(ctx, object, before, to)), bind("pool", pool), bind("reason", reason),
                 bind("until", until), bind("now", ctx.now())})
            .value();
    return Offer{id, until};
}

void put_offer(operation::Context& ctx, Offer const& offer, std::string_view reason, operation::Notice& notice) {
    auto& allocator = notice.data.GetAllocator();
    json::set(notice.data, "offer_id", std::to_string(offer.id), allocator);
    json::set(notice.data, "given_reason", reason, allocator);
    json::set(notice.data, "until_text", format_for_people(offer.until, ctx.zone(), ctx.now()), allocator);
    notice.kind = "record_offered";
    notice.source_kind = offer_source;
    notice.source_id = offer.id;
}

void void_offers(operation::Context& ctx, PoolObject object, std::vector<std::int64_t> const& ids) {
    for (auto const id : ctx.sql().values<std::int64_t>(
             "update assignment_offer set status = 'void', version = version + 1, updated_at = :now where tenant_id = "
             ":tenant and object = :object and object_id = any(:ids::bigint[]) and status = 'pending' returning id",
             {bind("tenant", ctx.tenant()), bind("object", name_of(object)), bind("ids", ids), bind("now", ctx.now())}))
        close_request_cards(ctx, {offer_source, id}, "已失效");
}

void add_offers(operation::Catalogue& catalogue, std::vector<PoolFollower> followers) {
    catalogue.add(offer_list);
    catalogue.add(offer_show);
    catalogue.add(offer_accept);
    catalogue.add(offer_decline,
                  [followers = std::move(followers)](operation::Context& ctx, DeclineOffer const& input) {
                      return decline(ctx, input, followers);
                  });
}

}  // namespace wescrm::sales
