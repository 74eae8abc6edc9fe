#include "details.hpp"
#include "opportunities.hpp"

#include <wescrm/sales/custom_field.hpp>

#include <boost/describe/enum_to_string.hpp>

namespace wescrm::demo {
namespace {

using database::bind;
using sales::FieldDefinition;
using sales::FieldType;

FieldDefinition field(std::string key, std::string label, FieldType type,
                      std::vector<std::string> const& options = {}) {
    auto made = FieldDefinition{};
    made.key = std::move(key);
    made.label = std::move(label);
    made.type = type;
    made.in_list = true;
    made.in_pool = true;
    for (auto const& option : options) made.options.push_back({option, option, {}, {}, {}, {}});
    return made;
}

void define(database::Session& sql, TenantId tenant, std::string_view object,
            std::vector<FieldDefinition> const& fields, Instant now) {
    auto form = json::Document{rapidjson::kArrayType};
    auto position = std::int64_t{0};
    for (auto const& one : fields) {
        auto const definition = operation::write_output(one);
        form.PushBack(json::Value{definition, form.GetAllocator()}, form.GetAllocator());
        sql.execute(
            "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) values "
            "(:tenant, :object, :key, :type, :position, :definition::jsonb, :now, :now)",
            {bind("tenant", tenant), bind("object", object), bind("key", one.key),
             bind("type", boost::describe::enum_to_string(one.type, "")), bind("position", ++position),
             bind("definition", json::write(definition)), bind("now", now)});
    }
    sql.execute(
        "insert into field_form (tenant_id, object, version, definition, note, published_at) values (:tenant, :object, "
        "1, :definition::jsonb, '演示企业的字段', :now)",
        {bind("tenant", tenant), bind("object", object), bind("definition", json::write(form)), bind("now", now)});
}

// The typed values that filters and lists look into, of what the records hold.
void keep_values(database::Session& sql, TenantId tenant, std::string const& object) {
    sql.execute(
        "insert into field_value (tenant_id, field_id, record_id, text_value, number_value) select :tenant, f.id, "
        "r.id, case when f.type in ('money', 'integer') then null else r.custom ->> f.key end, case when f.type in "
        "('money', 'integer') then (r.custom ->> f.key)::numeric end from " +
            object +
            " r join field f on f.tenant_id = :tenant and f.object = :object and r.custom ? f.key where r.tenant_id = "
            ":tenant",
        {bind("tenant", tenant), bind("object", object)});
}

}  // namespace

void insert_fields(database::Session& sql, TenantId tenant, std::size_t every, Instant now) {
    define(sql, tenant, "customer",
           {field("credit_rating", "信用等级", FieldType::choice, {"A", "B", "C"}),
            field("yearly_purchase", "年采购额", FieldType::money), field("first_deal", "首次合作", FieldType::date)},
           now);
    define(sql, tenant, "opportunity",
           {field("decision_weeks", "决策周期（周）", FieldType::integer),
            field("budget_state", "预算情况", FieldType::choice, {"已批", "申请中", "未立项"})},
           now);
    auto const params =
        database::Params{bind("tenant", tenant), bind("every", static_cast<std::int64_t>(every)), bind("now", now)};
    sql.execute(
        "update customer c set custom = jsonb_build_object('credit_rating', substr('ABC', 1 + n.h % 3, 1), "
        "'yearly_purchase', (10 + n.h % 490) * 1000000, 'first_deal', to_char(:now::timestamptz - (30 + n.h % 900) * "
        "interval '1 day', 'YYYY-MM-DD')) from (select id, abs(hashtext(no)) as h from customer where tenant_id = "
        ":tenant) n where c.tenant_id = :tenant and c.id = n.id and n.h % :every::bigint = 0",
        params);
    sql.execute(
        "update opportunity p set custom = jsonb_build_object('decision_weeks', 2 + n.h % 20, 'budget_state', "
        "(array['已批', '申请中', '未立项'])[1 + n.h % 3]) from (select id, abs(hashtext(no)) as h from opportunity "
        "where tenant_id = :tenant) n where p.tenant_id = :tenant and p.id = n.id and n.h % :every::bigint = 0 and "
        ":now::timestamptz is not null",
        params);
    for (auto const* object : {"customer", "opportunity"}) keep_values(sql, tenant, object);
}

void insert_lead_fields(database::Session& sql, TenantId tenant, std::size_t every, Instant now) {
    define(sql, tenant, "lead",
           {field("purchase_plan", "采购计划", FieldType::choice, {"本季度", "下季度", "半年内", "未定"}),
            field("lead_budget", "采购预算", FieldType::money)},
           now);
    sql.execute(
        "update lead l set custom = jsonb_build_object('purchase_plan', (array['本季度', '下季度', '半年内', "
        "'未定'])[1 + n.h % 4], 'lead_budget', (5 + n.h % 95) * 1000000) from (select id, abs(hashtext(no)) as h from "
        "lead where tenant_id = :tenant) n where l.tenant_id = :tenant and l.id = n.id and n.h % :every::bigint = 0",
        {bind("tenant", tenant), bind("every", static_cast<std::int64_t>(every))});
    keep_values(sql, tenant, "lead");
}

}  // namespace wescrm::demo
