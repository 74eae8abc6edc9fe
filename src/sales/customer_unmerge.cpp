#include "customer_unmerge.hpp"

#include "contact_links.hpp"
#include "customers.hpp"
#include "duplicate/entering.hpp"
#include "followups.hpp"

#include <array>
#include <utility>
#include <vector>

namespace wescrm::sales {
namespace {

using database::bind;

database::Params both_of(operation::Context& ctx, CustomerId from, CustomerId into) {
    return {bind("tenant", ctx.tenant()), bind("from", from), bind("into", into)};
}

// Tables with an id whose rows belong to a customer, and the column that says to which.
std::vector<std::pair<std::string, std::string>> children_of_customers(database::Session& sql) {
    auto found = std::vector<std::pair<std::string, std::string>>{};
    for (
        auto& [table, column] : sql.rows<std::string, std::string>(
            "select k.conrelid::regclass::text, a.attname::text from pg_constraint k join pg_attribute a on a.attrelid "
            "= k.conrelid and a.attnum = any(k.conkey) and a.attname <> 'tenant_id' where k.contype = 'f' and "
            "k.confrelid = 'customer'::regclass and k.conrelid <> k.confrelid and exists (select 1 from pg_attribute i "
            "where i.attrelid = k.conrelid and i.attname = 'id') order by 1, 2"))
        found.emplace_back(std::move(table), std::move(column));
    return found;
}

// Tables with an id whose rows are about a record of any kind.
std::vector<std::string> tables_with_targets(database::Session& sql) {
    return sql.values<std::string>(
        "select t.attrelid::regclass::text from pg_attribute t join pg_attribute i on i.attrelid = t.attrelid and "
        "i.attname = 'target_id' join pg_attribute d on d.attrelid = t.attrelid and d.attname = 'id' join pg_class c "
        "on "
        "c.oid = t.attrelid and c.relkind = 'r' where t.attname = 'target_type' and not t.attisdropped order by 1");
}

std::string json_of(database::Session& sql, std::string const& query, database::Params const& params) {
    return sql.value<std::string>("select coalesce(jsonb_agg(x), '[]')::text from (" + query + ") x", params)
        .value_or("[]");
}

std::vector<std::int64_t> numbers_in(json::Value const& list) {
    auto numbers = std::vector<std::int64_t>{};
    if (list.IsArray())
        for (auto const& number : list.GetArray()) numbers.push_back(number.GetInt64());
    return numbers;
}

void put_children_back(operation::Context& ctx, CustomerId from, CustomerId into, json::Value const& before) {
    auto& sql = ctx.sql();
    for (auto const& [table, column] : children_of_customers(sql)) {
        auto const* ids = json::find(before, table + "." + column);
        if (!ids || table == "contact") continue;
        auto params = both_of(ctx, from, into);
        params.add(bind("ids", numbers_in(*ids)));
        sql.execute("update " + table + " set " + column + " = :from where tenant_id = :tenant and id = " +
                        "any(:ids::bigint[]) and " + column + " = :into",
                    params);
    }
    for (auto const& table : tables_with_targets(sql)) {
        auto const* rows = json::find(before, table + ".target");
        if (!rows) continue;
        sql.execute(
            "update " + table +
                " t set target_type = b.target_type, target_id = b.target_id from jsonb_to_recordset("
                ":rows::jsonb) b(id bigint, target_type text, target_id bigint) where t.tenant_id = :tenant and "
                "t.id = b.id",
            {bind("tenant", ctx.tenant()), bind("rows", json::write(*rows))});
    }
}

// What has come in for an order since then belongs to the order's customer as well.
void put_money_back(operation::Context& ctx, CustomerId from, CustomerId into) {
    for (std::string const table : {"payment_plan", "payment", "invoice"})
        ctx.sql().execute("update " + table +
                              " m set customer_id = :from from sales_order o where m.tenant_id = :tenant and "
                              "m.customer_id = :into and o.tenant_id = m.tenant_id and o.id = m.order_id and "
                              "o.customer_id = :from",
                          both_of(ctx, from, into));
}

// A contact that ended because the other customer had the same person is back, one that was deleted since is not.
void put_contacts_back(operation::Context& ctx, CustomerId from, CustomerId into, json::Value const& before) {
    auto params = both_of(ctx, from, into);
    params.add(bind("rows", json::write(*json::find(before, "contacts"))));
    params.add(bind("now", ctx.now()));
    ctx.sql().execute(
        "update contact t set customer_id = :from, is_primary = b.is_primary, deleted_at = case when t.customer_id = "
        ":from then null else t.deleted_at end, updated_at = :now, version = t.version + 1 from jsonb_to_recordset("
        ":rows::jsonb) b(id bigint, is_primary boolean) where t.tenant_id = :tenant and t.id = b.id and t.customer_id "
        "in (:from, :into)",
        params);
}

void put_seats_and_tags_back(operation::Context& ctx, CustomerId from, CustomerId into, json::Value const& before) {
    for (std::string const table : {"team_member", "record_share"}) {
        auto params = both_of(ctx, from, into);
        ctx.sql().execute("delete from " + table +
                              " where tenant_id = :tenant and object = 'customer' and object_id in (:from, :into)",
                          params);
        params.add(bind("rows", json::write(*json::find(before, table))));
        ctx.sql().execute("insert into " + table + " select r.* from jsonb_populate_recordset(null::" + table +
                              ", :rows::jsonb) r where r.tenant_id = :tenant and r.object = 'customer' and r.object_id "
                              "in (:from, :into)",
                          params);
    }
    auto params = database::Params{bind("tenant", ctx.tenant()), bind("into", into)};
    params.add(bind("tags", numbers_in(*json::find(before, "tags"))));
    ctx.sql().execute(
        "delete from customer_tag where tenant_id = :tenant and customer_id = :into and not tag_id = "
        "any(:tags::bigint[])",
        params);
}

void put_fields_back(operation::Context& ctx, CustomerId from, CustomerId into, json::Value const& before) {
    auto params = both_of(ctx, from, into);
    params.add(bind("row", json::write(*json::find(before, "into"))));
    params.add(bind("now", ctx.now()));
    ctx.sql().execute(
        "update customer c set short_name = b.short_name, level = b.level, industry = b.industry, source = b.source, "
        "mobile = b.mobile, address = b.address, remark = b.remark, credit_code = b.credit_code, scale = b.scale, "
        "phone = "
        "b.phone, website = b.website, province = b.province, city = b.city, district = b.district, latitude = "
        "b.latitude, longitude = b.longitude, parent_id = b.parent_id, relation = b.relation, last_follow_at = "
        "b.last_follow_at, deal_status = "
        "b.deal_status, updated_at = :now, version = c.version + 1 from jsonb_populate_record(null::customer, "
        ":row::jsonb) b where c.tenant_id = :tenant and c.id = :into",
        params);
    ctx.sql().execute(
        "update customer set deleted_at = null, merged_into_id = null, updated_at = :now, version = version + 1 where "
        "tenant_id = :tenant and id = :from",
        params);
}

// Those that were moved by the merge and belong to the customer that stayed until now.
void put_subsidiaries_back(operation::Context& ctx, CustomerId from, CustomerId into, json::Value const& before) {
    auto const* ids = json::find(before, "subsidiaries");
    if (!ids) return;  // of a merge before customers had parents
    auto params = both_of(ctx, from, into);
    params.add(bind("ids", numbers_in(*ids)));
    ctx.sql().execute(
        "update customer set parent_id = :from, version = version + 1 where tenant_id = :tenant and parent_id = :into "
        "and id = any(:ids::bigint[])",
        params);
}

Result<void> take_keys_again(operation::Context& ctx, CustomerId from, CustomerId into) {
    auto customers = Customers{ctx};
    for (auto const id : {into, from}) {
        auto const other = id == into ? from : into;
        auto const entered = enter_record(ctx, DuplicateObject::customer, id.value(),
                                          Entering{.but = other.value(), .is_taking_back = true});
        if (!entered) return entered.error();
        customers.rewrite_words(id);
    }
    auto const restored = customers.find(from).value();
    if (restored.next_contact_at && *restored.next_contact_at > ctx.now())
        ctx.timers().schedule({"next_contact", "customer", from.value(), *restored.next_contact_at});
    return {};
}

}  // namespace

std::string before_merge(operation::Context& ctx, CustomerId from, CustomerId into) {
    auto& sql = ctx.sql();
    auto const params = both_of(ctx, from, into);
    auto text = R"({"from":)" + std::to_string(from.value());
    auto const add = [&text](std::string const& name, std::string const& value) {
        text += ",\"" + name + "\":" + value;
    };
    for (auto const& [table, column] : children_of_customers(sql))
        add(table + "." + column, sql.value<std::string>("select coalesce(jsonb_agg(id), '[]')::text from " + table +
                                                             " where tenant_id = :tenant and " + column + " = :from",
                                                         params)
                                      .value_or("[]"));
    for (auto const& table : tables_with_targets(sql))
        add(table + ".target",
            json_of(
                sql,
                "select t.id, t.target_type, t.target_id from " + table +
                    " t where t.tenant_id = :tenant and ((t.target_type = 'customer' and t.target_id = :from) or "
                    "(t.target_type = 'contact' and exists (select 1 from contact k where k.tenant_id = :tenant and "
                    "k.customer_id = :from and k.id = t.target_id)))",
                params));
    add("contacts", json_of(sql,
                            "select id, is_primary from contact where tenant_id = :tenant and customer_id = :from and "
                            "deleted_at is null",
                            params));
    for (std::string const table : {"team_member", "record_share"})
        add(table, json_of(sql,
                           "select * from " + table +
                               " where tenant_id = :tenant and object = 'customer' and object_id in (:from, :into)",
                           params));
    add("tags", sql.value<std::string>("select coalesce(jsonb_agg(tag_id), '[]')::text from customer_tag where "
                                       "tenant_id = :tenant and customer_id = :into",
                                       params)
                    .value_or("[]"));
    add("subsidiaries", sql.value<std::string>("select coalesce(jsonb_agg(id), '[]')::text from customer where "
                                               "tenant_id = :tenant and parent_id = :from",
                                               params)
                            .value_or("[]"));
    add("into", sql.value<std::string>(
                       "select to_jsonb(c)::text from customer c where tenant_id = :tenant and id = :into", params)
                    .value());
    return text + "}";
}

Result<void> unmerge(operation::Context& ctx, UndoEntry const& entry, json::Value const& before) {
    auto const into = CustomerId{entry.object_id};
    auto const from = CustomerId{json::find_integer(before, "from").value()};
    auto const locked = lock_permitted(ctx, into, Need::write);
    if (!locked) return locked.error();
    auto customers = Customers{ctx};
    auto const merged = operation::write_output(customers.find(into).value());
    put_children_back(ctx, from, into, before);
    put_money_back(ctx, from, into);
    put_contacts_back(ctx, from, into, before);
    put_links_back(ctx, before);
    put_seats_and_tags_back(ctx, from, into, before);
    put_fields_back(ctx, from, into, before);
    put_subsidiaries_back(ctx, from, into, before);
    if (auto const done = take_keys_again(ctx, from, into); !done) return done.error();
    auto const restored = customers.find(from).value();
    auto const owner = ctx.sql().value<EmployeeId>(
        "select owner_id from customer where tenant_id = :tenant and id = :id and owner_id is not null",
        {bind("tenant", ctx.tenant()), bind("id", from)});
    customers.append_ownership({from, "unmerge", locked->owner, owner.value_or(EmployeeId{}), ""});
    auto const gained =
        operation::difference(json::Document{rapidjson::kObjectType}, operation::write_output(restored));
    ctx.audit({"customer", from.value(), "customer.unmerge", gained.before, gained.after, ""});
    auto const changed = operation::difference(merged, operation::write_output(customers.find(into).value()));
    ctx.audit({"customer", into.value(), "customer.unmerge", changed.before, changed.after, ""});
    return {};
}

}  // namespace wescrm::sales
