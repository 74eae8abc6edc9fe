-- Companies, and the tools that every later migration uses.
create extension if not exists pg_trgm;

create sequence id_source as bigint;

-- An id for any row, unique on the installation. Consecutive rows get ids far apart, so that nobody learns from his own ids
-- how many records the other companies create. (An odd factor modulo a power of two maps one to one.)
create function new_id() returns bigint language sql volatile as
$$ select ((nextval('id_source')::numeric * 1152921504606846883) % 2305843009213693952)::bigint $$;

-- The second lock: without the right app.tenant no row of the table is seen or written, not even by its owner.
create function protect_by_tenant(table_name regclass) returns void language plpgsql as
$$
begin
    execute format('alter table %s enable row level security', table_name);
    execute format('alter table %s force row level security', table_name);
    execute format('create policy tenant_lock on %s '
        'using (tenant_id = (select nullif(current_setting(''app.tenant'', true), '''')::bigint)) '
        'with check (tenant_id = (select nullif(current_setting(''app.tenant'', true), '''')::bigint))', table_name);
end
$$;

-- Queues are worked across companies: their rows are also open to a transaction that declared itself a queue worker.
create function protect_queue(table_name regclass) returns void language plpgsql as
$$
begin
    execute format('alter table %s enable row level security', table_name);
    execute format('alter table %s force row level security', table_name);
    execute format('create policy tenant_lock on %s '
        'using (tenant_id = (select nullif(current_setting(''app.tenant'', true), '''')::bigint) '
        '       or (select current_setting(''app.queues'', true)) = ''on'') '
        'with check (tenant_id = (select nullif(current_setting(''app.tenant'', true), '''')::bigint) '
        '       or (select current_setting(''app.queues'', true)) = ''on'')', table_name);
end
$$;

-- All pairs of neighbouring characters, for the search of words of two characters and more in Chinese text.
create function bigrams(value text) returns text[] language sql immutable parallel safe as
$$ select coalesce(array_agg(distinct substr(lower(value), i, 2)), '{}') from generate_series(1, greatest(length(value) - 1, 1)) as i $$;

create table tenant (
    id         bigint      not null default new_id() primary key,
    corp_id    text        not null unique check (corp_id <> ''),
    name       text        not null check (name <> ''),
    status     text        not null default 'active' check (status in ('active', 'disabled')),
    time_zone  text        not null default 'Asia/Shanghai',
    settings   jsonb       not null default '{}',
    version    bigint      not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
