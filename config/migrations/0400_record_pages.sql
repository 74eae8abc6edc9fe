-- What people keep for themselves on the pages of records: the ones they follow, and lists as they like them.

create table favourite (
    tenant_id   bigint      not null,
    employee_id bigint      not null,
    object      text        not null,
    object_id   bigint      not null,
    created_at  timestamptz not null,
    primary key (tenant_id, employee_id, object, object_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index favourite_object on favourite (tenant_id, object, object_id);
select protect_by_tenant('favourite');

create table saved_view (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    employee_id bigint      not null,
    object      text        not null,
    name        text        not null,
    query       text        not null,               -- the list's filters, as in its address
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    created_by  bigint,
    primary key (tenant_id, id),
    unique (tenant_id, employee_id, object, name),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('saved_view');
