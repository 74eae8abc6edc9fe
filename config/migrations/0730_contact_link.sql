-- A person may work at further customers besides that of the contact: with another position and role at each.
create table contact_link (
    tenant_id     bigint      not null references tenant (id),
    id            bigint      not null default new_id(),
    contact_id    bigint      not null,
    customer_id   bigint      not null,
    position      text        not null default '',
    decision_role text        not null default '' check (decision_role in ('', 'decider', 'influencer', 'user', 'opponent')),
    note          text        not null default '',
    is_open       boolean     not null default false,  -- made by somebody who may change the person: shows the phone there
    created_at    timestamptz not null,
    created_by    bigint,
    primary key (tenant_id, id),
    unique (tenant_id, contact_id, customer_id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index contact_link_customer on contact_link (tenant_id, customer_id);
select protect_by_tenant('contact_link');

-- Whether two people are at one customer that is not in the recycle bin, as its own contact or by a link.
create function at_same_customer(of_tenant bigint, one bigint, other bigint) returns boolean language sql stable as
$$ select exists (
    select 1 from (select t.customer_id from contact t where t.tenant_id = of_tenant and t.id = one
        union select l.customer_id from contact_link l where l.tenant_id = of_tenant and l.contact_id = one) a
    join (select t.customer_id from contact t where t.tenant_id = of_tenant and t.id = other
        union select l.customer_id from contact_link l where l.tenant_id = of_tenant and l.contact_id = other) b using (customer_id)
    join customer c on c.tenant_id = of_tenant and c.id = a.customer_id and c.deleted_at is null) $$;

-- As 0700 has it; people who are linked to a customer are among those who are there already.
create or replace function enter_duplicates(of_tenant bigint, of_object text, of_id bigint)
    returns table (entry text, rules text, shows_name boolean, shows_owner boolean, matches text) language plpgsql volatile as
$$
declare
    came text := coalesce(current_setting('wescrm.entry', true), '');
    lock_key bigint;
begin
    if came <> 'import alone' then
        perform pg_advisory_xact_lock_shared(hashtextextended('duplicate', of_tenant));
        for lock_key in
            select distinct hashtextextended(k.kind || chr(10) || k.value, of_tenant) from duplicate_key k
            where k.tenant_id = of_tenant and k.object = of_object and k.object_id = of_id order by 1
        loop
            perform pg_advisory_xact_lock(lock_key);
        end loop;
    end if;
    return query
    with met as (
        select o.object, o.object_id, array_agg(distinct o.kind) as kinds
        from duplicate_key k
        join lateral (values ('customer'), ('lead'), ('contact')) w(object) on (of_object = 'contact') = (w.object = 'contact')
        join duplicate_key o on o.tenant_id = of_tenant and o.object = w.object and o.kind = k.kind and o.value = k.value
        where k.tenant_id = of_tenant and k.object = of_object and k.object_id = of_id
            and (o.object <> of_object or o.object_id <> of_id)
        group by o.object, o.object_id order by count(*) desc, o.object_id limit 200
    ), placed as (
        select m.object, m.object_id, m.kinds,
            case when m.object = 'contact' then at_same_customer(of_tenant, m.object_id, of_id) else false end as is_there
        from met m
    )
    select split_part(came, ' ', 1), r.rules::text, coalesce(r.shows_name, false), coalesce(r.shows_owner, true),
        coalesce((
            select jsonb_agg(jsonb_build_object('object', m.object, 'id', m.object_id::text, 'kinds', m.kinds,
                'in_pool', coalesce(c.owner_id is null, false), 'same_customer', m.is_there)
                order by m.object_id)
            from placed m
            left join customer c on m.object = 'customer' and c.tenant_id = of_tenant and c.id = m.object_id
            left join contact t on m.object = 'contact' and t.tenant_id = of_tenant and t.id = m.object_id
            left join customer tc on tc.tenant_id = of_tenant and tc.id = t.customer_id
            where m.object <> 'contact' or tc.deleted_at is null or m.is_there
        ), '[]')::text
    from (select of_tenant as id) one
    left join duplicate_rule r on r.tenant_id = of_tenant and r.object = of_object;
end $$;
