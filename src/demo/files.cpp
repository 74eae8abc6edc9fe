#include "files.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/tables/write.hpp>

#include <array>
#include <fstream>
#include <iterator>
#include <tuple>

namespace wescrm::demo {
namespace {

using database::bind;
using database::Blob;

constexpr std::size_t secret_bytes = 32;

/// A document, and which records have it: `records` gives target_type, target_id, followup_id, author_id and at.
struct Document {
    std::string_view file;
    std::string_view name;
    std::string_view kind;
    std::string_view type;
    int width = 0;
    int height = 0;
    std::string_view records;
};

constexpr std::array documents{
    Document{"workshop.jpg", "车间现场.jpg", "image", "image/jpeg", 720, 480,
             "select 'customer', f.customer_id, f.id, f.author_id, f.followed_at from followup f where f.tenant_id = "
             ":tenant and f.target_type = 'customer' and f.method = 'visit' and f.deleted_at is null order by "
             "f.followed_at desc, f.id limit 24"},
    Document{"nameplate.jpg", "控制柜铭牌.jpg", "image", "image/jpeg", 720, 480,
             "select 'customer', f.customer_id, f.id, f.author_id, f.followed_at + interval '1 minute' from (select *, "
             "row_number() over (order by followed_at desc, id) as n from followup where tenant_id = :tenant and "
             "target_type = 'customer' and method = 'visit' and deleted_at is null) f where f.n <= 24 and f.n % 3 = 0"},
    Document{"manual.pdf", "GW200 Pro 产品手册.pdf", "file", "application/pdf", 0, 0,
             "select 'opportunity', o.id, null::bigint, o.owner_id, o.created_at from opportunity o where o.tenant_id "
             "= :tenant and o.deleted_at is null order by o.updated_at desc, o.id limit 12"},
    Document{"agreement.pdf", "设备采购合同.pdf", "file", "application/pdf", 0, 0,
             "select 'order', s.id, null::bigint, s.owner_id, s.created_at from sales_order s where s.tenant_id = "
             ":tenant and s.status in ('in_force', 'executing', 'completed') order by s.created_at desc, s.id limit "
             "12"},
    Document{"agreement.pdf", "框架合同（盖章）.pdf", "file", "application/pdf", 0, 0,
             "select 'customer', c.id, null::bigint, c.owner_id, c.updated_at from customer c where c.tenant_id = "
             ":tenant and c.owner_id is not null and c.deal_status = 'closed' and c.deleted_at is null order by c.no "
             "desc limit 12"}};

Result<std::string> content_of(std::string const& path) {
    auto stream = std::ifstream{path, std::ios::binary};
    auto content = std::string{std::istreambuf_iterator<char>{stream}, {}};
    if (content.empty()) return Error{Errc::invalid_input, "presets", "cannot read " + path};
    return content;
}

void attach(database::Session& sql, TenantId tenant, Document const& document, std::string const& content) {
    sql.execute("with chosen(type, target, followup, author, at) as (" + std::string{document.records} +
                    "), added as (insert into attachment (tenant_id, target_type, target_id, followup_id, kind, state, "
                    "file_name, content_type, bytes, width, height, author_id, created_at) select :tenant, type, "
                    "target, followup, :kind, 'stored', :name, :content_type, :bytes, nullif(:width::integer, 0), "
                    "nullif(:height::integer, 0), author, at from chosen returning id) insert into attachment_content "
                    "(tenant_id, attachment_id, content) select :tenant, id, :content from added",
                {bind("tenant", tenant), bind("kind", document.kind), bind("name", document.name),
                 bind("content_type", document.type), bind("bytes", static_cast<std::int64_t>(content.size())),
                 bind("width", document.width), bind("height", document.height), bind("content", Blob{content})});
}

/// A finished export of a list, as it stands in the records of exports.
struct Finished {
    std::string_view object;
    std::string_view format;
    tables::Sheet sheet;
    std::string_view rows;  ///< one array of cells each, and at most a few hundred
    std::string_view ago;
};

void keep_export(database::Session& sql, TenantId tenant, Finished const& job, Instant now) {
    auto const writer = job.format == "csv" ? tables::csv_writer(job.sheet) : tables::xlsx_writer(job.sheet);
    auto count = std::int64_t{0};
    for (auto const& row : sql.values<std::vector<std::string>>(job.rows, {bind("tenant", tenant)})) {
        writer->add(row);
        ++count;
    }
    auto const content = writer->finish();
    sql.execute(
        "with job as (insert into export_job (tenant_id, object, format, state, filter, columns, row_count, size, "
        "employee_id, channel, created_at, updated_at, created_by, finished_at, expires_at) select :tenant, :object, "
        ":format, 'done', '{}', '[]', :count, :size, e.id, 'page', x.at, x.at, e.id, x.at, :now::timestamptz + "
        "interval '7 days' from employee e, (select :now::timestamptz - :ago::interval as at) x where e.tenant_id = "
        ":tenant and e.superior_id is null limit 1 returning id) insert into export_part (tenant_id, job_id, part, "
        "content) select :tenant, id, 0, :content from job",
        {bind("tenant", tenant), bind("object", job.object), bind("format", job.format), bind("count", count),
         bind("size", static_cast<std::int64_t>(content.size())), bind("now", now), bind("ago", job.ago),
         bind("content", Blob{content})});
}

void exports(database::Session& sql, TenantId tenant, Instant now) {
    auto customers = tables::Sheet{"客户", "星河智造科技有限公司", {}};
    for (auto const* title : {"编号", "客户名称", "级别", "行业", "来源"}) customers.columns.push_back({title});
    keep_export(sql, tenant,
                {"customer", "xlsx", customers,
                 "select array[no, name, level, industry, source] from customer where tenant_id = :tenant and "
                 "deleted_at is null order by no desc limit 200",
                 "3 hours"},
                now);
    auto orders = tables::Sheet{"订单", "星河智造科技有限公司", {}};
    for (auto const* title : {"编号", "名称", "下单日期", "金额"}) orders.columns.push_back({title});
    orders.columns.back().is_number = true;
    keep_export(sql, tenant,
                {"order", "csv", orders,
                 "select array[no, name, ordered_on::text, (amount_fen / 100.0)::numeric(18, 2)::text] from "
                 "sales_order where tenant_id = :tenant order by no desc limit 200",
                 "2 days"},
                now);
}

// Nobody has these keys: what stands here is made of random bytes that are kept nowhere.
void keys(database::Session& sql, TenantId tenant, Instant now) {
    for (auto const& [name, created, used, revoked] :
         {std::tuple{"官网留言表单", "96 days", "20 minutes", ""}, std::tuple{"财务报表", "61 days", "14 hours", ""},
          std::tuple{"展会小程序", "40 days", "12 days", "11 days"}})
        sql.execute(
            "insert into api_key (tenant_id, employee_id, name, key_hash, created_at, last_used_at, revoked_at) select "
            ":tenant, id, :name, :hash, :now::timestamptz - :created::interval, :now::timestamptz - :used::interval, "
            ":now::timestamptz - nullif(:revoked, '')::interval from employee where tenant_id = :tenant and "
            "superior_id is null limit 1",
            {bind("tenant", tenant), bind("name", name), bind("hash", Blob{sha256(random_bytes(secret_bytes))}),
             bind("now", now), bind("created", created), bind("used", used), bind("revoked", revoked)});
}

// What was told to people in the last days, as the ledger of messages has it.
void notices(database::Session& sql, TenantId tenant, Instant now) {
    sql.execute(
        "insert into outbox (tenant_id, bucket, app_id, effect_key, recipient, employee_id, kind, lane, priority, "
        "body, "
        "created_at, not_before, expires_at, state, attempts, first_try_at, sent_at, source_kind, source_id) "
        "select :tenant, 0, a.id, 'demo:' || t.id, e.user_id, e.id, 'task_reminder', 0, 1, "
        "convert_to(jsonb_build_object('touser', e.user_id, 'msgtype', 'text', 'text', jsonb_build_object('content', "
        "t.title))::text, 'UTF8'), t.at, t.at, t.at + interval '1 day', 2, 1, t.at, t.at, 'task', t.id from (select "
        "id, title, assignee_id, least(due_at, :now::timestamptz - interval '3 hours') as at from task where tenant_id "
        "= :tenant and due_at < :now::timestamptz order by due_at desc, id limit 60) t join employee e on e.tenant_id "
        "= :tenant and e.id = t.assignee_id join wecom_app a on a.tenant_id = :tenant and a.kind = 'app'",
        {bind("tenant", tenant), bind("now", now)});
}

void profile(database::Session& sql, TenantId tenant) {
    sql.execute(
        "update tenant set settings = settings || jsonb_build_object('industry', '制造业', 'size', '50-199 人', "
        "'region', '江苏 苏州', 'contact_name', '王思远', 'contact_phone', '0512-66880000') where id = :tenant",
        {bind("tenant", tenant)});
}

void recycle_bin(database::Session& sql, TenantId tenant, Instant now) {
    sql.execute(
        "update customer c set deleted_at = :now::timestamptz - n.place * interval '31 hours', deleted_by = "
        "c.owner_id from (select x.id, row_number() over (order by x.no) as place from customer x where x.tenant_id = "
        ":tenant and x.owner_id is not null and x.deal_status = 'open' and not exists (select 1 from opportunity o "
        "where o.tenant_id = :tenant and o.customer_id = x.id) and not exists (select 1 from sales_order o where "
        "o.tenant_id = :tenant and o.customer_id = x.id) and not exists (select 1 from lead l where l.tenant_id = "
        ":tenant and l.customer_id = x.id) and not exists (select 1 from customer u where u.tenant_id = :tenant and "
        "u.parent_id = x.id) and not exists (select 1 from task k where k.tenant_id = :tenant and "
        "k.target_type = 'customer' and k.target_id = x.id) order by x.no limit 3) n where c.tenant_id = :tenant and "
        "c.id = n.id",
        {bind("tenant", tenant), bind("now", now)});
    sql.execute(
        "update lead l set deleted_at = :now::timestamptz - n.place * interval '26 hours', deleted_by = l.owner_id "
        "from (select id, row_number() over (order by no) as place from lead where tenant_id = :tenant and status = "
        "'invalid' and owner_id is not null order by no limit 2) n where l.tenant_id = :tenant and l.id = n.id",
        {bind("tenant", tenant), bind("now", now)});
}

}  // namespace

Result<void> insert_files(database::Session& sql, TenantId tenant, std::string const& presets, Instant now) {
    recycle_bin(sql, tenant, now);
    for (auto const& document : documents) {
        auto const content = content_of(presets + "/demo/" + std::string{document.file});
        if (!content) return content.error();
        attach(sql, tenant, document, *content);
    }
    exports(sql, tenant, now);
    profile(sql, tenant);
    keys(sql, tenant, now);
    notices(sql, tenant, now);
    return {};
}

}  // namespace wescrm::demo
