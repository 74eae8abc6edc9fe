-- An invoice keeps the whole title as it was, names the contract, and says how it is handed over.
alter table invoice
    add column bank        text not null default '',
    add column account     text not null default '',
    add column address     text not null default '',
    add column phone       text not null default '',
    add column contract_id bigint,
    add column delivery    text not null default '',
    add foreign key (tenant_id, contract_id) references contract (tenant_id, id);
create index invoice_contract on invoice (tenant_id, contract_id) where contract_id is not null;

-- What is there gets what its title says today. Company by company, because the rows of each are seen only with it.
do
$$
declare
    this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update invoice i set bank = t.bank, account = t.account, address = t.address, phone = t.phone
            from invoice_title t where i.tenant_id = this_tenant and t.tenant_id = this_tenant
            and t.customer_id = i.customer_id and t.name = i.title_name;
        update invoice i set contract_id = o.contract_id
            from sales_order o where i.tenant_id = this_tenant and o.tenant_id = this_tenant and o.id = i.order_id
            and o.contract_id is not null;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
