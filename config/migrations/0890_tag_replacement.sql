-- A tag that is being replaced by another one: its records are moved some at a time, then it goes.

create table tag_replacement (
    tenant_id  bigint      not null,
    tag_id     bigint      not null,
    to_id      bigint      not null,
    records    bigint      not null,            -- that had the tag when it began
    done       bigint      not null default 0,  -- of these, looked at
    moved      bigint      not null default 0,  -- and given the replacement
    started_at timestamptz not null,
    started_by bigint,
    primary key (tenant_id, tag_id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id) on delete cascade,
    foreign key (tenant_id, to_id) references tag (tenant_id, id),
    foreign key (tenant_id, started_by) references employee (tenant_id, id)
);
create index tag_replacement_to on tag_replacement (tenant_id, to_id);
select protect_by_tenant('tag_replacement');
