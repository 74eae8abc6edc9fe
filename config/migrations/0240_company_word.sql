-- The words of a company that its people use in sentences: its levels, sources, industries, tags, products. Kept beside
-- the records, so that the chat need not look through them; the version tells every node when its copy is old.

create table company_word (
    tenant_id bigint not null references tenant (id),
    kind      text   not null check (kind in ('level', 'source', 'industry', 'tag', 'product')),
    word      text   not null,
    primary key (tenant_id, kind, word)
);
select protect_by_tenant('company_word');

create table company_words (
    tenant_id bigint not null primary key references tenant (id),
    version   bigint not null
);
select protect_by_tenant('company_words');

do $$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        insert into company_word (tenant_id, kind, word)
            select company, n.kind, n.word from (
                select distinct 'level' as kind, level as word from customer where tenant_id = company
                union select distinct 'source', source from customer where tenant_id = company
                union select distinct 'industry', industry from customer where tenant_id = company
                union select 'tag', name from tag where tenant_id = company) n
            where length(n.word) between 1 and 30;
        insert into company_words (tenant_id, version) values (company, 1);
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
