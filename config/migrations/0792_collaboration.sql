-- A lead whose customer a colleague has: its owner is asked to let the lead's owner work with it, decided once.
create table collaboration_request (
    tenant_id    bigint      not null references tenant (id),
    id           bigint      not null default new_id(),
    lead_id      bigint      not null,
    customer_id  bigint      not null,
    reason       text        not null,
    status       text        not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'withdrawn')),
    applicant_id bigint      not null,
    decided_by   bigint,
    decided_at   timestamptz,
    comment      text        not null default '',
    version      bigint      not null default 1,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, lead_id) references lead (tenant_id, id) on delete cascade,
    foreign key (tenant_id, customer_id) references customer (tenant_id, id) on delete cascade,
    foreign key (tenant_id, applicant_id) references employee (tenant_id, id),
    foreign key (tenant_id, decided_by) references employee (tenant_id, id)
);
create unique index collaboration_request_open on collaboration_request (tenant_id, lead_id, customer_id) where status = 'pending';
create index collaboration_request_customer on collaboration_request (tenant_id, customer_id, status);
create index collaboration_request_applicant on collaboration_request (tenant_id, applicant_id, created_at desc, id);
create index collaboration_request_listed on collaboration_request (tenant_id, created_at desc, id);
select protect_by_tenant('collaboration_request');
