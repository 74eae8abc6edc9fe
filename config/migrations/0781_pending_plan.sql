-- Plans of an order that is not in force wait for that before they wait for money.
alter table payment_plan drop constraint payment_plan_status_check;
alter table payment_plan add constraint payment_plan_status_check
    check (status in ('pending', 'waiting', 'partial', 'done', 'overdue', 'void'));
do
$$
declare
    this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update payment_plan p set status = 'pending' from sales_order o
            where p.tenant_id = this_tenant and o.tenant_id = this_tenant and o.id = p.order_id and p.status = 'waiting'
                and o.status in ('draft', 'in_review', 'rejected');
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
