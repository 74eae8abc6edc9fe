-- Whose the opportunities of a customer are is asked of all, deleted ones too.
drop index opportunity_customer;
create index opportunity_customer on opportunity (tenant_id, customer_id);
