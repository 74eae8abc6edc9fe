-- A company's own states of orders, between those that every order goes through; what it calls those; and who may move
-- an order from where to where. No row in order_flow: the usual names, and every move that the life of an order allows.
create table order_state (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    name       text        not null,
    phase      text        not null check (phase in ('in_force', 'executing')),  -- of which it is a part
    position   integer     not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
select protect_by_tenant('order_state');

create table order_flow (
    tenant_id  bigint      not null references tenant (id),
    settings   jsonb       not null default '{}',   -- {names: {in_force: …}, moves: [{from, to, role_ids, needs_reason}]}
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    updated_by bigint,
    primary key (tenant_id),
    foreign key (tenant_id, updated_by) references employee (tenant_id, id)
);
select protect_by_tenant('order_flow');

alter table sales_order
    add column state_id bigint,
    add foreign key (tenant_id, state_id) references order_state (tenant_id, id),
    add check (state_id is null or status in ('in_force', 'executing'));
create index sales_order_state on sales_order (tenant_id, state_id) where state_id is not null;
