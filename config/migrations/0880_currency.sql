-- Prices and documents say what they are in. What hangs on an order is in the order's currency; what there was is in the
-- currency that there was.
alter table price_book   add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table quote        add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table contract     add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table sales_order  add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table payment_plan add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table payment      add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table invoice      add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');

-- What figures are summed up from stands in the indexes by which its rows are found.
drop index sales_order_owner;
create index sales_order_owner on sales_order (tenant_id, owner_id, created_at, id)
    include (ordered_on, amount_fen, status, currency);
drop index sales_order_ordered;
create index sales_order_ordered on sales_order (tenant_id, ordered_on, id) include (owner_id, amount_fen, status, currency);
drop index payment_owner;
create index payment_owner on payment (tenant_id, owner_id, created_at, id) include (paid_on, amount_fen, status, currency);
drop index payment_paid;
create index payment_paid on payment (tenant_id, paid_on, id) include (owner_id, amount_fen, status, currency);
