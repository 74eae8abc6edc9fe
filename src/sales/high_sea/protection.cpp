#include "../rows.hpp"
#include "../rules/lead_states.hpp"
#include "night.hpp"
#include "operations.hpp"
#include "pool_views.hpp"

// The protection of single records from the rules of their pool.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::Operation;
using operation::Power;

constexpr int usual_protection_days = 30;

struct Protect {
    RecordId id;
    std::optional<Date> until;  ///< through this day; absent: 30 days
};
BOOST_DESCRIBE_STRUCT(Protect, (), (id, until))

// Only what somebody works on can go into a pool by itself.
Result<void> insist_on_in_play(PoolObject object, PoolRecord const& record) {
    if (record.owner.is_empty())
        return Error{Errc::conflict, "in_pool", "「" + record.name + "」在公海中，领取或分配后才能保护"};
    if (object == PoolObject::lead && record.status != "pending" && record.status != "following")
        return Error{
            Errc::conflict, "status",
            "「" + record.name + "」" + std::string{label_of_lead(record.status)} + "，不会自动划入公海，不需要保护"};
    return {};
}

Result<Nothing> protect(operation::Context& ctx, PoolObject object, RecordId id, std::optional<Instant> until) {
    auto const record = PoolRecords{ctx, object}.lock(id.value());
    if (!record || record->is_deleted || !ctx.scope().allows(name_of(object), Power::read, id.value()))
        return no_record(object);
    if (!ctx.scope().allows(name_of(object), Power::write, id.value()))
        return Error{Errc::forbidden, std::string{name_of(object)} + "_edit", "您不能修改「" + record->name + "」"};
    if (until)
        if (auto const in_play = insist_on_in_play(object, *record); !in_play) return in_play.error();
    if (until && *until <= ctx.now()) return invalid_field("until", "保护期应晚于现在");
    auto const number = ctx.sql().value<std::int64_t>(
        "select count(*) from " + std::string{name_of(object)} +
            " where tenant_id = :tenant and owner_id = :owner and protected_until > :now and deleted_at is null and id "
            "<> :id",
        {bind("tenant", ctx.tenant()), bind("owner", record->owner), bind("now", ctx.now()), bind("id", id)});
    constexpr std::int64_t most_protected = 20;
    if (until && number.value_or(0) >= most_protected)
        return Error{Errc::conflict, "most_protected",
                     "每人最多保护 " + std::to_string(most_protected) + " 条，请先解除一部分"};
    ctx.sql().execute("update " + std::string{name_of(object)} +
                          " set protected_until = :until, updated_at = :now, version = version + 1 where tenant_id = "
                          ":tenant and id = :id",
                      {bind("tenant", ctx.tenant()), bind("id", id), bind("until", until), bind("now", ctx.now())});
    recompute_due(ctx, object, {id.value()});
    ctx.audit({std::string{name_of(object)},
               id.value(),
               std::string{name_of(object)} + (until ? ".protect" : ".unprotect"),
               "{}",
               until ? R"({"protected_until":")" + format_rfc3339(*until) + R"("})" : std::string{"{}"},
               {}});
    return Nothing{};
}

std::optional<Instant> end_of_protection(operation::Context& ctx, Protect const& input) {
    auto const last = input.until.value_or(add_days(ctx.today(), usual_protection_days));
    return ctx.zone().start_of(add_days(last, 1));
}

constexpr Operation<Protect, Nothing> customer_protect{
    "customer.protect", "保护客户", "customer.edit", Effect::writes, nullptr, {"POST", "/customers/{id}/protect", 204}};
constexpr Operation<OneRecord, Nothing> customer_unprotect{
    "customer.unprotect", "解除保护", "customer.edit",
    Effect::writes,       nullptr,    {"POST", "/customers/{id}/unprotect", 204}};
constexpr Operation<Protect, Nothing> lead_protect{"lead.protect", "保护线索", "lead.edit",
                                                   Effect::writes, nullptr,    {"POST", "/leads/{id}/protect", 204}};
constexpr Operation<OneRecord, Nothing> lead_unprotect{
    "lead.unprotect", "解除线索保护", "lead.edit", Effect::writes, nullptr, {"POST", "/leads/{id}/unprotect", 204}};

void add_of(operation::Catalogue& catalogue, PoolObject object, Operation<Protect, Nothing> const& on,
            Operation<OneRecord, Nothing> const& off) {
    catalogue.add(on, [object](operation::Context& ctx, Protect const& input) {
        return protect(ctx, object, input.id, end_of_protection(ctx, input));
    });
    catalogue.add(off, [object](operation::Context& ctx, OneRecord const& input) {
        return protect(ctx, object, input.id, std::nullopt);
    });
}

}  // namespace

void end_protections(operation::Context& ctx, PoolObject object) {
    recompute_due(ctx, object,
                  ctx.sql().values<std::int64_t>("update " + std::string{name_of(object)} +
                                                     " set protected_until = null where tenant_id = :tenant and "
                                                     "protected_until <= :now returning id",
                                                 {bind("tenant", ctx.tenant()), bind("now", ctx.now())}));
}

void add_protection(operation::Catalogue& catalogue) {
    add_of(catalogue, PoolObject::customer, customer_protect, customer_unprotect);
    add_of(catalogue, PoolObject::lead, lead_protect, lead_unprotect);
}

}  // namespace wescrm::sales
