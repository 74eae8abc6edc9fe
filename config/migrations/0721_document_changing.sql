-- Of which a change waits for consent: as lists show and filter it.
alter table sales_order add column changing boolean not null default false;
alter table contract add column changing boolean not null default false;
create index sales_order_changing on sales_order (tenant_id, created_at, id) where changing;
create index contract_changing on contract (tenant_id, created_at, id) where changing;
do
$$
declare
    this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update sales_order d set changing = true from document_change h
            where d.tenant_id = this_tenant and h.tenant_id = this_tenant and h.object = 'order' and h.document_id = d.id and h.status = 'pending';
        update contract d set changing = true from document_change h
            where d.tenant_id = this_tenant and h.tenant_id = this_tenant and h.object = 'contract' and h.document_id = d.id and h.status = 'pending';
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
