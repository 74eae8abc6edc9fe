-- Customers that may be one and the same, found at night; what somebody decided about a pair is remembered.
create table duplicate_pair (
    tenant_id  bigint      not null,
    id         bigint      not null default new_id(),
    first_id   bigint      not null,                    -- customers; the smaller id first
    second_id  bigint      not null,
    reasons    text[]      not null,                    -- phone, contact, name
    score      smallint    not null,                    -- the higher, the likelier
    state      text        not null default 'open' check (state in ('open', 'ignored')),
    found_at   timestamptz not null,                    -- by the latest scan
    decided_at timestamptz,
    decided_by bigint,
    version    bigint      not null default 1,
    primary key (tenant_id, id),
    unique (tenant_id, first_id, second_id),
    check (first_id < second_id),
    foreign key (tenant_id, decided_by) references employee (tenant_id, id)
);
create index duplicate_pair_open on duplicate_pair (tenant_id, state, score desc, id);
create index duplicate_pair_second on duplicate_pair (tenant_id, second_id);
select protect_by_tenant('duplicate_pair');
