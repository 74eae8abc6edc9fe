-- What is append-only stays so, but for a company that is erased as a whole; the transaction says which one.
create or replace function refuse_change() returns trigger language plpgsql as
$$
begin
    if tg_op = 'DELETE' and current_setting('app.erased_tenant', true) = old.tenant_id::text then
        return old;
    end if;
    raise exception 'append-only' using errcode = '42501';
end
$$;
