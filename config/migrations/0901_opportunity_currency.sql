-- A sales process says what its opportunities are in: an opportunity keeps what its process said when it came into it.
-- What was written of a stage keeps what the amount was in at that time. All that there was is in the home currency.
alter table sales_process add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table opportunity   add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
alter table stage_history add column currency text not null default 'CNY' check (currency ~ '^[A-Z]{3}$');
