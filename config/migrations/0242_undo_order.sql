-- Several writes of one message have one instant, and ids say nothing about their order: the last one is taken back first.
alter table undo_entry add column seq bigint generated always as identity;
drop index undo_entry_recent;
create index undo_entry_recent on undo_entry (tenant_id, employee_id, at, seq);
