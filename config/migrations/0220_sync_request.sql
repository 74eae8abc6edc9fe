-- Who asked for a synchronisation of the organisation and waits for its result.
create table sync_request (
    tenant_id   bigint      not null,
    employee_id bigint      not null,
    at          timestamptz not null,
    primary key (tenant_id, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('sync_request');
