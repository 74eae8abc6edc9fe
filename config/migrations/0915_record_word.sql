-- What records are found by in the lists: pairs of neighbouring characters of their names and the last one by itself, so
-- that a single one is found, too; their numbers from the front ("=") and from the back ("<"). `like` can use no index
-- below row-level security, equality and order can. The names of customers and leads stand in customer_word and
-- lead_word; here are their numbers.
create table record_word (
    tenant_id bigint not null references tenant (id),
    object    text   not null,
    word      text   not null collate "C",
    record_id bigint not null,
    primary key (tenant_id, object, word, record_id)
);
select protect_by_tenant('record_word');

create function record_words(names text[], numbers text[]) returns text[] language plpgsql immutable as
$$
declare
    words text[] := '{}';
    part  text;
begin
    foreach part in array names loop
        words := words || bigrams(part) || right(lower(part), 1);
    end loop;
    foreach part in array numbers loop
        if part <> '' then
            words := words || ('=' || lower(part)) || ('<' || reverse(lower(part)));
        end if;
    end loop;
    return array_remove(words, '');
end
$$;

-- Of a trigger: the kind of record; its names and its numbers, as SQL over the row r.
create function made_record_words() returns trigger language plpgsql as
$$
begin
    execute format('insert into record_word (tenant_id, object, word, record_id) select distinct r.tenant_id, %L, w, r.id '
                   'from made r cross join unnest(record_words(%s, %s)) w order by 3, 4 on conflict do nothing',
                   tg_argv[0], tg_argv[1], tg_argv[2]);
    return null;
end
$$;

create function changed_record_words() returns trigger language plpgsql as
$$
declare
    before text[];
    after  text[];
begin
    if tg_op = 'DELETE' and current_setting('app.erased_tenant', true) = old.tenant_id::text then
        return null;  -- all of the company goes
    end if;
    execute format('select record_words(%s, %s) from (select ($1).*) r', tg_argv[1], tg_argv[2]) into before using old;
    if tg_op = 'UPDATE' then
        execute format('select record_words(%s, %s) from (select ($1).*) r', tg_argv[1], tg_argv[2]) into after using new;
    end if;
    if before is distinct from after then
        delete from record_word
        where tenant_id = old.tenant_id and object = tg_argv[0] and word = any(before) and record_id = old.id;
        insert into record_word (tenant_id, object, word, record_id)
            select distinct old.tenant_id, tg_argv[0], w, old.id from unnest(after) w;
    end if;
    return null;
end
$$;

create function keep_record_words(table_name regclass, object text, names text, numbers text) returns void
    language plpgsql as
$$
declare
    one bigint;
    columns text;
begin
    -- The columns of both expressions: a change of others does not wake the trigger.
    select string_agg(distinct m[1], ', ') into columns from regexp_matches(names || ' ' || numbers, 'r\.(\w+)', 'g') m;
    execute format('create trigger record_words_made after insert on %s referencing new table as made for each statement '
                   'execute function made_record_words(%L, %L, %L)', table_name, object, names, numbers);
    execute format('create trigger record_words_changed after delete or update of %s on %s for each row '
                   'execute function changed_record_words(%L, %L, %L)', columns, table_name, object, names, numbers);
    for one in select id from tenant loop
        perform set_config('app.tenant', one::text, true);
        execute format('insert into record_word (tenant_id, object, word, record_id) select distinct r.tenant_id, %L, w, '
                       'r.id from %s r cross join unnest(record_words(%s, %s)) w where r.tenant_id = $1 order by 3, 4',
                       object, table_name, names, numbers) using one;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;

-- The same for those that have tables of words already. Marks at the end are no letters.
do $$
declare
    one bigint;
begin
    for one in select id from tenant loop
        perform set_config('app.tenant', one::text, true);
        insert into customer_word (tenant_id, word, customer_id)
            select distinct one, right(regexp_replace(lower(n.part), '[^[:alnum:]]+$', ''), 1), c.id
            from customer c cross join unnest(array[c.name, c.short_name]) n (part)
            where c.tenant_id = one and n.part ~ '[[:alnum:]]' order by 2, 3 on conflict do nothing;
        insert into lead_word (tenant_id, word, lead_id)
            select distinct one, right(regexp_replace(lower(n.part), '[^[:alnum:]]+$', ''), 1), l.id
            from lead l cross join unnest(array[l.name, l.company]) n (part)
            where l.tenant_id = one and n.part ~ '[[:alnum:]]' order by 2, 3 on conflict do nothing;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;

select keep_record_words('customer', 'customer', '''{}''', 'array[r.no]');
select keep_record_words('lead', 'lead', '''{}''', 'array[r.no]');
select keep_record_words('contact', 'contact', 'array[r.name]', '''{}''');
select keep_record_words('opportunity', 'opportunity', 'array[r.name]', 'array[r.no]');
select keep_record_words('quote', 'quote', 'array[r.name]', 'array[r.no]');
select keep_record_words('contract', 'contract', 'array[r.name]', 'array[r.no]');
select keep_record_words('sales_order', 'order', 'array[r.name]', 'array[r.no]');
select keep_record_words('payment', 'payment', 'array[r.payer]', 'array[r.no]');
select keep_record_words('invoice', 'invoice', 'array[r.title_name]', 'array[r.no, r.invoice_no]');

drop function keep_record_words(regclass, text, text, text);
