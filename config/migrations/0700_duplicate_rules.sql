-- Which records may be the same is said by the company's rules, so one key may have several holders. The keys of a record are
-- kept by triggers, in sets: whoever writes a name, a phone or a code need not think of them.

-- A name without spaces, punctuation and brackets, in one spelling.
create function duplicate_name(name text) returns text language sql immutable parallel safe as
$$ select regexp_replace(lower(normalize(name, NFKC) collate "C"), '[\u0001-\u002f\u003a-\u0060\u007b-\u007f（）《》「」【】“”‘’。、·—…　]', '', 'g') $$;

-- The digits of a phone, without the country.
create function duplicate_phone(phone text) returns text language sql immutable parallel safe as
$$ select regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^(00)?86(?=1[3-9][0-9]{9}$)', '') $$;

create function duplicate_keys(name text, core text, mobile text, phone text, code text, email text, wechat text, person text)
    returns table (kind text, value text) language sql immutable parallel safe as
$$ select distinct k.kind, k.value from (values ('name', duplicate_name(name)), ('name_core', core), ('mobile', mobile),
    ('phone', duplicate_phone(mobile)), ('phone', duplicate_phone(phone)), ('credit_code', code), ('email', lower(btrim(email))),
    ('wechat', lower(btrim(wechat))), ('person', person)) k(kind, value) where k.value <> '' $$;

alter table duplicate_key drop constraint duplicate_key_pkey;
alter table duplicate_key add primary key (tenant_id, object, kind, value, object_id);

-- What makes two records the same. No row: as 0050 had it.
create table duplicate_rule (
    tenant_id   bigint      not null references tenant (id),
    object      text        not null check (object in ('customer', 'lead', 'contact')),
    rules       jsonb       not null,
    shows_name  boolean     not null default false,   -- the whole name to who does not see the record
    shows_owner boolean     not null default true,
    version     bigint      not null default 1,
    updated_at  timestamptz not null,
    updated_by  bigint,
    primary key (tenant_id, object),
    foreign key (tenant_id, updated_by) references employee (tenant_id, id)
);
select protect_by_tenant('duplicate_rule');

create function customer_keys_new() returns trigger language plpgsql as
$$ begin
    insert into duplicate_key (tenant_id, object, kind, value, object_id)
    select n.tenant_id, 'customer', k.kind, k.value, n.id
    from fresh n, lateral duplicate_keys(n.name, n.name_core, n.mobile, n.phone, n.credit_code, null, null, null) k
    where n.deleted_at is null order by 3, 4;
    return null;
end $$;
create function customer_keys_again() returns trigger language plpgsql as
$$ begin
    delete from duplicate_key where tenant_id = old.tenant_id and object = 'customer' and object_id = old.id;
    if tg_op = 'UPDATE' and new.deleted_at is null then
        insert into duplicate_key (tenant_id, object, kind, value, object_id)
        select new.tenant_id, 'customer', k.kind, k.value, new.id
        from duplicate_keys(new.name, new.name_core, new.mobile, new.phone, new.credit_code, null, null, null) k;
    end if;
    return null;
end $$;

-- A lead's name is its company's; the person is told apart from others at the same company.
create function lead_person(company_core text, name text) returns text language sql immutable parallel safe as
$$ select case when company_core <> '' then company_core || chr(10) || lower(normalize(name, NFKC) collate "C") end $$;
create function lead_keys_new() returns trigger language plpgsql as
$$ begin
    insert into duplicate_key (tenant_id, object, kind, value, object_id)
    select n.tenant_id, 'lead', k.kind, k.value, n.id
    from fresh n, lateral duplicate_keys(n.company, n.company_core, n.mobile, n.phone, null, n.email, n.wechat,
        lead_person(n.company_core, n.name)) k
    where n.deleted_at is null and n.status not in ('void', 'converted') order by 3, 4;
    return null;
end $$;
create function lead_keys_again() returns trigger language plpgsql as
$$ begin
    delete from duplicate_key where tenant_id = old.tenant_id and object = 'lead' and object_id = old.id;
    if tg_op = 'UPDATE' and new.deleted_at is null and new.status not in ('void', 'converted') then
        insert into duplicate_key (tenant_id, object, kind, value, object_id)
        select new.tenant_id, 'lead', k.kind, k.value, new.id
        from duplicate_keys(new.company, new.company_core, new.mobile, new.phone, null, new.email, new.wechat,
            lead_person(new.company_core, new.name)) k;
    end if;
    return null;
end $$;

create function contact_keys_new() returns trigger language plpgsql as
$$ begin
    insert into duplicate_key (tenant_id, object, kind, value, object_id)
    select n.tenant_id, 'contact', k.kind, k.value, n.id
    from fresh n, lateral duplicate_keys(n.name, null, n.mobile, n.phone, null, n.email, n.wechat, null) k
    where n.deleted_at is null order by 3, 4;
    return null;
end $$;
create function contact_keys_again() returns trigger language plpgsql as
$$ begin
    delete from duplicate_key where tenant_id = old.tenant_id and object = 'contact' and object_id = old.id;
    if tg_op = 'UPDATE' and new.deleted_at is null then
        insert into duplicate_key (tenant_id, object, kind, value, object_id)
        select new.tenant_id, 'contact', k.kind, k.value, new.id
        from duplicate_keys(new.name, null, new.mobile, new.phone, null, new.email, new.wechat, null) k;
    end if;
    return null;
end $$;

-- The keys of what is there, company by company, because the rows of each are seen only with it.
do $$
declare this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        delete from duplicate_key where tenant_id = this_tenant;
        insert into duplicate_key (tenant_id, object, kind, value, object_id)
        select n.tenant_id, 'customer', k.kind, k.value, n.id
        from customer n, lateral duplicate_keys(n.name, n.name_core, n.mobile, n.phone, n.credit_code, null, null, null) k
        where n.tenant_id = this_tenant and n.deleted_at is null
        union all
        select n.tenant_id, 'lead', k.kind, k.value, n.id
        from lead n, lateral duplicate_keys(n.company, n.company_core, n.mobile, n.phone, null, n.email, n.wechat,
            lead_person(n.company_core, n.name)) k
        where n.tenant_id = this_tenant and n.deleted_at is null and n.status not in ('void', 'converted')
        union all
        select n.tenant_id, 'contact', k.kind, k.value, n.id
        from contact n, lateral duplicate_keys(n.name, null, n.mobile, n.phone, null, n.email, n.wechat, null) k
        where n.tenant_id = this_tenant and n.deleted_at is null
        order by 2, 3, 4;
    end loop;
    perform set_config('app.tenant', '', true);
end $$;

create trigger customer_keys_new after insert on customer referencing new table as fresh for each statement
    execute function customer_keys_new();
create trigger customer_keys_changed after update on customer for each row
    when ((old.name, old.name_core, old.mobile, old.phone, old.credit_code, old.deleted_at)
        is distinct from (new.name, new.name_core, new.mobile, new.phone, new.credit_code, new.deleted_at))
    execute function customer_keys_again();
create trigger customer_keys_gone after delete on customer for each row execute function customer_keys_again();

create trigger lead_keys_new after insert on lead referencing new table as fresh for each statement
    execute function lead_keys_new();
create trigger lead_keys_changed after update on lead for each row
    when ((old.name, old.company, old.company_core, old.mobile, old.phone, old.email, old.wechat, old.deleted_at, old.status in ('void', 'converted'))
        is distinct from (new.name, new.company, new.company_core, new.mobile, new.phone, new.email, new.wechat, new.deleted_at, new.status in ('void', 'converted')))
    execute function lead_keys_again();
create trigger lead_keys_gone after delete on lead for each row execute function lead_keys_again();

create trigger contact_keys_new after insert on contact referencing new table as fresh for each statement
    execute function contact_keys_new();
create trigger contact_keys_changed after update on contact for each row
    when ((old.name, old.mobile, old.phone, old.email, old.wechat, old.deleted_at)
        is distinct from (new.name, new.mobile, new.phone, new.email, new.wechat, new.deleted_at))
    execute function contact_keys_again();
create trigger contact_keys_gone after delete on contact for each row execute function contact_keys_again();

-- Before many records of a company are written at once: until the end of the transaction nobody else enters one. To be the last lock
-- that is waited for, as it is for who writes a single record: after rows and counters.
create function enter_in_sets(of_tenant bigint) returns void language plpgsql volatile as
$$ begin
    perform set_config('wescrm.entry', 'import alone', true);
    perform pg_advisory_xact_lock(hashtextextended('duplicate', of_tenant));
end $$;

-- A record that was just written meets those that have a key in common with it. Whoever writes one of the same keys at this moment
-- is waited for: the locks are taken in one order, and every statement after them sees what he has committed. Answers how it
-- comes (import, or empty), the rules of its kind, and the others with what is needed to judge them.
create function enter_duplicates(of_tenant bigint, of_object text, of_id bigint)
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
    )
    select split_part(came, ' ', 1), r.rules::text, coalesce(r.shows_name, false), coalesce(r.shows_owner, true),
        coalesce((
            select jsonb_agg(jsonb_build_object('object', m.object, 'id', m.object_id::text, 'kinds', m.kinds,
                'in_pool', coalesce(c.owner_id is null, false), 'same_customer', coalesce(t.customer_id = own.customer_id, false))
                order by m.object_id)
            from met m
            left join customer c on m.object = 'customer' and c.tenant_id = of_tenant and c.id = m.object_id
            left join contact t on m.object = 'contact' and t.tenant_id = of_tenant and t.id = m.object_id
            left join customer tc on tc.tenant_id = of_tenant and tc.id = t.customer_id
            left join contact own on of_object = 'contact' and own.tenant_id = of_tenant and own.id = of_id
            where m.object <> 'contact' or tc.deleted_at is null
        ), '[]')::text
    from (select of_tenant as id) one
    left join duplicate_rule r on r.tenant_id = of_tenant and r.object = of_object;
end $$;
