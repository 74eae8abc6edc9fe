-- The names and codes of products belong to the words of their company too.
do $$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        insert into company_word (tenant_id, kind, word)
            select distinct company, 'product', n.word from product p, lateral (values (p.name), (p.code)) n(word)
            where p.tenant_id = company and length(n.word) between 1 and 30 on conflict do nothing;
        insert into company_words as v (tenant_id, version) values (company, 1)
            on conflict (tenant_id) do update set version = v.version + 1;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
