-- Who else sees a record: rules that share the records of some owners, and single records that are shared.

create table share_rule (
    tenant_id               bigint      not null references tenant (id),
    id                      bigint      not null default new_id(),
    objects                 text[]      not null check (cardinality(objects) > 0),   -- kinds of records
    source_type             text        not null check (source_type in ('employee', 'department')),
    source_employee_id      bigint,                     -- whose records, as a person …
    source_department_id    bigint,                     -- … or as everybody whose main department it is
    target_type             text        not null check (target_type in ('employee', 'department', 'role')),
    target_employee_id      bigint,
    target_department_id    bigint,
    target_role_id          bigint,
    power                   text        not null check (power in ('read', 'write')),
    include_sub_departments boolean     not null default true,    -- of source and target
    enabled                 boolean     not null default true,
    valid_from              timestamptz,
    valid_to                timestamptz,
    version                 bigint      not null default 1,
    created_at              timestamptz not null,
    updated_at              timestamptz not null,
    created_by              bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, source_employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, source_department_id) references department (tenant_id, id),
    foreign key (tenant_id, target_employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, target_department_id) references department (tenant_id, id),
    foreign key (tenant_id, target_role_id) references role (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check ((source_type = 'employee') = (source_employee_id is not null)),
    check ((source_type = 'department') = (source_department_id is not null)),
    check ((target_type = 'employee') = (target_employee_id is not null)),
    check ((target_type = 'department') = (target_department_id is not null)),
    check ((target_type = 'role') = (target_role_id is not null)),
    check (valid_to > valid_from)
);
create index share_rule_to_employee on share_rule (tenant_id, target_employee_id) where enabled;
create index share_rule_to_department on share_rule (tenant_id, target_department_id) where enabled;
create index share_rule_to_role on share_rule (tenant_id, target_role_id) where enabled;
select protect_by_tenant('share_rule');

-- One record for the people of a department; a single person becomes a member of the record's team instead.
create table record_share (
    tenant_id               bigint      not null references tenant (id),
    object                  text        not null,
    object_id               bigint      not null,
    department_id           bigint      not null,
    power                   text        not null check (power in ('read', 'write')),
    include_sub_departments boolean     not null default true,
    expires_at              timestamptz,
    created_at              timestamptz not null,
    created_by              bigint,
    primary key (tenant_id, object, object_id, department_id),
    foreign key (tenant_id, department_id) references department (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index record_share_department on record_share (tenant_id, department_id, object);
select protect_by_tenant('record_share');

alter table team_member add column added_by bigint;

alter table role add column description text not null default '';

-- Lists of customers in every order that is offered, as far as somebody sees them. Whoever sees much walks along these …
drop index if exists customer_updated;
drop index customer_created;
create index customer_by_updated on customer (tenant_id, updated_at, id) include (owner_id, high_sea_id) where deleted_at is null;
create index customer_by_created on customer (tenant_id, created_at, id) include (owner_id, high_sea_id) where deleted_at is null;
create index customer_by_name on customer (tenant_id, name, id) include (owner_id, high_sea_id) where deleted_at is null;
create index customer_by_no on customer (tenant_id, no, id) include (owner_id, high_sea_id) where deleted_at is null;
create index customer_by_follow on customer (tenant_id, coalesce(last_follow_at, '-infinity'), id)
    include (owner_id, high_sea_id, last_follow_at) where deleted_at is null;
create index customer_by_contact on customer (tenant_id, coalesce(next_contact_at, 'infinity'), id)
    include (owner_id, high_sea_id, next_contact_at) where deleted_at is null;
-- … whoever sees few owners takes the first rows of each from this one, which has every order's key.
drop index customer_owner;
create index customer_owner on customer (tenant_id, owner_id, updated_at, id)
    include (high_sea_id, created_at, name, no, last_follow_at, next_contact_at) where deleted_at is null;
