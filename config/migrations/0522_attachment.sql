-- Pictures, voice messages, videos and files of follow-ups and records, and where somebody checked in. The content
-- stands in a table of its own, so that lists do not read past it.
create table attachment (
    tenant_id    bigint      not null,
    id           bigint      not null default new_id(),
    target_type  text,                                   -- null, as target_id: not placed yet, seen by its author only
    target_id    bigint,
    followup_id  bigint,
    kind         text        not null check (kind in ('image', 'voice', 'video', 'file')),
    state        text        not null check (state in ('waiting', 'stored', 'failed')),
    problem      text        not null default '',        -- of a failed one, for people
    file_name    text        not null default '',
    content_type text        not null default '',        -- as the content says
    bytes        bigint      not null default 0,
    width        integer,
    height       integer,
    media_id     text        not null default '',        -- WeCom's, until it is fetched
    attempts     integer     not null default 0,
    author_id    bigint      not null,
    created_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, followup_id) references followup (tenant_id, id),
    foreign key (tenant_id, author_id) references employee (tenant_id, id),
    check ((target_type is null) = (target_id is null))
);
create index attachment_target on attachment (tenant_id, target_type, target_id, created_at desc, id);
create index attachment_followup on attachment (tenant_id, followup_id) where followup_id is not null;
select protect_by_tenant('attachment');

create table attachment_content (
    tenant_id     bigint not null,
    attachment_id bigint not null,
    content       bytea  not null,
    primary key (tenant_id, attachment_id),
    foreign key (tenant_id, attachment_id) references attachment (tenant_id, id)
);
alter table attachment_content alter column content set storage external;   -- pictures do not compress
select protect_by_tenant('attachment_content');

create table followup_place (
    tenant_id   bigint           not null,
    followup_id bigint           not null,
    latitude    double precision not null,
    longitude   double precision not null,
    address     text             not null,
    primary key (tenant_id, followup_id),
    foreign key (tenant_id, followup_id) references followup (tenant_id, id)
);
select protect_by_tenant('followup_place');
