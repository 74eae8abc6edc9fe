-- What 0191 meant, company by company: without one, its rows are not seen, and 0191 changed none.
do $$
declare this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update employee e set activated_at = d.updated_at from dialogue d
            where e.tenant_id = this_tenant and d.tenant_id = this_tenant and d.employee_id = e.id and e.activated_at is null;
    end loop;
    perform set_config('app.tenant', '', true);
end $$;
