-- What was assigned to somebody and may be declined for a while; then it goes back to where it came from.
create table assignment_offer (
    tenant_id     bigint      not null references tenant (id),
    id            bigint      not null default new_id(),
    object        text        not null check (object in ('customer', 'lead')),
    object_id     bigint      not null,
    employee_id   bigint      not null,                        -- to whom
    assigner_id   bigint,                                      -- null: the system
    from_id       bigint,                                      -- who had it
    high_sea_id   bigint,                                      -- or the pool it lay in
    given_reason  text        not null default '',
    status        text        not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'void')),
    reason        text        not null default '',             -- why it was declined
    decline_until timestamptz not null,
    decided_at    timestamptz,
    version       bigint      not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, assigner_id) references employee (tenant_id, id),
    foreign key (tenant_id, from_id) references employee (tenant_id, id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id) on delete cascade
);
create unique index assignment_offer_open on assignment_offer (tenant_id, object, object_id) where status = 'pending';
create index assignment_offer_employee on assignment_offer (tenant_id, employee_id, status, created_at desc, id);
select protect_by_tenant('assignment_offer');
