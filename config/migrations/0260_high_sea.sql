-- High seas: pools of records without an owner, for customers and leads, their seats, entry rules, and what the rules need to know of a record.

create table high_sea (
    tenant_id         bigint      not null references tenant (id),
    id                bigint      not null default new_id(),
    object            text        not null check (object in ('customer', 'lead')),
    name              text        not null check (name <> ''),
    enabled           boolean     not null default true,
    position          integer     not null default 0,    -- among the pools of one person the lowest counts
    is_open           boolean     not null default false, -- everybody of the company is a member
    members_claim     boolean     not null default true, -- false: admins assign, members only look
    may_return        boolean     not null default true,
    may_move          boolean     not null default true, -- out of it into another pool
    claim_daily_limit integer     check (claim_daily_limit >= 0),
    holding_cap       integer     check (holding_cap >= 0),
    cooldown_days     integer     check (cooldown_days >= 0),
    quiet_hours       integer     check (quiet_hours >= 0),
    claims_per_record integer     check (claims_per_record > 0),
    assign_days       integer     check (assign_days > 0), -- so long unassigned: its admins hear of it
    hidden_fields     text[]      not null default '{}', -- besides phones, for whoever is no admin of the pool
    rules_version     integer     not null default 1,
    version           bigint      not null default 1,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    created_by        bigint,
    deleted_at        timestamptz,
    primary key (tenant_id, id)
);
create unique index high_sea_name on high_sea (tenant_id, object, name) where deleted_at is null;
select protect_by_tenant('high_sea');

-- Exactly one of employee and department (with those below it).
create table high_sea_seat (
    tenant_id     bigint  not null,
    id            bigint  not null default new_id(),
    high_sea_id   bigint  not null,
    employee_id   bigint,
    department_id bigint,
    is_admin      boolean not null default false,
    primary key (tenant_id, id),
    check ((employee_id is null) <> (department_id is null)),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, department_id) references department (tenant_id, id)
);
create index high_sea_seat_pool on high_sea_seat (tenant_id, high_sea_id);
create index high_sea_seat_employee on high_sea_seat (tenant_id, employee_id);
create index high_sea_seat_department on high_sea_seat (tenant_id, department_id);
select protect_by_tenant('high_sea_seat');

create table high_sea_rule (
    tenant_id    bigint    not null,
    id           bigint    not null default new_id(),
    high_sea_id  bigint    not null,
    kind         text      not null check (kind in ('no_follow', 'no_deal', 'no_opportunity', 'first_follow', 'contract_end')),
    enabled      boolean   not null default true,
    days         integer   not null check (days > 0),
    renewal_days integer   check (renewal_days > 0),
    max_days     integer   check (max_days > 0),
    level        text      not null default '',          -- '': every level
    warn_days    integer[] not null default '{7,3,1}',
    superior_step integer,                               -- from this step on the superior is warned too; null: at the last
    exempt       text[]    not null default '{}',
    working_days boolean   not null default false,       -- days are counted by the working calendar
    min_content  integer   not null default 0,           -- characters of a follow-up that counts
    methods      text[]    not null default '{}',        -- of a follow-up that counts; empty: any
    origins      text[]    not null default '{}',        -- how the record was acquired; empty: any
    position     integer   not null default 0,
    primary key (tenant_id, id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id)
);
create index high_sea_rule_pool on high_sea_rule (tenant_id, high_sea_id);
select protect_by_tenant('high_sea_rule');

-- What one person may hold, where it differs from the cap of the pool.
create table holding_cap (
    tenant_id     bigint  not null,
    id            bigint  not null default new_id(),
    object        text    not null check (object in ('customer', 'lead')),
    employee_id   bigint,
    department_id bigint,
    cap           integer not null check (cap >= 0),
    primary key (tenant_id, id),
    unique (tenant_id, object, employee_id),
    unique (tenant_id, object, department_id),
    check ((employee_id is null) <> (department_id is null)),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, department_id) references department (tenant_id, id)
);
select protect_by_tenant('holding_cap');

-- Days on which the company works or not, where it differs from the official calendar.
create table calendar_day (
    tenant_id  bigint  not null references tenant (id),
    day        date    not null,
    is_working boolean not null,
    name       text    not null default '',
    primary key (tenant_id, day)
);
select protect_by_tenant('calendar_day');

alter table customer
    add column pool_entered_at      timestamptz,
    add column pool_entry           text check (pool_entry in ('create', 'return', 'recall', 'recycle', 'import', 'move')),
    add column pool_reason          text        not null default '',
    add column pool_entries         integer     not null default 0,  -- how often it came back
    add column former_owner_id      bigint,
    add column recycle_rule_id      bigint,
    add column recycle_high_sea_id  bigint,                          -- where it would go
    add column recycle_floor_at     timestamptz,                     -- not before, so that a warning can come first
    add column recycle_extra_days   integer     not null default 0,  -- granted
    add column protected_until      timestamptz,                     -- locked against recycling; 'infinity' too
    add column if not exists last_deal_at timestamptz,
    add foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id);
create index customer_recycle_due on customer (tenant_id, recycle_due_at, id) where recycle_due_at is not null and deleted_at is null;
create index customer_pool on customer (tenant_id, high_sea_id, pool_entered_at desc, id) where high_sea_id is not null and deleted_at is null;

-- One row for each warning about one due instant of one record; delivered when a push of it was sent.
create table recycle_warning (
    tenant_id    bigint      not null,
    object       text        not null,
    object_id    bigint      not null,
    due_at       timestamptz not null,
    step         integer     not null,                  -- days before the due day
    owner_id     bigint,
    effect_key   text        not null,                  -- of the push (outbox)
    warned_at    timestamptz not null,
    delivered_at timestamptz,
    primary key (tenant_id, object, object_id, due_at, step)
);
create index recycle_warning_open on recycle_warning (tenant_id, effect_key) where delivered_at is null;
select protect_by_tenant('recycle_warning');

-- The nightly runs: what they did, and where one that is under way goes on.
create table high_sea_run (
    tenant_id   bigint      not null references tenant (id),
    day         date        not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    warned      integer     not null default 0,
    postponed   integer     not null default 0,
    recycled    integer     not null default 0,
    failed      integer     not null default 0,
    failures    jsonb       not null default '[]',
    phase       text        not null default 'customer' check (phase in ('customer', 'lead', 'tell', 'done')),
    cursor_due  timestamptz,
    cursor_id   bigint      not null default 0,
    primary key (tenant_id, day)
);
select protect_by_tenant('high_sea_run');

-- More time asked for.
create table recycle_extension (
    tenant_id    bigint      not null,
    id           bigint      not null default new_id(),
    object       text        not null check (object in ('customer', 'lead')),
    object_id    bigint      not null,
    days         integer     not null check (days > 0),
    reason       text        not null,
    status       text        not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'withdrawn')),
    applicant_id bigint      not null,
    approver_id  bigint,
    decided_by   bigint,
    decided_at   timestamptz,
    comment      text        not null default '',
    version      bigint      not null default 1,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, applicant_id) references employee (tenant_id, id)
);
create index recycle_extension_object on recycle_extension (tenant_id, object, object_id);
create index recycle_extension_approver on recycle_extension (tenant_id, approver_id, status);
create unique index recycle_extension_pending on recycle_extension (tenant_id, object, object_id) where status = 'pending';
select protect_by_tenant('recycle_extension');

-- The claims of one person on one day, and how often one record was claimed: read on every claim.
create index ownership_event_pool on ownership_event (tenant_id, high_sea_id, at);
create index ownership_event_from on ownership_event (tenant_id, from_id, object_id, at);
alter table ownership_event add column rule_version integer;

-- What every company has: one pool of customers and one of leads, open to all, without rules until somebody switches them on.
create function add_first_high_seas(company bigint) returns void language sql as
$$
    insert into high_sea (tenant_id, object, name, is_open, position, claim_daily_limit, holding_cap, cooldown_days)
    values (company, 'customer', '客户公海', true, 100, 20, 200, 7), (company, 'lead', '线索池', true, 100, 20, 200, 7);
    -- A lead that nobody contacts: its owner hears after a day, his superior too after three, after seven it goes back.
    insert into high_sea_rule (tenant_id, high_sea_id, kind, enabled, days, warn_days, superior_step, exempt, position)
    select company, h.id, r.kind, false, r.days, r.warn, r.superior, r.exempt, r.position from high_sea h
    join (values ('customer', 'no_follow', 30, '{7,3,1}'::integer[], null::integer, '{closed}'::text[], 0),
                 ('customer', 'no_deal', 90, '{7,3,1}', null, '{closed}', 1),
                 ('lead', 'first_follow', 7, '{6,4,1}', 4, '{}', 0),
                 ('lead', 'no_follow', 30, '{7,3,1}', null, '{}', 1))
        r (object, kind, days, warn, superior, exempt, position) on r.object = h.object
    where h.tenant_id = company;
$$;
create function on_new_company() returns trigger language plpgsql as
$$
declare
    before text := current_setting('app.tenant', true);
begin
    perform set_config('app.tenant', new.id::text, true);
    perform add_first_high_seas(new.id);
    perform set_config('app.tenant', coalesce(before, ''), true);
    return null;
end
$$;
create trigger tenant_first_high_seas after insert on tenant for each row execute function on_new_company();
do $$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        perform add_first_high_seas(company);
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
