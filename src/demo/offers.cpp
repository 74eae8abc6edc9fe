#include "offers.hpp"

#include <wescrm/operation/queue_keys.hpp>

namespace wescrm::demo {
namespace {

using database::bind;

// Above these somebody must agree, in fen.
constexpr std::int64_t quotes_above = 30'000'000;
constexpr std::int64_t invoices_above = 20'000'000;

class Offers {
public:
    Offers(database::Session& sql, TenantId tenant, Instant now, Zone const& zone)
        : sql_{sql}, tenant_{tenant}, now_{now}, zone_{zone}, today_{zone.date(now)} {}

    void write() {
        settings();
        accepted_quotes();
        open_quotes();
        quote_timers();
        titles();
        invoices();
        approvals("quote", "报价单", quotes_above, "t.name");
        approvals("invoice", "发票", invoices_above, "t.title_name");
    }

private:
    [[nodiscard]] database::Params params() const {
        return {bind("tenant", tenant_),
                bind("now", now_),
                bind("today", today_),
                bind("zone", zone_.name()),
                bind("quotes_above", quotes_above),
                bind("invoices_above", invoices_above)};
    }
    void run(std::string const& statement) { sql_.execute(statement, params()); }

    void settings() {
        run("insert into approval_setting (tenant_id, object, mode, above_fen, updated_at) values (:tenant, 'quote', "
            "'superior', :quotes_above, :now), (:tenant, 'invoice', 'superior', :invoices_above, :now)");
    }

    // Every third order was a quote before.
    void accepted_quotes() {
        run("insert into quote (tenant_id, no, name, customer_id, contact_id, owner_id, owner_department_id, "
            "quoted_on, "
            "valid_until, terms, amount_fen, status, order_id, in_force_at, created_at, updated_at, created_by) select "
            ":tenant, 'BJ' || to_char(o.day, 'YYYY') || 'D' || lpad(o.n::text, 6, '0'), o.name || ' 报价', "
            "o.customer_id, o.contact_id, o.owner_id, o.owner_department_id, o.day, o.day + 30, "
            "'含税价，签约后 15 个工作日内交货', o.amount_fen, 'accepted', o.id, o.at, o.at, o.created_at, o.owner_id "
            "from (select s.*, s.ordered_on - 6 - (s.n % 9)::integer as day, ((s.ordered_on - 6 - (s.n % 9)::integer) "
            "+ "
            "time '09:30') at time zone :zone as at from (select x.*, row_number() over (order by x.no) as n from "
            "sales_order x where x.tenant_id = :tenant and x.status in ('in_force', 'executing', 'completed')) s where "
            "s.n % 3 = 0) o");
        run("insert into quote_line (tenant_id, quote_id, position, product_id, product_code, product_name, unit, "
            "list_e4, floor_e4, tax_bp, price_e4, quantity, discount_bp, subtotal_fen) select :tenant, q.id, "
            "l.position, l.product_id, l.product_code, l.product_name, l.unit, l.list_e4, l.list_e4 * 8 / 10, "
            "l.tax_bp, l.price_e4, l.quantity, l.discount_bp, l.subtotal_fen from quote q join order_line l on "
            "l.tenant_id = :tenant and l.order_id = q.order_id where q.tenant_id = :tenant");
        run("update sales_order o set quote_id = q.id from quote q where o.tenant_id = :tenant and q.tenant_id = "
            ":tenant "
            "and q.order_id = o.id");
    }

    // Open opportunities with products have quotes in every other state.
    void open_quotes() {
        run("insert into quote (tenant_id, no, name, customer_id, contact_id, opportunity_id, owner_id, "
            "owner_department_id, quoted_on, valid_until, terms, amount_fen, status, status_reason, in_force_at, "
            "created_at, updated_at, created_by) select :tenant, 'BJ' || to_char(p.day, 'YYYY') || 'D' || lpad((500000 "
            "+ p.n)::text, 6, '0'), p.name || ' 报价', p.customer_id, (select t.id from contact t where t.tenant_id = "
            ":tenant and t.customer_id = p.customer_id and t.is_primary limit 1), p.id, p.owner_id, "
            "p.owner_department_id, p.day, p.day + 30, '含税价，账期 30 天', p.amount_fen, p.state, case p.state when "
            "'rejected' then '折扣超过授权，请按九折重新报价' when 'void' then '客户改为自行采购' else '' end, case "
            "when "
            "p.state in ('in_force', 'expired') then p.at end, p.at, p.at, p.owner_id from (select x.*, "
            "least(:now::timestamptz, (x.day + time '10:30') at time zone :zone) as at from (select y.*, :today::date "
            "- "
            "case y.state when 'expired' then 45 else 0 end - (y.n % 14)::integer as day from (select z.*, case when "
            "z.n % 9 in (4, 5) and z.amount_fen > :quotes_above then 'in_review' when z.n % 9 = 0 then 'draft' when "
            "z.n "
            "% 9 = 6 then 'expired' when z.n % 9 = 7 and z.amount_fen > :quotes_above then 'rejected' when z.n % 9 = 8 "
            "then 'void' else 'in_force' end as state from (select o.*, row_number() over (order by o.amount_fen, "
            "o.id) "
            "as n from opportunity o where o.tenant_id = :tenant and o.status = 'open' and o.deleted_at is null and "
            "exists (select 1 from opportunity_line l where l.tenant_id = :tenant and l.opportunity_id = o.id)) z) y) "
            "x) "
            "p");
        run("insert into quote_line (tenant_id, quote_id, position, product_id, product_code, product_name, unit, "
            "list_e4, floor_e4, tax_bp, price_e4, quantity, discount_bp, subtotal_fen) select :tenant, q.id, "
            "l.position, p.id, coalesce(p.code, ''), l.name, coalesce(p.unit, ''), coalesce(p.price_e4, l.price_e4), "
            "p.price_e4 * 8 / 10, coalesce(p.tax_bp, 0), l.price_e4, l.quantity_milli / 1000.0, l.discount_bp, "
            "l.subtotal_fen from quote q join opportunity_line l on l.tenant_id = :tenant and l.opportunity_id = "
            "q.opportunity_id left join product p on p.tenant_id = :tenant and p.id = l.product_id where q.tenant_id = "
            ":tenant and q.order_id is null");
    }

    void quote_timers() {
        auto all = params();
        all.add(bind("bucket", operation::bucket_of(tenant_)));
        sql_.execute(
            "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select :tenant, "
            ":bucket::smallint, x.kind, 'quote', x.id, x.at, :zone, interval '24 hours' from (select 'quote_expiring', "
            "q.id, ((q.valid_until - 3) + time '09:00') at time zone :zone from quote q where q.tenant_id = :tenant "
            "and "
            "q.status = 'in_force' union all select 'quote_expired', q.id, (q.valid_until + 1)::timestamp at time zone "
            ":zone from quote q where q.tenant_id = :tenant and q.status = 'in_force') x(kind, id, at) where x.at > "
            ":now",
            all);
    }

    void titles() {
        run("insert into invoice_title (tenant_id, customer_id, kind, name, tax_no, bank, account, address, "
            "is_default, "
            "created_at, updated_at, created_by) select :tenant, c.id, 'company', c.name, '9132' || lpad((row_number() "
            "over (order by c.no) * 7919 % 100000000)::text, 8, '0') || 'MA' || lpad((row_number() over (order by "
            "c.no) "
            "* 31 % 10000)::text, 4, '0'), '中国银行', lpad((row_number() over (order by c.no) * 104729)::text, 16, "
            "'6'), c.address, true, c.last_deal_at, c.last_deal_at, c.owner_id from customer c where c.tenant_id = "
            ":tenant and c.owner_id is not null and c.last_deal_at is not null and exists (select 1 from sales_order o "
            "where o.tenant_id = :tenant and o.customer_id = c.id and o.received_fen > 0)");
    }

    // For what was received of every second order.
    void invoices() {
        run("insert into invoice (tenant_id, no, order_id, customer_id, title_name, title_kind, tax_no, kind, tax_bp, "
            "owner_id, owner_department_id, amount_fen, applied_on, invoice_no, issued_on, status, status_reason, "
            "created_at, updated_at, created_by) select :tenant, 'FP' || to_char(i.day, 'YYYY') || 'D' || "
            "lpad(i.n::text, 6, '0'), i.id, i.customer_id, t.name, t.kind, t.tax_no, case i.n % 3 when 0 then "
            "'special' "
            "when 1 then 'electronic' else 'normal' end, case when i.n % 3 = 0 then 1300 else 600 end, i.owner_id, "
            "i.owner_department_id, i.received_fen, i.day, case when i.state = 'issued' then '26' || lpad((i.n * "
            "9176451)::text, 18, '0') else '' end, case when i.state = 'issued' then least(:today::date, i.day + 2) "
            "end, i.state, case when i.state = 'void' then '抬头有误，重新申请' else '' end, i.at, i.at, i.owner_id "
            "from (select y.*, least(:now::timestamptz, (y.day + time '11:00') at time zone :zone) as at, case when "
            "y.received_fen > :invoices_above and y.day > :today::date - 30 then 'in_review' when y.day > :today::date "
            "- 8 then 'waiting' when y.n % 23 = 5 then 'draft' when y.n % 23 = 9 then 'void' else 'issued' end as "
            "state "
            "from (select x.*, least(:today::date, (select max(p.paid_on) from payment p where p.tenant_id = :tenant "
            "and p.order_id = x.id) + 1) as day from (select o.*, row_number() over (order by o.no) as n from "
            "sales_order o where o.tenant_id = :tenant and o.received_fen > 0) x where x.n % 2 = 0) y) i join "
            "invoice_title t on t.tenant_id = :tenant and t.customer_id = i.customer_id");
    }

    // Consent for what is in review or was rejected, and had for the large ones that went through.
    void approvals(std::string const& object, std::string const& title, std::int64_t above, std::string const& name) {
        auto all = params();
        all.add(bind("object", object));
        all.add(bind("title", title));
        all.add(bind("above", above));
        sql_.execute(
            "insert into approval (tenant_id, kind, subject_type, subject_id, subject_no, subject_name, customer_name, "
            "amount_fen, cause, applicant_id, owner_id, status, ended_at, created_at, updated_at, created_by) select "
            ":tenant, :object || '.submit', :object, t.id, t.no, " +
                name +
                ", c.name, t.amount_fen, :title || '金额 ' || to_char(t.amount_fen / 1000000.0, 'FM999,990.00') || ' "
                "万元', t.owner_id, t.owner_id, case t.status when 'in_review' then 'pending' when 'rejected' then "
                "'rejected' else 'approved' end, case when t.status <> 'in_review' then least(:now, t.created_at + "
                "interval '3 hours') end, t.created_at, t.created_at, t.owner_id from " +
                object +
                " t join employee e on e.tenant_id = :tenant and e.id = t.owner_id and e.superior_id is not null join "
                "customer c on c.tenant_id = :tenant and c.id = t.customer_id where t.tenant_id = :tenant and "
                "t.amount_fen > :above and t.status not in ('draft', 'void')",
            all);
        sql_.execute(
            "insert into approval_step (tenant_id, approval_id, position, mode, status, note) select :tenant, a.id, 1, "
            "'any', a.status, '负责人的上级' from approval a where a.tenant_id = :tenant and a.subject_type = :object",
            {bind("tenant", tenant_), bind("object", object)});
        sql_.execute(
            "insert into approval_task (tenant_id, approval_id, position, approver_id, status, comment, decided_at, "
            "created_at) select :tenant, a.id, 1, e.superior_id, a.status, case a.status when 'rejected' then "
            "'折扣超过授权，请按九折重新报价' when 'approved' then '同意' else '' end, a.ended_at, a.created_at from "
            "approval a join employee e on e.tenant_id = :tenant and e.id = a.owner_id where a.tenant_id = :tenant and "
            "a.subject_type = :object",
            {bind("tenant", tenant_), bind("object", object)});
    }

    database::Session& sql_;
    TenantId tenant_;
    Instant now_;
    Zone zone_;
    Date today_;
};

}  // namespace

void insert_offers(database::Session& sql, TenantId tenant, Instant now, Zone const& zone) {
    Offers{sql, tenant, now, zone}.write();
}

}  // namespace wescrm::demo
