-- What people say about a follow-up.
create table followup_comment (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    followup_id bigint      not null,
    parent_id   bigint,                                 -- the comment that it answers
    content     text        not null,
    author_id   bigint      not null,
    mention_ids bigint[]    not null default '{}',      -- employees
    created_at  timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, followup_id) references followup (tenant_id, id),
    foreign key (tenant_id, parent_id) references followup_comment (tenant_id, id),
    foreign key (tenant_id, author_id) references employee (tenant_id, id)
);
create index followup_comment_followup on followup_comment (tenant_id, followup_id, created_at);
select protect_by_tenant('followup_comment');
