-- The nightly look for duplicates goes through names and phones in order, piece by piece, and compares leads as well.
create index customer_name_front on customer (tenant_id, name_core collate "C", id) where deleted_at is null;
create index customer_name_back on customer (tenant_id, (reverse(name_core)) collate "C", id) where deleted_at is null;

-- How far the present scan of a company has come.
create table duplicate_scan (
    tenant_id  bigint      not null references tenant (id),
    started_at timestamptz not null,
    phase      text        not null check (phase in ('front', 'back', 'phone', 'lead', 'done')),
    word       text        not null default '',        -- the last name or phone that is through
    record_id  bigint      not null default 0,
    primary key (tenant_id)
);
select protect_by_tenant('duplicate_scan');

-- Leads that may be somebody who is a customer already.
create table duplicate_lead (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    lead_id     bigint      not null,
    customer_id bigint      not null,
    reasons     text[]      not null,                  -- phone, contact, name
    score       smallint    not null,
    state       text        not null default 'open' check (state in ('open', 'ignored')),
    found_at    timestamptz not null,                  -- by the latest scan
    decided_at  timestamptz,
    decided_by  bigint,
    version     bigint      not null default 1,
    primary key (tenant_id, id),
    unique (tenant_id, lead_id, customer_id),
    foreign key (tenant_id, decided_by) references employee (tenant_id, id)
);
create index duplicate_lead_open on duplicate_lead (tenant_id, state, score desc, id);
create index duplicate_lead_customer on duplicate_lead (tenant_id, customer_id);
select protect_by_tenant('duplicate_lead');
