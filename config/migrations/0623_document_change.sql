-- Changes of orders and contracts that are in force: wanted, agreed to or not, with what they change.
create table document_change (
    tenant_id   bigint      not null references tenant (id),
    id          bigint      not null default new_id(),
    object      text        not null check (object in ('order', 'contract')),
    document_id bigint      not null,
    reason      text        not null,
    wanted      jsonb       not null,                  -- the input of the change
    before      jsonb       not null,                  -- of what it changes, as it was when it was asked for
    after       jsonb       not null,
    summary     text        not null,                  -- the same in words
    status      text        not null default 'pending' check (status in ('pending', 'applied', 'rejected', 'withdrawn')),
    created_at  timestamptz not null,
    created_by  bigint,
    ended_at    timestamptz,
    ended_by    bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    foreign key (tenant_id, ended_by) references employee (tenant_id, id)
);
create unique index document_change_pending on document_change (tenant_id, object, document_id) where status = 'pending';
create index document_change_document on document_change (tenant_id, object, document_id, created_at desc, id);
select protect_by_tenant('document_change');
