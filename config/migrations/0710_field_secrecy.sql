-- Own fields of records in a pool are shown before a claim only if they are marked for it. Fields that are there already
-- were shown, and stay so, in whatever version of the form.

create function shown_in_pool(fields jsonb) returns jsonb language sql immutable as
$$ select coalesce(jsonb_agg(f || '{"in_pool": true}' order by n), '[]') from jsonb_array_elements(fields) with ordinality e(f, n) $$;

do $$
declare this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        update field set definition = definition || '{"in_pool": true}'
            where tenant_id = this_tenant and object in ('customer', 'contact', 'lead');
        update field_form set definition = shown_in_pool(definition)
            where tenant_id = this_tenant and object in ('customer', 'contact', 'lead');
        update field_draft set definition = shown_in_pool(definition)
            where tenant_id = this_tenant and object in ('customer', 'contact', 'lead');
    end loop;
    perform set_config('app.tenant', '', true);
end $$;

drop function shown_in_pool(jsonb);
