-- A company's own fields for what is sold and for documents, as customers and leads have them (0352).
alter table product     add column custom jsonb not null default '{}';
alter table quote       add column custom jsonb not null default '{}';
alter table sales_order add column custom jsonb not null default '{}';
alter table contract    add column custom jsonb not null default '{}';
alter table payment     add column custom jsonb not null default '{}';
alter table invoice     add column custom jsonb not null default '{}';

-- What is deleted for good leaves no values behind: a unique one is free again.
create function forget_field_values() returns trigger language plpgsql as
$$ begin
    delete from field_value where tenant_id = old.tenant_id and record_id = old.id;
    return null;
end $$;
create trigger forget_field_values after delete on product     for each row when (old.custom <> '{}') execute function forget_field_values();
create trigger forget_field_values after delete on quote       for each row when (old.custom <> '{}') execute function forget_field_values();
create trigger forget_field_values after delete on sales_order for each row when (old.custom <> '{}') execute function forget_field_values();
create trigger forget_field_values after delete on contract    for each row when (old.custom <> '{}') execute function forget_field_values();
create trigger forget_field_values after delete on payment     for each row when (old.custom <> '{}') execute function forget_field_values();
create trigger forget_field_values after delete on invoice     for each row when (old.custom <> '{}') execute function forget_field_values();
