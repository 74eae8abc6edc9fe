-- Which field a heading of imported tables means: remembered for the whole company, so that the next file maps itself.
create table import_heading (
    tenant_id   bigint      not null references tenant (id),
    object      text        not null,
    heading     text        collate "C" not null,      -- in lower case, without marks and brackets
    field       text        not null,                  -- "mobile", "custom.budget"; "-": not imported
    employee_id bigint      not null,                  -- who mapped it last
    updated_at  timestamptz not null,
    primary key (tenant_id, object, heading),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('import_heading');
