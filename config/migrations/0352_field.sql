-- A company's own fields: what they are, their versions, and their values, typed and indexed.

create table field (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    object     text        not null,
    key        text        not null,
    type       text        not null,
    position   integer     not null,
    definition jsonb       not null,
    is_unique  boolean     not null default false,
    version    bigint      not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by bigint,
    deleted_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, object, key)
);
select protect_by_tenant('field');

create table field_form (
    tenant_id    bigint      not null references tenant (id),
    object       text        not null,
    version      bigint      not null,
    definition   jsonb       not null,                  -- the fields, in order
    note         text        not null default '',
    published_at timestamptz not null,
    published_by bigint,
    primary key (tenant_id, object, version)
);
select protect_by_tenant('field_form');

create table field_draft (
    tenant_id    bigint      not null references tenant (id),
    object       text        not null,
    base_version bigint      not null,
    definition   jsonb       not null,
    saved_at     timestamptz not null,
    saved_by     bigint,
    primary key (tenant_id, object)
);
select protect_by_tenant('field_draft');

-- Beside the jsonb of the records: what can be filtered by and what must be unique. One row per value.
create table field_value (
    tenant_id    bigint   not null,
    field_id     bigint   not null,
    record_id    bigint   not null,
    position     smallint not null default 0,
    text_value   text     collate "C",
    number_value numeric,
    at_value     timestamptz,
    unique_value text     collate "C",
    primary key (tenant_id, field_id, record_id, position),
    foreign key (tenant_id, field_id) references field (tenant_id, id)
);
create index field_value_text on field_value (tenant_id, field_id, text_value, record_id) where text_value is not null;
create index field_value_number on field_value (tenant_id, field_id, number_value, record_id) where number_value is not null;
create index field_value_at on field_value (tenant_id, field_id, at_value, record_id) where at_value is not null;
create index field_value_record on field_value (tenant_id, record_id);
create unique index field_value_unique on field_value (tenant_id, field_id, unique_value) where unique_value is not null;
select protect_by_tenant('field_value');

-- Values of fields that were deleted stay in the record, but are not shown.
create function shown_custom(company bigint, kind text, custom jsonb) returns jsonb language sql stable parallel safe as
$$ select case when custom = '{}' then custom else (select coalesce(jsonb_object_agg(e.key, e.value), '{}')
    from jsonb_each(custom) e join field f on f.tenant_id = company and f.object = kind and f.key = e.key and f.deleted_at is null) end $$;

alter table contact add column custom jsonb not null default '{}';
