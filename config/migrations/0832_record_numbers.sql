-- Leads, customers and opportunities are numbered by the company's rules, too. Their counters are named as those of
-- documents are, by the beginning of the number, so that today's go on.
alter table numbering_rule drop constraint numbering_rule_object_check;
alter table numbering_rule add constraint numbering_rule_object_check check (object in
    ('lead', 'customer', 'opportunity', 'product', 'quote', 'contract', 'order', 'payment', 'invoice'));
do
$$
declare
    this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update counter set name = split_part(name, ':', 1) || ':' ||
                case split_part(name, ':', 1) when 'customer' then 'KH' when 'lead' then 'XS' else 'SJ' end ||
                replace(split_part(name, ':', 2), '-', '')
            where tenant_id = this_tenant and name ~ '^(customer|lead|opportunity):\d{4}-\d\d-\d\d$';
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
