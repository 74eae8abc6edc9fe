-- More that may have to hold before an opportunity leaves a stage, and when it is closed by itself.
alter table sales_stage
    add column required_tasks  text[]  not null default '{}',       -- titles of tasks of the opportunity that must be done
    add column min_attachments integer not null default 0 check (min_attachments >= 0),
    add column needs_approval  boolean not null default false,      -- granted since it came into the stage
    add column close_after     integer check (close_after > 0),     -- days; null: never closed by itself
    add column close_basis     text    not null default 'idle' check (close_basis in ('stage', 'idle', 'expected'));
alter table sales_process
    add column close_warn_days integer not null default 3 check (close_warn_days between 1 and 30);

-- An owner was told that an opportunity is going to be closed; nothing is closed without it.
create table opportunity_close_warning (
    tenant_id      bigint      not null,
    opportunity_id bigint      not null,
    due_on         date        not null,               -- by the stage's limit
    close_on       date        not null,               -- the day that the warning named: kept through it
    owner_id       bigint      not null,
    effect_key     text        not null,               -- of the message
    warned_at      timestamptz not null,
    delivered_at   timestamptz,
    primary key (tenant_id, opportunity_id, due_on),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id)
);
create index opportunity_close_warning_waiting on opportunity_close_warning (tenant_id, effect_key) where delivered_at is null;
select protect_by_tenant('opportunity_close_warning');
