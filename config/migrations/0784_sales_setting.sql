-- What a company has agreed on about deals: what a deal needs before it is won, money before an order is in force, how much may be
-- invoiced, and the reasons to choose from. No row: as it was.
create table sales_setting (
    tenant_id  bigint      not null references tenant (id),
    settings   jsonb       not null default '{}',
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    updated_by bigint,
    primary key (tenant_id),
    foreign key (tenant_id, updated_by) references employee (tenant_id, id)
);
select protect_by_tenant('sales_setting');
