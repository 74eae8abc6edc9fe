#include "customers.hpp"

#include <wescrm/demo/story.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/sales/names.hpp>

#include <set>

namespace wescrm::demo {
namespace {

using database::bind;
using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

// Instants and amounts of an array cross as text; "" is null.
std::string text_of(Instant at) { return format_rfc3339(at); }
std::string text_of(std::optional<Instant> const& at) { return at ? format_rfc3339(*at) : std::string{}; }

struct Batch {
    Numbers id, owner;
    Texts no, name, short_name, core, keys, level, industry, source, mobile, address, created, last, next;
    Numbers word_customer;
    Texts word;
    Numbers person_customer;
    Texts person, position, person_mobile, is_primary;
    Numbers note_customer, note_author;
    Texts note, method, note_at;
    Numbers task_customer, task_assignee;
    Texts task, task_at;
};

void add_words(Batch& batch, std::int64_t id, Account const& account) {
    auto phones = Texts{};
    for (auto const& person : account.people) phones.push_back(person.mobile);
    for (auto& word : sales::search_words(account.name, account.short_name, phones)) {
        batch.word_customer.push_back(id);
        batch.word.push_back(std::move(word));
    }
}

void add_children(Batch& batch, std::int64_t id, std::int64_t owner, Account const& account) {
    for (auto const& person : account.people) {
        batch.is_primary.emplace_back(&person == &account.people.front() ? "true" : "false");
        batch.person_customer.push_back(id);
        batch.person.push_back(person.name);
        batch.position.push_back(person.position);
        batch.person_mobile.push_back(person.mobile);
    }
    for (auto const& note : account.notes) {
        batch.note_customer.push_back(id);
        batch.note_author.push_back(owner);
        batch.note.emplace_back(note.content);
        batch.method.emplace_back(note.method);
        batch.note_at.push_back(text_of(note.at));
    }
    if (!account.task) return;
    batch.task_customer.push_back(id);
    batch.task_assignee.push_back(owner);
    batch.task.emplace_back(*account.task);
    batch.task_at.push_back(text_of(account.task_at));
}

void add_customer(Batch& batch, std::int64_t id, EmployeeId owner, Account const& account) {
    batch.id.push_back(id);
    batch.owner.push_back(owner.value());
    batch.no.push_back(account.no);
    batch.name.push_back(account.name);
    batch.short_name.push_back(account.short_name);
    batch.core.push_back(sales::name_core(account.name));
    batch.keys.push_back(sales::search_keys(account.name, account.short_name, account.no));
    batch.level.push_back(account.level);
    batch.industry.push_back(account.industry);
    batch.source.push_back(account.source);
    batch.mobile.push_back(account.mobile);
    batch.address.push_back(account.address);
    batch.created.push_back(text_of(account.created_at));
    batch.last.push_back(account.notes.empty() ? std::string{} : text_of(account.notes.back().at));
    batch.next.push_back(text_of(account.next_contact_at));
    add_words(batch, id, account);
    add_children(batch, id, owner.value(), account);
}

void write_customers(database::Session& sql, TenantId tenant, Batch const& batch) {
    sql.execute(
        "insert into customer (tenant_id, id, no, name, short_name, name_core, search_keys, level, industry, source, "
        "mobile, address, owner_id, acquired_at, created_at, created_by, last_follow_at, next_contact_at, updated_at) "
        "select :tenant, id, no, name, short_name, core, keys, level, industry, source, mobile, address, owner, "
        "created, created, owner, nullif(last, '')::timestamptz, nullif(next, '')::timestamptz, created from "
        "unnest(:id::bigint[], :owner::bigint[], :no::text[], :name::text[], :short::text[], :core::text[], "
        ":keys::text[], :level::text[], :industry::text[], :source::text[], :mobile::text[], :address::text[], "
        ":created::timestamptz[], :last::text[], :next::text[]) n(id, owner, no, name, short_name, core, keys, level, "
        "industry, source, mobile, address, created, last, next)",
        {bind("tenant", tenant), bind("id", batch.id), bind("owner", batch.owner), bind("no", batch.no),
         bind("name", batch.name), bind("short", batch.short_name), bind("core", batch.core), bind("keys", batch.keys),
         bind("level", batch.level), bind("industry", batch.industry), bind("source", batch.source),
         bind("mobile", batch.mobile), bind("address", batch.address), bind("created", batch.created),
         bind("last", batch.last), bind("next", batch.next)});
    auto words = std::vector<operation::CompanyWord>{};
    for (auto const& [kind, used] :
         {std::pair{"level", &batch.level}, std::pair{"source", &batch.source}, std::pair{"industry", &batch.industry}})
        for (auto const& word : std::set<std::string>{used->begin(), used->end()}) words.push_back({kind, word});
    operation::keep_words(sql, tenant, words);
    // In order, so that the index is filled page by page.
    sql.execute(
        "insert into customer_word (tenant_id, word, customer_id) select :tenant, word, customer from "
        "unnest(:word::text[], :customer::bigint[]) n(word, customer) order by word collate \"C\", customer",
        {bind("tenant", tenant), bind("word", batch.word), bind("customer", batch.word_customer)});
    sql.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, actor_id, channel, "
        "at) select :tenant, 'customer', n.id, 'create', n.owner, e.main_department_id, n.owner, 'cli', n.at from "
        "unnest(:id::bigint[], :owner::bigint[], :created::timestamptz[]) n(id, owner, at) join employee e on "
        "e.tenant_id = :tenant and e.id = n.owner",
        {bind("tenant", tenant), bind("id", batch.id), bind("owner", batch.owner), bind("created", batch.created)});
}

void write_customer_children(database::Session& sql, TenantId tenant, Batch const& batch, Instant now) {
    sql.execute(
        "insert into contact (tenant_id, customer_id, name, mobile, position, is_primary, created_at, updated_at, "
        "created_by) select :tenant, n.customer, n.name, n.mobile, n.position, n.is_primary, c.created_at, "
        "c.created_at, c.owner_id from unnest(:customer::bigint[], :name::text[], :mobile::text[], :position::text[], "
        ":primary::boolean[]) n(customer, name, mobile, position, is_primary) join customer c on c.tenant_id = :tenant "
        "and c.id = n.customer",
        {bind("tenant", tenant), bind("customer", batch.person_customer), bind("name", batch.person),
         bind("mobile", batch.person_mobile), bind("position", batch.position), bind("primary", batch.is_primary)});
    sql.execute(
        "insert into followup (tenant_id, target_type, target_id, customer_id, content, method, author_id, "
        "followed_at, created_at, updated_at, created_by) select :tenant, 'customer', customer, customer, content, "
        "method, author, at, at, at, author from unnest(:customer::bigint[], :content::text[], :method::text[], "
        ":author::bigint[], :at::timestamptz[]) n(customer, content, method, author, at)",
        {bind("tenant", tenant), bind("customer", batch.note_customer), bind("content", batch.note),
         bind("method", batch.method), bind("author", batch.note_author), bind("at", batch.note_at)});
    sql.execute(
        "insert into task (tenant_id, title, due_at, remind_at, assignee_id, target_type, target_id, created_at, "
        "updated_at, created_by) select :tenant, title, at, at, assignee, 'customer', customer, least(at - interval '2 "
        "days', :now), least(at - interval '2 days', :now), assignee from unnest(:title::text[], :at::timestamptz[], "
        ":assignee::bigint[], :customer::bigint[]) n(title, at, assignee, customer)",
        {bind("tenant", tenant), bind("title", batch.task), bind("at", batch.task_at),
         bind("assignee", batch.task_assignee), bind("customer", batch.task_customer), bind("now", now)});
}

// What is still to come reminds people as it would in use.
void write_timers(database::Session& sql, TenantId tenant, Batch const& batch, Instant now, Zone const& zone) {
    sql.execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select :tenant, "
        ":bucket::smallint, x.kind, x.ref_kind, x.id, x.at, :zone, interval '4 hours' from (select "
        "'task_reminder', 'task', t.id, t.remind_at from task t where t.tenant_id = :tenant and t.target_type = "
        "'customer' and t.target_id = any(:customers::bigint[]) union all select 'next_contact', 'customer', c.id, "
        "c.next_contact_at from customer c where c.tenant_id = :tenant and c.id = any(:customers::bigint[])) x(kind, "
        "ref_kind, id, at) where x.at > :now",
        {bind("tenant", tenant), bind("bucket", operation::bucket_of(tenant)), bind("zone", zone.name()),
         bind("now", now), bind("customers", batch.id)});
}

// Where they are, as their addresses say, and how big.
void describe(database::Session& sql, TenantId tenant, Batch const& batch) {
    sql.execute(
        "update customer set city = left(address, 2), district = coalesce(substring(address from '^..市?(.+?区)'), "
        "''), "
        "province = case when left(address, 2) in ('苏州', '南京', '无锡') then '江苏' when left(address, 2) in "
        "('深圳', "
        "'广州', '东莞', '佛山') then '广东' when left(address, 2) in ('杭州', '宁波') then '浙江' else left(address, "
        "2) end, scale = (array['50 人以下', '50-99 人', '100-499 人', '500-999 人', '1000 人以上'])[1 + mod(n.place, "
        "5)] from "
        "unnest(:ids::bigint[]) with ordinality n(id, place) where tenant_id = :tenant and customer.id = n.id",
        {bind("tenant", tenant), bind("ids", batch.id)});
}

}  // namespace

void insert_customers(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                      std::size_t to, Size size, Instant now, Zone const& zone) {
    auto const ids = sql.values<std::int64_t>("select new_id() from generate_series(1, :count::bigint)",
                                              {bind("count", static_cast<std::int64_t>(to - from))});
    auto batch = Batch{};
    for (auto n = from; n < to; ++n)
        add_customer(batch, ids[n - from], owners[n % owners.size()], account(n, size, now, zone));
    write_customers(sql, tenant, batch);
    describe(sql, tenant, batch);
    write_customer_children(sql, tenant, batch, now);
    write_timers(sql, tenant, batch, now, zone);
}

}  // namespace wescrm::demo
