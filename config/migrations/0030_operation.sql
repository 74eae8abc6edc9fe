-- What every operation leaves or relies on: audit, keys of the REST interface, repeated requests.

create table audit_log (
    tenant_id  bigint      not null,
    id         bigint      not null default new_id(),
    at         timestamptz not null,
    actor_id   bigint,                                  -- null: the system
    via        text        not null,
    request_id text        not null default '',
    object     text        not null,
    object_id  bigint      not null,
    action     text        not null,
    before     jsonb,
    after      jsonb,
    reason     text        not null default '',
    xid        xid8        not null default pg_current_xact_id(),
    primary key (tenant_id, at, id)
) partition by range (at);
create table audit_log_default partition of audit_log default;
create index audit_log_object on audit_log (tenant_id, object, object_id, at);
create index audit_log_actor on audit_log (tenant_id, actor_id, at);
select protect_by_tenant('audit_log');
select protect_by_tenant('audit_log_default');

create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception 'append-only' using errcode = '42501'; end $$;
create trigger audit_log_append_only before update or delete on audit_log for each row execute function refuse_change();

create table api_key (
    tenant_id    bigint      not null references tenant (id),
    id           bigint      not null default new_id(),
    employee_id  bigint      not null,
    name         text        not null,
    key_hash     bytea       not null,                  -- SHA-256; the key itself is shown once and never stored
    created_at   timestamptz not null,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, key_hash),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('api_key');

create table idempotency_key (
    tenant_id    bigint      not null references tenant (id),
    employee_id  bigint      not null,
    key          text        not null,
    request_hash bytea       not null,                  -- of method, path and body
    status       integer     not null,
    answer       text        not null,
    headers      text        not null default '{}',
    created_at   timestamptz not null,
    primary key (tenant_id, employee_id, key)
);
select protect_by_tenant('idempotency_key');
