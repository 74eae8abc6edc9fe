-- What lies in a pool and is like what somebody has sold, the last first.
create index customer_pool_industry on customer (tenant_id, high_sea_id, industry, pool_entered_at desc)
    where high_sea_id is not null and deleted_at is null;
create index customer_pool_province on customer (tenant_id, high_sea_id, province, pool_entered_at desc)
    where high_sea_id is not null and deleted_at is null;
create index customer_pool_city on customer (tenant_id, high_sea_id, city, pool_entered_at desc)
    where high_sea_id is not null and deleted_at is null;
create index lead_pool_province on lead (tenant_id, high_sea_id, province, pool_entered_at desc)
    where high_sea_id is not null and deleted_at is null;
create index lead_pool_city on lead (tenant_id, high_sea_id, city, pool_entered_at desc)
    where high_sea_id is not null and deleted_at is null;
