-- Documents that went to another owner kept his predecessor's department, by which figures are counted. The ownership
-- events know the right one. Company by company, because the rows of each are seen only with it.
do
$$
declare
    this_tenant bigint;
    kind record;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        for kind in
            select * from (values ('order', 'sales_order'), ('contract', 'contract'), ('quote', 'quote'), ('payment', 'payment'),
                ('invoice', 'invoice'), ('opportunity', 'opportunity')) k(object, table_name)
        loop
            execute format('update %I d set owner_department_id = e.to_department_id from (select distinct on (object_id) object_id, '
                'to_id, to_department_id from ownership_event where tenant_id = $1 and object = $2 order by object_id, at desc, id '
                'desc) e where d.tenant_id = $1 and d.id = e.object_id and d.owner_id = e.to_id and d.owner_department_id is distinct '
                'from e.to_department_id', kind.table_name)
                using this_tenant, kind.object;
        end loop;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
