-- Tags that put themselves on: a rule of a tag says which records of one kind have it. Records that change wait here until their rules
-- are looked at, and every night all are.

create table tag_rule (
    tenant_id  bigint      not null,
    tag_id     bigint      not null,
    object     text        not null check (object in ('customer', 'lead', 'opportunity')),
    conditions jsonb       not null,  -- [{"field", "test", "values"}], all must hold
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    updated_by bigint,
    primary key (tenant_id, tag_id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id) on delete cascade,
    foreign key (tenant_id, updated_by) references employee (tenant_id, id)
);
create index tag_rule_object on tag_rule (tenant_id, object);
select protect_by_tenant('tag_rule');

create table tag_check (
    tenant_id bigint not null references tenant (id),
    object    text   not null,
    record_id bigint not null,
    primary key (tenant_id, object, record_id)
);
select protect_by_tenant('tag_check');

-- The records wait, and a timer works them off: one for each statement that brings new ones. Whoever applies the rules asks for quiet,
-- as what follows from tags does not change what rules look at.
create function await_tag_check(what text, tenant bigint, records bigint[], at timestamptz) returns void language plpgsql as
$$
declare
    first bigint;
begin
    if current_setting('app.tag_rules', true) = 'quiet'
        or not exists (select 1 from tag_rule k where k.tenant_id = tenant and k.object = what) then
        return;
    end if;
    -- One that waits already is held, so that it is not worked off before this change can be seen.
    with waiting as (
        insert into tag_check as c (tenant_id, object, record_id)
            select tenant, what, r.id from unnest(records) r(id) order by r.id
            on conflict (tenant_id, object, record_id) do update set record_id = c.record_id
            returning c.record_id, c.xmax = 0 as is_new)
    select min(record_id) into first from waiting where is_new;
    if first is null then
        return;
    end if;
    insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, occurrence, time_zone, grace)
        select tenant, (tenant % 256)::smallint, 'tag_rules', what, first, at,
               (select coalesce(max(o.occurrence) + 1, 0) from timer o
                where o.tenant_id = tenant and o.kind = 'tag_rules' and o.ref_kind = what and o.ref_id = first),
               t.time_zone, interval '10 years'
        from tenant t where t.id = tenant
        on conflict do nothing;
end
$$;

-- Whatever changes a record, in whichever way, its tags follow.
create function follow_with_tags() returns trigger language plpgsql as
$$
declare
    found record;
begin
    if not exists (select 1 from tag_rule) then
        return null;
    end if;
    for found in select n.tenant_id, array_agg(n.id) as ids, max(n.updated_at) as at from changed n where n.deleted_at is null group by 1 loop
        perform await_tag_check(tg_argv[0], found.tenant_id, found.ids, found.at);
    end loop;
    return null;
end
$$;

-- What a customer has bought is a reason for tags of the customer.
create function follow_order_with_tags() returns trigger language plpgsql as
$$
declare
    found record;
begin
    if not exists (select 1 from tag_rule) then
        return null;
    end if;
    for found in select n.tenant_id, array_agg(distinct n.customer_id) as ids, max(n.updated_at) as at from changed n group by 1 loop
        perform await_tag_check('customer', found.tenant_id, found.ids, found.at);
    end loop;
    return null;
end
$$;

create trigger customer_tags_made after insert on customer referencing new table as changed
    for each statement execute function follow_with_tags('customer');
create trigger customer_tags_changed after update on customer referencing new table as changed
    for each statement execute function follow_with_tags('customer');
create trigger lead_tags_made after insert on lead referencing new table as changed
    for each statement execute function follow_with_tags('lead');
create trigger lead_tags_changed after update on lead referencing new table as changed
    for each statement execute function follow_with_tags('lead');
create trigger opportunity_tags_made after insert on opportunity referencing new table as changed
    for each statement execute function follow_with_tags('opportunity');
create trigger opportunity_tags_changed after update on opportunity referencing new table as changed
    for each statement execute function follow_with_tags('opportunity');
create trigger order_tags_made after insert on sales_order referencing new table as changed
    for each statement execute function follow_order_with_tags();
create trigger order_tags_changed after update on sales_order referencing new table as changed
    for each statement execute function follow_order_with_tags();
