-- Documents have files too: what is deleted for good takes them along.
create function forget_files() returns trigger language plpgsql as
$$ begin
    delete from attachment_content c using attachment a where c.tenant_id = old.tenant_id and a.tenant_id = old.tenant_id
        and a.id = c.attachment_id and a.target_type = tg_argv[0] and a.target_id = old.id;
    delete from attachment where tenant_id = old.tenant_id and target_type = tg_argv[0] and target_id = old.id;
    return null;
end $$;
create trigger forget_files after delete on quote       for each row execute function forget_files('quote');
create trigger forget_files after delete on contract    for each row execute function forget_files('contract');
create trigger forget_files after delete on sales_order for each row execute function forget_files('order');
create trigger forget_files after delete on payment     for each row execute function forget_files('payment');
create trigger forget_files after delete on invoice     for each row execute function forget_files('invoice');
