-- What the app is talking about with whom.
create table dialogue (
    tenant_id   bigint      not null references tenant (id),
    employee_id bigint      not null,
    version     bigint      not null default 1,
    state       jsonb       not null default '{}',      -- pending question, offered choices, last records
    updated_at  timestamptz not null,
    primary key (tenant_id, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('dialogue');
