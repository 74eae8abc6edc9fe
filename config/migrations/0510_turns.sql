-- Companies take turns in the queues: the next company that waits must be found without looking at what others sent.
drop index inbox_ready;
create index inbox_ready on inbox (bucket, tenant_id, run_at, id) where state in (0, 3);
drop index outbox_ready;
create index outbox_ready on outbox (bucket, tenant_id, priority, not_before, id) where state in (0, 3);
