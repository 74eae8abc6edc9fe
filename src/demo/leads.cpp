#include "leads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/sales/names.hpp>

#include <array>

namespace wescrm::demo {
namespace {

using database::bind;
using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

constexpr std::array channels{"官网表单", "展会扫码", "公众号留言", "直播间", "转介绍", "电话外呼"};
constexpr std::array wishes{"智能产线改造", "ERP 实施", "年度备件采购", "车间空气净化", "仓储货架", "数据看板"};
constexpr std::array refusals{"空号", "没有采购计划", "同行询价", "重复线索", "区域不符"};
constexpr std::array returns{"区域不符", "长期联系不上", "客户暂无需求", "预算取消"};

struct LeadBatch {
    Numbers id, owner;
    Texts no, name, company, core, keys, mobile, position, city, address, source, channel, intended, level, status,
        reason;
    Texts created, last, entry, entry_reason;
    Numbers word_lead;
    Texts word;
    Numbers note_lead, note_author;
    Texts note, method, note_at;
};

std::string lead_status(std::size_t n) {
    auto const place = n % 20;
    if (place < 6) return "unassigned";
    if (place < 10) return "pending";
    if (place < 15) return "following";
    if (place < 18) return "converted";
    return place == 18 ? "invalid" : "void";
}

std::string number_of(std::size_t n, Instant created, Zone const& zone) {
    auto const day = text::replace_all(format_date(zone.date(created)), "-", "");
    return "XS" + day + std::to_string(10'000 + n % 90'000);
}

void add_notes(LeadBatch& batch, std::int64_t id, EmployeeId owner, Account const& account) {
    for (auto const& note : account.notes) {
        batch.note_lead.push_back(id);
        batch.note_author.push_back(owner.value());
        batch.note.emplace_back(note.content);
        batch.method.emplace_back(note.method);
        batch.note_at.push_back(format_rfc3339(note.at));
    }
}

void add_lead(LeadBatch& batch, std::size_t n, std::int64_t id, EmployeeId owner, Account const& account,
              Zone const& zone) {
    auto const status = lead_status(n);
    auto const& person = account.people.front();
    auto const has_notes = status == "following" || status == "converted" || status == "invalid";
    batch.id.push_back(id);
    batch.owner.push_back(status == "unassigned" ? 0 : owner.value());
    batch.no.push_back(number_of(n, account.created_at, zone));
    batch.name.push_back(person.name);
    batch.company.push_back(account.name);
    batch.core.push_back(sales::name_core(account.name));
    batch.keys.push_back(sales::search_keys(person.name, account.name, batch.no.back()));
    batch.mobile.push_back(person.mobile);
    batch.position.push_back(person.position);
    batch.city.push_back(account.address.substr(0, 6));  // two characters
    batch.address.push_back(account.address);
    batch.source.push_back(account.source);
    batch.channel.emplace_back(channels[n % channels.size()]);
    batch.intended.emplace_back(wishes[n / 7 % wishes.size()]);
    batch.level.push_back(account.level);
    batch.status.push_back(status);
    batch.reason.emplace_back(status == "invalid" || status == "void" ? refusals[n % refusals.size()] : "");
    batch.created.push_back(format_rfc3339(account.created_at));
    batch.last.push_back(has_notes && !account.notes.empty() ? format_rfc3339(account.notes.back().at) : std::string{});
    auto const came_back = status == "unassigned" && n % 3 == 0;
    batch.entry.emplace_back(status == "unassigned" ? (came_back ? "return" : "create") : "");
    batch.entry_reason.emplace_back(came_back ? returns[n % returns.size()] : "");
    if (has_notes) add_notes(batch, id, owner, account);
    for (auto& word : sales::search_words(person.name, account.name, {person.mobile})) {
        batch.word_lead.push_back(id);
        batch.word.push_back(std::move(word));
    }
}

void write_leads(database::Session& sql, TenantId tenant, LeadBatch const& batch) {
    sql.execute(
        "insert into lead (tenant_id, id, no, name, company, company_core, search_keys, mobile, position, city, "
        "address, "
        "source, channel, intended, level, status, invalid_reason, owner_id, high_sea_id, pool_entered_at, pool_entry, "
        "pool_reason, acquired_at, last_follow_at, created_at, updated_at, created_by) select :tenant, n.id, n.no, "
        "n.name, n.company, n.core, n.keys, n.mobile, n.position, n.city, n.address, n.source, n.channel, n.intended, "
        "n.level, n.status, n.reason, nullif(n.owner, 0), case when n.owner = 0 then p.id end, case when n.owner = 0 "
        "then n.created end, nullif(n.entry, ''), n.entry_reason, n.created, nullif(n.last, '')::timestamptz, "
        "n.created, n.created, (select min(id) from employee where tenant_id = :tenant) from unnest(:id::bigint[], "
        ":owner::bigint[], :no::text[], :name::text[], :company::text[], :core::text[], :keys::text[], "
        ":mobile::text[], :position::text[], :city::text[], :address::text[], :source::text[], :channel::text[], "
        ":intended::text[], :level::text[], :status::text[], :reason::text[], :created::timestamptz[], :last::text[], "
        ":entry::text[], :entry_reason::text[]) n(id, owner, no, name, company, core, keys, mobile, position, city, "
        "address, source, channel, intended, level, status, reason, created, last, entry, entry_reason) cross join "
        "(select id from high_sea where tenant_id = :tenant and object = 'lead' order by position, id limit 1) p",
        {bind("tenant", tenant),           bind("id", batch.id),
         bind("owner", batch.owner),       bind("no", batch.no),
         bind("name", batch.name),         bind("company", batch.company),
         bind("core", batch.core),         bind("keys", batch.keys),
         bind("mobile", batch.mobile),     bind("position", batch.position),
         bind("city", batch.city),         bind("address", batch.address),
         bind("source", batch.source),     bind("channel", batch.channel),
         bind("intended", batch.intended), bind("level", batch.level),
         bind("status", batch.status),     bind("reason", batch.reason),
         bind("created", batch.created),   bind("last", batch.last),
         bind("entry", batch.entry),       bind("entry_reason", batch.entry_reason)});
    // Converted to customers that are there: a later deal with a company that came back.
    sql.execute(
        "with them as materialized (select id, row_number() over (order by no) as n from customer where tenant_id = "
        ":tenant and owner_id is not null), won as materialized (select id, (row_number() over (order by id) * 7) % "
        "(select count(*) from them) + 1 as n from lead where tenant_id = :tenant and id = any(:id::bigint[]) and "
        "status = 'converted') update lead "
        "l set customer_id = t.id, converted_kind = 'existing', converted_at = greatest(l.created_at, "
        "coalesce(l.last_follow_at, l.created_at)) + interval '2 hours', converted_by = l.owner_id, updated_at = "
        "greatest(l.created_at, coalesce(l.last_follow_at, l.created_at)) + interval '2 hours' from won w join them t "
        "on t.n = w.n where l.tenant_id = :tenant and l.id = w.id",
        {bind("tenant", tenant), bind("id", batch.id)});
}

void write_what_belongs_to_them(database::Session& sql, TenantId tenant, LeadBatch const& batch) {
    auto const ids = database::Params{bind("tenant", tenant), bind("id", batch.id)};
    sql.execute(
        "insert into lead_word (tenant_id, word, lead_id) select distinct :tenant::bigint, word, lead from "
        "unnest(:word::text[], :lead::bigint[]) n(word, lead) order by word, lead",
        {bind("tenant", tenant), bind("word", batch.word), bind("lead", batch.word_lead)});
    sql.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, high_sea_id, "
        "actor_id, channel, at) select l.tenant_id, 'lead', l.id, case when l.owner_id is null or l.id % 3 = 0 then "
        "'create' else 'assign' end, l.owner_id, e.main_department_id, l.high_sea_id, l.created_by, 'cli', "
        "l.created_at from lead l left join employee e on e.tenant_id = l.tenant_id and e.id = l.owner_id where "
        "l.tenant_id = :tenant and l.id = any(:id::bigint[]) union all select l.tenant_id, 'lead', l.id, 'convert', "
        "l.owner_id, e.main_department_id, null, l.owner_id, 'cli', l.converted_at from lead l join employee e on "
        "e.tenant_id = l.tenant_id and e.id = l.owner_id where l.tenant_id = :tenant and l.id = any(:id::bigint[]) and "
        "l.converted_at is not null",
        ids);
    sql.execute(
        "insert into followup (tenant_id, target_type, target_id, content, method, author_id, followed_at, "
        "created_at, updated_at, created_by) select :tenant, 'lead', lead, content, method, author, at, at, at, "
        "author from unnest(:lead::bigint[], :content::text[], :method::text[], :author::bigint[], "
        ":at::timestamptz[]) n(lead, content, method, author, at)",
        {bind("tenant", tenant), bind("lead", batch.note_lead), bind("content", batch.note),
         bind("method", batch.method), bind("author", batch.note_author), bind("at", batch.note_at)});
}

}  // namespace

void insert_pools(database::Session& sql, TenantId tenant, Instant now) {
    auto const params = database::Params{bind("tenant", tenant), bind("now", now)};
    sql.execute(
        "insert into high_sea (tenant_id, object, name, position, claim_daily_limit, holding_cap, cooldown_days, "
        "hidden_fields, created_at, updated_at) values (:tenant, 'customer', '重点客户公海', 10, 5, 50, 30, "
        "'{address}', :now, :now)",
        params);
    sql.execute(
        "insert into high_sea_rule (tenant_id, high_sea_id, kind, enabled, days, renewal_days, max_days, "
        "level, exempt) select tenant_id, id, 'no_follow', false, 15, 10, 90, '重点', '{closed,open_opportunity}' "
        "from high_sea where tenant_id = :tenant and name = '重点客户公海'",
        params);
    // Its members are the heads of departments, its admin the head of all.
    sql.execute(
        "insert into high_sea_seat (tenant_id, high_sea_id, employee_id, is_admin) select h.tenant_id, h.id, "
        "m.employee_id, e.superior_id is null from high_sea h join employee_department m on m.tenant_id = "
        "h.tenant_id and m.is_leader join employee e on e.tenant_id = m.tenant_id and e.id = m.employee_id "
        "where h.tenant_id = :tenant and h.name = '重点客户公海'",
        params);
    // Customers to whom nobody has anything to do went back.
    sql.execute(
        "with gone as (select c.id, c.owner_id, c.level, row_number() over (order by c.no) as n from customer c where "
        "c.tenant_id = :tenant and c.next_contact_at is null and not exists (select 1 from task t where t.tenant_id = "
        "c.tenant_id and t.target_type = 'customer' and t.target_id = c.id) and not "
        "exists (select 1 from opportunity o where o.tenant_id = c.tenant_id and o.customer_id = c.id) and not exists "
        "(select 1 from sales_order o where o.tenant_id = c.tenant_id and o.customer_id = c.id) and not exists (select "
        "1 from quote q where q.tenant_id = c.tenant_id and q.customer_id = c.id) order by c.no limit 24), placed as "
        "(select "
        "g.*, h.id as pool, :now::timestamptz - g.n * interval '31 hours' as at, (array['return', 'return', 'recycle', "
        "'recall'])[1 + g.n % 4] as how from gone g join high_sea h on h.tenant_id = :tenant and h.object = 'customer' "
        "and (h.name = '重点客户公海') = (g.n % 3 = 0)), events as (insert into ownership_event (tenant_id, object, "
        "object_id, kind, from_id, from_department_id, high_sea_id, channel, reason, at) select :tenant, 'customer', "
        "p.id, case p.how when 'recycle' then 'recycle' else 'return' end, p.owner_id, e.main_department_id, p.pool, "
        "'cli', case p.how when 'recycle' then '自动回收' else '客户暂无需求' end, p.at from placed p join employee e "
        "on e.tenant_id = :tenant and e.id = p.owner_id) update customer c set former_owner_id = c.owner_id, owner_id "
        "= "
        "null, high_sea_id = p.pool, pool_entered_at = p.at, pool_entry = p.how, pool_reason = case p.how when "
        "'recycle' then '自动回收' else '客户暂无需求' end, pool_entries = 1, updated_at = p.at from placed p where "
        "c.tenant_id = :tenant and c.id = p.id",
        params);
}

void score_leads(database::Session& sql, TenantId tenant, Instant now, Zone const& zone) {
    sql.execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) values (:tenant, "
        ":bucket, 'lead_rescore', 'lead', 0, :now, :zone, interval '4 hours')",
        {bind("tenant", tenant), bind("bucket", operation::bucket_of(tenant)), bind("now", now),
         bind("zone", zone.name())});
}

void insert_leads(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                  std::size_t to, std::size_t story_from, Size size, Instant now, Zone const& zone) {
    auto const ids = sql.values<std::int64_t>("select new_id() from generate_series(1, :count::bigint)",
                                              {bind("count", static_cast<std::int64_t>(to - from))});
    auto batch = LeadBatch{};
    for (auto n = from; n < to; ++n)
        add_lead(batch, n, ids[n - from], owners[n % owners.size()], account(story_from + n, size, now, zone), zone);
    write_leads(sql, tenant, batch);
    write_what_belongs_to_them(sql, tenant, batch);
}

}  // namespace wescrm::demo
