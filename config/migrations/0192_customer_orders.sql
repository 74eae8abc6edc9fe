-- Whoever sees few owners takes the first rows of each in the order of the list: as many steps however many customers
-- an owner has.
create index customer_owner_created on customer (tenant_id, owner_id, created_at, id) include (high_sea_id) where deleted_at is null;
create index customer_owner_name on customer (tenant_id, owner_id, name, id) include (high_sea_id) where deleted_at is null;
create index customer_owner_no on customer (tenant_id, owner_id, no, id) include (high_sea_id) where deleted_at is null;
create index customer_owner_follow on customer (tenant_id, owner_id, coalesce(last_follow_at, '-infinity'), id)
    include (high_sea_id, last_follow_at) where deleted_at is null;
create index customer_owner_contact on customer (tenant_id, owner_id, coalesce(next_contact_at, 'infinity'), id)
    include (high_sea_id, next_contact_at) where deleted_at is null;
