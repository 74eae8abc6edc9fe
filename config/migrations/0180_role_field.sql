-- What a role says about single fields. A role without a row for a field allows it; of several roles the most permissive counts.
create table role_field (
    tenant_id bigint   not null,
    role_id   bigint   not null,
    object    text     not null,
    field     text     not null,
    level     smallint not null check (level between 0 and 2),  -- 0 hidden 1 read 2 edit
    mask      smallint not null check (mask between 0 and 2),   -- of phone numbers: 0 none 1 in lists 2 everywhere
    primary key (tenant_id, role_id, object, field),
    foreign key (tenant_id, role_id) references role (tenant_id, id)
);
select protect_by_tenant('role_field');
