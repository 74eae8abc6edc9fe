-- Who gained what within a period, whoever it was: the other indexes begin with a person or a record.
create index ownership_event_time on ownership_event (tenant_id, object, at) include (kind, object_id, to_id, to_department_id);
create index followup_time on followup (tenant_id, followed_at) include (author_id, customer_id, method) where deleted_at is null;
create index customer_first_deal on customer (tenant_id, first_deal_at) where first_deal_at is not null and deleted_at is null;
create index invoice_issued on invoice (tenant_id, issued_on) where status = 'issued';
