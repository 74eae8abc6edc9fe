-- Kept planned by each connection: in sql it was parsed and planned anew by every statement that calls it.
create or replace function shown_custom(company bigint, kind text, custom jsonb) returns jsonb language plpgsql stable parallel safe as
$$ begin
    if custom = '{}' then return custom; end if;
    return (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(custom) e join field f on
        f.tenant_id = company and f.object = kind and f.key = e.key and f.deleted_at is null);
end $$;
