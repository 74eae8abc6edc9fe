-- The organisation of a company: departments, employees, roles, and what synchronising it with WeCom leaves behind.

create table department (
    tenant_id     bigint      not null references tenant (id),
    id            bigint      not null default new_id(),
    wecom_id      bigint,                               -- null: made by hand
    parent_id     bigint,                               -- null: the root, 全公司
    name          text        not null,
    sort_order    bigint      not null default 0,
    path          bigint[]    not null,                 -- ids from the root to this department
    missing_since timestamptz,                          -- not seen in a complete list since
    removed_at    timestamptz,
    last_event_at timestamptz,
    version       bigint      not null default 1,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, wecom_id),
    foreign key (tenant_id, parent_id) references department (tenant_id, id)
);
create index department_parent on department (tenant_id, parent_id);
select protect_by_tenant('department');

create table employee (
    tenant_id            bigint      not null references tenant (id),
    id                   bigint      not null default new_id(),
    user_id              text        not null,          -- WeCom's userid; a renamed one is updated here
    name                 text        not null,
    status               text        not null default 'active' check (status in ('active', 'disabled', 'left')),
    position             text        not null default '',
    mobile               text,
    main_department_id   bigint,
    superior_id          bigint,                        -- resolved: the override, else WeCom's, else the heads above
    superior_override_id bigint,
    wecom_superior       text,                          -- userid that WeCom names as direct leader
    auth_generation      bigint      not null default 1, -- raised when rights change; ends sessions
    missing_since        timestamptz,
    last_event_at        timestamptz,
    left_at              timestamptz,
    left_reason          text,
    version              bigint      not null default 1,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, user_id),
    foreign key (tenant_id, main_department_id) references department (tenant_id, id),
    foreign key (tenant_id, superior_id) references employee (tenant_id, id),
    foreign key (tenant_id, superior_override_id) references employee (tenant_id, id)
);
create index employee_superior on employee (tenant_id, superior_id);
create index employee_department_main on employee (tenant_id, main_department_id);
create index employee_name on employee (tenant_id, name);
select protect_by_tenant('employee');

create table employee_department (
    tenant_id     bigint  not null,
    employee_id   bigint  not null,
    department_id bigint  not null,
    is_leader     boolean not null default false,
    sort_order    bigint  not null default 0,
    primary key (tenant_id, employee_id, department_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, department_id) references department (tenant_id, id)
);
create index employee_department_members on employee_department (tenant_id, department_id, is_leader);
select protect_by_tenant('employee_department');

create table role (
    tenant_id        bigint      not null references tenant (id),
    id               bigint      not null default new_id(),
    code             text,                              -- of a built-in role: administrator, report_administrator, …
    name             text        not null,
    is_builtin       boolean     not null default false,
    is_administrator boolean     not null default false,
    is_default       boolean     not null default false, -- given to new employees
    version          bigint      not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, name),
    unique (tenant_id, code)
);
select protect_by_tenant('role');

create table role_permission (
    tenant_id  bigint not null,
    role_id    bigint not null,
    permission text   not null,
    reach      text   not null check (reach in ('self', 'self_sub', 'dept', 'dept_tree', 'headed', 'custom', 'all')),
    primary key (tenant_id, role_id, permission),
    foreign key (tenant_id, role_id) references role (tenant_id, id)
);
select protect_by_tenant('role_permission');

create table role_department (
    tenant_id     bigint not null,
    role_id       bigint not null,
    department_id bigint not null,
    primary key (tenant_id, role_id, department_id),
    foreign key (tenant_id, role_id) references role (tenant_id, id),
    foreign key (tenant_id, department_id) references department (tenant_id, id)
);
select protect_by_tenant('role_department');

create table role_member (
    tenant_id   bigint not null,
    role_id     bigint not null,
    employee_id bigint not null,
    primary key (tenant_id, role_id, employee_id),
    foreign key (tenant_id, role_id) references role (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index role_member_employee on role_member (tenant_id, employee_id);
select protect_by_tenant('role_member');

create table sync_run (
    tenant_id    bigint      not null references tenant (id),
    id           bigint      not null default new_id(),
    started_at   timestamptz not null,
    finished_at  timestamptz,
    trigger      text        not null,                  -- manual, nightly, event, outage
    state        text        not null default 'running' check (state in ('running', 'done', 'incomplete', 'held', 'accepted', 'kept')),
    problem      text,
    range_digest text,                                  -- of the visible range, to see when it changed
    added        integer     not null default 0,
    changed      integer     not null default 0,
    missing      integer     not null default 0,
    deactivated  integer     not null default 0,
    rows_written integer     not null default 0,
    held_reason  text,
    decided_by   bigint,
    decided_at   timestamptz,
    primary key (tenant_id, id)
);
create index sync_run_recent on sync_run (tenant_id, started_at);
select protect_by_tenant('sync_run');

create table sync_change (
    tenant_id bigint  not null,
    run_id    bigint  not null,
    seq       integer not null,
    kind      text    not null,                         -- add, change, move, deactivate, hold
    object    text    not null,                         -- employee, department
    object_key text   not null,                         -- userid or WeCom department id
    name      text    not null,
    detail    text    not null default '',
    primary key (tenant_id, run_id, seq),
    foreign key (tenant_id, run_id) references sync_run (tenant_id, id)
);
select protect_by_tenant('sync_change');
