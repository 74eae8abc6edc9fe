-- To whom new leads go: rules in order, the first that fits and has somebody free.

create table lead_assignment_rule (
    tenant_id            bigint      not null references tenant (id),
    id                   bigint      not null default new_id(),
    name                 text        not null check (name <> ''),
    position             integer     not null default 0,
    enabled              boolean     not null default true,
    sources              text[]      not null default '{}',  -- empty: any
    channels             text[]      not null default '{}',
    provinces            text[]      not null default '{}',
    cities               text[]      not null default '{}',
    intended             text[]      not null default '{}',  -- words in what the lead wants
    mode                 text        not null default 'round_robin' check (mode in ('round_robin', 'weighted', 'least_open')),
    daily_cap            integer     check (daily_cap > 0),   -- of each member
    working_hours_only   boolean     not null default false,
    fallback_high_sea_id bigint,
    version              bigint      not null default 1,
    created_at           timestamptz not null,
    updated_at           timestamptz not null,
    created_by           bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, fallback_high_sea_id) references high_sea (tenant_id, id)
);
create unique index lead_assignment_rule_name on lead_assignment_rule (tenant_id, name);
select protect_by_tenant('lead_assignment_rule');

create table lead_assignment_member (
    tenant_id     bigint  not null,
    rule_id       bigint  not null,
    employee_id   bigint  not null,
    weight        integer not null default 1 check (weight > 0),
    on_duty       boolean not null default true,
    position      integer not null default 0,
    given         bigint  not null default 0,                 -- since the members were set
    last_given_at timestamptz,
    primary key (tenant_id, rule_id, employee_id),
    foreign key (tenant_id, rule_id) references lead_assignment_rule (tenant_id, id) on delete cascade,
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('lead_assignment_member');
