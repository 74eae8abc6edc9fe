-- Groups of tags that are kept in step with groups of WeCom's corp tags, and what of them corresponds. What is deleted here stays in
-- these tables until it is deleted there too, so nothing refers to tag_group and tag.

alter table tag_group add renamed_at timestamptz;
alter table tag add renamed_at timestamptz;

create table corp_tag_group (
    tenant_id     bigint      not null references tenant (id),
    group_id      bigint      not null,
    flow          text        not null check (flow in ('none', 'to_wecom', 'from_wecom', 'both')),
    corp_group_id text,                            -- null: not made there yet, or to be found by its name
    name          text        not null default '', -- that both had when they were compared last
    note          text        not null default '', -- why it is no longer in step
    updated_at    timestamptz not null,
    updated_by    bigint,
    primary key (tenant_id, group_id),
    unique (tenant_id, corp_group_id),
    foreign key (tenant_id, updated_by) references employee (tenant_id, id)
);
select protect_by_tenant('corp_tag_group');

create table corp_tag (
    tenant_id   bigint  not null references tenant (id),
    tag_id      bigint  not null,
    group_id    bigint  not null,               -- in which it was when they were compared last
    corp_tag_id text,
    name        text    not null,
    is_cut      boolean not null default false, -- deleted there while it is used here: left alone until somebody wants it there again
    primary key (tenant_id, tag_id),
    unique (tenant_id, corp_tag_id)
);
select protect_by_tenant('corp_tag');

-- When events said that something was changed there, until it is compared.
create table corp_tag_news (
    tenant_id  bigint      not null references tenant (id),
    corp_id    text        not null,
    changed_at timestamptz not null,
    primary key (tenant_id, corp_id)
);
select protect_by_tenant('corp_tag_news');

create table corp_tag_problem (
    tenant_id bigint  not null references tenant (id),
    group_id  bigint  not null,
    name      text    not null,  -- of the tag; empty: of the group
    problem   text    not null,
    primary key (tenant_id, group_id, name)
);
select protect_by_tenant('corp_tag_problem');

-- The last run of a company, or what one would do.
create table corp_tag_run (
    tenant_id   bigint      not null references tenant (id),
    state       text        not null check (state in ('requested', 'running', 'done', 'failed')),
    is_preview  boolean     not null default false,
    started_at  timestamptz not null,
    finished_at timestamptz,
    done        bigint      not null default 0,
    total       bigint      not null default 0,
    problem     text        not null default '',
    changes     jsonb       not null default '[]',  -- [{"group", "name", "words"}]
    there       jsonb       not null default '[]',  -- groups of WeCom when they were read last: [{"id", "name", "tags"}]
    primary key (tenant_id)
);
select protect_by_tenant('corp_tag_run');

create function note_renaming() returns trigger language plpgsql as
$$
begin
    new.renamed_at := new.updated_at;
    return new;
end
$$;
create trigger tag_renamed before update of name on tag
    for each row when (old.name is distinct from new.name) execute function note_renaming();
create trigger tag_group_renamed before update of name on tag_group
    for each row when (old.name is distinct from new.name) execute function note_renaming();

-- What changes here goes there soon: a timer of the company compares them. Whoever writes what WeCom said asks for quiet.
create function follow_with_corp_tags() returns trigger language plpgsql as
$$
declare
    company bigint := coalesce(new.tenant_id, old.tenant_id);
    touched bigint[] := case when tg_table_name = 'tag_group' then array[coalesce(new.id, old.id)]
                            else array[(to_jsonb(new) ->> 'group_id')::bigint, (to_jsonb(old) ->> 'group_id')::bigint] end;
begin
    if current_setting('app.corp_tags', true) = 'quiet' or current_setting('app.erased_tenant', true) = company::text
        or not exists (select 1 from corp_tag_group g where g.tenant_id = company and g.group_id = any(touched)
                       and g.flow in ('to_wecom', 'both')) then
        return null;
    end if;
    insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, occurrence, time_zone, grace)
        select company, (company % 256)::smallint, 'corp_tags', 'tenant', company, coalesce(new.updated_at, old.updated_at),
               (select coalesce(max(o.occurrence) + 1, 0) from timer o where o.tenant_id = company and o.kind = 'corp_tags'
                and o.ref_kind = 'tenant' and o.ref_id = company),
               t.time_zone, interval '7 days'
        from tenant t where t.id = company and not exists (select 1 from timer o where o.tenant_id = company and o.kind = 'corp_tags'
                                                           and o.ref_kind = 'tenant' and o.ref_id = company and o.state = 0)
        on conflict do nothing;
    return null;
end
$$;
create trigger corp_tag_made after insert on tag for each row execute function follow_with_corp_tags();
create trigger corp_tag_changed after update of name, group_id, disabled on tag for each row execute function follow_with_corp_tags();
create trigger corp_tag_gone after delete on tag for each row execute function follow_with_corp_tags();
create trigger corp_tag_group_changed after update of name on tag_group for each row execute function follow_with_corp_tags();
create trigger corp_tag_group_gone after delete on tag_group for each row execute function follow_with_corp_tags();
