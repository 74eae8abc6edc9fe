-- What the app is talking about with whom.
create table dialogue (
    tenant_id   bigint      not null references tenant (id),
    employee_id bigint      not null,
    version     bigint      not null default 1,
    state       jsonb       not null default '{}',      -- pending question, offered choices, last records
    updated_at  timestamptz not null,
    primary key (tenant_id, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('dialogue');

-- What a person wrote in the chat, so that it can be taken back.
create table chat_write (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    employee_id bigint      not null,
    operation   text        not null,
    object      text        not null,
    object_id   bigint      not null,
    object_version bigint   not null,                   -- after the write; another version means somebody changed it since
    title       text        not null,                   -- for people: what was written
    before      jsonb       not null default '{}',      -- what undoing restores
    at          timestamptz not null,
    undone_at   timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index chat_write_recent on chat_write (tenant_id, employee_id, at desc);
select protect_by_tenant('chat_write');
