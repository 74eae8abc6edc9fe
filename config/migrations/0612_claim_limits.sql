-- How many records of a pool somebody may open on a day, and pools that collect claims before they decide.

alter table high_sea
    add column view_daily_limit integer check (view_daily_limit >= 0),
    add column fair_minutes     integer check (fair_minutes between 1 and 1440);

alter table holding_cap
    add column version    bigint      not null default 1,
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now(),
    add column created_by bigint;

-- Which records of a pool somebody has opened on which day of the company.
create table high_sea_view (
    tenant_id   bigint not null,
    high_sea_id bigint not null,
    employee_id bigint not null,
    day         date   not null,
    object_id   bigint not null,
    primary key (tenant_id, high_sea_id, employee_id, day, object_id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('high_sea_view');

-- One round of claims for one record: open until its time, then decided once.
create table claim_round (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    object      text        not null check (object in ('customer', 'lead')),
    object_id   bigint      not null,
    high_sea_id bigint      not null,
    opened_at   timestamptz not null,
    closes_at   timestamptz not null,
    closed_at   timestamptz,
    winner_id   bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id),
    foreign key (tenant_id, winner_id) references employee (tenant_id, id)
);
create unique index claim_round_open on claim_round (tenant_id, object, object_id) where closed_at is null;
select protect_by_tenant('claim_round');

create table claim_bid (
    tenant_id   bigint      not null,
    round_id    bigint      not null,
    employee_id bigint      not null,
    at          timestamptz not null,
    score       integer,                     -- when it was decided
    refusal     text        not null default '',
    primary key (tenant_id, round_id, employee_id),
    foreign key (tenant_id, round_id) references claim_round (tenant_id, id) on delete cascade,
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('claim_bid');
