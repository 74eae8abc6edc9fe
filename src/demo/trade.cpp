#include "trade.hpp"

#include "trade_story.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/company_words.hpp>
#include <wescrm/operation/queue_keys.hpp>
#include <wescrm/sales/names.hpp>

namespace wescrm::demo {
namespace {

using database::bind;
using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

struct Buyer {
    std::int64_t id = 0;
    std::int64_t owner = 0;
    std::string name;
};

struct TradeBatch {
    Numbers order, customer, owner, amount, received, planned, contract;
    Texts no, name, on, ends, status, at;
    Numbers line_order, position, product, quantity, discount, subtotal;
    Numbers plan, plan_order, plan_customer, plan_owner, period, plan_amount, plan_received;
    Texts due, plan_status, plan_at;
    Numbers payment, pay_order, pay_customer, pay_owner, pay_plan, pay_amount;
    Texts pay_no, paid_on, method, payer, pay_at;
};

std::string number(std::string_view prefix, Date day, std::size_t n) {
    auto digits = std::to_string(n);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return std::string{prefix} + text::replace_all(format_date(day), "-", "").substr(0, 4) + "D" + digits;
}

std::string at_ten(Date day, Instant now, Zone const& zone) {
    return format_rfc3339(std::min(now, zone.instant({day, hours{10}})));
}

class Writer {
public:
    Writer(database::Session& sql, TenantId tenant, Instant now, Zone const& zone)
        : sql_{sql}, tenant_{tenant}, now_{now}, zone_{zone}, today_{zone.date(now)}, products_{product_ids()} {}

    void add(std::size_t n, Buyer const& customer) {
        auto const told = sale(n, today_);
        auto const id = next_id();
        add_order(n, id, customer, told);
        auto position = std::int64_t{0};
        for (auto const& line : told.lines) {
            batch_.line_order.push_back(id);
            batch_.position.push_back(++position);
            batch_.product.push_back(products_.at(line.ware));
            batch_.quantity.push_back(line.quantity);
            batch_.discount.push_back(line.discount_bp);
            batch_.subtotal.push_back(line.subtotal.fen());
        }
        auto period = std::int64_t{0};
        for (auto const& plan : told.plans) add_plan(n, id, customer, told, plan, ++period);
    }
    void write() {
        write_contracts();
        write_orders();
        write_money();
        write_timers();
    }

private:
    Numbers product_ids() {
        auto codes = Texts{};
        for (auto const& ware : wares()) codes.emplace_back(ware.code);
        return sql_.values<std::int64_t>(
            "select p.id from unnest(:codes::text[]) with ordinality c(code, nr) join product p on p.tenant_id = "
            ":tenant "
            "and p.code = c.code order by c.nr",
            {bind("tenant", tenant_), bind("codes", codes)});
    }
    std::int64_t next_id() {
        if (at_ >= ids_.size()) {
            ids_ = sql_.values<std::int64_t>("select new_id() from generate_series(1, 2000)");
            at_ = 0;
        }
        return ids_[at_++];
    }
    void add_order(std::size_t n, std::int64_t id, Buyer const& customer, Sale const& told) {
        auto planned = Money{};
        for (auto const& plan : told.plans) planned = planned + plan.amount;
        auto const is_live = told.status != "draft" && told.status != "void";
        batch_.order.push_back(id);
        batch_.customer.push_back(customer.id);
        batch_.owner.push_back(customer.owner);
        batch_.amount.push_back(told.amount.fen());
        batch_.received.push_back(told.received.fen());
        batch_.planned.push_back(planned.fen());
        batch_.contract.push_back(told.has_contract && is_live ? next_id() : 0);
        batch_.no.push_back(number("DD", told.ordered_on, n + 1));
        batch_.name.push_back(customer.name + " " + std::string{wares()[told.lines.front().ware].name});
        batch_.on.push_back(format_date(told.ordered_on));
        batch_.ends.push_back(format_date(add_days(told.ordered_on, 365)));
        batch_.status.emplace_back(told.status);
        batch_.at.push_back(at_ten(told.ordered_on, now_, zone_));
    }
    void add_plan(std::size_t n, std::int64_t order, Buyer const& customer, Sale const& told, Instalment const& plan,
                  std::int64_t period) {
        auto const id = next_id();
        batch_.plan.push_back(id);
        batch_.plan_order.push_back(order);
        batch_.plan_customer.push_back(customer.id);
        batch_.plan_owner.push_back(customer.owner);
        batch_.period.push_back(period);
        batch_.plan_amount.push_back(plan.amount.fen());
        batch_.plan_received.push_back(plan.received.fen());
        batch_.due.push_back(format_date(plan.due_on));
        batch_.plan_status.emplace_back(plan.status);
        batch_.plan_at.push_back(at_ten(told.ordered_on, now_, zone_));
        if (plan.received == Money{}) return;
        batch_.payment.push_back(next_id());
        batch_.pay_order.push_back(order);
        batch_.pay_customer.push_back(customer.id);
        batch_.pay_owner.push_back(customer.owner);
        batch_.pay_plan.push_back(id);
        batch_.pay_amount.push_back(plan.received.fen());
        batch_.pay_no.push_back(number("HK", plan.paid_on, n * 10 + static_cast<std::size_t>(period)));
        batch_.paid_on.push_back(format_date(plan.paid_on));
        batch_.method.emplace_back(told.method);
        batch_.payer.push_back(customer.name);
        batch_.pay_at.push_back(at_ten(plan.paid_on, now_, zone_));
    }
    void write_contracts() {
        sql_.execute(
            "insert into contract (tenant_id, id, no, name, type, customer_id, owner_id, owner_department_id, "
            "amount_fen, "
            "signed_on, starts_on, ends_on, status, in_force_at, created_at, updated_at, created_by) select :tenant, "
            "n.contract, replace(n.no, 'DD', 'HT'), n.name || ' 合同', '销售合同', n.customer, n.owner, "
            "e.main_department_id, n.amount, n.day, n.day, n.ends, 'in_force', n.at, n.at, n.at, n.owner from "
            "unnest(:contract::bigint[], :no::text[], :name::text[], :customer::bigint[], :owner::bigint[], "
            ":amount::bigint[], :on::date[], :ends::date[], :at::timestamptz[]) n(contract, no, name, customer, owner, "
            "amount, day, ends, at) join employee e on e.tenant_id = :tenant and e.id = n.owner where n.contract <> 0",
            {bind("tenant", tenant_), bind("contract", batch_.contract), bind("no", batch_.no),
             bind("name", batch_.name), bind("customer", batch_.customer), bind("owner", batch_.owner),
             bind("amount", batch_.amount), bind("on", batch_.on), bind("ends", batch_.ends), bind("at", batch_.at)});
    }
    void write_orders() {
        sql_.execute(
            "insert into sales_order (tenant_id, id, no, name, customer_id, contact_id, contract_id, owner_id, "
            "owner_department_id, ordered_on, ends_on, amount_fen, received_fen, planned_fen, status, status_reason, "
            "in_force_at, created_at, updated_at, created_by) select :tenant, n.id, n.no, n.name, n.customer, (select "
            "t.id "
            "from contact t where t.tenant_id = :tenant and t.customer_id = n.customer and t.is_primary limit 1), "
            "nullif(n.contract, 0), n.owner, e.main_department_id, n.day, n.ends, n.amount, n.received, n.planned, "
            "n.status, case n.status when 'void' then '客户取消采购' else '' end, case when n.status in ('draft', "
            "'void') "
            "then null else n.at end, n.at, n.at, n.owner from unnest(:id::bigint[], :no::text[], :name::text[], "
            ":customer::bigint[], :contract::bigint[], :owner::bigint[], :on::date[], :ends::date[], "
            ":amount::bigint[], "
            ":received::bigint[], :planned::bigint[], :status::text[], :at::timestamptz[]) n(id, no, name, customer, "
            "contract, owner, day, ends, amount, received, planned, status, at) join employee e on e.tenant_id = "
            ":tenant "
            "and e.id = n.owner",
            {bind("tenant", tenant_), bind("id", batch_.order), bind("no", batch_.no), bind("name", batch_.name),
             bind("customer", batch_.customer), bind("contract", batch_.contract), bind("owner", batch_.owner),
             bind("on", batch_.on), bind("ends", batch_.ends), bind("amount", batch_.amount),
             bind("received", batch_.received), bind("planned", batch_.planned), bind("status", batch_.status),
             bind("at", batch_.at)});
        sql_.execute(
            "insert into order_line (tenant_id, order_id, position, product_id, product_code, product_name, unit, "
            "list_e4, "
            "tax_bp, price_e4, quantity, discount_bp, subtotal_fen) select :tenant, n.id, n.position, p.id, p.code, "
            "p.name, p.unit, p.price_e4, p.tax_bp, p.price_e4, n.quantity, n.discount, n.subtotal from "
            "unnest(:id::bigint[], :position::bigint[], :product::bigint[], :quantity::bigint[], :discount::bigint[], "
            ":subtotal::bigint[]) n(id, position, product, quantity, discount, subtotal) join product p on p.tenant_id "
            "= "
            ":tenant and p.id = n.product",
            {bind("tenant", tenant_), bind("id", batch_.line_order), bind("position", batch_.position),
             bind("product", batch_.product), bind("quantity", batch_.quantity), bind("discount", batch_.discount),
             bind("subtotal", batch_.subtotal)});
        sql_.execute(
            "update customer c set deal_status = 'closed', first_deal_at = d.first, last_deal_at = d.last from (select "
            "customer_id, min(in_force_at) as first, max(in_force_at) as last from sales_order where tenant_id = "
            ":tenant "
            "and customer_id = any(:customer::bigint[]) and in_force_at is not null group by customer_id) d where "
            "c.tenant_id = :tenant and c.id = d.customer_id",
            {bind("tenant", tenant_), bind("customer", batch_.customer)});
    }
    void write_money() {
        sql_.execute(
            "insert into payment_plan (tenant_id, id, order_id, customer_id, owner_id, period, due_on, amount_fen, "
            "received_fen, status, created_at, updated_at, created_by) select :tenant, n.id, n.ord, n.customer, "
            "n.owner, "
            "n.period, n.due, n.amount, n.received, n.status, n.at, n.at, n.owner from unnest(:id::bigint[], "
            ":order::bigint[], :customer::bigint[], :owner::bigint[], :period::bigint[], :due::date[], "
            ":amount::bigint[], "
            ":received::bigint[], :status::text[], :at::timestamptz[]) n(id, ord, customer, owner, period, due, "
            "amount, "
            "received, status, at)",
            {bind("tenant", tenant_), bind("id", batch_.plan), bind("order", batch_.plan_order),
             bind("customer", batch_.plan_customer), bind("owner", batch_.plan_owner), bind("period", batch_.period),
             bind("due", batch_.due), bind("amount", batch_.plan_amount), bind("received", batch_.plan_received),
             bind("status", batch_.plan_status), bind("at", batch_.plan_at)});
        sql_.execute(
            "insert into payment (tenant_id, id, no, order_id, customer_id, owner_id, owner_department_id, amount_fen, "
            "paid_on, method, payer, status, approved_at, created_at, updated_at, created_by) select :tenant, n.id, "
            "n.no, "
            "n.ord, n.customer, n.owner, e.main_department_id, n.amount, n.day, n.method, n.payer, 'approved', n.at, "
            "n.at, "
            "n.at, n.owner from unnest(:id::bigint[], :no::text[], :order::bigint[], :customer::bigint[], "
            ":owner::bigint[], :amount::bigint[], :on::date[], :method::text[], :payer::text[], :at::timestamptz[]) "
            "n(id, "
            "no, ord, customer, owner, amount, day, method, payer, at) join employee e on e.tenant_id = :tenant and "
            "e.id = "
            "n.owner",
            {bind("tenant", tenant_), bind("id", batch_.payment), bind("no", batch_.pay_no),
             bind("order", batch_.pay_order), bind("customer", batch_.pay_customer), bind("owner", batch_.pay_owner),
             bind("amount", batch_.pay_amount), bind("on", batch_.paid_on), bind("method", batch_.method),
             bind("payer", batch_.payer), bind("at", batch_.pay_at)});
        sql_.execute(
            "insert into payment_allocation (tenant_id, payment_id, plan_id, amount_fen) select :tenant, n.payment, "
            "n.plan, "
            "n.amount from unnest(:payment::bigint[], :plan::bigint[], :amount::bigint[]) n(payment, plan, amount)",
            {bind("tenant", tenant_), bind("payment", batch_.payment), bind("plan", batch_.pay_plan),
             bind("amount", batch_.pay_amount)});
    }
    // What is still to come reminds people as it would in use.
    void write_timers() {
        sql_.execute(
            "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select :tenant, "
            ":bucket::smallint, x.kind, 'payment_plan', x.id, x.at, :zone, interval '24 hours' from (select "
            "'payment_plan_due', p.id, ((p.due_on - p.remind_days) + time '09:00') at time zone :zone from "
            "payment_plan p "
            "where p.tenant_id = :tenant and p.id = any(:plans::bigint[]) and p.status <> 'done' union all select "
            "'payment_plan_overdue', p.id, (p.due_on + 1)::timestamp at time zone :zone from payment_plan p where "
            "p.tenant_id = :tenant and p.id = any(:plans::bigint[]) and p.status <> 'done') x(kind, id, at) where x.at "
            "> "
            ":now",
            {bind("tenant", tenant_), bind("bucket", operation::bucket_of(tenant_)), bind("zone", zone_.name()),
             bind("now", now_), bind("plans", batch_.plan)});
    }

    database::Session& sql_;
    TenantId tenant_;
    Instant now_;
    Zone zone_;
    Date today_;
    Numbers products_;
    Numbers ids_;
    std::size_t at_ = 0;
    TradeBatch batch_;
};

std::int64_t category(database::Session& sql, TenantId tenant, std::string_view path, Instant now) {
    auto parent = std::optional<std::int64_t>{};
    for (auto const& name : text::split(path, '/'))
        parent = sql.value<std::int64_t>(
            "insert into product_category (tenant_id, parent_id, name, created_at, updated_at) values (:tenant, "
            ":parent, "
            ":name, :now, :now) on conflict (tenant_id, parent_id, name) do update set name = excluded.name returning "
            "id",
            {bind("tenant", tenant), bind("parent", parent), bind("name", name), bind("now", now)});
    return parent.value();
}

}  // namespace

void insert_products(database::Session& sql, TenantId tenant, Instant now) {
    auto words = std::vector<operation::CompanyWord>{};
    for (auto const& ware : wares()) {
        words.push_back({"product", std::string{ware.name}});
        words.push_back({"product", std::string{ware.code}});
        sql.execute(
            "insert into product (tenant_id, code, name, category_id, unit, price_e4, cost_e4, tax_bp, search_keys, "
            "created_at, updated_at) values (:tenant, :code, :name, :category, :unit, :price, :cost, :tax, :keys, "
            ":now, "
            ":now)",
            {bind("tenant", tenant), bind("code", ware.code), bind("name", ware.name),
             bind("category", category(sql, tenant, ware.category, now)), bind("unit", ware.unit),
             bind("price", ware.price_fen * 100), bind("cost", ware.price_fen * 60), bind("tax", ware.tax_bp),
             bind("keys", sales::search_keys(ware.name, "", ware.code)), bind("now", now)});
    }
    operation::keep_words(sql, tenant, words);
    auto const book = sql.value<std::int64_t>(
        "insert into price_book (tenant_id, name, remark, created_at, updated_at) values (:tenant, '标准渠道价', "
        "'低于底价的报价和订单需要审批', :now, :now) returning id",
        {bind("tenant", tenant), bind("now", now)});
    sql.execute(
        "insert into price_book_row (tenant_id, book_id, product_id, price_e4, floor_e4) select :tenant, :book, id, "
        "price_e4, price_e4 * 8 / 10 from product where tenant_id = :tenant",
        {bind("tenant", tenant), bind("book", book.value())});
}

void insert_orders(database::Session& sql, TenantId tenant, std::size_t first, std::size_t count, Instant now,
                   Zone const& zone) {
    auto customers = std::vector<Buyer>{};
    // Every order its customer: the oldest bought first, and some again.
    for (auto& [id, owner, name] : sql.rows<std::int64_t, std::int64_t, std::string>(
             "select id, owner_id, name from customer where tenant_id = :tenant and owner_id is not null and "
             "deleted_at is "
             "null order by no offset :from::bigint limit :count::bigint",
             {bind("tenant", tenant), bind("from", static_cast<std::int64_t>(first * 2 / 3)),
              bind("count", static_cast<std::int64_t>((count * 2 + 2) / 3))}))
        customers.push_back({id, owner, std::move(name)});
    if (customers.empty()) return;
    auto writer = Writer{sql, tenant, now, zone};
    for (std::size_t n = 0; n < count; ++n) writer.add(first + n, customers[n % customers.size()]);
    writer.write();
}

}  // namespace wescrm::demo
