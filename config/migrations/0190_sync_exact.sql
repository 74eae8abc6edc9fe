-- What a preview would have done, so that applying it does exactly that or nothing.
alter table sync_run add column plan_digest text;
