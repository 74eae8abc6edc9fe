-- Tags of customers, merged customers, and what else may be taken back in a chat.

create table tag (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    name       text        not null,
    version    bigint      not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by bigint,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
select protect_by_tenant('tag');

create table customer_tag (
    tenant_id   bigint      not null,
    customer_id bigint      not null,
    tag_id      bigint      not null,
    created_at  timestamptz not null,
    primary key (tenant_id, customer_id, tag_id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id)
);
create index customer_tag_tag on customer_tag (tenant_id, tag_id);
select protect_by_tenant('customer_tag');

alter table customer add column merged_into_id bigint;  -- of a deleted one: where its contacts and history are now
alter table customer add foreign key (tenant_id, merged_into_id) references customer (tenant_id, id);

alter table undo_entry drop constraint undo_entry_action_check;
alter table undo_entry add check (action in ('create', 'change', 'owner', 'tags'));
