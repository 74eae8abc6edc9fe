-- For the company of the transaction's scope: one row in every table that has none yet, as far as the catalogue tells
-- how such a row looks. Which tables are left is for the caller to see. Tables come in no order: whatever waits for the
-- row of another table is tried again.
do $$
declare
    tenant bigint := current_setting('app.tenant')::bigint;
    empty_table record;
    needed record;
    is_used boolean;
    names text;
    vals text;
    value text;
    made int;
begin
    insert into holding_cap (tenant_id, object, employee_id, cap)
        select tenant, 'lead', id, 5 from employee where tenant_id = tenant limit 1;
    insert into duplicate_pair (tenant_id, first_id, second_id, reasons, score, found_at)
        select tenant, min(id), max(id), '{phone}', 9, now() from customer where tenant_id = tenant;
    if to_regclass('duplicate_rule') is not null then  -- a release before has none
        insert into duplicate_rule (tenant_id, object, rules, updated_at) values (tenant, 'customer', '[]', now());
    end if;
    insert into share_rule (tenant_id, objects, source_type, source_employee_id, target_type, target_role_id, power,
                            created_at, updated_at)
        select tenant, '{customer}', 'employee', min(e.id), 'role', min(r.id), 'read', now(), now()
        from employee e join role r on r.tenant_id = e.tenant_id where e.tenant_id = tenant;
    loop
        made := 0;
        for empty_table in
            select p.oid, p.relname from pg_class p
            where p.relnamespace = 'public'::regnamespace and p.relkind in ('r', 'p') and not p.relispartition
              and exists (select 1 from pg_attribute a where a.attrelid = p.oid and a.attname = 'tenant_id')
        loop
            execute format('select exists (select 1 from %I where tenant_id = $1)', empty_table.relname)
                into is_used using tenant;
            continue when is_used;
            names := 'tenant_id';
            vals := tenant::text;
            for needed in
                select a.attname, a.attnum, format_type(a.atttypid, null) as type from pg_attribute a
                where a.attrelid = empty_table.oid and a.attnum > 0 and not a.attisdropped and a.attname <> 'tenant_id'
                  and a.attnotnull and not a.atthasdef and a.attidentity = ''
            loop
                value := null;
                -- what it refers to,
                select format('(select r.%I from %s r where r.tenant_id = %s order by 1 limit 1)', f.attname,
                              k.confrelid::regclass, tenant) into value
                from pg_constraint k cross join lateral unnest(k.conkey, k.confkey) as u(here, there)
                     join pg_attribute f on f.attrelid = k.confrelid and f.attnum = u.there
                where k.conrelid = empty_table.oid and k.contype = 'f' and u.here = needed.attnum limit 1;
                -- else the first word that is allowed,
                if value is null then
                    select quote_literal(m.word[1]) into value
                    from pg_constraint k cross join lateral regexp_match(pg_get_constraintdef(k.oid),
                        '\(' || needed.attname || ' = (?:ANY \(ARRAY\[)?''([^'']+)''') as m(word)
                    where k.conrelid = empty_table.oid and k.contype = 'c' and m.word is not null limit 1;
                end if;
                -- else anything of its type.
                names := names || format(', %I', needed.attname);
                vals := vals || ', ' || coalesce(value, case
                    when needed.type like '%[]' then '''{}'''
                    when needed.type in ('bigint', 'integer', 'smallint', 'numeric', 'double precision') then '1'
                    when needed.type = 'boolean' then 'false'
                    when needed.type like 'timestamp%' then 'now()'
                    when needed.type = 'date' then 'current_date'
                    when needed.type = 'jsonb' then '''{}'''
                    when needed.type = 'bytea' then '''\x01'''
                    when needed.type = 'interval' then '''1 day'''
                    else '''x''' end);
            end loop;
            begin
                execute format('insert into %I (%s) values (%s)', empty_table.relname, names, vals);
                made := made + 1;
            exception when others then null;
            end;
        end loop;
        exit when made = 0;
    end loop;
end $$;
