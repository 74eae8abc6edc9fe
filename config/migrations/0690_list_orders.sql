-- First pages of lists that had no index of their order, and the open opportunities of a process, which are counted.
create index contact_created on contact (tenant_id, created_at, id);
create index opportunity_process on opportunity (tenant_id, process_id) where status = 'open' and deleted_at is null;
-- What somebody's customers carry is found from them, those in the recycle bin included; the indexes of lists leave these out.
create index customer_owned on customer (tenant_id, owner_id);
-- Looked at every few seconds.
create index timer_dead on timer (tenant_id) where state = 4;
create index customer_pooled on customer (tenant_id, high_sea_id) where high_sea_id is not null;
create index lead_owned on lead (tenant_id, owner_id);
create index lead_pooled on lead (tenant_id, high_sea_id) where high_sea_id is not null;
