-- Imports and exports of tables: the work under way, its rows, and finished files for a while.

create table import_job (
    tenant_id      bigint      not null references tenant (id),
    id             bigint      not null default new_id(),
    object         text        not null,
    file_name      text        not null,
    fingerprint    text        not null,               -- of the file, to warn about a second import of the same
    state          text        not null check (state in ('mapping', 'checking', 'checked', 'running', 'done', 'undoing', 'undone', 'failed')),
    mode           text        not null default 'create',
    high_sea_id    bigint,                             -- new records go into this pool
    overflow_id    bigint,                             -- and what owners may not hold into this one
    headers        text[]      not null,
    mapping        text[]      not null,               -- of each column the key of its field, or '-'
    row_count      bigint      not null,
    position       bigint      not null default 0,     -- rows of the present state's work that are through
    created_count  bigint      not null default 0,
    updated_count  bigint      not null default 0,
    skipped_count  bigint      not null default 0,
    failed_count   bigint      not null default 0,
    undone_count   bigint      not null default 0,
    problem        text        not null default '',
    employee_id    bigint      not null,
    channel        text        not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    created_by     bigint,
    finished_at    timestamptz,
    undo_until     timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id),
    foreign key (tenant_id, overflow_id) references high_sea (tenant_id, id)
);
create index import_job_recent on import_job (tenant_id, employee_id, created_at desc, id);
create index import_job_created on import_job (tenant_id, created_at desc, id);
create index import_job_file on import_job (tenant_id, fingerprint);
select protect_by_tenant('import_job');

create table import_row (
    tenant_id bigint  not null,
    job_id    bigint  not null,
    position  bigint  not null,                        -- from 1, without gaps
    number    bigint  not null,                        -- of the row in the file
    cells     text[]  not null,
    action    text    not null default '',             -- create, update, skip, error; after undoing: undo
    message   text    not null default '',
    record_id bigint,
    version   bigint,                                  -- of the record after it was written
    before    text    not null default '',             -- what an update replaced, as JSON
    primary key (tenant_id, job_id, position),
    foreign key (tenant_id, job_id) references import_job (tenant_id, id) on delete cascade
);
create index import_row_action on import_row (tenant_id, job_id, action, position);
select protect_by_tenant('import_row');

-- What rows of one file must not have in common, across the pieces in which it is checked.
create table import_key (
    tenant_id bigint not null,
    job_id    bigint not null,
    key       text   collate "C" not null,
    number    bigint not null,
    primary key (tenant_id, job_id, key),
    foreign key (tenant_id, job_id) references import_job (tenant_id, id) on delete cascade
);
select protect_by_tenant('import_key');

create table export_job (
    tenant_id      bigint      not null references tenant (id),
    id             bigint      not null default new_id(),
    object         text        not null,
    format         text        not null check (format in ('xlsx', 'csv')),
    state          text        not null check (state in ('running', 'done', 'failed')),
    filter         jsonb       not null,               -- parameters of the list
    columns        jsonb       not null,
    next_cursor    text        not null default '',
    row_count      bigint      not null default 0,
    size           bigint      not null default 0,
    is_cut         boolean     not null default false, -- there were more rows than may be exported
    problem        text        not null default '',
    employee_id    bigint      not null,
    channel        text        not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    created_by     bigint,
    finished_at    timestamptz,
    expires_at     timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index export_job_recent on export_job (tenant_id, employee_id, created_at desc, id);
select protect_by_tenant('export_job');

create table export_row (
    tenant_id bigint not null,
    job_id    bigint not null,
    position  bigint not null,
    cells     text[] not null,
    primary key (tenant_id, job_id, position),
    foreign key (tenant_id, job_id) references export_job (tenant_id, id) on delete cascade
);
select protect_by_tenant('export_row');

create table export_part (
    tenant_id bigint not null,
    job_id    bigint not null,
    part      bigint not null,
    content   bytea  not null,
    primary key (tenant_id, job_id, part),
    foreign key (tenant_id, job_id) references export_job (tenant_id, id) on delete cascade
);
select protect_by_tenant('export_part');
