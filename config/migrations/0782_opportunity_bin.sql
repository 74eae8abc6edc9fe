-- Opportunities lie in the recycle bin as customers, contacts and leads do, and are gone for good after as many days. What
-- stages they went through stays, as ownership events and the audit log do.
alter table opportunity add column deleted_by bigint;
create index opportunity_deleted on opportunity (tenant_id, deleted_at desc, id) where deleted_at is not null;
alter table stage_history drop constraint stage_history_tenant_id_opportunity_id_fkey;
