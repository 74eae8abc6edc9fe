-- What a transaction teaches or makes forget waits here until it commits, and is then taken over at once: the company's
-- version first, which lets one after the other in. So nobody holds a word while he does something else, and two who
-- bring the same words do not wait for each other. The table is empty for whoever looks.
create table company_word_change (
    tenant_id bigint not null references tenant (id),
    n         bigint generated always as identity,
    kind      text,  -- null: no word, only what words mean has changed
    word      text,
    is_gone   boolean not null default false,
    primary key (tenant_id, n)
);
select protect_by_tenant('company_word_change');

create function take_over_words() returns trigger language plpgsql as
$$
begin
    -- The first row of the transaction takes over all of them.
    if not exists (select 1 from company_word_change c where c.tenant_id = new.tenant_id and c.n = new.n) then
        return null;
    end if;
    insert into company_words as v (tenant_id, version) values (new.tenant_id, 1)
        on conflict (tenant_id) do update set version = v.version + 1;
    delete from company_word w using
        (select distinct on (c.kind, c.word) c.kind, c.word, c.is_gone from company_word_change c
         where c.tenant_id = new.tenant_id and c.kind is not null order by c.kind, c.word, c.n desc) l
        where w.tenant_id = new.tenant_id and l.is_gone and w.kind = l.kind and w.word = l.word;
    insert into company_word (tenant_id, kind, word)
        select new.tenant_id, l.kind, l.word from
            (select distinct on (c.kind, c.word) c.kind, c.word, c.is_gone from company_word_change c
             where c.tenant_id = new.tenant_id and c.kind is not null order by c.kind, c.word, c.n desc) l
        where not l.is_gone on conflict do nothing;
    delete from company_word_change c where c.tenant_id = new.tenant_id;
    return null;
end
$$;

create constraint trigger company_word_changed after insert on company_word_change
    deferrable initially deferred for each row execute function take_over_words();
