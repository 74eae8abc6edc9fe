-- Protections that have ended are found every night.
create index customer_protected on customer (tenant_id, protected_until) where protected_until is not null;
create index lead_protected on lead (tenant_id, protected_until) where protected_until is not null;
