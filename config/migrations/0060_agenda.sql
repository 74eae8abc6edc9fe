-- What people have to do, and when they want to be reminded.
create table task (
    tenant_id    bigint      not null,
    id           bigint      not null default new_id(),
    title        text        not null,
    due_at       timestamptz,
    remind_at    timestamptz,
    assignee_id  bigint      not null,
    status       text        not null default 'open' check (status in ('open', 'done', 'cancelled')),
    target_type  text,
    target_id    bigint,
    done_at      timestamptz,
    version      bigint      not null default 1,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    created_by   bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, assignee_id) references employee (tenant_id, id),
    check ((target_type is null) = (target_id is null))
);
create index task_assignee on task (tenant_id, assignee_id, due_at) where status = 'open';
create index task_target on task (tenant_id, target_type, target_id);
create index task_created on task (tenant_id, created_at desc, id);
select protect_by_tenant('task');
