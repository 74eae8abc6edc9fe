-- How people want to be reminded, how much they were told on a day, and what waits for their next morning digest.
create table reminder_wish (
    tenant_id   bigint      not null,
    employee_id bigint      not null,
    muted       text[]      not null default '{}',      -- task, contact, lead
    quiet_from  text,                                   -- null, as quiet_to: the company's quiet hours
    quiet_to    text,
    has_digest  boolean     not null default true,
    digest_at   text,                                   -- null: the company's time
    version     bigint      not null default 1,
    updated_at  timestamptz not null,
    primary key (tenant_id, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    check ((quiet_from is null) = (quiet_to is null))
);
select protect_by_tenant('reminder_wish');

create table reminder_budget (
    tenant_id   bigint  not null,
    employee_id bigint  not null,
    day         date    not null,                       -- of the company's calendar
    said        integer not null,
    primary key (tenant_id, employee_id, day),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('reminder_budget');

create table reminder_held (
    tenant_id   bigint      not null,
    employee_id bigint      not null,
    kind        text        not null,
    ref_kind    text        not null,
    ref_id      bigint      not null,
    occurrence  integer     not null,
    due_at      timestamptz not null,
    primary key (tenant_id, employee_id, kind, ref_kind, ref_id, occurrence),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('reminder_held');
